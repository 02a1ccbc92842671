"""The tool against a platform that nobody here wrote: Open edX's lti-consumer-xblock, over HTTP, in its own process."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from lti_tool.gateway import LineItem, Member, PlatformRefused, Role, ScoreUpdate
from lti_tool.models import Context, Placement
from tests.contract.openedx.driver import Course, message
from tests.lti_tool.web.world import Browser

CHOICE = "m1u1-einfach"
SEVERAL = "m1u1-mehrfach"
RIGHT, WRONG = {"RESPONSE": ("versickern",)}, {"RESPONSE": ("abfliessen",)}
PEOPLE = {"3f5e-0001-opaque", "3f5e-0002-opaque", "3f5e-0003-opaque", "3f5e-0004-opaque", "3f5e-0005-opaque"}


def now(later: float = 0) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=later)


def score(user: str, given: float | None, later: float = 0, **more: str) -> ScoreUpdate:
    return ScoreUpdate(user=user, given=given, maximum=4, timestamp=now(later), **more)  # type: ignore[arg-type]


# --- Launch -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "role"), [("sami", Role.LEARNER), ("tina", Role.INSTRUCTOR)])
def test_a_click_in_the_course_leads_to_the_exercise(edx: Course, person: str, role: Role) -> None:
    edx.add(f"launch-{person}")
    launch = edx.opened(f"launch-{person}", CHOICE, person)
    assert launch.roles == {role}
    with edx.database() as session:
        assert launch.placement is not None
        placement = session.get_one(Placement, launch.placement)
        assert placement.activity == f"exercise:{CHOICE}"
        assert session.get_one(Context, launch.context).context_id == "course-v1:Stadt+SCM+2026"


def test_a_person_without_a_role_may_look_but_not_teach(edx: Course) -> None:
    edx.add("no-role")
    assert edx.opened("no-role", CHOICE, "nobody", role="no").roles == {Role.OTHER}


def test_a_launch_with_name_and_address_is_the_same_person(edx: Course) -> None:
    edx.add("personal")
    bare = edx.opened("personal", CHOICE, "zoe")
    assert edx.opened("personal", CHOICE, "zoe", personal="yes").user == bare.user


def test_a_launch_that_was_sent_twice_is_refused_the_second_time(edx: Course) -> None:
    edx.add("twice")
    browser = Browser()
    form = message(edx.click("twice", "sami", browser, custom=json.dumps({"exercise": CHOICE})))
    assert (browser.send(form).status, browser.send(form).code) == (200, "state-unknown")


def test_a_key_that_the_platform_replaced_without_overlap_is_known_within_seconds(edx: Course) -> None:
    edx.add("rotated")
    edx.opened("rotated", CHOICE)
    assert set(edx.rotate("rotated", CHOICE)) <= {"key-unknown"}
    edx.opened("rotated", CHOICE)


# --- Deep linking -----------------------------------------------------------------------------------------------------


def test_what_is_chosen_by_deep_linking_stands_in_the_course_and_launches(edx: Course) -> None:
    edx.add("linked", "programmatic")
    browser = Browser()
    picker = edx.launch("linked", "tina", browser, message="LtiDeepLinkingRequest")
    assert picker.status == 200
    chosen = browser.send(picker.form, own=True, activity=[f"exercise:{CHOICE}"])
    saved = browser.send(chosen.form)
    assert saved.status == 200, saved.text
    (item,) = edx.lms.ask("items", place="linked")["items"]
    assert item["type"] == "ltiResourceLink"
    assert item["custom"] == {"exercise": CHOICE}
    assert item["lineItem"]["resourceId"] == f"exercise:{CHOICE}"

    page = edx.launch("linked", "sami", item=str(item["id"]))
    assert (page.status, page.code) == (200, "")
    launch = edx.tool.tokens.read(page.token, now())
    with edx.database() as session:
        assert launch.placement is not None
        assert session.get_one(Placement, launch.placement).activity == f"exercise:{CHOICE}"


def test_the_platform_lets_only_a_teacher_ask_for_content(edx: Course) -> None:
    edx.add("forbidden", "programmatic")
    assert edx.launch("forbidden", "sami", message="LtiDeepLinkingRequest").status == 403


# --- Grades -----------------------------------------------------------------------------------------------------------


def test_a_score_arrives_in_the_column_that_the_platform_declared(edx: Course) -> None:
    edx.add("declared")
    edx.hand_in(edx.opened("declared", CHOICE, "sami"), RIGHT)
    assert edx.deliver() == 1
    assert edx.deliveries()[-1] == ("delivered", "")
    (column,) = edx.lms.columns("declared")
    stored = column["scores"]["3f5e-0001-opaque"]
    assert (stored["given"] / stored["maximum"], stored["activity"], stored["grading"]) == (
        1,
        "Completed",
        "FullyGraded",
    )
    assert edx.lms.grades("declared") == [("sami", 1, "")]


def test_the_column_that_the_tool_makes_is_made_once_for_all_learners(edx: Course) -> None:
    edx.add("made", "programmatic")
    assert edx.lms.columns("made") == []
    edx.hand_in(edx.opened("made", CHOICE, "sami"), RIGHT)
    edx.hand_in(edx.opened("made", CHOICE, "zoe"), WRONG)
    assert edx.deliver() == 2
    (column,) = edx.lms.columns("made")
    assert (column["resource_id"], column["tag"]) == (f"exercise:{CHOICE}", "staffel")
    shares = {user: stored["given"] / stored["maximum"] for user, stored in column["scores"].items()}
    assert shares == {"3f5e-0001-opaque": 1, "3f5e-0002-opaque": 0}


def test_a_better_second_try_replaces_the_first(edx: Course) -> None:
    edx.add("again")
    edx.hand_in(edx.opened("again", CHOICE, "otto"), WRONG)
    edx.deliver()
    edx.hand_in(edx.opened("again", CHOICE, "otto"), RIGHT)
    edx.deliver()
    assert [share for _, share, _ in edx.lms.grades("again")] == [0, 1]
    (column,) = edx.lms.columns("again")
    assert column["scores"]["3f5e-0004-opaque"]["given"] > 0


def test_results_are_read_back_with_their_comment(edx: Course) -> None:
    edx.add("results", "programmatic")
    edx.hand_in(edx.opened("results", SEVERAL, "sami"), {"RESPONSE": ("mulde",)})
    edx.deliver()
    gateway = edx.tool.gateway
    (column,) = gateway.find_line_items(edx.platform, address(edx, "results"), f"exercise:{SEVERAL}", "staffel")
    assert column.url
    gateway.publish_score(edx.platform, column.url, score("3f5e-0002-opaque", 3, later=2, comment="Gut – „weiter so“"))
    results = {str(result["userId"]): result for result in gateway.results(edx.platform, column.url)}
    assert set(results) == {"3f5e-0001-opaque", "3f5e-0002-opaque"}
    assert results["3f5e-0002-opaque"]["comment"] == "Gut – „weiter so“"
    assert [result["userId"] for result in gateway.results(edx.platform, column.url, "3f5e-0001-opaque")] == [
        "3f5e-0001-opaque"
    ]


def test_columns_are_found_by_resource_and_tag_and_no_others(edx: Course) -> None:
    edx.add("filtered", "programmatic")
    edx.opened("filtered", CHOICE, "tina")
    gateway, line_items = edx.tool.gateway, address(edx, "filtered")
    for resource, tag in (("a", "staffel"), ("b", "staffel"), ("a", "other")):
        made = LineItem(url=None, label=f"{resource} {tag}", maximum=10, resource_id=resource, tag=tag)
        assert gateway.create_line_item(edx.platform, line_items, made).url
    assert [item.label for item in gateway.find_line_items(edx.platform, line_items, "a", "staffel")] == ["a staffel"]
    assert len(edx.lms.columns("filtered")) == 3


def test_a_score_older_than_the_stored_one_is_refused_in_words(edx: Course) -> None:
    edx.add("older", "programmatic")
    edx.opened("older", CHOICE, "sami")
    gateway = edx.tool.gateway
    wanted = LineItem(url=None, label="x", maximum=4, resource_id="x")
    column = gateway.create_line_item(edx.platform, address(edx, "older"), wanted)
    assert column.url
    gateway.publish_score(edx.platform, column.url, score("3f5e-0001-opaque", 4))
    with pytest.raises(PlatformRefused) as refused:
        gateway.publish_score(edx.platform, column.url, score("3f5e-0001-opaque", 1, later=-60))
    assert (refused.value.code, refused.value.status) == ("request-refused", 400)
    (stored,) = (column["scores"] for column in edx.lms.columns("older"))
    assert stored["3f5e-0001-opaque"]["given"] == 4


def test_work_that_waits_for_a_reader_counts_as_submitted_and_not_as_graded(edx: Course) -> None:
    edx.add("essay")
    edx.hand_in(edx.opened("essay", "m1u2-arbeitsblatt", "zoe"), {"RESPONSE": ("Die Unterführung Nord.",)})
    edx.deliver()
    (column,) = edx.lms.columns("essay")
    stored = column["scores"]["3f5e-0002-opaque"]
    assert (stored["given"], stored["activity"], stored["grading"]) == (None, "Submitted", "PendingManual")
    assert edx.lms.grades("essay") == []


def test_where_the_platform_allows_no_columns_none_is_made(edx: Course) -> None:
    edx.add("without", "disabled")
    edx.hand_in(edx.opened("without", CHOICE, "sami"), RIGHT)
    edx.deliver()
    assert edx.deliveries()[-1] == ("held", "no-column")
    assert edx.lms.columns("without") == []


def test_a_rotated_key_of_the_tool_is_taken_at_once(edx: Course) -> None:
    edx.add("own-keys")
    hour = dt.timedelta(hours=1)
    old = edx.tool.keys.signing(now())
    made = edx.tool.keys.rotate(now() - hour / 2, bits=2048)
    assert edx.tool.keys.signing(now()).kid == made.kid != old.kid
    edx.hand_in(edx.opened("own-keys", CHOICE, "sami"), RIGHT)
    edx.tool.gateway.access_token(edx.platform, frozenset({"score"}), fresh=True)  # asked for with the new key
    edx.deliver()
    assert edx.lms.grades("own-keys") == [("sami", 1, "")]


def test_a_token_of_a_key_that_the_platform_replaced_is_renewed(edx: Course) -> None:
    edx.add("stale")
    edx.hand_in(edx.opened("stale", CHOICE, "sami"), WRONG)
    edx.deliver()
    edx.hand_in(edx.opened("stale", CHOICE, "sami"), RIGHT)
    edx.rotate("stale", CHOICE)
    edx.deliver()
    assert [share for _, share, _ in edx.lms.grades("stale")] == [0, 1]


# --- Roster -----------------------------------------------------------------------------------------------------------


def roster(edx: Course, place: str, query: str = "") -> list[Member]:
    launch = edx.opened(place, CHOICE, "tina")
    with edx.database() as session:
        url = session.get_one(Context, launch.context).memberships_url
    assert url
    return list(edx.tool.gateway.members(edx.platform, url + query))


def test_the_roster_has_everybody_once_over_all_pages(edx: Course) -> None:
    edx.add("roster")
    assert {member.user for member in roster(edx, "roster")} == PEOPLE
    paged = roster(edx, "roster", "?limit=2")
    assert [member.user for member in paged] == sorted(PEOPLE)
    assert {member.user for member in paged if any(role.teaches for role in member.roles)} == {"3f5e-0003-opaque"}


def test_names_come_only_where_the_course_shares_them(edx: Course) -> None:
    edx.add("names")
    assert {member.name for member in roster(edx, "names")} == {""}
    edx.lms.tell("share", on=True)
    try:
        assert "Zoë Ünal" in {member.name for member in roster(edx, "names")}
    finally:
        edx.lms.tell("share", on=False)


def address(edx: Course, place: str) -> str:
    """Where the line items of a place are, as its launch said."""
    launch = edx.opened(place, SEVERAL, "tina")
    with edx.database() as session:
        assert launch.placement is not None
        return session.get_one(Placement, launch.placement).line_items_url
