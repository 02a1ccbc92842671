"""The handbook's page of findings, made from the catalogue so that it cannot fall behind."""

from __future__ import annotations

from content.findings import catalogue

HEAD = """\
# Befunde

Was `staffel check`, `staffel build` und `staffel verify` melden können. Diese Seite entsteht aus dem Katalog
(`python -m content.findings_page`). Wörter in geschweiften Klammern ersetzt die Meldung.

| Kennung | Meldung | Abhilfe | Schwere |
|---|---|---|---|
"""


def findings_page() -> str:
    """Markdown with one row per code."""
    rows = []
    for code, entry in sorted(catalogue("de").items()):
        severity = "Hinweis" if entry["severity"] == "warning" else "Fehler"
        cells = (f"`{code}`", entry["message"], entry["remedy"], severity)
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("{{", "{").replace("}}", "}") for cell in cells))
    return HEAD + "".join(f"{row} |\n" for row in rows)


if __name__ == "__main__":
    print(findings_page(), end="")
