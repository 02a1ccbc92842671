"""One record store for all tests of this folder, as it takes seconds to start; each test has its own registration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from lxml import etree
from playwright.sync_api import Browser, BrowserContext

from content import Curriculum
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.contract.lrs.cmi5_lms import Server, serving
from tests.contract.lrs.store import ENVIRONMENT, Store, running
from tests.samples import contents

Start = Callable[[Curriculum], tuple[Server, BrowserContext]]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if not ENVIRONMENT.exists():
        pytest.fail("The record store has an environment of its own: `make contract` sets it up")
    with running(tmp_path_factory.mktemp("lrs")) as started:
        yield started


@pytest.fixture
def other_host(request: pytest.FixtureRequest) -> bool:
    """Whether the endpoint has another host than the content; a test may ask for both."""
    return bool(getattr(request, "param", False))


@pytest.fixture
def start(browser: Browser, store: Store, other_host: bool) -> Iterator[Start]:
    """`start(curriculum)`: an LMS that has read the package's course structure, and a learner's browser."""
    with ExitStack() as stack:

        def make(curriculum: Curriculum) -> tuple[Server, BrowserContext]:
            parts = contents(FORMATS["cmi5"].render(Job(curriculum=curriculum, modules=curriculum.modules)))
            unit = next(etree.fromstring(parts["cmi5.xml"]).iter("{*}au"))
            mastery = unit.get("masteryScore")
            lms = Server(parts, store, unit.get("id", ""), None if mastery is None else float(mastery))
            context = stack.enter_context(browser.new_context(locale="de-DE"))
            return stack.enter_context(serving(lms, other_host)), context

        yield make
