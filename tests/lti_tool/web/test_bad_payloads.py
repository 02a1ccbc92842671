"""The certification list of 1EdTech, tool side, "known bad payloads", and what implementers add to it.

Each launch is right but for one fault; the tool must refuse it with the right word and keep nothing of it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import func, select

from lti_tool.models import User
from lti_tool.sandbox.keys import make_key, public_jwk
from lti_tool.sandbox.model import Draft
from tests.lti_tool.web.world import Browser, World, register

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MISSING = object()
HOUR = 3600


def seconds(offset: float) -> int:
    return int(dt.datetime.now(dt.UTC).timestamp() + offset)


def claim(name: str, value: Any) -> Callable[[Draft], None]:
    """Sets a claim, or leaves it out."""

    def change(draft: Draft) -> None:
        draft.claims.pop(name, None)
        if value is not MISSING:
            draft.claims[name] = value

    return change


def header(name: str, value: Any) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.header.pop(name, None)
        if value is not MISSING:
            draft.header[name] = value

    return change


def not_lti(draft: Draft) -> None:
    draft.claims = {"name": "badltilaunch"}


def not_lti_but_signed(draft: Draft) -> None:
    kept = ("iss", "aud", "sub", "nonce", "iat", "exp")
    draft.claims = {name: draft.claims[name] for name in kept} | {"name": "badltilaunch"}


def unsigned(draft: Draft) -> None:
    draft.token = ".".join((encoded({"alg": "none", "kid": draft.header["kid"]}), encoded(draft.claims), ""))


def signed_with_public_key(draft: Draft) -> None:
    """HS256 with the platform's public key as the secret: the classic confusion of algorithms."""
    secret = draft.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = ".".join((encoded({"alg": "HS256", "kid": draft.header["kid"], "typ": "JWT"}), encoded(draft.claims)))
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    draft.token = f"{signed}.{base64url(signature)}"


def rs384(draft: Draft) -> None:
    draft.algorithm = "RS384"


def foreign_key(draft: Draft) -> None:
    draft.key = make_key()


def key_in_header(draft: Draft) -> None:
    draft.key = make_key()
    draft.header |= {"kid": "mine", "jwk": public_jwk("mine", draft.key)}


def key_elsewhere(draft: Draft) -> None:
    draft.key = make_key()
    draft.header |= {"kid": "mine", "jku": "https://attacker.example/keys", "x5u": "https://attacker.example/cert"}


def huge(draft: Draft) -> None:
    draft.claims["ballast"] = "x" * 200_000


def damaged(draft: Draft) -> None:
    draft.token = "not.a.token"  # noqa: S105 - the name of a field


def three_empty_parts(draft: Draft) -> None:
    draft.token = ".."  # noqa: S105 - the name of a field


def payload_no_object(draft: Draft) -> None:
    draft.token = f"{encoded({'alg': 'RS256', 'kid': 'x'})}.{encoded([1, 2])}.{base64url(b'x')}"


def deep_payload(draft: Draft) -> None:
    nested = base64url(b"[" * 60_000)
    draft.token = f"{encoded({'alg': 'RS256', 'kid': 'x'})}.{nested}.{base64url(b'x')}"


def claims_changed_after_signing(draft: Draft) -> None:
    import jwt

    first, _, last = jwt.encode(draft.claims, draft.key, "RS256", headers=draft.header).split(".")
    draft.token = ".".join((first, encoded(draft.claims | {"sub": "tara"}), last))


def encoded(value: Any) -> str:
    return base64url(json.dumps(value).encode())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


CERTIFICATION = {
    "no kid in the header": (header("kid", MISSING), "kid-missing"),
    "kid unknown": (header("kid", "unknown"), "key-unknown"),
    "wrong LTI version": (claim(LTI + "version", "11.3"), "version-wrong"),
    "no version": (claim(LTI + "version", MISSING), "version-missing"),
    "not an LTI message": (not_lti, "nonce-missing"),
    "not an LTI message but signed": (not_lti_but_signed, "version-missing"),
    "no target_link_uri": (claim(LTI + "target_link_uri", MISSING), "target-missing"),
    "iat missing": (claim("iat", MISSING), "times-missing"),
    "exp missing": (claim("exp", MISSING), "times-missing"),
    "expired": (claim("exp", seconds(-HOUR)), "token-expired"),
    "iat and exp wrong": (lambda draft: draft.claims.update(iat=11111, exp=22222), "token-expired"),
    "no message_type": (claim(LTI + "message_type", MISSING), "message-missing"),
    "no roles": (claim(LTI + "roles", MISSING), "roles-missing"),
    "no deployment_id": (claim(LTI + "deployment_id", MISSING), "deployment-missing"),
    "no resource_link": (claim(LTI + "resource_link", MISSING), "resource-link-missing"),
    "no resource_link.id": (claim(LTI + "resource_link", {"title": "x"}), "resource-link-missing"),
    "no sub": (claim("sub", MISSING), "subject-missing"),
}
FURTHER = {
    "wrong iss": (claim("iss", "https://other.example"), "issuer-wrong"),
    "iss with a slash more": (lambda draft: draft.claims.update(iss=draft.claims["iss"] + "/"), "issuer-wrong"),
    "no iss": (claim("iss", MISSING), "issuer-wrong"),
    "wrong aud": (claim("aud", "another-tool"), "audience-wrong"),
    "no aud": (claim("aud", MISSING), "audience-wrong"),
    "aud a number": (claim("aud", 7), "audience-wrong"),
    "several aud without azp": (claim("aud", ["another-tool", "staffel-client"]), "party-wrong"),
    "azp of another tool": (claim("azp", "another-tool"), "party-wrong"),
    "other nonce": (claim("nonce", "another"), "nonce-wrong"),
    "nonce not ASCII": (claim("nonce", "ä"), "nonce-wrong"),
    "expired by more than the leeway": (claim("exp", seconds(-65)), "token-expired"),
    "iat in the future": (claim("iat", seconds(HOUR)), "token-from-future"),
    "not before an hour from now": (claim("nbf", seconds(HOUR)), "token-from-future"),
    "nbf a text": (claim("nbf", "soon"), "times-missing"),
    "iat a year old": (claim("iat", seconds(-365 * 24 * HOUR)), "token-old"),
    "exp a text": (claim("exp", "soon"), "times-missing"),
    "exp infinite": (claim("exp", 1e400), "times-missing"),
    "alg none": (unsigned, "algorithm-wrong"),
    "HS256 with the public key": (signed_with_public_key, "algorithm-wrong"),
    "RS384": (rs384, "algorithm-wrong"),
    "signature of another key": (foreign_key, "signature-wrong"),
    "claims changed after signing": (claims_changed_after_signing, "signature-wrong"),
    "jwk in the header": (key_in_header, "key-unknown"),
    "jku and x5u in the header": (key_elsewhere, "key-unknown"),
    "unknown deployment": (claim(LTI + "deployment_id", "99"), "deployment-unknown"),
    "unknown message": (claim(LTI + "message_type", "LtiStartProctoring"), "message-unknown"),
    "sub null": (claim("sub", None), "subject-missing"),
    "sub a number": (claim("sub", 17), "claim-malformed"),
    "sub longer than 255": (claim("sub", "x" * 256), "claim-malformed"),
    "sub with a NUL": (claim("sub", "a\0b"), "claim-malformed"),
    "sub half a surrogate pair": (claim("sub", "\ud800"), "claim-malformed"),
    "roles a text": (claim(LTI + "roles", "Learner"), "claim-malformed"),
    "roles with a number": (claim(LTI + "roles", [1]), "claim-malformed"),
    "resource_link a text": (claim(LTI + "resource_link", "link-1"), "claim-malformed"),
    "context a list": (claim(LTI + "context", []), "claim-malformed"),
    "custom a text": (claim(LTI + "custom", "exercise=x"), "claim-malformed"),
    "deployment a number": (claim(LTI + "deployment_id", 1), "claim-malformed"),
    "scopes a text": (
        claim("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint", {"scope": "x"}),
        "claim-malformed",
    ),
    "line item a number": (
        claim("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint", {"lineitem": 1}),
        "claim-malformed",
    ),
    "presentation a number": (claim(LTI + "launch_presentation", 1), "claim-malformed"),
    "a token of 200 KB": (huge, "token-too-large"),
    "not a token": (damaged, "token-malformed"),
    "three empty parts": (three_empty_parts, "token-malformed"),
    "payload is no object": (payload_no_object, "token-malformed"),
    "payload nested 60,000 deep": (deep_payload, "token-malformed"),
}


def refused(world: World, change: Callable[[Draft], None], code: str) -> None:
    world.lms.tamper = change
    page = world.launch()
    assert (page.status, page.code) == (400, code)
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize("name", CERTIFICATION)
def test_a_known_bad_payload_is_refused(world: World, name: str) -> None:
    refused(world, *CERTIFICATION[name])


@pytest.mark.parametrize("name", FURTHER)
def test_a_bad_payload_is_refused(world: World, name: str) -> None:
    refused(world, *FURTHER[name])


def test_the_page_says_in_the_browsers_language_what_happened_and_what_to_do(world: World) -> None:
    world.lms.tamper = claim("sub", MISSING)
    page = world.launch()
    assert "Anonym geht es nicht" in page.text
    assert "Öffnen Sie die Aufgabe in Ihrem Kurs noch einmal" in page.text
    english = Browser()
    english.session.headers["Accept-Language"] = "en-GB,en;q=0.9"
    assert "Anonymous launches are not possible" in world.launch(english).text


def test_a_nonce_counts_once(world: World) -> None:
    """The same id_token under the state of a new login of the same browser."""
    browser = Browser()
    first = world.click(browser)
    assert browser.send(first.form).status == 200
    second = world.click(browser)
    page = browser.send(second.form, id_token=first.form.fields["id_token"])
    assert (page.status, page.code) == (400, "nonce-wrong")


def test_a_launch_is_not_taken_twice(world: World) -> None:
    browser = Browser()
    form = world.click(browser).form
    assert browser.send(form).status == 200
    page = browser.send(form)
    assert (page.status, page.code) == (400, "state-unknown")


def test_of_two_launches_with_one_state_at_the_same_moment_one_is_taken(world: World) -> None:
    from concurrent.futures import ThreadPoolExecutor

    browser = Browser()
    form = world.click(browser).form
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: browser.send(form), range(4)))
    assert sorted(page.code for page in pages) == ["", "state-unknown", "state-unknown", "state-unknown"]


@pytest.mark.parametrize("state", ["", "made-up", "\0", "x" * 5000])
def test_a_state_that_is_not_ours_is_refused(world: World, state: str) -> None:
    browser = Browser()
    page = browser.send(world.click(browser).form, state=state)
    assert (page.status, page.code) == (400, "state-unknown" if state else "state-missing")


def test_a_state_of_another_browser_is_refused_and_stays_good_for_its_own(world: World) -> None:
    victim, attacker = Browser(), Browser()
    form = world.click(attacker).form
    world.click(victim)
    page = victim.send(form)
    assert (page.status, page.code) == (400, "state-other-browser")
    assert attacker.send(form).status == 200


def test_a_state_expires_after_ten_minutes(world: World) -> None:
    from sqlalchemy import update

    from lti_tool.models import LoginState

    browser = Browser()
    form = world.click(browser).form
    with world.tool.sessions.begin() as session:
        session.execute(update(LoginState).values(expires_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)))
    assert browser.send(form).code == "state-expired"


def test_a_launch_without_a_token_is_refused(world: World) -> None:
    browser = Browser()
    form = world.click(browser).form
    del form.fields["id_token"]
    assert browser.send(form).code == "token-missing"


def test_what_the_platform_reports_as_an_error_is_shown(world: World) -> None:
    browser = Browser()
    form = world.click(browser).form
    form.fields = {
        "error": "login_required",
        "error_description": "<b>Sie sind abgemeldet</b>",
        "state": form.fields["state"],
    }
    page = browser.send(form)
    assert (page.status, page.code) == (400, "platform-error")
    assert "login_required: &lt;b&gt;Sie sind abgemeldet" in page.text


def test_the_issuer_of_another_registered_platform_is_refused(world: World) -> None:
    from lti_tool.sandbox import Sandbox

    register(world, Sandbox(url="https://other.example"), "staffel-client", "1")
    refused(world, claim("iss", "https://other.example"), "issuer-wrong")


def test_a_deployment_of_another_client_of_the_same_issuer_is_refused(world: World) -> None:
    register(world, world.lms, "other-client", "foreign")
    refused(world, claim(LTI + "deployment_id", "foreign"), "deployment-unknown")


def test_a_registration_that_is_switched_off_opens_nothing(world: World) -> None:
    from lti_tool.models import Platform

    browser = Browser()
    form = world.click(browser).form
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).active = False
    assert (browser.send(form).status, world.launch().code) == (403, "platform-inactive")


def test_a_platform_key_of_1024_bits_is_refused(world: World) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of what is tested here
        world.lms.keys.rotate(make_key(1024))
        assert world.launch().code == "key-weak"


def test_a_deep_link_without_a_return_address_is_refused(world: World) -> None:
    settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
    for value in (MISSING, {}, {"accept_types": ["ltiResourceLink"]}, {"deep_link_return_url": "javascript:alert(1)"}):
        world.lms.tamper = claim(settings, value)
        page = world.launch(person="tara", link="", message="LtiDeepLinkingRequest")
        assert (page.status, page.code) == (400, "return-url-missing")


def test_a_submission_review_without_a_person_is_refused(world: World) -> None:
    page = world.launch(person="tara", message="LtiSubmissionReviewRequest")
    assert (page.status, page.code) == (400, "for-user-missing")
