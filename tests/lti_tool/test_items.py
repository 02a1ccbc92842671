"""What a trainer reads of all answers: in the words of the exercise, right and wrong ones told apart, of every type."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from content.exercises import Exercise
from content.scoring import Response
from lti_tool import attempts
from lti_tool.activities import find
from lti_tool.attempts import Draft, Place
from lti_tool.items import Choice, items
from tests.lti_tool.factories import NOW, curriculum, graded_placement

SCORED = [exercise for exercise in curriculum().modules[0].exercises.values() if exercise.scored]


def shown(session: Session, name: str, response: Response) -> list[Choice]:
    """The table after one person gave this answer."""
    placement, user = graded_placement(session, f"exercise:{name}")
    activity = find(curriculum(), f"exercise:{name}")
    place = Place(user=user.id, placement=placement.id, version="1.2.0")
    attempt = attempts.start(session, activity, place, NOW)
    attempts.save(session, attempt, activity.pool[name], Draft(response=response, revision=1), NOW)
    attempts.submit(session, attempt, activity, "de", NOW)
    (item,) = items(session, activity, placement.id, "de")
    return list(item.choices)


@pytest.mark.parametrize(
    ("name", "response", "expected"),
    [
        ("m1u1-einfach", {"RESPONSE": ("abfliessen",)}, {"Es fließt in den Kanal.": False}),
        ("m1u1-aussage", {"RESPONSE": ("false",)}, {"Falsch": True}),
        ("m1u1-zuordnen", {"RESPONSE": ("dach unsinn",)}, {"Dach – 1,5 – mehr, als gefallen ist": False}),
        (
            "m1u2-ordnen",
            {"RESPONSE": ("karte", "orte", "bau", "plan")},
            {
                "Starkregenkarte lesen": True,
                "betroffene Orte besuchen": True,
                "bauen": False,
                "Maßnahmen planen": False,
            },
        ),
        ("m1u2-luecken", {"mittel": ("blech",), "ziel": ("Boden",)}, {"Blechdächer": False, "Boden": True}),
        (
            "m1u3-urteil",
            {"RESPONSE": ("dach true", "alle true")},
            {
                "Auch Dächer können Wasser speichern. – Richtig": True,
                "Auf jedem Boden versickert gleich viel. – Richtig": False,
            },
        ),
        ("m1u3-stellen", {"RESPONSE": ("dach", "rinne")}, {"ein Gründach": True, "eine Rinne zum Kanal": False}),
        ("m1u3-sorten", {"RESPONSE": ("gully speichern",)}, {"Gully – speichern": False}),
        ("m1u3-plan", {"RESPONSE": ("beet",)}, {"das Beet": True}),
        (
            "m1u3-fall",
            {"anfang": ("bauen",), "streit": ("reden",)},
            {"Sofort ausschreiben": False, "Zu einem Rundgang einladen": True},
        ),
        ("m1u3-geld", {"bau": ("130.000",)}, {"Mulden und Gruben bauen: 130.000": True}),
    ],
)
def test_an_answer_is_told_in_words(session: Session, name: str, response: Response, expected: dict[str, bool]) -> None:
    assert {choice.text: choice.right for choice in shown(session, name, response)} == expected


@pytest.mark.parametrize("exercise", SCORED, ids=[exercise.id for exercise in SCORED])
def test_all_parts_of_a_right_answer_are_told_as_right(session: Session, exercise: Exercise) -> None:
    found = shown(session, exercise.id, exercise.correct())
    assert found
    assert all(choice.right for choice in found)
