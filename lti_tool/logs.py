"""Structured logs as JSON lines, without anything that tells about a person."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator

import structlog
from flask import Flask
from structlog.types import EventDict, WrappedLogger

from lti_tool.settings import Settings

PERSONAL = frozenset(
    ("name", "email", "sub", "subject", "user", "for_user", "token", "id_token", "secret", "answer", "response")
)

LONGEST_MESSAGE = 200


def hide_personal(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last belt: fields of these names never reach the log, whoever wrote them."""
    return {key: "(hidden)" if key in PERSONAL else value for key, value in event.items()}


def tell_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """`exc_info` as `exception`: where it happened, and of each message the first line alone.

    What a database says further on holds the row that it is about: answers, names, comments.
    """
    given = event.pop("exc_info", None)
    found = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(found, BaseException):
        event["exception"] = "\n".join(_told(found, set()))
    return event


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    """The innermost cause first, as Python tells it."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    first = next(iter(str(error).splitlines()), "")
    yield f"{type(error).__qualname__}: {first[:LONGEST_MESSAGE]}"


def init_app(app: Flask, settings: Settings) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_exception,
            hide_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
