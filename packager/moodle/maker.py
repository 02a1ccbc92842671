"""What the translation of exercises needs besides them: texts, words, and the fields that every question has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from content.exercises import Exercise
from content.markup import Markup
from content.messages import messages
from content.model import Curriculum, Module
from packager.moodle import questions as q
from packager.moodle.texts import Texts, tags
from packager.titles import MOODLE, shortened


@dataclass(frozen=True)
class Maker:
    """What a translation needs besides the exercise."""

    curriculum: Curriculum
    module: Module
    texts: Texts

    @property
    def words(self) -> dict[str, str]:
        return messages(self.curriculum.language)

    def common(self, exercise: Exercise) -> dict[str, Any]:
        """The fields that every question has, as keyword arguments."""
        labels = {name: self.words[f"moodle.tag.{name}"] for name in ("competence", "objective", "difficulty")}
        return {
            "id": exercise.id,
            "name": shortened(exercise.title, MOODLE),
            "text": self.texts.block(exercise.prompt),
            "mark": exercise.maximum_points,
            "hints": tuple(self.texts.block(hint) for hint in exercise.hints),
            "tags": tags(exercise, self.module.competences(exercise), labels),
        }

    def combined(self, exercise: Exercise) -> q.Combined:
        feedback = exercise.feedback
        partial = feedback.partial or feedback.incorrect
        return q.Combined(*(self.texts.block(text) for text in (feedback.correct, partial, feedback.incorrect)))

    def by_result(self, exercise: Exercise) -> q.Text:
        """Feedback on the whole answer for types without a place for it: one text that names both cases."""
        cases = (("correct", exercise.feedback.correct), ("incorrect", exercise.feedback.incorrect))
        return self.texts.html(
            "".join(
                f"<p><strong>{escape(self.words[f'moodle.if-{name}'])}</strong></p>{t.html}" for name, t in cases if t
            )
        )

    def explained(self, entries: Iterable[tuple[Markup, Markup]]) -> q.Text:
        """Feedback on parts for types without a place for it."""
        known = [(what.plain, text) for what, text in entries if text]
        return self.texts.listed(self.words["moodle.explanations"], known)
