"""Outgoing requests: where they may go, how long they take, how much they read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from lti_tool.outgoing import AddressForbidden, AnswerTooLarge, Outgoing, is_public
from lti_tool.sandbox import Fault, Sandbox, create_platform, served

Guarded = Callable[..., requests.Session]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_of_private_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def platform() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    with served(create_platform(sandbox)) as port:
        sandbox.url = f"http://localhost:{port}"
        yield sandbox


@pytest.fixture
def outside() -> Iterator[Callable[..., requests.Session]]:
    """Makes a guarded session; its arguments are exempt hosts."""
    made: list[Outgoing] = []

    def session(*allowed_hosts: str) -> requests.Session:
        made.append(Outgoing(allowed_hosts, "https://tool.example"))
        return made[-1].session()

    yield session
    for outgoing in made:
        outgoing.close()


@pytest.fixture
def allowed(platform: Sandbox, outside: Guarded) -> requests.Session:
    """A session that may reach the platform of this test."""
    return outside(platform.url.removeprefix("http://"))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://user@example.org/",
        "https://example.org:99999/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://x/",
        "//example.org/",
    ],
)
def test_an_address_that_leads_inside_is_never_asked(url: str, outside: Guarded) -> None:
    session = outside()
    with pytest.raises((AddressForbidden, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
        session.get(url)


def test_an_exempt_host_counts_with_its_port_alone(
    platform: Sandbox, outside: Guarded, allowed: requests.Session
) -> None:
    assert allowed.get(f"{platform.url}/jwks").status_code == 200
    with pytest.raises(AddressForbidden):
        outside("localhost:1").get(f"{platform.url}/jwks")
    exempt = Outgoing([], "https://tool.example")
    registration = exempt.session(frozenset({platform.url.removeprefix("http://")}))
    assert registration.get(f"{platform.url}/jwks").status_code == 200
    exempt.close()


def test_the_checked_address_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch, outside: Guarded) -> None:
    """A name server that answers a public address first and a private one later (DNS rebinding)."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected: list[str] = []

    def resolve(host: str, port: int, *args: object, **more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(requests.ConnectionError):
        outside().get("https://rebinding.example/")
    assert connected == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch, outside: Guarded
) -> None:
    def resolve(host: str, port: int, *args: object, **more: object) -> list[object]:
        addresses = ("93.184.216.34", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(AddressForbidden):
        outside().get("https://mixed.example/")


def test_redirects_are_not_followed(platform: Sandbox, allowed: requests.Session) -> None:
    platform.faults["jwks"] = Fault(status=302, headers={"Location": f"{platform.url}/token"})
    assert allowed.get(f"{platform.url}/jwks").status_code == 302


def test_cookies_are_not_kept(platform: Sandbox, allowed: requests.Session) -> None:
    platform.faults["jwks"] = Fault(body=b"{}", headers={"Set-Cookie": "a=b"})
    session = allowed
    session.get(f"{platform.url}/jwks")
    assert len(session.cookies) == 0


def test_proxies_of_the_environment_are_not_used(
    platform: Sandbox, monkeypatch: pytest.MonkeyPatch, allowed: requests.Session
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert allowed.get(f"{platform.url}/jwks").status_code == 200


def test_an_answer_of_more_than_two_megabytes_is_not_read(platform: Sandbox, allowed: requests.Session) -> None:
    platform.faults["jwks"] = Fault(body=b"x" * 3_000_000)
    with pytest.raises(AnswerTooLarge):
        allowed.get(f"{platform.url}/jwks")


def test_a_packed_answer_counts_by_its_unpacked_size(platform: Sandbox, allowed: requests.Session) -> None:
    import gzip

    packed = gzip.compress(b"x" * 50_000_000)
    platform.faults["jwks"] = Fault(body=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(AnswerTooLarge):
        allowed.get(f"{platform.url}/jwks")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.outgoing.TOTAL_SECONDS", 0.8)


def test_a_body_that_never_ends_is_left(platform: Sandbox, hurried: None, allowed: requests.Session) -> None:
    platform.faults["jwks"] = Fault(drip=True)
    started = time.monotonic()
    with pytest.raises(requests.RequestException):
        allowed.get(f"{platform.url}/jwks")
    assert time.monotonic() - started < 5


def test_headers_that_never_end_are_left(hurried: None, outside: Guarded) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(100):
                        connection.sendall(b"X: y\r\n")
                        time.sleep(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(requests.RequestException):
            outside(f"127.0.0.1:{port}").get(f"http://127.0.0.1:{port}/")
        assert time.monotonic() - started < 5
        thread.join()


def test_a_body_that_is_shorter_than_announced_is_a_failure(platform: Sandbox, outside: Guarded) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(requests.ConnectionError):
            outside(f"127.0.0.1:{port}").get(f"http://127.0.0.1:{port}/")
        thread.join()


def test_connections_are_kept(platform: Sandbox, allowed: requests.Session) -> None:
    session = allowed
    started = time.monotonic()
    for _ in range(20):
        session.get(f"{platform.url}/jwks")
    assert time.monotonic() - started < 2
