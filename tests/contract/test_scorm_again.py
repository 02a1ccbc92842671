"""Our packages in an LMS that we did not write: scorm-again in Chromium, for SCORM 1.2 and SCORM 2004.

What the learner does in the browser, Python scores as well; score, status, interactions and state have to agree.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser, Locator, expect

from content import Curriculum, Module
from content.exercises import Budget, Exercise, ExtendedText, Matching, Numeric, Ordering, SelfRating
from content.exercises.base import Sample
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.content.samples import EXERCISES, IDS
from tests.contract.answering import checkable, fill
from tests.contract.lms import Edition, Launch, Lms, served
from tests.factories import CURRICULUM, MODULE, UNIT, loaded
from tests.samples import contents
from tests.samples import sample as sample_curriculum

Start = Callable[[Curriculum], Lms]

# Every variant of every type on the first page, a second page that completes the module.
PLACED = "\n\n".join(f"{{{{exercise {name}}}}}" for name in IDS)
FURTHER = ("vier", "stellen", "sorten", "bild", "bild-eins", "fall", "topf")
PRACTICE = UNIT.replace("{{exercise wahl}}", PLACED) + "\n# Ende {#s2}\n\nFertig.\n"


@pytest.fixture(params=get_args(Edition))
def edition(request: pytest.FixtureRequest) -> Edition:
    name: Edition = request.param
    return name


@pytest.fixture
def start(browser: Browser, edition: Edition) -> Iterator[Start]:
    """`start(curriculum)`: an LMS with one learner and the curriculum's only module."""
    closers = []

    def make(curriculum: Curriculum) -> Lms:
        package = FORMATS[edition].render(Job(curriculum=curriculum, modules=curriculum.modules))
        server = served(contents(package))
        context = browser.new_context(locale="de-DE")
        closers.append((server, context))
        return Lms(context, server.__enter__(), edition)

    yield make
    for server, context in closers:
        context.close()
        server.__exit__(None, None, None)


@pytest.fixture
def practice(tmp_path: Path) -> Curriculum:
    return loaded(tmp_path, {"m1-eins/01-einheit.md": PRACTICE, "m1-eins/exercises/a.yaml": EXERCISES})


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


def form(launch: Launch, name: str) -> Locator:
    return launch.sco.locator(f'form[data-exercise="{name}"]')


def check(launch: Launch, exercise: Exercise, sample: Sample) -> None:
    """Answer and press the button; first another try where one was made before."""
    found = form(launch, exercise.id)
    if found.locator('[data-action="retry"]').is_visible():
        found.locator('[data-action="retry"]').click()
    fill(found, exercise, sample.response)
    found.locator('[data-action="check"]').click()
    if exercise.scored:
        expect(found.locator(".exercise-result")).to_be_visible()


def answerable(exercise: Exercise) -> list[Sample]:
    """Wrong and partly right answers, then a right one: after it there is no other try. An empty one is not checked."""
    samples = checkable(exercise)
    return [*(s for s in samples if s.score != 1), *[s for s in samples if s.score == 1][:1]]


def score_of(module: Module, best: dict[str, Fraction]) -> float:
    """The policy of the handbook in Python: results weighted by points, in hundredths of a percent."""
    scored = [exercise for exercise in module.exercises.values() if exercise.scored]
    reached = sum(exercise.points * best.get(exercise.id, Fraction(0)) for exercise in scored)
    return floor(10_000 * reached / sum(exercise.points for exercise in scored) + Fraction(1, 2)) / 100


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


def walk(launch: Launch, module: Module) -> None:
    for page in module.pages:
        launch.open(page.id)


def take_test(launch: Launch, module: Module, right: bool, stop_after: int | None = None) -> Fraction:
    """Take the module's test from its start, or up to `stop_after` answers; the score that Python gives the answers."""
    (assessment,) = module.assessments
    launch.open(module.page_of[assessment.id])
    player = launch.sco.locator(f'[data-assessment="{assessment.id}"]')
    player.locator('[data-step="start"]').click()
    return go_on(launch, module, right, stop_after)


def go_on(launch: Launch, module: Module, right: bool, stop_after: int | None = None) -> Fraction:
    player = launch.sco.locator("[data-assessment]")
    reached, total = Fraction(0), 0
    count = 0
    expect(player.locator("form.exercise")).to_be_visible()  # the pool comes by a script of its own
    while player.locator("form.exercise").count():
        if stop_after == count:
            return Fraction(0)
        exercise = module.exercises[player.locator("form.exercise").get_attribute("data-exercise") or ""]
        sample = next(s for s in exercise.samples() if s.name == "right") if right else answerable(exercise)[0]
        fill(player.locator("form.exercise"), exercise, sample.response)
        outcome = exercise.rule().evaluate(sample.response, "de")
        reached += exercise.points * (outcome.score if outcome else 0)
        total += exercise.points
        count += 1
        player.locator('[data-step="next"]').click()
    player.locator('[data-step="submit"]').click()
    expect(player).to_contain_text("Ergebnis:")
    return reached / total


def hundredths(score: Fraction) -> float:
    return floor(10_000 * score + Fraction(1, 2)) / 100


def words(edition: Edition, status: str) -> str:
    """A status in the words of the edition."""
    if edition == "scorm12":
        return status
    return {"incomplete": "incomplete/unknown", "completed": "completed/unknown"}.get(status, f"completed/{status}")


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


def again(launch: Launch, module: Module) -> Fraction:
    launch.open("m1u2-test")
    launch.sco.locator('[data-step="start"]').click()
    return go_on(launch, module, right=False)


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
