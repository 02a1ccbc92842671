"""An exercise on a page of the tool: the widget of the learning packages with the server's actions, marks and feedback.

It works without script. Names of controls and classes are those of `content/widgets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from lxml import html as lxml_html

from content.exercises import DecisionPath, Exercise, Ordering, TrueFalse
from content.findings import Language
from content.messages import messages
from content.scoring import Graded, MapResponse, MatchCorrect, Outcome, Response, Split
from content.widgets import View, mixed, mixed_sequence, render
from lti_tool.marking import Mark, marks, solution
from lti_tool.texts import concrete

Element = lxml_html.HtmlElement
MIXED = ("options", "statements")
WRAPPER = "kern-form-input__select-wrapper"


@dataclass(frozen=True, kw_only=True)
class Button:
    """A submit button; `address` sends the form elsewhere than its action."""

    label: str
    name: str = ""
    value: str = ""
    address: str = ""
    primary: bool = False


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """How an exercise is shown. `order` as `order_of` gives it; `locked`: nothing can be changed; `told`: result and
    feedback; `revealed`: solution."""

    language: Language
    action: str
    fields: Mapping[str, str]
    response: Response = field(default_factory=dict)
    order: Sequence[str] = ()
    heading: int = 2
    hints: bool = True
    locked: bool = False
    told: bool = False
    revealed: bool = False
    buttons: Sequence[Button] = ()
    problem: str = ""


def present(exercise: Exercise, how: Presentation) -> str:
    """The form of the exercise, answered and marked as `how` says."""
    sequence = how.order if isinstance(exercise, Ordering) else ()
    shown = exercise if sequence else _mixed(exercise, how.order)
    if not how.hints:
        shown = replace(shown, hints=())
    view = View(
        heading=how.heading,
        response=how.response,
        fields=how.fields,
        server=True,
        order=sequence,
        action=how.action,
        locked=how.locked,
        actions="".join(map(_button, how.buttons)),
        feedback=_feedback(exercise, how),
    )
    text = render(shown, how.language, concrete, view)
    return _marked(text, exercise, how) if how.told else text


def order_of(exercise: Exercise, seed: int) -> tuple[str, ...]:
    """The parts of an exercise in an attempt, in an order that stays the same; empty where they are not mixed."""
    if isinstance(exercise, Ordering):
        return tuple(item.id for item in mixed_sequence(exercise.items, f"{seed} {exercise.id}"))
    name = _mixable(exercise)
    if not name:
        return ()
    return tuple(part.id for part in mixed(getattr(exercise, name), f"{seed} {exercise.id}"))


def _mixable(exercise: Exercise) -> str:
    """The field whose parts may stand in any order."""
    mixes = getattr(exercise, "shuffle", False)
    return next((name for name in MIXED if mixes and hasattr(exercise, name)), "")


def _mixed(exercise: Exercise, order: Sequence[str]) -> Exercise:
    if not order:
        return exercise
    name = _mixable(exercise)
    parts = {part.id: part for part in getattr(exercise, name)}
    changes: dict[str, Any] = {name: tuple(parts[identifier] for identifier in order), "shuffle": False}
    return replace(exercise, **changes)


def _button(button: Button) -> str:
    kind = "primary" if button.primary else "secondary"
    name = f' name="{escape(button.name)}" value="{escape(button.value)}"' if button.name else ""
    address = f' formaction="{escape(button.address)}"' if button.address else ""
    # In full, because the set-up looks for names of classes: kern-btn--primary kern-btn--secondary
    return (
        f'<button class="kern-btn kern-btn--{kind}" type="submit"{name}{address}>'
        f'<span class="kern-label">{escape(button.label)}</span></button>\n'
    )


def verdict(outcome: Outcome) -> str:
    if outcome.points == outcome.maximum:
        return "correct"
    return "partial" if outcome.points else "incorrect"


def number(value: float, language: Language) -> str:
    """At most two decimals, as people write them."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "de" else text


def points(value: float, maximum: int, language: Language) -> str:
    key = "js.result.points.one" if maximum == 1 else "js.result.points"
    return messages(language)[key].format(points=number(value, language), n=maximum)


def _feedback(exercise: Exercise, how: Presentation) -> str:
    t = messages(how.language)
    if how.problem:
        return f'<p class="exercise-result" data-outcome="problem" tabindex="-1">{escape(how.problem)}</p>'
    if not how.told:
        return ""
    outcome = exercise.rule().evaluate(how.response, how.language)
    if outcome is None:
        return f'<p class="exercise-result" data-outcome="saved" tabindex="-1">{escape(t["js.result.saved"])}</p>'
    kind = verdict(outcome)
    # „Richtig“ below a statement to be judged could speak of the statement.
    words = f"answer.{kind}" if isinstance(exercise, TrueFalse) else kind
    words = words if any(how.response.values()) else "open"
    reached = points(float(outcome.score * exercise.maximum_points), exercise.maximum_points, how.language)
    if kind == "incorrect" and _in_part_right(exercise, how.response, how.language):
        reached = f"{reached}. {t['js.result.for-nothing.' + str(exercise.rule().data()['kind'])]}"
    parts = [
        f'<p class="exercise-result" data-outcome="{kind}" tabindex="-1">'
        f"<strong>{escape(t[f'js.result.{words}'])}</strong> {escape(reached)}</p>"
    ]
    text = getattr(exercise.feedback, kind) or (exercise.feedback.incorrect if kind == "partial" else None)
    if text:
        parts.append(f'<div class="exercise-feedback-text">{concrete(text.html)}</div>')
    for note in exercise.notes():
        found = note.rule.evaluate(how.response, how.language)
        if found is not None and (found.points > 0) != note.negate:
            parts.append(f'<div class="exercise-note">{concrete(note.text.html)}</div>')
    if how.revealed:
        parts.append(_solution(exercise, t, how.language))
    return "".join(parts)


def _in_part_right(exercise: Exercise, response: Response, language: Language) -> bool:
    """Something in an answer without points is right all the same; its mark says so, and asks for a reason."""
    rule, correct = exercise.rule(), exercise.correct()
    if isinstance(rule, Split):
        return any(part.evaluate(response, language).points for part in rule.parts)
    right = any(value in correct.get(variable, ()) for variable, given in response.items() for value in given)
    return right and isinstance(rule, MatchCorrect | MapResponse | Graded)


def _solution(exercise: Exercise, t: Mapping[str, str], language: Language) -> str:
    lines = solution(exercise, t.__getitem__, language)
    tag = "ol" if isinstance(exercise, Ordering | DecisionPath) else "ul"
    items = "".join(f"<li>{concrete(line)}</li>" for line in lines)
    heading = f"<p><strong>{escape(t['js.solution'])}</strong></p>"
    return f'<div class="exercise-solution">{heading}<{tag}>{items}</{tag}></div>' if lines else ""


def _marked(text: str, exercise: Exercise, how: Presentation) -> str:
    form = lxml_html.fragment_fromstring(text)
    _mark(form, exercise, how)
    return str(lxml_html.tostring(form, encoding="unicode"))


def _mark(form: Element, exercise: Exercise, how: Presentation) -> None:
    t = messages(how.language)
    known = [m for m in marks(exercise, how.response, how.language) if how.revealed or m.result != "missed"]
    for index, mark in enumerate(known, start=1):
        control = _control(form, mark)
        if control is None:
            continue
        host, after = _host(control)
        identifier = f"{form.get('id')}-mark-{index}"
        spots = [area for area in form.iter("g") if area.get("data-spot") == (mark.value or None)]
        for node in {host, after, *spots}:
            node.set("data-result", mark.result)
        word = lxml_html.fragment_fromstring(
            f'<span class="exercise-mark" id="{identifier}">{escape(t[f"js.mark.{mark.word or mark.result}"])}</span>'
        )
        if host is control:
            word.tail, after.tail = after.tail, None
            after.addnext(word)
        else:
            host.append(word)
        described = control.get("aria-describedby")
        control.set("aria-describedby", f"{described} {identifier}" if described else identifier)


def _control(form: Element, mark: Mark) -> Element | None:
    named = [node for node in form.iter("input", "select", "textarea") if node.get("name") == mark.control]
    if mark.value:
        named = [node for node in named if node.get("value") == mark.value]
    return named[0] if named else None


def _host(control: Element) -> tuple[Element, Element]:
    """What is marked (the option, pair or item around the control, else the control), and what the word follows."""
    for node in control.iterancestors():
        if node.get("data-value") is not None:
            return node, node
        if "exercise-body" in (node.get("class") or ""):
            break
    parent = control.getparent()
    wrapped = parent is not None and WRAPPER in (parent.get("class") or "")
    return control, parent if wrapped and parent is not None else control
