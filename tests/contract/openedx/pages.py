"""Addresses of the platform's process: what people click in the course, and what a test sets up and asks."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.models import (
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
    LtiDlContentItem,
)

from tests.contract.openedx.lms import COURSE, GRADEBOOK, PEOPLE, SESSION, place_key


def start(request: HttpRequest) -> HttpResponseRedirect:
    """A click on an activity: `as` a person, `place`, and optionally `message`, `item`, `role`."""
    query = request.GET
    person, place = PEOPLE[query["as"]], query["place"]
    configuration = LtiConfiguration.objects.get(location=place_key(place))
    shared = bool(query.get("personal"))
    launch = Lti1p3LaunchData(
        user_id=person.id,
        external_user_id=person.external,
        user_role=person.role if query.get("role", "yes") == "yes" else None,
        config_id=configuration.config_id,
        resource_link_id=str(configuration.location),
        context_id=COURSE,
        context_type=["course_offering"],
        context_title="Smart City Management",
        context_label="SCM",
        name=person.name if shared else None,
        email=person.email if shared else None,
        message_type=query.get("message", "LtiResourceLinkRequest"),
        deep_linking_content_item_id=int(query["item"]) if "item" in query else None,
        launch_presentation_document_target="iframe",
        custom_parameters=json.loads(query.get("custom", "{}")),
    )
    response = HttpResponseRedirect(configuration.get_lti_consumer().prepare_preflight_url(launch))
    response.set_cookie(SESSION, person.username)
    return response


def place(request: HttpRequest) -> JsonResponse:
    """Puts the tool at a place of the course as an author does; answers what an administrator copies into the tool."""
    asked = json.loads(request.body)
    tool, ags = asked["tool"], asked["ags"]
    passport = Lti1p3Passport.objects.filter(name="tool").first() or Lti1p3Passport.objects.create(
        name="tool", lti_1p3_tool_keyset_url=tool["jwks"]
    )
    configuration = LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        location=place_key(asked["place"]),
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=tool["login"],
        lti_1p3_launch_url=tool["launch"],
        lti_1p3_redirect_uris=[tool["launch"]],
        lti_advantage_ags_mode=ags,
        lti_advantage_enable_nrps=True,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=tool["launch"],
    )
    base = request.build_absolute_uri("/").rstrip("/")
    return JsonResponse(
        {
            "issuer": base,
            "client_id": passport.lti_1p3_client_id,
            "deployment": "1",
            "auth": f"{base}/api/lti_consumer/v1/launch/",
            "token": f"{base}/api/lti_consumer/v1/token/{passport.passport_id}",
            "jwks": f"{base}/api/lti_consumer/v1/public_keysets/{passport.passport_id}",
            "configuration": configuration.id,
        }
    )


def rotate(request: HttpRequest) -> JsonResponse:
    """A new key pair, at once and without any time in which both are published."""
    passport = Lti1p3Passport.objects.get(name="tool")
    before = passport.lti_1p3_private_key_id
    passport.lti_1p3_internal_private_key = passport.lti_1p3_internal_public_jwk = ""
    passport.save()
    return JsonResponse({"before": before, "after": passport.lti_1p3_private_key_id})


def share(request: HttpRequest) -> JsonResponse:
    """Whether names and addresses may go to tools: `on`, a truth value."""
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=json.loads(request.body)["on"])
    return JsonResponse({})


def columns(request: HttpRequest) -> JsonResponse:
    """The line items with everything that was stored of scores; of one `place` if it is named."""
    found = LtiAgsLineItem.objects.order_by("id")
    if "place" in request.GET:
        found = found.filter(lti_configuration__location=place_key(request.GET["place"]))
    return JsonResponse({"columns": [_column(item) for item in found]})


def _column(item: Any) -> dict[str, Any]:
    scores = LtiAgsScore.objects.filter(line_item=item)
    return {
        "label": item.label,
        "maximum": item.score_maximum,
        "resource_id": item.resource_id,
        "tag": item.tag,
        "link": str(item.resource_link_id or ""),
        "scores": {
            score.user_id: {
                "given": score.score_given,
                "maximum": score.score_maximum,
                "comment": score.comment,
                "activity": score.activity_progress,
                "grading": score.grading_progress,
                "timestamp": score.timestamp.isoformat(),
            }
            for score in scores
        },
    }


def gradebook(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"entries": [asdict(entry) for entry in GRADEBOOK]})


def items(request: HttpRequest) -> JsonResponse:
    """What was chosen by deep linking for a `place`."""
    found = LtiDlContentItem.objects.filter(lti_configuration__location=place_key(request.GET["place"]))
    listed = [{"id": item.id, "type": item.content_type, **item.attributes} for item in found]
    return JsonResponse({"items": listed})


urlpatterns = [
    path("course/start", start),
    path("control/place", place),
    path("control/rotate", rotate),
    path("control/share", share),
    path("control/columns", columns),
    path("control/gradebook", gradebook),
    path("control/items", items),
    path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer")),
]
