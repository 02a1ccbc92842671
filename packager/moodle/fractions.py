"""Moodle's list of answer fractions, and the one place that rounds to it.

Moodle refuses an answer whose percentage is not on its list (question bank, `matchgrades=error`, the default of the
import form; tried on 4.2 and 5.0). Negative fractions have the same amounts.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

FULL = Decimal(100)
NOTHING = Decimal(0)
# The amounts as Moodle writes them, in percent.
ALLOWED = tuple(
    Decimal(text)
    for text in (
        *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20"),
        *("16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
    )
)
SMALLEST = Decimal(5)
# A third written with five digits is still a third.
EXACT = Fraction(1, 10_000)


def nearest(percent: Fraction) -> Decimal:
    """The allowed fraction (percent, with sign) that is nearest to `percent`; of two equally near ones the larger."""
    amount = min(ALLOWED, key=lambda allowed: (abs(Fraction(allowed) - abs(percent)), -allowed))
    return -amount if percent < 0 and amount else amount


def is_exact(percent: Fraction) -> bool:
    """Whether the list holds `percent`, apart from the fifth digit."""
    return abs(Fraction(nearest(percent)) - percent) <= EXACT


def parts(count: int) -> tuple[Decimal, ...]:
    """The shares of `count` right options, adding up to 100: Moodle refuses a question whose shares do not.

    Where no equal share is on the list (11 to 19 options), some get 10 and some 5 percent.
    """
    if is_exact(Fraction(100, count)) or count > FULL / SMALLEST:
        return (nearest(Fraction(100, count)),) * count
    tens = int(FULL / SMALLEST) - count
    return (2 * SMALLEST,) * tens + (SMALLEST,) * (count - tens)


def written(percent: Decimal) -> str:
    """As it stands in a file: `33.33333`, `-50`, `0`."""
    return f"{percent:f}"
