"""The handbook says what the tool does: every setting with its default, every command, buttons by their names."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic_core import PydanticUndefined

from lti_tool.cli import db, doctor, keys, platforms, work
from lti_tool.messages import messages
from lti_tool.platforms import OurAddresses, setup_values
from lti_tool.settings import Settings
from tests.conftest import ROOT

HANDBOOK = ROOT / "docs" / "handbuch"
CHAPTERS = tuple(HANDBOOK / name for name in ("betrieb.md", "lti-moodle.md", "lti-ilias.md", "trainer.md"))
OPERATION = CHAPTERS[0].read_text("utf-8")
EVERYTHING = "\n".join(chapter.read_text("utf-8") for chapter in CHAPTERS)
ROWS = dict(re.findall(r"^\| `STAFFEL_(\w+)` \| (.+?) \|", OPERATION, re.MULTILINE))
COMMANDS: tuple[click.Command, ...] = (db.db, keys.keys, platforms.platforms, doctor.doctor, *work.COMMANDS)
FOR_DEVELOPERS = {"db revision"}


def shown(default: object) -> str:
    """A default as the table shows it."""
    value = getattr(default, "get_secret_value", lambda: default)()
    if value in ("", None):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "`[]`" if value == () else f"`{value}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_with_its_default(name: str) -> None:
    default = Settings.model_fields[name].default
    assert default is not PydanticUndefined
    assert ROWS[name.upper()] == shown(default)


def test_no_setting_is_explained_that_does_not_exist() -> None:
    assert {name.lower() for name in ROWS} == set(Settings.model_fields)


def names(command: click.Command, before: str = "") -> list[str]:
    name = f"{before} {command.name}".strip()
    if isinstance(command, click.Group):
        return [found for child in command.commands.values() for found in names(child, name)]
    return [name]


@pytest.mark.parametrize("name", sorted(found for command in COMMANDS for found in names(command)))
def test_every_command_is_named(name: str) -> None:
    group, _, last = name.partition(" ")
    if name in FOR_DEVELOPERS:
        return
    assert re.search(rf"`?{group} {last}\b" if last else rf"(wsgi|staffel-lti) {group}\b", EVERYTHING) or (
        last and re.search(rf"{group} list[^\n]*\b{last}\b", EVERYTHING)
    )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_pictures_and_links_lead_somewhere(chapter: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", chapter.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (chapter.parent / target).exists()] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_pictures_are_small_and_say_what_they_show(chapter: Path) -> None:
    for text, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", chapter.read_text("utf-8")):
        assert len(text) > 20
        assert (chapter.parent / target).stat().st_size < 150_000


def test_the_buttons_that_trainers_are_told_about_exist() -> None:
    sentences = set(messages("de").values())
    starts = {sentence.partition(" (")[0] for sentence in sentences}
    told = re.findall(r"\*\*([^*]+)\*\*", (HANDBOOK / "trainer.md").read_text("utf-8"))
    elsewhere = {"Moodle:", "ILIAS:", "Inhalt auswählen", "CSV", "In der Lernplattform"}
    assert [name for name in told if name not in elsewhere | sentences | starts] == []


@pytest.mark.parametrize(("family", "chapter"), [("moodle", "lti-moodle.md"), ("ilias", "lti-ilias.md")])
def test_the_page_for_registering_names_every_field_of_the_chapter(family: str, chapter: str) -> None:
    """Who follows the page alone must not miss a box that the chapter has, nor find one that it lacks."""
    text = (HANDBOOK / chapter).read_text("utf-8")
    table = text.partition("|---|---|\n")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines()]
    labels = {messages("de")[f"register.{family}.{key}"] for key, _ in setup_values(OurAddresses("https://x"), family)}
    said = " ".join(labels).casefold()
    for row in rows:
        words = row.rpartition("→")[2].partition("(")[0].strip().split(",")[0]
        assert words.casefold() in said, row
