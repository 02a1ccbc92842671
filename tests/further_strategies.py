"""Generated exercises of the six further types, and answers to exercises of any type."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from hypothesis import strategies as st

from content.exercises import Budget, Categorise, DecisionPath, Exercise, HotSpot, HotText, Kprim
from content.exercises.arrange import Member, Target
from content.exercises.base import Variable
from content.exercises.budget import Purpose
from content.exercises.choice import Option
from content.exercises.kprim import Claim
from content.exercises.path import Decision, Step
from content.exercises.spot import Shape, Spot
from content.markup import Markup
from content.scoring import Response
from tests.strategies import FEEDBACK, IDENTIFIERS, MARKUP, MAYBE, TEXTS, markup_of

IMAGE = "m1-wasser/assets/mulde.png"
WIDTH, HEIGHT = 120, 80
# Nobody types a whole page into a field for a word.
LONGEST_ANSWER = 100
SHAPES: tuple[Shape, ...] = ("rect", "circle", "poly")
SCORINGS = st.sampled_from(["partial", "all"])
PLACED = st.from_regex(r"[a-z0-9_-]{1,20}", fullmatch=True)
OUTSIDE = TEXTS.filter(lambda text: "[" not in text)
SHORT = TEXTS.filter(lambda text: len(text) <= LONGEST_ANSWER)
AMOUNTS = st.decimals(0, 5_000, places=2, allow_nan=False)


def _head() -> dict[str, st.SearchStrategy[object]]:
    points = st.integers(1, 9)
    title = TEXTS.map(lambda text: text[:100])
    return {"id": st.just("aufgabe"), "title": title, "prompt": MARKUP, "points": points, "feedback": FEEDBACK}


def _ids(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(IDENTIFIERS, min_size=least, max_size=most, unique=True)


@st.composite
def kprims(draw: st.DrawFn) -> Kprim:
    claims = tuple(
        Claim(id=name, text=draw(MARKUP), answer=draw(st.booleans()), feedback=draw(MAYBE)) for name in draw(_ids(4, 4))
    )
    scoring = st.sampled_from(["kprim", "partial", "all"])
    return draw(st.builds(Kprim, **_head(), statements=st.just(claims), scoring=scoring, shuffle=st.booleans()))


@st.composite
def hot_texts(draw: st.DrawFn) -> HotText:
    names = draw(st.lists(PLACED, min_size=2, max_size=5, unique=True))
    right = set(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    options = tuple(Option(id=n, text=draw(MARKUP), correct=n in right, feedback=draw(MAYBE)) for n in names)
    text = draw(OUTSIDE) + "".join(f" [[{name}]] {draw(OUTSIDE)}" for name in names)
    return draw(
        st.builds(HotText, **_head(), text=st.just(markup_of(text)), options=st.just(options), scoring=SCORINGS)
    )


@st.composite
def categories(draw: st.DrawFn) -> Categorise:
    kinds = tuple(Target(id=name, text=draw(MARKUP)) for name in draw(_ids(2, 4)))
    items = tuple(
        Member(id=name, text=draw(MARKUP), category=draw(st.sampled_from(kinds)).id, feedback=draw(MAYBE))
        for name in draw(_ids(2, 5))
    )
    return draw(st.builds(Categorise, **_head(), items=st.just(items), categories=st.just(kinds)))


@st.composite
def _spot(draw: st.DrawFn, name: str, correct: bool) -> Spot:
    shape = draw(st.sampled_from(SHAPES))
    x, y = draw(st.integers(20, WIDTH - 20)), draw(st.integers(20, HEIGHT - 20))
    size = draw(st.integers(1, 20))
    coords: dict[Shape, tuple[int, ...]] = {
        "rect": (x - size, y - size, x + size, y + size),
        "circle": (x, y, size),
        "poly": (x - size, y, x + size, y, x, y + size),
    }
    return Spot(id=name, text=draw(MARKUP), correct=correct, feedback=draw(MAYBE), shape=shape, coords=coords[shape])


@st.composite
def hot_spots(draw: st.DrawFn) -> HotSpot:
    names = draw(_ids(2, 5))
    choose = draw(st.sampled_from(["one", "many"]))
    right = set(draw(st.lists(st.sampled_from(names), min_size=1, max_size=1 if choose == "one" else None)))
    spots = tuple(draw(_spot(name, name in right)) for name in names)
    alternative = escape(draw(TEXTS))
    html = f'<figure class="figure"><img src="asset:{IMAGE}" alt="{alternative}" width="{WIDTH}" height="{HEIGHT}">'
    image = Markup("x", f"{html}</figure>\n")
    made = st.builds(
        HotSpot, **_head(), image=st.just(image), options=st.just(spots), choose=st.just(choose), scoring=SCORINGS
    )
    return draw(made)


@st.composite
def decision_paths(draw: st.DrawFn) -> DecisionPath:
    """Steps that lead to later ones only, each to be reached; the source names them in any order."""
    names = draw(_ids(1, 5))
    steps = []
    for place, name in enumerate(names):
        later = [*names[place + 1 :], ""]
        following = [later[0], *(draw(st.sampled_from(later)) for _ in range(draw(st.integers(1, 3))))]
        credits = [1 if place == 0 else 0, *(0 for _ in following[1:])]
        options = tuple(
            Decision(
                id=f"{draw(IDENTIFIERS)}{number}",
                text=draw(MARKUP),
                credit=credit + draw(st.integers(0, 5)),
                next=after,
                feedback=draw(MAYBE),
            )
            for number, (after, credit) in enumerate(zip(following, credits, strict=True))
        )
        steps.append(Step(id=name, text=draw(MARKUP), options=options))
    first, *rest = steps
    return draw(st.builds(DecisionPath, **_head(), steps=st.just((first, *draw(st.permutations(rest))))))


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    items = []
    for name in draw(_ids(2, 4)):
        low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
        items.append(Purpose(id=name, text=draw(MARKUP), low=low, high=high, feedback=draw(MAYBE)))
    least, most = sum(item.low for item in items), sum(item.high for item in items)
    total = draw(st.decimals(least, most, places=2, allow_nan=False))
    unit = st.one_of(st.just(""), TEXTS)
    return draw(st.builds(Budget, **_head(), total=st.just(total), unit=unit, items=st.just(tuple(items))))


def further_exercises() -> st.SearchStrategy[Exercise]:
    """Any exercise of these types that the loader would accept."""
    return st.one_of(kprims(), hot_texts(), categories(), hot_spots(), decision_paths(), budgets())


@st.composite
def responses(draw: st.DrawFn, exercise: Exercise) -> Response:
    """Any answer that a form would send, near the right one or far from it."""
    right = exercise.correct()
    given = {variable.id: draw(_values(variable, right.get(variable.id, ()))) for variable in exercise.variables()}
    return {variable: values for variable, values in given.items() if values}


def _values(variable: Variable, right: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    nothing: st.SearchStrategy[tuple[str, ...]] = st.just(())
    return st.one_of(nothing, st.just(right), _others(variable, right))


def _others(variable: Variable, right: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    if variable.base == "pair":
        targets = st.sampled_from(("", *variable.targets))
        chosen = st.tuples(*(targets for _ in variable.values))
        return chosen.map(lambda ts: tuple(f"{s} {t}" for s, t in zip(variable.values, ts, strict=True) if t))
    if variable.cardinality == "ordered":
        return st.permutations(variable.values).map(tuple)
    if variable.base == "identifier" and variable.cardinality == "multiple":
        return st.lists(st.sampled_from(variable.values), unique=True).map(tuple)
    if variable.base == "identifier":
        return st.sampled_from(variable.values).map(lambda value: (value,))
    if variable.base == "float":
        near = [Decimal(value) for value in right] or [Decimal(0)]
        steps = st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.01"), Decimal(1), Decimal(1000)])
        return st.one_of(steps.map(lambda step: near[0] + step), AMOUNTS).map(lambda number: (f"{number:f}",))
    return SHORT.map(lambda text: (text,))
