"""The curriculum that comes along keeps what it promises: complete, fair, spelt right, sourced."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Protocol

import pytest

from content import load
from content.exercises import (
    Budget,
    Categorise,
    DecisionPath,
    Exercise,
    ExtendedText,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    Matching,
    MultipleChoice,
    SelfRating,
    SingleChoice,
)
from content.markup import Markup
from content.model import Curriculum, Module, Page, Unit
from content.words import IN_WORD_SIGN

FOLDER = Path(__file__).parents[2] / "content" / "curricula" / "smart-city-manager"
CURRICULUM = load(FOLDER)
MODULES = {module.id: module for module in CURRICULUM.modules}
UNITS = {unit.id: unit for module in CURRICULUM.modules for unit in module.units}
WORD = re.compile(r"[A-Za-zÄÖÜäöüß][\wÄÖÜäöüß-]*")

each_module = pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
each_unit = pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)


def prose(unit: Unit) -> str:
    """What a learner reads on the pages of a unit, without exercises."""
    return "\n".join(markup.plain for page in unit.pages for markup in page.markup())


def exercises_of(unit: Unit) -> list[Exercise]:
    module = CURRICULUM.module_of[unit.id]
    return [module.exercises[identifier] for page in unit.pages for identifier in page.exercises()]


def test_there_are_five_modules_of_eight_units_and_forty_hours() -> None:
    assert [len(module.units) for module in CURRICULUM.modules] == [8] * 5
    assert sum(module.duration for module in CURRICULUM.modules) == 40 * 60


def test_the_check_has_no_finding() -> None:
    assert CURRICULUM.findings == ()


@pytest.mark.parametrize("profile", ["beidnennung", "neutral", "stern"])
def test_every_profile_loads_and_only_the_asterisk_leaves_signs_in_words(profile: str) -> None:
    curriculum = load(FOLDER, profile)
    signs = {found.group(0) for text in texts(curriculum) for found in IN_WORD_SIGN.finditer(text)}
    assert bool(signs) == (profile == "stern"), signs


def texts(curriculum: Curriculum) -> Iterator[str]:
    """Everything in the words of the curriculum; titles of sources are quotations and keep their form."""
    for module in curriculum.modules:
        yield module.title
        for page in module.pages:
            yield page.title
            for markup in page.markup():
                yield re.sub(r"\[[^\]]*\]", "", markup.plain)
        for exercise in module.exercises.values():
            yield exercise.title
            yield exercise.prompt.plain
    for term in curriculum.terms.values():
        yield term.definition.plain


@each_unit
def test_a_unit_has_its_length_and_its_parts(unit: Unit) -> None:
    assert 800 <= len(WORD.findall(prose(unit))) <= 1700
    html = "".join(markup.html for page in unit.pages for markup in page.markup())
    assert 'class="box box-example"' in html
    assert 'class="box box-summary"' in html
    assert "<figure" in html or "<table" in html
    assert 'class="citation"' in html
    assert 'class="link-term"' in html
    assert any("meine Kommune" in page.title for page in unit.pages)


@each_unit
def test_a_unit_practises_with_mixed_exercises_and_a_transfer(unit: Unit) -> None:
    exercises = exercises_of(unit)
    scored = [exercise for exercise in exercises if exercise.scored]
    assert len(scored) >= 5
    assert len({exercise.type for exercise in scored}) >= 3
    assert any(isinstance(exercise, ExtendedText) and exercise.rubric for exercise in exercises)


@each_module
def test_a_module_opens_with_an_overview_that_links_its_units(module: Module) -> None:
    opening = module.pages[0]
    html = "".join(markup.html for markup in opening.markup())
    assert opening.id == f"{module.id}-ueberblick"
    assert re.findall(r'href="unit:([^"]+)"', html) == [unit.id for unit in module.units]


@each_module
def test_the_model_answer_of_every_exercise_scores_full_marks(module: Module) -> None:
    for exercise in module.exercises.values():
        outcome = exercise.rule().evaluate(exercise.correct())
        assert outcome is None or outcome.score == 1, exercise.id
        assert (outcome is None) == (not exercise.scored)


@each_module
def test_every_objective_is_practised_at_least_twice(module: Module) -> None:
    covered = Counter(objective for exercise in module.exercises.values() for objective in exercise.objectives)
    assert {identifier: covered[identifier] for identifier in module.objectives if covered[identifier] < 2} == {}


@each_module
def test_the_closing_assessment_draws_from_a_large_pool_that_covers_all_objectives(module: Module) -> None:
    assessment = module.assessments[0]
    pool = [module.exercises[identifier] for identifier in assessment.exercises()]
    assert len(pool) >= 30
    assert {objective for exercise in pool for objective in exercise.objectives} == set(module.objectives)
    assert all(section.draw and section.draw < len(section.exercises) for section in assessment.sections)


@each_module
def test_the_strategy_thread_has_two_worksheets_in_every_module(module: Module) -> None:
    worksheets = [e for e in module.exercises.values() if isinstance(e, ExtendedText) and e.strategy]
    assert len(worksheets) >= 2
    assert all(worksheet.questions and worksheet.rubric and worksheet.model_answer for worksheet in worksheets)


def test_the_worksheets_fill_every_chapter_of_the_strategy() -> None:
    filled = {e.strategy for e in CURRICULUM.exercises.values() if isinstance(e, ExtendedText) and e.strategy}
    assert filled == set(CURRICULUM.strategy)


@each_module
def test_learners_rate_themselves_before_and_after_on_the_same_competences(module: Module) -> None:
    before, after = (module.exercises[f"{module.id}-{when}"] for when in ("vorher", "nachher"))
    assert isinstance(before, SelfRating)
    assert isinstance(after, SelfRating)
    assert before.statements == after.statements


def test_every_competence_is_practised_and_rated() -> None:
    practised = {
        competence
        for module in CURRICULUM.modules
        for exercise in module.exercises.values()
        for competence in module.competences(exercise)
    }
    rated = {s.competence for e in CURRICULUM.exercises.values() if isinstance(e, SelfRating) for s in e.statements}
    assert practised == rated == set(CURRICULUM.framework.competences)


@each_module
def test_every_answer_that_can_be_given_teaches_something(module: Module) -> None:
    silent = []
    for exercise in module.exercises.values():
        if isinstance(exercise, GapText):
            silent += [f"{exercise.id}.{g.id}" for g in exercise.gaps if not g.feedback and g.type != "select"]
        else:
            silent += [f"{exercise.id}.{part.id}" for part in answers(exercise) if not part.feedback]
    assert silent == []


class Answer(Protocol):
    """What can be chosen, arranged or filled in."""

    @property
    def id(self) -> str: ...
    @property
    def feedback(self) -> Markup: ...


def answers(exercise: Exercise) -> Iterator[Answer]:
    if isinstance(exercise, SingleChoice | MultipleChoice | HotText | HotSpot):
        yield from exercise.options
    elif isinstance(exercise, Matching):
        yield from exercise.sources
    elif isinstance(exercise, Categorise | Budget):
        yield from exercise.items
    elif isinstance(exercise, Kprim):
        yield from exercise.statements
    elif isinstance(exercise, DecisionPath):
        for step in exercise.steps:
            yield from step.options


@each_module
def test_length_and_place_do_not_give_the_answer_away(module: Module) -> None:
    """With four options chance makes the right one the longest in a quarter of the cases."""
    choices = [exercise for exercise in module.exercises.values() if isinstance(exercise, SingleChoice)]
    longest = shortest = 0
    places: Counter[int] = Counter()
    for choice in choices:
        lengths = [len(option.text.plain) for option in choice.options]
        right = next(index for index, option in enumerate(choice.options) if option.correct)
        longest += lengths[right] == max(lengths)
        shortest += lengths[right] == min(lengths)
        places[right] += 1
    assert len(choices) >= 20
    assert longest <= 0.4 * len(choices)
    assert shortest <= 0.5 * len(choices)
    assert max(places.values()) <= 0.5 * len(choices)


def test_length_does_not_give_the_best_decision_away() -> None:
    """Cases over all modules: with three decisions chance makes the best one the longest in a third of the steps."""
    paths = [exercise for exercise in CURRICULUM.exercises.values() if isinstance(exercise, DecisionPath)]
    longest = steps = 0
    for step in (step for path in paths for step in path.steps):
        best = max(option.credit for option in step.options)
        lengths = [len(option.text.plain) for option in step.options]
        right = [length for length, option in zip(lengths, step.options, strict=True) if option.credit == best]
        steps += len(right) == 1
        longest += right == [max(lengths)]
    assert steps >= 20
    assert longest <= 0.4 * steps


def test_true_and_false_are_balanced() -> None:
    answers = [e.correct()["RESPONSE"][0] for e in CURRICULUM.exercises.values() if e.type == "true-false"]
    assert 0.3 <= answers.count("true") / len(answers) <= 0.7


def test_no_two_exercises_ask_the_same() -> None:
    words = {
        identifier: frozenset(word.lower() for word in WORD.findall(exercise.prompt.plain) if len(word) > 3)
        for identifier, exercise in CURRICULUM.exercises.items()
        if exercise.scored and len(exercise.prompt.plain) > 60
    }
    alike = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(words.items(), 2)
        if len(a & b) / len(a | b) > 0.7
    ]
    assert alike == []


def test_titles_of_exercises_are_unique() -> None:
    titles = Counter(
        exercise.title for exercise in CURRICULUM.exercises.values() if not isinstance(exercise, SelfRating)
    )
    assert {title for title, count in titles.items() if count > 1} == set()


def test_the_glossary_is_complete_and_every_term_is_used() -> None:
    assert len(CURRICULUM.terms) >= 220
    used = set(re.findall(r'href="term:([^"]+)"', "".join(m.html for p in pages() for m in p.markup())))
    unused = set(CURRICULUM.terms) - used
    assert len(unused) <= 0.2 * len(CURRICULUM.terms), sorted(unused)


def pages() -> Iterator[Page]:
    for module in CURRICULUM.modules:
        yield from module.pages
    yield from CURRICULUM.pages


@each_unit
def test_numbers_that_state_facts_have_a_source_nearby(unit: Unit) -> None:
    """A paragraph with a percentage, a sum of money or a law in force cites a source on its page."""
    for page in unit.pages:
        html = "".join(markup.html for markup in page.markup())
        invented = re.sub(r'<section class="box box-(?:case|example)">.*?</section>', "", html, flags=re.DOTALL)
        if re.search(r"\d+ (?:Prozent|Mio\. Euro|Millionen Euro)", re.sub(r"<[^>]+>", "", invented)):
            assert 'class="citation"' in html, page.id


def test_the_course_says_that_it_is_not_official() -> None:
    start = next(page for page in CURRICULUM.pages if page.id == "start")
    assert "Kein amtliches Curriculum" in "".join(markup.plain for markup in start.markup())


def unknown_words(text: str) -> set[str]:
    """Words that neither hunspell's German dictionary nor the project's word list knows."""
    own = set((FOLDER / "woerter.txt").read_text("utf-8").split())
    words = {word.strip("-") for word in WORD.findall(text)} - own
    command = ["node", str(Path(__file__).parent / "spell.mjs")]
    found = subprocess.run(command, input="\n".join(sorted(words)), capture_output=True, text=True, check=True).stdout
    return set(found.split())


def texts_in(part: object) -> Iterator[str]:
    """Every text in a part of an exercise, at any depth."""
    if isinstance(part, Markup):
        yield part.plain
    elif isinstance(part, tuple):
        for item in part:
            yield from texts_in(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts_in(getattr(part, field.name))


@each_module
def test_the_spelling_is_right(module: Module) -> None:
    parts = [markup.plain for page in module.pages for markup in page.markup()]
    for exercise in module.exercises.values():
        parts += [exercise.title, *texts_in(exercise)]
    assert unknown_words(re.sub(r"\[[^\]]*\]", "", "\n".join(parts))) == set()
