"""Our cmi5 packages in Chromium, their statements in a learning record store that we did not write.

What the learner does, Python scores as well. Every statement has to satisfy the store's own models of xAPI 1.0.3 and
the rules of cmi5 1.0.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import expect

from content import Curriculum, Module
from content.exercises import Exercise, ExtendedText
from content.exercises.base import Sample
from tests.content.samples import EXERCISES, IDS
from tests.contract.answering import checkable, fill
from tests.contract.lrs.cmi5_lms import Server, Unit
from tests.contract.lrs.cmi5_lms import start as open_unit
from tests.contract.lrs.conftest import Start
from tests.contract.lrs.rules import assert_rules, verb
from tests.contract.lrs.store import assert_valid
from tests.factories import UNIT, loaded
from tests.samples import sample

pytestmark = pytest.mark.timeout(180)

PLACED = "\n\n".join(f"{{{{exercise {name}}}}}" for name in IDS)
PRACTICE = UNIT.replace("{{exercise wahl}}", PLACED) + "\n# Ende {#s2}\n\nFertig.\n"


@pytest.fixture
def practice(tmp_path: Path) -> Curriculum:
    """Every variant of every type on the first page, a second page that completes the module."""
    return loaded(tmp_path, {"m1-eins/01-einheit.md": PRACTICE, "m1-eins/exercises/a.yaml": EXERCISES})


hosts = pytest.mark.parametrize("other_host", [False, True], ids=["same host", "other host"], indirect=True)


def until(condition: Callable[[], object]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def check(unit: Unit, exercise: Exercise, given: Sample) -> None:
    """Answer and press the button; first another try where one was made before."""
    form = unit.page.locator(f'form[data-exercise="{exercise.id}"]')
    if form.locator('[data-action="retry"]').is_visible():
        form.locator('[data-action="retry"]').click()
    fill(form, exercise, given.response)
    form.locator('[data-action="check"]').click()
    if exercise.scored:
        expect(form.locator(".exercise-result")).to_be_visible()


def answers(exercise: Exercise) -> list[Sample]:
    """A wrong answer, then a right one; one answer where there is neither."""
    samples = checkable(exercise)
    wrong = [s for s in samples if s.score is not None and s.score < 1][:1]
    return [*wrong, *[s for s in samples if s.score == 1][:1]] or samples[:1]


def walk(unit: Unit, module: Module) -> None:
    for page in module.pages:
        unit.open(page.id)


def take_test(unit: Unit, module: Module, right: bool) -> Fraction:
    """Take the module's test; the score that Python gives the answers."""
    (assessment,) = module.assessments
    unit.open(module.page_of[assessment.id])
    player = unit.page.locator(f'[data-assessment="{assessment.id}"]')
    player.locator('[data-step="start"]').click()
    reached, total = Fraction(0), 0
    expect(player.locator("form.exercise")).to_have_count(1)
    while player.locator("form.exercise").count():
        exercise = module.exercises[player.locator("form.exercise").get_attribute("data-exercise") or ""]
        given = answers(exercise)[-1 if right else 0]
        fill(player.locator("form.exercise"), exercise, given.response)
        outcome = exercise.rule().evaluate(given.response, "de")
        reached += exercise.points * (outcome.score if outcome else 0)
        total += exercise.points
        player.locator('[data-step="next"]').click()
    player.locator('[data-step="submit"]').click()
    expect(player).to_contain_text("Ergebnis:")
    return reached / total


def assert_sound(lms: Server) -> None:
    assert_valid(lms.statements)
    assert_rules(lms.statements, lms)


def test_every_type_of_answer_is_a_statement_that_the_store_understands(start: Start, practice: Curriculum) -> None:
    (module,) = practice.modules
    lms, context = start(practice)
    unit = open_unit(context, lms)
    given = [
        (exercise, answer)
        for exercise in module.exercises.values()
        if not isinstance(exercise, ExtendedText)
        for answer in answers(exercise)
    ]
    for exercise, answer in given:
        check(unit, exercise, answer)
    unit.page.close(run_before_unload=False)
    until(lambda: len(lms.verbs) == len(given) + 2)
    stated = [statement for statement in lms.statements if verb(statement) == "answered"]
    for (exercise, answer), statement in zip(given, stated, strict=True):
        assert statement["object"]["id"] == f"{lms.activity}/{exercise.id}"
        assert statement["result"].get("success") == (None if answer.score is None else answer.score == 1)
        assert statement["result"]["response"]
    assert lms.verbs[-1] == "terminated"
    assert_sound(lms)
    unit.assert_clean()


@hosts
def test_a_module_is_passed_and_its_tab_closed(start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    unit = open_unit(context, lms)
    walk(unit, module)
    assert take_test(unit, module, right=True) == 1
    until(lambda: "completed" in lms.verbs)
    unit.page.close(run_before_unload=False)
    until(lambda: lms.verbs[-1] == "terminated")
    defined = [name for name in lms.verbs if name != "answered"]
    assert defined == ["initialized", "passed", "completed", "terminated"]
    passed = next(statement for statement in lms.statements if verb(statement) == "passed")
    assert passed["result"]["score"] == {"scaled": 1}
    assert_sound(lms)
    unit.assert_clean()


def test_a_later_session_resumes_and_repeats_nothing(start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    first = open_unit(context, lms)
    walk(first, module)
    take_test(first, module, right=True)
    first.page.locator('[data-action="finish"]').click()
    expect(first.page.locator('[data-staffel="notices"]')).to_contain_text("gespeichert")
    until(lambda: lms.verbs[-1] == "terminated")
    second = open_unit(context, lms)
    expect(second.page.locator("main")).to_have_attribute("data-page", module.page_of["m1-abschluss"])
    expect(second.page.locator('[data-staffel="status"]')).to_contain_text("estanden")
    walk(second, module)
    second.page.locator('[data-action="finish"]').click()
    until(lambda: lms.verbs.count("terminated") == 2)
    assert lms.verbs[-2:] == ["initialized", "terminated"]
    assert_sound(lms)
    second.assert_clean()


def test_attempts_used_up_are_a_failure(start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    for attempt in range(module.assessments[0].attempts):
        unit = open_unit(context, lms)
        if attempt == 0:
            walk(unit, module)
        take_test(unit, module, right=False)
        unit.assert_clean()
        unit.page.close(run_before_unload=False)
        until(lambda: lms.verbs[-1] == "terminated")
    assert lms.verbs[-3:] == ["failed", "completed", "terminated"]
    assert "passed" not in lms.verbs
    assert_sound(lms)


@pytest.mark.parametrize("mode", ["Review", "Browse"])
def test_looking_back_begins_and_ends_a_session_and_writes_nothing_else(mode: str, start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    lms.mode = "Review" if mode == "Review" else "Browse"
    unit = open_unit(context, lms)
    walk(unit, module)
    unit.page.close(run_before_unload=False)
    until(lambda: "terminated" in lms.verbs)
    assert lms.verbs == ["initialized", "terminated"]
    assert not [entry for entry in lms.asked if entry.startswith("PUT")]
    assert_sound(lms)
    unit.assert_clean()


@hosts
def test_a_reload_keeps_the_place_and_breaks_no_rule(start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    unit = open_unit(context, lms)
    unit.open(module.pages[1].id)
    unit.page.reload()
    expect(unit.page.locator("html")).to_have_attribute("data-staffel", "ready")
    expect(unit.page.locator("main")).to_have_attribute("data-page", module.pages[1].id)
    unit.page.close(run_before_unload=False)
    until(lambda: "terminated" in lms.verbs)
    assert_sound(lms)
    unit.assert_clean()


def test_an_lms_that_was_away_gets_every_answer_later(start: Start, practice: Curriculum) -> None:
    (module,) = practice.modules
    lms, context = start(practice)
    unit = open_unit(context, lms)
    until(lambda: lms.verbs == ["initialized"])
    lms.away = True
    exercise = module.exercises[IDS[0]]
    check(unit, exercise, answers(exercise)[0])
    notices = unit.page.locator('[data-staffel="notices"]')
    expect(notices).to_contain_text("nicht angenommen")
    lms.away = False
    notices.get_by_role("button").click()
    expect(notices).to_contain_text("wieder gespeichert")
    assert lms.verbs == ["initialized", "answered"]
    assert_sound(lms)


def test_without_a_launch_the_page_works_and_asks_nobody(start: Start) -> None:
    (module,) = sample().modules
    lms, context = start(sample())
    unit = open_unit(context, lms, f"{lms.address}/content/index.html")
    unit.open(module.pages[1].id)
    unit.page.reload()
    expect(unit.page.locator("main")).to_have_attribute("data-page", module.pages[1].id)
    assert lms.asked == []
    unit.assert_clean()
