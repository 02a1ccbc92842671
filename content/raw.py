"""What the first pass over a source hands to the second: files as written, with their places for findings."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Any

from content.assets import AssetEntry, Looks
from content.exercises import Exercise
from content.findings import Finding
from content.frozen import frozen, record
from content.schema import ModuleFile, UnitHead
from content.source import Document


@frozen
class RawExercise:
    """An exercise as written, with its place for findings."""

    exercise: Exercise
    document: Document
    keys: tuple[str | int, ...]


@frozen
class RawPage:
    """A page as written; `line` is that of its first text line."""

    id: str
    title: str
    body: str
    path: str
    line: int


@frozen
class RawUnit:
    """A unit's front matter and pages."""

    head: UnitHead
    document: Document
    pages: tuple[RawPage, ...]


@frozen
class Entries:
    """The entries of a YAML mapping (terms, sources) with their document."""

    document: Document | None
    items: dict[str, Any]


@record
class RawModule:
    """A module's folder as written."""

    folder: str
    file: ModuleFile
    document: Document
    units: list[RawUnit] = field(default_factory=list)
    exercises: dict[str, RawExercise] = field(default_factory=dict)
    terms: Entries = field(default_factory=lambda: Entries(None, {}))
    sources: Entries = field(default_factory=lambda: Entries(None, {}))
    trainer: RawPage | None = None


@frozen
class ReadModule:
    """What the folder of one module adds; `places`: name space, identifier, path and line of its first mention."""

    module: RawModule | None
    findings: tuple[Finding, ...]
    places: tuple[tuple[str, str, str, int], ...]
    broken: tuple[str, ...]


@record
class RawAsset:
    """A file and what its folder says of it."""

    path: str
    file: Path
    looks: Looks
    entry: AssetEntry
    line: int
    document: str
