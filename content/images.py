"""Width and height of a raster image from the head of its file: PNG, JPEG, GIF and WebP.

PNG Specification (Second Edition) 11.2.2; JPEG (ITU-T T.81) B.2.2; GIF89a, section 18; WebP Container Specification and
RFC 6386, 9.1. Own code, because the library for it loads an HTTP client first (docs/decisions/0007).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

Pixels = tuple[int, int]
HEAD = 30
PNG, GIF, JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
# Start-of-frame markers SOF0…SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their range.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
STANDALONE = frozenset({0x01, *range(0xD0, 0xDA)})
PREFIX, SCAN = 0xFF, 0xDA


def media_type(head: bytes) -> str | None:
    """What the first bytes of a file say that it is, or None."""
    if head.startswith(PNG):
        return "image/png"
    if head.startswith(GIF):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "image/jpeg" if head.startswith(JPEG) else None


def pixels(file: BinaryIO) -> Pixels | None:
    """(width, height) of the image in `file`, read from its first byte on, or None where the head is not whole."""
    head = file.read(HEAD)
    try:
        if head.startswith(PNG) and head[12:16] == b"IHDR":
            return struct.unpack_from(">II", head, 16)
        if head.startswith(GIF):
            return struct.unpack_from("<HH", head, 6)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp(head)
        if head.startswith(JPEG):
            file.seek(len(JPEG))
            return _jpeg(file)
    except struct.error:
        pass
    return None


def _webp(head: bytes) -> Pixels | None:
    """The three kinds of WebP: extended, lossless, lossy."""
    kind = head[12:16]
    if kind == b"VP8X":
        low_width, high_width, low_height, high_height = struct.unpack_from("<HBHB", head, 24)
        return 1 + (low_width | high_width << 16), 1 + (low_height | high_height << 16)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(file: BinaryIO) -> Pixels | None:
    """From segment to segment until the frame header; `file` stands behind the start of image."""
    while mark := file.read(2):
        first, marker = struct.unpack(">BB", mark)
        while first == marker == PREFIX:  # fill bytes
            (marker,) = struct.unpack(">B", file.read(1))
        if first != PREFIX or marker == SCAN:
            return None
        if marker in STANDALONE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker in FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    return None
