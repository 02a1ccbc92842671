"""One sentence on who made the texts and under which licence, for bundles that have no page for it."""

from __future__ import annotations

from content.figures import licence_name
from content.messages import messages
from content.model import Author, Curriculum
from packager.links import licence_address


def credit(curriculum: Curriculum) -> str:
    """Publisher, author chain (oldest first), licence in words and its address, as plain text."""
    words = messages(curriculum.language)
    licence = " ".join(
        filter(None, (licence_name(curriculum.licence, curriculum.language), licence_address(curriculum.licence)))
    )
    parts = {
        "page.about.publisher": curriculum.publisher,
        "page.about.author": "; ".join(map(_link, curriculum.authors)),
        "page.about.licence": licence,
    }
    return ". ".join(f"{words[name]}: {text}" for name, text in parts.items() if text)


def _link(author: Author) -> str:
    """A link of the chain, written as on the page about a package."""
    return author.name + (f", {author.year}" if author.year else "") + (f" ({author.role})" if author.role else "")
