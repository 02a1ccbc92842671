"""Our packages in an LMS that we did not write: scorm-again in Chromium, for SCORM 1.2 and SCORM 2004.

What the learner does in the browser, Python scores as well; score, status, interactions and state have to agree.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from content import Curriculum
from content.exercises import Budget, Exercise, ExtendedText, Matching, Numeric, Ordering, SelfRating
from content.exercises.base import Sample
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.contract.learner import Start, answerable, check, form, score_of
from tests.contract.lms import Edition, Lms, served
from tests.factories import CURRICULUM, MODULE, UNIT, loaded
from tests.samples import contents


def test_the_modules_of_a_course_package_keep_their_states_apart(browser: Browser, tmp_path: Path) -> None:
    second = {
        "m2-zwei/module.yaml": MODULE.replace("id: m1", "id: m2"),
        "m2-zwei/01-einheit.md": UNIT.replace("u1", "u2").replace("#s1", "#t1").replace("{{exercise wahl}}", ""),
        "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]"),
    }
    curriculum = loaded(tmp_path, second)
    package = FORMATS["scorm12"].render(Job(curriculum=curriculum, modules=curriculum.modules, grain="course"))
    context = browser.new_context()
    with served(contents(package)) as address:
        lms = Lms(context, address, "scorm12")
        first, other = lms.launch(start="m1/index.html"), lms.launch(start="m2/index.html")
        exercise = curriculum.exercises["wahl"]
        check(first, exercise, answerable(exercise)[-1])
        assert (first.score, other.score) == (100, None)
        first.close()
        again = lms.launch(start="m1/index.html")
        assert again.score == 100
        again.assert_clean()
        other.assert_clean()
    context.close()


def test_every_type_answered_wrong_partly_and_right_scores_as_in_python(start: Start, practice: Curriculum) -> None:
    (module,) = practice.modules
    lms = start(practice)
    launch = lms.launch()
    best: dict[str, Fraction] = {}
    reported = 0
    for exercise in module.exercises.values():
        if isinstance(exercise, ExtendedText):
            continue
        for sample in answerable(exercise):
            check(launch, exercise, sample)
            outcome = exercise.rule().evaluate(sample.response, "de")
            assert (outcome.score if outcome else None) == sample.score
            if outcome:
                best[exercise.id] = max(best.get(exercise.id, Fraction(0)), outcome.score)
                assert launch.score == score_of(module, best), (exercise.id, sample.name)
            reported += 1
            assert_interaction(lms.edition, launch.interactions[-1], exercise, sample)
    assert len(launch.interactions) == reported
    assert launch.score == 100
    assert set(best) == {e.id for e in module.exercises.values() if e.scored}
    launch.assert_clean()


def assert_interaction(edition: Edition, written: dict[str, str], exercise: Exercise, sample: Sample) -> None:
    wrong = "wrong" if edition == "scorm12" else "incorrect"
    result = "neutral" if sample.score is None else "correct" if sample.score == 1 else wrong
    response = "student_response" if edition == "scorm12" else "learner_response"
    assert written["id"] == exercise.id
    assert written["result"] == result
    assert written["weighting"] == str(exercise.maximum_points)
    assert written[response]
    # Of the many ways to share out a total none is named as the right one.
    if exercise.scored and not isinstance(exercise, Numeric | Budget):
        assert written["correct_responses.0.pattern"]
    if sample.score == 1 and isinstance(exercise, Matching | Ordering):
        assert sorted(written[response].split(",")) == sorted(written["correct_responses.0.pattern"].split(","))


def test_a_launch_is_quiet(start: Start, practice: Curriculum) -> None:
    launch = start(practice).launch()
    assert len(launch.calls) < 10
    assert launch.calls[0]["name"] == "Initialize"
    launch.assert_clean()


def test_a_tab_closed_in_the_middle_resumes_with_every_answer(start: Start, practice: Curriculum) -> None:
    (module,) = practice.modules
    lms = start(practice)
    launch = lms.launch()
    given: dict[str, Sample] = {}
    for exercise in module.exercises.values():
        if not isinstance(exercise, ExtendedText):
            given[exercise.id] = answerable(exercise)[0]
            check(launch, exercise, given[exercise.id])
    before = (launch.state, launch.score, launch.status)
    launch.close()

    again = lms.launch()
    assert (again.state, again.score, again.status) == before
    for name, sample in given.items():
        assert shown(form(again, name), module.exercises[name]) == as_sets(sample)
    again.assert_clean()


def shown(found: Locator, exercise: Exercise) -> dict[str, set[str]]:
    """The answer that stands in a form."""
    if isinstance(exercise, Ordering):
        order = found.locator(".ordering > [data-value]").evaluate_all("nodes => nodes.map(n => n.dataset.value)")
        return {"RESPONSE": {f"{place} {name}" for place, name in enumerate(order)}}
    values: dict[str, Any] = found.evaluate(
        """form => Object.groupBy([...form.querySelectorAll("fieldset [name]")]
          .filter(node => !/radio|checkbox/.test(node.type) || node.checked)
          .map(node => [node.name, node.value.trim()]).filter(([, value]) => value), ([name]) => name)"""
    )
    answers = {name: {value for _, value in pairs} for name, pairs in values.items()}
    if exercise.variables()[0].base == "pair":
        pairs = {f"{name.removeprefix('RESPONSE.')} {next(iter(value))}" for name, value in answers.items()}
        return {"RESPONSE": pairs}
    return answers


def as_sets(sample: Sample) -> dict[str, set[str]]:
    ordered = {"two swapped", "shifted"}
    return {
        name: {f"{place} {value}" for place, value in enumerate(values)}
        if sample.name in ordered
        else {value.strip() for value in values}
        for name, values in sample.response.items()
    }


def test_the_place_is_kept_and_all_pages_complete_the_module(start: Start, practice: Curriculum) -> None:
    lms = start(practice)
    first = lms.launch()
    assert first.status == ("incomplete" if lms.edition == "scorm12" else "incomplete/unknown")
    first.open("s2")
    assert first.status == ("completed" if lms.edition == "scorm12" else "completed/unknown")
    first.close()
    second = lms.launch()
    expect(second.sco.locator("main")).to_have_attribute("data-page", "s2")
    second.open("s1")
    assert second.status == ("completed" if lms.edition == "scorm12" else "completed/unknown")
    second.assert_clean()


def test_leaving_ends_the_session_with_its_time(start: Start, practice: Curriculum, edition: Edition) -> None:
    lms = start(practice)
    launch = lms.launch()
    launch.sco.locator('[data-action="finish"]').click()
    expect(launch.sco.locator('[data-staffel="notices"]')).to_contain_text("gespeichert")
    calls = launch.calls
    assert calls[-1]["name"] == ("Finish" if edition == "scorm12" else "Terminate")
    written = {call["values"][0]: call["values"][1] for call in calls if call["name"] == "SetValue"}
    assert written["cmi.core.exit" if edition == "scorm12" else "cmi.exit"] == "suspend"
    assert ("cmi.core.session_time" if edition == "scorm12" else "cmi.session_time") in written
    launch.assert_clean()


def test_self_rating_and_worksheet_have_no_score(start: Start, practice: Curriculum) -> None:
    (module,) = practice.modules
    launch = start(practice).launch()
    rating = module.exercises["einschaetzung"]
    assert isinstance(rating, SelfRating)
    check(launch, rating, answerable(rating)[0])
    form(launch, "aufsatz").locator("textarea").fill("Ein langer Text. " * 300)
    launch.open("s2")
    assert launch.score is None
    assert "langer" not in launch.state
    assert [entry["result"] for entry in launch.interactions] == ["neutral"]
    launch.assert_clean()
