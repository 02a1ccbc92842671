"""One Chromium for all tests of this folder, another for those on LTI; each test opens its own context."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from packager.formats import FORMATS
from tests.browser import launched, started
from tests.e2e.lti import Certificate, TwoSites, make_certificate, two_sites
from tests.e2e.trial import Trial, running
from tests.samples import sample_job, write


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with started() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as found:
        yield found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's module as a folder of pages."""
    return write(FORMATS["web"].render(sample_job()), tmp_path_factory.mktemp("widgets"))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificate]:
    """For both sites; what the LMS asks of the tool trusts it too."""
    made = make_certificate(tmp_path_factory.mktemp("certificate"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(made.chain))
        yield made


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[TwoSites]:
    """LMS and tool, shared by the tests; each uses links or people of its own."""
    with two_sites(tmp_path_factory.mktemp("sites"), certificate) as made:
        yield made


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """`make run`, shared by those who try it."""
    with running(tmp_path_factory.mktemp("trial")) as made:
        yield made


@pytest.fixture(scope="session")
def framing_browser(playwright: Playwright, sites: TwoSites) -> Iterator[Browser]:
    """A Chromium that finds both sites and blocks third-party cookies."""
    with launched(playwright, *sites.chromium_arguments()) as found:
        yield found


@pytest.fixture
def context(framing_browser: Browser) -> Iterator[BrowserContext]:
    made = framing_browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(20_000)
    yield made
    made.close()
