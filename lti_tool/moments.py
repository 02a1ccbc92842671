"""Times and numbers as people here read them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from content.findings import Language

MEGABYTE = 1_000_000
ZONE = ZoneInfo("Europe/Berlin")


def moment(time: dt.datetime, language: Language) -> str:
    """Day and time: `24.11.2026, 10:42`."""
    return format_datetime(time, "dd.MM.yyyy, HH:mm" if language == "de" else "d MMM yyyy, HH:mm", ZONE, language)


def day(time: dt.datetime, language: Language) -> str:
    return format_date(time.astimezone(ZONE).date(), "long", language)


def clock(time: dt.datetime, language: Language) -> str:
    """`10:42`."""
    return format_time(time, "HH:mm", ZONE, language)


def decimal(value: float, language: Language) -> str:
    """At most two decimals."""
    return format_decimal(round(value, 2), "#,##0.##", language)


def size(count: int, language: Language) -> str:
    """Bytes as kB or MB."""
    if count < MEGABYTE:
        return f"{max(1, round(count / 1000))} kB"
    return f"{format_decimal(count / MEGABYTE, '0.#', language)} MB"


def percent(part: float, whole: float, language: Language) -> str:
    """Whole percent: `67 %`."""
    return (
        f"{round(100 * part / whole) if whole else 0}\N{NO-BREAK SPACE}%"
        if language == "de"
        else f"{round(100 * part / whole)}%"
    )
