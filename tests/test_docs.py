"""What the documents say exists: links, commands with their options, targets of make, findings, settings, decisions."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from content.exercises import TYPES
from content.findings import catalogue
from packager.commands import cli
from packager.formats import FORMATS

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
CODE = re.compile(r"^(```+)(\w*)[^\n]*\n(.*?)^\1", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
PLACEHOLDER = re.compile(r"^[A-ZÄÖÜ-]{3,}$|…|<")
FINDING = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")


def documents() -> list[str]:
    """What people read about the project; curricula and the page of findings are made of other things."""
    kept = (
        name
        for name in TRACKED
        if name.endswith(".md") and not name.startswith(("content/", "tests/", "packager/patterns/"))
    )
    return [name for name in kept if (ROOT / name).exists() and name != "docs/handbuch/befunde.md"]


def anchor(heading: str) -> str:
    """The name of a heading as platforms make it: lower case, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def prose(text: str) -> str:
    return CODE.sub("", text)


def typed_lines(text: str) -> Iterator[str]:
    """Lines of blocks without a language: what somebody types into a terminal."""
    for _, language, block in CODE.findall(text):
        if language in ("", "sh", "bash"):
            yield from (line.split(" # ")[0].strip() for line in block.splitlines())


@pytest.mark.parametrize("name", documents())
def test_no_link_is_dead(name: str) -> None:
    text = prose((ROOT / name).read_text("utf-8"))
    for address in LINK.findall(SPAN.sub("", text)):
        if address.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, part = unquote(address).partition("#")
        target = (ROOT / name).parent / place if place else ROOT / name
        assert target.exists(), address
        if part:
            headings = [anchor(heading) for heading in HEADING.findall(prose(target.read_text("utf-8")))]
            assert part in headings, (address, headings)


@pytest.mark.parametrize("name", documents())
def test_commands_and_their_options_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    spans = [span for span in SPAN.findall(prose(text)) if not PLACEHOLDER.search(span)]
    for line in (*typed_lines(text), *spans):
        words = line.split()
        if words[:1] == ["staffel"] and len(words) > 1 and "[" not in line:
            assert_known(line)


def assert_known(line: str) -> None:
    command: click.Command = cli
    for word in shlex.split(line)[1:]:
        if isinstance(command, click.Group) and not word.startswith("-"):
            assert word in command.commands, line
            command = command.commands[word]
        elif word.startswith("-") and word not in ("--help", "-h"):
            known = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
            assert word.split("=")[0] in known, line


@pytest.mark.parametrize("name", documents())
def test_targets_of_make_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / name).read_text("utf-8")
    for line in (*typed_lines(text), *SPAN.findall(prose(text))):
        words = line.split()
        if words[:1] == ["make"]:
            assert {word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)} <= targets, line


def test_every_format_and_exercise_type_is_in_the_readme_or_the_handbook() -> None:
    readme, source = (ROOT / "README.md").read_text("utf-8"), (ROOT / "docs/handbuch/quelltext.md").read_text("utf-8")
    authors = (ROOT / "docs/handbuch/autoren.md").read_text("utf-8")
    assert {name for name in FORMATS if f"`{name}`" not in readme or f"`{name}`" not in authors} == set()
    assert {name for name in TYPES if f"### {name}\n" not in source} == set()


@pytest.mark.parametrize("name", [name for name in documents() if name.startswith("docs/handbuch/")])
def test_findings_that_the_handbook_names_exist(name: str) -> None:
    known = catalogue("de")
    for span in SPAN.findall(prose((ROOT / name).read_text("utf-8"))):
        if span.startswith(("stand-in-", "qti-", "moodle-", "ilias-", "cartridge-")) and FINDING.fullmatch(span):
            assert span in known or span in FORMATS, span


def test_decisions_that_code_and_documents_refer_to_exist() -> None:
    numbers = {path.name[:4] for path in (ROOT / "docs" / "decisions").iterdir()}
    for name in TRACKED:
        if name.endswith((".py", ".js", ".md", ".toml")) and (ROOT / name).is_file():
            named = re.findall(r"(?:docs/decisions/|ADR )(\d{4})", (ROOT / name).read_text("utf-8"))
            assert set(named) <= numbers, name
