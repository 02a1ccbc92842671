"""Exercises as QTI 1.2.1 items in the profile of Common Cartridge (CC 1.1 Implementation, section 4.8).

The profile has six kinds of questions, all or nothing: SCORE is 100 or stays 0. Partial credit, drawn sets, hints and
shuffled orders of several variables have no place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

from lxml import etree
from lxml.builder import ElementMaker

from content.exercises import (
    Budget,
    Categorise,
    DecisionPath,
    Exercise,
    ExtendedText,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.base import RESPONSE
from content.exercises.choice import Choice, Listed, Option
from content.exercises.entry import accepted
from content.messages import messages
from content.model import Assessment
from content.scoring import FULL_CREDIT
from packager.cartridge.editions import QTI, Edition
from packager.cartridge.plain_html import PlainHtml
from packager.stand_ins import StandIn, Table
from packager.titles import MOODLE, shortened
from packager.xml import XSI, name

qti = ElementMaker(namespace=QTI, nsmap={None: QTI, "xsi": XSI})

UNSUPPORTED: dict[type[Exercise], str] = {
    Matching: "cartridge-matching",
    Ordering: "cartridge-ordering",
    Numeric: "cartridge-numeric",
    GapText: "cartridge-gaps",
    SelfRating: "cartridge-rating",
    Kprim: "cartridge-kprim",
    Categorise: "cartridge-categories",
    DecisionPath: "cartridge-path",
    Budget: "cartridge-budget",
}
"""Types without a profile -> code of the finding that says so and names what stands in their place."""

STAND_INS: Table = {HotText: StandIn("cartridge-hot-text"), HotSpot: StandIn("cartridge-hot-spot")}
"""Types that are asked in the words of another one."""

# A radio button needs three options in the profile (rule 4d); with two the question takes several responses.
LEAST_SINGLE = 3
LONGEST_WEIGHT = 99
# Moodle, Canvas and others know these names of general feedback.
CORRECT, INCORRECT = "correct_fb", "general_incorrect_fb"


def assessment_document(
    assessment: Assessment, exercises: Iterable[Exercise], html: PlainHtml, edition: Edition
) -> etree._Element:
    """A test with one section."""
    fields = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"}
    attempts = str(assessment.attempts) if 0 < assessment.attempts <= 5 else "unlimited"  # noqa: PLR2004  # rule 1i
    feedback = "No" if assessment.feedback == "never" else "Yes"
    fields |= {"qmd_feedbackpermitted": feedback, "qmd_solutionspermitted": feedback, "cc_maxattempts": attempts}
    parts = [_metadata(fields)]
    if assessment.description:
        parts.append(qti.rubric(_material(html.convert(assessment.description.html))))
    section = qti.section(*(item(exercise, html) for exercise in exercises), ident=f"{assessment.id}-section")
    return _document(
        qti.assessment(*parts, section, ident=assessment.id, title=shortened(assessment.title, MOODLE)), edition
    )


def bank_document(identifier: str, exercises: Iterable[Exercise], html: PlainHtml, edition: Edition) -> etree._Element:
    """A bank of questions; a cartridge may have one."""
    bank = qti.objectbank(*(item(exercise, html) for exercise in exercises), ident=identifier)
    return _document(bank, edition)


def _document(child: etree._Element, edition: Edition) -> etree._Element:
    root = qti.questestinterop(child)
    root.set(name(XSI, "schemaLocation"), edition.question_locations)
    return root


@singledispatch
def item(exercise: Exercise, html: PlainHtml) -> etree._Element:
    """The exercise as item. Types in `UNSUPPORTED` never come here."""
    raise TypeError(f"no Common Cartridge item for exercises of type {exercise.type}")


@item.register
def _(exercise: SingleChoice, html: PlainHtml) -> etree._Element:
    if len(exercise.options) < LEAST_SINGLE:
        return _several(exercise, html)
    (right,) = exercise.correct_values()
    response = _choice(_labels(exercise.options, html), "Single", exercise.shuffle)
    return _item(exercise, "cc.multiple_choice.v0p1", html, response, [_equal(right)], _by_option(exercise, html))


@item.register
def _(exercise: MultipleChoice, html: PlainHtml) -> etree._Element:
    return _several(exercise, html)


@item.register
def _(exercise: TrueFalse, html: PlainHtml) -> etree._Element:
    t = messages(html.curriculum.language)
    # Moodle takes these two identifiers only.
    labels = [_label("true", t["widget.true"]), _label("false", t["widget.false"])]
    texts = (("true", exercise.feedback_true), ("false", exercise.feedback_false))
    feedback = [(value, html.convert(text.html)) for value, text in texts if text]
    right = _equal(str(exercise.answer).lower())
    response = _choice(labels, "Single", shuffle=False)
    return _item(exercise, "cc.true_false.v0p1", html, response, [right], feedback)


@item.register
def _(exercise: ShortText, html: PlainHtml) -> etree._Element:
    case = "Yes" if exercise.case_sensitive else "No"
    full = [text for text, credit in accepted(exercise.answers) if credit == FULL_CREDIT]
    response = qti.response_str(qti.render_fib(fibtype="String", prompt="Box"), ident=RESPONSE, rcardinality="Single")
    right = [_equal(text, case=case) for text in full]
    wrong = [(wrong.text, html.convert(wrong.feedback.html)) for wrong in exercise.wrong]
    return _item(exercise, "cc.fib.v0p1", html, response, right, wrong)


@item.register
def _(exercise: ExtendedText, html: PlainHtml) -> etree._Element:
    prompt = html.convert(exercise.prompt.html)
    if exercise.questions:
        prompt += "<ul>" + "".join(f"<li>{html.convert(text.inline)}</li>" for text in exercise.questions) + "</ul>"
    response = qti.response_str(
        qti.render_fib(fibtype="String", prompt="Box", rows="15"), ident=RESPONSE, rcardinality="Single"
    )
    fields = {"cc_profile": "cc.essay.v0p1", "qmd_scoringpermitted": "Yes", "qmd_computerscored": "No"}
    return qti.item(
        qti.itemmetadata(_metadata({**fields, "cc_weighting": _weight(exercise)})),
        qti.presentation(_material(prompt), response),
        qti.resprocessing(_outcomes(), _condition([qti.other()], "")),
        ident=exercise.id,
        title=exercise.title,
    )


def _several(exercise: Listed, html: PlainHtml) -> etree._Element:
    """All right options and no other one."""
    right = set(exercise.correct_values())
    tests = [_equal(option.id) if option.id in right else qti("not", _equal(option.id)) for option in exercise.options]
    response = _choice(_labels(exercise.options, html), "Multiple", exercise.shuffle)
    together = [qti("and", *tests)]
    return _item(exercise, "cc.multiple_response.v0p1", html, response, together, _by_option(exercise, html))


def _item(  # noqa: PLR0913, PLR0917  # the parts of an item, in their order
    exercise: Exercise,
    profile: str,
    html: PlainHtml,
    response: etree._Element,
    right: Sequence[etree._Element],
    feedback: Sequence[tuple[str, str]],
) -> etree._Element:
    """An item that is scored by machine; `feedback` pairs a value with what to say about it."""
    general = [(CORRECT, exercise.feedback.correct), (INCORRECT, exercise.feedback.incorrect)]
    texts = {ident: html.convert(text.html) for ident, text in general if text}
    shown = [f"feedback-{place}" for place in range(1, len(feedback) + 1)]
    by_value = (
        _condition([_equal(value)], ident, more=True) for ident, (value, _) in zip(shown, feedback, strict=True)
    )
    wrong = [_condition([qti.other()], INCORRECT)] if INCORRECT in texts else []
    fields = {"cc_profile": profile, "cc_weighting": _weight(exercise), "qmd_computerscored": "Yes"}
    return qti.item(
        qti.itemmetadata(_metadata(fields)),
        qti.presentation(_material(html.convert(exercise.prompt.html)), response),
        qti.resprocessing(_outcomes(), *by_value, _scored(right, CORRECT if CORRECT in texts else ""), *wrong),
        *(_feedback(ident, text) for ident, (_, text) in zip(shown, feedback, strict=True)),
        *(_feedback(ident, text) for ident, text in texts.items()),
        ident=exercise.id,
        title=exercise.title,
    )


def _by_option(exercise: Choice, html: PlainHtml) -> list[tuple[str, str]]:
    return [(option.id, html.convert(option.feedback.html)) for option in exercise.options if option.feedback]


def _labels(options: Sequence[Option], html: PlainHtml) -> list[etree._Element]:
    return [_label(option.id, html.convert(option.text.inline)) for option in options]


def _label(ident: str, text: str) -> etree._Element:
    return qti.response_label(_material(text), ident=ident)


def _choice(labels: Sequence[etree._Element], cardinality: str, shuffle: bool) -> etree._Element:
    rendered = qti.render_choice(*labels, shuffle="Yes" if shuffle else "No")
    return qti.response_lid(rendered, ident=RESPONSE, rcardinality=cardinality)


def _equal(value: str, **attributes: str) -> etree._Element:
    return qti.varequal(value, respident=RESPONSE, **attributes)


def _outcomes() -> etree._Element:
    return qti.outcomes(qti.decvar(varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100"))


def _scored(tests: Sequence[etree._Element], feedback: str) -> etree._Element:
    condition = _condition(tests, feedback)
    condition.insert(1, qti.setvar("100", varname="SCORE", action="Set"))
    return condition


def _condition(tests: Sequence[etree._Element], feedback: str, more: bool = False) -> etree._Element:
    shown = [qti.displayfeedback(feedbacktype="Response", linkrefid=feedback)] if feedback else []
    return qti.respcondition(qti.conditionvar(*tests), *shown, {"continue": "Yes" if more else "No"})


def _feedback(ident: str, text: str) -> etree._Element:
    return qti.itemfeedback(qti.flow_mat(_material(text)), ident=ident)


def _material(html: str) -> etree._Element:
    return qti.material(qti.mattext(html.strip(), texttype="text/html"))


def _weight(exercise: Exercise) -> str:
    return str(min(LONGEST_WEIGHT, exercise.maximum_points))


def _metadata(fields: dict[str, str]) -> etree._Element:
    return qti.qtimetadata(*_fields(fields))


def _fields(fields: dict[str, str]) -> Iterator[etree._Element]:
    for label, entry in fields.items():
        yield qti.qtimetadatafield(qti.fieldlabel(label), qti.fieldentry(entry))
