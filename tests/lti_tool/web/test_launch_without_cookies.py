"""A launch in a browser that keeps no cookie: the platform's storage, a tab of its own, and who must not use them."""

from __future__ import annotations

from lti_tool.sandbox.model import Quirks
from tests.lti_tool.web.world import Browser, World


def test_without_its_cookie_a_launch_outside_of_a_frame_is_refused(world: World) -> None:
    page = world.launch(Browser(cookies=False))
    assert (page.status, page.code) == (400, "cookie-missing")


def test_without_cookies_in_a_frame_a_click_opens_the_task_in_a_tab_of_its_own(world: World) -> None:
    browser = Browser(cookies=False, framed=True)
    page = world.launch(browser)
    assert "Anna Beispiel" in page.text
    assert page.form.target == "_blank"
    tab = Browser()
    opened = tab.send(page.form, own=True)
    assert (opened.status, bool(opened.token)) == (200, True)
    assert tab.send(page.form, own=True).status == 401


def test_a_hand_over_from_a_strangers_page_is_refused(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    assert Browser().send(page.form).status == 403
    assert Browser().send(page.form, own=True).status == 200


def test_a_hand_over_code_opens_no_other_launch(world: World) -> None:
    pages = [world.launch(Browser(cookies=False, framed=True), person) for person in ("anna", "ben")]
    page = Browser().send(pages[0].form, own=True, code=pages[1].form.fields["code"])
    assert page.status == 401


def test_a_hand_over_code_is_no_state_of_a_login(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    browser = Browser()
    form = world.click(browser).form
    assert browser.send(form, state=page.form.fields["code"]).code == "state-unknown"


def test_the_page_of_a_hand_over_can_only_be_framed_by_the_platform(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


def test_where_the_platform_keeps_data_it_stands_in_for_the_cookie(world: World) -> None:
    world.lms.quirks = Quirks(storage_frame="lti_storage")
    browser = Browser(cookies=False, framed=True)
    put = browser.send(browser.get(f"{world.lms.url}/launch?as=anna&link=link-1").form)
    data = {name: put.text.partition(f'data-{name}="')[2].partition('"')[0] for name in ("key", "value", "origin")}
    assert data["origin"] == world.lms.url
    address = put.text.partition('href="' + world.lms.url)[2].partition('"')[0].replace("&amp;", "&")
    get = browser.send(browser.get(world.lms.url + address).form)
    assert f'data-key="{data["key"]}"' in get.text
    assert get.form.fields["binding"] == ""
    page = browser.send(get.form, own=True, binding=data["value"])
    assert (page.status, bool(page.token)) == (200, True)


def test_a_strangers_form_cannot_bring_the_strangers_own_binding(world: World) -> None:
    """Login CSRF: state, id_token and binding of one person, sent by a foreign page in the browser of another."""
    attacker = Browser()
    form = world.click(attacker).form
    (binding,) = [cookie.value for cookie in attacker.session.cookies if cookie.name == "staffel"]
    for framed in (False, True):
        page = Browser(framed=framed).send(form, binding=binding)
        assert page.token == ""
    assert Browser(framed=False).send(form, binding=binding).code in ("cookie-missing", "state-unknown")


def test_a_wrong_value_from_the_platforms_storage_is_refused(world: World) -> None:
    world.lms.quirks = Quirks(storage_frame="lti_storage")
    browser = Browser(cookies=False, framed=True)
    put = browser.send(browser.get(f"{world.lms.url}/launch?as=anna&link=link-1").form)
    address = put.text.partition('href="' + world.lms.url)[2].partition('"')[0].replace("&amp;", "&")
    get = browser.send(browser.get(world.lms.url + address).form)
    assert browser.send(get.form, own=True, binding="x" * 43).code == "state-other-browser"
