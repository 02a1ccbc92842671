"""How commands speak: German unless STAFFEL_LANG or the locale says otherwise; tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from content.findings import Language
from lti_tool.messages import best_language, messages

as_json = click.option("--json", "as_json", is_flag=True, help="als JSON ausgeben")


def language() -> Language:
    return best_language(*(os.environ.get(name, "") for name in ("STAFFEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))


def text(key: str, **places: object) -> str:
    return messages(language())[key].format_map(places)


def rows(entries: Sequence[Mapping[str, Any]], *, json_wanted: bool) -> None:
    """Prints entries that share their keys."""
    if json_wanted:
        click.echo(json.dumps(list(entries), ensure_ascii=False, indent=2))
        return
    if not entries:
        click.echo(text("cli.none"))
        return
    columns = list(entries[0])
    lines = [columns, *([_cell(entry[name]) for name in columns] for entry in entries)]
    widths = [max(len(line[number]) for line in lines) for number in range(len(columns))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def fields(entry: Mapping[str, Any], *, json_wanted: bool) -> None:
    """Prints one entry, a line per field."""
    if json_wanted:
        click.echo(json.dumps(entry, ensure_ascii=False, indent=2))
        return
    width = max(map(len, entry))
    for name, value in entry.items():
        click.echo(f"{name.ljust(width)}  {_cell(value)}")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value and language() == "de" else "nein" if language() == "de" else str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
