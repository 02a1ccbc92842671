"""Pieces of the curriculum as the tool shows them: links that lead nowhere here become plain, pictures come from us."""

from __future__ import annotations

import re
from html import escape

KINDS = "term|page|unit|exercise|assessment|competence|source"
ABSTRACT_LINK = re.compile(rf'<a [^>]*href="(?:{KINDS}):[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
ASSET = re.compile(r'((?:src|href)=")asset:([^"]*)"')
ASSETS = "/assets/"


def concrete(html: str) -> str:
    """HTML of the curriculum for a page of the tool: it holds no glossary and no other pages of the course."""
    if "<a " in html:
        html = ABSTRACT_LINK.sub(r"\1", html)
        html = html.replace("<a ", '<a target="_blank" ')
    return ASSET.sub(lambda found: f'{found.group(1)}{ASSETS}{found.group(2)}"', html) if '="asset:' in html else html


def paragraphs(text: str) -> str:
    """What a person typed, as HTML: blank lines part paragraphs, line ends stay, nothing is markup."""
    parts = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part.strip())
