"""What ILIAS needs to know about a question, before it is an item (`ilQTIItem`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree


@dataclass(frozen=True, kw_only=True)
class Question:
    """The parts of an item. `kind` is the label that ILIAS knows the type by.

    `prompt` stands before the flow (a cloze carries it as metadata); `feedback`: ident -> HTML for one answer; `asides`
    are added to what everybody reads whose answer is not fully right; `maximum` is for questions that a person scores,
    `score` (attributes of the outcome) for those whose points stand there and not at their answers.
    """

    kind: str
    prompt: str
    flow: Sequence[etree._Element]
    conditions: Sequence[etree._Element] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    feedback: Mapping[str, str] = field(default_factory=dict)
    asides: Sequence[str] = ()
    maximum: int = 0
    score: Mapping[str, str] = field(default_factory=dict)
