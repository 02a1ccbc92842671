"""The self-test: a sound registration passes, and each planted fault is named with its remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from lti_tool.doctor import Doctor
from lti_tool.doctor_words import words
from lti_tool.findings import Finding
from lti_tool.messages import LANGUAGES, messages
from lti_tool.models import Deployment, Platform
from lti_tool.sandbox.keys import make_key
from lti_tool.sandbox.model import ILIAS, LINE_ITEM, MOODLE, SCORE, Fault
from tests.lti_tool.web.world import Browser, World

HTML = b"<html><body>Coding error detected</body></html>"
Plant = Callable[[World], dt.timedelta | None]
"""Spoils something; or says how far the clocks are apart."""


def examine(world: World, person: str = "anna", ahead: dt.timedelta | None = None) -> list[Finding]:
    tool = world.tool
    doctor = Doctor(tool.settings, tool.sessions, tool.keys, tool.outgoing, tool.gateway)
    return doctor.examine(world.platform, tool.clock() + (ahead or dt.timedelta()), person=person)


def faults(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings if finding.status == "fault"]


def fault(endpoint: str, **values: object) -> Plant:
    def plant(world: World) -> None:
        world.lms.faults[endpoint] = Fault(**values)  # type: ignore[index, arg-type] # written out by each test

    return plant


def platform(**changes: object) -> Plant:
    def plant(world: World) -> None:
        with world.tool.sessions.begin() as session:
            row = session.get_one(Platform, world.platform)
            for name, value in changes.items():
                setattr(row, name, value)

    return plant


def scopes(*kept: str) -> Plant:
    def plant(world: World) -> None:
        tool = world.lms.tool
        assert tool is not None
        world.lms.tool = type(tool)(**{**vars(tool), "scopes": kept})

    return plant


def no_deployment(world: World) -> None:
    with world.tool.sessions.begin() as session:
        session.query(Deployment).delete()


def no_own_key(world: World) -> None:
    for file in world.tool.keys.folder.glob("*.pem"):
        file.unlink()


def readable_key(world: World) -> None:
    for file in world.tool.keys.folder.glob("*.pem"):
        file.chmod(0o644)


def weak_key(world: World) -> None:
    world.lms.keys.pairs.clear()
    world.lms.keys.rotate(make_key(1024))


def no_platform_key(world: World) -> None:
    world.lms.keys.hidden.update(world.lms.keys.pairs)


def other_client(world: World) -> None:
    tool = world.lms.tool
    assert tool is not None
    world.lms.tool = type(tool)(**{**vars(tool), "client_id": "another"})


def keys_not_reachable_for_the_platform(world: World) -> None:
    tool = world.lms.tool
    assert tool is not None
    world.lms.tool = type(tool)(**{**vars(tool), "jwks_url": "http://localhost:9/jwks"})


def wrong_clock(world: World) -> dt.timedelta:
    """Seven minutes between the two servers."""
    return dt.timedelta(minutes=7)


def grades_off(world: World) -> None:
    world.lms.grades_on = False
    world.launch()


def column_locked(world: World) -> None:
    world.lms.faults["results"] = Fault(body=b"[]")


def teacher_as_test_person(world: World) -> None:
    del world.lms.people["anna"]


PLANTED: dict[str, tuple[Plant, str]] = {
    "the tool has no key": (no_own_key, "own-keys-none"),
    "the tool's key can be read by others": (readable_key, "own-keys-readable-by-others"),
    "the registration is not switched on": (platform(active=False), "platform-inactive"),
    "no deployment is registered": (no_deployment, "no-deployment"),
    "an address without https": (platform(jwks_url="http://lms.example/jwks"), "address-not-https"),
    "half an address": (platform(login_url="lms.example/auth"), "address-malformed"),
    "the platform's keys are not there": (fault("jwks", status=404), "keys-unreachable"),
    "the platform's keys are a page": (fault("jwks", body=HTML), "keys-malformed"),
    "the platform's keys lie in a private network": (
        platform(jwks_url="https://127.0.0.1/jwks"),
        "keys-forbidden-address",
    ),
    "the platform has no key": (no_platform_key, "keys-none"),
    "the platform's key is too short": (weak_key, "key-weak"),
    "the clocks differ": (wrong_clock, "clock-differs"),
    "another client id": (other_client, "token-client-refused"),
    "the platform cannot read our keys": (keys_not_reachable_for_the_platform, "token-keys-not-read"),
    "grades are off for the tool": (scopes(), "token-scope-missing"),
    "the token address is a page": (fault("token", body=b"Hallo"), "token-malformed"),
    "the token address redirects": (
        fault("token", status=301, headers={"Location": "https://www.lms.example/token"}),
        "token-redirected",
    ),
    "the platform is in maintenance": (fault("token", status=503), "token-server-error"),
    "no grade service at the last launch": (grades_off, "grades-off"),
    "columns are not allowed": (scopes(SCORE), "column-scope-missing"),
    "the Authorization header is dropped": (fault("new_lineitem", status=401), "column-unauthorised"),
    "columns are forbidden": (fault("new_lineitem", status=403), "column-forbidden"),
    "the person gets no grades": (teacher_as_test_person, "score-request-refused"),
    "scores end in an error": (fault("scores", status=500), "score-server-error"),
    "the column is locked": (column_locked, "score-not-kept"),
    "the roster is forbidden": (fault("members", status=403), "roster-forbidden"),
}


@pytest.mark.filterwarnings("ignore:The RSA key")
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(world: World, name: str) -> None:
    world.launch()
    plant, code = PLANTED[name]
    found = examine(world, ahead=plant(world))
    assert code in faults(found)
    (finding,) = [finding for finding in found if finding.code == code]
    for language in LANGUAGES:
        said = words(finding, "moodle", language)
        assert said.text
        assert "Unerwarteter" not in said.text
        assert said.remedy


def test_a_sound_registration_has_no_fault_and_nothing_is_left_behind(world: World) -> None:
    world.launch()
    columns = set(world.lms.columns)
    found = examine(world)
    assert faults(found) == []
    assert {finding.check for finding in found if finding.status == "ok"} >= {
        "own-keys",
        "registration",
        "addresses",
        "platform-keys",
        "clock",
        "token",
        "grades",
        "column",
        "score",
        "roster",
    }
    assert set(world.lms.columns) == columns


def test_before_the_first_launch_grades_are_not_judged(world: World) -> None:
    found = examine(world)
    assert faults(found) == []
    assert ("grades", "never-launched") in [(finding.check, finding.code) for finding in found]


def test_a_cached_token_hides_no_fault(world: World) -> None:
    world.launch()
    assert faults(examine(world)) == []
    scopes(LINE_ITEM)(world)
    assert "token-scope-missing" in faults(examine(world))


@pytest.mark.parametrize("quirks", [MOODLE, ILIAS])
def test_moodle_and_ilias_as_they_are_pass(world: World, quirks: object) -> None:
    world.lms.quirks = quirks  # type: ignore[assignment] # both are quirks
    world.launch()
    assert faults(examine(world)) == []


def test_remedies_name_the_box_of_this_platform() -> None:
    finding = Finding("token", "fault", "token-scope-missing")
    assert "IMS LTI Assignment and Grade Services" in words(finding, "moodle", "de").remedy
    assert "ILIAS" in words(finding, "ilias", "de").remedy
    assert "AGS" in words(finding, "", "de").remedy


def test_every_sentence_exists_in_both_languages() -> None:
    assert set(messages("de")) == set(messages("en"))


def test_a_teacher_runs_the_self_test_inside_of_the_course(world: World) -> None:
    browser = Browser(framed=True)
    picker = world.launch(browser, "tara", "empty")
    forms = [form for form in picker.forms if form.action.endswith("/lti/self-test")]
    page = browser.send(forms[0], own=True)
    assert page.status == 200
    assert "Alles in Ordnung" in page.text
    for code in ("cookie", "framed", "token"):
        assert f'data-code="{code}"' in page.text


def test_a_learner_cannot_run_the_self_test(world: World) -> None:
    token = world.launch().token
    form = world.launch(Browser(), "tara", "empty").forms[-1]
    assert Browser().send(form, own=True, launch_token=token).status == 403


def test_a_tool_without_its_operators_name_is_told_so_without_being_ill(world: World) -> None:
    tool = world.tool
    public = tool.settings.model_copy(update={"public_url": "https://lernen.example.de"})
    found = Doctor(public, tool.sessions, tool.keys, tool.outgoing, tool.gateway).examine(
        world.platform, tool.clock(), person="anna"
    )
    (hint,) = [finding for finding in found if finding.status == "hint"]
    assert hint.code == "operator-missing"
    assert "STAFFEL_OPERATOR_NAME" in words(hint, "moodle", "de").remedy
    assert "operator-missing" not in faults(found)
