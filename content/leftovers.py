"""Markup that was meant and mistyped: what the parser left as plain text, or closed by itself at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from markdown_it.token import Token

from content.words import MACRO

# Compiled where something is left over.
LINK = r"(!?)\[[^\[\]]*\]\(([^)]*)"
ANCHOR = r"\{#[^}]*\}?"
ONE_BRACE = r"(?<!\{)\{(?:exercise|assessment) [^}]*\}?"
NOTE = r"\[\^([^\]]*)"
# CommonMark's own preset stops there and drops what lies deeper (markdown-it, maxNesting).
DEEPEST = 19
TITLE_MARKUP = r"\*\*|`|\[?\]\(|\[@|\[\^"
TITLED = ("details", "tab", "region")


class Reporter(Protocol):
    """Takes a finding; `offset` counts lines from the start of the text."""

    def __call__(self, offset: int, code: str, **values: object) -> None: ...


def check_text(text: str, line: int, report: Reporter) -> None:
    """A run of plain text. Called for every run, so what is cheap to exclude comes first."""
    if "[" in text:
        for mark, address in re.findall(LINK, text):
            report(line, "asset-missing" if mark else "link-target", **{"path" if mark else "href": address})
        for name in re.findall(NOTE, text):
            report(line, "footnote-unknown", id=name)
    if "{" in text:
        if found := re.search(ANCHOR, text):
            report(line, "anchor", text=found.group(0))
        if found := re.search(ONE_BRACE, text):
            report(line, "braces", text=found.group(0))
        if "{{" in text and not MACRO.search(text):
            report(line, "macro", text=text[text.index("{{") :][:40])


def check_title(text: str, line: int, report: Reporter) -> None:
    """A title is plain text: it stands in menus, lists and manifests, where nothing else would be understood."""
    if ("[" in text or "*" in text or "`" in text) and (found := re.search(TITLE_MARKUP, text)):
        report(line, "title-markup", text=found.group(0))


def written(tag: str, source: str) -> bool:
    """Whether the tag stands in the source as such: neither `\\<b>` nor `&lt;b&gt;`, which mean the signs."""
    return re.search(r"(?<!\\)" + re.escape(tag), source) is not None


def check_fence(fence: Token, line: int, report: Reporter) -> None:
    """A code block that never ends, or an exercise in one that is not read as such."""
    first, last = fence.map or (0, 0)
    if last - first < len(fence.content.splitlines()) + 2:
        report(line, "fence-open")
    elif fence.info.strip() == "exercise":
        report(line, "exercise-fence")


class Boxes:
    """The boxes around the place where a check stands: may they stand there, and does their author close them?"""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self.open: list[tuple[str, int, int]] = []
        """Kind, line and level of each open box, outermost first."""
        self._empty = False

    def see(self, token: Token, line: int) -> None:
        """The next token of the text; `line` is where its block begins."""
        if not token.type.startswith("container_"):
            self._empty = False
            kind, _, level = self.open[-1]
            if kind == "tabs" and token.level == level + 1 and token.nesting >= 0:
                self._report(line, "tabs-content")
        elif token.nesting < 0:
            kind, line, _ = self.open.pop()
            if self._empty or not token.markup:
                self._report(line, "box-empty" if self._empty else "box-open", kind=kind)
            self._empty = False
        else:
            kind = token.type.removeprefix("container_").removesuffix("_open")
            self._opened(kind, token.info.strip()[len(kind) :].strip(), line)
            self.open.append((kind, line, token.level))
            self._empty = True

    def _opened(self, kind: str, title: str, line: int) -> None:
        if kind in TITLED and not title:
            self._report(line, "title-missing", kind=kind)
        check_title(title, line, self._report)
        around = self.open[-1][0] if self.open else ""
        if (kind == "tab") != (around == "tabs"):
            self._report(line, "tab-alone" if kind == "tab" else "tabs-content")


def unused_notes(env: Mapping[str, Any], text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each footnote that no text refers to; it would vanish without a trace."""
    for key, number in env.get("footnotes", {}).get("refs", {}).items():
        name = key.removeprefix(":")
        if number < 0 and (place := text.find(f"[^{name}]:")) >= 0:
            yield text.count("\n", 0, place), name
