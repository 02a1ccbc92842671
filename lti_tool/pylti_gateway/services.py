"""Gradebook, roster and content choice in the words of our seam (AGS 2.0; NRPS 2.0; Deep Linking 2.0)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem as PyltiLineItem

from lti_tool.gateway import ContentItem, DeepLinking, LineItem, Member, PlatformRefused, ScoreUpdate
from lti_tool.pylti_gateway.claims import person_name
from lti_tool.pylti_gateway.connector import Connector, decoded
from lti_tool.pylti_gateway.registrations import SigningRegistration
from lti_tool.pylti_gateway.roles import roles
from lti_tool.pylti_gateway.scopes import DEEP_LINKING, LINE_ITEM, LINE_ITEMS, MEMBERS, RESULTS, addresses

HIGHEST = 1_000_000_000
"""No gradebook counts further; JSON does, beyond what a number of ours can be."""


def moment(value: dt.datetime) -> str:
    """A time as AGS wants it: with milliseconds and zone (AGS 2.0, 3.4.8)."""
    return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def put_score(connector: Connector, line_item: str, score: ScoreUpdate) -> None:
    """AGS 2.0, 3.4. `/scores` goes before the query of the line item's address."""
    grade = Grade().set_user_id(score.user).set_timestamp(moment(score.timestamp))
    grade.set_activity_progress(score.activity).set_grading_progress(score.grading)
    if score.given is not None:
        grade.set_score_given(score.given).set_score_maximum(score.maximum)
    if score.comment:
        grade.set_comment(score.comment)
    times = {"startedAt": score.started_at, "submittedAt": score.submitted_at}
    if submission := {name: moment(value) for name, value in times.items() if value is not None}:
        grade.set_extra_claims({"submission": submission})
    service = AssignmentsGradesService(connector, {"scope": addresses(["score"])})  # type: ignore[typeddict-item]
    service.put_grade(grade, PyltiLineItem().set_id(line_item))


def list_line_items(connector: Connector, line_items: str, resource_id: str, tag: str) -> Iterator[LineItem]:
    """AGS 2.0, 3.2.9. Some platforms do not filter: we do. A narrower scope serves where the wide one is refused."""
    url = with_query(line_items, resource_id=resource_id, tag=tag)
    try:
        pages = list(connector.pages(url, addresses(["lineitem", "lineitem.readonly"]), LINE_ITEMS))
    except PlatformRefused as error:
        if error.code != "scope-missing":
            raise
        pages = list(connector.pages(url, addresses(["lineitem.readonly"]), LINE_ITEMS))
    for page in pages:
        for item in map(read_line_item, _list(page)):
            if (item.resource_id or item.tag) and (item.resource_id, item.tag) == (resource_id, tag):
                yield item


def make_line_item(connector: Connector, line_items: str, item: LineItem) -> LineItem:
    """AGS 2.0, 3.2.4. Raises `PlatformRefused` also where the platform answers without an address."""
    sent = PyltiLineItem().set_label(item.label).set_score_maximum(item.maximum)
    sent.set_resource_id(item.resource_id).set_tag(item.tag).set_resource_link_id(item.resource_link_id)
    response = connector.ask(
        "POST",
        line_items,
        addresses(["lineitem"]),
        accept=LINE_ITEM,
        content_type=LINE_ITEM,
        data=sent.get_value(),
    )
    made = read_line_item(decoded(response))
    if not made.url:
        raise PlatformRefused("answer-malformed", response.status_code)
    return made


def read_line_item(entry: Any) -> LineItem:
    if not isinstance(entry, dict):
        raise PlatformRefused("answer-malformed")
    maximum = entry.get("scoreMaximum")
    return LineItem(
        url=_text(entry, "id") or None,
        label=_text(entry, "label"),
        maximum=float(maximum) if isinstance(maximum, int | float) and 0 < maximum < HIGHEST else 100,
        resource_id=_text(entry, "resourceId"),
        tag=_text(entry, "tag"),
        resource_link_id=_text(entry, "resourceLinkId"),
    )


def list_results(connector: Connector, line_item: str, user: str) -> list[Mapping[str, object]]:
    """AGS 2.0, 3.3. Moodle's page limit crashes, so none is sent."""
    address = AssignmentsGradesService._add_url_path_ending(line_item, "results")
    url = with_query(address, user_id=user)
    pages = connector.pages(url, addresses(["result.readonly"]), RESULTS)
    results = [entry for page in pages for entry in _list(page) if isinstance(entry, dict)]
    return [entry for entry in results if not user or entry.get("userId") == user]


def list_members(connector: Connector, url: str) -> Iterator[Member]:
    """NRPS 2.0, 2.4. Entries without a user id are nobody's."""
    for page in connector.pages(url, addresses(["contextmembership.readonly"]), MEMBERS):
        for entry in _list(page.get("members") if isinstance(page, dict) else None):
            if isinstance(entry, dict) and (user := _text(entry, "user_id")):
                names = entry.get("roles")
                listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
                parts = {key: value for key, value in entry.items() if isinstance(value, str)}
                active = entry.get("status", "Active") == "Active"
                yield Member(user=user, roles=roles(listed), name=person_name(parts), active=active)


def deep_link_jwt(
    registration: SigningRegistration, deployment: str, settings: DeepLinking, items: list[ContentItem], message: str
) -> str:
    """Deep Linking 2.0, 4.5: `data` only if it was given; a message tells why nothing was chosen."""
    given = {} if settings.data is None else {"data": settings.data}
    link = DeepLink(registration, deployment, given)  # type: ignore[arg-type] # the rest of it is for a form
    claims = link.get_message_jwt([resource(item) for item in items])
    if settings.data is None:
        claims.pop(DEEP_LINKING + "data")
    if message:
        claims[DEEP_LINKING + "msg"] = message
    return str(link.encode_jwt(claims))  # type: ignore[no-untyped-call] # of the library


class Resource(DeepLinkResource):
    """An ltiResourceLink without the empty fields that the library sends."""

    text = ""

    def to_dict(self) -> dict[str, object]:
        fields = {**super().to_dict(), "text": self.text}
        return {key: value for key, value in fields.items() if value not in (None, "", {})}


def resource(item: ContentItem) -> Resource:
    made = Resource()
    made.set_title(item.title).set_url(item.url).set_custom_params(item.custom)
    made.text = item.text
    if item.line_item is not None:
        column = PyltiLineItem().set_score_maximum(item.line_item.maximum).set_label(item.line_item.label)
        made.set_lineitem(column.set_resource_id(item.line_item.resource_id).set_tag(item.line_item.tag))
    return made


def with_query(url: str, **parameters: str) -> str:
    """`url` with parameters added to the query that it has; empty ones are left out."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    added = [(name, value) for name, value in parameters.items() if value]
    return urlunsplit(parts._replace(query=urlencode([*query, *added])))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise PlatformRefused("answer-malformed")
    return value


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
