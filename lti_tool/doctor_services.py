"""The self-test of the services: grades and roster, tried in a course as its launches described it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lti_tool.findings import Course, Finding, Patient, fault_of
from lti_tool.gateway import LineItem, PlatformGateway, ScoreUpdate
from lti_tool.traits import Traits, traits

TEST_COLUMN = LineItem(url=None, label="staffel Selbsttest", maximum=1, resource_id="self-test", tag="staffel-test")


@dataclass(frozen=True)
class Services:
    """Tries the services; nothing is left behind: the test column is removed again."""

    gateway: PlatformGateway
    patient: Patient
    course: Course

    def examine(self, now: dt.datetime, person: str) -> Iterator[Finding]:
        """`person`: subject of a learner who gets a test score, or nothing."""
        yield from self._grades(now, person)
        yield self._roster()

    @property
    def _traits(self) -> Traits:
        return traits(self.patient.family, self.patient.version)

    def _grades(self, now: dt.datetime, person: str) -> Iterator[Finding]:
        if not self.course.scopes:
            yield Finding("grades", "fault", "grades-off")
            return
        if "score" not in self.course.scopes:
            yield Finding("grades", "fault", "score-off")
            return
        yield Finding("grades", "ok", "grades")
        row = self._traits
        if not (row.makes_columns and self.course.line_items and "lineitem" in self.course.scopes):
            yield Finding("column", "skipped", "column-not-offered" if not row.makes_columns else "column-off")
            yield self._results()
            return
        yield from self._test_column(now, person)

    def _results(self) -> Finding:
        if not self.course.line_item or "result.readonly" not in self.course.scopes or not self._traits.finds_columns:
            return Finding("results", "skipped", "results-off")
        fault = fault_of(lambda: self.gateway.results(self.patient.id, self.course.line_item))
        return (
            Finding("results", "fault", f"column-{fault[0]}", fault[1])
            if fault
            else Finding("results", "ok", "results")
        )

    def _test_column(self, now: dt.datetime, person: str) -> Iterator[Finding]:
        made: list[LineItem] = []
        fault = fault_of(
            lambda: made.append(self.gateway.create_line_item(self.patient.id, self.course.line_items, TEST_COLUMN))
        )
        if fault is not None:
            yield Finding("column", "fault", f"column-{fault[0]}", fault[1])
            return
        yield Finding("column", "ok", "column")
        url = made[0].url or ""
        if person:
            yield self._test_score(url, person, now)
        else:
            yield Finding("score", "skipped", "score-nobody")
        fault = fault_of(lambda: self.gateway.delete_line_item(self.patient.id, url))
        if fault is not None:
            yield Finding("column", "skipped", "column-not-removed", fault[1])

    def _test_score(self, url: str, person: str, now: dt.datetime) -> Finding:
        update = ScoreUpdate(user=person, given=1, maximum=1, timestamp=now)
        fault = fault_of(lambda: self.gateway.publish_score(self.patient.id, url, update))
        if fault is not None:
            return Finding("score", "fault", f"score-{fault[0]}", fault[1])
        kept: list[object] = []
        fault = fault_of(lambda: kept.extend(self.gateway.results(self.patient.id, url, person)))
        if fault is not None:
            return Finding("score", "fault", f"score-{fault[0]}", fault[1])
        scores = [entry.get("resultScore") for entry in kept if isinstance(entry, dict)]
        return Finding("score", "ok", "score") if scores == [1] else Finding("score", "fault", "score-not-kept")

    def _roster(self) -> Finding:
        if not self.course.memberships:
            return Finding("roster", "skipped", "roster-off")
        fault = fault_of(lambda: next(iter(self.gateway.members(self.patient.id, self.course.memberships)), None))
        return (
            Finding("roster", "fault", f"roster-{fault[0]}", fault[1]) if fault else Finding("roster", "ok", "roster")
        )
