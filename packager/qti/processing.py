"""Our scoring rules as QTI response processing (Information Model 2.1, section 8): whole points first, then SCORE.

`RAW` counts in the whole numbers of the rule; SCORE is RAW times the exercise's points by the rule's maximum, so the
only rounding is that of one division. What a rule has to know in between stands in variables of its own: `COUNT`
(points before they become steps), `REACHED_n` (the way led to step n), `AMOUNT_n` (what was given, or 0) and `WITHIN`
(the amounts do not exceed the total).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lxml import etree

from content.exercises.base import Exercise, Note, Variable
from content.scoring import (
    Graded,
    InRange,
    MapPosition,
    MapResponse,
    MatchCorrect,
    MatchText,
    Path,
    Rule,
    Split,
    Sum,
)
from packager.qti.dialect import Dialect
from packager.qti.identifiers import pair_or_value, variable_identifier
from packager.qti.patterns import longer, whole
from packager.qti.variables import (
    COUNT,
    FEEDBACK,
    RAW,
    SCORE,
    WITHIN,
    amount_variable,
    in_order,
    note_variable,
    reached,
)

SHOW = "show"
QTI_BASE = {"identifier": "identifier", "pair": "directedPair", "string": "string", "float": "float"}
CORRECT, PARTIAL, INCORRECT = "correct", "partial", "incorrect"
# A sum of decimals in binary may lie this part of itself above the decimal sum.
ROUNDING = Decimal("1e-12")


Case = tuple[etree._Element, int]


class Processing:
    """Writes the response processing of one exercise in a dialect."""

    def __init__(self, exercise: Exercise, dialect: Dialect) -> None:
        self.q = dialect
        self.exercise = exercise
        self.variables: Mapping[str, Variable] = {variable.id: variable for variable in exercise.variables()}

    def element(self) -> etree._Element:
        """A standard template where it says the same, else the rules in full."""
        template = self.template()
        if template:
            return self.q("responseProcessing", template=self.q.template(template))
        rule = self.exercise.rule()
        maximum = maximum_of(rule)
        quotient = self.q("divide", self._product(), self._base("float", maximum))
        rules = [*self._raw(rule), self._set(SCORE, quotient), *self._general(maximum)]
        notes = (self._note(number, note) for number, note in enumerate(self.exercise.notes(), start=1))
        return self.q("responseProcessing", *rules, *notes)

    def template(self) -> str:
        """The name of the standard template that scores the same and has nothing to say, or nothing."""
        rule, said = self.exercise.rule(), self.exercise.feedback
        if said.correct or said.partial or said.incorrect or self.exercise.notes():
            return ""
        if isinstance(rule, MatchCorrect) and self.exercise.points == 1:
            return "match_correct"
        if isinstance(rule, MapResponse) and self.exercise.points == rule.maximum:
            return "map_response"
        return ""

    def _product(self) -> etree._Element:
        return self.q("product", self._variable(RAW), self._base("float", self.exercise.points))

    def _raw(self, rule: Rule, into: str = RAW) -> Iterator[etree._Element]:
        """Rules that add the points of `rule` to the variable `into`."""
        if isinstance(rule, Sum):
            for part in rule.parts:
                yield from self._raw(part, into)
        elif isinstance(rule, Graded):
            yield from self._graded(rule, into)
        elif isinstance(rule, Path):
            yield from self._way(rule, into)
        elif isinstance(rule, Split):
            yield from self._split(rule, into)
        elif isinstance(rule, MapResponse):
            mapped = self.q("mapResponse", identifier=variable_identifier(rule.variable))
            yield self._given(rule.variable, self._add(mapped, into))
        elif isinstance(rule, MapPosition):
            for place, value in enumerate(rule.correct, start=1):
                yield self._chain([(self._at(rule.variable, place, value), 1)], into)
        else:
            yield self._chain(self._cases(rule), into)

    def _cases(self, rule: Rule) -> list[Case]:
        """Tests and their points, the best first."""
        if isinstance(rule, MatchCorrect):
            return [(self._match_correct(rule), 1)]
        if isinstance(rule, MatchText):
            best_first = sorted(rule.accepted, key=lambda pair: -pair[1])
            return [(self._text(rule, text), credit) for text, credit in best_first]
        if isinstance(rule, InRange):
            ranges = sorted(rule.ranges, key=lambda entry: -entry[2])
            return [(self._between(rule.variable, low, high), credit) for low, high, credit in ranges]
        raise TypeError(type(rule).__name__)

    def _graded(self, rule: Graded, into: str) -> Iterator[etree._Element]:
        """Points first, then the highest step that they reach."""
        yield from self._raw(rule.part, COUNT)
        steps = [n for n, credit in enumerate(rule.credits) if n and credit != rule.credits[n - 1]]
        reached = [(self.q("gte", self._variable(COUNT), self._base("float", n)), n) for n in reversed(steps)]
        yield self._chain([(test, rule.credits[n]) for test, n in reached], into)

    def _way(self, rule: Path, into: str) -> Iterator[etree._Element]:
        """Step by step, each after all that lead to it; what is answered beside the way meets no reached step."""
        steps = dict(rule.steps)
        for step in in_order(rule):
            branches = []
            for value, branch in steps[step]:
                follow = [self._set(reached(rule, branch.next), self._base("boolean", "true"))] if branch.next else []
                gain = [self._add(self._base("float", branch.credit), into)] if branch.credit else []
                if gain or follow:
                    branches.append((self._on_way(rule, step, self._holds(step, value)), [*gain, *follow]))
            if branches:
                yield self._condition(branches)

    def _on_way(self, rule: Path, step: str, test: etree._Element) -> etree._Element:
        return self.q("and", self._variable(reached(rule, step)), test)

    def _split(self, rule: Split, into: str) -> Iterator[etree._Element]:
        """Whether the sum keeps to the total, then the parts; whoever went beyond gets nothing for them.

        A sum with NULL is NULL, so nothing given becomes 0 first. The sum itself is kept nowhere: players write large
        numbers into variables as people read them (`40,000`).
        """
        for number, part in enumerate(rule.parts, start=1):
            yield self._given(part.variable, self._set(amount_variable(number), self._response(part.variable)))
        amounts = (self._variable(amount_variable(number)) for number in range(1, len(rule.parts) + 1))
        most = f"{(rule.total + abs(rule.total) * ROUNDING).normalize():f}"
        keeps = self.q("lte", self.q("sum", *amounts), self._base("float", most))
        yield self._condition([(keeps, [self._set(WITHIN, self._base("boolean", "true"))])])
        for part in rule.parts:
            cases = [(self.q("and", self._variable(WITHIN), test), credit) for test, credit in self._cases(part)]
            yield self._chain(cases, into)

    def _given(self, variable: str, rule: etree._Element) -> etree._Element:
        """`rule` where there is an answer."""
        return self._condition([(self.q("not", self.q("isNull", self._response(variable))), [rule])])

    def _chain(self, cases: list[Case], into: str) -> etree._Element:
        """The first test that holds adds its points."""
        return self._condition([(test, [self._add(self._base("float", points), into)]) for test, points in cases])

    def _condition(self, branches: list[tuple[etree._Element, list[etree._Element]]]) -> etree._Element:
        """The first test that holds has its rules followed."""
        return self.q(
            "responseCondition",
            *(
                self.q("responseElseIf" if index else "responseIf", test, *rules)
                for index, (test, rules) in enumerate(branches)
            ),
        )

    def _general(self, maximum: int) -> Iterator[etree._Element]:
        """FEEDBACK by result; what is meant for partly right answers falls back to that for wrong ones."""
        said = self.exercise.feedback
        if not (said.correct or said.partial or said.incorrect):
            return
        full = self.q("gte", self._variable(RAW), self._base("float", maximum))
        some = self.q("gt", self._variable(RAW), self._base("float", 0))
        partial = PARTIAL if said.partial else INCORRECT
        yield self.q(
            "responseCondition",
            self.q("responseIf", full, self._say(FEEDBACK, CORRECT)),
            self.q("responseElseIf", some, self._say(FEEDBACK, partial)),
            self.q("responseElse", self._say(FEEDBACK, INCORRECT)),
        )

    def _note(self, number: int, note: Note) -> etree._Element:
        """A variable of its own for each note. `not` would be NULL for no answer, so negation is the other branch."""
        shown = self._say(note_variable(number), SHOW)
        test = self._gives(note.rule)
        rule = self.exercise.rule()
        if isinstance(rule, Path) and isinstance(note.rule, MapResponse):
            test = self._on_way(rule, note.rule.variable, test)
        if note.negate:
            return self.q("responseCondition", self.q("responseIf", test), self.q("responseElse", shown))
        return self.q("responseCondition", self.q("responseIf", test, shown))

    def _gives(self, rule: Rule) -> etree._Element:
        """Whether a rule gives points."""
        if isinstance(rule, MatchCorrect):
            return self._match_correct(rule)
        if isinstance(rule, MapResponse):
            return self._any([self._holds(rule.variable, value) for value, points in rule.mapping if points > 0])
        if isinstance(rule, MatchText):
            return self._any([self._text(rule, text) for text, _ in rule.accepted])
        if isinstance(rule, InRange):
            return self._any([self._between(rule.variable, low, high) for low, high, _ in rule.ranges])
        raise TypeError(type(rule).__name__)

    def _any(self, tests: list[etree._Element]) -> etree._Element:
        return tests[0] if len(tests) == 1 else self.q("or", *tests)

    def _match_correct(self, rule: MatchCorrect) -> etree._Element:
        correct = self.q("correct", identifier=variable_identifier(rule.variable))
        return self.q("match", self._response(rule.variable), correct)

    def _holds(self, variable: str, value: str) -> etree._Element:
        base = self._value(variable, value)
        if self.variables[variable].cardinality == "single":
            return self.q("match", self._response(variable), base)
        return self.q("member", base, self._response(variable))

    def _at(self, variable: str, place: int, value: str) -> etree._Element:
        index = self.q("index", self._response(variable), n=str(place))
        return self.q("match", index, self._value(variable, value))

    def _text(self, rule: MatchText, text: str) -> etree._Element:
        case = rule.case_sensitive
        fits = self.q("patternMatch", self._response(rule.variable), pattern=whole(text, case))
        more = self.q("patternMatch", self._response(rule.variable), pattern=longer(text, case))
        return self.q("and", fits, self.q("not", more))

    def _between(self, variable: str, low: Decimal, high: Decimal) -> etree._Element:
        least = self.q("gte", self._response(variable), self._base("float", f"{low:f}"))
        most = self.q("lte", self._response(variable), self._base("float", f"{high:f}"))
        return self.q("and", least, most)

    def _value(self, variable: str, value: str) -> etree._Element:
        return self._base(QTI_BASE[self.variables[variable].base], pair_or_value(value))

    def _response(self, variable: str) -> etree._Element:
        return self._variable(variable_identifier(variable))

    def _variable(self, identifier: str) -> etree._Element:
        return self.q("variable", identifier=identifier)

    def _base(self, base: str, value: object) -> etree._Element:
        return self.q("baseValue", str(value), baseType=base)

    def _add(self, points: etree._Element, into: str) -> etree._Element:
        return self._set(into, self.q("sum", self._variable(into), points))

    def _say(self, variable: str, value: str) -> etree._Element:
        return self._set(variable, self._base("identifier", value))

    def _set(self, variable: str, expression: etree._Element) -> etree._Element:
        return self.q("setOutcomeValue", expression, identifier=variable)


def maximum_of(rule: Rule) -> int:
    """The full number of points of a rule that a machine evaluates."""
    maximum = rule.data()["maximum"]
    assert isinstance(maximum, int)  # noqa: S101  # every such rule has one
    return maximum
