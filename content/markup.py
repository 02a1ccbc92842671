"""A piece of Markdown and the HTML that it became."""

from __future__ import annotations

import re
from html import unescape

from content.frozen import frozen

INLINE_TAG = re.compile(r"</?(?:a|abbr|b|code|em|i|small|span|strong|sub|sup)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")
SPACE = re.compile(r"\s+")
PARAGRAPH = re.compile(r"\s*<p>(.*)</p>\s*", re.DOTALL)
ABSTRACT = re.compile(r'(href|src)="([a-z]+):([^"]*)"')


@frozen
class Markup:
    """`source` is what the author wrote, `html` is sanitised and has abstract links.

    Abstract links (`href="term:ozg"`, `src="asset:m1/assets/a.svg"`) are made concrete by each target with `resolved`.
    Before the loader has rendered it, `html` is empty.
    """

    source: str
    html: str = ""

    def __bool__(self) -> bool:
        return bool(self.source.strip())

    @property
    def _single(self) -> bool:
        """It begins and ends as a paragraph the way they are nearly all written: no pattern is needed to see it."""
        return self.html.startswith("<p>") and self.html.endswith("</p>\n")

    @property
    def inline(self) -> str:
        """The HTML without the paragraph around it, if it is a single paragraph."""
        if self._single:
            inner = self.html[3:-5]
            return inner if "<p>" not in inner else self.html
        match = PARAGRAPH.fullmatch(self.html)
        return match.group(1) if match and "<p>" not in match.group(1) else self.html

    @property
    def plain(self) -> str:
        """The text alone, on one line."""
        if self._single and not ("<" in (inner := self.html[3:-5]) or "&" in inner):
            return " ".join(inner.split())
        return SPACE.sub(" ", unescape(TAG.sub(" ", INLINE_TAG.sub("", self.html)))).strip()
