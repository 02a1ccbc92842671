"""Points that ILIAS gives for an item, added up as its classes do (`ass*`, calculateReachedPointsForSolution).

It knows only the item. It is a guard against slips, ILIAS itself has not run. Responses are those of the exercise as
the item asks it; option n of the exercise is label n of the item.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lxml import etree

from content.exercises import (
    Exercise,
    GapText,
    HotSpot,
    Kprim,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.scoring import Response

Rules = list[tuple[etree._Element, Fraction]]


def score(item: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    """Points for a response, cut at zero as ILIAS does by default."""
    return max(sum(_points(exercise, item, response), Fraction(0)), Fraction(0))


def text_of(element: etree._Element, path: str) -> str:
    return str(element.findtext(path) or "")


def _points(exercise: Exercise, made: etree._Element, response: Response) -> Iterator[Fraction]:
    rules = [(c, Fraction(text_of(c, "setvar") or "0")) for c in made.iter("respcondition")]
    given = response.get("RESPONSE", ())
    if isinstance(exercise, Kprim):
        yield _kprim(exercise, made, given)
    elif isinstance(exercise, HotSpot):
        yield from _areas(exercise, made, rules, given)
    elif isinstance(exercise, SingleChoice | MultipleChoice | TrueFalse):
        yield from _options(exercise, rules, given)
    elif isinstance(exercise, Ordering) and exercise.scoring == "all":
        yield Fraction(exercise.points if tuple(given) == exercise.sequence() else 0)
    elif made.find(".//response_grp") is not None:
        dragged = _dragged(exercise, made, given)
        yield from (points for rule, points in rules if text_of(rule, "conditionvar/varsubset") in dragged)
    elif isinstance(exercise, Numeric):
        rule, points = rules[0]
        number = _decimal(next(iter(given), "x"))
        low, high = (Fraction(text_of(rule, f"conditionvar/{name}")) for name in ("vargte", "varlte"))
        yield points if number is not None and low <= number <= high else Fraction(0)
    else:
        yield from _gap_points(exercise, made, rules, response)


def _options(
    exercise: SingleChoice | MultipleChoice | TrueFalse, rules: Rules, given: tuple[str, ...]
) -> Iterator[Fraction]:
    order = [o.id for o in exercise.options] if not isinstance(exercise, TrueFalse) else ["true", "false"]
    chosen = {str(order.index(value)) for value in given}
    for rule, points in rules:
        equal, differs = text_of(rule, "conditionvar/varequal"), text_of(rule, "conditionvar/not/varequal")
        if given and (equal in chosen if equal else differs not in chosen):
            yield points


def _kprim(exercise: Kprim, made: etree._Element, given: tuple[str, ...]) -> Fraction:
    """All points for four right statements, half of them for three if the least score is above zero."""
    (outcome,) = (decvar for decvar in made.iter("decvar") if decvar.get("varname") == "SCORE")
    full, least = Fraction(outcome.get("maxvalue", "")), Fraction(outcome.get("minvalue", ""))
    right = {
        equal.get("respident"): text_of(rule, "conditionvar/varequal") == "1"
        for rule in made.iter("respcondition")
        if rule.find("setvar") is None
        for equal in rule.iterfind("conditionvar/varequal")
    }
    order = [claim.id for claim in exercise.statements]
    answers = {str(order.index(claim)): value == "true" for claim, value in (pair.split(" ") for pair in given)}
    correct = sum(answers.get(ident or "") == value for ident, value in right.items())
    return full if correct == 4 else full / 2 if correct == 3 and least > 0 else Fraction(0)


def _areas(exercise: HotSpot, made: etree._Element, rules: Rules, given: tuple[str, ...]) -> Iterator[Fraction]:
    """The import finds an area by its numbers; without a click there are no points."""
    labels = {label.text: label.get("ident") for label in made.iter("response_label")}
    order = [spot.id for spot in exercise.options]
    chosen = {str(order.index(value)) for value in given}
    several = any(
        field.findtext("fieldlabel") == "IS_MULTIPLE_CHOICE" and field.findtext("fieldentry") == "1"
        for field in made.iter("qtimetadatafield")
    )
    for rule, points in rules:
        inside, outside = text_of(rule, "conditionvar/varinside"), text_of(rule, "conditionvar/not/varinside")
        if given and ((inside and labels[inside] in chosen) or (several and outside and labels[outside] not in chosen)):
            yield points


def _dragged(exercise: Exercise, made: etree._Element, given: tuple[str, ...]) -> set[str]:
    labels = list(made.iter("response_label"))
    definitions = [label.get("ident") for label in labels if label.get("match_group")]
    terms = [label.get("ident") for label in labels if not label.get("match_group")]
    if isinstance(exercise, Ordering):
        return {f"{terms[exercise.sequence().index(v)]},{definitions[i]}" for i, v in enumerate(given)}
    assert isinstance(exercise, Pairing)
    sources, targets = ([one.id for one in side] for side in exercise.pairing)
    pairs = (pair.split(" ") for pair in given)
    return {f"{terms[targets.index(t)]},{definitions[sources.index(s)]}" for s, t in pairs}


def _gap_points(exercise: Exercise, made: etree._Element, rules: Rules, response: Response) -> Iterator[Fraction]:
    for index, field in enumerate(made.xpath(".//response_str | .//response_num")):
        text = _given(exercise, index, field, response)
        box = field.find("render_fib")
        own = f"conditionvar/varequal[@respident='{field.get('ident')}']"
        answers = {text_of(rule, own).lower(): points for rule, points in rules if rule.find(own) is not None}
        if box is not None and box.get("minnumber"):
            number = _decimal(text)
            hit = number is not None and Fraction(box.get("minnumber")) <= number <= Fraction(box.get("maxnumber"))
            yield max(answers.values()) if hit else Fraction(0)
        else:
            yield answers.get(text.strip().lower(), Fraction(0))


def _given(exercise: Exercise, index: int, field: etree._Element, response: Response) -> str:
    """What was typed into a gap, or the text of the label that was chosen in it."""
    if isinstance(exercise, ShortText):
        return next(iter(response.get("RESPONSE", ())), "")
    if isinstance(exercise, Pairing):
        sources, targets = exercise.pairing
        pairs = dict(pair.split(" ") for pair in response.get("RESPONSE", ()))
        value, choices = pairs.get(sources[index].id, ""), [target.id for target in targets]
    else:
        assert isinstance(exercise, GapText)
        gap = exercise.gaps[index]
        value, choices = next(iter(response.get(gap.id, ())), ""), [option.id for option in gap.options]
    if value not in choices:
        return value
    return text_of(list(field.iter("response_label"))[choices.index(value)], "material/mattext")


def _decimal(text: str) -> Fraction | None:
    try:
        return Fraction(text.replace(",", "."))
    except ValueError:
        return None
