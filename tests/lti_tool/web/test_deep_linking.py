"""Deep linking 2.0: request, choice, signed response, and the launch of what was chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lti_tool.sandbox.model import Draft
from tests.lti_tool.web.world import EXERCISE, Browser, Page, World

SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
NAME = f"exercise:{EXERCISE}"


def request(world: World, browser: Browser, person: str = "tara") -> Page:
    return world.launch(browser, person, "", message="LtiDeepLinkingRequest")


def settings(world: World, **changes: Any) -> None:
    def apply(draft: Draft) -> None:
        draft.claims[SETTINGS] = {
            name: value for name, value in (draft.claims[SETTINGS] | changes).items() if value is not None
        }

    world.lms.tamper = apply


def sent(world: World) -> dict[str, Any]:
    (claims,) = [body for name, body in world.lms.log if name == "deep-linking"]
    found: dict[str, Any] = claims
    return found


def test_a_chosen_exercise_comes_into_the_course_and_opens(world: World) -> None:
    browser = Browser()
    answer = browser.send(request(world, browser).form, own=True, activity=NAME)
    assert answer.form.action == f"{world.lms.url}/deep-linking"
    assert browser.send(answer.form).status == 200
    (item,) = sent(world)[ITEMS]
    assert item["custom"] == {"exercise": EXERCISE}
    assert item["url"] == f"{world.url}/lti/launch?exercise={EXERCISE}"
    assert item["lineItem"]["resourceId"] == NAME
    assert None not in item.values()
    link = next(reversed(world.lms.links))
    assert world.launch(link=link).token


def test_several_exercises_and_a_test_come_into_the_course(world: World) -> None:
    browser = Browser()
    chosen = [NAME, "assessment:m1-abschluss"]
    answer = browser.send(request(world, browser).form, own=True, activity=chosen)
    assert browser.send(answer.form).status == 200
    assert [item["lineItem"]["resourceId"] for item in sent(world)[ITEMS]] == chosen


def test_the_response_is_signed_by_us_for_this_platform_and_echoes_its_data(world: World) -> None:
    """The sandbox checks signature, iss, aud, exp, nonce, deployment, message, version, data, or answers 400."""
    browser = Browser()
    answer = browser.send(request(world, browser).form, own=True, activity=NAME)
    assert browser.send(answer.form).status == 200
    assert browser.send(answer.form).status == 400


def test_without_data_none_is_sent(world: World) -> None:
    settings(world, data=None)
    browser = Browser()
    answer = browser.send(request(world, browser).form, own=True, activity=NAME)
    assert browser.send(answer.form).status == 400
    import jwt

    claims = jwt.decode(answer.form.fields["JWT"], options={"verify_signature": False})
    assert "https://purl.imsglobal.org/spec/lti-dl/claim/data" not in claims


def test_one_item_where_the_platform_takes_one(world: World) -> None:
    settings(world, accept_multiple=False)
    browser = Browser()
    page = request(world, browser)
    assert 'type="radio"' in page.text
    answer = browser.send(page.form, own=True, activity=[NAME, "assessment:m1-abschluss"])
    browser.send(answer.form)
    assert len(sent(world)[ITEMS]) == 1


def test_no_column_is_offered_where_the_platform_wants_none(world: World) -> None:
    settings(world, accept_lineitem=False)
    browser = Browser()
    answer = browser.send(request(world, browser).form, own=True, activity=NAME)
    browser.send(answer.form)
    assert "lineItem" not in sent(world)[ITEMS][0]


def test_a_place_that_takes_no_links_gets_a_message_not_an_error_page(world: World) -> None:
    settings(world, accept_types=["link", "html"])
    browser = Browser()
    page = request(world, browser)
    assert page.status == 200
    assert browser.send(page.form).status == 200
    assert sent(world)[ITEMS] == []
    assert "ltiResourceLink" in sent(world)["https://purl.imsglobal.org/spec/lti-dl/claim/msg"]


def test_nothing_chosen_is_asked_again_and_cancelling_goes_back(world: World) -> None:
    browser = Browser()
    form = request(world, browser).form
    assert browser.send(form, own=True).status == 422
    back = browser.send(form, own=True, cancel="1")
    browser.send(back.form)
    assert sent(world)[ITEMS] == []


def reloaded(browser: Browser, page: Page) -> Page:
    """What "reload" shows: the page's own address for it, asked for by its script."""
    (form,) = (known for known in page.forms if known.resume)
    return browser.send(form, own=True)


def ticked(page: Page) -> list[str]:
    return re.findall(r'name="activity" value="([^"]+)"[^>]* checked', page.text)


def test_reloading_after_a_choice_shows_it_and_sends_nothing_again(world: World) -> None:
    browser = Browser()
    first = request(world, browser)
    assert ticked(reloaded(browser, first)) == []
    chosen = [NAME, "assessment:m1-abschluss"]
    answer = browser.send(first.form, own=True, activity=chosen)
    again = reloaded(browser, answer)
    assert (again.status, ticked(again)) == (200, chosen)
    assert ticked(reloaded(browser, browser.send(first.form, own=True))) == []
    assert ticked(reloaded(browser, browser.send(first.form, own=True, cancel="1"))) == []
    assert [name for name, _ in world.lms.log if name == "deep-linking"] == []
    assert browser.send(browser.send(again.form, own=True, activity=chosen).form).status == 200


def test_the_page_of_reloading_is_for_the_one_who_chooses(world: World) -> None:
    browser = Browser()
    (form,) = (known for known in request(world, browser).forms if known.resume)
    learner = world.launch().token
    assert browser.send(form, own=True, launch_token=learner).status == 403
    assert browser.send(form).status == 403


def test_a_learner_chooses_no_content(world: World) -> None:
    assert request(world, Browser(), "anna").status == 403


@pytest.mark.parametrize("name", ["exercise:unknown", "assessment:m1u1-einfach", "", "x" * 1000])
def test_an_activity_that_does_not_exist_cannot_be_chosen(world: World, name: str) -> None:
    browser = Browser()
    assert browser.send(request(world, browser).form, own=True, activity=name).status == 400


def test_only_the_page_of_the_answer_sends_a_form_elsewhere(world: World) -> None:
    browser = Browser()
    first = request(world, browser)
    assert "form-action 'self'" in first.headers["Content-Security-Policy"]
    answer = browser.send(first.form, own=True, activity=NAME)
    assert "form-action" not in answer.headers["Content-Security-Policy"]


def test_the_return_address_is_escaped(world: World) -> None:
    settings(world, deep_link_return_url=world.lms.url + '/"><script>alert(1)</script>')
    browser = Browser()
    answer = browser.send(request(world, browser).form, own=True, activity=NAME)
    assert "<script>alert" not in answer.text
