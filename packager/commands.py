"""All commands of `staffel` for click: parse, call, print, exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from content.findings import InvalidCurriculum
from packager.building import (
    BUILD,
    FAULTS,
    JSON,
    MODULE,
    PROFILE,
    Option,
    is_curriculum,
    order,
    run_build,
    source_folder,
)
from packager.language import LANGUAGE, counted, text
from packager.printing import print_findings
from packager.wrong_calls import Address, Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from content.model import Curriculum


@click.group(help=text("cli.staffel"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="staffel", message="%(prog)s %(version)s")
def cli() -> None:
    pass


def source_argument(function: Any) -> Any:
    return click.argument(
        "source",
        required=False,
        default=None,
        type=click.Path(path_type=Path, file_okay=False),
        metavar=f"[{text('arg.source')}]",
    )(function)


def found(source: Path | None) -> Path:
    """The curriculum's folder, or a fault of the call."""
    folder = source_folder(source)
    if not is_curriculum(folder):
        raise click.UsageError(text("cli.no-curriculum").format(folder=source or Path.cwd()))
    return folder


def as_click(*options: Option) -> Callable[[Any], Any]:
    """The options as click wants them, in this order."""

    def decorated(function: Any) -> Any:
        for option in reversed(options):
            function = click.option(
                *option.flags,
                option.name,
                help=text(option.help),
                default=option.default,
                is_flag=option.kind == "flag",
                multiple=option.kind == "texts",
                type=click_type(option),
                metavar=text(f"arg.{option.kind}") if option.kind in ("folder", "number", "text", "texts") else None,
            )(function)
        return function

    return decorated


def click_type(option: Option) -> click.ParamType[Any] | None:
    """The type that checks the value."""
    if option.kind == "folder":
        return click.Path(path_type=Path, file_okay=False)
    if option.kind == "choice":
        return click.Choice(option.choices)
    if option.kind == "address":
        return Address()
    if option.kind == "number":
        return click.IntRange(*option.limits)
    return None


json_option, profile_option = as_click(JSON), as_click(PROFILE)


@cli.command(help=text("cli.check"))
@source_argument
@as_click(MODULE, PROFILE)
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
@as_click(*BUILD)
def build(source: Path | None, formats: tuple[str, ...], **values: Any) -> None:
    check_formats(formats)
    sys.exit(run_build(*order(source=found(source), formats=formats, **values)))


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
@click.argument("file", metavar=text("arg.file"), type=click.Path(exists=True, path_type=Path, dir_okay=False))
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
@click.argument("old", metavar=text("arg.old"), type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.argument("new", metavar=text("arg.new"), type=click.Path(exists=True, path_type=Path, dir_okay=False))
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
        click.echo(text("cli.lock-missing").format(kind=text(f"cli.lock.{entry.kind}"), id=entry.id))
    numbers.retire()
    with atomic_file(folder / NAME) as file:
        file.write(numbers.text().encode())
    click.echo(text("cli.lock-done").format(count=counted("cli.identifiers", len(numbers.fresh)), path=folder / NAME))


@cli.command(help=text("cli.preview"))
@source_argument
@profile_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, metavar=text("arg.number"), help=text("cli.port"))
@click.option("--open/--no-open", "open_browser", default=False, help=text("cli.open"))
def preview(source: Path | None, profile: str | None, port: int, open_browser: bool) -> None:
    from packager.preview import serve

    serve(found(source), profile, port, open_browser)


@cli.group(help=text("cli.new"))
def new() -> None:
    pass


@new.command("curriculum", help=text("cli.new-curriculum"))
@click.argument("folder", metavar=text("arg.folder"), type=click.Path(path_type=Path))
@click.option("--title", prompt=text("cli.ask-title"), metavar=text("arg.text"), help=text("cli.ask-title"))
def new_curriculum(folder: Path, title: str) -> None:
    from packager.new import create_curriculum

    announce(create_curriculum(folder, title, LANGUAGE))


@new.command("module", help=text("cli.new-module"))
@click.argument("title", metavar=text("arg.title"))
@click.option(
    "--source",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=text("arg.folder"),
    help=text("cli.source"),
)
def new_module(title: str, source: Path | None) -> None:
    from packager.new import create_module

    announce(create_module(found(source), title, LANGUAGE))


@new.command("unit", help=text("cli.new-unit"))
@click.argument("module", metavar=text("arg.module"))
@click.argument("title", metavar=text("arg.title"))
@click.option(
    "--source",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=text("arg.folder"),
    help=text("cli.source"),
)
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


for command in (cli, *cli.commands.values(), *new.commands.values()):
    command.short_help = command.help  # a list of commands cuts the sentence off otherwise
    command.options_metavar = text("arg.options")
    command.context_class = Call
for group in (cli, new):
    group.subcommand_metavar = text("arg.command")


def announce(paths: list[Path]) -> None:
    for path in paths:
        click.echo(text("cli.created").format(path=path))


def print_readability(curriculum: Curriculum) -> None:
    """A line per unit: words, words per sentence, LIX."""
    from content.readability import readability

    click.echo(text("cli.readability-head"))
    for module in curriculum.modules:
        for unit in module.units:
            figures = readability(unit)
            click.echo(f"{figures.unit:<12} {figures.words:>6} {figures.sentence:>6} {figures.lix:>6}")
