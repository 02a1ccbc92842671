"""The self-test of a registration: each check is well or names its fault; words and remedies are in the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import standing
from lti_tool.doctor_services import Services
from lti_tool.findings import Course, Finding, Patient, fault_of
from lti_tool.gateway import PlatformGateway
from lti_tool.keys import KeyFault, KeyFolder
from lti_tool.models import Context, LineItemRow, Placement, Platform
from lti_tool.outgoing import AddressForbidden, Outgoing, check_address, json_object
from lti_tool.pylti_gateway.key_sets import read_keys
from lti_tool.settings import LOOPBACK, Settings

CLOCK_SECONDS = 60


def browser_findings(*, cookie: bool, framed: bool) -> list[Finding]:
    """What only a page can see: whether our cookie came back, and where the tool is shown."""
    return [
        Finding("cookie", "ok", "cookie") if cookie else Finding("cookie", "skipped", "cookie-blocked"),
        Finding("frame", "ok", "framed" if framed else "own-window"),
    ]


@dataclass(frozen=True)
class Doctor:
    """Examines registrations."""

    settings: Settings
    sessions: sessionmaker[Session]
    keys: KeyFolder
    outgoing: Outgoing
    gateway: PlatformGateway

    def examine(self, platform: int, now: dt.datetime, context: int | None = None, person: str = "") -> list[Finding]:
        """All findings, in the order of a registration. `person`: subject of a learner who gets a test score."""
        patient, course = self._history(platform, context)
        findings = [self._own_address(), *self._operator(), self._own_keys(now), *self._registration(patient)]
        addresses = list(self._addresses(patient))
        findings += addresses or [Finding("addresses", "ok", "addresses")]
        if any(finding.status == "fault" for finding in addresses):
            return findings
        findings += self._platform_keys(patient, now)
        if not patient.active or any(finding.check == "own-keys" and finding.status == "fault" for finding in findings):
            return findings
        token = self._token(patient)
        findings.append(token)
        if token.status == "fault":
            return findings
        with self.sessions.begin() as session:
            standing.works(session, platform, now)  # scores that waited for this need not wait on
        if course is None:
            return [*findings, Finding("grades", "skipped", "never-launched")]
        return [*findings, *Services(self.gateway, patient, course).examine(now, person)]

    def _history(self, platform: int, context: int | None) -> tuple[Patient, Course | None]:
        with self.sessions() as session:
            row = session.get_one(Platform, platform)
            patient = Patient(
                id=row.id,
                active=row.active,
                family=row.family,
                version=row.version,
                login_url=row.login_url,
                token_url=row.token_url,
                jwks_url=row.jwks_url,
                allowed_hosts=frozenset((*self.settings.allowed_hosts, *row.allowed_hosts)),
                has_deployment=row.any_deployment or bool(row.deployments),
            )
            query = (
                select(Placement, Context.memberships_url, LineItemRow.url)
                .join(Context, Context.id == Placement.context_pk)
                .outerjoin(LineItemRow, LineItemRow.id == Placement.line_item_id)
                .where(Context.platform_id == platform)
                .order_by(Placement.id.desc())
            )
            if context is not None:
                query = query.where(Context.id == context)
            found = session.execute(query.limit(1)).first()
            if found is None:
                return patient, None
            placement, memberships, line_item = found
            scopes = frozenset(placement.grade_scopes)
            return patient, Course(scopes, placement.line_items_url, line_item or "", memberships)

    def _own_address(self) -> Finding:
        local = any(f"//{host}" in self.settings.public_url for host in LOOPBACK)
        if local:
            return Finding("own-address", "skipped", "own-address-local", self.settings.public_url)
        return Finding("own-address", "ok", "own-address", self.settings.public_url)

    def _operator(self) -> Iterator[Finding]:
        if self.settings.lacks_operator:
            yield Finding("operator", "hint", "operator-missing")

    def _own_keys(self, now: dt.datetime) -> Finding:
        try:
            self.keys.signing(now)
        except KeyFault as fault:
            return Finding("own-keys", "fault", f"own-keys-{fault.code}", fault.detail)
        return Finding("own-keys", "ok", "own-keys")

    def _registration(self, patient: Patient) -> Iterator[Finding]:
        if not patient.active:
            yield Finding("registration", "fault", "platform-inactive")
        elif not patient.has_deployment:
            yield Finding("registration", "fault", "no-deployment")
        else:
            yield Finding("registration", "ok", "registration")

    def _addresses(self, patient: Patient) -> Iterator[Finding]:
        for name in ("login_url", "token_url", "jwks_url"):
            url = getattr(patient, name)
            try:
                check_address(url, patient.allowed_hosts)
            except AddressForbidden as error:
                code = "address-not-https" if "https" in str(error) else "address-malformed"
                yield Finding("addresses", "fault", code, f"{name}: {url}")

    def _platform_keys(self, patient: Patient, now: dt.datetime) -> Iterator[Finding]:
        try:
            response = self.outgoing.session(patient.allowed_hosts).get(patient.jwks_url)
        except AddressForbidden as error:
            yield Finding("platform-keys", "fault", "keys-forbidden-address", str(error))
            return
        except requests.exceptions.SSLError:
            yield Finding("platform-keys", "fault", "certificate", patient.jwks_url)
            return
        except requests.RequestException as error:
            yield Finding("platform-keys", "fault", "keys-unreachable", type(error).__name__)
            return
        yield _keys_finding(response)
        yield _clock_finding(response, now)

    def _token(self, patient: Patient) -> Finding:
        fault = fault_of(lambda: self.gateway.access_token(patient.id, frozenset({"score"}), fresh=True))
        if fault is None:
            return Finding("token", "ok", "token")
        return Finding("token", "fault", f"token-{fault[0].removeprefix('token-')}", fault[1])


def _keys_finding(response: requests.Response) -> Finding:
    if response.status_code != requests.codes.ok:
        return Finding("platform-keys", "fault", "keys-unreachable", str(response.status_code))
    entries = (json_object(response) or {}).get("keys")
    if not isinstance(entries, list):
        return Finding("platform-keys", "fault", "keys-malformed")
    good, weak = read_keys(entries)
    if not good:
        return Finding("platform-keys", "fault", "key-weak" if weak else "keys-none")
    return Finding("platform-keys", "ok", "platform-keys")


def _clock_finding(response: requests.Response, now: dt.datetime) -> Finding:
    """The clocks, by the Date header of the platform's answer (RFC 9110, 6.6.1)."""
    try:
        theirs = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return Finding("clock", "skipped", "clock-unknown")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=dt.UTC)
    seconds = round((theirs - now).total_seconds())
    if abs(seconds) > CLOCK_SECONDS:
        return Finding("clock", "fault", "clock-differs", f"{seconds:+d} s")
    return Finding("clock", "ok", "clock")
