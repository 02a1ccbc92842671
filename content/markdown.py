"""The one Markdown dialect: CommonMark 0.31.2 with tables, footnotes, definition lists, boxes, figures and references.

HTML from authors is not allowed. Links inside a curriculum stay abstract (see `content.markup`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from content.figures import TABLE_CAPTION, figure_html, gather_captions, gather_figures, move_alignment, plain_text
from content.findings import Finding, Language
from content.frozen import record
from content.leftovers import DEEPEST, Boxes, check_fence, check_text, check_title, unused_notes, written
from content.markup import Markup
from content.messages import messages
from content.model import AssessmentRef, Block, ExerciseRef
from content.references import LINK_KINDS, References
from content.words import PRIVATE_SIGN, Words, shown, shown_html

BOXES = ("tip", "example", "law", "case", "source", "note", "summary", "transfer")
PLACEMENT = re.compile(r"\{\{(exercise|assessment) +([a-z][a-z0-9-]*)\}\}")
CITATION = re.compile(r"\[(@[a-z][a-z0-9-]*(?:, [^\];]+)?(?:; ?@[a-z][a-z0-9-]*(?:, [^\];]+)?)*)\]")
HTML_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>|<!--")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.DOTALL)
# A line in which neither Markdown nor typography changes a sign: no markers, no straight quotes, no doubled signs, no
# (c). Most texts of exercises are such lines; they need no parser (docs/decisions/0007).
PLAIN = re.compile(
    r"(?:[A-Za-zÄÖÜäöüß„]|[0-9]+(?![0-9.)]))"
    r"(?:[A-Za-z0-9ÄÖÜäöüßé„“‚‘’–…§€%/) ]|[.,;:?!](?![.,;:?!])|-(?!-)|\((?![A-Za-z]{1,2}\)))*\s*"
)
QUOTES = {"de": "„“‚‘", "en": "“”‘’"}


@record
class Place:
    """Where the text being rendered stands: file, line before its first, folder of its assets, prefix of its ids."""

    path: str
    line: int
    folder: str
    prefix: str
    heading: int = 1
    findings: list[Finding] = field(default_factory=list)

    def report(self, offset: int, code: str, **values: object) -> None:
        self.findings.append(Finding(self.path, self.line + offset, code, values))


class Renderer:
    """Markdown -> Markup under one profile and one registry of references."""

    def __init__(self, words: Words, references: References, language: Language = "de") -> None:
        self.words = words
        self.references = references
        self.language = language

    def title(self, text: str, place: Place) -> str:
        """A plain line with its macros replaced."""
        self._check_words(text, place)
        check_title(text, 0, place.report)
        return self.words.expand(text, markdown=False)[0]

    def markup(self, source: str, place: Place) -> Markup:
        """A text without placements."""
        if PLAIN.fullmatch(source):
            self._check_words(source, place)
            return Markup(source, f"<p>{source.rstrip()}</p>\n")
        tokens, env = self._parse(source, place)
        return Markup(source, self._html(tokens, env))

    def blocks(self, source: str, place: Place) -> tuple[Block, ...]:
        """A page: runs of text and the exercises and assessments between them."""
        tokens, env = self._parse(source, place)
        blocks: list[Block] = []
        start = 0
        for index, token in enumerate(tokens):
            found = PLACEMENT.fullmatch(token.content.strip()) if token.type == "inline" and token.level == 1 else None
            if found and tokens[index - 1].type == "paragraph_open":
                blocks += self._run(tokens[start : index - 1], env)
                blocks.append(self._reference(found, token, place))
                start = index + 2
        return (*blocks, *self._run(tokens[start:], env))

    def _run(self, tokens: Sequence[Token], env: dict[str, Any]) -> list[Block]:
        html = self._html(tokens, env)
        return [Markup(html, html)] if html.strip() else []

    def _reference(self, found: re.Match[str], token: Token, place: Place) -> ExerciseRef | AssessmentRef:
        kind, identifier = found.groups()
        if self.references.title(kind, identifier) is None:
            place.report(_line(token), f"{kind}-unknown", id=identifier)
        return ExerciseRef(identifier) if kind == "exercise" else AssessmentRef(identifier)

    def _html(self, tokens: Sequence[Token], env: dict[str, Any]) -> str:
        parser = _parser(self.language)
        html = str(parser.renderer.render(tokens, parser.options, env))
        return shown_html(html) if env["hidden"] else html

    def _check_words(self, text: str, place: Place) -> None:
        for word in self.words.expand(text)[1]:
            if " " in word.word:  # neither a variable nor a person can be called so
                place.report(word.offset, "macro", text=f"{{{{{word.word}}}}}")
                continue
            code = "variable-unknown" if word.word[:1].islower() and ":" not in word.word else "person-unknown"
            place.report(word.offset, code, word=word.word)
        for word in self.words.unexpandable(text):
            place.report(word.offset, "gender-sign", word=word.word)

    def _parse(self, source: str, place: Place) -> tuple[list[Token], dict[str, Any]]:
        self._check_words(source, place)
        text, _ = self.words.expand(source)
        env: dict[str, Any] = {"docId": place.prefix, "renderer": self, "place": place}
        env["hidden"] = text is not source and PRIVATE_SIGN.search(text) is not None
        tokens = _parser(self.language, boxes=":::" in text).parse(text, env)
        gather_captions(tokens)
        gather_figures(tokens)
        move_alignment(tokens)
        _check(tokens, self, place)
        if "footnotes" in env:
            for offset, name in unused_notes(env, text):
                place.report(offset, "footnote-unused", id=name)
        return tokens, env


class _Parser(MarkdownIt):
    """Addresses are judged and written with the signs that a macro brought."""

    def normalizeLink(self, url: str) -> str:
        return super().normalizeLink(shown(url))


@cache
def _parser(language: Language, boxes: bool = True) -> MarkdownIt:
    """The parser of a language; without `boxes` for texts that have none, which spares it eleven rules at each line."""
    options = {"html": False, "typographer": True, "quotes": QUOTES[language]}
    parser = _Parser("commonmark", options).enable(["table", "smartquotes"])
    parser.use(footnote_plugin, inline=False).use(deflist_plugin)
    for kind in (*BOXES, "details", "tabs", "tab", "region") if boxes else ():
        parser.use(container_plugin, name=kind, render=_container(kind, language))
    parser.inline.ruler.before("link", "citation", _citation)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _citation(state: StateInline, silent: bool) -> bool:
    """`[@key, S. 12; @other]` as one token per source."""
    found = CITATION.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta["sources"] = [part.strip().partition(", ") for part in found.group(1).split(";")]
    state.pos = found.end()
    return True


def _container(kind: str, language: Language) -> Callable[..., str]:
    """The HTML around a box; `info` is the kind and the title behind it."""
    text = messages(language)

    def render(_: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
        if tokens[index].nesting < 0:
            return "</details>\n" if kind in ("details", "tab") else "</div>\n" if kind == "tabs" else "</section>\n"
        title = tokens[index].info.strip()[len(kind) :].strip()
        if kind in ("details", "tab"):
            return f'<details class="{kind}"><summary>{escape(title)}</summary>\n'
        if kind == "tabs":
            return '<div class="tabs">\n'
        if kind == "region":
            label = f"{text['box.region']} {title}"
        else:
            label = text[f"box.{kind}"] + (f": {title}" if title else "")
        return f'<section class="box box-{kind}"><p class="box-title">{escape(label)}</p>\n'

    return render


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _check(tokens: Sequence[Token], renderer: Renderer, place: Place) -> None:
    """Findings on structure, accessibility and references (EN 301 549 V3.2.1, 11.8.2 and 9.1 to 9.4)."""
    level, line, boxes = place.heading, 0, Boxes(place.report)
    for index, token in enumerate(tokens):
        line = token.map[0] if token.map else line
        if token.type == "heading_open":
            depth = int(token.tag[1])
            if depth > level + 1 or depth == 1:
                place.report(line, "heading-level", level=depth, expected=level + 1)
            level = max(depth, 2)
        elif token.type == "inline":
            if token.level > 1 or not PLACEMENT.fullmatch(token.content.strip()):
                _check_inline(token, line, renderer, place)
            if tokens[index - 1].type == "th_open" and not token.content.strip():
                place.report(line, "table-header")
            if token.content.startswith("|") and token.content.endswith("|"):
                place.report(line, "table-form")
            continue
        elif token.type == "table_open" and TABLE_CAPTION in token.meta:
            caption = token.meta[TABLE_CAPTION]
            _check_inline(caption, _line(caption), renderer, place)
        elif token.type == "figure":
            token.meta["html"] = _figure(token.meta["image"], line, renderer, place)
        elif token.type == "fence":
            check_fence(token, line, place.report)
        if token.level == DEEPEST and token.nesting > 0:
            place.report(line, "nesting")
        if boxes.open or token.type.startswith("container_"):
            boxes.see(token, line)


def _check_inline(token: Token, line: int, renderer: Renderer, place: Place) -> None:
    children = token.children or []
    for index, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "text":
            _check_text(child.content, token.content, line, place)
        elif child.type == "link_open":
            _check_link(child, children[index + 1], line, renderer, place)
        elif child.type == "image":
            child.meta["html"] = _figure(child, line, renderer, place, inline=True)
        elif child.type == "citation":
            for key, _, _ in child.meta["sources"]:
                if renderer.references.title("source", key[1:]) is None:
                    place.report(line, "source-unknown", id=key[1:])
            child.meta["labels"] = [
                renderer.references.title("source", key[1:]) or key[1:] for key, _, _ in child.meta["sources"]
            ]


def _check_text(text: str, source: str, line: int, place: Place) -> None:
    """A run of text as it will be read; `source` is the paragraph as its author wrote it, with escapes."""
    if "<" in text and any(written(found.group(0), source) for found in HTML_TAG.finditer(text)):
        place.report(line, "html")
    if text.startswith(":::"):
        kind = text.strip(": ").split(" ")[0]
        place.report(line, "box-unknown" if kind else "box-end", kind=kind)
    if PLACEMENT.search(text):
        place.report(line, "placement", text=text.strip())
    check_text(text, line, place.report)
    if "[@" in text:
        place.report(line, "citation", text=text[text.index("[@") :][:40])


def _check_link(link: Token, following: Token, line: int, renderer: Renderer, place: Place) -> None:
    href = str(link.attrs.get("href", ""))
    found = SCHEME.fullmatch(href)
    empty = following.type == "link_close"
    if found and found.group(1) in LINK_KINDS:
        kind, identifier = found.groups()
        title = renderer.references.title(kind, identifier)
        if title is None:
            place.report(line, f"{kind}-unknown", id=identifier)
        link.attrs["class"] = f"link-{kind}"
        link.meta["text"] = (title or identifier) if empty else ""
        return
    if empty:
        place.report(line, "link-empty", href=href)
    if found and found.group(1) in ("http", "https", "mailto", "tel"):
        link.attrs["rel"] = "external noopener noreferrer"
    else:
        place.report(line, "link-target", href=href)


def _figure(image: Token, line: int, renderer: Renderer, place: Place, inline: bool = False) -> str:
    """The HTML of an image, film or sound; findings where a person could not perceive it."""
    src = str(image.attrs.get("src", ""))
    path = f"{place.folder}/{src}".lstrip("/")
    asset = renderer.references.assets.get(path)
    if asset is None:
        place.report(line, "asset-missing", path=unquote(src))
        return ""
    alternative = plain_text(image.children or [])
    if not alternative.strip():
        place.report(line, "alt-missing", path=src)
    if asset.media_type.startswith(("video/", "audio/")) and not asset.transcript:
        place.report(line, "transcript-missing", path=src)
    if asset.media_type.startswith("video/") and not asset.captions:
        place.report(line, "captions-missing", path=src)
    caption = "" if inline else _caption(str(image.attrs.get("title", "")), line, renderer, place)
    return figure_html(asset, alternative, caption, renderer.language, inline)


def _caption(text: str, line: int, renderer: Renderer, place: Place) -> str:
    """HTML of the text below a figure: it may name its source and link its terms."""
    if not text or PLAIN.fullmatch(text):
        return text
    parser: Any = _parser(renderer.language)
    env: dict[str, Any] = {"renderer": renderer, "place": place}
    (inline,) = parser.parseInline(text, env)
    _check_inline(inline, line, renderer, place)
    return str(parser.renderer.renderInline(inline.children, parser.options, env))


def _render_citation(_: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    meta = tokens[index].meta
    links = [
        f'<a class="link-source" href="source:{key[1:]}">{escape(label)}</a>' + (f", {escape(rest)}" if rest else "")
        for (key, _, rest), label in zip(meta["sources"], meta["labels"], strict=True)
    ]
    return f'<span class="citation">[{"; ".join(links)}]</span>'


def _render_link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return str(self.renderToken(tokens, index, options, env)) + escape(token.meta.get("text", ""))


def _render_prepared(_: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    return str(tokens[index].meta["html"])


def _render_table(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Mapping[str, Any]) -> str:
    caption = tokens[index].meta.get(TABLE_CAPTION)
    language: Language = env["renderer"].language
    html = self.renderInline(caption.children, options, env) if caption else ""
    label = Markup("", html).plain or messages(language)["table.label"]
    inner = f"<caption>{html}</caption>" if html else ""
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table>{inner}\n'


def _render_table_end(_: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    return "</table></div>\n"


def _render_th(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrs["scope"] = "col"
    return str(self.renderToken(tokens, index, options, env))


_RULES: dict[str, Callable[..., str]] = {
    "citation": _render_citation,
    "link_open": _render_link,
    "image": _render_prepared,
    "figure": _render_prepared,
    "table_open": _render_table,
    "table_close": _render_table_end,
    "th_open": _render_th,
}
