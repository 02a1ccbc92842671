"""Compiled templates are kept, used again, and never used for another text."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from content.templates import compile_all, environment, escaped


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "a.html").write_text("<p>{{ word }}</p>\n")
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*")) if (folder / "__pycache__").exists() else []


def rendered(folder: Path, word: str = "a & b") -> str:
    return environment(folder, word=word).get_template("a.html").render()


def test_templates_are_compiled_ahead_beside_their_source(folder: Path) -> None:
    assert compile_all(folder) == 1
    (path,) = kept(folder)
    assert path.name.startswith(f"a.{sys.implementation.cache_tag}.opt-jinja")
    before = path.stat().st_mtime_ns
    assert rendered(folder) == "<p>a &amp; b</p>"
    assert path.stat().st_mtime_ns == before


def test_a_changed_template_is_compiled_anew(folder: Path) -> None:
    compile_all(folder)
    (folder / "a.html").write_text("<b>{{ word }}</b>\n")
    assert rendered(folder) == "<b>a &amp; b</b>"


@pytest.mark.parametrize("damage", [b"", b"j2", b"\0" * 50])
def test_damaged_code_is_done_without(folder: Path, damage: bytes) -> None:
    compile_all(folder)
    (path,) = kept(folder)
    path.write_bytes(damage)
    assert rendered(folder) == "<p>a &amp; b</p>"
    path.write_bytes(path.read_bytes()[:40])
    assert rendered(folder) == "<p>a &amp; b</p>"


def test_where_nothing_may_be_written_nothing_is_kept(folder: Path) -> None:
    (folder / "__pycache__").write_text("in the way")
    assert rendered(folder) == "<p>a &amp; b</p>"


def test_names_are_those_of_the_environment_and_an_unknown_one_is_a_fault(folder: Path) -> None:
    first, second = environment(folder, word="eins"), environment(folder, word="zwei")
    assert first.get_template("a.html").render() == "<p>eins</p>"
    assert second.get_template("a.html").render() == "<p>zwei</p>"
    with pytest.raises(jinja2.UndefinedError):
        environment(folder).get_template("a.html").render()


@given(st.one_of(st.text(), st.text(alphabet="&<>\"'a"), st.integers(), st.none(), st.text().map(Markup)))
def test_values_are_written_as_markupsafe_escapes_them(value: object) -> None:
    assert escaped(value) == escape(value)


def test_every_kind_of_expression_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "macros.html").write_text("{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}")
    (tmp_path / "a.html").write_text(
        '{% import "macros.html" as macros %}{{ macros.bold(word) }}{{ word ~ word }}{{ word|safe }}'
        "{% set kept %}<i>{{ word }}</i>{% endset %}{{ kept }}{{ (word, 1)|join }}"
    )
    text = environment(tmp_path, word="<&").get_template("a.html").render()
    assert text == "<b>&lt;&amp;</b>&lt;&amp;&lt;&amp;<&<i>&lt;&amp;</i>&lt;&amp;1"
