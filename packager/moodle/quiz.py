"""A quiz in a course backup: its settings, its slots, and what each slot refers to (mod/quiz/backup/moodle2 of 4.0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from lxml import etree
from lxml.builder import E

from content.messages import messages
from content.model import Assessment, Curriculum
from packager.moodle.activities import HIGHEST, wrapped
from packager.moodle.plan import Activity
from packager.moodle.records import MOMENT, Value, formatted, row

# mod/quiz, mod_quiz_display_options: during the attempt, right after it, later while open, after closing.
DURING, AFTER = 0x10000, 0x01110
QUIZ_GRADE = 100
TEST: Mapping[str, Value] = {
    "timeopen": 0,
    "timeclose": 0,
    "timelimit": 0,
    "overduehandling": "autosubmit",
    "graceperiod": 0,
    "canredoquestions": 0,
    "attemptonlast": 0,
    "grademethod": HIGHEST,
    "decimalpoints": 0,
    "questiondecimalpoints": -1,
    "questionsperpage": 1,
    "navmethod": "free",
    "shuffleanswers": 1,
    "timecreated": MOMENT,
    "timemodified": MOMENT,
    "password": "",
    "subnet": "",
    "browsersecurity": "-",
    "delay1": 0,
    "delay2": 0,
    "showuserpicture": 0,
    "showblocks": 0,
    "completionattemptsexhausted": 0,
    "completionminattempts": 0,
    "allowofflineattempts": 0,
}
"""Settings of every quiz: no times, best attempt, a question a page."""


def quiz(
    activity: Activity,
    curriculum: Curriculum,
    intro: str,
    slots: Sequence[etree._Element],
    headings: Sequence[tuple[int, str]],
) -> etree._Element:
    """mod/quiz: slots, sections (first slot and heading) that may be mixed, sentences for passing and not passing."""
    assessment = activity.assessment
    if assessment is None:
        raise TypeError(activity.idnumber)
    marks = sum((Decimal(slot.findtext("maxmark") or 0) for slot in slots), Decimal(0))
    columns: dict[str, Value] = {
        "name": activity.name,
        **formatted("intro", intro),
        **TEST,
        "preferredbehaviour": "immediatefeedback" if assessment.feedback == "after-each" else "deferredfeedback",
        "attempts_number": assessment.attempts,
        **_review(assessment),
        "sumgrades": marks,
        "grade": Decimal(QUIZ_GRADE),
    }
    element = row("quiz", activity.cm, columns)
    element.append(E.question_instances(*slots))
    sections: tuple[dict[str, Value], ...] = tuple(
        {"firstslot": first, "heading": heading, "shufflequestions": assessment.shuffle} for first, heading in headings
    )
    element.append(E.sections(*(row("section", activity.cm * 10 + i, section) for i, section in enumerate(sections))))
    element.append(E.feedbacks(*_feedbacks(activity, assessment, curriculum)))
    element.extend([E.overrides(), E.grades(), E.attempts()])
    return wrapped(activity, element)


def _review(assessment: Assessment) -> dict[str, Value]:
    """What learners see when; marks always, solutions unless the author wants no feedback."""
    shown = 0 if assessment.feedback == "never" else AFTER
    during = DURING if assessment.feedback == "after-each" else 0
    result: dict[str, Value] = {"reviewattempt": DURING | AFTER, "reviewmaxmarks": DURING | AFTER, "reviewmarks": AFTER}
    result |= {f"review{name}": shown | during for name in ("correctness", "specificfeedback", "generalfeedback")}
    return {**result, "reviewrightanswer": shown, "reviewoverallfeedback": AFTER}


def _feedbacks(activity: Activity, assessment: Assessment, curriculum: Curriculum) -> list[etree._Element]:
    words = messages(curriculum.language)
    bound = assessment.pass_mark
    bands = [(words["moodle.quiz.done"], 0, QUIZ_GRADE + 1)]
    if bound:
        bands = [(words["moodle.quiz.passed"], bound, QUIZ_GRADE + 1), (words["moodle.quiz.failed"], 0, bound)]
    return [
        row(
            "feedback",
            activity.cm * 10 + index,
            {
                **formatted("feedbacktext", f"<p>{sentence}</p>"),
                "mingrade": Decimal(low),
                "maxgrade": Decimal(high),
            },
        )
        for index, (sentence, low, high) in enumerate(bands)
    ]


def slot(activity: Activity, number: int, mark: Fraction, reference: etree._Element) -> etree._Element:
    """A place of the quiz: a question of its own page."""
    columns: dict[str, Value] = {
        "quizid": activity.cm,
        "slot": number,
        "page": number,
        "requireprevious": 0,
        "maxmark": f"{float(mark):.7f}",
    }
    element = row("question_instance", activity.cm * 1000 + number, columns)
    element.append(reference)
    return element


def fixed(activity: Activity, number: int, entry: int) -> etree._Element:
    """The reference to one question, always in its newest version."""
    columns: Mapping[str, Value] = {"questionbankentryid": entry, "version": None}
    return row("question_reference", activity.cm * 1000 + number, {**_using(activity), **columns})


def drawn(activity: Activity, number: int, category: int) -> etree._Element:
    """A question that Moodle draws from a category, in the words of 4.0, which later versions translate.

    question/classes/question_reference_manager.php, convert_legacy_set_reference_filter_condition.
    """
    condition = f'{{"questioncategoryid":"{category}","includingsubcategories":"0"}}'
    columns: Mapping[str, Value] = {"questionscontextid": activity.context, "filtercondition": condition}
    return row("question_set_reference", activity.cm * 1000 + number, {**_using(activity), **columns})


def _using(activity: Activity) -> dict[str, Value]:
    return {"usingcontextid": activity.context, "component": "mod_quiz", "questionarea": "slot"}
