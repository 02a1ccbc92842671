"""A course with an exercise, a test and a text task, and what people do in it by forms alone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html import unescape

import requests

from lti_tool.delivery import Courier
from lti_tool.sandbox import ResourceLink
from tests.lti_tool.web.world import Browser, Form, Page, World

LINKS = {
    "wahl": {"exercise": "m1u1-einfach"},
    "ordnen": {"exercise": "m1u2-ordnen"},
    "test": {"assessment": "m1-abschluss"},
    "text": {"exercise": "m1u2-arbeitsblatt"},
}
SUBMIT_CONTROL = re.compile(r'<(?:select|textarea)[^>]*name="([^"]+)"')


def seat(world: World) -> None:
    """The links of the course."""
    for name, custom in LINKS.items():
        world.lms.add_link(ResourceLink(id=name, title=f"Aktivität {name}", custom=custom))


def form(page: Page, address: str, **fields: str) -> Form:
    """The form of a page that is sent to this address and holds these hidden values."""
    found = [known for known in page.forms if known.action.endswith(address)]
    fitting = [known for known in found if fields.items() <= known.fields.items()]
    assert fitting, f"no form for {address} with {fields} among {[known.action for known in page.forms]}"
    return fitting[0]


def text_of(page: Page) -> str:
    """What a person reads: without tags, on one line."""
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(bare)).strip()


@dataclass
class Seat:
    """A person with one activity open."""

    world: World
    person: str
    link: str
    browser: Browser = field(default_factory=Browser)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> Page:
        """Clicks the activity in the course."""
        self.page = self.world.launch(self.browser, self.person, self.link)
        assert self.page.status == 200, text_of(self.page)
        return self.page

    def send(self, address: str, answer: dict[str, str | list[str]] | None = None, **hidden: str) -> Page:
        """Sends the form with this address; `hidden` says which one of several."""
        self.page = self.browser.send(form(self.page, address, **hidden), own=True, **(answer or {}))
        return self.page

    def press(self, address: str, target: str, answer: dict[str, str | list[str]] | None = None) -> Page:
        """Sends the form with this address by a button that leads elsewhere."""
        known = form(self.page, address)
        moved = Form(known.action.replace(address, target), known.fields)
        self.page = self.browser.send(moved, own=True, **(answer or {}))
        return self.page

    def choose(self, option: str) -> Page:
        return self.send("/exercise/submit", {"RESPONSE": option})

    def write(self, text: str) -> Page:
        return self.send("/exercise/submit", {"RESPONSE": text})

    @property
    def text(self) -> str:
        return text_of(self.page)


def post(world: World, path: str, token: str, **fields: str | int) -> requests.Response:
    """A request by script, with the token in its header."""
    headers = {"X-Launch-Token": token, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    return requests.post(f"{world.url}{path}", data=fields, headers=headers, timeout=20)


def deliver(world: World, ahead: dt.timedelta = dt.timedelta(0)) -> None:
    """The worker's round, `ahead` of the real time."""
    courier = Courier(
        sessions=world.tool.sessions, gateway=world.tool.gateway, clock=lambda: dt.datetime.now(dt.UTC) + ahead
    )
    while courier.deliver_due():
        pass
