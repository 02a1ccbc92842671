"""Gradebook and roster through the gateway: what arrives, what is remembered, and what each failure means."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import text

from lti_tool.gateway import LineItem, PlatformRefused, PlatformUnavailable, Role, ScoreUpdate
from lti_tool.models import Platform
from lti_tool.pylti_gateway.connector import Connector, retry_after
from lti_tool.pylti_gateway.registrations import Registrations
from lti_tool.pylti_gateway.scopes import MEMBERS, addresses
from lti_tool.pylti_gateway.tokens import MARGIN, Asked, Kept, Tokens
from lti_tool.sandbox import Sandbox
from lti_tool.sandbox.model import ILIAS, MOODLE, NRPS, Column, Endpoint, Fault, Person, Quirks
from tests.lti_tool.web.world import World, register

HTML = b"<html><body>Error</body></html>"


def score(user: str = "anna", given: float | None = 4, **more: Any) -> ScoreUpdate:
    values: dict[str, Any] = {"maximum": 5, "timestamp": dt.datetime.now(dt.UTC)}
    return ScoreUpdate(user=user, given=given, **(values | more))


def publish(world: World, update: ScoreUpdate | None = None) -> None:
    column = world.lms.column_url(world.lms.links["link-1"].column)
    world.tool.gateway.publish_score(world.platform, column, update or score())


def sent(world: World, name: str) -> list[Any]:
    return [body for kind, body in world.lms.log if kind == name]


def test_a_score_arrives_with_its_comment_and_times(world: World) -> None:
    started = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
    publish(world, score(comment="Gut!", started_at=started, submitted_at=started + dt.timedelta(minutes=9)))
    assert world.lms.grade("link-1", "anna") == 80
    (body,) = sent(world, "score")
    assert body["comment"] == "Gut!"
    assert body["submission"] == {"startedAt": "2026-11-24T08:00:00.000Z", "submittedAt": "2026-11-24T08:09:00.000Z"}
    assert len(body["timestamp"]) == len("2026-11-24T08:00:00.000Z")


def test_a_score_without_a_number_has_no_maximum_either(world: World) -> None:
    publish(world, score(given=None, grading="PendingManual", activity="Submitted"))
    (body,) = sent(world, "score")
    assert not {"scoreGiven", "scoreMaximum", "comment", "submission"} & set(body)


@pytest.mark.parametrize("quirks", [MOODLE, ILIAS, Quirks()])
def test_scores_arrive_at_every_platform(world: World, quirks: Quirks) -> None:
    world.lms.quirks = quirks
    publish(world)
    assert world.lms.grade("link-1", "anna") == 80


def test_a_token_is_asked_for_once_and_shared(world: World) -> None:
    publish(world)
    publish(world, score("ben"))
    assert len(world.lms.grants) == 1


def test_a_token_that_is_about_to_end_is_not_used_again(world: World) -> None:
    world.lms.faults["token"] = Fault(body=b'{"access_token": "x", "expires_in": 60}')
    asked = (world.platform, frozenset({"score"}))
    assert world.tool.gateway.access_token(*asked) == "x"
    del world.lms.faults["token"]
    renewed = world.tool.gateway.access_token(*asked)
    assert renewed != "x"
    assert world.tool.gateway.access_token(*asked) == renewed


def test_no_token_reaches_the_database(world: World) -> None:
    """Whoever gets hold of a copy of it can change no grade in the platform."""
    publish(world)
    (token,) = world.lms.grants
    with world.tool.sessions() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            assert token not in str(session.execute(text(f'SELECT * FROM "{table}"')).all()), table  # noqa: S608 - ours


def test_a_changed_registration_gets_a_token_of_its_own(world: World) -> None:
    """Also one that was made anew and got the number of one that was deleted."""
    publish(world)
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).client_id = "another"
    with pytest.raises(PlatformRefused, match="client-refused"):
        publish(world, score("ben"))


def test_tokens_that_have_ended_are_dropped(world: World) -> None:
    tool, now = world.tool, dt.datetime.now(dt.UTC)
    registered = Registrations(tool.sessions, tool.keys, tool.clock).by_id(world.platform).registered
    tokens, hour = Tokens(), dt.timedelta(hours=1)
    first, second = Asked(registered, "first"), Asked(registered, "second")
    tokens.keep(first, Kept("a", now + hour), now)
    assert tokens.get(first, now + hour - MARGIN) is None
    assert tokens.get(first, now) == "a"
    tokens.keep(second, Kept("b", now + 3 * hour), now + 2 * hour)
    assert tokens.get(first, now) is None
    tokens.forget(second)
    assert tokens.get(second, now) is None


def test_a_token_that_the_platform_forgot_is_renewed_once(world: World) -> None:
    publish(world)
    world.lms.grants.clear()
    publish(world, score("ben"))
    assert world.lms.grade("link-1", "ben") == 80


def test_tokens_of_two_clients_of_one_issuer_are_never_mixed(world: World) -> None:
    publish(world)
    other = register(world, world.lms, "other-client", "2")
    with pytest.raises(PlatformRefused, match="client-refused"):
        world.tool.gateway.access_token(other, frozenset({"score"}))


def test_a_bearer_token_never_follows_a_page_to_another_host(world: World) -> None:
    stranger = f"{world.url}/lti/launch"
    world.lms.faults["lineitems"] = Fault(body=b"[]", headers={"Link": f'<{stranger}>; rel="next"'})
    assert world.tool.gateway.find_line_items(world.platform, world.lms.columns_url(), "x", "y") == []


def test_columns_are_found_by_resource_and_tag_and_made(world: World) -> None:
    gateway, columns = world.tool.gateway, world.lms.columns_url()
    assert gateway.find_line_items(world.platform, columns, "exercise:a", "staffel") == []
    made = gateway.create_line_item(
        world.platform, columns, LineItem(url=None, label="A", maximum=10, resource_id="exercise:a", tag="staffel")
    )
    assert gateway.find_line_items(world.platform, columns, "exercise:a", "staffel") == [made]
    assert (made.maximum, made.label) == (10, "A")
    assert made.url is not None
    gateway.delete_line_item(world.platform, made.url)
    assert gateway.find_line_items(world.platform, columns, "exercise:a", "staffel") == []


def test_all_pages_of_columns_are_read_and_filtered_here_too(world: World) -> None:
    world.lms.quirks = Quirks(page_size=2, column_query="type_id=1")
    for number in range(5):
        world.lms.add_column(Column(id=f"x{number}", label="x", resource_id="exercise:a", tag="staffel"))
    assert (
        len(world.tool.gateway.find_line_items(world.platform, world.lms.columns_url(), "exercise:a", "staffel")) == 5
    )


def test_read_rights_alone_suffice_to_find_a_column(world: World) -> None:
    assert world.lms.tool is not None
    reading = tuple(scope for scope in world.lms.tool.scopes if scope.endswith("readonly"))
    world.lms.tool = type(world.lms.tool)(**{**vars(world.lms.tool), "scopes": reading})
    world.lms.add_column(Column(id="x", label="x", resource_id="exercise:a", tag="staffel"))
    assert (
        len(world.tool.gateway.find_line_items(world.platform, world.lms.columns_url(), "exercise:a", "staffel")) == 1
    )


@pytest.mark.parametrize("life", ["NaN", "Infinity", "-5", "1e999", '"3600"', "null", "true"])
def test_a_token_with_an_odd_life_serves_once_and_breaks_nothing(world: World, life: str) -> None:
    body = f'{{"access_token": "x", "expires_in": {life}}}'
    world.lms.faults["token"] = Fault(body=body.encode())
    assert world.tool.gateway.access_token(world.platform, frozenset({"score"}), fresh=True) == "x"


@pytest.mark.parametrize("maximum", ["1" + "0" * 400, "NaN", "-1", "0", "1e999", '"10"', "true"])
def test_a_column_with_an_odd_maximum_is_read(world: World, maximum: str) -> None:
    body = f'[{{"id": "{world.lms.url}/c", "scoreMaximum": {maximum}, "resourceId": "x", "tag": "y"}}]'
    world.lms.faults["lineitems"] = Fault(body=body.encode())
    (found,) = world.tool.gateway.find_line_items(world.platform, world.lms.columns_url(), "x", "y")
    assert found.maximum in (1, 100)


def test_a_list_that_takes_too_long_is_given_up(world: World) -> None:
    world.lms.quirks = Quirks(page_size=1)
    tool = world.tool
    registrations = Registrations(tool.sessions, tool.keys, tool.clock)
    connector = Connector(registrations.by_id(world.platform), tool.outgoing, Tokens(), tool.clock)
    pages = connector.pages(
        world.lms.url + "/context/members", addresses(["contextmembership.readonly"]), MEMBERS, seconds=0
    )
    next(pages)
    with pytest.raises(PlatformUnavailable, match="timeout"):
        next(pages)


def test_results_can_be_read_back(world: World) -> None:
    publish(world)
    publish(world, score("ben", 1))
    column = world.lms.column_url(world.lms.links["link-1"].column)
    results = world.tool.gateway.results(world.platform, column, "ben")
    assert [(entry["userId"], entry["resultScore"]) for entry in results] == [("ben", 20)]


def test_the_roster_is_read_page_by_page(world: World) -> None:
    world.lms.quirks = Quirks(page_size=2, short_roles=True)
    world.lms.add_person(Person(subject="cem", name="-"))
    members = {
        entry.user: entry for entry in world.tool.gateway.members(world.platform, world.lms.url + "/context/members")
    }
    assert set(members) == {"anna", "ben", "tara", "cem"}
    assert members["tara"].roles == {Role.INSTRUCTOR}
    assert (members["anna"].name, members["cem"].name) == ("Anna Beispiel", "")


UNAVAILABLE: dict[str, tuple[Endpoint, Fault, str, int | None]] = {
    "score 409": ("scores", Fault(status=409), "conflict", None),
    "score 429 with seconds": ("scores", Fault(status=429, headers={"Retry-After": "17"}), "too-many", 17),
    "score 500": ("scores", Fault(status=500, body=HTML), "server-error", None),
    "score 503": ("scores", Fault(status=503, headers={"Retry-After": "60"}), "server-error", 60),
    "token 500": ("token", Fault(status=500, body=HTML), "server-error", None),
    "token 429": ("token", Fault(status=429, headers={"Retry-After": "3"}), "too-many", 3),
}
REFUSED: dict[str, tuple[Endpoint, Fault, str, int]] = {
    "score 400": ("scores", Fault(status=400, body=b"Incorrect score received"), "request-refused", 400),
    "score 401": ("scores", Fault(status=401), "unauthorised", 401),
    "score 403": ("scores", Fault(status=403), "forbidden", 403),
    "score 404": ("scores", Fault(status=404), "not-found", 404),
    "score redirected": ("scores", Fault(status=302, headers={"Location": "https://other.example"}), "redirected", 302),
    "token scope": ("token", Fault(status=400, body=b'{"error":"invalid_scope"}'), "scope-missing", 400),
    "token scope with broken quotes": (
        "token",
        Fault(status=400, body=b'{"error":"invalid_scope "x""}'),
        "scope-missing",
        400,
    ),
    "token client": ("token", Fault(status=401, body=b'{"error":"invalid_client"}'), "client-refused", 401),
    "token keys not read": ("token", Fault(status=404, body=HTML), "keys-not-read", 404),
    "token redirected": (
        "token",
        Fault(status=301, headers={"Location": "https://x.example"}),
        "token-redirected",
        301,
    ),
    "token no JSON": ("token", Fault(body=b"hello"), "token-malformed", 200),
    "token empty": ("token", Fault(body=b"{}"), "token-malformed", 200),
    "token that is none": ("token", Fault(body=b'{"access_token": "a\\r\\nb"}'), "token-malformed", 200),
    "token not ASCII": ("token", Fault(body='{"access_token": "€"}'.encode()), "token-malformed", 200),
    "token for another scope": (
        "token",
        Fault(body=json.dumps({"access_token": "x", "scope": NRPS}).encode()),
        "scope-missing",
        200,
    ),
    "score answer too large": ("scores", Fault(status=500, body=b"x" * 3_000_000), "answer-too-large", 0),
}


@pytest.mark.parametrize("name", UNAVAILABLE)
def test_a_passing_failure_may_be_tried_again(world: World, name: str) -> None:
    endpoint, fault, code, wait = UNAVAILABLE[name]
    world.lms.faults[endpoint] = fault
    with pytest.raises(PlatformUnavailable) as caught:
        publish(world)
    assert (caught.value.code, caught.value.retry_after) == (code, wait)


@pytest.mark.parametrize("name", REFUSED)
def test_a_lasting_failure_is_named(world: World, name: str) -> None:
    endpoint, fault, code, status = REFUSED[name]
    world.lms.faults[endpoint] = fault
    with pytest.raises(PlatformRefused) as caught:
        publish(world)
    assert (caught.value.code, caught.value.status) == (code, status)


def test_a_platform_that_is_down_may_be_tried_again(world: World) -> None:
    gone = register(world, Sandbox(url="http://localhost:9"), "gone", "1", allowed_hosts=["localhost:9"])
    with pytest.raises(PlatformUnavailable, match="unreachable"):
        world.tool.gateway.access_token(gone, frozenset({"score"}))


def test_a_platform_in_a_private_network_is_never_asked(world: World) -> None:
    inside = register(world, Sandbox(url="https://127.0.0.1:9"), "inside", "1")
    with pytest.raises(PlatformRefused, match="address-forbidden"):
        world.tool.gateway.access_token(inside, frozenset({"score"}))


def test_a_column_that_ilias_cannot_list_is_not_offered(world: World) -> None:
    world.lms.quirks = ILIAS
    with pytest.raises(PlatformRefused) as caught:
        world.tool.gateway.find_line_items(world.platform, world.lms.columns_url(), "x", "y")
    assert (caught.value.code, caught.value.status) == ("not-offered", 501)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Tue, 24 Nov 2026 10:00:30 GMT", 30),
        ("Tue, 24 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("", None),
    ],
)
def test_waiting_times_are_seconds_or_dates(value: str, seconds: int | None) -> None:
    now = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
    assert retry_after({"Retry-After": value}, now) == seconds
