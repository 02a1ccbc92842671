"""A source becomes bundles: load, render, verify, write, report. What has not changed since the last time stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from content.frozen import frozen
from packager.past import Past
from packager.report import BuildReport

if TYPE_CHECKING:
    from packager.formats.base import Grain

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what comes next)."""


@frozen(kw_only=True)
class Order:
    """What to build; empty `formats` and `modules` mean all of them. Without `cache` everything is made anew."""

    source: Path
    out: Path
    formats: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    profile: str | None = None
    grain: Grain = "module"
    tool_url: str = ""
    jobs: int = 1
    cache: Path | None = None


def build(order: Order, progress: Progress = lambda done, total, label: None) -> BuildReport:
    """Build everything the order names.

    Raises `InvalidCurriculum` if the source has faults; faults of single bundles are findings in the report, and such
    a bundle is not written.
    """
    started = time.perf_counter()
    past = Past(order)
    report = past.unchanged() or _built(order, past, progress)
    return replace(report, seconds=time.perf_counter() - started)


def _built(order: Order, past: Past, progress: Progress) -> BuildReport:
    # Only now, since a build without change needs neither Markdown nor templates (docs/decisions/0007).
    from content.loader import load
    from packager.archive import clear_unfinished
    from packager.bundles import results, tasks

    progress(0, 1, str(order.source))
    curriculum = load(order.source, order.profile, order.modules or None, past.memory)
    todo = tasks(curriculum, order, past.memory)
    keys = tuple(past.key(form.name, tuple(module.id for module in job.modules)) for form, job in todo)
    artifacts = []
    for artifact in results(todo, order, [past.artifact(key) for key in keys]):
        artifacts.append(artifact)
        progress(len(artifacts), len(todo), artifact.path)
    report = BuildReport(
        curriculum=curriculum.id,
        version=curriculum.version,
        profile=order.profile or "",
        artifacts=tuple(artifacts),
        findings=curriculum.findings,
        seconds=0,
    )
    clear_unfinished(order.out)
    past.keep(report, keys)
    return report
