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
        ("m1u1-einfach", {"RESPONSE": ("abfliessen",)}, {"Es fließt in den Kanal.": "wrong"}),
        ("m1u1-einfach", {"RESPONSE": ("verdunsten",)}, {"Es verdunstet.": "partly"}),
        ("m1u1-aussage", {"RESPONSE": ("false",)}, {"Falsch": "right"}),
        ("m1u1-zuordnen", {"RESPONSE": ("dach unsinn",)}, {"Dach – 1,5 – mehr, als gefallen ist": "wrong"}),
        (
            "m1u2-ordnen",
            {"RESPONSE": ("karte", "orte", "bau", "plan")},
            {
                "Starkregenkarte lesen": "right",
                "betroffene Orte besuchen": "right",
                "bauen": "wrong",
                "Maßnahmen planen": "wrong",
            },
        ),
        ("m1u2-luecken", {"mittel": ("blech",), "ziel": ("Boden",)}, {"Blechdächer": "wrong", "Boden": "right"}),
        (
            "m1u3-urteil",
            {"RESPONSE": ("dach true", "alle true")},
            {
                "Auch Dächer können Wasser speichern. – Richtig": "right",
                "Auf jedem Boden versickert gleich viel. – Richtig": "wrong",
            },
        ),
        ("m1u3-stellen", {"RESPONSE": ("dach", "rinne")}, {"ein Gründach": "right", "eine Rinne zum Kanal": "wrong"}),
        ("m1u3-sorten", {"RESPONSE": ("gully speichern",)}, {"Gully – speichern": "wrong"}),
        ("m1u3-plan", {"RESPONSE": ("beet",)}, {"das Beet": "right"}),
        (
            "m1u3-fall",
            {"anfang": ("bauen",), "streit": ("reden",)},
            {"Sofort ausschreiben": "wrong", "Zu einem Rundgang einladen": "right"},
        ),
        ("m1u3-geld", {"bau": ("130.000",)}, {"Mulden und Gruben bauen: 130.000": "right"}),
    ],
)
def test_an_answer_is_told_in_words(session: Session, name: str, response: Response, expected: dict[str, str]) -> None:
    assert {choice.text: choice.result for choice in shown(session, name, response)} == expected


@pytest.mark.parametrize("exercise", SCORED, ids=[exercise.id for exercise in SCORED])
def test_all_parts_of_a_right_answer_are_told_as_right(session: Session, exercise: Exercise) -> None:
    found = shown(session, exercise.id, exercise.correct())
    assert found
    assert {choice.result for choice in found} == {"right"}
