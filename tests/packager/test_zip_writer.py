"""Archives written from front to back are what others read, and files of any length go through them in small pieces."""

from __future__ import annotations

import os
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from packager.deflated import deflated, made_ahead, make_ahead
from packager.package import Package, Part
from packager.zip_writer import CHUNK, LARGEST_DEFLATED, LEVEL, ArchiveError, ZipWriter, write_zip


def archive(*parts: tuple[str, bytes | Path]) -> tuple[bytes, str]:
    package, file = Package("Paket"), BytesIO()
    for name, data in parts:
        package.add(name, data)
    digest = write_zip(package, file, "paket.zip")
    return file.getvalue(), digest


def read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
@pytest.mark.parametrize("name", ["film.mp4", "text.csv"])
def test_files_of_every_length_come_back(tmp_path: Path, name: str, size: int) -> None:
    (tmp_path / name).write_bytes(os.urandom(size))
    data, digest = archive((name, tmp_path / name), ("a.txt", b"text"))
    assert read(data) == {"a.txt": b"text", name: (tmp_path / name).read_bytes()}
    assert digest == sha256(data).hexdigest()


def test_a_file_and_the_same_bytes_give_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "b.svg").write_bytes(b"<svg/>" * 99)
    assert archive(("b.svg", tmp_path / "b.svg")) == archive(("b.svg", b"<svg/>" * 99))


def test_very_large_texts_are_stored(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * (LARGEST_DEFLATED + 1))
    data, _ = archive(("a.csv", tmp_path / "a.csv"))
    with zipfile.ZipFile(BytesIO(data)) as found:
        assert found.getinfo("a.csv").compress_type == zipfile.ZIP_STORED
    assert read(data)["a.csv"] == (tmp_path / "a.csv").read_bytes()


def test_an_empty_package_is_an_archive() -> None:
    assert read(archive()[0]) == {}


def test_a_film_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * (2 << 20))

    class Growing(BytesIO):
        """Takes what is written and lets the film grow on the way."""

        def write(self, data: object) -> int:
            with film.open("ab") as file:
                file.write(b"y")
            return super().write(data)  # type: ignore[arg-type]  # what the writer gives

    with pytest.raises(ArchiveError, match=r"film\.mp4 changed while it was read"):
        ZipWriter(Growing(), "paket.zip").add(Part("film.mp4", film))


def test_too_many_files_are_refused() -> None:
    writer = ZipWriter(BytesIO(), "paket.zip")
    part = Part("a.txt", b"")
    for _ in range(65_536):
        writer.add(part)
    with pytest.raises(ArchiveError, match="more than 65535 files"):
        writer.finish()


def test_what_repeats_is_deflated_to_the_same_bytes() -> None:
    text = b"body { color: black }\n" * 500
    first, second = archive(("a.css", text))[0], archive(("a.css", bytes(bytearray(text))))[0]
    assert first == second
    assert read(first) == {"a.css": text}


def test_what_was_deflated_ahead_gives_the_same_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = b"body { color: black }\n" * 700
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    make_ahead([style, b"other" * 99], LEVEL)
    assert made_ahead(style) == deflated(style, LEVEL)
    assert made_ahead(style[::-1]) is None
    assert read(archive(("a.css", style))[0]) == {"a.css": style}


@pytest.mark.parametrize("damage", [b"", b"\0" * 40])
def test_damaged_streams_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    style = b"p { margin: 0 }\n" * 700
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    make_ahead([style], LEVEL)
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    kept.write_bytes(damage and damage + kept.read_bytes()[len(damage) :])
    assert made_ahead(style) is None
    assert read(archive(("a.css", style))[0]) == {"a.css": style}
