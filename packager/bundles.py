"""Bundles: one format and one module (or the course) rendered, verified and written."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from content.findings import Finding, InvalidCurriculum
from content.memory import Memory, Pieces, no_memory
from content.model import Curriculum
from packager.archive import write_archive, write_file
from packager.formats import FORMATS
from packager.formats.base import Format, Job
from packager.report import Artifact

if TYPE_CHECKING:
    from packager.build import Order

Task = tuple[Format, Job]
MINIMUM_FOR_POOL = 2
BUNDLES_BETWEEN_COLLECTIONS = 4
# So few leave too little to be worth it.
FEW_BUNDLES = 8


def chosen(names: Sequence[str]) -> tuple[Format, ...]:
    """The formats of these names, all of them by default."""
    return tuple(FORMATS[name] for name in names) if names else tuple(FORMATS.values())


def tasks(curriculum: Curriculum, order: Order, memory: Memory) -> list[Task]:
    """Every format with every job.

    "All formats" means those that hold such a job; who names another one is told that it cannot (`refusals`).
    """
    todo = [replace(job, pieces=Pieces(memory, "html", job.identifier)) for job in jobs(curriculum, order)]
    return [(form, job) for form in chosen(order.formats) for job in todo if order.formats or form.holds(job)]


def jobs(curriculum: Curriculum, order: Order) -> Iterator[Job]:
    """One job per module, or one for the whole course.

    A module's job sees no other module, so its bundle cannot depend on one: it is the same whichever are built with it,
    and it may stay when only others were edited (`packager.past`).
    """
    base = Job(curriculum=curriculum, modules=curriculum.modules, grain=order.grain, tool_url=order.tool_url)
    if order.grain == "course":
        yield base
    else:
        for module in curriculum.modules:
            yield replace(base, curriculum=replace(curriculum, modules=(module,)), modules=(module,))


def file_name(form: Format, job: Job) -> str:
    """Curriculum, module, version and format: enough to tell bundles apart in a download folder."""
    if form.file_name is not None:
        return form.file_name(job)
    parts = [job.curriculum.id, *([job.identifier] if job.grain == "module" else []), job.curriculum.version, form.name]
    return "-".join(parts) + form.suffix


def results(todo: Sequence[Task], order: Order, known: Sequence[Artifact | None]) -> Iterator[Artifact]:
    """The bundle of each task, in their order; what is known already is not made again."""
    made = _made([task for task, artifact in zip(todo, known, strict=True) if artifact is None], order)
    for artifact in known:
        yield artifact or next(made)
    for html in dict.fromkeys(job.pieces for _, job in todo if job.pieces):
        html.keep()


def _made(todo: Sequence[Task], order: Order) -> Iterator[Artifact]:
    if order.jobs == 1 or len(todo) < MINIMUM_FOR_POOL:
        for count, (form, job) in enumerate(todo):
            _tidy(count, len(todo))
            yield bundle(form, job, order.out, job.pieces)
        return
    from concurrent.futures import ProcessPoolExecutor

    # The memory stays in the process that distributes.
    names = [(form.name, replace(job, pieces=None), order.out) for form, job in todo]
    with ProcessPoolExecutor(min(order.jobs, len(todo))) as pool:
        yield from pool.map(_bundle_by_name, names)


def _tidy(count: int, total: int) -> None:
    """Give back what finished bundles left in cycles, where the command has switched the collector off.

    It looks only at what came after loading: a few milliseconds, and memory does not grow with the number of bundles.
    """
    if gc.isenabled():
        return
    if not count:
        gc.freeze()
    elif count % BUNDLES_BETWEEN_COLLECTIONS == 0 and total > FEW_BUNDLES:
        gc.collect()


def _bundle_by_name(task: tuple[str, Job, Path]) -> Artifact:
    name, job, out = task
    return bundle(FORMATS[name], job, out)


def bundle(form: Format, job: Job, out: Path, pieces: Pieces | None = None) -> Artifact:
    """Render, verify and write one bundle; `pieces` spares what the last one of it found out."""
    pieces = pieces or Pieces(no_memory())
    started = time.perf_counter()
    path = out / file_name(form, job)
    findings = [*refusals(form, job), *form.remarks(job)]
    if any(finding.severity == "error" for finding in findings):
        return Artifact(str(path), form.name, job.identifier, "", 0, time.perf_counter() - started, tuple(findings))
    try:
        package = form.render(job)
    except InvalidCurriculum as refused:
        seconds = time.perf_counter() - started
        return Artifact(str(path), form.name, job.identifier, "", 0, seconds, (*findings, *refused.findings))
    texts = {part.name: part.data for part in package if isinstance(part.data, bytes)}
    names = {part.name: texts.get(part.name, b"") for part in package}
    findings += verified(form, names, pieces)
    if any(finding.severity == "error" for finding in findings):
        return Artifact(str(path), form.name, job.identifier, "", 0, time.perf_counter() - started, tuple(findings))
    sha256 = write_file(package, path) if form.container == "file" else write_archive(package, path, pieces)
    seconds = time.perf_counter() - started
    return Artifact(str(path), form.name, job.identifier, sha256, path.stat().st_size, seconds, tuple(findings))


def verified(form: Format, parts: Mapping[str, bytes], pieces: Pieces) -> list[Finding]:
    """The findings of the package; those that an unchanged manifest has are known."""
    frame = form.frame
    if frame is None or frame.part not in parts:
        return list(form.verify(parts))
    known = pieces.get(lambda: tuple(frame.faults(parts)), form.name, parts[frame.part].decode(), *sorted(parts))
    return [*known, *frame.others(parts)]


def refusals(form: Format, job: Job) -> Iterator[Finding]:
    """What the format cannot hold of this job."""
    if job.grain not in form.grains:
        yield Finding(job.identifier, 0, "grain", {"format": form.name, "grain": job.grain})
    elif not form.holds(job):
        yield Finding(job.identifier, 0, "no-questions", {"format": form.name})
    for module in job.modules:
        known = ((form.unsupported.get(type(item)), item) for item in module.exercises.values())
        refused = [(reason, item) for reason, item in known if reason]
        for reason, kind in dict.fromkeys((reason, item.type) for reason, item in refused):
            ids = ", ".join(item.id for _, item in refused if item.type == kind)
            values = {"id": ids, "type": kind, "format": form.name}
            yield Finding(module.location.path, module.location.line, reason, values)
