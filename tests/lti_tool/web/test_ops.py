"""What machines ask: health, readiness, metrics, keys; and what the log says and keeps to itself."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import requests
from alembic import command
from sqlalchemy import update

from lti_tool import create_app, outbox
from lti_tool.cli.db import downgrade_to, migrations, upgrade_to
from lti_tool.models import ScoreDelivery
from lti_tool.scores import Score
from tests.lti_tool.factories import graded_placement
from tests.lti_tool.web.world import Browser, World


def test_a_healthy_tool_says_so(world: World) -> None:
    assert requests.get(f"{world.url}/healthz", timeout=20).text == "ok\n"
    with migrations(world.tool.engine) as config:
        command.stamp(config, "head")  # its tables were made at once
    ready = requests.get(f"{world.url}/readyz", timeout=20)
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "missing": [], "warnings": []})


def test_a_tool_on_tables_of_another_version_is_not_ready(world: World) -> None:
    def missing() -> list[str]:
        answer = requests.get(f"{world.url}/readyz", timeout=20)
        assert answer.status_code == 503
        found: list[str] = answer.json()["missing"]
        return found

    assert missing() == ["migration"]
    with migrations(world.tool.engine) as config:
        command.stamp(config, "head")
    downgrade_to(world.tool.engine, "0001")
    assert missing() == ["migration"]
    upgrade_to(world.tool.engine)
    assert requests.get(f"{world.url}/readyz", timeout=20).status_code == 200


def test_a_tool_without_keys_or_tables_is_not_ready(world: World) -> None:
    from lti_tool.db import Base

    for file in world.tool.keys.folder.glob("*.pem"):
        file.unlink()
    Base.metadata.drop_all(world.tool.engine)
    answer = requests.get(f"{world.url}/readyz", timeout=20)
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database", "keys"])


@pytest.mark.parametrize("path", ["/lti/jwks", "/.well-known/jwks.json"])
def test_our_keys_are_public_and_may_be_kept_for_five_minutes(world: World, path: str) -> None:
    answer = requests.get(world.url + path, timeout=20)
    assert len(answer.json()["keys"]) == 1
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_metrics_count_launches_by_result(world: World) -> None:
    def count(result: str) -> float:
        for line in requests.get(f"{world.url}/metrics", timeout=20).text.splitlines():
            if line.startswith(f'staffel_launches_total{{result="{result}"}}'):
                return float(line.rpartition(" ")[2])
        return 0

    before = count("accepted"), count("state-unknown")
    browser = Browser()
    form = world.click(browser).form
    browser.send(form)
    browser.send(form)
    assert (count("accepted"), count("state-unknown")) == (before[0] + 1, before[1] + 1)
    assert 'staffel_score_deliveries{state="waiting"}' in requests.get(f"{world.url}/metrics", timeout=20).text


def test_a_score_that_one_person_is_refused_alarms_nobody(world: World) -> None:
    """Somebody who left a course may be asked about for two months."""
    now = dt.datetime.now(dt.UTC)
    with world.tool.sessions.begin() as session:
        where, who = graded_placement(session, issuer="https://another.example")
        outbox.put(session, where.id, who.id, Score(points=1, maximum=1), now - dt.timedelta(days=9))
        session.execute(update(ScoreDelivery).values(reason="request-refused"))
    lines = requests.get(f"{world.url}/metrics", timeout=20).text.splitlines()
    assert 'staffel_score_deliveries{state="refused"} 1.0' in lines
    assert 'staffel_score_deliveries{state="waiting"} 0.0' in lines
    assert "staffel_oldest_waiting_score_seconds 0.0" in lines


def test_metrics_are_for_this_machine_alone(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code == 404
    for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert client.get("/metrics", headers={name: "203.0.113.5"}).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_an_unexpected_error_shows_a_number_and_nothing_else(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise RuntimeError("a secret of the code")

    app = create_app(world.tool.settings)
    app.add_url_rule("/broken", view_func=broken)
    page = app.test_client().get("/broken")
    assert page.status_code == 500
    assert "secret of the code" not in page.text
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "unexpected" in line]
    assert line["reference"] in page.text
    assert "a secret of the code" in line["exception"]


def test_the_log_of_a_launch_tells_nothing_about_the_person(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app(world.tool.settings.model_copy(update={"log_level": "DEBUG"}))
    browser = Browser()
    form = world.click(browser).form
    client = app.test_client()
    for cookie in browser.session.cookies:
        client.set_cookie(cookie.name, cookie.value or "")
    capsys.readouterr()
    assert client.post("/lti/launch", data=form.fields).status_code == 200
    logged = capsys.readouterr().err
    assert "launch accepted" in logged
    for word in ("anna", "Anna", "Beispiel", "example.org", form.fields["id_token"][:40]):
        assert word not in logged


def test_fields_that_name_people_never_reach_the_log(capsys: pytest.CaptureFixture[str], world: World) -> None:
    import structlog

    capsys.readouterr()
    structlog.get_logger("test").error("x", name="Anna", email="a@b.c", sub="1", platform=3)
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["platform"] == 3
    assert {line[name] for name in ("name", "email", "sub")} == {"(hidden)"}
