"""The backup of the sample as the tests see it: parts, documents, pages."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from lxml import etree

from packager.formats import moodle_backup
from packager.formats.base import Job
from tests.samples import contents, sample

TOOL = "https://lernen.example.org/lti/launch"


def job(tool_url: str = "") -> Job:
    return Job(curriculum=sample(), modules=sample().modules, tool_url=tool_url)


@cache
def parts(tool_url: str = "") -> dict[str, bytes]:
    """Every part with its content, as `staffel verify` would see it."""
    return contents(moodle_backup.render(job(tool_url)))


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def xml(name: str, tool_url: str = TOOL) -> etree._Element:
    return etree.fromstring(parts(tool_url)[name])


def only(kind: str, tool_url: str = TOOL) -> etree._Element:
    """The document of the only activity of a kind."""
    (name,) = [name for name in parts(tool_url) if re.fullmatch(rf"activities/{kind}_[0-9]+/{kind}\.xml", name)]
    return xml(name, tool_url)


def folder(element: etree._Element) -> str:
    return f"activities/{element.get('modulename')}_{element.get('moduleid')}"


def page(name: str, tool_url: str = TOOL) -> etree._Element:
    """The page activity of this title."""
    for path in parts(tool_url):
        if re.fullmatch(r"activities/page_[0-9]+/page\.xml", path):
            document = xml(path, tool_url)
            if document.findtext("page/name") == name:
                return document
    raise AssertionError(name)


def content(document: etree._Element) -> str:
    return document.findtext("page/content") or ""
