"""Key sets of platforms, kept as parsed objects and asked for again when a key is unknown (RFC 7517).

PyLTI1p3 fetches the set for every launch without a time limit, or, cached, refuses every key that came later.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from lti_tool.gateway import LaunchRejected
from lti_tool.outgoing import AddressForbidden, Outgoing, json_object
from lti_tool.pylti_gateway.registrations import Registered

log = structlog.get_logger(__name__)

SHORTEST_KEY = 2048
MOST_KEYS = 100
MOST_SETS = 1000
REFETCH_SECONDS = 10.0
SHORTEST_LIFE, USUAL_LIFE, LONGEST_LIFE = 60.0, 3600.0, 86400.0
MAX_AGE = re.compile(r"max-age=([0-9]{1,9})")


@dataclass
class KeySet:
    """A platform's keys by `kid`; times in seconds of the monotonic clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    asked_at: float = float("-inf")
    fresh_until: float = float("-inf")
    trouble: tuple[str, str] | None = None
    """Code and detail of why the last request brought nothing."""


class KeySets:
    """Finds the key of a launch; one request at a time per address, at most one in ten seconds for unknown keys."""

    def __init__(self, outgoing: Outgoing, refetch_seconds: float = REFETCH_SECONDS) -> None:
        self._outgoing = outgoing
        self._refetch_seconds = refetch_seconds
        self._sets: dict[str, KeySet] = {}

    def find(self, registered: Registered, kid: str) -> RSAPublicKey:
        """Raises `LaunchRejected`: keys-unreachable, keys-malformed, key-weak, key-unknown."""
        name = f"{registered.id} {registered.jwks_url}"
        known = self._sets.get(name) or self._sets.setdefault(name, KeySet())
        if len(self._sets) > MOST_SETS:
            self._sets.clear()
        key = known.keys.get(kid)
        if key is None or time.monotonic() >= known.fresh_until:
            self._renew(known, registered, kid)
            key = known.keys.get(kid)
        if key is None:
            raise LaunchRejected("key-weak" if kid in known.weak else "key-unknown", kid[:100])
        return key

    def _renew(self, known: KeySet, registered: Registered, kid: str) -> None:
        with known.lock:
            now = time.monotonic()
            recently = now - known.asked_at < self._refetch_seconds
            if (kid in known.keys and now < known.fresh_until) or (recently and known.keys):
                return  # another thread was faster, or the set is too new to ask again
            if recently and known.trouble:
                # Else all threads would wait here in turn for a platform that does not answer, and serve nobody.
                raise LaunchRejected(*known.trouble)
            try:
                answer = self._fetch(registered)
                known.trouble = None
            except LaunchRejected as error:
                known.trouble = error.code, error.detail
                if kid not in known.keys:
                    raise
                # The platform's set is out of reach for now; what it said before still holds for a while.
                log.warning("old keys used", platform=registered.id, reason=error.code)
                known.fresh_until = now + SHORTEST_LIFE
                return
            finally:
                known.asked_at = time.monotonic()
            known.keys, known.weak = read_keys(answer[0])
            known.fresh_until = now + answer[1]

    def _fetch(self, registered: Registered) -> tuple[list[Any], float]:
        try:
            response = self._outgoing.session(registered.allowed_hosts).get(
                registered.jwks_url, headers={"Accept": "application/json"}
            )
        except AddressForbidden as error:
            raise LaunchRejected("keys-forbidden-address", str(error)) from error
        except requests.RequestException as error:
            raise LaunchRejected("keys-unreachable", type(error).__name__) from error
        if response.status_code != requests.codes.ok:
            raise LaunchRejected("keys-unreachable", str(response.status_code))
        keys = (json_object(response) or {}).get("keys")
        if not isinstance(keys, list):
            raise LaunchRejected("keys-malformed", registered.jwks_url)
        age = MAX_AGE.search(response.headers.get("Cache-Control", ""))
        return keys[:MOST_KEYS], min(max(float(age[1]), SHORTEST_LIFE), LONGEST_LIFE) if age else USUAL_LIFE


def read_keys(entries: list[Any]) -> tuple[dict[str, RSAPublicKey], frozenset[str]]:
    """Usable RSA keys by kid, and the kids of keys that are too short; anything else in a set is not for us."""
    keys: dict[str, RSAPublicKey] = {}
    weak: set[str] = set()
    for entry in entries:
        kid = entry.get("kid") if isinstance(entry, dict) else None
        if not isinstance(kid, str) or entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
            continue
        try:
            key = PyJWK(entry, algorithm="RS256").key
        except (PyJWTError, ValueError, TypeError, KeyError):
            continue
        if not isinstance(key, RSAPublicKey):
            continue
        if key.key_size < SHORTEST_KEY:
            weak.add(kid)
        else:
            keys[kid] = key
    return keys, frozenset(weak)
