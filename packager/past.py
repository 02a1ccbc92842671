"""What the last build of the same order left: whether anything has changed since, and which bundles still hold.

A bundle holds if everything that it depends on has the same key and the file is the one that was written. Everything
means: texts and media of its module, all that modules share, the order, the program and its libraries.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.findings import Finding
from content.memory import Memory
from content.snapshot import snapshot
from packager.cache import Cache
from packager.report import Artifact, BuildReport

if TYPE_CHECKING:
    from packager.build import Order

PROGRAM = Path(__file__).parent.parent
PARTS = ("content", "packager")
# Neither part of the program: what Python keeps of it, and the curriculum that comes along.
LEFT_OUT = ("__pycache__", "curricula")


class Past:
    """The past of one order; without a cache there is none."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.cache = Cache(order.cache)
        self._files = self._snapshot()
        self.memory = Memory(self.cache, self._files, program() if order.cache else "")
        self._options = repr((order.formats, order.modules, order.profile, order.grain, order.tool_url))
        states = (f"{name} {state}" for name, state in self._files.items())
        self._inputs = self.memory.key("build", self._options, *states)
        place = f"{order.source.resolve()}\0{order.out.resolve()}\0{self._options}"
        self._name = "build-" + sha256(place.encode()).hexdigest()
        self._record = self._read()
        self._known = {entry["key"]: entry for entry in self._record.get("artifacts", ())}

    def unchanged(self) -> BuildReport | None:
        """The last report, if a build would make the same files again and they are all there."""
        entries = self._record.get("artifacts", ())
        if self._record.get("inputs") != self._inputs or not entries:
            return None
        artifacts = [self._artifact(entry) for entry in entries]
        if any(artifact is None for artifact in artifacts):
            return None
        return BuildReport(
            curriculum=self._record["curriculum"],
            version=self._record["version"],
            profile=self._order.profile or "",
            artifacts=tuple(artifact for artifact in artifacts if artifact),
            findings=tuple(Finding(*finding) for finding in self._record["findings"]),
            seconds=0,
            unchanged=True,
        )

    def artifact(self, key: str) -> Artifact | None:
        """The bundle that was written under `key`, if its file is still the same."""
        entry = self._known.get(key)
        return self._artifact(entry) if entry else None

    def key(self, form: str, modules: tuple[str, ...]) -> str:
        """The key of a bundle: its format, the order, and everything that its modules depend on."""
        return self.memory.key("bundle", form, self._options, *(self.memory.keys.get(name, "") for name in modules))

    def keep(self, report: BuildReport, keys: tuple[str, ...]) -> None:
        """Remember this build, unless the source changed under it; `keys` are those of the artifacts."""
        if not self._order.cache:
            return
        if self._snapshot() != self._files:
            self.cache.forget()
            return
        self.cache.commit()
        pairs = zip(report.artifacts, keys, strict=True)
        record = {
            "inputs": self._inputs if report.complete else "",
            "curriculum": report.curriculum,
            "version": report.version,
            "findings": [_plain(finding) for finding in report.findings],
            "artifacts": [_entry(artifact, key) for artifact, key in pairs if artifact.written],
        }
        self.cache.write(self._name, json.dumps(record, ensure_ascii=False, default=str).encode())

    def _snapshot(self) -> Mapping[str, str]:
        return snapshot(self._order.source, without=self._order.out) if self._order.cache else {}

    def _read(self) -> dict[str, Any]:
        data = self.cache.read(self._name)
        record: dict[str, Any] = json.loads(data) if data else {}
        return record

    def _artifact(self, entry: Mapping[str, Any]) -> Artifact | None:
        path = self._order.out / entry["name"]
        if not _same(path, entry):
            return None
        findings = tuple(Finding(*finding) for finding in entry["findings"])
        return Artifact(str(path), entry["format"], entry["module"], entry["sha256"], entry["bytes"], 0, findings)


@cache
def program() -> str:
    """The state of this program and of its libraries: an update of either may change every bundle."""
    anyone = find_spec("yaml")
    libraries = Path(anyone.origin).parent.parent.stat().st_mtime_ns if anyone and anyone.origin else 0
    files = sorted(line for part in PARTS for line in _program_files(str(PROGRAM / part)))
    return sha256("\n".join([sys.version, str(libraries), *files]).encode()).hexdigest()


def _program_files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in LEFT_OUT:
                continue
            if entry.is_dir():
                yield from _program_files(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _entry(artifact: Artifact, key: str) -> dict[str, Any]:
    path = Path(artifact.path)
    return {
        "key": key,
        "name": path.name,
        "format": artifact.format,
        "module": artifact.module,
        "sha256": artifact.sha256,
        "bytes": artifact.bytes,
        "status": _status(path),
        "findings": [_plain(finding) for finding in artifact.findings],
    }


def _plain(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.line, finding.code, dict(finding.values)


def _same(path: Path, entry: Mapping[str, Any]) -> bool:
    """The file is the one that was written: untouched, or at least of the same content."""
    try:
        if _status(path) == entry["status"]:
            return True
        with path.open("rb") as file:
            return bool(file_digest(file, "sha256").hexdigest() == entry["sha256"])
    except OSError:
        return False


def _status(path: Path) -> list[int]:
    """What changes whenever a file is written or replaced."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
