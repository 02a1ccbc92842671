"""What a launch says of platform, person, course and link, as columns of their rows; what it leaves out stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from lti_tool.gateway import GradeService, Launch
from lti_tool.traits import traits

Said = Mapping[str, object]
"""Columns of a row and what a launch says of them."""
LONGEST_KEY = 255


def product(launch: Launch) -> Said:
    """Of the platform, where it says so."""
    return {"family": launch.product_family, "version": launch.product_version} if launch.product_family else {}


def person(launch: Launch, *, store_names: bool) -> Said:
    """Of the person: a name only where the operator keeps names."""
    return {"name": launch.name if store_names else ""}


def course(launch: Launch) -> Said:
    """Of the course."""
    said = {"title": launch.context_title, "memberships_url": launch.memberships_url}
    return {name: value for name, value in said.items() if value}


def link(launch: Launch) -> Said:
    """The newest claim of a grade service counts: one that was switched off is gone."""
    service = launch.grades or GradeService()
    services: Said = {"grade_scopes": sorted(service.scopes), "line_items_url": service.line_items}
    return {**services, "title": launch.resource_link_title} if launch.resource_link_title else services


def link_key(launch: Launch) -> str:
    """The link's identifier; where a platform gives one to several links, with its column, which each has for itself.

    ILIAS names all objects of a provider alike if its setting „Use provider id“ is on (ilLTIConsumerLaunch).
    """
    shared = traits(launch.product_family).shared_links
    column = launch.grades.line_item if launch.grades else ""
    if not (shared and column and re.fullmatch(shared, launch.resource_link_id)):
        return launch.resource_link_id
    return f"{launch.resource_link_id} {hashlib.sha256(column.encode()).hexdigest()}"


def context_key(launch: Launch) -> str:
    """A link outside of any course is a course of its own, so that nobody sees into another's."""
    if launch.context_id:
        return launch.context_id
    key = f"link {link_key(launch)}".strip()
    return key if len(key) <= LONGEST_KEY else f"link {hashlib.sha256(key.encode()).hexdigest()}"
