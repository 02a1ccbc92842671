"""Addresses as strangers write them: splitting one never fails."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split(address: str) -> SplitResult:
    """The parts of an address; one that breaks the rules (`http://[`) is a path that leads nowhere."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", address, "", "")
