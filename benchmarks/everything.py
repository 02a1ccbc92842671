"""All formats in one run: the curriculum that comes along, and what further exercises cost in time and memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.commands import ROOT, build, write
from benchmarks.course import Size
from benchmarks.goals import Goal
from benchmarks.measuring import Cost, Task, cost, median, rounds

CURRICULUM = ROOT / "content" / "curricula" / "smart-city-manager"
EXERCISES = (50, 150, 450)
TEXT_ONLY = Size(images=0, video_megabytes=0)
MEMORY = 80
"""Megabytes, whatever is built: the smallest servers that build in CI have 512."""


def everything_goals(work: Path, count: int, environment: Mapping[str, str]) -> Iterator[Goal]:
    """Build everything; tables are printed on the way."""
    yield from whole_curriculum(work, environment)
    yield from further_exercises(work, count, environment)


def whole_curriculum(work: Path, environment: Mapping[str, str]) -> Iterator[Goal]:
    """Every module in every format by one command, twice: with an empty memory and without change."""
    command = build(CURRICULUM, work / "everything", "--json")
    clean, unchanged = (cost(command, environment={**environment, "STAFFEL_CACHE": str(work / "kept")}) for _ in "12")
    show_formats(clean)
    print(f"{'unverändert':<20}{unchanged.cpu:>8.2f}{unchanged.wall:>8.2f}{unchanged.memory:>8.0f}")
    yield Goal("Speicher für das ganze Curriculum in allen Formaten", clean.memory, MEMORY, unit=" MB")
    yield Goal("dasselbe ohne Änderung, zum sauberen Bau", unchanged.cpu / clean.cpu, 0.1)


def show_formats(clean: Cost) -> None:
    """CPU, wall time and memory of the run; seconds, packages and size per format, as the build reports them."""
    # Warnings may stand before the object: standard output and error share the log.
    report = json.loads(clean.output[clean.output.index("{") :])
    formats: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for artifact in report["artifacts"]:
        formats[artifact["format"]].append(artifact)
    print(f"\nCurriculum {report['curriculum']}, alle Formate in einem Lauf")
    print(f"{'':<20}{'CPU s':>8}{'Wand s':>8}{'MB':>8}")
    print(f"{'sauber':<20}{clean.cpu:>8.2f}{clean.wall:>8.2f}{clean.memory:>8.0f}")
    print(f"{'je Format':<20}{'Pakete':>8}{'Wand s':>8}{'Datei MB':>9}")
    for name, made in formats.items():
        seconds, size = (sum(float(str(artifact[key])) for artifact in made) for key in ("seconds", "bytes"))
        print(f"  {name:<18}{len(made):>8}{seconds:>8.2f}{size / 1e6:>9.1f}")


def further_exercises(work: Path, count: int, environment: Mapping[str, str]) -> Iterator[Goal]:
    """The same pages with ever more exercises, in all formats."""
    tasks = []
    for number in EXERCISES:
        source = write(work / f"e{number}", replace(TEXT_ONLY, exercises=number))
        tasks.append(Task(str(number), build(source, work / f"eo{number}", "--no-cache")))
    measured = rounds(tasks, max(3, count // 3), environment)
    few, some, many = (median(found.cpu for found in measured[str(number)]) for number in EXERCISES)
    early, late = (some - few) / (EXERCISES[1] - EXERCISES[0]), (many - some) / (EXERCISES[2] - EXERCISES[1])
    peaks = [max(found.memory for found in measured[str(number)]) for number in EXERCISES]
    print("\nMehr Aufgaben, alle Formate")
    for number, seconds, peak in zip(EXERCISES, (few, some, many), peaks, strict=True):
        print(f"{number:>5} Aufgaben{seconds:>8.2f} s CPU{peak:>6.0f} MB")
    print(f"Je weiterer Aufgabe: {early * 1000:.1f} ms bis {EXERCISES[1]}, {late * 1000:.1f} ms bis {EXERCISES[2]}")
    yield Goal("CPU je weiterer Aufgabe in allen Formaten, spät zu früh (gerade Linie: 1)", late / early, 1.25)
    yield Goal(f"Speicher mit {EXERCISES[-1]} Aufgaben, zu dem mit {EXERCISES[0]}", peaks[-1] / peaks[0], 1.25)
