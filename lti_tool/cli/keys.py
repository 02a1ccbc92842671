"""`flask keys …`: the tool's signing keys."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lti_tool import web
from lti_tool.cli import printing
from lti_tool.keys import KEY_BITS, SHORTEST_KEY, KeyFault

keys = AppGroup("keys", help="Schlüssel des Werkzeugs")
LONGEST = 8192


@keys.command("list")
@printing.as_json
def list_(as_json: bool) -> None:
    """Alle Schlüssel, der neueste zuerst."""
    tool = web.tool()
    try:
        found = tool.keys.all()
        signing = tool.keys.signing(tool.clock()).kid if found else ""
    except KeyFault as fault:
        raise click.ClickException(printing.text(f"doctor.own-keys-{fault.code}", detail=fault.detail)) from fault
    entries = [
        {
            "kid": key.kid,
            "bits": key.bits,
            "signs": key.kid == signing,
            "created": key.created.isoformat(timespec="minutes"),
            "retires": key.retires.isoformat(timespec="minutes") if key.retires else "",
        }
        for key in found
    ]
    printing.rows(entries, json_wanted=as_json)


@keys.command("rotate")
@click.option("--bits", type=click.IntRange(SHORTEST_KEY, LONGEST), default=KEY_BITS, show_default=True)
def rotate(bits: int) -> None:
    """Einen neuen Schlüssel machen; die alten bleiben noch 30 Tage veröffentlicht."""
    tool = web.tool()
    try:
        made = tool.keys.rotate(tool.clock(), bits)
    except KeyFault as fault:
        raise click.ClickException(printing.text(f"doctor.own-keys-{fault.code}", detail=fault.detail)) from fault
    click.echo(f"Neuer Schlüssel: {made.kid}")
