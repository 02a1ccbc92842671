"""What a learner does in a SCORM package, and what Python says it is worth."""

from collections.abc import Callable
from fractions import Fraction
from math import floor

from playwright.sync_api import Locator, expect

from content import Curriculum, Module
from content.exercises import Exercise
from content.exercises.base import Sample
from tests.contract.answering import checkable, fill
from tests.contract.lms import Edition, Launch, Lms

Start = Callable[[Curriculum], Lms]


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


def again(launch: Launch, module: Module) -> Fraction:
    launch.open("m1u2-test")
    launch.sco.locator('[data-step="start"]').click()
    return go_on(launch, module, right=False)
