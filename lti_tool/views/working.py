"""What the pages of an activity share: whose it is, what it shows, which attempts there are, where files lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import abort, current_app, g, request

from content.exercises import Exercise, MalformedResponse
from content.exercises.base import MAXIMUM_ANSWER
from content.findings import Language
from content.messages import messages as widget_messages
from content.scoring import Response
from lti_tool import attempts, moments, security, seen, web
from lti_tool.activities import Activity, UnknownActivity
from lti_tool.attempts import AnyAttempt, Draft, Place
from lti_tool.launch_token import CurrentLaunch
from lti_tool.launches import Link
from lti_tool.messages import messages
from lti_tool.models import Attempt, Placement
from lti_tool.presenting import Button
from lti_tool.seen import SeenAttempt
from lti_tool.texts import concrete
from lti_tool.uploads import MOST_FILES, Store

STORE = "staffel-uploads"
LONGEST_WRITER = 40
HIGHEST_KEY = 2**31 - 1
"""Of PostgreSQL's INTEGER."""
HIGHEST_COUNT = 1_000_000_000
CHOSEN = ("identifier", "pair")
"""Kinds of values that people choose and do not type."""
SCRIPT_TEXTS = ("js.ordering.", "js.path.", "js.budget.", "exercise.js.")


@dataclass(frozen=True, kw_only=True)
class Work:
    """One person's work on the activity of one placement; `done` are the attempts that are not open."""

    launch: CurrentLaunch
    placement: Link
    activity: Activity
    attempts: Sequence[SeenAttempt]

    @property
    def latest(self) -> SeenAttempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def done(self) -> list[SeenAttempt]:
        return [attempt for attempt in self.attempts if attempt.state != "open"]

    @property
    def place(self) -> Place:
        return Place(
            user=self.launch.user,
            placement=self.placement.id,
            version=web.tool().curriculum.version,
            trial=self.launch.teaches,
        )

    def start(self) -> Attempt:
        return attempts.start(web.session(), self.activity, self.place, web.now())

    def locked(self, attempt: int) -> Attempt:
        return attempts.locked(web.session(), attempt, self.launch.user, self.placement.id)

    def exercise(self, identifier: str) -> Exercise:
        """An exercise of this activity; any other does not exist."""
        return self.activity.pool.get(identifier) or abort(404)


def current() -> Work:
    """The work that this request's launch is about."""
    return of_launch(security.current_launch())


def of_launch(launch: CurrentLaunch) -> Work:
    """As it stands in the database: what this request has changed must be committed."""
    placement = link(launch)
    if placement is None:
        abort(404)
    try:
        activity = web.tool().activity(placement.activity)
    except UnknownActivity:
        abort(404)
    files = activity.read_by_a_person
    just_read: Sequence[SeenAttempt] | None = g.pop("attempts", None)
    if just_read is None or files:
        just_read = seen.attempts(web.tool().engine, launch.user, placement.id, uploads=files)
    return Work(launch=launch, placement=placement, activity=activity, attempts=just_read)


def link(launch: CurrentLaunch) -> Link | None:
    """The link of a launch and what it shows; while the launch itself is answered, as it has just been recorded."""
    if "link" in g:
        just_recorded: Link | None = g.link
        return just_recorded
    row = web.session().get(Placement, launch.placement) if launch.placement is not None else None
    return Link(row.id, row.activity, row.chosen) if row else None


def whole(text: str) -> int | None:
    """A whole number that a key of our tables can be, or None."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(HIGHEST_KEY)):
        return None
    return found if (found := int(text)) <= HIGHEST_KEY else None


def number(name: str) -> int:
    """A whole number of the form; 400 where it is none."""
    value = whole(request.form.get(name, ""))
    return abort(400) if value is None else value


def count(name: str) -> int:
    """A number that grows by one at a time; 400 where no honest page could have got there."""
    value = number(name)
    return value if value <= HIGHEST_COUNT else abort(400)


def _writer() -> str:
    """The name that a window gave itself; empty where it is none."""
    name = request.form.get("writer", "")
    return name if name.isascii() and name.isalnum() and len(name) <= LONGEST_WRITER else ""


def _parsed(exercise: Exercise, form: Mapping[str, list[str]]) -> Response:
    """The answer in a form. A text that is too long to be stored comes along: it is refused in words and given back.

    A form counts a line's end twice, a reader does not.
    """
    typed = [variable.id for variable in exercise.variables() if variable.base not in CHOSEN]
    long = {name: form[name] for name in typed if any(len(text) > MAXIMUM_ANSWER for text in form.get(name, ()))}
    given = exercise.parse({name: values for name, values in form.items() if name not in long})
    if any(len(values) > 1 for values in long.values()):
        raise MalformedResponse("more than one value")
    return {**given, **{name: (values[0].replace("\r\n", "\n"),) for name, values in long.items()}}


def draft(exercise: Exercise) -> Draft:
    """The answer in the form; 400 where no honest page of ours sends such a one."""
    form = request.form.to_dict(flat=False)
    try:
        response = _parsed(exercise, form)
    except MalformedResponse:
        abort(400)
    return Draft(
        response=response,
        revision=count("revision"),
        hints=min(whole(request.form.get("hints", "")) or 0, len(exercise.hints)),
        writer=_writer(),
        serial=count("serial") if "serial" in request.form else 0,
    )


def is_typed(exercise: Exercise, response: Response) -> bool:
    return any(response.get(variable.id) for variable in exercise.variables() if variable.base not in CHOSEN)


def unsaved(exercise: Exercise, response: Response, stored: Response) -> str:
    """What a person wrote in `response` and nobody keeps, to be shown to them; empty where `stored` says the same.

    What they chose is no text: they see what is chosen now.
    """
    names = [variable.id for variable in exercise.variables() if variable.base not in CHOSEN]
    here, there = ("\n".join(text for name in names for text in given.get(name, ())) for given in (response, stored))
    here = here.replace("\r\n", "\n")
    return "" if here == there else here


def source_language() -> str:
    """The curriculum's language: it decides how numbers are read."""
    return web.tool().curriculum.language


def fields(attempt: AnyAttempt, exercise: str, **more: object) -> dict[str, str]:
    """Hidden fields of an exercise's form: the launch, the attempt, and the next revision."""
    answer = attempts.answer_to(attempt, exercise)
    values = {"attempt": attempt.id, "exercise": exercise, "revision": (answer.revision if answer else 0) + 1, **more}
    security.current_launch()
    return {security.TOKEN_FIELD: g.launch_token, **{name: str(value) for name, value in values.items()}}


def response(attempt: AnyAttempt, exercise: str) -> Response:
    return attempts.response_of(attempts.answer_to(attempt, exercise))


def button(key: str, *, primary: bool = False, **more: str) -> Button:
    return Button(label=web.text(key), primary=primary, **more)


def decimal(value: float) -> str:
    """A number in the reader's language."""
    return moments.decimal(value, web.language())


def page(template: str, **values: Any) -> str:
    """A page with times and numbers in the reader's language."""
    language = web.language()
    pieces: dict[str, Any] = {
        "moment": lambda time: moments.moment(time, language),
        "clock": lambda time: moments.clock(time, language),
        "decimal": lambda value: moments.decimal(value, language),
        "percent": lambda part, whole: moments.percent(part, whole, language),
        "size": lambda count: moments.size(count, language),
        "script_texts": script_texts(language),
        "concrete": concrete,
        "megabytes": web.tool().settings.upload_megabytes,
        "most_files": MOST_FILES,
        "shared_devices": web.tool().settings.shared_devices,
    }
    return web.page(template, **(pieces | values))


@cache
def script_texts(language: Language) -> str:
    """The sentences that scripts show, as JSON in which no tag can begin."""
    known = {**widget_messages(language), **messages(language)}
    texts = {
        key.replace("exercise.js.", "js.work."): text for key, text in known.items() if key.startswith(SCRIPT_TEXTS)
    }
    return json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")


def store() -> Store:
    """The file store, after a commit: while files move no transaction of this request may be open.

    The store may be slow, and on SQLite every transaction locks out all other writers. It is made once per process.
    """
    web.session().commit()
    known: Store | None = current_app.extensions.get(STORE)
    if known is None:
        known = current_app.extensions[STORE] = Store(web.tool().settings.uploads_url)
    return known
