"""The tool's signing keys: make, load, rotate, publish (RFC 7517; thumbprint, RFC 7638; textual encoding, RFC 7468).

One file per key, `<kid>.pem`, readable for the service alone. Lines before the key tell when it was made and until when
it is published. All keys that are not retired are published; the newest signs, but only after it has been published
for `PUBLISHED_FIRST`, so that platforms which keep our key set for a while know it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_BITS = 3072
SHORTEST_KEY = 2048
PUBLISHED_FIRST = dt.timedelta(minutes=10)
KEEP_OLD = dt.timedelta(days=30)
CACHE_SECONDS = 300
"""How long platforms may keep our key set: shorter than `PUBLISHED_FIRST`."""
CREATED, RETIRES = "Created", "Retires"
ONLY_OWNER = 0o600
OTHERS = 0o077


class KeyFault(Exception):
    """A key folder that cannot be used. `code` is a key of the catalogue (`keys.<code>`), `detail` a file name."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True)
class SigningKey:
    """A key pair; the private half is parsed once, because parsing costs a hundred times a signature."""

    kid: str
    private: rsa.RSAPrivateKey
    created: dt.datetime
    retires: dt.datetime | None = None

    @property
    def bits(self) -> int:
        return self.private.key_size

    def jwk(self) -> dict[str, str]:
        """The public half. ILIAS and Moodle need `alg` on every key."""
        return {"kid": self.kid, "use": "sig", "alg": "RS256", **_public_numbers(self.private)}


class KeyFolder:
    """The keys in a folder, read again when its files change; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._seen: tuple[tuple[str, int], ...] = ()
        self._keys: tuple[SigningKey, ...] = ()

    def all(self) -> tuple[SigningKey, ...]:
        """Every key, newest first. Raises `KeyFault`."""
        with self._lock:
            files = sorted(self.folder.glob("*.pem")) if self.folder.is_dir() else []
            seen = tuple((file.name, file.stat().st_mtime_ns) for file in files)
            if seen != self._seen:
                self._keys = tuple(sorted(map(load, files), key=lambda key: key.created, reverse=True))
                self._seen = seen
            return self._keys

    def published(self, now: dt.datetime) -> tuple[SigningKey, ...]:
        return tuple(key for key in self.all() if key.retires is None or now < key.retires)

    def signing(self, now: dt.datetime) -> SigningKey:
        """The key to sign with. Raises `KeyFault("none")` where there is none."""
        keys = self.published(now)
        if not keys:
            raise KeyFault("none", str(self.folder))
        known = (key for key in keys if now - key.created >= PUBLISHED_FIRST)
        return next(known, keys[-1])

    def key_set(self, now: dt.datetime) -> dict[str, list[dict[str, str]]]:
        return {"keys": [key.jwk() for key in self.published(now)]}

    def rotate(self, now: dt.datetime, bits: int = KEY_BITS) -> SigningKey:
        """A new key; the others get a day on which they stop being published. Files of retired keys are removed."""
        old = self.all()
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        made = SigningKey(thumbprint(private), private, now)
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self.folder, made)
        for key in old:
            if key.retires is None:
                _write(self.folder, SigningKey(key.kid, key.private, key.created, now + KEEP_OLD))
            elif key.retires <= now:
                (self.folder / f"{key.kid}.pem").unlink(missing_ok=True)
        return made


def load(file: Path) -> SigningKey:
    """Raises `KeyFault`: readable by others, damaged, too short, or under another name than its kid."""
    if os.name == "posix" and file.stat().st_mode & OTHERS:
        raise KeyFault("readable-by-others", file.name)
    data = file.read_bytes()
    try:
        private = serialization.load_pem_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFault("damaged", file.name) from error
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < SHORTEST_KEY:
        raise KeyFault("too-short", file.name)
    if not is_whole(private.private_numbers()):
        raise KeyFault("damaged", file.name)
    kid = thumbprint(private)
    if kid != file.stem:
        raise KeyFault("wrong-name", file.name)
    notes = _notes(data)
    changed = dt.datetime.fromtimestamp(int(file.stat().st_mtime), dt.UTC)
    return SigningKey(kid, private, notes.get(CREATED, changed), notes.get(RETIRES))


def is_whole(numbers: rsa.RSAPrivateNumbers) -> bool:
    """Whether the numbers of a key fit together (RFC 8017, section 3.2).

    The library would test both primes, too, a tenth of a second for each key. The file's name makes that needless: it
    is the hash of their product, which damaged numbers no longer give.
    """
    p, q, e, n = numbers.p, numbers.q, numbers.public_numbers.e, numbers.public_numbers.n
    if min(p, q) <= 1 or p * q != n or numbers.iqmp * q % p != 1:
        return False
    exponents = ((numbers.dmp1, p), (numbers.dmq1, q), (numbers.d, p), (numbers.d, q))
    return all(e * exponent % (prime - 1) == 1 for exponent, prime in exponents)


def thumbprint(private: rsa.RSAPrivateKey) -> str:
    """RFC 7638, section 3: the hash of the required members in order of their names."""
    text = json.dumps(_public_numbers(private), sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(text.encode()).digest())


def _public_numbers(private: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = private.public_key().public_numbers()
    return {"kty": "RSA", "n": _base64url(_bytes(numbers.n)), "e": _base64url(_bytes(numbers.e))}


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _notes(data: bytes) -> dict[str, dt.datetime]:
    lines = data.split(b"-----BEGIN", 1)[0].decode("ascii", "replace").splitlines()
    pairs = (line.split(": ", 1) for line in lines if ": " in line)
    return {name: dt.datetime.fromisoformat(value.strip()) for name, value in pairs if name in (CREATED, RETIRES)}


def _write(folder: Path, key: SigningKey) -> None:
    """Writes beside and renames, so that a reader never sees half a key."""
    lines = [f"{CREATED}: {key.created.isoformat()}"]
    if key.retires is not None:
        lines.append(f"{RETIRES}: {key.retires.isoformat()}")
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    temporary = folder / f".{key.kid}.new"
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    with os.fdopen(descriptor, "wb") as file:
        file.write("\n".join(lines).encode() + b"\n" + pem)
    temporary.replace(folder / f"{key.kid}.pem")
