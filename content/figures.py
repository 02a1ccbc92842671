"""Figures, films and tables: token rewriting and the HTML of a file with caption, credit and long description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markdown_it.token import Token

from content.findings import Language
from content.messages import messages
from content.model import Asset

TABLE_CAPTION = "caption"
CAPTION = re.compile(r"(?:Tabelle|Table): +")


def gather_captions(tokens: list[Token]) -> None:
    """A paragraph `Tabelle: …` right before a table becomes its caption, an inline token without these words."""
    index = 0
    while index + 3 < len(tokens):
        opening, inline, _, table = tokens[index : index + 4]
        if opening.type == "paragraph_open" and table.type == "table_open":
            first = inline.children[0] if inline.children else inline
            if first.type == "text" and (found := CAPTION.match(first.content)):
                first.content = first.content[found.end() :]
                table.meta[TABLE_CAPTION] = inline
                del tokens[index : index + 3]
        index += 1


def gather_figures(tokens: list[Token]) -> None:
    """A paragraph that is one image becomes a figure."""
    for index in range(len(tokens) - 2):
        opening, inline, closing = tokens[index : index + 3]
        if opening.type != "paragraph_open" or inline.type != "inline" or opening.hidden:
            continue
        children = [child for child in inline.children or [] if child.type != "softbreak"]
        if len(children) == 1 and children[0].type == "image":
            opening.type, opening.tag, opening.nesting = "figure", "", 0
            opening.meta["image"] = children[0]
            inline.type, inline.content, inline.children = "text", "", None
            closing.type, closing.tag, closing.nesting, closing.content = "text", "", 0, ""


def plain_text(tokens: Sequence[Token]) -> str:
    """What inline tokens say without their markup."""
    parts = (
        plain_text(token.children) if token.children else " " if "break" in token.type else token.content
        for token in tokens
    )
    return "".join(parts)


def move_alignment(tokens: Sequence[Token]) -> None:
    """Column alignment as a class: a style attribute would need a hole in the content security policy."""
    for token in tokens:
        style = token.attrs.pop("style", None) if token.type in ("th_open", "td_open") else None
        if style:
            token.attrs["class"] = "align-" + str(style).removeprefix("text-align:")


def figure_html(asset: Asset, alt: str, caption: str, language: Language, inline: bool = False) -> str:
    """An `img`, `video` or `audio` in a `figure` with caption (HTML), credit, long description and transcript."""
    media = _media(asset, alt, language)
    if inline:
        return media
    text = messages(language)
    key = f"figure.credit-{asset.media_type.split('/')[0]}"
    credit = text[key].format(author=asset.author, licence=licence_name(asset.licence, language))
    caption_html = f"<span>{caption}</span> " if caption else ""
    details = [
        _details(text[f"figure.{name}"], markup.html)
        for name, markup in (("description", asset.description), ("transcript", asset.transcript))
        if markup
    ]
    figure = f'{media}<figcaption>{caption_html}<small class="credit">{escape(credit)}</small></figcaption>'
    return f'<figure class="figure">{figure}</figure>\n{"".join(details)}\n'


def _details(summary: str, html: str) -> str:
    return f'<details class="long-description"><summary>{escape(summary)}</summary>{html}</details>'


def _media(asset: Asset, alt: str, language: Language) -> str:
    address = f"asset:{escape(asset.path)}"
    if asset.media_type.startswith("image/"):
        size = f' width="{asset.width}" height="{asset.height}"' if asset.width and asset.height else ""
        return f'<img src="{address}" alt="{escape(alt)}"{size} loading="lazy">'
    kind = "video" if asset.media_type.startswith("video/") else "audio"
    label = messages(language)["figure.captions"]
    folder = asset.path.rpartition("/")[0]
    captions = f"asset:{escape(f'{folder}/{asset.captions}'.lstrip('/'))}"
    track = (
        f'<track kind="captions" src="{captions}" srclang="{language}" label="{escape(label)}">'
        if asset.captions
        else ""
    )
    source = f'<source src="{address}" type="{asset.media_type}">'
    return f'<{kind} controls preload="none" aria-label="{escape(alt)}">{source}{track}</{kind}>'


def licence_name(licence: str, language: Language) -> str:
    """The SPDX identifier as people write it."""
    if licence.endswith("public-domain"):
        return messages(language)["licence.public-domain"]
    return licence.replace("CC-BY-", "CC BY ").replace("CC BY SA-", "CC BY-SA ").replace("CC0-", "CC0 ")
