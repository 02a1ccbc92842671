"""What commands tell a person in the terminal: findings, one a line, and the table of bundles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packager.language import LANGUAGE, counted, number, text

if TYPE_CHECKING:
    from content.findings import Finding, Language
    from packager.report import BuildReport


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


def print_report(report: BuildReport) -> None:
    """The table of bundles, then the findings."""
    width = max((len(Path(artifact.path).name) for artifact in report.artifacts), default=0)
    for artifact in report.artifacts:
        name = Path(artifact.path).name
        if artifact.written:
            print(f"{name:<{width}}  {number(artifact.bytes / 1000):>9} kB  {artifact.sha256[:12]}")
        else:
            print(f"{name:<{width}}  {text('report.not-written')}")
        print_findings(artifact.findings, LANGUAGE)
    print_findings(report.findings, LANGUAGE)
    written = sum(artifact.written for artifact in report.artifacts)
    bundles, seconds = counted("cli.bundles", written), number(report.seconds, 1)
    print(text("cli.unchanged" if report.unchanged else "cli.built").format(bundles=bundles, seconds=seconds))
