"""Outgoing HTTP that cannot be turned against our own network (OWASP: Server-Side Request Forgery Prevention).

https only; the name is resolved once and the connection goes to the address that was checked, so that a second answer
of the name server changes nothing; no redirects, no cookies, no proxies from the environment; limits on time and size.
Hosts named by the operator or a registration are exempt from the rules on https and private addresses: for trying out.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
LARGEST_ANSWER = 2 * 1024 * 1024
CHUNK = 64 * 1024
SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Carrier-grade NAT (RFC 6598): neither private nor global for Python."""


class AddressForbidden(requests.RequestException):
    """The address must not be asked: not https, or it leads into a private network."""


class PrivateAddress(Exception):
    """Raised deep inside of a connection: no OSError, which the layers in between would take for a failure."""


class AnswerTooLarge(requests.RequestException):
    """The answer has more bytes than any honest platform sends."""


def is_public(address: str) -> bool:
    """Whether an IP address lies in the public internet; addresses that wrap another count as what they wrap."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    elif ip in SHARED:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Outgoing:
    """Gives out guarded sessions; `allowed_hosts` are exempt for all, further ones for one registration."""

    def __init__(self, allowed_hosts: Iterable[str], public_url: str) -> None:
        self._allowed = frozenset(allowed_hosts)
        self._agent = f"staffel (+{public_url})"
        self._sessions: dict[frozenset[str], GuardedSession] = {}

    def session(self, allowed_hosts: frozenset[str] = frozenset()) -> GuardedSession:
        """One per set of exempt hosts: a kept connection must not serve who may not have it."""
        made = self._sessions.get(allowed_hosts)
        if made is None:
            made = self._sessions.setdefault(allowed_hosts, GuardedSession(self._allowed | allowed_hosts, self._agent))
        return made

    def close(self) -> None:
        """Closes all connections; the next request opens new ones."""
        for made in self._sessions.values():
            made.close()


class GuardedSession(requests.Session):
    """A `requests` session under the rules of this module; every answer is read to its end before it is returned."""

    def __init__(self, allowed_hosts: frozenset[str], agent: str) -> None:
        super().__init__()
        self.allowed_hosts = allowed_hosts
        self.trust_env = False
        self.headers["User-Agent"] = agent  # Moodle's hosts answer 403 to requests without one
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", GuardedAdapter(allowed_hosts))
        self.mount("http://", GuardedAdapter(allowed_hosts))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        check_address(request.url or "", self.allowed_hosts)
        deadline = time.monotonic() + TOTAL_SECONDS
        kwargs |= {"allow_redirects": False, "stream": True, "timeout": (CONNECT_SECONDS, TOTAL_SECONDS)}
        try:
            response = super().send(request, **kwargs)
        except PrivateAddress as error:
            raise AddressForbidden(str(error), request=request) from error
        _read_all(response, deadline)
        return response


def check_address(url: str, allowed_hosts: frozenset[str]) -> None:
    """Raises `AddressForbidden` for what no look-up can heal."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressForbidden("malformed") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise AddressForbidden("malformed")
    if parts.scheme != "https" and not _exempt(parts.hostname, port or 80, allowed_hosts):
        raise AddressForbidden("https is needed")


def _exempt(host: str, port: int, allowed_hosts: frozenset[str]) -> bool:
    return host in allowed_hosts or f"{host}:{port}" in allowed_hosts


def _read_all(response: requests.Response, deadline: float) -> None:
    """Reads the body piece by piece: a drop every few seconds must not hold a worker for hours."""
    pieces, size = [], 0
    try:
        while piece := response.raw.read1(CHUNK, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise AnswerTooLarge(response=response)
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("total time", response=response)
    except HTTPError as error:
        raise requests.ConnectionError(error, response=response) from error
    finally:
        response.close() if size > LARGEST_ANSWER or time.monotonic() > deadline else response.raw.release_conn()
    response._content = b"".join(pieces)  # where `requests` keeps a body that was read
    response._content_consumed = True  # type: ignore[attr-defined] # as `Response.content` does it


def json_object(response: requests.Response) -> Mapping[str, Any] | None:
    """The answer as a JSON object whatever its content type says (Moodle's token endpoint says text/html), or None."""
    try:
        value = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class GuardedAdapter(HTTPAdapter):
    """Makes connections that check the address they go to."""

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        self._allowed_hosts = allowed_hosts
        super().__init__(pool_maxsize=16)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        allowed = self._allowed_hosts

        class Http(_Guarded, HTTPConnection):
            allowed_hosts = allowed

        class Https(_Guarded, HTTPSConnection):
            allowed_hosts = allowed

        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("HttpPool", (HTTPConnectionPool,), {"ConnectionCls": Http}),
            "https": type("HttpsPool", (HTTPSConnectionPool,), {"ConnectionCls": Https}),
        }


class _Guarded:
    """A connection to an address that was checked, with a limit on the time until the headers are there."""

    allowed_hosts: frozenset[str] = frozenset()
    host: str
    port: int
    sock: Any

    def _new_conn(self) -> socket.socket:
        try:
            return connect(self.host, self.port, self.allowed_hosts)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} does not answer") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type] # a mixin

    def getresponse(self) -> Any:
        # The time-out of the socket counts from byte to byte; headers may drip as well.
        connection, late = self.sock, threading.Event()

        def hang_up() -> None:
            late.set()
            with suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(TOTAL_SECONDS, hang_up)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()  # type: ignore[misc]
        finally:
            timer.cancel()
        if late.is_set():  # headers that end with the connection look complete
            response.close()
            raise TimeoutError("headers")
        return response


def connect(host: str, port: int, allowed_hosts: frozenset[str]) -> socket.socket:
    """A TCP connection to the first address of `host` that answers; all of its addresses must be allowed."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name") from error
    public = all(is_public(str(address[4][0])) for address in found)
    if not public and not _exempt(host.strip("[]"), port, allowed_hosts):
        # Pages tell this to strangers: which address it is, is our network's business.
        raise PrivateAddress(f"{host} leads into a private network")
    return _first_that_answers(found, host)


def _first_that_answers(found: list[Any], host: str) -> socket.socket:
    last = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise last
