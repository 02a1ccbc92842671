"""`flask doctor NUMMER`: the self-test of a registration."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lti_tool import web
from lti_tool.cli import printing
from lti_tool.cli.platforms import find
from lti_tool.doctor import Doctor
from lti_tool.doctor_words import words

MARKS = {"ok": "✓", "hint": "!", "fault": "✗", "skipped": "–"}


@click.command("doctor")
@click.argument("number", type=int, metavar="NUMMER")
@click.option("--person", default="", help="Kennung (sub) einer Testperson, die eine Probenote bekommt")
@printing.as_json
@with_appcontext
def doctor(number: int, person: str, as_json: bool) -> None:
    """Prüfen, ob Lernplattform und Werkzeug einander erreichen und ob Noten ankommen."""
    tool = web.tool()
    with tool.sessions() as session:
        family = find(session, number).family
    examiner = Doctor(tool.settings, tool.sessions, tool.keys, tool.outgoing, tool.gateway)
    findings = examiner.examine(number, tool.clock(), person=person)
    said = [(finding, words(finding, family, printing.language())) for finding in findings]
    if as_json:
        entries = [
            {
                "check": finding.check,
                "status": finding.status,
                "code": finding.code,
                "detail": finding.detail,
                "text": sentence.text,
                "remedy": sentence.remedy,
            }
            for finding, sentence in said
        ]
        printing.rows(entries, json_wanted=True)
    else:
        for finding, sentence in said:
            click.echo(f"{MARKS[finding.status]} {sentence.subject}: {sentence.text}")
            if sentence.remedy:
                click.echo(f"  → {sentence.remedy}")
    if any(finding.status == "fault" for finding in findings):
        raise SystemExit(1)
