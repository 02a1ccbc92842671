"""The commands of an operator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from lti_tool.db import Base
from lti_tool.models import AuditEntry, Platform
from tests.lti_tool.web.world import Browser, World

ADD = (
    "platforms add --name ILIAS --issuer https://ilias.example --client-id abc "
    "--login-url https://ilias.example/ltiauth.php --token-url https://ilias.example/ltitoken.php "
    "--jwks-url https://ilias.example/lticerts.php"
)


def run(world: World, line: str) -> Result:
    return world.app.test_cli_runner().invoke(args=line.split())


def output(world: World, line: str) -> Any:
    result = run(world, line)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_platform_is_added_listed_shown_switched_and_removed(world: World) -> None:
    assert "Nummer 2" in run(world, f"{ADD} --deployment 3").output
    entries = output(world, "platforms list --json")
    assert [(entry["number"], entry["active"]) for entry in entries] == [(1, True), (2, False)]
    assert run(world, "platforms activate 2").exit_code == 0
    shown = output(world, "platforms show 2 --json")
    assert (shown["active"], shown["deployments"], shown["passback_mode"]) == (True, ["3"], "points")
    assert run(world, "platforms deactivate 2").exit_code == 0
    assert "3, 4" in run(world, "platforms deployment 2 4").output
    assert run(world, "platforms remove 2 --yes").exit_code == 0
    assert len(output(world, "platforms list --json")) == 1
    with world.database() as session:
        noted = session.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject)).all()
    assert [tuple(row) for row in noted] == [
        ("command", f"platform.{action}", "platform:2") for action in ("activate", "deactivate", "remove")
    ]


def test_lists_are_tables_for_people(world: World) -> None:
    printed = run(world, "platforms list").output
    assert printed.splitlines()[0].split() == ["number", "name", "active", "issuer", "client_id", "deployments"]
    assert "staffel-client" in printed


def test_wrong_values_are_refused_with_their_names(world: World) -> None:
    result = run(world, ADD.replace("https://ilias.example/ltitoken.php", "http://ilias.example/ltitoken.php"))
    assert result.exit_code == 1
    assert "token_url: Die Adresse muss mit https:// beginnen." in result.output


@pytest.mark.parametrize("command", ["show", "activate", "deactivate", "remove --yes", "deployment"])
def test_an_unknown_number_is_said_so(world: World, command: str) -> None:
    name, *options = command.split()
    more = ["5"] if name == "deployment" else []
    result = world.app.test_cli_runner().invoke(args=["platforms", name, "99", *more, *options])
    assert result.exit_code == 1
    assert "keine Lernplattform Nummer 99" in result.output


def test_removing_asks_first(world: World) -> None:
    result = world.app.test_cli_runner().invoke(args=["platforms", "remove", "1"], input="n\n")
    assert result.exit_code == 1
    with world.database() as session:
        assert session.get(Platform, 1) is not None


def test_removing_takes_all_that_belongs_to_the_platform(world: World) -> None:
    world.launch()
    assert run(world, "platforms remove 1 --yes").exit_code == 0
    with world.database() as session:
        for table in Base.metadata.sorted_tables:
            left = session.execute(table.select()).all()
            assert [row.action for row in left] == ["platform.remove"] if table.name == "audit" else left == []


def test_an_invitation_opens_the_registration(world: World) -> None:
    url = output(world, "platforms invite Stadt --json")["url"]
    assert url.startswith(f"{world.url}/lti/register?invitation=")
    assert "Stadt" in Browser().get(url).text


def test_the_values_to_enter_are_printed(world: World) -> None:
    assert f"{world.url}/lti/login" in output(world, "platforms setup --lms moodle --json").values()
    for lms in ("moodle", "ilias", "other"):
        assert f"{world.url}/lti/jwks" in run(world, f"platforms setup --lms {lms}").output


def test_keys_are_listed_and_rotated(world: World) -> None:
    (old,) = output(world, "keys list --json")
    assert (old["signs"], old["bits"], old["retires"]) == (True, 2048, "")
    assert run(world, "keys rotate --bits 2048").exit_code == 0
    new, kept = output(world, "keys list --json")
    assert (new["signs"], kept["signs"], kept["kid"]) == (False, True, old["kid"])
    assert kept["retires"]


def test_a_fault_of_the_keys_is_said_in_words(world: World) -> None:
    (file,) = world.tool.keys.folder.glob("*.pem")
    file.chmod(0o644)
    result = run(world, "keys list")
    assert result.exit_code == 1
    assert "für andere lesbar" in result.output


def test_the_doctor_prints_findings_and_fails_on_faults(world: World) -> None:
    world.launch()
    assert run(world, "doctor 1").exit_code == 0
    assert {entry["status"] for entry in output(world, "doctor 1 --person anna --json")} == {"ok", "skipped"}
    world.lms.tool = None
    result = run(world, "doctor 1")
    assert result.exit_code == 1
    assert "✗ Zugang zu den Diensten" in result.output


def test_the_database_is_made_by_command(world: World) -> None:
    assert run(world, "db current").exit_code == 1
    Base.metadata.drop_all(world.tool.engine)
    assert run(world, "db upgrade").exit_code == 0
    assert run(world, "db current").exit_code == 0
    assert run(world, "db downgrade base --yes").exit_code == 0
    assert run(world, "db current").exit_code == 1


def test_an_invitation_needs_a_name(world: World) -> None:
    """It becomes the name of the registration, by which operators tell platforms apart."""
    refused = world.app.test_cli_runner().invoke(args=["platforms", "invite", " "])
    assert (refused.exit_code, "braucht einen Namen" in refused.output) == (1, True)
