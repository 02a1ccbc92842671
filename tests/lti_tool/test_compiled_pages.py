"""The set-up compiles the templates of the tool and of its platform for trying with the settings that serve them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment
from pydantic import SecretStr

from content.templates import environment
from lti_tool.application import configure
from lti_tool.sandbox import Sandbox, create_platform
from lti_tool.settings import Settings
from packager.setup.compile import TEMPLATES


def tool(root: Path) -> Environment:
    app = Flask("lti_tool", root_path=str(root / "lti_tool"))
    configure(app, Settings(_env_file=None, secret_key=SecretStr("only for this test, and long enough")))
    return app.jinja_env


def platform(root: Path) -> Environment:
    return create_platform(Sandbox()).jinja_env


@pytest.mark.parametrize(("folder", "serves"), [("lti_tool/templates", tool), ("lti_tool/sandbox/templates", platform)])
def test_code_made_ahead_is_the_code_that_would_be_made_on_the_way(
    root: Path, folder: str, serves: Callable[[Path], Environment]
) -> None:
    assert folder in TEMPLATES
    served, ahead = serves(root), environment(root / folder)
    names = ahead.list_templates(extensions=["html"])
    assert names
    for name in names:
        source = (root / folder / name).read_text("utf-8")
        assert served.compile(source, name, raw=True) == ahead.compile(source, name, raw=True), name
