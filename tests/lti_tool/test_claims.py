"""Claims as a launch of ours: where an answer may go, and which texts may be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lti_tool.gateway import LaunchRejected
from lti_tool.pylti_gateway.claims import deep_linking
from lti_tool.pylti_gateway.registrations import Registered
from lti_tool.security import origin

SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
REGISTERED = Registered(
    id=1,
    issuer="https://lms.example.de",
    client_id="client-1",
    login_url="https://lms.example.de/auth",
    token_url="https://lms.example.de/token",  # noqa: S106 - an address
    token_audience="",
    jwks_url="https://lms.example.de/certs",
    any_deployment=False,
    allowed_hosts=frozenset(),
)
TRIED_OUT = replace(REGISTERED, issuer="http://127.0.0.1:5001", login_url="http://127.0.0.1:5001/auth")


def returning(url: str) -> dict[str, object]:
    return {SETTINGS: {"deep_link_return_url": url}}


@pytest.mark.parametrize(
    ("url", "registered"),
    [
        ("https://lms.example.de/return", REGISTERED),
        ("https://other.example.de/return", REGISTERED),
        ("http://127.0.0.1:5001/return", TRIED_OUT),
        ("https://lms.example.de/return", TRIED_OUT),
    ],
)
def test_a_choice_goes_back_by_https_or_as_the_platform_itself_works(url: str, registered: Registered) -> None:
    assert deep_linking(returning(url), registered).return_url == url


@pytest.mark.parametrize(
    "url", ["http://lms.example.de/return", "javascript:alert(1)", "https://", "//lms.example.de", "data:text/html,x"]
)
def test_a_choice_goes_nowhere_else(url: str) -> None:
    with pytest.raises(LaunchRejected, match="return-url-missing"):
        deep_linking(returning(url), REGISTERED)


def test_an_origin_that_no_host_can_have_gets_into_no_policy_and_no_token() -> None:
    assert origin(f"https://{'a' * 250}.de:65535/x")
    assert origin(f"https://{'a' * 5000}.de/x") == ""
