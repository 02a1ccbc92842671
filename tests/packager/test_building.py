"""`staffel build` reads plain calls itself, exactly as click does, and leaves all others to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.building import BUILD, plain_order, plain_values
from packager.commands import build
from tests.factories import write_source

FLAGS = [flag for option in BUILD for flag in option.flags]
VALUES = ["scorm12", "m1", "course", "module", "1", "64", "65", "0", "²", "03", " 1", "dist", "nirgends", "", "-", "--"]
WORDS = st.sampled_from([*FLAGS, *VALUES, "--help", "--out=x", "-fweb", "--form", __file__, "."])


@given(st.lists(WORDS, max_size=6))
def test_a_plain_call_means_what_click_makes_of_it(arguments: list[str]) -> None:
    values = plain_values(arguments)
    if values is not None:
        assert values == build.make_context("build", list(arguments)).params


def test_every_option_can_be_given_plainly(tmp_path: Path) -> None:
    arguments = [str(tmp_path), "-f", "web", "--format", "scorm12", "-m", "m1", "-o", "aus", "-p", "hessen"]
    arguments += ["--grain", "course", "--tool-url", "https://tool.example", "--jobs", "2", "--no-cache", "--json"]
    values = plain_values(arguments)
    assert values == build.make_context("build", list(arguments)).params
    assert values["formats"] == ("web", "scorm12")


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["build", "--help"],
        ["build", "--grain", "unit"],
        ["build", "--jobs", "0"],
        ["build", "--out"],
        ["build", "--out=dist"],
        ["build", "-fweb"],
        ["build", "-f", "scorm13"],
        ["build", "eins", "zwei"],
        ["build", __file__],
        ["build", "--out", __file__],
        ["build", "nirgends"],
        [],
    ],
)
def test_faults_and_rare_forms_are_left_to_click(arguments: list[str], tmp_path: Path) -> None:
    assert plain_order(arguments) is None


def test_every_option_of_click_is_in_the_table() -> None:
    options = [parameter.name for parameter in build.params if isinstance(parameter, click.Option)]
    assert options == [option.name for option in BUILD]


def loaded(*arguments: object, cache: Path) -> set[str]:
    """The libraries that a call of `staffel` has loaded at its end."""
    program = "import sys; from packager.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "STAFFEL_CACHE": str(cache)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return {"click", "jinja2", "lxml", "markdown_it", "yaml"} & set(done.stderr.split())


def test_a_plain_build_does_not_load_click(tmp_path: Path) -> None:
    source = write_source(tmp_path / "source")
    command = ["build", source, "-f", "web", "-o", tmp_path / "dist", "--no-cache"]
    assert loaded(*command, cache=tmp_path / "cache") == {"jinja2", "markdown_it", "yaml"}
    assert list((tmp_path / "dist").glob("*.zip"))


def test_a_build_after_a_changed_word_loads_only_what_that_page_needs(tmp_path: Path) -> None:
    """Forms, frames and the findings of the manifest are known, whichever bundle was the last to be made."""
    source = write_source(tmp_path / "source")
    command = ["build", source, "-f", "scorm12", "-o", tmp_path / "dist"]
    assert loaded(*command, cache=tmp_path / "cache") == {"jinja2", "lxml", "markdown_it", "yaml"}
    page = source / "m1-eins" / "01-einheit.md"
    page.write_text(page.read_text("utf-8").replace("Text", "Ein Text", 1), "utf-8")
    assert loaded(*command, cache=tmp_path / "cache") == {"markdown_it"}
    assert loaded(*command, cache=tmp_path / "cache") == set()
