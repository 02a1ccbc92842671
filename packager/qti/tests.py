"""Assessments as tests: sections, drawing, order, sum of points (QTI 2.1 Information Model, sections 10 and 11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from content.messages import messages
from content.model import Assessment, Module, Section
from packager.qti.dialect import Dialect
from packager.qti.texts import Texts, clean
from packager.qti.variables import MAXSCORE, SCORE

# The name that OpenOlat reads (`QTI21Constants.PASS`).
PASSES = "PASS"
PERCENT = 100
PRACTICE = "practice-"


def assessment_document(assessment: Assessment, texts: Texts) -> etree._Element:
    """A test of the curriculum. How often it may be taken as a whole is a setting of the host."""
    q = texts.dialect
    rubric = []
    if assessment.description:
        use = {"use": "instructions"} if q.kebab else {}
        rubric = [q("rubricBlock", *q.content(*texts.blocks(assessment.description)), view="candidate", **use)]
    sections = [
        _section(q, f"{assessment.id}-{index}", section, assessment.shuffle, rubric if index == 1 else [])
        for index, section in enumerate(assessment.sections, start=1)
    ]
    at_once = assessment.feedback == "after-each"
    shown = str(assessment.feedback != "never").lower()
    control = q("itemSessionControl", maxAttempts="1", showFeedback=shown)
    return _test(
        q,
        assessment.id,
        assessment.title,
        [control, *sections],
        submission="individual" if at_once else "simultaneous",
        pass_mark=assessment.pass_mark,
    )


def practice_document(module: Module, texts: Texts) -> etree._Element | None:
    """The exercises of the pages, one section a unit; None if the module has none."""
    q = texts.dialect
    sections = []
    for unit in module.units:
        names = tuple(name for page in unit.pages for name in page.exercises() if name in module.exercises)
        if names:
            section = Section(title=unit.title, exercises=names)
            sections.append(_section(q, f"{PRACTICE}{unit.id}", section, shuffle=False, rubric=[]))
    if not sections:
        return None
    title = messages(texts.curriculum.language)["qti.practice"].format(title=module.title)
    control = q("itemSessionControl", maxAttempts="0", showFeedback="true", allowReview="true")
    return _test(q, practice_id(module), title, [control, *sections], submission="individual", pass_mark=None)


def practice_id(module: Module) -> str:
    return f"{PRACTICE}{module.id}"


def _section(
    q: Dialect, identifier: str, section: Section, shuffle: bool, rubric: Sequence[etree._Element]
) -> etree._Element:
    parts = []
    if section.draw is not None and section.draw < len(section.exercises):
        parts.append(q("selection", select=str(section.draw)))
    if shuffle:
        parts.append(q("ordering", shuffle="true"))
    refs = (q("assessmentItemRef", identifier=name, href=f"../items/{name}.xml") for name in section.exercises)
    return q(
        "assessmentSection", *parts, *rubric, *refs, identifier=identifier, title=clean(section.title), visible="true"
    )


def _test(  # noqa: PLR0913, PLR0917  # what a test is made of
    q: Dialect,
    identifier: str,
    title: str,
    content: Iterable[etree._Element],
    submission: str,
    pass_mark: int | None,
) -> etree._Element:
    part = q(
        "testPart",
        *content,
        identifier=f"part-{identifier}",
        navigationMode="nonlinear",
        submissionMode=submission,
    )
    declared = [_outcome(q, SCORE, "float"), _outcome(q, MAXSCORE, "float")]
    rules = [_sum(q, SCORE), _sum(q, MAXSCORE)]
    if pass_mark is not None:
        declared.append(_outcome(q, PASSES, "boolean"))
        share = q("baseValue", str(pass_mark / PERCENT), baseType="float")
        needed = q("product", q("variable", identifier=MAXSCORE), share)
        enough = q("gte", q("variable", identifier=SCORE), needed)
        rules.append(q("setOutcomeValue", enough, identifier=PASSES))
    return q.root(
        "assessmentTest",
        *declared,
        part,
        q("outcomeProcessing", *rules),
        identifier=identifier,
        title=clean(title),
    )


def _outcome(q: Dialect, identifier: str, base: str) -> etree._Element:
    return q("outcomeDeclaration", identifier=identifier, cardinality="single", baseType=base)


def _sum(q: Dialect, identifier: str) -> etree._Element:
    total = q("sum", q("testVariables", variableIdentifier=identifier))
    return q("setOutcomeValue", total, identifier=identifier)
