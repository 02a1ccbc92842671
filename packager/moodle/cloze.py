r"""The code of a gap in a text (Moodle's question type multianswer, `{1:SHORTANSWER:=…~…#…}`), and its escapes.

Moodle's reader ends an answer at an unescaped `~`, `#` or `}`, does not take them for an end behind `&`, decodes HTML
entities once and then knows only `\}` and `\#`. So every sign that means something becomes a numeric entity, `&` first:
that is right for plain texts and, being decoded once, for feedback that is HTML itself.
"""

from __future__ import annotations

from functools import singledispatch

from packager.moodle.fractions import FULL, NOTHING, written
from packager.moodle.questions import Gap, MultiChoice, Numerical, ShortAnswer, Typed
from packager.moodle.texts import PLUGINFILE

SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>{}~#\\=%\"'"})
# A line break in the code would survive, but an editor might turn it into a paragraph.
BREAKS = str.maketrans({"\n": " ", "\r": " "})


def escaped(text: str) -> str:
    """The text as it may stand in the code of a gap."""
    return text.translate(BREAKS).translate(SIGNS)


def literal(html: str) -> str:
    """HTML around gaps: a brace in it must not begin a code."""
    return html.replace("{", "&#123;").replace("}", "&#125;")


def code(gap: Gap, weight: int) -> str:
    """The code of a gap."""
    return f"{{{weight}:{_kind(gap)}:{'~'.join(_alternatives(gap))}}}"


@singledispatch
def _kind(gap: Gap) -> str:
    raise TypeError(type(gap).__name__)


@_kind.register
def _(gap: ShortAnswer) -> str:
    return "SAC" if gap.case_sensitive else "SHORTANSWER"


@_kind.register
def _(gap: Numerical) -> str:
    return "NUMERICAL"


@_kind.register
def _(gap: MultiChoice) -> str:
    return "MCS" if gap.shuffle else "MULTICHOICE"


def _alternatives(gap: Gap) -> list[str]:
    if isinstance(gap, MultiChoice):
        return [_alternative(a.text.html, a.percent == FULL, "", a.feedback.html) for a in gap.answers]
    return [_typed(answer, isinstance(gap, Numerical)) for answer in gap.answers]


def _typed(answer: Typed, number: bool) -> str:
    share = "" if answer.percent in (FULL, NOTHING) else f"%{written(answer.percent)}%"
    if answer.text == "*":
        return "*" + _feedback(answer.feedback.html)
    if number:
        text = answer.text + (f":{answer.tolerance:f}" if answer.tolerance else "")
        return f"{'=' if answer.percent == FULL else share}{text}{_feedback(answer.feedback.html)}"
    return _alternative(answer.text, answer.percent == FULL, share, answer.feedback.html)


def _alternative(text: str, right: bool, share: str, feedback: str) -> str:
    return f"{'=' if right else share}{escaped(text)}{_feedback(feedback)}"


def _feedback(html: str) -> str:
    # Files of a gap's feedback have no place of their own in Moodle.
    return f"#{escaped(html)}" if html and PLUGINFILE not in html else ""
