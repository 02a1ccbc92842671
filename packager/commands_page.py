"""The handbook's page of commands, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from packager.commands import cli

HEAD = """\
# Befehle

Alle Befehle von `staffel` mit ihren Möglichkeiten. Diese Seite entsteht aus dem Programm
(`STAFFEL_LANG=de python -m packager.commands_page`). Rückgabewerte: 0 alles gut, 1 die Quelle oder ein Paket hat Fehler
oder ein Update ist unsicher, 2 der Aufruf selbst ist falsch.
"""


def commands_page() -> str:
    """Markdown with a section per command."""
    return HEAD + "".join(_sections(cli, "staffel"))


def _sections(group: click.Group, path: str) -> Iterator[str]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from _sections(command, f"{path} {name}")
        else:
            yield _section(command, f"{path} {name}")


def _section(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    usage = command.get_usage(context).partition(": ")[2]
    lines = [f"\n## {path}\n", f"{command.help}\n", f"```\n{usage}\n```\n"]
    records = [parameter.get_help_record(context) for parameter in command.params]
    options = [record for record in records if record and record[1]]
    if options:
        lines.append("| Angabe | Bedeutung |\n|---|---|\n" + "".join(_row(name, text) for name, text in options))
    return "\n".join(lines)


def _row(name: str, text: str) -> str:
    return f"| `{name.replace('|', chr(92) + '|')}` | {text} |\n"


if __name__ == "__main__":
    print(commands_page(), end="")
