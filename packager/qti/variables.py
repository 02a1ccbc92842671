"""The outcome variables of an item: results, feedback, and what a rule has to know in between (QTI 2.1, 5.3)."""

from __future__ import annotations

from content.scoring import Graded, Path, Rule, Split, Sum

SCORE, MAXSCORE, RAW, FEEDBACK = "SCORE", "MAXSCORE", "RAW", "FEEDBACK"
COUNT, WITHIN = "COUNT", "WITHIN"


def note_variable(number: int) -> str:
    return f"NOTE_{number}"


def amount_variable(number: int) -> str:
    return f"AMOUNT_{number}"


def helpers(rule: Rule) -> list[tuple[str, str, str]]:
    """(name, base type, first value) of the variables that a rule needs besides RAW."""
    if isinstance(rule, Sum):
        return [helper for part in rule.parts for helper in helpers(part)]
    if isinstance(rule, Graded):
        return [(COUNT, "float", "0"), *helpers(rule.part)]
    if isinstance(rule, Path):
        return [(reached(rule, step), "boolean", str(step == rule.start).lower()) for step, _ in rule.steps]
    if isinstance(rule, Split):
        amounts = [(amount_variable(number), "float", "0") for number in range(1, len(rule.parts) + 1)]
        return [*amounts, (WITHIN, "boolean", "false")]
    return []


def reached(rule: Path, step: str) -> str:
    """The variable that says whether the way led to a step; numbers are those that learners see."""
    return f"REACHED_{[name for name, _ in rule.steps].index(step) + 1}"


def in_order(rule: Path) -> list[str]:
    """The steps, each behind all that lead to it. A way never leads in a circle."""
    steps = dict(rule.steps)
    done: dict[str, None] = {}

    def visit(step: str) -> None:
        if step not in done:
            for _, branch in reversed(steps[step]):
                if branch.next:
                    visit(branch.next)
            done[step] = None

    visit(rule.start)
    return [*reversed(done)]
