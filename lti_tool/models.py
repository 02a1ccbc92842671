"""Tables and their invariants. One row of `score_delivery` per column and person is the truth about a grade's way."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.db import Base, UtcDateTime

SUBJECT = 255
"""LTI Core 1.3, 5.3.6: `sub` has at most 255 ASCII characters."""


class Platform(Base):
    """A registration: an LMS (issuer) that knows us under a client id. Inactive until a person confirmed it."""

    __tablename__ = "platform"
    __table_args__ = (
        UniqueConstraint("issuer", "client_id"),
        CheckConstraint("passback_mode IN ('points', 'completion')", name="passback_mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    login_url: Mapped[str] = mapped_column(String(1000))
    token_url: Mapped[str] = mapped_column(String(1000))
    token_audience: Mapped[str] = mapped_column(String(1000), default="")
    """`aud` of the token request where it differs from `token_url`."""
    jwks_url: Mapped[str] = mapped_column(String(1000))
    family: Mapped[str] = mapped_column(String(100), default="")
    """`product_family_code` and version decide the row of `lti_tool.platforms.TRAITS`."""
    version: Mapped[str] = mapped_column(String(100), default="")
    active: Mapped[bool] = mapped_column(default=False)
    any_deployment: Mapped[bool] = mapped_column(default=False)
    """Learn deployment ids from launches instead of refusing unknown ones."""
    passback_mode: Mapped[str] = mapped_column(String(20), default="points")
    allowed_hosts: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Hosts of this platform whose private addresses may be reached: for testing only."""
    failures: Mapped[int] = mapped_column(default=0)
    """Scores in a row that did not get through; one that does sets it to 0."""
    paused_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """After many failures, or a refusal, no worker asks this platform until then."""
    refusal: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Why it takes no score of this registration at all (`lti_tool.standing.REGISTRATION`); empty while it does."""
    refused_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    interrupted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it said so last, or was switched on here: no score's time to arrive counts from before."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    deployments: Mapped[list[Deployment]] = relationship(cascade="all, delete-orphan", back_populates="platform")


class Deployment(Base):
    """A deployment id that the platform may launch us with."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    platform: Mapped[Platform] = relationship(back_populates="deployments")


class Invitation(Base):
    """A one-time link for dynamic registration; only the hash of its secret is kept."""

    __tablename__ = "invitation"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    allowed_hosts: Mapped[list[str]] = mapped_column(JSON, default=list)


class LoginState(Base):
    """A login under way; the launch deletes it, so it counts once. Expired rows go with the next login."""

    __tablename__ = "login_state"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    nonce: Mapped[str] = mapped_column(String(64))
    binding_hash: Mapped[str] = mapped_column(String(64))
    storage_target: Mapped[str] = mapped_column(String(255), default="")
    """Frame of the platform that may keep the binding where cookies are blocked."""
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)


class User(Base):
    """A person as one platform knows them: an opaque subject, and a name only where the operator keeps names."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("platform_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(SUBJECT))
    name: Mapped[str] = mapped_column(String(200), default="")
    alias: Mapped[str] = mapped_column(String(60))
    """What trainers see without a name."""
    last_activity: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """Starts the retention period; never shown to anyone."""


class Context(Base):
    """A course of a platform. Its id means something within one deployment alone (LTI Core 1.3, 5.4.1)."""

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("platform_id", "deployment", "context_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    deployment: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """Empty: known from before deployments were told apart; the next launch says it."""
    context_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500), default="")
    memberships_url: Mapped[str] = mapped_column(String(1000), default="")


class Placement(Base):
    """A resource link of a course and the activity it shows (`exercise` or `assessment` and its identifier)."""

    __tablename__ = "placement"
    __table_args__ = (UniqueConstraint("context_pk", "resource_link_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_pk: Mapped[int] = mapped_column(ForeignKey("context.id", ondelete="CASCADE"))
    resource_link_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500), default="")
    activity: Mapped[str] = mapped_column(String(60))
    """`exercise:<id>` or `assessment:<id>`."""
    chosen: Mapped[bool] = mapped_column(default=False)
    """Chosen in the picker, not named by the link itself."""
    line_item_id: Mapped[int | None] = mapped_column(ForeignKey("line_item.id", ondelete="SET NULL"))
    line_items_url: Mapped[str] = mapped_column(String(1000), default="")
    grade_scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    column_leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """One worker at a time looks for the column or makes it: two would make twins."""


class LineItemRow(Base):
    """A column of a platform's gradebook that we know by its address."""

    __tablename__ = "line_item"
    __table_args__ = (UniqueConstraint("platform_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(1000))
    maximum: Mapped[float] = mapped_column(default=100)
    ours: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Found or made by us; else declared by the platform, in a launch."""


class Attempt(Base):
    """A person's try at an activity. Drafts and answers are kept per exercise in `answer`."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "placement_id", "number"),
        CheckConstraint("state IN ('open', 'submitted', 'graded', 'returned')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="open")
    seed: Mapped[int]
    exercises: Mapped[list[str]] = mapped_column(JSON)
    """The exercises of this attempt in the order shown: drawn once, then fixed."""
    version: Mapped[str] = mapped_column(String(30))
    """Version of the curriculum at the start."""
    points: Mapped[float | None]
    maximum: Mapped[float | None]
    trial: Mapped[bool] = mapped_column(default=False)
    """By someone who teaches: never scored in the platform, never counted."""
    solution_seen: Mapped[bool] = mapped_column(default=False)
    """The solution was shown after this attempt: later ones no longer improve the score."""
    comment: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan", back_populates="attempt")


class Answer(Base):
    """The response to one exercise: a draft until `checked_at`, then with the points that were given."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "exercise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    exercise_id: Mapped[str] = mapped_column(String(40))
    response: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with every save, so that a late request cannot overwrite newer text."""
    writer: Mapped[str] = mapped_column(String(40), default="")
    """The window that saved last, by a random name of its own; empty for a form without script."""
    serial: Mapped[int] = mapped_column(default=0)
    """The number of that save in its window."""
    tries: Mapped[int] = mapped_column(default=0)
    hints: Mapped[int] = mapped_column(default=0)
    points: Mapped[float | None]
    maximum: Mapped[float | None]
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    comment: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[Attempt] = relationship(back_populates="answers")
    uploads: Mapped[list[Upload]] = relationship(cascade="all, delete-orphan", back_populates="answer")


class Upload(Base):
    """A file that belongs to an answer; its bytes lie in the file store under `key`."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    answer: Mapped[Answer] = relationship(back_populates="uploads")


class ScoreDelivery(Base):
    """The newest score of a person for a column and its way there; a new score overwrites an unsent one."""

    __tablename__ = "score_delivery"
    __table_args__ = (
        UniqueConstraint("placement_id", "user_id"),
        CheckConstraint("state IN ('waiting', 'held', 'delivered', 'stopped')", name="state"),
        Index("ix_score_delivery_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    """`held`: there is no number yet, and this platform would erase a grade on hearing so."""
    points: Mapped[float | None]
    maximum: Mapped[float]
    comment: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every new score; a worker marks as delivered only the revision it sent."""
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    first_due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_timestamp: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Timestamp of the last score sent; the next one is strictly later."""
    reason: Mapped[str] = mapped_column(String(60), default="")
    """Code of the last failure, shown in words."""
    status: Mapped[int | None]
    delivered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class TextBlock(Base):
    """A sentence that trainers of a course write often."""

    __tablename__ = "text_block"

    id: Mapped[int] = mapped_column(primary_key=True)
    context_pk: Mapped[int] = mapped_column(ForeignKey("context.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)


class AuditEntry(Base):
    """Who did what to which object, without any content."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
