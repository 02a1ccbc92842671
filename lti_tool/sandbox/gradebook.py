"""The platform's gradebook (Assignment and Grade Services 2.0): columns, scores, results; as strict as the text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from lti_tool.sandbox.model import Column, Result, Sandbox

ACTIVITY = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")


class Refused(Exception):
    """An answer with an error status and a reason in words."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)


def described(sandbox: Sandbox, column: Column) -> dict[str, Any]:
    """A column as a line item."""
    shown = {
        "id": sandbox.column_url(column.id),
        "label": column.label,
        "scoreMaximum": column.maximum,
        "resourceId": column.resource_id,
        "tag": column.tag,
        "resourceLinkId": column.link,
    }
    return {name: value for name, value in shown.items() if value not in ("", None)}


def make_column(sandbox: Sandbox, body: Mapping[str, Any]) -> Column:
    label, maximum = body.get("label"), body.get("scoreMaximum")
    if not isinstance(label, str) or not label or not isinstance(maximum, int | float) or maximum <= 0:
        raise Refused(400, "label and scoreMaximum are needed")
    return sandbox.add_column(
        Column(
            id=f"c{len(sandbox.columns) + 1}",
            label=label,
            maximum=maximum,
            resource_id=str(body.get("resourceId", "")),
            tag=str(body.get("tag", "")),
            link=str(body.get("resourceLinkId", "")),
        )
    )


def put_score(sandbox: Sandbox, column: Column, body: Mapping[str, Any]) -> None:
    """Raises `Refused`: 400 for what is malformed or for people without a grade, 409 for what is not newer."""
    person = sandbox.people.get(str(body.get("userId")))
    if person is None or not person.is_learner:
        raise Refused(400, "Incorrect score received: user is not gradable")
    if body.get("activityProgress") not in ACTIVITY or body.get("gradingProgress") not in GRADING:
        raise Refused(400, "activityProgress, gradingProgress")
    stamp = _stamp(body.get("timestamp"))
    given = body.get("scoreGiven")
    finished = body["gradingProgress"] == "FullyGraded" and given is not None
    score = _points(given, body.get("scoreMaximum"), column.maximum)
    before = column.results.get(person.subject)
    if before is not None and int(stamp.timestamp()) <= int(before.changed.timestamp()):
        raise Refused(409, "timestamp is not newer")
    if not finished and not sandbox.quirks.erases_unfinished and before is not None and score is None:
        score = before.score
    column.results[person.subject] = Result(
        score=score if finished or not sandbox.quirks.erases_unfinished else None,
        maximum=column.maximum,
        comment=str(body.get("comment", "")),
        activity=body["activityProgress"],
        grading=body["gradingProgress"],
        changed=stamp,
        posts=before.posts + 1 if before is not None else 1,
    )


def _stamp(value: object) -> dt.datetime:
    try:
        stamp = dt.datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Refused(400, "timestamp") from error
    if stamp.tzinfo is None:
        raise Refused(400, "timestamp without a zone")
    return stamp


def _points(given: object, maximum: object, column_maximum: float) -> float | None:
    if given is None:
        return None
    numbers = isinstance(given, int | float) and isinstance(maximum, int | float)
    if not numbers or given < 0 or maximum <= 0:  # type: ignore[operator] # both are numbers here
        raise Refused(400, "scoreGiven, scoreMaximum")
    return float(given) / float(maximum) * column_maximum  # type: ignore[arg-type]


def results(sandbox: Sandbox, column: Column, user: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{sandbox.services}/context/lineitems/{column.id}/results/{subject}",
            "scoreOf": sandbox.column_url(column.id),
            "userId": subject,
            "resultScore": result.score,
            "resultMaximum": result.maximum,
            "comment": result.comment,
        }
        for subject, result in column.results.items()
        if not user or subject == user
    ]
