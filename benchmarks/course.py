"""A synthetic course of a size that real ones have, the same bytes on every machine."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

# fmt: off
WORDS = (
    "Kommune", "Verwaltung", "Daten", "Plattform", "Strategie", "Beteiligung", "Haushalt", "Bürgerbüro", "Sensor",
    "Netz", "Ziel", "Wirkung", "Fachbereich", "prüft", "plant", "nutzt", "sichert", "öffnet", "stärkt",
    "verbindet", "klärt", "und", "oder", "mit", "für", "über", "ohne", "nach", "der", "die", "das", "ein", "jede",
    "gemeinsam", "offen", "verständlich", "digital", "nachhaltig", "früh", "regelmäßig", "verlässlich",
)
# fmt: on
IMAGE_SIDE = 184
VIDEO_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of everything; `video_megabytes` 0 leaves the film out."""

    modules: int = 5
    pages: int = 50
    words: int = 30_000
    exercises: int = 150
    images: int = 60
    video_megabytes: int = 20


def write_course(folder: Path, size: Size, seed: int = 2026) -> Path:
    """The course as a source in `folder`."""
    rng = random.Random(seed)  # noqa: S311  # reproducible filler, no secret
    names = [f"m{number + 1}" for number in range(size.modules)]
    write(folder / "curriculum.yaml", curriculum(names))
    for index, name in enumerate(names):
        share = [part for part in range(size.pages) if part % size.modules == index]
        write_module(folder / name, name, share, size, rng)
    if size.video_megabytes:
        write_video(folder / names[0] / "assets", size.video_megabytes)
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def curriculum(modules: list[str]) -> str:
    return (
        "id: messkurs\ntitle: Messkurs\nversion: 1.0.0\nlanguage: de\ndescription: Nur zum Messen.\nlicence: CC0-1.0\n"
        f"publisher: staffel\nauthors: [{{name: staffel, year: 2026}}]\nmodules: [{', '.join(modules)}]\n"
    )


def write_module(folder: Path, name: str, pages: list[int], size: Size, rng: random.Random) -> None:
    exercises = {page: [e for e in range(size.exercises) if e % size.pages == page] for page in pages}
    images = {page: [i for i in range(size.images) if i % size.pages == page] for page in pages}
    body = [f"---\nid: {name}u1\ntitle: Einheit {name}\nduration: 60\n---\n"]
    film = size.video_megabytes and name == "m1"
    for position, page in enumerate(pages):
        text = [f"# Seite {page} {{#p{page}}}\n"]
        text += [paragraph(rng, 100) for _ in range(max(1, size.words // size.pages // 100))]
        text += [f'![Bild {image}](assets/bild{image}.png "Abbildung {image}")' for image in images[page]]
        text += ["![Film](assets/film.mp4)"] if film and position == 0 else []
        text += ["| Jahr | Wert |\n|---|--:|\n| 2024 | 1 |\n| 2025 | 2 |"]
        text += [f"{{{{exercise e{exercise}}}}}" for exercise in exercises[page]]
        body.append("\n\n".join(text) + "\n")
        for image in images[page]:
            write_image(folder / "assets" / f"bild{image}.png", rng)
    write(folder / "01-einheit.md", "\n".join(body))
    write(folder / "module.yaml", f"id: {name}\ntitle: Modul {name}\nunits: [01-einheit]\n")
    items = [exercise_text(exercise, rng) for page in pages for exercise in exercises[page]]
    write(folder / "exercises" / "alle.yaml", "".join(items))
    entries = '"*.png": {author: staffel, licence: CC0-1.0}\n'
    if film:
        entries += '"*.vtt": {author: staffel, licence: CC0-1.0}\n'
        entries += '"film.mp4": {author: staffel, licence: CC0-1.0, captions: film.vtt, transcript: film.md}\n'
    write(folder / "assets" / "assets.yaml", entries)


def paragraph(rng: random.Random, words: int) -> str:
    chosen = [rng.choice(WORDS) for _ in range(words)]
    chosen[3], chosen[7] = f"**{chosen[3]}**", f"*{chosen[7]}*"
    return " ".join(chosen).capitalize() + "."


def exercise_text(number: int, rng: random.Random) -> str:
    """Choice, multiple choice, matching and short text in turn."""
    words = [rng.choice(WORDS) for _ in range(8)]
    head = f'- id: e{number}\n  title: "Aufgabe {number}"\n  prompt: "Was passt zu {words[0]} {number}?"\n'
    options = "".join(
        f'    - {{id: o{i}, text: "{words[i]} {i}", correct: {str(not i).lower()}, feedback: "Weil {words[i + 4]}."}}\n'
        for i in range(4)
    )
    if number % 4 == 0:
        return head + "  type: single-choice\n  options:\n" + options
    if number % 4 == 1:
        return head + "  type: multiple-choice\n  options:\n" + options
    if number % 4 == 2:  # noqa: PLR2004  # the third of four kinds
        sources = "".join(f'    - {{id: s{i}, text: "{words[i]} links {i}", target: t{i}}}\n' for i in range(4))
        targets = "".join(f'    - {{id: t{i}, text: "{words[i + 4]} rechts {i}"}}\n' for i in range(4))
        return head + "  type: matching\n  sources:\n" + sources + "  targets:\n" + targets
    return head + f'  type: short-text\n  answers: ["{words[1]}"]\n'


def write_image(path: Path, rng: random.Random) -> None:
    """A PNG of noise, about 100 KB (PNG Specification, Second Edition, 5.3)."""
    rows = b"".join(b"\0" + rng.randbytes(IMAGE_SIDE * 3) for _ in range(IMAGE_SIDE))
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, 2, 0, 0, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 1)), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_video(folder: Path, megabytes: int) -> None:
    """Noise under the name of a film, with captions and transcript."""
    rng = random.Random(megabytes)  # noqa: S311  # reproducible filler, no secret
    with (folder / "film.mp4").open("wb") as file:
        for _ in range(megabytes):
            file.write(rng.randbytes(VIDEO_CHUNK))
    write(folder / "film.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nNur zum Messen.\n")
    write(folder / "film.md", "Nur zum Messen.\n")
