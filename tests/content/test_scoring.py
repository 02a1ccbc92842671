"""Scoring laws that hold for every rule, and the reading of numbers and words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.exercises.base import shares
from content.scoring import (
    InRange,
    MapPosition,
    MapResponse,
    MatchCorrect,
    MatchText,
    Response,
    Rule,
    normalised,
    parse_number,
)
from content.scoring import Sum as SumRule

names = st.sampled_from("abcdef")
responses = st.lists(names, max_size=8, unique=True).map(lambda values: {"RESPONSE": tuple(values)})
rules: st.SearchStrategy[Rule] = st.one_of(
    st.lists(names, min_size=1, unique=True).map(lambda c: MatchCorrect("RESPONSE", tuple(c))),
    st.lists(names, min_size=1, unique=True).map(lambda c: MapPosition("RESPONSE", tuple(c))),
    st.dictionaries(names, st.integers(-5, 5)).map(lambda m: MapResponse("RESPONSE", tuple(m.items()), 5)),
    st.lists(st.tuples(names, st.integers(1, 100))).map(lambda a: MatchText("RESPONSE", tuple(a))),
)


@given(rules, responses)
def test_a_score_lies_between_nothing_and_everything(rule: Rule, response: Response) -> None:
    outcome = rule.evaluate(response)
    assert outcome
    assert 0 <= outcome.score <= 1


@given(rules, responses)
def test_a_score_does_not_depend_on_repetition(rule: Rule, response: Response) -> None:
    if not isinstance(rule, MapPosition):
        twice = {"RESPONSE": response["RESPONSE"] * 2}
        once, again = rule.evaluate(response), rule.evaluate(twice)
        assert once == again


@given(st.lists(rules, min_size=1, max_size=4), responses)
def test_a_sum_adds_its_parts(parts: list[Rule], response: Response) -> None:
    outcome = SumRule(tuple(parts)).evaluate(response)
    assert outcome
    outcomes = [part.evaluate(response) for part in parts]
    assert outcome.points == sum(one.points for one in outcomes if one)


@given(st.integers(1, 9), st.integers(0, 9))
def test_choosing_everything_earns_nothing(right: int, wrong: int) -> None:
    gain, loss, maximum = shares(right, wrong)
    assert gain * right == maximum
    assert gain * right + loss * wrong == (0 if wrong else maximum)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1234", "de", "1234"),
        ("1.234", "de", "1234"),
        ("1.234", "en", "1.234"),
        ("1.234,5", "de", "1234.5"),
        ("1,234.5", "de", "1234.5"),
        ("1234,5", "de", "1234.5"),
        ("12.5", "de", "12.5"),
        (" 820 ", "de", "820"),
        ("1\u00a0234", "de", "1234"),
        ("\u22125", "de", "-5"),
        ("+3", "de", "3"),
        (",5", "de", "0.5"),
        ("viel", "de", None),
        ("", "de", None),
        ("1,2,3", "de", None),
        ("1e5", "de", None),
        ("٣", "de", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, language: str, number: str | None) -> None:
    assert parse_number(text, language) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße ", "straße"),
        ("Smart  City", "smart city"),
        ("U\u0308ber", "Über"),
        ("Bund–Land", "bund-land"),
        ("„so“", '"so"'),
    ],
)
def test_words_are_compared_without_their_dress(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_case_counts_where_asked() -> None:
    rule = MatchText("RESPONSE", (("OZG", 100),), case_sensitive=True)
    right, wrong = rule.evaluate({"RESPONSE": ("OZG",)}), rule.evaluate({"RESPONSE": ("ozg",)})
    assert (right.points, wrong.points) == (100, 0)


@given(st.decimals(-1000, 1000, places=3), st.decimals(0, 10, places=3))
def test_bounds_of_a_range_count_as_inside(answer: Decimal, tolerance: Decimal) -> None:
    rule = InRange("RESPONSE", ((answer - tolerance, answer + tolerance, 100),))
    for edge in (answer - tolerance, answer + tolerance):
        assert rule.evaluate({"RESPONSE": (f"{edge:f}".replace(".", ","),)}).points == 100
