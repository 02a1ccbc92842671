"""The rules of cmi5 1.0, sections 7.1.3 and 9, for the statements that a unit made in one registration."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import groupby

from tests.contract.lrs.cmi5_lms import SESSION, Server
from tests.contract.lrs.store import Statement

VERBS = "http://adlnet.gov/expapi/verbs/"
CATEGORIES = "https://w3id.org/xapi/cmi5/context/categories/"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
DURATION = re.compile(r"PT(\d+H)?(\d+M)?\d+(\.\d{1,2})?S")
RESULTS = {
    "initialized": {},
    "completed": {"completion": True},
    "passed": {"success": True},
    "failed": {"success": False},
    "terminated": {},
}
"""Verb -> what its result must say; a duration besides, and a score for those that judge."""


def verb(statement: Statement) -> str:
    return str(statement["verb"]["id"]).removeprefix(VERBS)


def is_defined(statement: Statement) -> bool:
    """A „cmi5 defined“ statement has cmi5's category."""
    return f"{CATEGORIES}cmi5" in categories(statement)


def categories(statement: Statement) -> list[str]:
    return [activity["id"] for activity in statement["context"].get("contextActivities", {}).get("category", [])]


def assert_rules(statements: list[Statement], lms: Server) -> None:
    """All of them; ordered by their timestamps, as section 9.3 wants."""
    ordered = sorted(statements, key=moment)
    for statement in ordered:
        _common(statement, lms)
        if is_defined(statement):
            _defined(statement, lms)
        else:
            assert categories(statement) == []
            assert verb(statement) == "answered"
    by_session = sorted(ordered, key=lambda statement: int(statement["context"]["extensions"][SESSION]))
    for _, session in groupby(by_session, key=lambda statement: statement["context"]["extensions"][SESSION]):
        _session([verb(statement) for statement in session])
    counted = Counter(verb(statement) for statement in ordered if is_defined(statement))
    assert counted["completed"] <= 1
    assert counted["passed"] <= 1


def moment(statement: Statement) -> datetime:
    return datetime.fromisoformat(statement["timestamp"])


def _common(statement: Statement, lms: Server) -> None:
    context = statement["context"]
    assert statement["id"]
    assert statement["actor"] == lms.actor
    assert moment(statement).utcoffset() == datetime.now(UTC).utcoffset()
    assert context["registration"] == lms.registration
    assert int(context["extensions"][SESSION]) <= lms.session
    grouping = [activity["id"] for activity in context["contextActivities"]["grouping"]]
    assert grouping == [lms.publisher_id]


def _defined(statement: Statement, lms: Server) -> None:
    name, result = verb(statement), statement.get("result", {})
    assert statement["object"] == {"objectType": "Activity", "id": lms.activity}
    judged = name in ("passed", "failed")
    scaled = result.get("score", {}).get("scaled")
    assert {key: value for key, value in result.items() if key not in ("duration", "score")} == RESULTS[name]
    assert name == "initialized" or DURATION.fullmatch(result["duration"])
    moves = "completion" in result or "success" in result
    assert categories(statement) == [CATEGORIES + kind for kind in (["cmi5", "moveon"] if moves else ["cmi5"])]
    assert scaled is None or (judged and 0 <= scaled <= 1)
    if judged and lms.mastery is not None:
        assert statement["context"]["extensions"][MASTERY] == lms.mastery
        assert (scaled >= lms.mastery) == (name == "passed")


def _session(verbs: list[str]) -> None:
    defined = [name for name in verbs if name in RESULTS]
    assert verbs[0] == "initialized"
    assert "terminated" not in verbs[:-1]
    assert len(defined) == len(set(defined))
    assert not {"passed", "failed"} <= set(defined)
