"""The small curriculum that shows everything (tests/curricula/sample), as the tests want it."""

from functools import cache
from pathlib import Path

from content import Curriculum, load
from packager.formats.base import Grain, Job
from packager.package import Package

FOLDER = Path(__file__).parent / "curricula" / "sample"


@cache
def sample(profile: str | None = None) -> Curriculum:
    """The sample under one of its profiles: colon, asterisk, both, neutral."""
    return load(FOLDER, profile)


def sample_job(grain: Grain = "module") -> Job:
    curriculum = sample()
    return Job(curriculum=curriculum, modules=curriculum.modules, grain=grain)


def contents(package: Package) -> dict[str, bytes]:
    """Name -> content of every part, files included."""
    return {part.name: b"".join(part.chunks()) for part in package}


def write(package: Package, folder: Path) -> Path:
    """The package as a folder, as a browser or an LMS unpacks it."""
    for name, data in contents(package).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
