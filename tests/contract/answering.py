"""Fills in the forms of exercises as a person does: by clicking, choosing, typing and moving."""

from __future__ import annotations

from playwright.sync_api import Locator

from content.exercises import Categorise, Exercise, Kprim
from content.exercises.base import RESPONSE, Sample, Variable
from content.scoring import Response

# No number, more than there is, a case that is not at its end: a page asks for these again before it scores anything.
ASKED_AGAIN = ("not a number", "more than there is", "first decision", "beside the way")


def checkable(exercise: Exercise) -> list[Sample]:
    """The answers that a page scores, by score, in an order in which a person can give them one after the other."""
    samples = [s for s in exercise.samples() if s.response and s.name not in ASKED_AGAIN]
    # Nobody can take back the choice of a radio button: what leaves a row open comes first.
    open_rows = isinstance(exercise, Kprim | Categorise)
    return sorted(samples, key=lambda s: (len(s.response[RESPONSE]) if open_rows else 0, s.score or 0))


def fill(form: Locator, exercise: Exercise, response: Response) -> None:
    """Put the response into the form, whatever stood there before."""
    for variable in exercise.variables():
        values = response.get(variable.id, ())
        if variable.base == "pair":
            _match(form, variable, values)
        elif variable.cardinality == "ordered":
            _order(form, values)
        elif variable.base == "identifier":
            _choose(form, variable, values)
        else:
            form.locator(f'[name="{variable.id}"]').fill(values[0] if values else "")


def _choose(form: Locator, variable: Variable, values: tuple[str, ...]) -> None:
    controls = form.locator(f'[name="{variable.id}"]')
    if controls.first.evaluate("node => node.tagName") == "SELECT":
        controls.select_option(values[0] if values else "")
        return
    for control in controls.all():
        wanted = control.get_attribute("value") in values
        if control.get_attribute("type") == "checkbox":
            control.set_checked(wanted)
        elif wanted:
            control.check()


def _match(form: Locator, variable: Variable, pairs: tuple[str, ...]) -> None:
    targets = dict(pair.split(" ") for pair in pairs)
    for source in variable.values:
        controls, target = form.locator(f'[name="{variable.id}.{source}"]'), targets.get(source, "")
        if controls.first.get_attribute("type") != "radio":
            controls.select_option(target)
        elif target:
            form.locator(f'[name="{variable.id}.{source}"][value="{target}"]').check()


def _order(form: Locator, order: tuple[str, ...]) -> None:
    """Move each item up until it stands in its place."""
    items = form.locator(".ordering > [data-value]")
    for place, wanted in enumerate(order):
        while items.evaluate_all("nodes => nodes.map(node => node.dataset.value)").index(wanted) > place:
            form.locator(f'.ordering > [data-value="{wanted}"] button[data-step="-1"]').click()
