"""How an assessment system scores a QTI item: written from the specification, without a look at our exporter.

QTI 2.1 Information Model, sections 8 (response processing) and 15 (expressions); QTI 3.0 means the same. NULL is None,
a container a tuple, float an IEEE double as in players. It knows no more operators than our items use: KeyError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

from lxml import etree

from content.exercises import Exercise
from content.exercises.base import Variable
from content.scoring import Response, parse_number
from packager.qti.identifiers import pair_or_value, variable_identifier
from packager.qti.names import attribute, plain

Value = bool | float | str | tuple[str, ...] | None
XS = "http://www.w3.org/2001/XMLSchema"


class Session:
    """An item, the answers to it and what its processing makes of them."""

    def __init__(self, item: etree._Element, exercise: Exercise, response: Response) -> None:
        self.item = item
        self.declared = {e.get("identifier", ""): e for e in _named(item, "responsedeclaration")}
        self.values: dict[str, Value] = {_id(e): _first(e) for e in _named(item, "outcomedeclaration")}
        for variable in exercise.variables():
            self.values[variable_identifier(variable.id)] = _given(variable, response.get(variable.id, ()))
        for processing in _named(item, "responseprocessing"):
            template = processing.get("template", "").rpartition("/")[2].removesuffix(".xml")
            self.rules(list(processing)) if not template else self.standard(template)

    def standard(self, template: str) -> None:
        """The standard templates, appendix B."""
        if template == "match_correct":
            self.values["SCORE"] = float(self.values["RESPONSE"] == self.correct("RESPONSE"))
        elif template == "map_response":
            self.values["SCORE"] = self.mapped("RESPONSE") if self.values["RESPONSE"] else 0.0
        else:
            raise KeyError(template)

    def rules(self, rules: list[etree._Element]) -> None:
        for rule in rules:
            if plain(rule) == "setoutcomevalue":
                self.values[_known(_id(rule), self.values)] = self.value(rule[0])
            elif plain(rule) == "responsecondition":
                self.condition(rule)
            else:
                raise KeyError(plain(rule))

    def condition(self, rule: etree._Element) -> None:
        for branch in rule:
            last = plain(branch) == "responseelse"
            if last or self.value(branch[0]) is True:
                self.rules(list(branch)[0 if last else 1 :])
                return

    def value(self, expression: etree._Element) -> Value:
        kind = plain(expression)
        leaves: dict[str, Callable[[], Value]] = {
            "basevalue": lambda: _typed(attribute(expression, "baseType"), expression.text or ""),
            "variable": lambda: self.values[_id(expression)],
            "correct": lambda: self.correct(_id(expression)),
            "mapresponse": lambda: self.mapped(_id(expression)),
        }
        if kind in leaves:
            return leaves[kind]()
        operands = [self.value(child) for child in expression]
        if kind == "index":
            container, place = operands[0], int(expression.get("n", ""))
            return container[place - 1] if isinstance(container, tuple) and place <= len(container) else None
        if kind == "patternmatch":
            (text,) = operands
            return None if text is None else matches(expression.get("pattern", ""), str(text))
        return OPERATORS[kind](operands)

    def correct(self, variable: str) -> Value:
        declaration = self.declared[variable]
        values = tuple(v.text or "" for part in _named(declaration, "correctresponse") for v in _named(part, "value"))
        if declaration.get("cardinality") == "multiple":
            return tuple(sorted(values))
        return values if declaration.get("cardinality") == "ordered" else values[0]

    def mapped(self, variable: str) -> float:
        """Each value of a container counts once (section 15.3)."""
        (mapping,) = _named(self.declared[variable], "mapping")
        points = {attribute(e, "mapKey"): float(attribute(e, "mappedValue")) for e in _named(mapping, "mapentry")}
        given = self.values[variable]
        values = set(given) if isinstance(given, tuple) else {given}
        total = sum(points.get(str(value), float(attribute(mapping, "defaultValue"))) for value in values)
        return max(float(attribute(mapping, "lowerBound")), min(float(attribute(mapping, "upperBound")), total))


def _named(parent: etree._Element, kind: str) -> list[etree._Element]:
    return [child for child in parent if isinstance(child.tag, str) and plain(child) == kind]


def _id(element: etree._Element) -> str:
    return element.get("identifier", "")


def _known(variable: str, values: Mapping[str, Value]) -> str:
    assert variable in values, f"{variable} is not declared"
    return variable


def _typed(base: str, text: str) -> Value:
    if base == "boolean":
        return text == "true"
    return float(text) if base == "float" else text


def _first(declaration: etree._Element) -> Value:
    """The default value; without one a number is 0, anything else NULL (section 5.2)."""
    base = attribute(declaration, "baseType")
    for default in _named(declaration, "defaultvalue"):
        return _typed(base, default[0].text or "")
    return 0.0 if base == "float" else None


def _given(variable: Variable, values: tuple[str, ...]) -> Value:
    """Empty containers and empty strings are NULL."""
    if not values:
        return None
    if variable.base == "float":
        number = parse_number(values[0])
        return None if number is None else float(number)
    if variable.base == "string":
        return values[0] or None
    named = tuple(pair_or_value(value) for value in values)
    if variable.cardinality == "single":
        return named[0]
    return named if variable.cardinality == "ordered" else tuple(sorted(named))


@cache
def _schema(pattern: str) -> etree.XMLSchema:
    root: etree._Element = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    kind = etree.SubElement(etree.SubElement(root, f"{{{XS}}}element", name="t"), f"{{{XS}}}simpleType")
    restriction = etree.SubElement(kind, f"{{{XS}}}restriction", base="xs:string")
    etree.SubElement(restriction, f"{{{XS}}}pattern", value=pattern)
    return etree.XMLSchema(root)


def matches(pattern: str, text: str) -> bool:
    """Whether XML Schema's own matcher (libxml2) takes the text."""
    probe = etree.Element("t")
    probe.text = text
    return _schema(pattern).validate(probe)


def _compared(test: Callable[[float, float], bool]) -> Callable[[list[Value]], Value]:
    def compare(operands: list[Value]) -> Value:
        left, right = operands
        return None if left is None or right is None else test(_number(left), _number(right))

    return compare


def _number(value: Value) -> float:
    assert isinstance(value, float), value
    return value


def _calculated(calculate: Callable[[list[float]], float]) -> Callable[[list[Value]], Value]:
    return lambda operands: None if None in operands else calculate([_number(value) for value in operands])


def _and(operands: list[Value]) -> Value:
    return False if False in operands else (None if None in operands else True)


def _or(operands: list[Value]) -> Value:
    return True if True in operands else (None if None in operands else False)


def _equal(operands: list[Value]) -> Value:
    return None if None in operands else operands[0] == operands[1]


def _member(operands: list[Value]) -> Value:
    value, container = operands
    return None if None in operands else isinstance(container, tuple) and value in container


OPERATORS: Mapping[str, Callable[[list[Value]], Value]] = {
    "and": _and,
    "or": _or,
    "not": lambda operands: None if operands[0] is None else not operands[0],
    "isnull": lambda operands: operands[0] is None,
    "match": _equal,
    "member": _member,
    "gte": _compared(lambda a, b: a >= b),
    "gt": _compared(lambda a, b: a > b),
    "lte": _compared(lambda a, b: a <= b),
    "sum": _calculated(sum),
    "product": _calculated(math.prod),
    "divide": _calculated(lambda numbers: numbers[0] / numbers[1]),
}
