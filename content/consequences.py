"""Findings that merely follow from a file that could not be read: what it holds is not unknown, only unread."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from content.findings import Finding

REFERENCES = frozenset(f"{kind}-unknown" for kind in ("term", "source", "page", "unit", "exercise", "assessment"))
# What is written in a file -> what others seem to miss while it cannot be read.
FOLLOWING = (
    (r"(curriculum|profiles/.*)\.yaml(#variables)?", {"variable-unknown", "person-unknown"}),
    (r"curriculum\.yaml(#strategy)?", {"strategy-unknown"}),
    (r"curriculum\.yaml(#pages)?", {"page-unknown"}),
    (r"persons\.yaml", {"person-unknown"}),
    (r"competences\.yaml", {"competence-unknown"}),
    (r"(.*/)?glossary\.yaml", {"term-unknown"}),
    (r"(.*/)?sources\.yaml", {"source-unknown"}),
    (r".*/module\.yaml(#units)?", REFERENCES),
    (r".*/module\.yaml#assessments", {"assessment-unknown", "exercise-unplaced"}),
    (r".*/exercises/.*\.yaml", {"exercise-unknown", "units-none"}),
    (
        r".*\.md",
        {"exercise-unplaced", "exercise-unknown", "objective-unknown", "page-unknown", "unit-unknown", "duration"},
    ),
    (r".*\.md(#id)?", {"page-unknown", "unit-unknown"}),
    (r".*\.md#objectives", {"objective-unknown"}),
    (r".*\.md#duration", {"duration"}),
    (r".*assets\.yaml", {"asset-licence-missing", "asset-missing"}),
)


def without_consequences(findings: Sequence[Finding], broken: Collection[str]) -> list[Finding]:
    """`findings` without those that follow from a fault in one of `broken` (files, or `file#field`) or in an asset.

    Only a file whose own fault is among the findings takes others with it: nothing vanishes without a reason.
    """
    findings = _listed_once(findings)
    faulty = {finding.path for finding in findings if finding.severity == "error"}
    following = {
        code
        for path in broken
        if path.partition("#")[0] in faulty
        for pattern, codes in FOLLOWING
        if re.fullmatch(pattern, path)
        for code in codes
    }
    seen = {(finding.path, finding.code) for finding in findings}
    misplaced = " ".join(str(finding.values["text"]) for finding in findings if finding.code == "placement")
    return [
        finding
        for finding in findings
        if not (
            finding.code in following
            or (finding.code == "asset-missing" and _asset(finding) in faulty)
            or (finding.code == "unit-empty" and (finding.path, "page-id") in seen)
            or (finding.code == "box-end" and (finding.path, "box-unknown") in seen)
            or (finding.code == "spot-image" and (finding.path, "asset-missing") in seen)
            or (finding.code == "exercise-unplaced" and f"exercise {finding.values['id']}}}" in misplaced)
        )
    ]


def _listed_once(findings: Sequence[Finding]) -> Sequence[Finding]:
    """One finding for a file that a list names twice, instead of one for each identifier that it then gives twice."""
    repeated = {f for f in findings if f.code == "id-duplicate" and f.values["other"] == f"{f.path}:{f.line}"}
    if not repeated:
        return findings
    names = {finding.path for finding in repeated}
    folders = {name.rpartition("/")[0] for name in names if name.endswith("/module.yaml")}
    units = {name for name in names if name.endswith(".md") and name.partition("/")[0] not in folders}
    touched = tuple(f"{name.partition('/')[0]}/" for name in names)
    return [
        *(f for f in findings if f not in repeated and not (f.code == "exercise-twice" and f.path.startswith(touched))),
        *(Finding("curriculum.yaml", 0, "entry-twice", {"field": "modules", "name": name}) for name in folders),
        *(
            Finding(f"{folder}/module.yaml", 0, "entry-twice", {"field": "units", "name": name.removesuffix(".md")})
            for folder, _, name in (unit.partition("/") for unit in units)
        ),
    ]


def _asset(finding: Finding) -> str:
    """Name of the file that a text asks for, as its own findings call it."""
    folder = finding.path.split("/")[0] if "/" in finding.path else ""
    return f"{folder}/{finding.values['path']}".lstrip("/")
