"""A source becomes bundles: load, render, verify, write, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from content import Curriculum, Finding, InvalidCurriculum, load
from content.frozen import frozen
from packager.archive import write_archive, write_file
from packager.formats import FORMATS
from packager.formats.base import Format, Grain, Job
from packager.report import Artifact, BuildReport

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what comes next)."""


@frozen(kw_only=True)
class Order:
    """What to build; empty `formats` and `modules` mean all of them."""

    source: Path
    out: Path
    formats: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    profile: str | None = None
    grain: Grain = "module"
    tool_url: str = ""
    jobs: int = 1


def build(order: Order, progress: Progress = lambda done, total, label: None) -> BuildReport:
    """Build everything the order names.

    Raises `InvalidCurriculum` if the source has faults; faults of single bundles are findings in the report, and such
    a bundle is not written.
    """
    started = time.perf_counter()
    progress(0, 1, str(order.source))
    curriculum = load(order.source, order.profile, order.modules or None)
    tasks = [(form, job) for form in chosen(order.formats) for job in jobs(curriculum, form, order)]
    artifacts: list[Artifact] = []
    for index, artifact in enumerate(_results(tasks, order)):
        artifacts.append(artifact)
        progress(index + 1, len(tasks), artifact.path)
    return BuildReport(
        curriculum=curriculum.id,
        version=curriculum.version,
        profile=order.profile or "",
        artifacts=tuple(artifacts),
        findings=curriculum.findings,
        seconds=time.perf_counter() - started,
    )


def chosen(names: Sequence[str]) -> tuple[Format, ...]:
    """The formats of these names, all of them by default."""
    return tuple(FORMATS[name] for name in names) if names else tuple(FORMATS.values())


def jobs(curriculum: Curriculum, form: Format, order: Order) -> Iterator[Job]:
    """One job per module, or one for the whole course."""
    base = Job(curriculum=curriculum, modules=curriculum.modules, grain=order.grain, tool_url=order.tool_url)
    if order.grain == "course":
        yield base
    else:
        for module in curriculum.modules:
            yield replace(base, modules=(module,))


def file_name(form: Format, job: Job) -> str:
    """Curriculum, module, version and format: enough to tell bundles apart in a download folder."""
    if form.file_name is not None:
        return form.file_name(job)
    parts = [job.curriculum.id, *([job.identifier] if job.grain == "module" else []), job.curriculum.version, form.name]
    return "-".join(parts) + form.suffix


def _results(tasks: Sequence[tuple[Format, Job]], order: Order) -> Iterator[Artifact]:
    if order.jobs == 1:
        for form, job in tasks:
            yield bundle(form, job, order.out)
        return
    from concurrent.futures import ProcessPoolExecutor

    names = [(form.name, job, order.out) for form, job in tasks]
    with ProcessPoolExecutor(min(order.jobs, len(tasks))) as pool:
        yield from pool.map(_bundle_by_name, names)


def _bundle_by_name(task: tuple[str, Job, Path]) -> Artifact:
    name, job, out = task
    return bundle(FORMATS[name], job, out)


def bundle(form: Format, job: Job, out: Path) -> Artifact:
    """Render, verify and write one bundle."""
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
    findings += form.verify(names)
    if any(finding.severity == "error" for finding in findings):
        return Artifact(str(path), form.name, job.identifier, "", 0, time.perf_counter() - started, tuple(findings))
    write = write_file if form.container == "file" else write_archive
    sha256 = write(package, path)
    seconds = time.perf_counter() - started
    return Artifact(str(path), form.name, job.identifier, sha256, path.stat().st_size, seconds, tuple(findings))


def refusals(form: Format, job: Job) -> Iterator[Finding]:
    """What the format cannot hold of this job."""
    if job.grain not in form.grains:
        yield Finding(job.identifier, 0, "grain", {"format": form.name, "grain": job.grain})
    for module in job.modules:
        for identifier, exercise in module.exercises.items():
            reason = form.unsupported.get(type(exercise))
            if reason:
                place = module.locations[identifier]
                values = {"id": identifier, "type": exercise.type, "format": form.name}
                yield Finding(place.path, place.line, reason, values)
