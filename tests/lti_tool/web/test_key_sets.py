"""Key sets of platforms: kept, renewed when a key is unknown, and never a flood of requests."""

from __future__ import annotations

import pytest

from lti_tool.gateway import LaunchRejected
from lti_tool.models import Platform
from lti_tool.pylti_gateway.key_sets import KeySets, read_keys
from lti_tool.pylti_gateway.registrations import Registered
from lti_tool.sandbox.keys import make_key, public_jwk
from lti_tool.sandbox.model import Fault
from tests.lti_tool.web.world import World


def registered(world: World) -> Registered:
    with world.database() as session:
        return Registered.of(session.get_one(Platform, world.platform))


def test_a_rotated_key_is_fetched_once_it_is_used(world: World) -> None:
    key_sets = KeySets(world.tool.outgoing, refetch_seconds=0)
    key_sets.find(registered(world), world.lms.keys.current)
    rotated = world.lms.keys.rotate(make_key())
    assert key_sets.find(registered(world), rotated).key_size == 2048


def test_unknown_keys_cause_one_request_in_ten_seconds(world: World) -> None:
    key_sets = KeySets(world.tool.outgoing)
    key_sets.find(registered(world), world.lms.keys.current)
    world.lms.faults["jwks"] = Fault(status=500)
    for number in range(20):
        with pytest.raises(LaunchRejected, match="key-unknown"):
            key_sets.find(registered(world), f"made-up-{number}")
    assert world.lms.log == []


def test_a_set_that_is_out_of_reach_holds_nobody_up_for_long(world: World) -> None:
    """One request pays the time-out; who launches in the next seconds is told at once instead of waiting in line."""
    key_sets = KeySets(world.tool.outgoing)
    world.lms.faults["jwks"] = Fault(status=503)
    with pytest.raises(LaunchRejected, match="keys-unreachable"):
        key_sets.find(registered(world), "any")
    del world.lms.faults["jwks"]
    with pytest.raises(LaunchRejected, match="keys-unreachable"):
        key_sets.find(registered(world), world.lms.keys.current)
    soon = KeySets(world.tool.outgoing, refetch_seconds=0)
    assert soon.find(registered(world), world.lms.keys.current).key_size == 2048


def test_keys_stay_good_while_the_platforms_set_is_out_of_reach(world: World) -> None:
    key_sets = KeySets(world.tool.outgoing, refetch_seconds=0)
    current = world.lms.keys.current
    key_sets.find(registered(world), current)
    world.lms.faults["jwks"] = Fault(status=503)
    assert key_sets.find(registered(world), current).key_size == 2048
    with pytest.raises(LaunchRejected, match="keys-unreachable"):
        key_sets.find(registered(world), "another")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=404), "keys-unreachable"),
        (Fault(status=302, headers={"Location": "https://x.example"}), "keys-unreachable"),
        (Fault(body=b"<html>"), "keys-malformed"),
        (Fault(body=b"[]"), "keys-malformed"),
        (Fault(body=b'{"keys": {}}'), "keys-malformed"),
        (Fault(body=b'{"keys": []}'), "key-unknown"),
        (Fault(body=b'{"keys": [1, {"kid": "x"}, {"kid": "x", "kty": "RSA", "n": "?", "e": 1}]}'), "key-unknown"),
        (Fault(body=b"[" * 100_000), "keys-malformed"),
    ],
)
def test_a_set_that_cannot_be_used_is_named(world: World, fault: Fault, code: str) -> None:
    world.lms.faults["jwks"] = fault
    page = world.launch()
    assert (page.status, page.code) == (400, code)


def test_only_signing_keys_for_rs256_count() -> None:
    key = make_key()
    good = public_jwk("good", key)
    others = [
        public_jwk("encryption", key) | {"use": "enc"},
        public_jwk("other algorithm", key) | {"alg": "RS512"},
        {"kid": "elliptic", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "symmetric", "kty": "oct", "k": "AAAA"},
        {name: value for name, value in good.items() if name != "kid"},
    ]
    assert set(read_keys([good, *others])[0]) == {"good"}
