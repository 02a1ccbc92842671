"""What no honest page sends is a refusal, never an error of ours: on PostgreSQL, which takes less than SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from lti_tool import platforms
from lti_tool.models import Attempt, Platform, TextBlock
from lti_tool.sandbox import ResourceLink
from lti_tool.sandbox.model import Draft
from tests.lti_tool.databases import Postgres, fresh_postgres
from tests.lti_tool.web.classroom import Seat, form, post, seat
from tests.lti_tool.web.test_registration import MANUAL
from tests.lti_tool.web.world import Browser, World
from tests.lti_tool.web.world import world as running_world

NUL = "a\0b"
ABSURD = "9" * 5000
ESSAY = "m1u2-arbeitsblatt"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, signing_keys: Path, postgres: Postgres) -> Iterator[World]:
    """A tool on PostgreSQL with a text that waits for a reader."""
    fresh_postgres(postgres).dispose()
    with running_world(tmp_path_factory.mktemp("strict"), signing_keys, database_url=postgres.url) as world:
        seat(world)
        Seat(world, "anna", "text").write("Am Bahnhof.")
        yield world
    fresh_postgres(postgres).dispose()


@pytest.mark.parametrize("name", ["iss", "client_id", "lti_storage_target", "login_hint", "target_link_uri"])
@pytest.mark.parametrize("value", [NUL, "x" * 300_000, "\ud83d\ude00", "%00%ff"])
def test_a_login_with_any_values_is_answered(strict: World, name: str, value: str) -> None:
    values = {"iss": strict.lms.url, "login_hint": "a", "target_link_uri": strict.url, "client_id": "staffel-client"}
    text = value.encode("utf-16", "surrogatepass").decode("utf-16")
    answer = requests.post(f"{strict.url}/lti/login", data=values | {name: text}, allow_redirects=False, timeout=20)
    assert answer.status_code in (200, 302, 400)
    assert len(answer.headers.get("Location", "")) < 60_000


@pytest.mark.parametrize("name", ["state", "id_token", "error", "error_description", "binding"])
@pytest.mark.parametrize("value", [NUL, "x" * 300_000, "[" * 90_000, "ä.ö.ü"])
def test_a_launch_with_any_values_is_refused(strict: World, name: str, value: str) -> None:
    answer = requests.post(f"{strict.url}/lti/launch", data={"state": "x", "id_token": "x", name: value}, timeout=20)
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["x" * 300, "%00", "a b", "../../etc/passwd"])
def test_a_link_that_names_nonsense_is_said_to_be_gone(strict: World, name: str) -> None:
    strict.lms.add_link(ResourceLink(id=f"by-url {name[:9]}", target=f"{strict.url}/lti/launch?exercise={name}"))
    assert strict.launch(link=f"by-url {name[:9]}".replace("%", "%25")).status == 404


def test_two_links_outside_of_any_course_stay_apart_whatever_they_are_called(strict: World) -> None:
    def outside(draft: Draft) -> None:
        draft.claims.pop(LTI + "context", None)
        draft.claims[LTI + "resource_link"]["id"] = "x" * 254 + draft.claims["sub"][0]

    strict.lms.tamper = outside
    tokens = [strict.launch(person=person).token for person in ("anna", "ben")]
    strict.lms.tamper = None
    now = strict.tool.clock()
    contexts = {strict.tool.tokens.read(token, now).context for token in tokens}
    assert len(contexts) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {f"comment.{ESSAY}": NUL},
        {f"level.{ESSAY}.0": ABSURD},
        {f"level.{ESSAY}.0": "٣"},
        {f"points.{ESSAY}": "nan"},
        {f"points.{ESSAY}": "1e999"},
        {"insert": f"{ESSAY} {ABSURD}"},
        {"insert": f"{ESSAY} ٣"},
        {"insert": f"{ESSAY} -1"},
        {"placement": ABSURD},
        {"attempt": ABSURD},
        {"attempt": "-1"},
        {"attempt": "99999999999"},
    ],
)
@pytest.mark.parametrize("path", ["/read/decide", "/read/block", "/read/attempt"])
def test_a_reader_may_send_anything(strict: World, path: str, fields: dict[str, str]) -> None:
    with strict.database() as session:
        attempt = session.scalars(select(Attempt.id).where(Attempt.state == "submitted")).one()
    token = Seat(strict, "tara", "text").page.token
    sent: dict[str, str | int] = {"attempt": attempt, "action": "note", **fields}
    answer = post(strict, path, token, **sent)
    assert answer.status_code in (200, 400, 404, 422)


def test_a_text_block_keeps_what_a_database_can_keep(strict: World) -> None:
    with strict.database() as session:
        attempt = session.scalars(select(Attempt.id).where(Attempt.state == "submitted")).one()
    token = Seat(strict, "tara", "text").page.token
    assert post(strict, "/read/block", token, attempt=attempt, new_block="Gut.\0 Weiter so. 👍").status_code == 200
    for bad in (ABSURD, "x", "-1"):
        assert post(strict, "/read/block", token, attempt=attempt, remove_block=bad).status_code == 400
    with strict.database() as session:
        assert session.scalars(select(TextBlock.text)).all() == ["Gut. Weiter so. 👍"]


@pytest.mark.parametrize("name", ["revision", "serial", "hints", "attempt", "writer", "RESPONSE", "exercise"])
@pytest.mark.parametrize("value", [NUL, ABSURD, "-1", "1e3", "٣", "", "x" * 25_000])
def test_a_draft_with_any_values_is_answered(strict: World, name: str, value: str) -> None:
    ben = Seat(strict, "ben", "text")
    sheet = form(ben.page, "/exercise/submit").fields
    fields: dict[str, str | int] = {key: sheet[key] for key in ("attempt", "exercise", "revision")}
    answer = post(strict, "/exercise/save", ben.page.token, **{**fields, "RESPONSE": "Text", name: value})
    assert answer.status_code in (200, 400, 404, 409)


@pytest.mark.parametrize("name", ["name", "issuer", "client_id", "login_url", "token_url", "deployments", "lms"])
@pytest.mark.parametrize("value", [NUL, "x" * 3000, "https://[", "https://a b", "javascript:alert(1)"])
def test_a_registration_with_any_values_is_answered_in_words(strict: World, name: str, value: str) -> None:
    with strict.tool.sessions.begin() as session:
        secret = platforms.invite(session, "Test", strict.tool.clock())
    page = Browser().get(f"{strict.url}/lti/register?invitation={secret}")
    answer = Browser().send(page.forms[1], own=True, **{**MANUAL, "client_id": secret, name: value})
    assert answer.status in (200, 422)
    with strict.database() as session:
        assert "\0" not in "".join(session.scalars(select(Platform.name)))


@pytest.mark.parametrize(
    "path", ["/nowhere", "/exercise/save", "/test/step", "/read/decide", "/lti/launch", "/lti/login"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_of_any_size_and_kind_is_refused(strict: World, path: str, kind: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="RESPONSE"\r\n\r\n' if "boundary" in kind else b"RESPONSE="
    for size in (0, 3_000_000, 30_000_000):
        client = strict.app.test_client()
        answer = client.post(path, data=part + b"x " * (size // 2), content_type=kind)
        assert answer.status_code in (400, 401, 403, 404, 413)


def test_of_several_who_use_an_invitation_at_once_one_registers(strict: World) -> None:
    with strict.tool.sessions.begin() as session:
        secret = platforms.invite(session, "Test", strict.tool.clock())
    known = Browser().get(f"{strict.url}/lti/register?invitation={secret}").forms[1]

    def register(number: int) -> int:
        return Browser().send(known, own=True, **{**MANUAL, "client_id": f"{secret[:9]} {number}"}).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(register, range(4))) == [200, 403, 403, 403]


def test_the_number_of_a_platform_in_the_address_may_be_anything(strict: World) -> None:
    for number in ("0", "99999999999", ABSURD[:400]):
        assert requests.get(f"{strict.url}/lti/again/{number}", timeout=20).status_code == 404
