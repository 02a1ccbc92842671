"""Structured logs as JSON lines, without anything that tells about a person."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask
from structlog.types import EventDict, WrappedLogger

from lti_tool.settings import Settings

PERSONAL = frozenset(
    ("name", "email", "sub", "subject", "user", "for_user", "token", "id_token", "secret", "answer", "response")
)


def hide_personal(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last belt: fields of these names never reach the log, whoever wrote them."""
    return {key: "(hidden)" if key in PERSONAL else value for key, value in event.items()}


def init_app(app: Flask, settings: Settings) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
