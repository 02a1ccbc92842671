"""Fixtures for tests that launch: a signing key for all, a running tool and platform for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.keys import KeyFolder
from tests.lti_tool.web.world import World
from tests.lti_tool.web.world import world as running_world


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one key of an hour ago: making keys takes long."""
    folder = tmp_path_factory.mktemp("keys")
    KeyFolder(folder).rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    return folder


@pytest.fixture
def world(tmp_path: Path, signing_keys: Path) -> Iterator[World]:
    with running_world(tmp_path, signing_keys) as made:
        yield made
