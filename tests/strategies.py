"""Generated exercises of every type, with texts that break careless writers of XML and HTML."""

from __future__ import annotations

from html import escape

from hypothesis import strategies as st

from content.exercises import (
    Exercise,
    ExtendedText,
    GapText,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.arrange import Item, Source, Target
from content.exercises.base import Feedback
from content.exercises.choice import Option
from content.exercises.entry import AcceptedText, Gap
from content.exercises.open import Criterion, Level, Statement
from content.markup import Markup

NASTY = (
    "Grüße aus „Köln“ – ‚ja‘",
    "1 < 2 & 3 > 2",
    "]]> <![CDATA[ x ]]>",
    "<script>alert(1)</script>",
    "&amp; &nbsp; &#38;",
    "\"doppelt\" und 'einfach'",
    "x² + √2 ≤ ∑ α",
    "[gap]x[/gap] {{a}} [[b]]",
    "😀 außerhalb der Grundebene",
    "sehr lang " * 400,
)
SIGNS = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="[]")
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(SIGNS, min_size=1, max_size=60)).filter(lambda text: text.strip())
IDENTIFIERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=20)
NUMBERS = st.decimals(-10_000, 10_000, places=2, allow_nan=False)
TOLERANCES = st.decimals(0, 100, places=2, allow_nan=False)


def markup_of(text: str) -> Markup:
    """The text as the renderer would give it, in one paragraph."""
    return Markup(text, f"<p>{escape(text, quote=False)}</p>\n")


def words(text: str) -> list[str]:
    """What a reader sees, whatever happened to white space."""
    return text.split()


MARKUP = TEXTS.map(markup_of)
NO_MARKUP = st.just(Markup(""))
MAYBE = st.one_of(NO_MARKUP, MARKUP)
FEEDBACK = st.builds(Feedback, correct=MAYBE, partial=MAYBE, incorrect=MAYBE)


def _head() -> dict[str, st.SearchStrategy[object]]:
    return {
        "id": st.just("aufgabe"),
        "title": TEXTS.map(lambda text: text[:100]),
        "prompt": MARKUP,
        "points": st.integers(1, 9),
        "feedback": FEEDBACK,
    }


def _ids(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(IDENTIFIERS, min_size=least, max_size=most, unique=True)


@st.composite
def options(draw: st.DrawFn, several: bool) -> tuple[Option, ...]:
    ids = draw(_ids(2, 6))
    right = set(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) if several else 1, unique=True)))
    return tuple(Option(id=i, text=draw(MARKUP), correct=i in right, feedback=draw(MAYBE)) for i in ids)


@st.composite
def matchings(draw: st.DrawFn) -> Matching:
    targets = tuple(Target(id=name, text=draw(MARKUP)) for name in draw(_ids(2, 5)))
    sources = tuple(
        Source(id=name, text=draw(MARKUP), target=draw(st.sampled_from(targets)).id, feedback=draw(MAYBE))
        for name in draw(_ids(2, 5))
    )
    return draw(st.builds(Matching, **_head(), sources=st.just(sources), targets=st.just(targets)))


@st.composite
def gaps(draw: st.DrawFn, name: str) -> Gap:
    kind = draw(st.sampled_from(["text", "select", "number"]))
    if kind == "text":
        return Gap(id=name, type="text", answers=tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))))
    if kind == "number":
        return Gap(id=name, type="number", answer=draw(NUMBERS), tolerance=draw(TOLERANCES))
    return Gap(id=name, type="select", options=draw(options(several=False)), feedback=draw(MAYBE))


@st.composite
def gap_texts(draw: st.DrawFn) -> GapText:
    names = draw(st.lists(st.from_regex(r"[a-z0-9_-]{1,20}", fullmatch=True), min_size=1, max_size=4, unique=True))
    around = [draw(TEXTS.filter(lambda text: "[" not in text)) for _ in range(len(names) + 1)]
    text = around[0] + "".join(f" [[{name}]] {after}" for name, after in zip(names, around[1:], strict=True))
    fields = tuple(draw(gaps(name)) for name in names)
    return draw(st.builds(GapText, **_head(), text=st.just(markup_of(text)), gaps=st.just(fields)))


@st.composite
def orderings(draw: st.DrawFn) -> Ordering:
    items = tuple(Item(id=name, text=draw(MARKUP), feedback=draw(MAYBE)) for name in draw(_ids(2, 6)))
    scoring = st.sampled_from(["partial", "all"])
    return draw(st.builds(Ordering, **_head(), items=st.just(items), scoring=scoring))


@st.composite
def short_texts(draw: st.DrawFn) -> ShortText:
    answers = (draw(TEXTS), *(AcceptedText(text=t, credit=50) for t in draw(st.lists(TEXTS, max_size=2))))
    return draw(st.builds(ShortText, **_head(), answers=st.just(answers), case_sensitive=st.booleans()))


@st.composite
def essays(draw: st.DrawFn) -> ExtendedText:
    steps = (Level(points=0, text=draw(MARKUP)), Level(points=3, text=draw(MARKUP)))
    rubric = (Criterion(criterion=draw(MARKUP), levels=steps),)
    questions = tuple(draw(st.lists(MARKUP, max_size=3)))
    built = st.builds(ExtendedText, **_head(), rubric=st.just(rubric), questions=st.just(questions), model_answer=MAYBE)
    return draw(built)


@st.composite
def ratings(draw: st.DrawFn) -> SelfRating:
    statements = tuple(Statement(id=name, text=draw(MARKUP)) for name in draw(_ids(1, 4)))
    scale = st.lists(TEXTS, min_size=2, max_size=5).map(tuple)
    return draw(st.builds(SelfRating, **_head(), scale=scale, statements=st.just(statements)))


def exercises() -> st.SearchStrategy[Exercise]:
    """Any exercise that the loader would accept."""
    return st.one_of(
        st.builds(SingleChoice, **_head(), options=options(several=False), shuffle=st.booleans()),
        st.builds(
            MultipleChoice, **_head(), options=options(several=True), scoring=st.sampled_from(["partial", "all"])
        ),
        st.builds(TrueFalse, **_head(), answer=st.booleans(), feedback_true=MAYBE, feedback_false=MAYBE),
        matchings(),
        orderings(),
        st.builds(Numeric, **_head(), answer=NUMBERS, tolerance=TOLERANCES, unit=st.one_of(st.just(""), TEXTS)),
        short_texts(),
        gap_texts(),
        essays(),
        ratings(),
    )
