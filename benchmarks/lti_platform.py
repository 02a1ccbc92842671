"""The platform side of the measurements: signs launches, and answers tokens and scores faster than any real one.

The answering process speaks just enough HTTP/1.1 for its clients and parses no JSON, because it shares the machine
with what is measured. `python -m benchmarks.lti_platform` serves until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

LOOPBACK = "127.0.0.1"
ISSUER = "http://localhost:9"
CLIENT, DEPLOYMENT, KID = "bench", "1", "bench-key"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
EXERCISE = "m1u1-einfach"


@dataclass
class Signer:
    """A platform's key pair and the launches it signs, as Moodle sends them."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def key_set(self) -> dict[str, list[dict[str, Any]]]:
        public: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": KID, "alg": "RS256", "use": "sig"}]}

    def id_token(self, nonce: str, subject: str, target: str) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 60,
            "name": "Anna Beispiel",
            LTI + "deployment_id": DEPLOYMENT,
            LTI + "message_type": "LtiResourceLinkRequest",
            LTI + "version": "1.3.0",
            LTI + "target_link_uri": target,
            LTI + "roles": [MEMBERSHIP + "Learner"],
            LTI + "context": {"id": "7", "label": "SCM", "title": "Smart City Management", "type": ["CourseSection"]},
            LTI + "resource_link": {"id": "42", "title": "Begriffe"},
            LTI + "custom": {"exercise": EXERCISE},
            LTI + "launch_presentation": {"locale": "de", "document_target": "iframe"},
            LTI + "tool_platform": {"product_family_code": "moodle", "version": "2024100700", "guid": "x"},
            AGS + "claim/endpoint": {
                "scope": [AGS + "scope/score", AGS + "scope/lineitem"],
                "lineitems": "http://localhost:9/lineitems",
                "lineitem": "http://localhost:9/lineitems/1",
            },
        }
        return jwt.encode(claims, self.key, "RS256", headers={"kid": KID})


class Answers(asyncio.Protocol):
    """Any POST to `/token` is a token, any other request a score that was taken; `/jwks` is the key set."""

    keys = b"{}"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            _, _, rest = head.lower().partition(b"content-length:")
            length = int(rest.split(b"\r\n", 1)[0]) if rest else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(self.answer(head.split(b" ", 2)[1]))  # type: ignore[attr-defined]

    def answer(self, path: bytes) -> bytes:
        if path == b"/token":
            body = b'{"access_token": "' + secrets.token_hex(16).encode() + b'", "expires_in": 3600}'
        else:
            body = self.keys if path == b"/jwks" else b"{}"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        return head + body


async def serve() -> None:
    loop = asyncio.get_running_loop()
    Answers.keys = sys.stdin.readline().strip().encode()
    server = await loop.create_server(Answers, LOOPBACK, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running(signer: Signer) -> Iterator[str]:
    """The address of an answering process with the keys of `signer`."""
    command = [sys.executable, "-m", "benchmarks.lti_platform"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin  # noqa: S101 - it is a pipe
        assert process.stdout  # noqa: S101
        process.stdin.write(json.dumps(signer.key_set()) + "\n")
        process.stdin.flush()
        yield f"http://{LOOPBACK}:{int(process.stdout.readline())}"
        process.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve())
