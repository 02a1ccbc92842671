"""The limit for requests without a launch: per page and address, for a minute."""

from __future__ import annotations

import pytest

from lti_tool.limits import Limit, sender


class Clock:
    """Seconds that the test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_request_after_the_last_allowed_one_is_told_how_long_to_wait(clock: Clock) -> None:
    limit = Limit(2, 60, clock)
    assert [limit.wait("login", "192.0.2.1") for _ in range(3)] == [0, 0, 61]
    clock.now += 45.5
    assert limit.wait("login", "192.0.2.1") == 15


def test_other_addresses_and_other_pages_have_counts_of_their_own(clock: Clock) -> None:
    limit = Limit(1, 60, clock)
    assert limit.wait("login", "192.0.2.1") == 0
    assert limit.wait("login", "192.0.2.2") == 0
    assert limit.wait("launch", "192.0.2.1") == 0
    assert limit.wait("login", "192.0.2.1") > 0


def test_a_minute_later_everything_is_allowed_again(clock: Clock) -> None:
    limit = Limit(1, 60, clock)
    for _ in range(3):
        limit.wait("login", "192.0.2.1")
    clock.now += 60
    assert limit.wait("login", "192.0.2.1") == 0


def test_a_household_is_one_sender_however_many_ipv6_addresses_it_takes() -> None:
    assert sender("2001:db8:1:2::1") == sender("2001:db8:1:2:ffff::9") != sender("2001:db8:1:3::1")
    assert sender("192.0.2.1") == "192.0.2.1"
    assert sender("not:an:address") == "not:an:address"
