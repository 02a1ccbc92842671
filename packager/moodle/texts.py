"""Texts of a curriculum as Moodle shows them: files by `@@PLUGINFILE@@`, no dead links, legal characters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from content.exercises import Exercise
from content.markup import Markup
from content.model import Curriculum
from content.scoring import AS_TYPED
from packager.links import Addresses, Linker
from packager.moodle.questions import Text

PLUGINFILE = "@@PLUGINFILE@@/"
FILE = re.compile(re.escape(PLUGINFILE) + r"([A-Za-z0-9_./-]+)")
IMAGE = re.compile(r'<img\b[^<>]*\balt="([^"]*)"[^<>]*>')
# XML 1.0, production 2 (Char): everything else breaks the import of the whole file.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Bootstrap 4 (Moodle up to 4.5) and 5 call it differently.
HIDDEN = ('class="visually-hidden"', 'class="visually-hidden sr-only"')
# What Moodle's theme styles; our own style sheet does not reach there.
STYLED = (
    *((f'class="box box-{kind}"', f'class="box box-{kind} alert alert-info"') for kind in ("tip", "note", "source")),
    *((f'class="box box-{kind}"', f'class="box box-{kind} alert alert-secondary"') for kind in ("example", "case")),
    *((f'class="box box-{kind}"', f'class="box box-{kind} alert alert-warning"') for kind in ("law", "region")),
    *((f'class="box box-{kind}"', f'class="box box-{kind} alert alert-success"') for kind in ("summary", "transfer")),
    ('class="box-title"', 'class="box-title font-weight-bold fw-bold"'),
    ("<table>", '<table class="table table-striped">'),
    ('class="figure"', 'class="figure w-100"'),
    ('loading="lazy"', 'loading="lazy" class="img-fluid"'),
)


def legal(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return ILLEGAL.sub("", text)


def described(markup: Markup) -> str:
    """The text alone, for places that show no picture: its description stands for it."""
    if "<img" not in markup.html:
        return markup.plain
    return Markup("", IMAGE.sub(lambda found: f" {found.group(1)} ", markup.html)).plain


def spellings(text: str) -> tuple[str, ...]:
    """The text, and the same with plain dashes and quotes, which is what people type; `*` is no wildcard in them.

    Moodle compares these signs literally (question/type/shortanswer, compare_string_with_wildcard).
    """
    text = " ".join(legal(" ".join(text.split())).split())
    plain = text.translate(AS_TYPED)
    return tuple(dict.fromkeys(version.replace("*", r"\*") for version in (text, plain)))


def styled(html: str) -> str:
    """The text with the classes that Moodle's theme knows beside ours."""
    for ours, theirs in (HIDDEN, *STYLED):
        html = html.replace(ours, theirs)
    return html


def files_in(html: str) -> tuple[str, ...]:
    """Paths of the files that a text refers to, each once."""
    return tuple(dict.fromkeys(FILE.findall(html)))


class Unlinked(Linker):
    """A linker for places that no page belongs to: links inside the curriculum become plain text."""

    def address(self, kind: str, identifier: str) -> str | None:
        return None


@dataclass(frozen=True)
class Texts:
    """Makes texts of questions."""

    curriculum: Curriculum
    _linker: Linker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        linker = Unlinked(self.curriculum, Addresses(root=PLUGINFILE), {})
        object.__setattr__(self, "_linker", linker)

    def block(self, markup: Markup) -> Text:
        return self.html(markup.html)

    def inline(self, markup: Markup) -> Text:
        return self.html(markup.inline)

    def html(self, html: str) -> Text:
        """Concrete HTML and the files in it."""
        concrete = legal(styled(self._linker.html(html, ""))).strip()
        return Text(concrete, files_in(concrete))

    def joined(self, *markups: Markup) -> Text:
        """Several texts under each other; empty ones vanish."""
        return self.html("".join(markup.html for markup in markups if markup))

    def listed(self, title: str, entries: list[tuple[str, Markup]]) -> Text:
        """A heading and a list of `what: text`; nothing if there are no entries."""
        if not entries:
            return Text()
        items = "".join(f"<li><strong>{escape(what)}:</strong> {text.inline}</li>" for what, text in entries)
        return self.html(f"<p>{escape(title)}</p><ul>{items}</ul>")


def tags(exercise: Exercise, competences: tuple[str, ...], labels: dict[str, str]) -> tuple[str, ...]:
    """Tags of a question: competences, objectives, difficulty. Moodle cuts a tag at 50 characters."""
    found = [f"{labels['competence']} {name}" for name in competences]
    found += [f"{labels['objective']} {name}" for name in exercise.objectives]
    found.append(f"{labels['difficulty']} {exercise.difficulty}")
    return tuple(tag[:50] for tag in found)
