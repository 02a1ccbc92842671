"""Our identifiers as those of QTI, which begin with a letter or an underscore (Information Model 2.1, section 2.2)."""

from __future__ import annotations

# Built-in variables of every item session.
RESERVED = {"duration"}
# A full stop occurs in none of ours, so nothing can be confused.
PREFIX = "v."


def identifier(own: str) -> str:
    """The same identifier, or one with a prefix."""
    return PREFIX + own if own[:1].isdigit() or own.startswith("-") or own in RESERVED else own


def variable_identifier(variable: str) -> str:
    return identifier(variable)


def row(source: str) -> str:
    """The left side of a pair: a name that no other name or answer contains, for players look for it anywhere in them.

    (`@citolab/qti-components` 7.27 drops the answer `b false` when row `a` is answered.)
    """
    return f"row.{source}."


def pair_or_value(value: str) -> str:
    """A value, or the two of a pair."""
    source, _, target = value.rpartition(" ")
    return f"{row(source)} {identifier(target)}" if source else identifier(target)
