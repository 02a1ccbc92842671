"""Archives come back as they were, are the same on every day and machine, and are never seen half-written."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import Curriculum
from packager.archive import UnreadableArchive, read_archive, write_archive
from packager.package import Package, Part
from tests.factories import page, write_source

SEGMENT = st.text("abcXYZ019_-", min_size=1, max_size=8).filter(lambda text: not text.startswith("-"))
NAMES = st.builds("/".join, st.lists(SEGMENT, min_size=1, max_size=3))
SUFFIXES = st.sampled_from([".html", ".js", ".png", ".mp4", ".svg", ""])
PARTS = st.dictionaries(
    st.builds(lambda name, suffix: name + suffix, NAMES, SUFFIXES), st.binary(max_size=400), max_size=8
)


def packed(parts: dict[str, bytes], path: Path) -> str:
    package = Package("Paket")
    for name, data in parts.items():
        package.add(name, data)
    return write_archive(package, path)


def nested(names: set[str]) -> bool:
    """A name that is a folder of another one cannot be unpacked."""
    return any(other.startswith(f"{name}/") for name in names for other in names)


@settings(max_examples=60, deadline=None)
@given(PARTS.filter(lambda parts: not nested(set(parts))))
def test_an_archive_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, parts: dict[str, bytes]) -> None:
    path = tmp_path_factory.mktemp("archive") / "a.zip"
    packed(parts, path)
    assert read_archive(path) == parts


@settings(max_examples=30, deadline=None)
@given(PARTS.filter(lambda parts: not nested(set(parts))))
def test_the_order_of_adding_does_not_matter(tmp_path_factory: pytest.TempPathFactory, parts: dict[str, bytes]) -> None:
    folder = tmp_path_factory.mktemp("archive")
    assert packed(parts, folder / "a.zip") == packed(dict(reversed(parts.items())), folder / "b.zip")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_only_plain_names_go_into_a_package(name: str) -> None:
    plain = all(segment and segment[0] not in ".-" for segment in name.split("/")) and name.isascii()
    plain = plain and all(sign.isalnum() or sign in "/._-" for sign in name)
    if plain:
        assert Part(name, b"").name == name
    else:
        with pytest.raises(ValueError, match="ASCII"):
            Part(name, b"")


def test_dates_and_modes_in_an_archive_are_fixed(
    tmp_path: Path, sample: Curriculum, parts_of: Callable[..., dict[str, bytes]]
) -> None:
    packed(parts_of("scorm12", sample), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        members = archive.infolist()
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {(member.create_system, member.external_attr) for member in members} == {(3, 0o100644 << 16)}
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    stored = {Path(member.filename).suffix for member in members if member.compress_type == zipfile.ZIP_STORED}
    assert {".png", ".webm", ".woff2"} <= stored
    assert not {".html", ".js", ".css"} & stored


def build(root: Path, source: Path, out: Path, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "packager.cli", "build", str(source), "--format", "scorm12", "--out", str(out)]
    return subprocess.Popen(command, cwd=root, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)


def test_a_build_on_another_day_in_another_place_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    first, second = write_source(tmp_path / "a"), write_source(tmp_path / "b" / "deeper")
    for path in second.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert build(root, first, tmp_path / "out1", TZ="Europe/Berlin", LC_ALL="de_DE.UTF-8").wait(60) == 0
    assert build(root, second, tmp_path / "out2", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="7").wait(60) == 0
    (one,), (two,) = (list((tmp_path / out).glob("*.zip")) for out in ("out1", "out2"))
    assert one.read_bytes() == two.read_bytes()


def test_a_killed_build_leaves_the_old_bundle_or_the_new_one(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = write_source(tmp_path / "old")
    # A large picture makes the writing long enough to be hit.
    noise = os.urandom(6_000_000)
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0" + b"\0\0\0\0" + noise + b"IEND\xaeB`\x82"
    changes: dict[str, str | bytes | None] = {**page("![Rauschen](assets/bild2.png)")}
    changes["m1-eins/assets/bild2.png"] = picture
    new = write_source(tmp_path / "new", changes)
    assert build(root, old, out).wait(60) == 0
    (bundle,) = out.glob("*.zip")
    expected = {bundle.read_bytes()}
    started = time.monotonic()
    assert build(root, new, tmp_path / "whole").wait(60) == 0
    duration = time.monotonic() - started
    expected.add(next((tmp_path / "whole").glob("*.zip")).read_bytes())
    assert len(expected) == 2
    for step in range(12):
        process = build(root, new, out)
        time.sleep(duration * (0.3 + 0.06 * step))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert bundle.read_bytes() in expected
        assert set(read_archive(bundle)) >= {"imsmanifest.xml", "index.html"}


def test_a_failed_writing_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    packed({"a.txt": b"old"}, path)
    package = Package("Paket")
    package.add("gone.mp4", tmp_path / "missing.mp4")
    with pytest.raises(OSError, match=r"missing\.mp4"):
        write_archive(package, path)
    assert read_archive(path) == {"a.txt": b"old"}
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + b"\0" * 17, b"<html>" * 50])
def test_what_is_no_archive_is_refused_in_words(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(UnreadableArchive) as caught:
        read_archive(tmp_path / "a.zip")
    assert caught.value.finding.code == "archive-kind"
