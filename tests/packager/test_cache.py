"""The memory of builds: for the user alone, bounded, and never a way in."""

from __future__ import annotations

import os
import pickle
import random
from pathlib import Path

import pytest

from packager.build import build
from packager.cache import Cache, cache_folder, trusted
from tests.packager.building import Make, bundles, edit


def test_a_damaged_memory_is_ignored(order: Make, source: Path, tmp_path: Path) -> None:
    build(order())
    rng = random.Random(1)  # noqa: S311  # a test repeats itself
    for path in (tmp_path / "cache").iterdir():
        data = bytearray(path.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data[: rng.choice([len(data), len(data) // 2, 5, 0])])
    edit(source / "m2-zwei/01-teil.md", "Text mit", "Neuer Text mit")
    assert build(order()).complete
    build(order(cache=None, out=tmp_path / "clean"))
    assert bundles(order().out) == bundles(tmp_path / "clean")


class Intruder:
    """An object whose pickle calls a function when it is read."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.trace),)


def test_what_somebody_else_put_into_the_cache_is_not_run(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.write("key", pickle.dumps(Intruder(tmp_path / "trace")))
    assert cache.recall("key") is None
    assert not (tmp_path / "trace").exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes of POSIX")
def test_a_cache_that_others_may_write_is_not_used(order: Make, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    assert not trusted(tmp_path / "cache")
    build(order())
    assert not build(order()).unchanged
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_is_made_for_the_user_alone_and_lies_where_the_user_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trusted(tmp_path / "new" / "cache")
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("STAFFEL_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("STAFFEL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "staffel"


def test_the_cache_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packager.cache.LIMIT", 100_000)
    cache = Cache(tmp_path / "cache")
    for number in range(40):
        cache.keep(f"key{number}", "x" * 10_000)
        cache.commit()
        os.utime(tmp_path / "cache" / f"key{number}", (number, number))
        assert sum(path.stat().st_size for path in (tmp_path / "cache").iterdir()) <= 100_000
    assert cache.recall("key39") == "x" * 10_000
    assert cache.recall("key0") is None


def test_what_was_not_committed_leaves_no_trace(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.keep("key", "text")
    assert Cache(tmp_path / "cache").recall("key") is None
    cache.forget()
    cache.commit()
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_source_that_changed_under_the_build_is_not_remembered(order: Make, source: Path, tmp_path: Path) -> None:
    def editor(done: int, total: int, name: str) -> None:
        edit(source / "curriculum.yaml", "title: ", "title:  ")

    build(order(), editor)
    assert list((tmp_path / "cache").iterdir()) == []
    assert not build(order()).unchanged
