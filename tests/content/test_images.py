"""Sizes of pictures from their first bytes; the samples are what Chromium writes for a canvas of 13 by 7 pixels."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.images import pixels

LOSSY = b64decode("VlA4IBgAAAAwAQCdASoNAAcABABoJaQAA3AA/vOdgAA=")
LOSSLESS = b64decode("VlA4TBcAAAAvDIABEA8QEfMfQiCQRLY/2QwR/Q8aAAA=")
EXTENDED = b"VP8X\x0a\0\0\0\x30\0\0\0\x0c\0\0\x06\0\0"
APP0 = b64decode("/+AAEEpGSUYAAQEAAAEAAQAA")
FRAME = b64decode("/8AAEQgABwANAwEiAAIRAQMRAf/E")
IMAGES = {
    "png": b64decode("iVBORw0KGgoAAAANSUhEUgAAAA0AAAAHCAYAAADTcMca"),
    "gif": b"GIF89a\x0d\0\x07\0\xf0\0\0",
    "jpeg": b"\xff\xd8" + APP0 + FRAME,
    "jpeg with fill bytes": b"\xff\xd8" + APP0 + b"\xff\xff\xff" + FRAME,
    "progressive jpeg": b"\xff\xd8" + APP0 + FRAME.replace(b"\xff\xc0", b"\xff\xc2"),
    "jpeg with tables first": b"\xff\xd8\xff\xc4\0\x04\1\2" + FRAME,
    "lossy webp": b"RIFF\x24\0\0\0WEBP" + LOSSY,
    "lossless webp": b"RIFF\x22\0\0\0WEBP" + LOSSLESS,
    "extended webp": b"RIFF\x06\2\0\0WEBP" + EXTENDED,
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_size_stands_in_the_head(name: str) -> None:
    assert pixels(BytesIO(IMAGES[name])) == (13, 7)


@pytest.mark.parametrize("name", IMAGES)
def test_a_head_that_broke_off_has_no_size(name: str) -> None:
    data = IMAGES[name]
    sizes = {pixels(BytesIO(data[:length])) for length in range(len(data))}
    assert sizes <= {None, (13, 7)}
    assert pixels(BytesIO(data[:9])) is None


def test_a_large_webp_counts_all_bits() -> None:
    assert pixels(BytesIO(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06")) == (0x030202, 0x060505)


def test_a_jpeg_without_a_frame_has_no_size() -> None:
    assert pixels(BytesIO(b"\xff\xd8" + APP0 + b"\xff\xda\0\x02")) is None


@given(st.sampled_from([b"", *(data[:12] for data in IMAGES.values())]), st.binary(max_size=60))
def test_no_file_makes_the_reader_fail(head: bytes, rest: bytes) -> None:
    found = pixels(BytesIO(head + rest))
    assert found is None or all(isinstance(side, int) for side in found)
