"""How Moodle scores a question of a Moodle XML file: written from its documentation, without a look at our exporter.

It knows only the file. Responses are those of the exercise; option n of the exercise is answer n of the file.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from content.exercises import Exercise, GapText, Ordering
from content.exercises.arrange import Pairing
from content.exercises.choice import Choice

Response = Mapping[str, Sequence[str]]
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
START = re.compile(r"\{(\d*):([A-Z_]+):")


@dataclass(frozen=True)
class Alternative:
    """An alternative of a gap: `share` 0…1, text and feedback decoded."""

    share: Fraction
    text: str
    feedback: str


@dataclass(frozen=True)
class Gap:
    """`{weight:KIND:…}`."""

    weight: int
    kind: str
    alternatives: tuple[Alternative, ...] = field(default=())


def score(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    """0…1, as Moodle would give it."""
    kind = question.get("type", "")
    return SCORES[kind](question, exercise, response)


def _single_value(response: Response, variable: str = "RESPONSE") -> str:
    return next(iter(response.get(variable, ())), "")


def _choice(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    assert isinstance(exercise, Choice)
    shares = [Fraction(answer.get("fraction", "0")) / 100 for answer in question.iterchildren("answer")]
    ids = [option.id for option in exercise.options]
    total = sum((shares[ids.index(value)] for value in response.get("RESPONSE", ())), Fraction(0))
    return max(Fraction(0), min(Fraction(1), total))


def _true_false(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    given = _single_value(response)
    shares = {a.findtext("text"): Fraction(a.get("fraction", "0")) / 100 for a in question.iterchildren("answer")}
    return shares.get(given, Fraction(0))


def _matching(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    """Every left side with its right choice counts the same; equal texts are one choice."""
    rows = [
        (row.findtext("text") or "", row.findtext("answer/text") or "") for row in question.iterchildren("subquestion")
    ]
    right = [choice for text, choice in rows if text]
    chosen = (
        _chosen_places(exercise, response) if isinstance(exercise, Ordering) else _chosen_targets(exercise, response)
    )
    return Fraction(sum(given == wanted for given, wanted in zip(chosen, right, strict=True)), len(right))


def _chosen_places(exercise: Exercise, response: Response) -> list[str]:
    assert isinstance(exercise, Ordering)
    given = list(response.get("RESPONSE", ()))
    return [str(given.index(item.id) + 1) if item.id in given else "" for item in exercise.items]


def _chosen_targets(exercise: Exercise, response: Response) -> list[str]:
    assert isinstance(exercise, Pairing)
    sources, targets = exercise.pairing
    chosen = dict(pair.split(" ", 1) for pair in response.get("RESPONSE", ()))
    texts = {target.id: target.text.plain for target in targets}
    return [texts.get(chosen.get(source.id, ""), "") for source in sources]


def _ordering(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    assert isinstance(exercise, Ordering)
    given, wanted = list(response.get("RESPONSE", ())), [item.id for item in exercise.items]
    right = sum(a == b for a, b in zip(given, wanted, strict=False))
    if question.findtext("gradingtype") == "ALL_OR_NOTHING":
        return Fraction(int(given == wanted))
    assert question.findtext("gradingtype") == "ABSOLUTE_POSITION"
    return Fraction(right, len(wanted))


def _short_answer(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    given = _single_value(response)
    answers = [
        (answer.findtext("text") or "", Fraction(answer.get("fraction", "0")) / 100)
        for answer in question.iterchildren("answer")
    ]
    return _typed(given, answers, question.findtext("usecase") == "1")


def _typed(given: str, answers: list[tuple[str, Fraction]], case_sensitive: bool) -> Fraction:
    if not given.strip():
        return Fraction(0)
    return next((share for text, share in answers if equal(given, text, case_sensitive)), Fraction(0))


def equal(given: str, pattern: str, case_sensitive: bool) -> bool:
    """Whether a typed text fits; `*` stands for anything, `\\*` for an asterisk."""
    pattern, given = (unicodedata.normalize("NFC", text) for text in (pattern, given))
    pieces = re.split(r"(?<!\\)\*+", pattern)
    expression = ".*".join(re.escape(piece.replace(r"\*", "*")) for piece in pieces)
    flags = re.DOTALL if case_sensitive else re.DOTALL | re.IGNORECASE
    return re.fullmatch(expression, given.strip(), flags) is not None


def _numerical(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    units = {unit.findtext("unit_name") for unit in question.iter("unit")}
    given = number(_single_value(response), units)
    for answer in question.iterchildren("answer"):
        text, tolerance = answer.findtext("text") or "", Decimal(answer.findtext("tolerance") or 0)
        if given is not None and (text == "*" or abs(given - Decimal(text)) <= tolerance):
            return Fraction(answer.get("fraction", "0")) / 100
    return Fraction(0)


def number(text: str, units: set[str | None]) -> Decimal | None:
    """A typed number as Moodle reads it on a German site: a point is always the decimal sign where there is one."""
    text = text.replace(" ", "")
    text = text.replace(",", "") if "." in text or text.count(",") > 1 else text.replace(",", ".")
    found = NUMBER.match(text)
    if not found:
        return None
    rest = text[found.end() :]
    return Decimal(found.group()) if not rest or rest in units else None


def _cloze(question: etree._Element, exercise: Exercise, response: Response) -> Fraction:
    assert isinstance(exercise, GapText)
    gaps = parse_gaps(question.findtext("questiontext/text") or "")
    order = re.findall(r"\[\[([a-z0-9_-]+)\]\]", exercise.text.source)
    total = Fraction(0)
    for gap, name in zip(gaps, order, strict=True):
        total += gap.weight * _gap_score(gap, exercise, name, _single_value(response, name))
    return total / sum(gap.weight for gap in gaps)


def _gap_score(gap: Gap, exercise: GapText, name: str, given: str) -> Fraction:
    if gap.kind.startswith("MC"):
        ids = [option.id for known in exercise.gaps if known.id == name for option in known.options]
        return gap.alternatives[ids.index(given)].share if given else Fraction(0)
    if gap.kind == "NUMERICAL":
        value = number(given, set())
        for alternative in gap.alternatives:
            text, _, tolerance = alternative.text.partition(":")
            if value is not None and (text == "*" or abs(value - Decimal(text)) <= Decimal(tolerance or 0)):
                return alternative.share
        return Fraction(0)
    return _typed(given, [(a.text, a.share) for a in gap.alternatives], gap.kind == "SAC")


def parse_gaps(text: str) -> list[Gap]:
    """The gaps of a cloze text."""
    gaps, position = [], 0
    while found := START.search(text, position):
        alternatives, position = _alternatives(text, found.end())
        gaps.append(Gap(int(found.group(1) or 1), found.group(2), tuple(alternatives)))
    return gaps


def _alternatives(text: str, position: int) -> tuple[list[Alternative], int]:
    result = []
    while True:
        answer, position = _until(text, position, "~#}")
        feedback = ""
        if text[position] == "#":
            feedback, position = _until(text, position + 1, "~}")
        result.append(_alternative(answer, feedback))
        position += 1
        if text[position - 1] == "}":
            return result, position


def _until(text: str, start: int, ends: str) -> tuple[str, int]:
    """The text up to an end sign that is neither escaped nor behind an ampersand."""
    position = start
    while text[position] not in ends or (position > start and text[position - 1] in "\\&"):
        position += 1
    return text[start:position], position


def _alternative(answer: str, feedback: str) -> Alternative:
    share = Fraction(0)
    if answer.startswith("="):
        share, answer = Fraction(1), answer[1:]
    elif found := re.match(r"%(-?\d+)%", answer):
        share, answer = Fraction(int(found.group(1)), 100), answer[found.end() :]
    return Alternative(share, _decoded(answer), _decoded(feedback))


def _decoded(text: str) -> str:
    return html.unescape(text).replace(r"\}", "}").replace(r"\#", "#")


SCORES: dict[str, Callable[[etree._Element, Exercise, Response], Fraction]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
}
