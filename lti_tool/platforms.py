"""Registrations: what we tell a platform about us, what it tells us, by hand or by a one-time invitation."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.db import storable
from lti_tool.models import Deployment, Invitation, Platform
from lti_tool.outgoing import AddressForbidden, check_address

INVITATION_DAYS = 7
ADDRESSES = ("issuer", "login_url", "token_url", "jwks_url")
LENGTHS: Mapping[str, int] = {
    "name": 200,
    "issuer": 500,
    "client_id": 255,
    "login_url": 1000,
    "token_url": 1000,
    "jwks_url": 1000,
    "token_audience": 1000,
}
PASSBACK_MODES = ("points", "completion")


class WrongRegistration(Exception):
    """Values that cannot be: field -> code (`register.fault.<code>`)."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = faults
        super().__init__(", ".join(f"{name}: {code}" for name, code in faults.items()))


class UnknownPlatform(Exception):
    """No registration has this number."""


@dataclass(frozen=True, kw_only=True)
class NewPlatform:
    """What an administrator enters, or a platform says in dynamic registration."""

    name: str
    issuer: str
    client_id: str
    login_url: str
    token_url: str
    jwks_url: str
    token_audience: str = ""
    deployments: tuple[str, ...] = ()
    any_deployment: bool = False
    passback_mode: str = "points"
    family: str = ""
    version: str = ""
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class OurAddresses:
    """What a platform needs to know about us."""

    public_url: str
    login: str = field(init=False)
    launch: str = field(init=False)
    jwks: str = field(init=False)
    register: str = field(init=False)

    def __post_init__(self) -> None:
        for name in ("login", "launch", "jwks", "register"):
            object.__setattr__(self, name, f"{self.public_url}/lti/{name}")


def setup_values(ours: OurAddresses, family: str) -> list[tuple[str, str]]:
    """What to enter in a platform: key of the field's label, and an address or the key of a text."""
    common = {"name": "staffel", "url": f"{ours.public_url}/", "jwks": ours.jwks, "login": ours.login}
    addresses = {**common, "redirect": ours.launch}
    own: dict[str, dict[str, str]] = {
        "moodle": {
            "version": "register.value.version",
            "key-type": "register.value.keyset.moodle",
            "deep-linking": "register.value.yes",
            "content": ours.launch,
            "container": "register.value.embedded",
            "grades": "register.value.grades",
            "roster": "register.value.roster",
            "privacy": "register.value.never",
            "accept": "register.value.accept",
        },
        "ilias": {
            "url": ours.launch,
            "version": "register.value.version",
            "key-type": "register.value.keyset.ilias",
            "launch-method": "register.value.new-window",
            "privacy": "register.value.hashed",
            "grades": "register.value.yes",
            "provider-id": "register.value.no",
            "custom": "register.value.custom",
        },
        "other": {"url": ours.launch, "scopes": "register.value.scopes"},
    }
    return list((addresses | own[family]).items())


def add(
    session: Session, new: NewPlatform, now: dt.datetime, *, allowed: Iterable[str], active: bool = False
) -> Platform:
    """A new registration. `allowed`: hosts that are exempt for the whole tool. Raises `WrongRegistration`."""
    check(new, frozenset((*allowed, *new.allowed_hosts)))
    platform = Platform(
        name=new.name,
        issuer=new.issuer,
        client_id=new.client_id,
        login_url=new.login_url,
        token_url=new.token_url,
        token_audience=new.token_audience,
        jwks_url=new.jwks_url,
        family=new.family,
        version=new.version,
        active=active,
        any_deployment=new.any_deployment,
        passback_mode=new.passback_mode,
        allowed_hosts=list(new.allowed_hosts),
        created_at=now,
        deployments=[Deployment(deployment_id=identifier) for identifier in dict.fromkeys(new.deployments)],
    )
    try:
        with session.begin_nested():
            session.add(platform)
    except IntegrityError as error:
        raise WrongRegistration({"client_id": "exists"}) from error
    return platform


def check(new: NewPlatform, allowed: frozenset[str]) -> None:
    """Raises `WrongRegistration` with every fault."""
    faults: dict[str, str] = {}
    for name, length in LENGTHS.items():
        value = getattr(new, name)
        if not value and name != "token_audience":
            faults[name] = "missing"
        elif not storable(value):
            faults[name] = "unknown"
        elif len(value) > length:
            faults[name] = "too-long"
        elif name in ADDRESSES and (fault := _address_fault(value, allowed)):
            faults[name] = fault
    if not new.deployments and not new.any_deployment:
        faults["deployments"] = "missing"
    if any(len(known) > LENGTHS["client_id"] or not storable(known) for known in new.deployments):
        faults["deployments"] = "too-long"
    if new.passback_mode not in PASSBACK_MODES:
        faults["passback_mode"] = "unknown"
    if faults:
        raise WrongRegistration(faults)


def _address_fault(url: str, allowed: frozenset[str]) -> str:
    try:
        check_address(url, allowed)
    except AddressForbidden as error:
        return "not-https" if "https" in str(error) else "no-address"
    return ""


def get(session: Session, number: int) -> Platform:
    """Raises `UnknownPlatform`."""
    platform = session.get(Platform, number)
    if platform is None:
        raise UnknownPlatform(str(number))
    return platform


def listed(session: Session) -> list[Platform]:
    return list(session.scalars(select(Platform).order_by(Platform.id)))


def invite(
    session: Session, name: str, now: dt.datetime, *, days: int = INVITATION_DAYS, allowed_hosts: Iterable[str] = ()
) -> str:
    """The secret of a new one-time invitation."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(Invitation).where(Invitation.expires_at < now))
    session.add(
        Invitation(
            secret_hash=_digest(secret),
            name=name,
            expires_at=now + dt.timedelta(days=days),
            allowed_hosts=list(allowed_hosts),
        )
    )
    return secret


@dataclass(frozen=True)
class Invited:
    """An invitation, free of any session."""

    secret_hash: str
    name: str
    expires_at: dt.datetime
    allowed_hosts: tuple[str, ...]

    @classmethod
    def of(cls, row: Invitation) -> Invited:
        return cls(row.secret_hash, row.name, row.expires_at, tuple(row.allowed_hosts))


def invited(session: Session, secret: str, now: dt.datetime) -> Invited | None:
    """The open invitation with this secret."""
    row = session.get(Invitation, _digest(secret))
    return Invited.of(row) if row is not None and row.expires_at >= now else None


def redeem(session: Session, secret: str, now: dt.datetime) -> Invited | None:
    """Uses up an invitation: of two who come at once, one gets it."""
    row = session.execute(
        delete(Invitation)
        .where(Invitation.secret_hash == _digest(secret), Invitation.expires_at >= now)
        .returning(Invitation.secret_hash, Invitation.name, Invitation.expires_at, Invitation.allowed_hosts)
    ).first()
    return Invited(row[0], row[1], row[2], tuple(row[3])) if row else None


def give_back(session: Session, invitation: Invited) -> None:
    """After a registration that failed: the person may try again with the same link."""
    session.add(
        Invitation(
            secret_hash=invitation.secret_hash,
            name=invitation.name,
            expires_at=invitation.expires_at,
            allowed_hosts=list(invitation.allowed_hosts),
        )
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
