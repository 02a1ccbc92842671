"""Questions in Moodle's terms, before they are written as question bank (XML) or as course backup.

Each class is a question type of Moodle (question/type/*); texts are HTML with `@@PLUGINFILE@@` for files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """HTML and the files (paths of assets) that it refers to as `@@PLUGINFILE@@/path`."""

    html: str = ""
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.html)


EMPTY = Text()


@dataclass(frozen=True)
class Combined:
    """Feedback on the whole answer: right, partly right, wrong."""

    correct: Text = EMPTY
    partial: Text = EMPTY
    incorrect: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An option; `percent` is on Moodle's list, `id` is the exercise's own identifier of it."""

    id: str
    text: Text
    percent: Decimal
    feedback: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class Typed:
    """An answer to type, or `*` for any other; `tolerance` only of numbers."""

    text: str
    percent: Decimal
    feedback: Text = EMPTY
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all types share. `mark` is the default mark, `penalty` the share lost by each further try."""

    qtype: ClassVar[str]
    """Its name in a course backup."""
    xml: ClassVar[str]
    """Its name in the question bank's XML."""
    id: str
    name: str
    text: Text
    mark: int
    general: Text = EMPTY
    hints: tuple[Text, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MultiChoice(Question):
    """One (`single`) or several options; the fractions of chosen ones add up, never below 0 or above 100 percent."""

    qtype: ClassVar[str] = "multichoice"
    xml: ClassVar[str] = "multichoice"
    single: bool
    shuffle: bool
    answers: tuple[Answer, ...]
    combined: Combined = Combined()


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Question):
    """A statement."""

    qtype: ClassVar[str] = "truefalse"
    xml: ClassVar[str] = "truefalse"
    right: bool
    feedback_true: Text
    feedback_false: Text


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Question):
    """A word; the first answer that equals the typed text decides."""

    qtype: ClassVar[str] = "shortanswer"
    xml: ClassVar[str] = "shortanswer"
    answers: tuple[Typed, ...]
    case_sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Numerical(Question):
    """A number; `unit` may be typed behind it."""

    qtype: ClassVar[str] = "numerical"
    xml: ClassVar[str] = "numerical"
    answers: tuple[Typed, ...]
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A left side and the identifier of the choice that belongs to it."""

    id: str
    text: Text
    choice: str


@dataclass(frozen=True, kw_only=True)
class Matching(Question):
    """A choice (plain text) for every left side; choices without a left side are distractors."""

    qtype: ClassVar[str] = "match"
    xml: ClassVar[str] = "matching"
    pairs: tuple[Pair, ...]
    choices: dict[str, str] = field(hash=False)
    shuffle: bool = True
    combined: Combined = Combined()

    def distractors(self) -> list[str]:
        """Choices that belong to no left side."""
        used = {pair.choice for pair in self.pairs}
        return [text for choice, text in self.choices.items() if choice not in used]


@dataclass(frozen=True, kw_only=True)
class Ordering(Question):
    """Items in the right order (core since Moodle 4.4); `whole` wants all of them right."""

    qtype: ClassVar[str] = "ordering"
    xml: ClassVar[str] = "ordering"
    items: tuple[Answer, ...]
    whole: bool
    combined: Combined = Combined()


@dataclass(frozen=True, kw_only=True)
class Essay(Question):
    """A text that a person scores with the help of `grader`."""

    qtype: ClassVar[str] = "essay"
    xml: ClassVar[str] = "essay"
    grader: Text
    minimum_words: int = 0


Gap = MultiChoice | ShortAnswer | Numerical


@dataclass(frozen=True, kw_only=True)
class Cloze(Question):
    """A text with gaps; its HTML says `{#1}` where the first gap is. Every gap weighs `weight`."""

    qtype: ClassVar[str] = "multianswer"
    xml: ClassVar[str] = "cloze"
    gaps: tuple[Gap, ...]
    weight: int = 1


def as_matching(question: Ordering, suffix: str, note: str) -> Matching:
    """The same task with a place to choose for every item, for sites without the type `ordering`."""
    places = {item.id: str(index + 1) for index, item in enumerate(question.items)}
    return Matching(
        id=question.id + suffix,
        name=question.name,
        text=Text(question.text.html + note, question.text.files),
        mark=question.mark,
        general=question.general,
        hints=question.hints,
        tags=question.tags,
        pairs=tuple(Pair(id=item.id, text=item.text, choice=item.id) for item in question.items),
        choices=places,
        shuffle=True,
        combined=question.combined,
    )
