"""The reading queue: one text after the other, with rubric, comment, text blocks; usable by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, or_, select

from content.exercises import ExtendedText
from lti_tool import attempts, audit, grading, overview, security, web
from lti_tool.activities import Activity, UnknownActivity, find
from lti_tool.attempts import AttemptRefused
from lti_tool.grading import Grade
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Answer, Attempt, Placement, TextBlock, User
from lti_tool.texts import concrete, paragraphs
from lti_tool.views import progress, working

bp = Blueprint("reading", __name__, url_prefix="/read")
BLOCK_LENGTH = 2000
MOST_BLOCKS = 50
DONE = {"return": "trainer.returned", "reopen": "trainer.reopened"}
"""What is said after a decision that opens the next text."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text of an attempt, ready to be read; `comment` and `chosen` are what the reader has so far."""

    exercise: ExtendedText
    answer: Answer
    prompt: str
    html: str
    words: int
    model_answer: str
    comment: str
    points: str
    chosen: dict[int, int]


def for_trainers() -> CurrentLaunch:
    launch = security.current_launch()
    if not launch.teaches:
        abort(403)
    return launch


@bp.post("")
@security.from_own_page
def queue() -> ResponseReturnValue:
    """The next text that waits: of one task, or of the whole course."""
    return _next(for_trainers(), None)


@bp.post("/attempt")
@security.from_own_page
def one() -> ResponseReturnValue:
    """A certain attempt, read or not."""
    launch = for_trainers()
    return show(launch, _attempt(launch))


@bp.post("/decide")
@security.from_own_page
def decide() -> ResponseReturnValue:
    """Notes what the form says; its button says what follows."""
    launch = for_trainers()
    attempt = _attempt(launch)
    action = request.form.get("action", "note")
    if action == "skip":
        return _next(launch, attempt)
    problem = _decide(launch, attempt, action)
    web.session().commit()
    if problem:
        return show(launch, attempt, problem=problem), 422
    if action in DONE:
        return _next(launch, attempt, done=DONE[action])
    return show(launch, attempt, noted=action == "note")


@bp.post("/block")
@security.from_own_page
def block() -> ResponseReturnValue:
    """Adds or removes a text block of the course, and keeps what the form holds."""
    launch = for_trainers()
    attempt = _attempt(launch)
    _decide(launch, attempt, "note")
    if text := _typed("new_block").strip()[:BLOCK_LENGTH]:
        if len(_blocks(launch)) < MOST_BLOCKS:
            web.session().add(TextBlock(context_pk=launch.context, text=text))
    elif request.form.get("remove_block"):
        mine = (TextBlock.id == working.number("remove_block"), TextBlock.context_pk == launch.context)
        web.session().execute(delete(TextBlock).where(*mine))
    web.session().commit()
    return show(launch, attempt)


def _attempt(launch: CurrentLaunch) -> Attempt:
    try:
        attempt = grading.locked(web.session(), working.number("attempt"), launch.context)
    except AttemptRefused:
        abort(404)
    return abort(404) if attempt.state == "open" else attempt


def _decide(launch: CurrentLaunch, attempt: Attempt, action: str) -> str:
    texts = _extended(_activity(attempt), attempt)
    try:
        for exercise in texts:
            grading.grade(attempt, exercise, _grade(exercise))
        if action == "return":
            grading.give_back(web.session(), attempt, texts, web.now())
        elif action == "reopen":
            grading.reopen(web.session(), attempt, web.now())
    except AttemptRefused as refused:
        return refused.code
    if action != "note":
        audit.write(
            web.session(), audit.person(launch.user), f"work.{action}", audit.person(attempt.user_id), web.now()
        )
    return ""


def _grade(exercise: ExtendedText) -> Grade:
    """What the form says about one text; a text block that was asked for goes to the end of the comment."""
    levels: dict[int, int] = {}
    for index in range(len(exercise.rubric)):
        chosen = working.whole(request.form.get(f"level.{exercise.id}.{index}", ""))
        if chosen is not None:
            levels[index] = chosen
    comment = _typed(f"comment.{exercise.id}")
    wanted = request.form.get("insert", "")
    target, _, key = wanted.partition(" ")
    if target == exercise.id and (number := working.whole(key)) is not None:
        found = web.session().get(TextBlock, number)
        if found and found.context_pk == security.current_launch().context:
            comment = f"{comment.rstrip()}\n\n{found.text}".strip()
    return Grade(comment=comment, points=_number(request.form.get(f"points.{exercise.id}", "")), levels=levels)


def _typed(name: str) -> str:
    """A text of the form with line ends as readers count them, and without NUL, which PostgreSQL does not take."""
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "")


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _next(launch: CurrentLaunch, after: Attempt | None, *, done: str = "") -> ResponseReturnValue:
    """The first that waits behind `after`, else from the beginning."""
    placement = _placement(launch)
    query = grading.to_read(launch.context, placement)
    following = None
    if after is not None and after.submitted_at:
        later = or_(
            Attempt.submitted_at > after.submitted_at,
            (Attempt.submitted_at == after.submitted_at) & (Attempt.id > after.id),
        )
        following = web.session().scalar(query.where(later).limit(1))
    following = following or web.session().scalar(query.limit(1))
    if following is None:
        return working.page("reading_done.html", placement=placement, done=done)
    return show(launch, following, done=done)


def show(launch: CurrentLaunch, attempt: Attempt, problem: str = "", *, noted: bool = False, done: str = "") -> str:
    """The page of one attempt."""
    activity = _activity(attempt)
    person = web.session().get_one(User, attempt.user_id)
    return working.page(
        "reading.html",
        attempt=attempt,
        activity=activity,
        name=overview.name_of(person),
        texts=[_text(exercise, attempt) for exercise in _extended(activity, attempt)],
        machine=_machine(activity, attempt),
        placement=_placement(launch),
        waiting=grading.count_to_read(web.session(), launch.context, _placement(launch)),
        blocks=_blocks(launch),
        problem=problem,
        noted=noted,
        done=done,
    )


def _placement(launch: CurrentLaunch) -> int | None:
    """The task that the queue is limited to."""
    if not request.form.get("placement"):
        return None
    found = web.session().get(Placement, working.number("placement"))
    return found.id if found and found.context_pk == launch.context else abort(404)


def _activity(attempt: Attempt) -> Activity:
    placement = web.session().get_one(Placement, attempt.placement_id)
    try:
        return find(web.tool().curriculum, placement.activity)
    except UnknownActivity:
        abort(404)


def _extended(activity: Activity, attempt: Attempt) -> list[ExtendedText]:
    known = (activity.pool.get(name) for name in attempt.exercises)
    return [item for item in known if isinstance(item, ExtendedText) and attempts.answer_to(attempt, item.id)]


def _text(exercise: ExtendedText, attempt: Attempt) -> Text:
    answer = attempts.answer_to(attempt, exercise.id)
    if answer is None:
        raise LookupError(exercise.id)
    text = "\n".join(attempts.response_of(answer).get("RESPONSE", ()))
    return Text(
        exercise=exercise,
        answer=answer,
        prompt=concrete(exercise.prompt.html),
        html=paragraphs(text),
        words=len(text.split()),
        model_answer=concrete(exercise.model_answer.html),
        comment=answer.comment,
        points="" if answer.points is None else working.decimal(answer.points),
        chosen={int(index): points for index, points in answer.rubric.items()},
    )


def _machine(activity: Activity, attempt: Attempt) -> list[progress.Line]:
    """What a machine has scored of the same attempt."""
    lines = []
    for name in attempt.exercises:
        exercise, answer = activity.pool.get(name), attempts.answer_to(attempt, name)
        if exercise and exercise.scored and answer and answer.points is not None and answer.maximum:
            reached = f"{working.decimal(answer.points)} / {working.decimal(answer.maximum)}"
            lines.append(progress.Line(criterion=exercise.title, level="", points=reached))
    return lines


def _blocks(launch: CurrentLaunch) -> list[TextBlock]:
    mine = select(TextBlock).where(TextBlock.context_pk == launch.context).order_by(TextBlock.id)
    return list(web.session().scalars(mine))
