"""The LTI 1.3 tool: launches from a learning management system, exercises on the server, scores back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lti_tool.application import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    """Services, worker and migrations use this package without loading the web framework."""
    if name == "create_app":
        from lti_tool.application import create_app

        return create_app
    raise AttributeError(name)
