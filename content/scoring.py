"""Scoring rules as data, in the terms of QTI response processing.

Python evaluates them here, the browser evaluates the same data in `widgets/static/scoring.js`, exporters translate them
(QTI 2.1 Implementation Guide, sections 2.3 and 8: match_correct, map_response). All arithmetic is in whole points; the
only division is `Outcome.score`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from content.frozen import frozen

if TYPE_CHECKING:
    from fractions import Fraction

Response = Mapping[str, tuple[str, ...]]
"""Response variable -> given values; a pair is written `source target`, an unanswered variable is missing or empty."""

FULL_CREDIT = 100
DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
QUOTES = {**dict.fromkeys("„“”«»\u201f", '"'), **dict.fromkeys("‚‘’‹›\u201b", "'")}
SPACES = dict.fromkeys(" \u00a0\u2007\u2009\u202f", "")
AS_TYPED = str.maketrans({**DASHES, **QUOTES})
"""Dashes and quotes of typography become those of a keyboard."""
NUMBER_AS_TYPED = str.maketrans({**DASHES, **SPACES})


def fraction(numerator: int, denominator: int = 1) -> Fraction:
    """A fraction. The module is loaded here, since a build has neither scores nor samples (docs/decisions/0007)."""
    from fractions import Fraction

    return Fraction(numerator, denominator)


@frozen
class Outcome:
    """`points` of `maximum`, both whole numbers, `maximum` > 0."""

    points: int
    maximum: int

    @property
    def score(self) -> Fraction:
        """0…1, as SCORM's `cmi.score.scaled`."""
        return fraction(self.points, self.maximum)


@frozen
class Rule:
    """Base of the rules; `data()` is the JSON that the browser evaluates."""

    def evaluate(self, response: Response, language: str = "de") -> Outcome | None:
        """The outcome, or None where no machine can tell."""
        raise TypeError(type(self).__name__)

    def data(self) -> dict[str, object]:
        raise TypeError(type(self).__name__)


@frozen
class MatchCorrect(Rule):
    """All or nothing: the given values are the correct ones, in order if `ordered`."""

    variable: str
    correct: tuple[str, ...]
    ordered: bool = False

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        given = response.get(self.variable, ())
        right = given == self.correct if self.ordered else set(given) == set(self.correct)
        return Outcome(int(right), 1)

    def data(self) -> dict[str, object]:
        data: dict[str, object] = {"kind": "match-correct", "variable": self.variable, "correct": list(self.correct)}
        return {**data, "ordered": self.ordered, "maximum": 1}


@frozen
class MapResponse(Rule):
    """The sum of the given values' points, never under 0 or over `maximum` (QTI mapResponse with bounds)."""

    variable: str
    mapping: tuple[tuple[str, int], ...]
    maximum: int
    default: int = 0

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        points = dict(self.mapping)
        total = sum(points.get(value, self.default) for value in set(response.get(self.variable, ())))
        return Outcome(max(0, min(self.maximum, total)), self.maximum)

    def data(self) -> dict[str, object]:
        data = {"kind": "map-response", "variable": self.variable, "mapping": dict(self.mapping)}
        return {**data, "default": self.default, "maximum": self.maximum}


@frozen
class MapPosition(Rule):
    """One point for each place of a sequence that holds the right value (QTI `index` on an ordered variable)."""

    variable: str
    correct: tuple[str, ...]

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        given = response.get(self.variable, ())
        return Outcome(sum(a == b for a, b in zip(given, self.correct, strict=False)), len(self.correct))

    def data(self) -> dict[str, object]:
        data: dict[str, object] = {"kind": "map-position", "variable": self.variable, "correct": list(self.correct)}
        return {**data, "maximum": len(self.correct)}


@frozen
class MatchText(Rule):
    """The best credit (percent) of the accepted texts that equal the given one after `normalised`."""

    variable: str
    accepted: tuple[tuple[str, int], ...]
    case_sensitive: bool = False

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        given = {normalised(text, self.case_sensitive) for text in response.get(self.variable, ())}
        credit = max((c for text, c in self.accepted if normalised(text, self.case_sensitive) in given), default=0)
        return Outcome(credit, FULL_CREDIT)

    def data(self) -> dict[str, object]:
        data = {"kind": "match-text", "variable": self.variable, "accepted": [list(pair) for pair in self.accepted]}
        return {**data, "case_sensitive": self.case_sensitive, "maximum": FULL_CREDIT}


@frozen
class InRange(Rule):
    """The best credit (percent) of the ranges, bounds included, that hold the given number."""

    variable: str
    ranges: tuple[tuple[Decimal, Decimal, int], ...]

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        numbers = [parse_number(text, language) for text in response.get(self.variable, ())]
        credit = [c for low, high, c in self.ranges for n in numbers if n is not None and low <= n <= high]
        return Outcome(max(credit, default=0), FULL_CREDIT)

    def data(self) -> dict[str, object]:
        ranges = [[f"{low:f}", f"{high:f}", credit] for low, high, credit in self.ranges]
        return {"kind": "in-range", "variable": self.variable, "ranges": ranges, "maximum": FULL_CREDIT}


@frozen
class Sum(Rule):
    """Parts of equal weight: every part has the same maximum."""

    parts: tuple[Rule, ...]

    def evaluate(self, response: Response, language: str = "de") -> Outcome | None:
        outcomes = [part.evaluate(response, language) for part in self.parts]
        known = [outcome for outcome in outcomes if outcome is not None]
        return Outcome(sum(o.points for o in known), sum(o.maximum for o in known)) if known else None

    def data(self) -> dict[str, object]:
        parts = [part.data() for part in self.parts]
        return {"kind": "sum", "parts": parts, "maximum": FULL_CREDIT * len(parts)}


@frozen
class Graded(Rule):
    """Steps instead of shares: `credits[n]` percent for n points of `part` (its maximum is the last step)."""

    part: Rule
    credits: tuple[int, ...]

    def evaluate(self, response: Response, language: str = "de") -> Outcome | None:
        outcome = self.part.evaluate(response, language)
        return outcome and Outcome(self.credits[outcome.points], FULL_CREDIT)

    def data(self) -> dict[str, object]:
        return {"kind": "graded", "part": self.part.data(), "credits": list(self.credits), "maximum": FULL_CREDIT}


@frozen
class Branch:
    """An answer on a path: what it is worth and which step follows (nothing: the path ends)."""

    credit: int
    next: str = ""


@frozen
class Path(Rule):
    """The sum of the credits along the way that the answers take; answers beside the way do not count.

    `steps`: variable -> value -> branch, without circles. A way that stops early keeps what it has.
    """

    start: str
    steps: tuple[tuple[str, tuple[tuple[str, Branch], ...]], ...]
    maximum: int

    def taken(self, response: Response) -> tuple[tuple[str, str], ...]:
        """(variable, value) of the way, in its order."""
        steps = {variable: dict(branches) for variable, branches in self.steps}
        way: list[tuple[str, str]] = []
        at = self.start
        while at:
            value = next(iter(response.get(at, ())), "")
            branch = steps[at].get(value)
            if branch is None:
                break
            way.append((at, value))
            at = branch.next
        return tuple(way)

    def open(self, response: Response) -> str:
        """The variable at which the way stands still; nothing when it is at its end."""
        way = self.taken(response)
        if not way:
            return self.start
        variable, value = way[-1]
        return dict(dict(self.steps)[variable])[value].next

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        steps = {variable: dict(branches) for variable, branches in self.steps}
        points = sum(steps[variable][value].credit for variable, value in self.taken(response))
        return Outcome(min(points, self.maximum), self.maximum)

    def data(self) -> dict[str, object]:
        steps = {v: {value: [b.credit, b.next] for value, b in branches} for v, branches in self.steps}
        return {"kind": "path", "start": self.start, "steps": steps, "maximum": self.maximum}


@frozen
class Split(Rule):
    """Amounts that share a total: each within its range counts the same, and nothing counts beyond the total."""

    total: Decimal
    parts: tuple[InRange, ...]

    def spent(self, response: Response, language: str = "de") -> Decimal:
        """What is shared out; a text that is no number counts nothing."""
        texts = [text for part in self.parts for text in response.get(part.variable, ())]
        return sum((parse_number(text, language) or Decimal(0) for text in texts), Decimal(0))

    def evaluate(self, response: Response, language: str = "de") -> Outcome:
        points = sum(part.evaluate(response, language).points for part in self.parts)
        within = self.spent(response, language) <= self.total
        return Outcome(points if within else 0, FULL_CREDIT * len(self.parts))

    def data(self) -> dict[str, object]:
        parts = [part.data() for part in self.parts]
        return {"kind": "split", "total": f"{self.total:f}", "parts": parts, "maximum": FULL_CREDIT * len(parts)}


@frozen
class Manual(Rule):
    """A person scores, up to `maximum` points (QTI externalScored)."""

    maximum: int

    def evaluate(self, response: Response, language: str = "de") -> None:
        return None

    def data(self) -> dict[str, object]:
        return {"kind": "manual", "maximum": self.maximum}


@frozen
class Unscored(Rule):
    """No right and no wrong."""

    def evaluate(self, response: Response, language: str = "de") -> None:
        return None

    def data(self) -> dict[str, object]:
        return {"kind": "unscored"}


def normalised(text: str, case_sensitive: bool = False) -> str:
    """The form in which typed texts are compared: NFC, single spaces, plain dashes and quotes, lower case."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = text.translate(AS_TYPED)
    return text if case_sensitive else text.lower()


def parse_number(text: str, language: str = "de") -> Decimal | None:
    """The number that a person wrote with either decimal sign, or None.

    With both signs the last one is the decimal sign. `1.234` is 1234 where German is spoken, 1.234 elsewhere.
    """
    text = text.strip().translate(NUMBER_AS_TYPED)
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace(".", "").replace(",", ".") if comma > point else text.replace(",", "")
    elif comma >= 0:
        text = text.replace(",", ".")
    elif language == "de" and re.fullmatch(r"\d{1,3}(\.\d{3})+", text.lstrip("+-")):
        text = text.replace(".", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text, re.ASCII):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
