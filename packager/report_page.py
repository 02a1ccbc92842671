"""The report of a build as a page for people: what was made, with checksums, and what there is to mend.

Written without the template engine: it changes with every build, and a build after a changed word needs the engine for
nothing else (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from content.findings import Language
from content.messages import messages

Row = Mapping[str, Any]
HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
"""
TABLE = """<table>
<caption>{caption}</caption>
<thead><tr>{columns}</tr></thead>
<tbody>
{rows}</tbody>
</table>
"""
FOOT = "</main>\n</body>\n</html>"


def report_page(report: Row, language: Language) -> str:
    """The HTML document; `report` is the data of `packager.report.BuildReport` with bare file names as paths."""
    return "".join(_parts(report, language))


def _parts(report: Row, language: Language) -> Iterator[str]:
    t = messages(language)
    title = escape(f"{t['report.title']}: {report['curriculum']} {report['version']}")
    yield HEAD.format(language=language, title=title)
    if report["profile"]:
        yield f"<p>{t['report.profile']}: {escape(report['profile'])}</p>\n"
    heads = [*(t[f"report.{name}"] for name in ("file", "format", "module", "bytes")), "SHA-256"]
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    rows = "".join(_row(artifact, t["report.not-written"]) for artifact in report["artifacts"])
    yield TABLE.format(caption=t["report.bundles"], columns=columns, rows=rows)
    yield f"<h2>{t['report.source-findings']}</h2>\n"
    yield _list(report["findings"]) if report["findings"] else f"<p>{t['report.none']}</p>\n"
    for artifact in report["artifacts"]:
        if artifact["findings"]:
            yield f"<h2>{escape(artifact['path'])}</h2>\n{_list(artifact['findings'])}"
    yield FOOT


def _row(artifact: Row, missing: str) -> str:
    path = escape(artifact["path"])
    name = f'<a href="{path}">{path}</a>' if artifact["sha256"] else f"{path} – {missing}"
    cells = [artifact["format"], escape(artifact["module"]), artifact["bytes"], f"<code>{artifact['sha256']}</code>"]
    return f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def _list(findings: Sequence[Row]) -> str:
    return "<ul>" + "".join(map(_finding, findings)) + "</ul>\n"


def _finding(finding: Row) -> str:
    place = escape(finding["path"]) + (f":{finding['line']}" if finding["line"] else "")
    return f"<li><code>{place}</code>: {escape(finding['message'])} – {escape(finding['remedy'])}</li>"
