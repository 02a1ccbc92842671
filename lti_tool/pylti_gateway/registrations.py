"""What PyLTI1p3 asks of its host: registrations and deployments from our tables, keys as parsed objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from pylti1p3.deployment import Deployment as PyltiDeployment
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.tool_config.abstract import ToolConfAbstract
from sqlalchemy import Engine, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from content.frozen import frozen
from lti_tool.gateway import LaunchRejected, PlatformRefused
from lti_tool.keys import KeyFolder
from lti_tool.models import Deployment, Platform
from lti_tool.prepared import Prepared


@frozen(kw_only=True)
class Registered:
    """A row of `platform`, free of any session: network calls must not hold a transaction."""

    id: int
    issuer: str
    client_id: str
    login_url: str
    token_url: str
    token_audience: str
    jwks_url: str
    any_deployment: bool
    allowed_hosts: frozenset[str]

    @classmethod
    def of(cls, row: Platform) -> Registered:
        return cls.read([getattr(row, name) for name in NAMES])

    @classmethod
    def read(cls, values: Sequence[Any]) -> Registered:
        """From the values of `COLUMNS`."""
        found = dict(zip(NAMES, values, strict=True))
        return cls(**{**found, "allowed_hosts": frozenset(found["allowed_hosts"])})


NAMES = tuple(field.name for field in fields(Registered))
COLUMNS = tuple(getattr(Platform, name) for name in NAMES)
_OF = select(Platform.active, *COLUMNS)
_ISSUER = Prepared(_OF.where(Platform.issuer == bindparam("issuer")))
_CLIENT = Prepared(_OF.where(Platform.issuer == bindparam("issuer"), Platform.client_id == bindparam("client")))
_NUMBER = Prepared(_OF.where(Platform.id == bindparam("platform"), Platform.active))
_DEPLOYMENT = Prepared(
    select(Deployment.id).where(
        Deployment.platform_id == bindparam("platform"), Deployment.deployment_id == bindparam("deployment")
    )
)


class SigningRegistration(Registration):
    """A registration whose private key is an object: PyJWT takes it, and parsing text costs 36 ms a signature."""

    def __init__(self, registered: Registered, keys: KeyFolder, clock: Callable[[], dt.datetime]) -> None:
        self.registered = registered
        self._keys = keys
        self._clock = clock
        self.set_issuer(registered.issuer)
        self.set_client_id(registered.client_id)
        self.set_auth_login_url(registered.login_url)
        self.set_auth_token_url(registered.token_url)
        self.set_auth_audience(registered.token_audience or None)  # type: ignore[arg-type] # None is its default
        self.set_key_set_url(registered.jwks_url)

    def get_tool_private_key(self) -> rsa.RSAPrivateKey:  # type: ignore[override] # see the class
        return self._keys.signing(self._clock()).private

    def get_kid(self) -> str:
        return self._keys.signing(self._clock()).kid


class Registrations(ToolConfAbstract[Request]):
    """Every issuer may have many client ids, every answer is that of one row. Transactions are short and our own."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyFolder, clock: Callable[[], dt.datetime]) -> None:
        self.sessions = sessions
        self.engine: Engine = sessions.kw["bind"]
        self._keys = keys
        self._clock = clock
        # The library shares this dict between all objects of the process.
        self.issuers_relation_types = {}

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_issuer(self, iss: str, *args: object, **kwargs: object) -> SigningRegistration:
        return self.find_registration_by_params(iss, None)

    def find_deployment(self, iss: str, deployment_id: str) -> None:
        """A deployment belongs to a client id."""

    def find_registration_by_params(
        self, iss: str, client_id: str | None, *args: object, **kwargs: object
    ) -> SigningRegistration:
        """Raises `LaunchRejected`: unknown, inactive, or one issuer with several client ids and none named."""
        values = {"issuer": iss, **({"client": client_id} if client_id else {})}
        rows = (_CLIENT if client_id else _ISSUER).rows(self.engine, values)
        if not rows:
            raise LaunchRejected("platform-unknown", iss[:200])
        active = [Registered.read(rest) for is_active, *rest in rows if is_active]
        if not active:
            raise LaunchRejected("platform-inactive", iss[:200])
        if len(active) > 1:
            raise LaunchRejected("client-id-missing", iss[:200])
        return self.signing(active[0])

    def by_id(self, platform: int) -> SigningRegistration:
        """For services. Raises `PlatformRefused`, also for a registration that was switched off."""
        row = _NUMBER.first(self.engine, {"platform": platform})
        if row is None:
            raise PlatformRefused("platform-inactive")
        return self.signing(Registered.read(row[1:]))

    def signing(self, registered: Registered) -> SigningRegistration:
        return SigningRegistration(registered, self._keys, self._clock)

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: object, **kwargs: object
    ) -> PyltiDeployment | None:
        """None for an unknown deployment, unless the registration learns them from launches."""
        known = self.knows_deployment(self.find_registration_by_params(iss, client_id).registered, deployment_id)
        return PyltiDeployment().set_deployment_id(deployment_id) if known else None

    def knows_deployment(self, registered: Registered, deployment_id: str) -> bool:
        """Whether the platform may launch from this deployment; learnt where the registration says so."""
        known = _DEPLOYMENT.rows(self.engine, {"platform": registered.id, "deployment": deployment_id})
        return bool(known) or self.learns_deployment(registered, deployment_id)

    def learns_deployment(self, registered: Registered, deployment_id: str) -> bool:
        """One that is not known yet."""
        return registered.any_deployment and self._learn(registered.id, deployment_id)

    def _learn(self, platform: int, deployment_id: str) -> bool:
        with self.sessions() as session:
            session.add(Deployment(platform_id=platform, deployment_id=deployment_id))
            try:
                session.commit()
            except IntegrityError:
                session.rollback()  # another launch learnt it at the same time
        return True
