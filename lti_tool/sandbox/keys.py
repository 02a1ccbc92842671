"""The platform's own key pairs: signing, publishing, rotating."""

from __future__ import annotations

import json
import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

BITS = 2048


def make_key(bits: int = BITS) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class PlatformKeys:
    """Key pairs by kid; the last one signs, all that are published verify."""

    def __init__(self, first: rsa.RSAPrivateKey | None = None) -> None:
        self.pairs: dict[str, rsa.RSAPrivateKey] = {}
        self.hidden: set[str] = set()
        self.rotate(first)

    @property
    def current(self) -> str:
        return next(reversed(self.pairs))

    def rotate(self, key: rsa.RSAPrivateKey | None = None) -> str:
        """A new pair, published and signing at once."""
        kid = secrets.token_hex(10)
        self.pairs[kid] = key or make_key()
        return kid

    def key_set(self) -> dict[str, list[dict[str, Any]]]:
        return {"keys": [public_jwk(kid, key) for kid, key in self.pairs.items() if kid not in self.hidden]}

    def sign(self, claims: dict[str, Any], header: dict[str, Any], key: Any, algorithm: str | None) -> str:
        return jwt.encode(claims, key, algorithm=algorithm, headers=header)


def public_jwk(kid: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    found.pop("key_ops", None)
    return {**found, "kid": kid, "use": "sig", "alg": "RS256"}
