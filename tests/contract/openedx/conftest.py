"""One platform and one tool for all tests of this folder, as starting Django takes seconds; each uses its own place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.keys import KeyFolder
from tests.contract.openedx.driver import PYTHON, Course, OpenEdx, course, running


@pytest.fixture(scope="session")
def openedx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenEdx]:
    if not PYTHON.exists():
        pytest.fail("Open edX's platform has an environment of its own: `make contract` sets it up")
    with running(tmp_path_factory.mktemp("openedx")) as address:
        yield OpenEdx(address)


@pytest.fixture(scope="session")
def tool_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one key that is old enough to sign."""
    folder = tmp_path_factory.mktemp("tool-keys")
    KeyFolder(folder).rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    return folder


@pytest.fixture(scope="session")
def edx(tmp_path_factory: pytest.TempPathFactory, tool_keys: Path, openedx: OpenEdx) -> Iterator[Course]:
    with course(tmp_path_factory.mktemp("tool"), tool_keys, openedx) as made:
        yield made
