"""The way of a launch: login, launch, what is kept of it."""

from __future__ import annotations

from tests.lti_tool.web.world import World


def test_a_click_in_the_course_leads_to_the_exercise(world: World) -> None:
    page = world.launch()
    assert (page.status, page.code) == (200, "")
    assert page.token
