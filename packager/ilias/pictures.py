"""Pictures that ILIAS takes into a question: PNG, JPEG and GIF (`ilQtiMatImageSecurity`, `QuestionFiles`).

Its import leaves out any other without a word, and an image without a file stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import count

from lxml import etree

from content.images import GIF, JPEG, PNG
from content.markup import Markup
from content.model import Asset
from packager.areas import Drawing

RASTER = frozenset({"image/png", "image/jpeg", "image/gif"})
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif")
# First bytes of a file -> suffixes that ILIAS accepts with them.
KINDS: Mapping[bytes, tuple[str, ...]] = {PNG: ("png",), JPEG: ("jpg", "jpeg"), GIF[0]: ("gif",), GIF[1]: ("gif",)}
# Before the name of a picture, the name of its small copy.
THUMB = "thumb."
IMAGE = re.compile(r'<img [^>]*src="asset:([^"]*)"[^>]*>')

Assets = Mapping[str, Asset]


def shown(asset: Asset | None, assets: Assets) -> Asset | None:
    """What a question shows for a picture: itself, else the raster image of the same name that lies beside it."""
    if asset is None:
        return None
    if isinstance(asset, Drawing):
        return shown(_origin(asset, assets), assets)
    if asset.media_type in RASTER:
        return asset
    stem = asset.path.rpartition(".")[0]
    return next((assets[stem + suffix] for suffix in SUFFIXES if stem + suffix in assets), None)


def accepted(data: bytes, name: str) -> bool:
    """ILIAS takes the file: it looks at the content, and at whether the suffix fits it."""
    suffix = name.rpartition(".")[2].lower()
    return any(data.startswith(head) and suffix in suffixes for head, suffixes in KINDS.items())


def tell_apart(flow: Iterable[etree._Element]) -> None:
    """Let no two pictures of a question's answers have one name: ILIAS keeps them in one folder, beside small copies.

    (`assQuestion::getThumbPrefix`.) The first one keeps its name.
    """
    taken: dict[str, tuple[bool, str]] = {}
    for image in (image for element in flow for image in element.iter("matimage") if image.get("embedded")):
        label, data = image.get("label", ""), image.text or ""
        for name in (f"{number}-{label}" if number > 1 else label for number in count(1)):
            files = {name: (False, data), THUMB + name: (True, data)}
            if all(taken.setdefault(file, content) == content for file, content in files.items()):
                image.set("label", name)
                break


def missing(part: object, assets: Assets) -> bool:
    """Somewhere in the texts of an exercise is a picture that no question of ILIAS can show."""
    if isinstance(part, Markup):
        return any(shown(assets.get(path), assets) is None for path in IMAGE.findall(part.html))
    return any(missing(child, assets) for child in _children(part))


def _children(part: object) -> Iterator[object]:
    if is_dataclass(part):
        yield from (getattr(part, field.name) for field in fields(part))
    elif isinstance(part, tuple):
        yield from part


def _origin(drawing: Drawing, assets: Assets) -> Asset | None:
    """The image that the areas were drawn on."""
    return next((asset for asset in assets.values() if asset.file == drawing.file and asset is not drawing), None)
