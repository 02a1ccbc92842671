"""What placements show, how launches name it, and how attempts draw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.activities import UnknownActivity, catalogue, find, requested
from lti_tool.traits import traits
from tests.lti_tool.factories import CHOICE, ESSAY, TEST, curriculum

seeds = st.integers(min_value=0, max_value=2**20 - 1)


def test_an_exercise_is_an_activity_without_limits() -> None:
    activity = find(curriculum(), CHOICE)
    assert activity.single is not None
    assert (activity.attempts, activity.feedback, activity.draw(1)) == (0, "after-each", ("m1u1-einfach",))


@given(seeds)
def test_a_draw_takes_from_each_section_what_it_asks_for(seed: int) -> None:
    activity = find(curriculum(), TEST)
    drawn = activity.draw(seed)
    assert len(drawn) == len(set(drawn)) == 4
    assert set(drawn[2:]) == {"m1p-ziel", "m1p-aussage"}
    assert set(drawn[:2]) <= {"m1p-begriff", "m1p-weg", "m1p-menge"}
    assert drawn == activity.draw(seed)


def test_every_exercise_of_a_pool_is_drawn_sooner_or_later() -> None:
    activity = find(curriculum(), TEST)
    assert {name for seed in range(50) for name in activity.draw(seed)} == set(activity.pool)


@pytest.mark.parametrize("name", ["exercise:nothing", "assessment:m1u1-einfach", "m1u1-einfach", "", "page:m1u1-wege"])
def test_what_the_curriculum_does_not_have_is_unknown(name: str) -> None:
    with pytest.raises(UnknownActivity):
        find(curriculum(), name)


def test_the_catalogue_offers_pool_exercises_only_inside_their_test() -> None:
    names = [activity.name for activity in catalogue(curriculum())]
    assert TEST in names
    assert CHOICE in names
    assert "exercise:m1p-begriff" not in names


@pytest.mark.parametrize("name", ["x" * 41, "a\0b", "x" * 100_000, "\ud800"])
def test_what_no_table_can_keep_names_an_activity_that_there_is_not(name: str) -> None:
    asked = requested({"exercise": name}, "")
    assert len(asked) < 60
    with pytest.raises(UnknownActivity):
        find(curriculum(), asked)


def test_a_custom_parameter_goes_before_the_target() -> None:
    target = "https://tool.example.de/lti/launch?exercise=other"
    assert requested({"exercise": "m1u1-einfach"}, target) == CHOICE
    assert requested({}, target) == "exercise:other"
    assert requested({"assessment": "m1-abschluss"}, "https://tool.example.de/lti/launch") == TEST
    assert requested({}, "https://tool.example.de/lti/launch") == ""


def test_columns_have_a_maximum_that_moodle_takes() -> None:
    for activity in catalogue(curriculum()):
        assert 1 <= activity.line_item_maximum <= 100
    assert find(curriculum(), ESSAY).line_item_maximum == 5


def test_platforms_are_told_apart_by_family_and_version() -> None:
    assert traits("moodle", "2024042200").only_numbers
    assert traits("ilias", "9.14 2025-06-01").name == "ILIAS 8, 9"
    assert traits("ilias", "10.2").name == "ILIAS 10"
    assert traits("ilias.de", "9.14").name == "ILIAS 8, 9"
    assert not traits("ilias", "").makes_columns
    assert traits("canvas").makes_columns
    assert not traits("").only_numbers
