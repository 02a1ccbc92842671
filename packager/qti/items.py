"""An exercise as item: declarations, processing, feedback (QTI 2.1 Information Model, section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content.exercises import Exercise
from content.exercises.base import Variable
from content.markup import Markup
from content.scoring import FULL_CREDIT, Graded, MapResponse, MatchText, Rule, Sum
from packager.qti.bodies import body
from packager.qti.dialect import Dialect
from packager.qti.identifiers import pair_or_value, variable_identifier
from packager.qti.processing import CORRECT, INCORRECT, PARTIAL, QTI_BASE, SHOW, Processing
from packager.qti.texts import Texts, clean
from packager.qti.variables import FEEDBACK, MAXSCORE, RAW, SCORE, helpers, note_variable
from packager.xml import XML, name

TOOL = "staffel"


def item_document(exercise: Exercise, texts: Texts) -> etree._Element:
    """`assessmentItem` with everything that belongs to the exercise."""
    q, processing = texts.dialect, Processing(exercise, texts.dialect)
    scored = [processing.element()] if exercise.scored else []
    root = q.root(
        "assessmentItem",
        *(_response(q, variable, exercise) for variable in exercise.variables()),
        *_outcomes(q, exercise, bool(processing.template()) if exercise.scored else True),
        q("itemBody", *body(exercise, texts)),
        *scored,
        *(_feedback(exercise, texts) if exercise.scored else ()),
        identifier=exercise.id,
        title=clean(exercise.title),
        adaptive="false",
        timeDependent="false",
        toolName=TOOL,
    )
    root.set(name(XML, "lang"), texts.curriculum.language)
    return root


def _response(q: Dialect, variable: Variable, exercise: Exercise) -> etree._Element:
    """The declaration with the right answer and, where points belong to values, the mapping."""
    values = exercise.correct().get(variable.id, ())
    parts = [q("correctResponse", *(q("value", _literal(variable, value)) for value in values))] if values else []
    rule = _rule_of(exercise.rule(), variable.id)
    if isinstance(rule, MapResponse):
        entries = (
            q("mapEntry", mapKey=pair_or_value(value), mappedValue=str(points)) for value, points in rule.mapping
        )
        bounds = {"lowerBound": "0", "upperBound": str(rule.maximum), "defaultValue": str(rule.default)}
        parts.append(q("mapping", *entries, **bounds))
    elif isinstance(rule, MatchText):
        parts.append(_text_mapping(q, rule))
    return q(
        "responseDeclaration",
        *parts,
        identifier=variable_identifier(variable.id),
        cardinality=variable.cardinality,
        baseType=QTI_BASE[variable.base],
    )


def _text_mapping(q: Dialect, rule: MatchText) -> etree._Element:
    """For readers that look for answers in the declaration; the processing compares more kindly."""
    case = str(rule.case_sensitive).lower()
    credit: dict[str, int] = {}
    for text, points in rule.accepted:
        credit[clean(text)] = max(points, credit.get(clean(text), 0))
    entries = (q("mapEntry", mapKey=t, mappedValue=str(points), caseSensitive=case) for t, points in credit.items())
    return q("mapping", *entries, lowerBound="0", upperBound=str(FULL_CREDIT), defaultValue="0")


def _literal(variable: Variable, value: str) -> str:
    return pair_or_value(value) if variable.base in ("identifier", "pair") else clean(value)


def _rule_of(rule: Rule, variable: str) -> Rule | None:
    """The part of a rule that is about one variable."""
    if isinstance(rule, Graded):
        return _rule_of(rule.part, variable)
    if isinstance(rule, Sum):
        return next((found for part in rule.parts if (found := _rule_of(part, variable))), None)
    return rule if getattr(rule, "variable", "") == variable else None


def _outcomes(q: Dialect, exercise: Exercise, template: bool) -> Iterator[etree._Element]:
    unscored = exercise.rule().data()["kind"] == "unscored"
    maximum = 0 if unscored else exercise.maximum_points
    by_hand = {"externalScored": "human"} if q.kebab and not exercise.scored and not unscored else {}
    yield _number(q, SCORE, 0, normalMinimum="0", normalMaximum=str(maximum), **by_hand)
    yield _number(q, MAXSCORE, maximum)
    if template:
        return
    yield _number(q, RAW, 0)
    for variable, base, first in helpers(exercise.rule()):
        yield _outcome(q, variable, base, first)
    names = [FEEDBACK] if _said(exercise) else []
    names += [note_variable(number) for number in range(1, len(exercise.notes()) + 1)]
    for variable in names:
        yield q("outcomeDeclaration", identifier=variable, cardinality="single", baseType="identifier")


def _number(q: Dialect, variable: str, value: int, **attributes: str) -> etree._Element:
    return _outcome(q, variable, "float", str(value), **attributes)


def _outcome(q: Dialect, variable: str, base: str, value: str, **attributes: str) -> etree._Element:
    default = q("defaultValue", q("value", value))
    return q("outcomeDeclaration", default, identifier=variable, cardinality="single", baseType=base, **attributes)


def _said(exercise: Exercise) -> dict[str, Markup]:
    said = exercise.feedback
    texts = {CORRECT: said.correct, PARTIAL: said.partial, INCORRECT: said.incorrect}
    return {case: text for case, text in texts.items() if text}


def _feedback(exercise: Exercise, texts: Texts) -> Iterator[etree._Element]:
    """Modal feedback: one by result, one for each note."""
    for case, text in _said(exercise).items():
        yield _modal(texts, FEEDBACK, case, text)
    for number, note in enumerate(exercise.notes(), start=1):
        yield _modal(texts, note_variable(number), SHOW, note.text)


def _modal(texts: Texts, variable: str, case: str, text: Markup) -> etree._Element:
    q = texts.dialect
    content = q.content(*texts.blocks(text))
    return q("modalFeedback", *content, outcomeIdentifier=variable, identifier=case, showHide="show")
