"""What click says of a wrong call, and its help, in the language of the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click
from click.exceptions import NoArgsIsHelpError

from packager.language import text

# A sentence of click -> the key of ours; what stands in brackets fills its places.
SENTENCES = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"No such command '(.*?)'.*", "call.command"),
        (r"No such option:? '?(-[^'\s.]*)'?.*", "call.option"),
        (r"Missing command\.", "call.no-command"),
        (r"Missing (?:argument|option|parameter) '(.*)'\.(?: Choose from:.*)?", "call.missing"),
        (r"Option '(.*)' requires an argument\.", "call.no-value"),
        (r"Option '(.*)' does not take a value\.", "call.value"),
        (r"Got unexpected extra arguments? \((.*)\)", "call.extra"),
        (r"(?:File|Directory|Path) '(.*)' does not exist\.", "call.path"),
        (r"(?:File|Path) '(.*)' is a directory\.", "call.folder"),
        (r"(?:Directory|Path) '(.*)' is a file\.", "call.file"),
        (r"(?:File|Directory|Path) '(.*)' is not readable\.", "call.unreadable"),
        (r"(.*) is not in the range (\d+)<=x<=(\d+)\.", "call.range"),
        (r"'(.*)' is not one of (.*)\.", "call.choice"),
        (r"'(.*)' is not a valid integer(?: range)?\.", "call.number"),
    )
)
VALUE = re.compile(r"Invalid value(?: for (.*?))?: (.*)", re.DOTALL)
WORDS = {
    "Options": "call.options",
    "Commands": "call.commands",
    "Show this message and exit.": "call.help",
    "Show the version and exit.": "call.version",
}


def explained(error: click.ClickException) -> str:
    """What is wrong with a call, how it is meant, and where to read on."""
    if isinstance(error, NoArgsIsHelpError):
        return error.format_message()
    lines = [text("call.wrong").format(reason=sentence(error.format_message()))]
    near = getattr(error, "possibilities", None)
    if near:
        lines[0] += " " + text("call.near").format(names=", ".join(near))
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        lines += [context.get_usage(), text("call.more").format(command=f"{context.command_path} --help")]
    return "\n".join(lines)


def sentence(words: str) -> str:
    """A sentence of click in our words; one that is not known stays as it is."""
    if found := VALUE.fullmatch(words):
        place, reason = found.groups()
        return text("call.invalid").format(place=place.replace("'", ""), reason=sentence(reason)) if place else reason
    for pattern, key in SENTENCES:
        if found := pattern.fullmatch(words):
            return text(key).format(*(part.replace("'", "") for part in found.groups()))
    return words


class Formatter(click.HelpFormatter):
    """Help with the headings and the two sentences that click writes itself."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, text("call.usage") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_ours(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _ours(words)) for name, words in rows], col_max, col_spacing)


class Call(click.Context):
    """A call of one of our commands; those of other programs in the same process keep their own help."""

    formatter_class = Formatter


class Address(click.ParamType[str]):
    """An address on the web."""

    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from packager.building import ADDRESS

        if value and not ADDRESS.fullmatch(value):
            self.fail(text("call.address").format(value), param, ctx)
        return value


def _ours(words: str) -> str:
    return text(WORDS[words]) if words in WORDS else words
