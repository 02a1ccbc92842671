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
from packager.language import number

Row = Mapping[str, Any]
NUMBERS = (3, 4)
"""Columns that hold numbers, counted from 0."""
HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: color-mix(in srgb, currentColor 25%, transparent); }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
h2 {{ font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
caption {{ font-weight: 600; padding: .5rem 0; text-align: start; }}
th, td {{ border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: start; vertical-align: top; }}
th[scope="row"] {{ font-weight: 500; }}
.number {{ font-variant-numeric: tabular-nums; text-align: end; }}
code {{ font-size: .85em; overflow-wrap: anywhere; }}
td:last-child code {{ display: inline-block; min-width: 16em; }}
li {{ margin: .3rem 0; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
"""
TABLE = """<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table>
<caption>{caption}</caption>
<thead><tr>{columns}</tr></thead>
<tbody>
{rows}</tbody>
</table></div>
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
    heads = [*(t[f"report.{name}"] for name in ("file", "format", "module", "size", "findings")), "SHA-256"]
    columns = "".join(f'<th scope="col"{_aligned(place)}>{head}</th>' for place, head in enumerate(heads))
    rows = "".join(_row(place, artifact, language) for place, artifact in enumerate(report["artifacts"], 1))
    yield TABLE.format(caption=t["report.bundles"], columns=columns, rows=rows)
    yield f"<h2>{t['report.source-findings']}</h2>\n"
    yield _list(report["findings"]) if report["findings"] else f"<p>{t['report.none']}</p>\n"
    for place, artifact in enumerate(report["artifacts"], 1):
        if artifact["findings"]:
            about = f"{t['verify.kind.' + artifact['format']]}, {artifact['module']}"
            yield f'<h2 id="b{place}">{escape(artifact["path"])} ({escape(about)})</h2>\n{_list(artifact["findings"])}'
    yield FOOT


def _row(place: int, artifact: Row, language: Language) -> str:
    t = messages(language)
    path, count = escape(artifact["path"]), len(artifact["findings"])
    name = f'<a href="{path}">{path}</a>' if artifact["sha256"] else f"{path} – {t['report.not-written']}"
    cells = [
        f"{t['verify.kind.' + artifact['format']]} <code>{artifact['format']}</code>",
        escape(artifact["module"]),
        number(artifact["bytes"] / 1000, language=language),
        f'<a href="#b{place}">{count}</a>' if count else "0",
        f"<code>{artifact['sha256']}</code>",
    ]
    rest = "".join(f"<td{_aligned(column)}>{cell}</td>" for column, cell in enumerate(cells, 1))
    return f'<tr><th scope="row">{name}</th>{rest}</tr>\n'


def _aligned(column: int) -> str:
    return ' class="number"' if column in NUMBERS else ""


def _list(findings: Sequence[Row]) -> str:
    return "<ul>" + "".join(map(_finding, findings)) + "</ul>\n"


def _finding(finding: Row) -> str:
    place = escape(finding["path"]) + (f":{finding['line']}" if finding["line"] else "")
    return f"<li><code>{place}</code>: {escape(finding['message'])} – {escape(finding['remedy'])}</li>"
