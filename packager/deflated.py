"""Deflate streams of what every package carries (style, script, schemas), made ahead by the set-up.

They lie where Python keeps compiled modules, and are as trustworthy: whoever may write there may change our code.
Another zlib makes other streams, so its version is part of the name. Where there are none, the writer makes them.
"""

from __future__ import annotations

import marshal
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

from content.hashing import sha256

DIGEST = 32
Stream = tuple[int, bytes]
"""CRC-32 of a content, and the content deflated without any header (RFC 1951)."""


def made_ahead(data: bytes) -> Stream | None:
    """The stream of a content that was deflated by the set-up."""
    same_length = _streams().get(len(data))
    return same_length.get(sha256(data).digest()) if same_length else None


def make_ahead(contents: Iterable[bytes], level: int) -> None:
    """Deflate the contents for all commands to come; nothing happens where that place is closed."""
    streams: dict[int, dict[bytes, Stream]] = {}
    for data in contents:
        streams.setdefault(len(data), {})[sha256(data).digest()] = deflated(data, level)
    packed = marshal.dumps(streams)
    path = _place()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(sha256(packed).digest() + packed)
        unfinished.replace(path)
    _streams.cache_clear()


def deflated(data: bytes, level: int) -> Stream:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return zlib.crc32(data), packer.compress(data) + packer.flush()


@cache
def _streams() -> Mapping[int, Mapping[bytes, Stream]]:
    """Length and SHA-256 of a content -> its stream."""
    try:
        kept = _place().read_bytes()
    except OSError:
        return {}
    if sha256(kept[DIGEST:]).digest() != kept[:DIGEST]:
        return {}
    streams: Mapping[int, Mapping[bytes, Stream]] = marshal.loads(kept[DIGEST:])  # noqa: S302  # as trustworthy as byte code
    return streams


def _place() -> Path:
    version = "".join(filter(str.isalnum, zlib.ZLIB_RUNTIME_VERSION))
    return Path(cache_from_source(__file__, optimization=f"zlib{version}"))
