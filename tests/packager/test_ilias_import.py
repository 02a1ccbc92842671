"""What arrives in ILIAS, by a model of its import: class, answers, points, feedback, hints and pictures."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from content import Curriculum, load
from content.exercises import (
    Exercise,
    ExtendedText,
    GapText,
    HotSpot,
    Kprim,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from packager.formats.base import Job
from packager.formats.ilias_pool import STAND_INS
from packager.stand_ins import stood_in
from tests.packager.ilias_import import Question, questions, read
from tests.packager.test_ilias_pool import of, pool
from tests.samples import sample

Pairs = list[tuple[Exercise, Question]]


def arrived(curriculum: Curriculum) -> Pairs:
    """Every exercise as ILIAS is asked it, with the question that arrives for it."""
    found: Pairs = []
    for module in curriculum.modules:
        job = Job(curriculum=curriculum, modules=(module,))
        made = {question.metadata["externalId"]: question for question in questions(pool(job))}
        asked = [e for e in stood_in(job, STAND_INS).modules[0].exercises.values() if not isinstance(e, SelfRating)]
        assert list(made) == [exercise.id for exercise in asked]
        found += [(exercise, made[exercise.id]) for exercise in asked]
    return found


@pytest.fixture(scope="module", params=["sample", "every type", "smart-city-manager"])
def pairs(request: pytest.FixtureRequest, every_type: Curriculum, root: Path) -> Pairs:
    if request.param == "smart-city-manager":
        return arrived(load(root / "content/curricula/smart-city-manager"))
    return arrived(every_type if request.param == "every type" else sample())


def seen(html: str) -> str:
    """What a reader of the HTML sees, without white space."""
    return "".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def expected_class(exercise: Exercise) -> str:
    by_type = {
        SingleChoice: "assSingleChoice",
        TrueFalse: "assSingleChoice",
        MultipleChoice: "assMultipleChoice",
        Kprim: "assKprimChoice",
        HotSpot: "assImagemapQuestion",
        Numeric: "assNumeric",
        ExtendedText: "assTextQuestion",
        ShortText: "assClozeTest",
        GapText: "assClozeTest",
    }
    if isinstance(exercise, Ordering):
        return "assMatchingQuestion" if exercise.scoring == "partial" else "assOrderingQuestion"
    if isinstance(exercise, Pairing):
        targets = [source.target for source in exercise.pairing[0]]
        return "assMatchingQuestion" if len(set(targets)) == len(targets) else "assClozeTest"
    return by_type[type(exercise)]


def test_every_question_has_its_class(pairs: Pairs) -> None:
    assert [(e.id, q.kind) for e, q in pairs if q.kind != expected_class(e)] == []


def test_every_question_has_exactly_the_points_of_its_exercise(pairs: Pairs) -> None:
    assert [(e.id, q.maximum()) for e, q in pairs if q.maximum() != Decimal(e.maximum_points)] == []


def number_of_answers(exercise: Exercise) -> int:
    if isinstance(exercise, SingleChoice | MultipleChoice | HotSpot):
        return len(exercise.options)
    if isinstance(exercise, Kprim):
        return len(exercise.statements)
    if isinstance(exercise, Ordering):
        return len(exercise.items)
    if isinstance(exercise, Pairing):
        return len(exercise.pairing[0])
    if isinstance(exercise, GapText):
        return len(exercise.gaps)
    return {TrueFalse: 2, Numeric: 1, ShortText: 1, ExtendedText: 0}[type(exercise)]


def test_every_question_has_all_answers_or_gaps(pairs: Pairs) -> None:
    counts = [(e.id, len(q.gaps or q.answers), number_of_answers(e)) for e, q in pairs]
    assert [count for count in counts if count[1] != count[2]] == []


def said_of_answers(exercise: Exercise) -> list[str]:
    """Feedback on single answers, in their order; other types say it where the answer is not fully right."""
    if isinstance(exercise, SingleChoice | MultipleChoice | HotSpot):
        return [option.feedback.html for option in exercise.options]
    if isinstance(exercise, Kprim):
        return [claim.feedback.html for claim in exercise.statements]
    if isinstance(exercise, TrueFalse):
        return [exercise.feedback_true.html, exercise.feedback_false.html]
    return []


def test_feedback_on_answers_arrives(pairs: Pairs) -> None:
    for exercise, question in pairs:
        wanted = said_of_answers(exercise)
        if wanted:
            found = [seen(answer.feedback) for answer in question.answers]
            assert found == [seen(text) for text in wanted], exercise.id


def test_feedback_on_the_whole_arrives(pairs: Pairs) -> None:
    for exercise, question in pairs:
        assert seen(question.right) == seen(exercise.feedback.correct.html), exercise.id
        wrong = seen((exercise.feedback.incorrect or exercise.feedback.partial).html)
        assert seen(question.wrong).startswith(wrong), exercise.id


def test_hints_arrive(pairs: Pairs) -> None:
    for exercise, question in pairs:
        assert [seen(hint) for hint in question.hints] == [seen(hint.html) for hint in exercise.hints], exercise.id


def test_no_picture_gets_lost(pairs: Pairs) -> None:
    assert [(e.id, q.lost) for e, q in pairs if q.lost] == []
    assert [e.id for e, q in pairs if isinstance(e, HotSpot) and not q.picture] == []


def test_the_prompt_is_the_question(pairs: Pairs) -> None:
    for exercise, question in pairs:
        # Tables become lists with other words between; pictures are told in words.
        pieces = re.split(r"<(?:figure|table)\b.*?</(?:figure|table)>", exercise.prompt.html, flags=re.DOTALL)
        assert [piece for piece in pieces if seen(piece) not in seen(question.text)] == [], exercise.id


def test_the_course_brings_areas_of_images_as_areas(root: Path) -> None:
    course = load(root / "content/curricula/smart-city-manager")
    spots = [e for e in course.exercises.values() if isinstance(e, HotSpot)]
    kinds = {q.metadata["externalId"]: q.kind for _, q in arrived(course)}
    assert spots
    assert {kinds[spot.id] for spot in spots} == {"assImagemapQuestion"}


def test_the_reader_of_the_model_has_the_quirk_of_the_real_one() -> None:
    """White space behind an element is text of the element before: an indented document loses its metadata."""
    (field,) = read(b"<a><fieldlabel>AUTHOR</fieldlabel>\n  <fieldentry>x</fieldentry></a>").all("fieldlabel")
    assert field.text == "AUTHOR\n  "


def test_the_model_drops_what_ilias_drops(every_type: Curriculum) -> None:
    parts = pool(of(every_type))
    (name,) = [name for name in parts if "qti" in name]
    document = parts[name].decode()
    bare = re.sub(r'<displayfeedback[^>]*linkrefid="response_0"/>', "", document)
    (before,) = [q for q in questions(parts) if q.metadata["externalId"] == "einfach"]
    (after,) = [q for q in questions({**parts, name: bare.encode()}) if q.metadata["externalId"] == "einfach"]
    assert before.answers[0].feedback != "" or before.answers[1].feedback != ""
    assert after.answers[0].feedback == ""
