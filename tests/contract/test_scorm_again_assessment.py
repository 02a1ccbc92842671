"""Tests of our packages in an LMS that we did not write: attempts, passing, resuming in the middle, review."""

from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.content.samples import EXERCISES, IDS
from tests.contract.learner import Start, again, answerable, check, form, go_on, hundredths, take_test, walk, words
from tests.factories import MODULE, UNIT, loaded
from tests.samples import sample as sample_curriculum

FURTHER = ("vier", "stellen", "sorten", "bild", "bild-eins", "fall", "topf")


def test_a_test_is_passed_and_its_score_arrives(start: Start) -> None:
    (module,) = sample_curriculum().modules
    lms = start(sample_curriculum())
    launch = lms.launch()
    walk(launch, module)
    assert launch.status == words(lms.edition, "incomplete")
    score = take_test(launch, module, right=True)
    assert score == 1
    assert launch.score == 100
    assert launch.status == words(lms.edition, "passed")
    assert [entry["result"] for entry in launch.interactions] == ["correct"] * 4
    assert all(entry["id"].startswith("m1-abschluss.1.m1p-") for entry in launch.interactions)
    launch.assert_clean()


@pytest.mark.parametrize("right", [False, True], ids=["wrong", "right"])
def test_every_further_type_is_taken_in_a_test_and_shown_in_its_result(
    start: Start, tmp_path: Path, right: bool
) -> None:
    section = f"sections: [{{title: Alles, exercises: [{', '.join(FURTHER)}]}}]"
    assessment = f"{{id: pruefung, title: Prüfung, pass_mark: 60, {section}}}"
    others = "\n\n".join(f"{{{{exercise {name}}}}}" for name in IDS if name not in FURTHER)
    changes = {
        "m1-eins/module.yaml": f"{MODULE}assessments:\n  - {assessment}\n",
        "m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", f"{others}\n\n{{{{assessment pruefung}}}}"),
        "m1-eins/exercises/a.yaml": EXERCISES,
    }
    curriculum = loaded(tmp_path, changes)
    (module,) = curriculum.modules
    launch = start(curriculum).launch()
    score = take_test(launch, module, right)
    assert (score == 1) is right
    assert launch.score == hundredths(score)
    assert len(launch.interactions) == len(FURTHER)
    for name in FURTHER:
        shown_result = form(launch, name)
        expect(shown_result.locator(".exercise-result")).to_be_visible()
        assert shown_result.locator("[data-result]").count()
        assert not (right and shown_result.locator('[data-result="wrong"]').count())
    expect(form(launch, "fall").locator(".path-step:visible")).to_have_count(2)  # of three
    launch.assert_clean()


def test_attempts_are_counted_over_launches_until_the_module_is_failed(start: Start) -> None:
    (module,) = sample_curriculum().modules
    lms = start(sample_curriculum())
    best = Fraction(0)
    for attempt in (1, 2, 3):
        launch = lms.launch()
        walk(launch, module)
        best = max(best, take_test(launch, module, right=False) if attempt == 1 else again(launch, module))
        assert launch.score == hundredths(best)
        assert launch.status == words(lms.edition, "failed" if attempt == 3 else "incomplete")
        launch.assert_clean()
        launch.close()
    last = lms.launch()
    last.open("m1u2-test")
    expect(last.sco.locator('[data-step="start"]')).to_have_count(0)
    assert last.status == words(lms.edition, "failed")


def test_a_test_closed_in_the_middle_goes_on_where_it_stopped(start: Start) -> None:
    (module,) = sample_curriculum().modules
    lms = start(sample_curriculum())
    launch = lms.launch()
    walk(launch, module)
    take_test(launch, module, right=True, stop_after=2)
    step = launch.sco.locator(".assessment-heading").inner_text()
    state = launch.state
    launch.close()

    second = lms.launch()
    assert second.state == state
    second.open("m1u2-test")
    second.sco.locator('[data-step="resume"]').click()
    assert second.sco.locator(".assessment-heading").inner_text() == step
    go_on(second, module, right=True)
    assert second.score == 100
    assert second.status == words(lms.edition, "passed")
    second.assert_clean()


def test_a_review_shows_all_and_writes_nothing(start: Start) -> None:
    (module,) = sample_curriculum().modules
    lms = start(sample_curriculum())
    launch = lms.launch()
    exercise = module.exercises["m1u1-einfach"]
    check(launch, exercise, answerable(exercise)[0])
    walk(launch, module)
    take_test(launch, module, right=True)
    before = (launch.state, launch.score, launch.status)
    launch.close()

    review = lms.launch("review")
    review.open("m1u1-einstieg")
    expect(form(review, "m1u1-einfach").locator(".exercise-result")).to_be_visible()
    review.open("m1u2-test")
    review.sco.locator('[data-step="review"]').click()
    review.sco.locator('[data-action="finish"]').click()
    assert [call for call in review.calls if call["name"] == "SetValue"] == []
    assert (review.state, review.score, review.status) == before
    review.assert_clean()


def test_a_finished_module_stays_finished(start: Start) -> None:
    (module,) = sample_curriculum().modules
    lms = start(sample_curriculum())
    launch = lms.launch()
    walk(launch, module)
    take_test(launch, module, right=True)
    launch.close()
    later = lms.launch()
    again(later, module)
    assert later.score == 100
    assert later.status == words(lms.edition, "passed")
    later.assert_clean()
