"""The command `staffel`: parse, call, print, exit code.

Exit codes: 0 all is well; 1 the source or a package has faults, or an update is not safe; 2 the call itself is wrong.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from content.findings import Finding, InvalidCurriculum, Language, StaffelError
from packager.language import LANGUAGE, text

if TYPE_CHECKING:
    from content.model import Curriculum
    from packager.formats.base import Grain
    from packager.report import BuildReport

DEFAULT_SOURCE = Path("content/curricula/smart-city-manager")
FAULTS = 1


def main() -> None:
    """Entry point: expected errors become one line on standard error.

    A command ends before the collector could find anything, and the system takes its memory back faster than Python
    gives it away piece by piece: together a tenth of a build (docs/decisions/0007).
    """
    gc.disable()
    code: object = FAULTS
    try:
        cli(standalone_mode=True)
    except SystemExit as leaving:
        code = leaving.code or 0
    except InvalidCurriculum as error:
        print_findings(error.findings, LANGUAGE)
    except StaffelError as error:
        click.echo(str(error), err=True)
    if "coverage" in sys.modules:  # it writes its figures when Python ends in order
        sys.exit(code if isinstance(code, int) else FAULTS)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else FAULTS)


@click.group(help=text("cli.staffel"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="staffel", message="%(prog)s %(version)s")
def cli() -> None:
    pass


def source_argument(function: Any) -> Any:
    return click.argument(
        "source", required=False, default=None, type=click.Path(path_type=Path, file_okay=False), metavar="[SOURCE]"
    )(function)


def found(source: Path | None) -> Path:
    """The curriculum's folder: the argument, else this folder, else the curriculum that comes along."""
    if source is not None:
        folder = source
    elif Path("curriculum.yaml").exists():
        folder = Path()
    else:
        folder = DEFAULT_SOURCE
    if not (folder / "curriculum.yaml").exists():
        raise click.UsageError(text("cli.no-curriculum").format(folder=folder))
    return folder


json_option = click.option("--json", "as_json", is_flag=True, help=text("cli.json"))
profile_option = click.option("--profile", "-p", help=text("cli.profile"))
module_option = click.option("--module", "-m", "modules", multiple=True, help=text("cli.module"))


@cli.command(help=text("cli.check"))
@source_argument
@module_option
@profile_option
@click.option("--readability", "figures", is_flag=True, help=text("cli.readability"))
@json_option
def check(source: Path | None, modules: tuple[str, ...], profile: str | None, figures: bool, as_json: bool) -> None:
    from content.loader import load

    folder = found(source)
    try:
        curriculum = load(folder, profile, modules or None)
        findings, faulty = curriculum.findings, False
    except InvalidCurriculum as error:
        findings, faulty = error.findings, True
    if as_json:
        click.echo(json.dumps({"findings": [f.data(LANGUAGE) for f in findings]}, ensure_ascii=False, indent=2))
    else:
        print_findings(findings, LANGUAGE)
        if not faulty:
            click.echo(text("cli.check-ok"))
            if figures:
                print_readability(curriculum)
    sys.exit(FAULTS if faulty else 0)


@cli.command(help=text("cli.build"))
@source_argument
@click.option("--format", "-f", "formats", multiple=True, help=text("cli.format"))
@module_option
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"), help=text("cli.out")
)
@profile_option
@click.option("--grain", type=click.Choice(["module", "course"]), default="module", help=text("cli.grain"))
@click.option("--tool-url", default="", help=text("cli.tool-url"))
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, help=text("cli.jobs"))
@click.option("--no-cache", is_flag=True, help=text("cli.no-cache"))
@json_option
def build(  # noqa: PLR0913, PLR0917  # one argument per option of the command
    source: Path | None,
    formats: tuple[str, ...],
    modules: tuple[str, ...],
    out: Path,
    profile: str | None,
    grain: Grain,
    tool_url: str,
    jobs: int,
    no_cache: bool,
    as_json: bool,
) -> None:
    from packager.build import Order
    from packager.build import build as build_bundles
    from packager.cache import cache_folder
    from packager.progress import progress_bar

    check_formats(formats)
    order = Order(
        source=found(source),
        out=out,
        formats=formats,
        modules=modules,
        profile=profile,
        grain=grain,
        tool_url=tool_url,
        jobs=jobs,
        cache=None if no_cache else cache_folder(),
    )
    with progress_bar(text("cli.building"), shown=not as_json) as progress:
        report = build_bundles(order, progress)
    report.write(out, LANGUAGE)
    if as_json:
        click.echo(json.dumps(report.data(LANGUAGE), ensure_ascii=False, indent=2))
    else:
        print_report(report)
    sys.exit(0 if report.complete else FAULTS)


def check_formats(names: tuple[str, ...]) -> None:
    from packager.formats import FORMATS

    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(text("cli.format-unknown").format(name=name, known=", ".join(FORMATS)))


@cli.command(help=text("cli.formats"))
@json_option
def formats(as_json: bool) -> None:
    from packager.formats import FORMATS

    if as_json:
        rows = [{"name": f.name, "label": f.label[LANGUAGE], "grains": f.grains} for f in FORMATS.values()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(name) for name in FORMATS)
    for form in FORMATS.values():
        click.echo(f"{form.name:<{width}}  {form.label[LANGUAGE]}")


@cli.command(help=text("cli.verify"))
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@json_option
def verify(file: Path, as_json: bool) -> None:
    from packager.verify import verify_file

    result = verify_file(file)
    if as_json:
        click.echo(json.dumps(result.data(LANGUAGE), ensure_ascii=False, indent=2))
    else:
        click.echo(result.heading(LANGUAGE))
        print_findings(result.findings, LANGUAGE)
    sys.exit(FAULTS if result.faulty else 0)


@cli.command("update-check", help=text("cli.update-check"))
@click.argument("old", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.argument("new", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@json_option
def update_check(old: Path, new: Path, as_json: bool) -> None:
    from packager.update import compare

    verdict = compare(old, new)
    if as_json:
        click.echo(json.dumps(verdict.data(LANGUAGE), ensure_ascii=False, indent=2))
    else:
        for line in verdict.lines(LANGUAGE):
            click.echo(line)
    sys.exit(0 if verdict.safe else FAULTS)


@cli.command(help=text("cli.lock"))
@source_argument
def lock(source: Path | None) -> None:
    from content.loader import load_locked
    from content.lock import NAME
    from packager.archive import atomic_file

    folder = found(source)
    _, numbers = load_locked(folder)
    for entry in numbers.missing():
        click.echo(text("cli.lock-missing").format(kind=entry.kind, id=entry.id))
    with atomic_file(folder / NAME) as file:
        file.write(numbers.text().encode())
    click.echo(text("cli.lock-done").format(count=len(numbers.fresh), path=folder / NAME))


@cli.command(help=text("cli.preview"))
@source_argument
@profile_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=text("cli.port"))
@click.option("--open/--no-open", "open_browser", default=False, help=text("cli.open"))
def preview(source: Path | None, profile: str | None, port: int, open_browser: bool) -> None:
    from packager.preview import serve

    serve(found(source), profile, port, open_browser)


@cli.group(help=text("cli.new"))
def new() -> None:
    pass


@new.command("curriculum", help=text("cli.new-curriculum"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", prompt=text("cli.ask-title"), help=text("cli.ask-title"))
def new_curriculum(folder: Path, title: str) -> None:
    from packager.new import create_curriculum

    announce(create_curriculum(folder, title, LANGUAGE))


@new.command("module", help=text("cli.new-module"))
@click.argument("title")
@click.option("--source", type=click.Path(path_type=Path, file_okay=False), help=text("cli.source"))
def new_module(title: str, source: Path | None) -> None:
    from packager.new import create_module

    announce(create_module(found(source), title, LANGUAGE))


@new.command("unit", help=text("cli.new-unit"))
@click.argument("module")
@click.argument("title")
@click.option("--source", type=click.Path(path_type=Path, file_okay=False), help=text("cli.source"))
def new_unit(module: str, title: str, source: Path | None) -> None:
    from packager.new import create_unit

    announce(create_unit(found(source), module, title, LANGUAGE))


@cli.command(help=text("cli.completion"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(cli, {}, "staffel", "_STAFFEL_COMPLETE").source())


def announce(paths: list[Path]) -> None:
    for path in paths:
        click.echo(text("cli.created").format(path=path))


def print_findings(findings: tuple[Finding, ...], language: Language) -> None:
    """One line per finding, warnings marked, and a count."""
    for finding in findings:
        mark = text("cli.warning") if finding.severity == "warning" else text("cli.error")
        click.secho(mark, fg="yellow" if finding.severity == "warning" else "red", nl=False)
        click.echo(f" {finding.text(language)}")
    if findings:
        errors = sum(finding.severity == "error" for finding in findings)
        click.echo(text("cli.count").format(errors=errors, warnings=len(findings) - errors))


def print_readability(curriculum: Curriculum) -> None:
    """A line per unit: words, words per sentence, LIX."""
    from content.readability import readability

    click.echo(text("cli.readability-head"))
    for module in curriculum.modules:
        for unit in module.units:
            figures = readability(unit)
            click.echo(f"{figures.unit:<12} {figures.words:>6} {figures.sentence:>6} {figures.lix:>6}")


def print_report(report: BuildReport) -> None:
    """The table of bundles, then the findings."""
    width = max((len(Path(artifact.path).name) for artifact in report.artifacts), default=0)
    for artifact in report.artifacts:
        name = Path(artifact.path).name
        if artifact.written:
            click.echo(f"{name:<{width}}  {artifact.bytes / 1000:>9,.0f} kB  {artifact.sha256[:12]}")
        else:
            click.echo(f"{name:<{width}}  {text('report.not-written')}")
        print_findings(artifact.findings, LANGUAGE)
    print_findings(report.findings, LANGUAGE)
    written = sum(artifact.written for artifact in report.artifacts)
    sentence = text("cli.unchanged" if report.unchanged else "cli.built")
    click.echo(sentence.format(count=written, seconds=f"{report.seconds:.1f}"))


if __name__ == "__main__":
    main()
