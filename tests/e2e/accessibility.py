"""axe-core and reflow, asked of a page in the state in which it is."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
# WCAG 2.2, 2.5.8 is off by default in axe.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def violations(page: Page) -> list[str]:
    """`rule: element` for everything that axe finds, its recommendations included."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(r => r.violations)", OPTIONS
    )
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window (WCAG 2.2, 1.4.10)."""
    return int(page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"))
