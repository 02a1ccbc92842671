"""What commands tell a person in the terminal: findings, one a line, and the table of bundles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packager.language import LANGUAGE, counted, number, text

if TYPE_CHECKING:
    from content.findings import Finding, Language
    from packager.report import BuildReport

FEW = 8
"""More lines of hints than these bury the table; each bundle of a whole curriculum has some."""


def print_findings(findings: Sequence[Finding], language: Language) -> None:
    """One line per finding, warnings marked, and a count."""
    if not findings:
        return
    import click  # for the colours, where the terminal has some

    for finding in findings:
        mark = text("cli.warning") if finding.severity == "warning" else text("cli.error")
        click.secho(mark, fg="yellow" if finding.severity == "warning" else "red", nl=False)
        click.echo(f" {finding.text(language)}")
    errors = sum(finding.severity == "error" for finding in findings)
    click.echo(f"{counted('cli.errors', errors)}, {counted('cli.hints', len(findings) - errors)}")


def print_report(report: BuildReport, page: Path) -> None:
    """The table of bundles and the findings; hints that would bury it are counted and left to `page`."""
    width = max((len(Path(artifact.path).name) for artifact in report.artifacts), default=0)
    hints = sum(len(_hints(artifact.findings)) for artifact in report.artifacts)
    many = hints > FEW and len(report.artifacts) > 1
    for artifact in report.artifacts:
        name, own = Path(artifact.path).name, _hints(artifact.findings)
        note = "" if artifact.module in name else f"  {artifact.format} {artifact.module}"  # ILIAS wants a number
        note += f"  {counted('cli.hints', len(own))}" if own and many else ""
        if artifact.written:
            print(f"{name:<{width}}  {number(artifact.bytes / 1000):>9} kB  {artifact.sha256[:12]}{note}")
        else:
            print(f"{name:<{width}}  {text('report.not-written')}{note}")
        left_out = own if many else ()
        print_findings([finding for finding in artifact.findings if finding not in left_out], LANGUAGE)
    print_findings(report.findings, LANGUAGE)
    if many:
        print(text("cli.hints-elsewhere").format(hints=counted("cli.hints", hints), page=page))
    written = sum(artifact.written for artifact in report.artifacts)
    bundles, seconds = counted("cli.bundles", written), number(report.seconds, 1)
    print(text("cli.unchanged" if report.unchanged else "cli.built").format(bundles=bundles, seconds=seconds))


def _hints(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "warning"]
