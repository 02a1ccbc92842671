"""What the set-up stages is small, complete, licensed and free of foreign addresses."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

LARGEST_STYLE = 70_000  # bytes; the whole of KERN has 340,000
LARGEST_FONT = 30_000
CUTS = {("400", "normal"), ("400", "italic"), ("500", "normal"), ("600", "normal")}
FACE = re.compile(r"@font-face\{[^}]*url\((?P<file>[^)]*)\)[^}]*font-weight:(?P<weight>\d+);font-style:(?P<style>\w+)")
DECLARATION = re.compile(r"(?<=[{;\s])(--[\w-]+|[a-z-]+)\s*:\s*([^;{}]+)(?=[;}])")


@pytest.fixture
def vendor(root: Path) -> Path:
    return root / "content" / "widgets" / "static" / "vendor"


@pytest.fixture
def style(vendor: Path) -> str:
    return (vendor / "kern.css").read_text("utf-8")


def test_the_style_sheet_is_small(style: str) -> None:
    assert len(style.encode()) < LARGEST_STYLE


def test_the_style_sheet_names_exactly_the_four_cuts_and_they_exist(style: str, vendor: Path) -> None:
    faces = list(FACE.finditer(style))
    assert style.count("@font-face") == len(faces)
    assert {(face["weight"], face["style"]) for face in faces} == CUTS
    assert all((vendor / face["file"]).stat().st_size < LARGEST_FONT for face in faces)


def test_the_style_sheet_asks_no_other_host(style: str) -> None:
    assert re.findall(r"url\((?!\"?(?:data:|fonts/))[^)]*", style) == []


def test_the_style_sheet_keeps_dark_mode(style: str) -> None:
    assert "prefers-color-scheme:dark" in style


def test_every_custom_property_that_reaches_the_page_is_defined(style: str, root: Path) -> None:
    """KERN names a few properties with a fallback and defines them nowhere; all others must have come along."""
    folders = [root / name for name in ("content", "packager", "lti_tool")]
    own = [path for folder in folders for path in folder.rglob("*.css") if not {"vendor", "dist"} & set(path.parts)]
    declarations = DECLARATION.findall("\n".join([style, *(path.read_text("utf-8") for path in own)]))
    uses: dict[str, set[str]] = defaultdict(set)
    for name, value in declarations:
        uses[name if name.startswith("--") else "page"] |= set(re.findall(r"var\(\s*(--kern-[\w-]+)", value))
    reached: set[str] = set()
    waiting = {"page"}
    while waiting:
        reached |= waiting
        waiting = {used for name in waiting for used in uses[name]} - reached
    kern = (root / "node_modules/@kern-ux/native/dist/kern.css").read_text("utf-8")
    known = {name for name, _ in DECLARATION.findall(kern)}
    assert (reached & known) - {name for name, _ in declarations} == set()


def test_the_page_gets_its_contextual_colours(style: str) -> None:
    assert re.search(r":is\(body,[^{]*\{--kern-color-layout-text-default-contextual:", style)


@pytest.mark.parametrize("text", ["Größe – „Übermaß“ ß €", "Łódź, Dvořák, Ñandú, İstanbul", "→ ← ✓ ≤ ≥ − …"])
def test_a_font_has_the_letters_of_european_names(vendor: Path, text: str) -> None:
    for path in (vendor / "fonts").glob("*.woff2"):
        known = TTFont(path).getBestCmap()
        assert {letter for letter in text if letter != " " and ord(letter) not in known} <= {"✓"}


def test_licences_lie_beside_the_files(vendor: Path) -> None:
    assert "EUPL" in (vendor / "kern.LICENSE.md").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (vendor / "fonts" / "OFL.txt").read_text("utf-8")
