"""An exercise as data for the browser: what `widgets/static` evaluates without a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content.exercises.base import Exercise, Note, Variable


def browser_data(
    exercise: Exercise, number: int, variables: Sequence[Variable], html: Callable[[str], str]
) -> dict[str, object]:
    """Rule, right answer and feedback as JSON.

    `variables` are in permanent order (`Module.variables`), which the codec of saved states relies on; `html` makes
    abstract links concrete.
    """
    now = {variable.id: variable for variable in exercise.variables()}
    feedback = {
        "correct": html(exercise.feedback.correct.html),
        "partial": html(exercise.feedback.partial.html),
        "incorrect": html(exercise.feedback.incorrect.html),
    }
    return {
        "id": exercise.id,
        "number": number,
        "type": exercise.type,
        "title": exercise.title,
        "points": exercise.maximum_points,
        "interaction": exercise.interaction,
        "variables": [_variable(variable, now.get(variable.id)) for variable in variables],
        "rule": exercise.rule().data(),
        "correct": {name: list(values) for name, values in exercise.correct().items()},
        "feedback": {key: text for key, text in feedback.items() if text},
        "notes": [_note(note, html) for note in exercise.notes()],
    }


def _variable(variable: Variable, now: Variable | None) -> dict[str, object]:
    current = now or variable
    data: dict[str, object] = {
        "id": variable.id,
        "cardinality": current.cardinality,
        "base": current.base,
        "values": list(variable.values),
    }
    if current.base == "pair":
        data["targets"] = list(variable.targets)
    if now is None:
        data["retired"] = True
    return data


def _note(note: Note, html: Callable[[str], str]) -> dict[str, object]:
    return {"rule": note.rule.data(), "negate": note.negate, "html": html(note.text.html)}
