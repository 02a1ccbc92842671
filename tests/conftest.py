"""What all tests share: the repository's folders and expected files that can be renewed on request."""

import gc
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

# On a busy machine an example may take any time; what takes too long altogether is for `timeout` to say.
settings.register_profile("staffel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("staffel")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the files in tests/golden/ anew")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests live until the end: the garbage collector need not walk through them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commands that tests start keep what they remember out of the user's folder."""
    os.environ["STAFFEL_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """`golden("scorm12/imsmanifest.xml", data)` fails where `data` differs from the expected file byte by byte."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, data: bytes) -> None:
        expected = ROOT / "tests" / "golden" / name
        if update:
            expected.parent.mkdir(parents=True, exist_ok=True)
            expected.write_bytes(data)
        assert data.decode() == expected.read_text("utf-8"), f"{name} differs; intended? pytest --update-golden"
        assert data == expected.read_bytes(), f"{name} differs in its bytes; intended? pytest --update-golden"

    return compare
