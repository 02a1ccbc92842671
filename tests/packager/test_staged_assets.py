"""What the set-up stages is small, complete, licensed and free of foreign addresses."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

LARGEST_STYLE = 70_000  # bytes; the whole of KERN has 340,000
LARGEST_FONT = 30_000
CUTS = {("400", "normal"), ("400", "italic"), ("500", "normal"), ("600", "normal")}
FACE = re.compile(r"@font-face\{[^}]*url\((?P<file>[^)]*)\)[^}]*font-weight:(?P<weight>\d+);font-style:(?P<style>\w+)")


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
    assert re.findall(r"url\(\"?(?!data:|fonts/)[^)]*", style) == []


def test_the_style_sheet_keeps_dark_mode(style: str) -> None:
    assert "prefers-color-scheme:dark" in style


def test_custom_properties_in_use_are_defined(style: str) -> None:
    defined = set(re.findall(r"(--kern-[\w-]+)\s*:", style))
    used_without_fallback = set(re.findall(r"var\((--kern-[\w-]+)\)", style))
    assert used_without_fallback - defined == set()


@pytest.mark.parametrize("text", ["Größe – „Übermaß“ ß €", "Łódź, Dvořák, Ñandú, İstanbul", "→ ← ✓ ≤ ≥ − …"])
def test_a_font_has_the_letters_of_european_names(vendor: Path, text: str) -> None:
    for path in (vendor / "fonts").glob("*.woff2"):
        known = TTFont(path).getBestCmap()
        assert {letter for letter in text if letter != " " and ord(letter) not in known} <= {"✓"}


def test_licences_lie_beside_the_files(vendor: Path) -> None:
    assert "EUPL" in (vendor / "kern.LICENSE.md").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (vendor / "fonts" / "OFL.txt").read_text("utf-8")
