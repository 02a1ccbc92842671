"""Choices as ILIAS asks them: one, several, true or false, kprim (`assSingleChoice`, `assMultipleChoice`, …)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from lxml import etree

from content.exercises import Kprim, MultipleChoice, SingleChoice, TrueFalse
from content.exercises.choice import Listed, Several
from content.messages import messages
from content.scoring import FULL_CREDIT
from packager.ilias.question import Question
from packager.ilias.texts import Texts
from packager.ilias.xml import E, condition, equal, number, shares

CHECKED_ONLY = "2"
# ilAssKprimChoice: its own pair of words, which ILIAS says in the language of the reader.
RIGHT_WRONG = "right_wrong"
SINGLE_LINE, MULTI_LINE = "singleLine", "multiLine"
# What ILIAS itself takes for pictures of answers; without the number the import makes them as small as it allows.
THUMB_SIZE = "150"


def single_choice(exercise: SingleChoice, texts: Texts) -> Question:
    worth = [FULL_CREDIT if option.correct else option.credit or 0 for option in exercise.options]
    points = [Fraction(exercise.points * credit, FULL_CREDIT) for credit in worth]
    conditions = [
        condition([equal("MCSR", str(index))], value, f"response_{index}") for index, value in enumerate(points)
    ]
    return _choice(exercise, texts, "SINGLE CHOICE QUESTION", conditions)


def multiple_choice(exercise: MultipleChoice, texts: Texts) -> Question:
    conditions: list[etree._Element] = []
    for index, (chosen, left) in enumerate(worth(exercise)):
        conditions.append(condition([equal("MCMR", str(index))], chosen, f"response_{index}"))
        conditions.append(condition([E("not", equal("MCMR", str(index)))], left))
    return _choice(exercise, texts, "MULTIPLE CHOICE QUESTION", conditions)


def worth(exercise: Several) -> list[tuple[Fraction, Fraction]]:
    """Points of every option when it is chosen and when it is not.

    ILIAS adds up and cuts below zero: so "all" costs everything for each option that is not as it should be.
    """
    right = len(exercise.correct_values())
    wrong = len(exercise.options) - right
    points = Fraction(exercise.points)
    whole = exercise.scoring == "all"
    gains, losses = iter(shares(points, right)), iter([points] * wrong if whole else shares(points, max(wrong, 1)))
    missed = -points if whole else Fraction(0)
    return [(next(gains), missed) if option.correct else (-next(losses), Fraction(0)) for option in exercise.options]


def true_false(exercise: TrueFalse, texts: Texts) -> Question:
    t = messages(texts.curriculum.language)
    answers = [E.material(E.mattext(t[key], texttype="text/plain")) for key in ("widget.true", "widget.false")]
    right = 0 if exercise.answer else 1
    conditions = [
        condition([equal("MCSR", str(index))], Fraction(exercise.points if index == right else 0), f"response_{index}")
        for index in (0, 1)
    ]
    said = (exercise.feedback_true, exercise.feedback_false)
    return Question(
        kind="SINGLE CHOICE QUESTION",
        prompt=texts.html(exercise.prompt),
        flow=[_labels("MCSR", "Single", answers, shuffle=False)],
        conditions=conditions,
        metadata=_choice_metadata(answers),
        feedback={f"response_{index}": texts.html(text) for index, text in enumerate(said) if text},
    )


def kprim(exercise: Kprim, texts: Texts) -> Question:
    """ILIAS knows two scores: half for three of four, or all (`assKprimChoice`, calculateReachedPointsForSolution).

    `scoring: partial` never comes here. The least score of the outcome tells which of the two; conditions without
    points tell what is right, the two with points carry the general feedback (`assKprimChoiceImport`).
    """
    t = messages(texts.curriculum.language)
    answers = [texts.answer(claim.text) for claim in exercise.statements]
    right = [str(int(claim.answer)) for claim in exercise.statements]
    single = [condition([equal(str(i), v)], feedback=f"response_{i}") for i, v in enumerate(right)]
    every = E("and", *(equal(str(i), v) for i, v in enumerate(right)))
    some = E("or", *(E("not", equal(str(i), v)) for i, v in enumerate(right)))
    half = Fraction(exercise.points, 2) if exercise.scoring == "kprim" else Fraction(0)
    return Question(
        kind="KPRIM CHOICE QUESTION",
        prompt=texts.html(exercise.prompt),
        flow=[_labels("MCMR", "Multiple", answers, exercise.shuffle)],
        conditions=[
            *single,
            condition([every], Fraction(exercise.points), "response_allcorrect"),
            condition([some], Fraction(0), "response_onenotcorrect"),
        ],
        score={"varname": "SCORE", "vartype": "Decimal", "minvalue": number(half), "maxvalue": str(exercise.points)},
        metadata={
            "answer_type": MULTI_LINE if _formatted(answers) else SINGLE_LINE,
            "thumb_size": THUMB_SIZE,
            "option_label_setting": RIGHT_WRONG,
            "custom_true_option_label": t["widget.true"],
            "custom_false_option_label": t["widget.false"],
            "feedback_setting": CHECKED_ONLY,
        },
        feedback={f"response_{i}": texts.html(c.feedback) for i, c in enumerate(exercise.statements) if c.feedback},
    )


def _choice(exercise: Listed, texts: Texts, kind: str, conditions: Sequence[etree._Element]) -> Question:
    answers = [texts.answer(option.text) for option in exercise.options]
    ident, cardinality = ("MCSR", "Single") if kind.startswith("SINGLE") else ("MCMR", "Multiple")
    feedback = {f"response_{i}": texts.html(o.feedback) for i, o in enumerate(exercise.options) if o.feedback}
    return Question(
        kind=kind,
        prompt=texts.html(exercise.prompt),
        flow=[_labels(ident, cardinality, answers, exercise.shuffle)],
        conditions=conditions,
        metadata=_choice_metadata(answers),
        feedback=feedback,
    )


def _choice_metadata(answers: Iterable[etree._Element]) -> dict[str, str]:
    """Plain answers are edited in single lines, formatted ones in the editor."""
    lines = {} if _formatted(answers) else {"singleline": "1"}
    return {"feedback_setting": CHECKED_ONLY, "thumb_size": THUMB_SIZE, **lines}


def _formatted(answers: Iterable[etree._Element]) -> bool:
    return any("<" in "".join(answer.itertext("mattext")) for answer in answers)


def _labels(ident: str, cardinality: str, answers: Sequence[etree._Element], shuffle: bool) -> etree._Element:
    labels = (E.response_label(answer, ident=str(index)) for index, answer in enumerate(answers))
    rendered = E.render_choice(*labels, shuffle="Yes" if shuffle else "No")
    return E.response_lid(rendered, ident=ident, rcardinality=cardinality)
