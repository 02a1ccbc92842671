"""A promise about the packager and whether a measurement keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A promise and what came of it."""

    text: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = ""

    @property
    def reached(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        sign = "mindestens" if self.at_least else "höchstens"
        verdict = "erreicht" if self.reached else "NICHT erreicht"
        return f"  {verdict:<14} {self.text}: {self.value:.2f}{self.unit} ({sign} {self.limit:g}{self.unit})"
