"""What a new edition of a module changes for a saved state: removed, renumbered, re-ordered, scored differently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from packager.embedded import Data, EmbeddedModule

# What makes up the score or the status; anything else in an assessment's data is wording.
SCORING = ("pass_mark", "attempts")


@dataclass(frozen=True)
class Change:
    """A change; `unsafe` where a learner in the middle of the module would lose something or be judged anew."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    unsafe: bool = True


def module_changes(old: EmbeddedModule, new: EmbeddedModule) -> Iterator[Change]:
    """All changes that a running course would notice."""
    yield from _version(old.data, new.data)
    if old.data["curriculum"] != new.data["curriculum"]:
        yield Change("curriculum", {"old": old.data["curriculum"], "new": new.data["curriculum"]})
    yield from _entries("page", _tracked(old.data["pages"]), _tracked(new.data["pages"]))
    yield from _entries("exercise", _titled(old), _titled(new))
    yield from _entries("assessment", old.data["assessments"], new.data["assessments"])
    yield from _exercises(old, new)
    yield from _assessments(old.data, new.data)
    if old.data["completion"] != new.data["completion"]:
        yield Change("completion")


def _version(old: Data, new: Data) -> Iterator[Change]:
    before, after = _numbers(old["version"]), _numbers(new["version"])
    values = {"old": old["version"], "new": new["version"]}
    if after < before:
        yield Change("version-lower", values)
    elif after == before:
        yield Change("version-same", values, unsafe=False)


def _numbers(version: str) -> tuple[int, ...]:
    """A stranger's may hold anything; a number of thousands of digits is none."""
    return tuple(int(part) for part in version.split(".") if re.fullmatch(r"[0-9]{1,18}", part))


def _tracked(pages: list[Data]) -> list[Data]:
    return [page for page in pages if page["tracked"]]


def _titled(module: EmbeddedModule) -> list[Data]:
    """The exercises with their titles, which stand in their own data."""
    titles = {name: data["title"] for name, data in module.exercises.items()}
    return [{**entry, "title": titles.get(entry["id"], entry["id"])} for entry in module.data["exercises"]]


def _entries(kind: str, old: list[Data], new: list[Data]) -> Iterator[Change]:
    """Numbers are what the saved state names: each must go on meaning the same page, exercise or test."""
    after = {entry["id"]: entry for entry in new}
    owners = {entry["number"]: entry["id"] for entry in new}
    for entry in old:
        now, values = after.get(entry["id"]), {"title": entry["title"], "id": entry["id"]}
        if now is None:
            yield Change(f"{kind}-removed", values)
        if (now and now["number"] != entry["number"]) or owners.get(entry["number"], entry["id"]) != entry["id"]:
            yield Change(f"{kind}-number", values)
    added = len(after.keys() - {entry["id"] for entry in old})
    if added:
        yield Change(f"{kind}-added", {"count": added}, unsafe=False)


def _exercises(old: EmbeddedModule, new: EmbeddedModule) -> Iterator[Change]:
    for name in old.exercises.keys() & new.exercises.keys():
        before, after = old.exercises[name], new.exercises[name]
        values = {"title": before["title"], "id": name}
        if before["type"] != after["type"]:
            yield Change("exercise-type", values)
        elif not _same_places(before["variables"], after["variables"]):
            yield Change("exercise-places", values)
        elif (_normal(before["rule"]), before["points"]) != (_normal(after["rule"]), after["points"]):
            yield Change("exercise-scoring", values)


def _same_places(before: list[Data], after: list[Data]) -> bool:
    """Every variable and value keeps its place; new ones stand behind them."""
    if len(after) < len(before):
        return False
    return all(
        (old["id"], old["base"], old["cardinality"]) == (new["id"], new["base"], new["cardinality"])
        and _is_prefix(old["values"], new["values"])
        and _is_prefix(old.get("targets", []), new.get("targets", []))
        for old, new in zip(before, after, strict=False)
    )


def _normal(rule: Data) -> object:
    """The rule without orders that mean nothing, so that moving an option is no change of scoring."""
    if "parts" in rule:
        return sorted((_normal(part) for part in rule["parts"]), key=repr)
    ordered = rule.get("ordered") or rule["kind"] == "map-position"
    sets = {
        key: value if ordered else sorted(value, key=repr) for key, value in rule.items() if isinstance(value, list)
    }
    return sorted({**rule, **sets}.items(), key=lambda pair: pair[0])


def _is_prefix(old: list[str], new: list[str]) -> bool:
    return new[: len(old)] == old


def _assessments(old: Data, new: Data) -> Iterator[Change]:
    after = {assessment["id"]: assessment for assessment in new["assessments"]}
    for assessment in old["assessments"]:
        now = after.get(assessment["id"])
        if now and (_scoring(assessment) != _scoring(now)):
            yield Change("assessment-scoring", {"title": assessment["title"], "id": assessment["id"]})


def _scoring(assessment: Data) -> tuple[object, ...]:
    drawn = [(section["draw"], sorted(section["exercises"])) for section in assessment["sections"]]
    return (*(assessment[key] for key in SCORING), drawn)
