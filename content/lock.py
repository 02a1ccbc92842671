"""The permanent numbers of everything that a learning state refers to.

`ids.lock` is committed. Saved states name pages, exercises and assessments by number and answers by their place in a
list, so numbers are never reused and lists only grow: an identifier that leaves the source stays here as retired. What
the file does not know yet gets the next numbers in reading order, for this build only, until `staffel lock` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal

from content.exercises import Exercise
from content.exercises.base import Variable
from content.findings import Finding
from content.frozen import record

RETIRED = "!retired"
Kind = Literal["module", "page", "exercise", "assessment"]
Key = tuple[Kind, str, str]
NAME = "ids.lock"
HEADER = (
    "# Vergebene Kennungen und ihre dauerhaften Nummern. Diese Datei schreibt nur `staffel lock`.\n"
    "# Sie gehört in die Versionsverwaltung: An den Nummern hängen gespeicherte Lernstände.\n"
)
# Compiled where there is such a file.
ENTRY = r"(module|page|exercise|assessment) (\S+) (\S+) (\d{1,9})((?: \S+)*)"
VALUES = r"([A-Za-z][\w-]*)(?:=([\w,-]*))?(?:>([\w,-]*))?"


@record
class Entry:
    """One line of the file: `owner` is the module's id (of a module: the curriculum's)."""

    kind: Kind
    owner: str
    id: str
    number: int
    variables: dict[str, Variable] = field(default_factory=dict)
    used: bool = False
    retired: bool = False
    """`staffel lock` has found it gone from the source, and said so."""

    def line(self) -> str:
        parts = [self.kind, self.owner, self.id, str(self.number)]
        for variable in self.variables.values():
            text = variable.id
            text += "=" + ",".join(variable.values) if variable.values else ""
            parts.append(text + (">" + ",".join(variable.targets) if variable.targets else ""))
        if self.retired:
            parts.append(RETIRED)
        return " ".join(parts)


class Lock:
    """Numbers by kind, owner and identifier; asks for unknown ones are answered with fresh numbers.

    What moves to another module gets a number there, and its old one stays taken: states of the old module name it.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: dict[Key, Entry] = {(entry.kind, entry.owner, entry.id): entry for entry in entries}
        self.fresh: dict[Key, Entry] = {}
        self._highest: dict[tuple[Kind, str], int] = {}
        for entry in self._entries.values():
            self._note(entry)

    def number(self, kind: Kind, owner: str, identifier: str) -> int:
        """The permanent number, counted from 1 within its kind and owner."""
        key = kind, owner, identifier
        entry = self._entries.get(key)
        if entry is None:
            entry = Entry(kind, owner, identifier, self._highest.get((kind, owner), 0) + 1)
            self._entries[key] = self.fresh[key] = entry
            self._note(entry)
        entry.used = True
        return entry.number

    def variables(self, owner: str, exercise: Exercise) -> tuple[Variable, ...]:
        """The exercise's variables in permanent order, retired ones and retired values in their places."""
        self.number("exercise", owner, exercise.id)
        key: Key = ("exercise", owner, exercise.id)
        entry = self._entries[key]
        for variable in exercise.variables():
            known = entry.variables.get(variable.id)
            merged = _merged(known, variable)
            entry.variables[variable.id] = merged
            if known is None or (merged.values, merged.targets) != (known.values, known.targets):
                self.fresh[key] = entry
        return tuple(entry.variables.values())

    def missing(self) -> tuple[Entry, ...]:
        """Entries whose identifier is in no source any more and of which nobody has been told yet."""
        return tuple(entry for entry in self._entries.values() if not entry.used and not entry.retired)

    def retire(self) -> None:
        """Note what is gone, so that the next check need not warn of it again; numbers stay taken."""
        for entry in self._entries.values():
            entry.retired = not entry.used

    def text(self) -> str:
        """The whole file."""
        order: dict[str, int] = {"module": 0, "page": 1, "assessment": 2, "exercise": 3}
        entries = sorted(self._entries.values(), key=lambda e: (e.kind != "module", e.owner, order[e.kind], e.number))
        return HEADER + "".join(entry.line() + "\n" for entry in entries)

    def _note(self, entry: Entry) -> None:
        place = entry.kind, entry.owner
        self._highest[place] = max(entry.number, self._highest.get(place, 0))


def _merged(known: Variable | None, now: Variable) -> Variable:
    if known is None:
        return now
    values = known.values + tuple(value for value in now.values if value not in known.values)
    targets = known.targets + tuple(target for target in now.targets if target not in known.targets)
    return Variable(now.id, now.cardinality, now.base, values, targets)


def read_lock(text: str, name: str = NAME) -> tuple[Lock, list[Finding]]:
    """The lock in `text`, and a finding for each line that is not one of ours."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    taken: set[tuple[str, str, int | str]] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(ENTRY, line.strip())
        entry = _entry(match) if match else None
        marks = {(entry.kind, entry.owner, mark) for mark in (entry.number, entry.id)} if entry else taken
        if entry is None or marks & taken:
            findings.append(Finding(name, number, "lock-line"))
            continue
        taken |= marks
        entries.append(entry)
    return Lock(entries), findings


def _entry(match: re.Match[str]) -> Entry | None:
    kinds: Mapping[str, Kind] = {"module": "module", "page": "page", "exercise": "exercise", "assessment": "assessment"}
    variables: dict[str, Variable] = {}
    parts = match.group(5).split()
    retired = parts[-1:] == [RETIRED]
    for part in parts[: len(parts) - retired]:
        found = re.fullmatch(VALUES, part)
        if not found:
            return None
        name, values, targets = found.groups()
        variables[name] = Variable(name, values=_split(values), targets=_split(targets))
    return Entry(kinds[match.group(1)], match.group(2), match.group(3), int(match.group(4)), variables, retired=retired)


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
