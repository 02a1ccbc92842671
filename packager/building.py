"""The command `staffel build`: its options, once for click and once for plain calls that do without it.

click costs a short build a tenth of its time (docs/decisions/0007). So a call that uses nothing but known options with
sound values is read here; every other one, and all that click does besides (help, faults, completion), is left to it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from content.frozen import frozen
from packager.language import LANGUAGE, text
from packager.printing import print_report

if TYPE_CHECKING:
    from packager.build import Order

DEFAULT_SOURCE = Path("content/curricula/smart-city-manager")
FAULTS = 1
ADDRESS = re.compile(r"https?://[^\s/?#]+(?:[/?][^\s#]*)?")


@frozen(kw_only=True)
class Option:
    """One option; `help` is the key of its sentence, `limits` are the lowest and the highest number."""

    name: str
    flags: tuple[str, ...]
    help: str
    kind: Literal["text", "texts", "flag", "folder", "choice", "number", "address"] = "text"
    default: Any = None
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] = (0, 0)

    def value(self, given: str) -> Any:
        """What click would make of it; None if that is not plain to see."""
        if not given or given.startswith("-"):
            return None
        if self.kind == "folder":
            return folder(given)
        if self.kind == "choice":
            return given if given in self.choices else None
        if self.kind == "number":
            number = int(given) if given.isascii() and given.isdigit() else None
            return number if number is not None and self.limits[0] <= number <= self.limits[1] else None
        if self.kind == "address":
            return given if ADDRESS.fullmatch(given) else None
        return given


JSON = Option(name="as_json", flags=("--json",), help="cli.json", kind="flag", default=False)
PROFILE = Option(name="profile", flags=("--profile", "-p"), help="cli.profile")
MODULE = Option(name="modules", flags=("--module", "-m"), help="cli.module", kind="texts", default=())
BUILD = (
    Option(name="formats", flags=("--format", "-f"), help="cli.format", kind="texts", default=()),
    MODULE,
    Option(name="out", flags=("--out", "-o"), help="cli.out", kind="folder", default=Path("dist")),
    PROFILE,
    Option(
        name="grain",
        flags=("--grain",),
        help="cli.grain",
        kind="choice",
        choices=("module", "course"),
        default="module",
    ),
    Option(name="tool_url", flags=("--tool-url",), help="cli.tool-url", kind="address", default=""),
    Option(name="jobs", flags=("--jobs", "-j"), help="cli.jobs", kind="number", default=1, limits=(1, 64)),
    Option(name="no_cache", flags=("--no-cache",), help="cli.no-cache", kind="flag", default=False),
    JSON,
)


def folder(given: str) -> Path | None:
    """A folder that exists and can be read, or one that is still to be made."""
    path = Path(given)
    sound = not os.path.lexists(path) or (path.is_dir() and os.access(path, os.R_OK))
    return path if sound else None


def plain_values(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The values of the options in a plain call, as click would hand them over, or None."""
    values: dict[str, Any] = {"source": None, **{option.name: option.default for option in BUILD}}
    known = {flag: option for option in BUILD for flag in option.flags}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            source = folder(argument) if argument else None
            if source is None or values["source"] is not None:
                return None
            values["source"] = source
            continue
        option = known.get(argument)
        if option is None:
            return None
        value = True if option.kind == "flag" else option.value(next(rest, ""))
        if value is None:
            return None
        values[option.name] = (*values[option.name], value) if option.kind == "texts" else value
    return values


def plain_order(arguments: Sequence[str]) -> tuple[Order, bool] | None:
    """What a plain call of `build` orders, and whether as JSON; None if click should read the call."""
    from packager.formats import FORMATS

    values = plain_values(arguments[1:]) if arguments[:1] == ["build"] else None
    if values is None or any(name not in FORMATS for name in values["formats"]):
        return None
    source = source_folder(values["source"])
    return order(**{**values, "source": source}) if is_curriculum(source) else None


def source_folder(given: Path | None) -> Path:
    """The curriculum's folder: the argument, else this folder, else the curriculum that comes along."""
    if given is not None:
        return given
    return Path() if is_curriculum(Path()) else DEFAULT_SOURCE


def is_curriculum(path: Path) -> bool:
    return (path / "curriculum.yaml").exists()


def order(*, as_json: bool, no_cache: bool, **values: Any) -> tuple[Order, bool]:
    """The order that the options stand for, and whether the report is wanted as JSON."""
    from packager.build import Order
    from packager.cache import cache_folder

    return Order(**values, cache=None if no_cache else cache_folder()), as_json


def run_build(order: Order, as_json: bool) -> int:
    """Build, leave the report beside the bundles, print it; the exit code."""
    from packager.build import build
    from packager.progress import progress_bar
    from packager.report import REPORT

    with progress_bar(text("cli.building"), shown=not as_json) as progress:
        report = build(order, progress)
    report.write(order.out, LANGUAGE)
    if as_json:
        print(json.dumps(report.data(LANGUAGE), ensure_ascii=False, indent=2))
    else:
        print_report(report, order.out / f"{REPORT}.html")
    return 0 if report.complete else FAULTS
