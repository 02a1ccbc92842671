"""Faults of interactions, ours or a stranger's: missing parts, areas that are none, answers that nobody can give.

QTI 2.1 Information Model, sections 7 (interactions) and 5.1 (declarations); the names of 3.0 mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from content import Finding
from packager.qti.names import attribute, elements, plain

NUMBER = re.compile(r"-?\d+(\.\d+)?%?")
IMAGES = {"object", "img", "picture"}
# Shape -> how many numbers it takes; a polygon takes any even number from six.
NUMBERS = {"rect": 4, "circle": 3, "ellipse": 4}
SHORTEST_POLYGON = 6
CONTAINERS = {"multiple", "ordered"}


@dataclass(frozen=True)
class Kind:
    """What an interaction holds: `choices`, by name, the base type of its answers, further parts and how many."""

    name: str
    choices: tuple[str, ...]
    base: str = "identifier"
    parts: tuple[tuple[str, int], ...] = ()


KINDS: Mapping[str, Kind] = {
    kind.name.lower(): kind
    for kind in (
        Kind("choiceInteraction", ("simpleChoice",)),
        Kind("inlineChoiceInteraction", ("inlineChoice",)),
        Kind("orderInteraction", ("simpleChoice",)),
        Kind("hottextInteraction", ("hottext",)),
        Kind("hotspotInteraction", ("hotspotChoice",)),
        Kind("graphicOrderInteraction", ("hotspotChoice",)),
        Kind("matchInteraction", ("simpleAssociableChoice",), "directedPair", (("simpleMatchSet", 2),)),
        Kind("associateInteraction", ("simpleAssociableChoice",), "pair"),
        Kind("gapMatchInteraction", ("gapText", "gapImg", "gap"), "directedPair", (("gap", 1),)),
        Kind("graphicAssociateInteraction", ("associableHotspot",), "pair"),
        Kind("graphicGapMatchInteraction", ("gapText", "gapImg", "associableHotspot"), "directedPair"),
    )
}
GRAPHIC = {"hotspotinteraction", "graphicorderinteraction", "graphicassociateinteraction", "graphicgapmatchinteraction"}


def interaction_faults(path: str, root: etree._Element) -> Iterator[Finding]:
    """What is wrong with the interactions of an item, one finding for each fault."""
    declared = {e.get("identifier", ""): e for e in elements(root) if plain(e) == "responsedeclaration"}
    for element in elements(root):
        if element.get("coords") is not None and not is_area(element.get("shape", ""), element.get("coords", "")):
            values = {"shape": element.get("shape") or "–", "coords": element.get("coords", "")}
            yield Finding(path, element.sourceline or 0, "qti-coords", values)
        kind = KINDS.get(plain(element))
        if kind is None:
            continue
        for part in _missing(kind, element):
            yield Finding(path, element.sourceline or 0, "qti-interaction", {"kind": kind.name, "part": part})
        declaration = declared.get(attribute(element, "responseIdentifier"))
        if declaration is not None:
            yield from _type_faults(path, kind, element, declaration)
            yield from _value_faults(path, kind, element, declaration)


def is_area(shape: str, coords: str) -> bool:
    """The numbers make an area of the shape (section 7.5); `default` is the whole image."""
    if shape == "default":
        return True
    parts = [part.strip() for part in coords.split(",")]
    if not all(NUMBER.fullmatch(part) for part in parts):
        return False
    if shape == "poly":
        return len(parts) >= SHORTEST_POLYGON and len(parts) % 2 == 0
    return len(parts) == NUMBERS.get(shape) and ("%" in coords or _has_size(shape, [float(part) for part in parts]))


def _has_size(shape: str, numbers: list[float]) -> bool:
    if shape == "rect":
        return numbers[0] < numbers[2] and numbers[1] < numbers[3]
    return all(radius > 0 for radius in numbers[2:])


def _missing(kind: Kind, element: etree._Element) -> Iterator[str]:
    held = [plain(inner) for inner in elements(element)]
    if not any(choice.lower() in held for choice in kind.choices):
        yield kind.choices[0]
    for part, number in kind.parts:
        if held.count(part.lower()) < number:
            yield part
    if kind.name.lower() in GRAPHIC and not any(plain(child) in IMAGES for child in elements(element)):
        yield "object / img"


def _type_faults(path: str, kind: Kind, element: etree._Element, declaration: etree._Element) -> Iterator[Finding]:
    base, cardinality = attribute(declaration, "baseType"), declaration.get("cardinality", "")
    several = attribute(element, "maxChoices") not in ("", "1") or kind.base != "identifier"
    fits = base == kind.base and (cardinality in CONTAINERS or not several)
    if not fits:
        wanted = f"{kind.base}, multiple" if several else kind.base
        values = {"id": declaration.get("identifier", ""), "kind": kind.name, "wanted": wanted}
        yield Finding(path, declaration.sourceline or 0, "qti-type", values)


def _value_faults(path: str, kind: Kind, element: etree._Element, declaration: etree._Element) -> Iterator[Finding]:
    """Answers in the declaration that the interaction does not offer."""
    tags = {choice.lower() for choice in kind.choices}
    offered = {inner.get("identifier", "") for inner in elements(element) if plain(inner) in tags}
    for inner in elements(declaration):
        holder = inner.getparent()
        value = attribute(inner, "mapKey") if plain(inner) == "mapentry" else (inner.text or "").strip()
        correct = plain(inner) == "value" and holder is not None and plain(holder) == "correctresponse"
        if (correct or plain(inner) == "mapentry") and not set(value.split()) <= offered:
            yield Finding(path, inner.sourceline or 0, "qti-value", {"value": value, "kind": kind.name})
