"""Who operates the tool: said to everyone who asks, and missed where nobody entered it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr

from lti_tool import create_app
from lti_tool.settings import Settings
from tests.lti_tool.web.world import SAMPLE

PUBLIC = "https://lernen.example.de"
OPERATOR = {
    "operator_name": "Zweckverband Beispiel",
    "operator_address": "Rathausplatz 1, 12345 Musterhausen",
    "operator_email": "lernen@example.de",
    "operator_privacy_officer": "Dr. Erika Muster, datenschutz@example.de",
}


def tool(folder: Path, **more: Any) -> Flask:
    values: dict[str, Any] = {
        "public_url": PUBLIC,
        "secret_key": SecretStr("only for this test, and long enough"),
        "database_url": f"sqlite:///{folder / 'tool.sqlite3'}",
        "keys_folder": folder,
        "curriculum": SAMPLE,
    }
    return create_app(Settings(**values | more))


def warnings(app: Flask) -> list[str]:
    found: list[str] = app.test_client().get("/readyz").get_json()["warnings"]
    return found


def test_the_notice_names_the_operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = tool(tmp_path, **OPERATOR)
    page = app.test_client().get("/privacy", headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert all(value in page for value in OPERATOR.values())
    assert "Wer dieses Werkzeug betreibt" in page
    assert warnings(app) == []
    assert "operator missing" not in capsys.readouterr().err


def test_a_missing_operator_is_warned_of_at_the_start_and_by_readyz(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = tool(tmp_path)
    assert "operator missing" in capsys.readouterr().err
    assert warnings(app) == ["operator"]
    page = app.test_client().get("/privacy", headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert "Wer dieses Werkzeug betreibt" not in page


def test_on_the_own_machine_nobody_misses_an_operator(tmp_path: Path) -> None:
    assert warnings(tool(tmp_path, public_url="http://127.0.0.1:5000")) == []
