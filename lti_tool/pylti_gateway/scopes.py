"""Names that LTI services have as addresses: scopes, media types, claims."""

from __future__ import annotations

from collections.abc import Iterable

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/"
SCOPES = {
    "score": AGS + "score",
    "lineitem": AGS + "lineitem",
    "lineitem.readonly": AGS + "lineitem.readonly",
    "result.readonly": AGS + "result.readonly",
    "contextmembership.readonly": NRPS + "contextmembership.readonly",
}
SHORT = {address: short for short, address in SCOPES.items()}

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERSHIPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

# Moodle compares these literally, lists and wildcards are 400.
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def addresses(scopes: Iterable[str]) -> list[str]:
    """Short scope names as the platform reads them, in a fixed order."""
    return sorted(SCOPES[scope] for scope in scopes)
