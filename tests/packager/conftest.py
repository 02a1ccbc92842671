"""The sample curriculum, and packages of it as the checks see them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content import Curriculum, load
from packager.build import Order
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.content.samples import EXERCISES, PLACED
from tests.factories import UNIT, exercises, loaded, write_source
from tests.packager.building import SECOND

Parts = dict[str, bytes]


@pytest.fixture(scope="session")
def sample(root: Path) -> Curriculum:
    """One module with every type of exercise and every kind of box, figure and link."""
    return load(root / "tests/curricula/sample")


@pytest.fixture(scope="session")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Curriculum:
    """One page with every type and variant of exercise, each of which knows the scores of its samples."""
    unit = UNIT.replace("{{exercise wahl}}", PLACED)
    return loaded(tmp_path_factory.mktemp("types"), {**exercises(EXERCISES), "m1-eins/01-einheit.md": unit})


@pytest.fixture(scope="session")
def parts_of() -> Callable[..., Parts]:
    """`parts_of("scorm12", curriculum)`: member name -> content; `grain`, `tool_url` as in `Job`."""

    def render(name: str, curriculum: Curriculum, **changes: str) -> Parts:
        job = Job(curriculum=curriculum, modules=curriculum.modules, **changes)  # type: ignore[arg-type]  # literals
        package = FORMATS[name].render(job)
        return {part.name: b"".join(part.chunks()) for part in package}

    return render


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three small modules that refer to each other."""
    return write_source(tmp_path / "source", dict(SECOND))


@pytest.fixture
def order(source: Path, tmp_path: Path) -> Callable[..., Order]:
    """An order for `source`; by default of SCORM 1.2 and the web site, with a cache."""

    def make(**changes: object) -> Order:
        values = {"source": source, "out": tmp_path / "out", "formats": ("web", "scorm12"), "cache": tmp_path / "cache"}
        return Order(**{**values, **changes})  # type: ignore[arg-type]  # the fields of Order

    return make
