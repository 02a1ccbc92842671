"""One Chromium for all tests of this folder; each test opens its own context, each SCORM edition an LMS of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Browser

from content import Curriculum
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.browser import chromium
from tests.content.samples import EXERCISES, IDS
from tests.contract.learner import Start
from tests.contract.lms import Edition, Lms, served
from tests.factories import UNIT, loaded
from tests.samples import contents

# Every variant of every type on the first page, a second page that completes the module.
PLACED = "\n\n".join(f"{{{{exercise {name}}}}}" for name in IDS)
PRACTICE = UNIT.replace("{{exercise wahl}}", PLACED) + "\n# Ende {#s2}\n\nFertig.\n"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(params=get_args(Edition))
def edition(request: pytest.FixtureRequest) -> Edition:
    name: Edition = request.param
    return name


@pytest.fixture
def start(browser: Browser, edition: Edition) -> Iterator[Start]:
    """`start(curriculum)`: an LMS with one learner and the curriculum's only module."""
    closers = []

    def make(curriculum: Curriculum) -> Lms:
        package = FORMATS[edition].render(Job(curriculum=curriculum, modules=curriculum.modules))
        server = served(contents(package))
        context = browser.new_context(locale="de-DE")
        closers.append((server, context))
        return Lms(context, server.__enter__(), edition)

    yield make
    for server, context in closers:
        context.close()
        server.__exit__(None, None, None)


@pytest.fixture
def practice(tmp_path: Path) -> Curriculum:
    return loaded(tmp_path, {"m1-eins/01-einheit.md": PRACTICE, "m1-eins/exercises/a.yaml": EXERCISES})
