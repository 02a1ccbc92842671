"""How long `staffel build` takes and how much memory it needs, as ratios against peers that run in the same minutes.

Method, goals and figures: benchmarks/README.md. Run `python -m benchmarks` (or `make bench`).
"""

from __future__ import annotations

import compileall
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.commands import ROOT, build, remove, write
from benchmarks.course import Size
from benchmarks.everything import everything_goals
from benchmarks.goals import Goal
from benchmarks.measuring import Cost, Task, cost, median, ratio, rounds
from packager.package import STORED
from packager.setup.compile import compile_program

FORMAT = "scorm12"
COURSE = Size()
TEXT_ONLY = replace(COURSE, images=0, video_megabytes=0)
PAGES = (50, 150, 500)
VIDEOS = (20, 200)
PEER = """
const pack = require("simple-scorm-packager");
const { readdirSync } = require("node:fs");
const { join } = require("node:path");
const [source, out] = process.argv.slice(1);
const options = { version: "1.2", organization: "staffel", language: "de", masteryScore: 80 };
(async () => {
  for (const name of readdirSync(source)) {
    const names = { startingPage: "index.html", title: name, identifier: name, source: join(source, name) };
    const target = { version: "1.0.0", zip: true, outputFolder: out, date: "2026-01-01" };
    await new Promise((done) => pack({ ...options, ...names, package: target }, done));
  }
})();
"""


def run(work: Path, count: int) -> int:
    """Measure everything in the empty folder `work`; 0 if all goals are reached."""
    prepare()
    environment = {"STAFFEL_CACHE": str(work / "cache")}
    costs, many = packers(work, count, environment)
    goals = [*time_goals(costs), *memory_goals(work, environment), *growth_goals(work, count, environment)]
    goals += everything_goals(work, count, environment)
    show_table(costs, many)
    print("\nZiele")
    for goal in goals:
        print(goal.line())
    return 0 if all(goal.reached for goal in goals) else 1


def prepare() -> None:
    """Byte code of everything, as after the installation of a wheel: environments may forbid writing it on the way."""
    libraries = Path(sys.prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
    compileall.compile_dir(libraries, quiet=2)
    compile_program()


def packers(
    work: Path, count: int, environment: Mapping[str, str]
) -> tuple[dict[str, list[Cost]], dict[str, list[Cost]]]:
    """Everything on the course with film, format SCORM 1.2; and our builds in all formats."""
    source = write(work / "course", COURSE)
    cost(build(source, work / "ready", "-f", FORMAT), environment=environment)
    ready = unpacked(work / "ready", work / "html")
    media = ":".join(sorted(STORED))
    shutil.copytree(source, work / "edited")
    tasks = [
        Task("zip -6", ["zip", "-6", "-q", "-r", str(work / "a.zip"), "."], lambda: remove(work / "a.zip"), ready),
        Task(
            "zip -6, Medien gespeichert",
            ["zip", "-6", "-q", "-r", "-n", media, str(work / "b.zip"), "."],
            lambda: remove(work / "b.zip"),
            ready,
        ),
        Task(
            "simple-scorm-packager",
            ["node", "-e", PEER, "--", str(work / "peer"), str(work / "peer-out")],
            lambda: peer_folder(ready, work),
            ROOT,
        ),
        *our_tasks(work, environment, f"-f {FORMAT}"),
    ]
    costs = rounds(tasks, count, environment)
    return costs, rounds(our_tasks(work, environment, ""), max(1, count // 3), environment)


def our_tasks(work: Path, environment: Mapping[str, str], options: str) -> list[Task]:
    """A clean build, one that keeps no memory, and repetitions after different edits."""
    formats, source, edited = options.split(), work / "course", work / "edited"
    out, fresh, again = work / "out", work / "fresh", build(edited, work / "again", *formats)

    def forget() -> None:
        remove(fresh)
        remove(work / "cache")

    pages = (edited / "m3" / "01-einheit.md", edited / "m1" / "01-einheit.md")
    return [
        Task(
            "staffel, sauber",
            build(source, fresh, *formats),
            forget,
        ),
        Task("staffel, ohne Gedächtnis", build(source, out, *formats, "--no-cache"), lambda: remove(out)),
        Task("staffel, unverändert", build(source, fresh, *formats)),
        Task(
            "staffel, eine Seite geändert",
            again,
            lambda: edit(pages[0], again, environment),
        ),
        Task(
            "staffel, Seite im Modul mit Film geändert",
            again,
            lambda: edit(pages[1], again, environment),
        ),
    ]


def edit(page: Path, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Build once, since the cache was emptied; then change one word of one page."""
    cost(command, environment=environment)
    text = page.read_text("utf-8")
    page.write_text(re.sub(r"^([A-ZÄÖÜ]\w*) ", r"\1x ", text, count=1, flags=re.MULTILINE), "utf-8")


def unpacked(folder: Path, target: Path) -> Path:
    """The bundles as folders, one for each module: the files that the peers pack."""
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(target / path.stem)
    return target


def peer_folder(ready: Path, work: Path) -> None:
    """The peer writes into its source; links spare the copying."""
    for name in ("peer", "peer-out"):
        remove(work / name)
    shutil.copytree(ready, work / "peer", copy_function=os.link)
    for manifest in (work / "peer").glob("*/*.x*"):
        manifest.unlink()
    (work / "peer-out").mkdir()


def cpu(measured: Cost) -> float:
    return measured.cpu


def wall(measured: Cost) -> float:
    return measured.wall


def time_goals(costs: dict[str, list[Cost]]) -> Iterator[Goal]:
    clean = costs["staffel, sauber"]
    yield Goal(
        "sauberer Bau zu zip -6 mit gespeicherten Medien", ratio(clean, costs["zip -6, Medien gespeichert"], cpu), 3
    )
    yield Goal("simple-scorm-packager zu sauberem Bau", ratio(costs["simple-scorm-packager"], clean, cpu), 4, True)
    for name in ("unverändert", "eine Seite geändert", "Seite im Modul mit Film geändert"):
        yield Goal(f"{name}, zu sauberem Bau", ratio(costs[f"staffel, {name}"], clean, cpu), 0.5)


def memory_goals(work: Path, environment: Mapping[str, str]) -> Iterator[Goal]:
    """Peak memory with a short and a long film."""
    peaks = []
    for megabytes in VIDEOS:
        source = write(work / f"film{megabytes}", replace(COURSE, video_megabytes=megabytes))
        peaks.append(cost(build(source, work / "film-out", "-f", FORMAT, "--no-cache"), environment=environment).memory)
        remove(source)
        remove(work / "film-out")
    yield Goal(f"Speicher mit Film von {VIDEOS[0]} MB", peaks[0], 80, unit=" MB")
    yield Goal(f"Speicher mit Film von {VIDEOS[1]} MB, zu dem mit {VIDEOS[0]} MB", peaks[1] / peaks[0], 1.05)


def growth_goals(work: Path, count: int, environment: Mapping[str, str]) -> Iterator[Goal]:
    """Time per page between 50 and 150 pages, and between 150 and 500."""
    tasks = []
    for pages in PAGES:
        words, exercises = pages * COURSE.words // COURSE.pages, pages * COURSE.exercises // COURSE.pages
        source = write(work / f"p{pages}", replace(TEXT_ONLY, pages=pages, words=words, exercises=exercises))
        tasks.append(Task(str(pages), build(source, work / f"o{pages}", "-f", FORMAT, "--no-cache")))
    measured = rounds(tasks, max(3, count // 3), environment)
    few, some, many = (median(map(cpu, measured[str(pages)])) for pages in PAGES)
    first, second = (some - few) / (PAGES[1] - PAGES[0]), (many - some) / (PAGES[2] - PAGES[1])
    print(f"\nZeit je Seite: {first * 1000:.2f} ms zwischen 50 und 150 Seiten, {second * 1000:.2f} ms bis 500")
    print(
        "CPU: "
        + ", ".join(f"{pages} Seiten {value:.2f} s" for pages, value in zip(PAGES, (few, some, many), strict=True))
    )
    yield Goal("Zeit je weiterer Seite, spät zu früh (gerade Linie: 1)", second / first, 1.25)


def show_table(costs: dict[str, list[Cost]], many: dict[str, list[Cost]]) -> None:
    """Medians, and ratios to `zip -6` with stored media."""
    base = costs["zip -6, Medien gespeichert"]
    print(f"\nKurs: {json.dumps(COURSE.__dict__)}; Format {FORMAT}; Mediane aus {len(base)} Runden")
    print(f"{'':<44}{'CPU s':>8}{'Wand s':>8}{'CPU':>8}{'Wand':>8}{'MB':>7}")
    for name, found in costs.items():
        row = (median(map(cpu, found)), median(map(wall, found)), ratio(found, base, cpu), ratio(found, base, wall))
        print(
            f"{name:<44}{row[0]:>8.3f}{row[1]:>8.3f}{row[2]:>7.2f}x{row[3]:>7.2f}x{max(c.memory for c in found):>7.0f}"
        )
    clean = many["staffel, sauber"]
    print("\nAlle Formate, Verhältnis zum sauberen Bau")
    for name, found in many.items():
        print(
            f"{name:<44}{median(map(cpu, found)):>8.3f}{median(map(wall, found)):>8.3f}"
            f"{ratio(found, clean, cpu):>7.2f}x{ratio(found, clean, wall):>7.2f}x"
        )
