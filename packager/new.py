"""New curricula, modules and units from filled patterns, so that a newcomer edits instead of starting from nothing."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from string import Template

import yaml

from content.findings import Language, StaffelError
from content.messages import messages
from content.source import SourceFault, read_text
from content.yaml_source import parse_yaml
from packager.archive import atomic_file

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
IDENTIFIER = 24
PERSON = re.compile(r"(?<!\{)\b([A-ZÄÖÜ][a-zäöüß-]+:(?:innen|in|r|n))\b")


class NotCreated(StaffelError):
    """Something is already there, or the place does not exist."""


class Changes:
    """Files written so far; with a fault in the block all of them are as before it, and new folders gone."""

    def __init__(self) -> None:
        self._before: list[tuple[Path, bytes | None]] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            return
        for path, data in reversed(self._before):
            if data is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(data)
        for folder in reversed(self._folders):
            with suppress(OSError):  # somebody else has put something into it
                folder.rmdir()

    def write(self, path: Path, data: bytes) -> None:
        before = path.read_bytes() if path.exists() else None
        self._folders += reversed([folder for folder in path.parents if not folder.exists()])
        with atomic_file(path) as file:
            file.write(data)
        self._before.append((path, before))


def create_curriculum(folder: Path, title: str, language: Language) -> list[Path]:
    """A curriculum with one module, one unit and one exercise of two types that passes `staffel check`."""
    if (folder / "curriculum.yaml").exists():
        raise NotCreated(messages(language)["new.exists"].format(path=folder))
    with Changes() as changes:
        return _curriculum(folder, title, language, changes)


def create_module(folder: Path, title: str, language: Language) -> list[Path]:
    """A module folder, entered in curriculum.yaml."""
    with Changes() as changes:
        return _module(folder, title, language, changes)


def create_unit(folder: Path, module: str, title: str, language: Language) -> list[Path]:
    """A unit with its exercises and picture, entered in module.yaml."""
    with Changes() as changes:
        return _unit(folder, module, title, language, changes)


def _curriculum(folder: Path, title: str, language: Language, changes: Changes) -> list[Path]:
    title = sound_title(title, language)
    name = slug(folder.resolve().name)
    name = name if name[0].isalpha() else f"kurs-{name}"
    values = {"id": name, "title": quoted(title), "language": language, "year": dt.datetime.now(dt.UTC).year}
    names = ("curriculum.yaml", "persons.yaml", "competences.yaml", "glossary.yaml", "sources.yaml")
    paths = [_fill(folder / name, name, language, values, changes) for name in names]
    return paths + _module(folder, messages(language)["new.first-module"], language, changes)


def _module(folder: Path, title: str, language: Language, changes: Changes) -> list[Path]:
    title = sound_title(title, language)
    number = 1 + max((int(found.group(1)) for path in folder.iterdir() if (found := _numbered("m", path))), default=0)
    name = f"m{number}-{slug(title)}"
    values = {"id": f"m{number}", "title": quoted(title), "module": name}
    path = _fill(folder / name / "module.yaml", "module.yaml", language, values, changes)
    _append(folder / "curriculum.yaml", "modules", name, language, changes)
    return [path, *_unit(folder, name, messages(language)["new.first-unit"], language, changes)]


def _unit(folder: Path, module: str, title: str, language: Language, changes: Changes) -> list[Path]:
    title = sound_title(title, language)
    home = _module_folder(folder, module, language)
    taken = [int(found.group(1)) for path in home.iterdir() if (found := _numbered("", path))]
    number = 1 + max(taken, default=0)
    name = f"{number:02}-{slug(title)}"
    values = {"unit": f"{_identifier(home)}u{number}", "title": quoted(title), "plain_title": title}
    paths = [
        _fill(home / f"{name}.md", "unit.md", language, values, changes),
        _fill(home / "exercises" / f"u{number}.yaml", "exercises.yaml", language, values, changes),
    ]
    for asset in ("assets.yaml", "muster.svg"):
        if not (home / "assets" / asset).exists():
            paths.append(_fill(home / "assets" / asset, asset, language, values, changes))
    _append(home / "module.yaml", "units", name, language, changes)
    return paths


def sound_title(title: str, language: Language) -> str:
    """One line, with person nouns in the braces that let each profile choose their form."""
    title = " ".join(title.split())
    if not title:
        raise NotCreated(messages(language)["new.no-title"])
    return PERSON.sub(r"{{\1}}", title)


def slug(title: str) -> str:
    """A name for files and identifiers: ASCII, lower case, hyphens, whole words."""
    text = unicodedata.normalize("NFKD", title.lower().translate(UMLAUTS)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(name) > IDENTIFIER:
        name = name[: IDENTIFIER + 1].rpartition("-")[0] or name[:IDENTIFIER]
    return name or "neu"


def quoted(text: str) -> str:
    """A YAML scalar that stays this text."""
    return str(yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000)).strip()


def _numbered(prefix: str, path: Path) -> re.Match[str] | None:
    return re.match(prefix + r"(\d+)-", path.name)


def _module_folder(folder: Path, module: str, language: Language) -> Path:
    for path in sorted(folder.iterdir()):
        if (path / "module.yaml").is_file() and module in (path.name, _identifier(path)):
            return path
    raise NotCreated(messages(language)["new.no-module"].format(module=module, folder=folder))


def _identifier(home: Path) -> str:
    """The identifier in module.yaml; of a file that says none, what its folder's name begins with."""
    try:
        value = parse_yaml(read_text(home / "module.yaml", "module.yaml"), "module.yaml").value
    except SourceFault:  # `staffel check` says what is wrong with it
        value = None
    given = value.get("id") if isinstance(value, dict) else None
    return given if isinstance(given, str) else home.name.split("-")[0]


def _fill(path: Path, pattern: str, language: Language, values: Mapping[str, object], changes: Changes) -> Path:
    """Write the pattern to `path`, which must not exist."""
    if path.exists():
        raise NotCreated(messages(language)["new.exists"].format(path=path))
    base = files("packager") / "patterns"
    localised = base / language / pattern
    text = (localised if localised.is_file() else base / pattern).read_text(encoding="utf-8")
    changes.write(path, Template(text).substitute(values).encode())
    return path


def _append(path: Path, field: str, name: str, language: Language, changes: Changes) -> None:
    """Add `name` to the list `field` of an author's file without touching its other lines.

    The list may be written as `[a, b]` or with one `- a` a line.
    """
    try:
        text = read_text(path, path.name)
    except SourceFault as fault:
        raise NotCreated(fault.finding.text(language)) from fault
    ending = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    flow = re.compile(rf"^({field}:[ \t]*\[)([^\]]*)(\])", re.MULTILINE)
    block = re.compile(rf"^{field}:[ \t]*(?:#[^\n]*)?\n((?:[ \t]*-[^\n]*\n|[ \t]*(?:#[^\n]*)?\n)*)", re.MULTILINE)
    if flow.search(text):
        text = flow.sub(
            lambda m: m.group(1) + ", ".join(filter(None, [m.group(2).strip(), name])) + m.group(3), text, 1
        )
    elif found := block.search(text if text.endswith("\n") else text + "\n"):
        text = text if text.endswith("\n") else text + "\n"
        body = found.group(1)
        kept = body.rstrip()
        indent = re.match(r"[ \t]*", body).group(0) if kept else "  "  # type: ignore[union-attr]  # always matches
        end = found.start(1) + len(kept)
        text = text[:end] + ("\n" if kept else "") + f"{indent}- {name}\n" + text[end:].removeprefix("\n")
    else:
        raise NotCreated(messages(language)["new.no-list"].format(path=path, field=field, name=name))
    try:
        parse_yaml(text, path.name)
    except SourceFault as fault:
        raise NotCreated(fault.finding.text(language)) from fault
    changes.write(path, text.replace("\n", ending).encode())
