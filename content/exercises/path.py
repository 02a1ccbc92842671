"""A case in which every decision leads to another situation (several QTI choiceInteractions, scored along the way)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from content.exercises.base import (
    MINIMUM_CHOICES,
    Exercise,
    Form,
    Interaction,
    Note,
    Problem,
    Sample,
    Variable,
    chosen,
    duplicates,
)
from content.frozen import frozen
from content.markup import Markup
from content.scoring import Branch, Path, Response, fraction


@frozen(kw_only=True)
class Decision:
    """A way to go on; `credit` is a whole number, `next` the step that follows (nothing: the case is over)."""

    id: str
    text: Markup
    credit: int = 0
    next: str = ""
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Step:
    """A situation and the decisions that it leaves."""

    id: str
    text: Markup
    options: tuple[Decision, ...]


Way = tuple[tuple[Step, Decision], ...]


@frozen(kw_only=True)
class DecisionPath(Exercise):
    """The case starts with the first step; the best way earns full marks, others what they are worth beside it."""

    type: ClassVar[str] = "decision-path"
    interaction: ClassVar[Interaction] = "fill-in"
    steps: tuple[Step, ...]

    def variables(self) -> tuple[Variable, ...]:
        return tuple(Variable(s.id, "single", "identifier", tuple(o.id for o in s.options)) for s in self.steps)

    def rule(self) -> Path:
        steps = tuple((s.id, tuple((o.id, Branch(o.credit, o.next)) for o in s.options)) for s in self.steps)
        return Path(self.steps[0].id, steps, worth(self.best_way()))

    def best_way(self) -> Way:
        """The way of most credit; of equal ones that which the source names first."""
        return self._way(best=True)

    def correct(self) -> Response:
        return {step.id: (decision.id,) for step, decision in self.best_way()}

    def notes(self) -> tuple[Note, ...]:
        return tuple(Note(chosen(s.id, o.id), o.feedback) for s in self.steps for o in s.options if o.feedback)

    def parse(self, form: Form) -> Response:
        """Only what lies on the way: a form without script shows all steps."""
        return {variable: (value,) for variable, value in self.rule().taken(super().parse(form))}

    def complete(self, response: Response) -> bool:
        """The way is at its end."""
        return not self.rule().open(response)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        ids = [step.id for step in self.steps]
        yield from duplicates(ids, "steps")
        faults = list(self._check_steps(ids))
        if not self.steps:
            faults.append(Problem(("steps",), "options-few"))
        yield from faults
        if faults or len(ids) != len(set(ids)):
            return
        reached = self._reached()
        if reached is None:
            yield Problem(("steps",), "path-circle")
            return
        for index, step in enumerate(self.steps):
            if step.id not in reached:
                yield Problem(("steps", index), "path-unreached", {"id": step.id})
        if not worth(self.best_way()):
            yield Problem(("steps",), "path-credit")

    def _check_steps(self, ids: list[str]) -> Iterator[Problem]:
        for index, step in enumerate(self.steps):
            options = [option.id for option in step.options]
            if len(options) < MINIMUM_CHOICES:
                yield Problem(("steps", index, "options"), "options-few")
            for place, option in enumerate(step.options):
                keys = ("steps", index, "options", place)
                if option.id in options[:place]:
                    yield Problem(keys, "value-duplicate", {"id": option.id})
                if option.next and option.next not in ids:
                    yield Problem((*keys, "next"), "path-next", {"id": option.next})
                if option.credit < 0:
                    yield Problem((*keys, "credit"), "path-credit")

    def samples(self) -> tuple[Sample, ...]:
        best, worst = self.best_way(), self._way(best=False)
        full = worth(best)
        beside = {s.id: (s.options[0].id,) for s in self.steps if s not in [step for step, _ in worst]}
        first = {best[0][0].id: (best[0][1].id,)}
        poor = {step.id: (decision.id,) for step, decision in worst}
        return (
            Sample("right", self.correct(), fraction(1)),
            Sample("worst way", poor, fraction(worth(worst), full)),
            Sample("beside the way", {**beside, **poor}, fraction(worth(worst), full)),
            Sample("first decision", first, fraction(best[0][1].credit, full)),
            Sample("empty", {}, fraction(0)),
        )

    def _way(self, best: bool) -> Way:
        """The way of most or least credit from the first step; of equal ones that which the source names first."""
        steps = {step.id: step for step in self.steps}
        known: dict[str, Way] = {}

        def way(identifier: str) -> Way:
            if identifier not in known:
                step = steps[identifier]
                ways = [((step, option), *(way(option.next) if option.next else ())) for option in step.options]
                known[identifier] = max(ways, key=worth) if best else min(ways, key=worth)
            return known[identifier]

        return way(self.steps[0].id)

    def _reached(self) -> set[str] | None:
        """The steps that some way leads to; None where a way leads in a circle."""
        following = {step.id: {option.next for option in step.options if option.next} for step in self.steps}
        done: set[str] = set()

        def ends(identifier: str, above: tuple[str, ...]) -> bool:
            if identifier in above:
                return False
            if identifier not in done:
                if not all(ends(other, (*above, identifier)) for other in following[identifier]):
                    return False
                done.add(identifier)
            return True

        return done if ends(self.steps[0].id, ()) else None


def worth(way: Way) -> int:
    """The credit of a way."""
    return sum(decision.credit for _, decision in way)
