"""`flask platforms …`: register learning platforms, invite their administrators, switch registrations on and off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from lti_tool import audit, standing, web
from lti_tool import platforms as service
from lti_tool.cli import printing
from lti_tool.models import Deployment, Platform
from lti_tool.platforms import NewPlatform, OurAddresses, UnknownPlatform, WrongRegistration

platforms = AppGroup("platforms", help="Lernplattformen anmelden und verwalten")
number = click.argument("number", type=int, metavar="NUMMER")


def overview(platform: Platform) -> dict[str, Any]:
    return {
        "number": platform.id,
        "name": platform.name,
        "active": platform.active,
        "issuer": platform.issuer,
        "client_id": platform.client_id,
        "deployments": [row.deployment_id for row in platform.deployments],
    }


def details(platform: Platform) -> dict[str, Any]:
    return {
        **overview(platform),
        "any_deployment": platform.any_deployment,
        "login_url": platform.login_url,
        "token_url": platform.token_url,
        "token_audience": platform.token_audience,
        "jwks_url": platform.jwks_url,
        "family": platform.family,
        "version": platform.version,
        "passback_mode": platform.passback_mode,
        "allowed_hosts": list(platform.allowed_hosts),
        "created_at": platform.created_at.isoformat(),
    }


def find(session: Session, key: int) -> Platform:
    try:
        return service.get(session, key)
    except UnknownPlatform as error:
        raise click.ClickException(f"Es gibt keine Lernplattform Nummer {key}.") from error


@platforms.command("add")
@click.option("--name", required=True, help="Name zum Wiedererkennen")
@click.option("--issuer", required=True, help="Plattform-ID (Issuer)")
@click.option("--client-id", required=True)
@click.option("--login-url", required=True, help="Authentication request URL")
@click.option("--token-url", required=True, help="Access token URL")
@click.option("--jwks-url", required=True, help="Public keyset URL")
@click.option("--token-audience", default="", help="aud der Tokenanfrage, falls nicht die Token-Adresse")
@click.option("--deployment", "deployments", multiple=True, help="Deployment-ID; mehrfach möglich; ohne: lernen")
@click.option(
    "--passback", "passback_mode", type=click.Choice(service.PASSBACK_MODES), help="was die Plattform erfährt"
)
@click.option("--family", default="", help="moodle, ilias oder leer")
@click.option("--allow-host", "allowed_hosts", multiple=True, help="privater Host, nur zum Ausprobieren")
@click.option("--activate", is_flag=True, help="gleich freischalten")
def add(activate: bool, passback_mode: str | None, **values: Any) -> None:
    """Eine Lernplattform von Hand anmelden."""
    tool = web.tool()
    mode = passback_mode or tool.settings.passback_mode
    new = NewPlatform(**values, any_deployment=not values["deployments"], passback_mode=mode)
    with tool.sessions.begin() as session:
        try:
            made = service.add(session, new, tool.clock(), allowed=tool.settings.allowed_hosts, active=activate)
        except WrongRegistration as wrong:
            faults = (f"{name}: {printing.text(f'register.fault.{code}')}" for name, code in wrong.faults.items())
            raise click.ClickException("\n".join(faults)) from wrong
        click.echo(f"Angemeldet als Nummer {made.id}{'' if activate else ', noch nicht freigeschaltet'}.")


@platforms.command("invite")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 90), default=service.INVITATION_DAYS, show_default=True)
@click.option("--allow-host", "allowed_hosts", multiple=True, help="privater Host, nur zum Ausprobieren")
@printing.as_json
def invite(name: str, days: int, allowed_hosts: tuple[str, ...], as_json: bool) -> None:
    """Einen Einladungslink für die Administration einer Lernplattform machen."""
    if not name.strip():
        raise click.ClickException("Die Einladung braucht einen Namen, an dem die Lernplattform wiederzuerkennen ist.")
    tool = web.tool()
    with tool.sessions.begin() as session:
        secret = service.invite(session, name, tool.clock(), days=days, allowed_hosts=allowed_hosts)
    url = f"{OurAddresses(tool.settings.public_url).register}?invitation={secret}"
    if as_json:
        expires = tool.clock() + dt.timedelta(days=days)
        printing.fields({"url": url, "expires_at": expires.isoformat()}, json_wanted=True)
        return
    click.echo(f"Gilt einmal und {days} Tage. In Moodle als Tool-URL einfügen, sonst im Browser öffnen:\n{url}")


@platforms.command("list")
@printing.as_json
def list_(as_json: bool) -> None:
    """Alle angemeldeten Lernplattformen."""
    with web.tool().sessions() as session:
        printing.rows([overview(platform) for platform in service.listed(session)], json_wanted=as_json)


@platforms.command("show")
@number
@printing.as_json
def show(number: int, as_json: bool) -> None:
    """Alle Angaben zu einer Lernplattform."""
    with web.tool().sessions() as session:
        printing.fields(details(find(session, number)), json_wanted=as_json)


@platforms.command("activate")
@number
def activate(number: int) -> None:
    """Freischalten: Ab jetzt werden Aufgaben geöffnet."""
    switch(number, active=True)


@platforms.command("deactivate")
@number
def deactivate(number: int) -> None:
    """Abschalten: Nichts wird mehr geöffnet, nichts gelöscht."""
    switch(number, active=False)


def switch(key: int, *, active: bool) -> None:
    with web.tool().sessions.begin() as session:
        platform = find(session, key)
        platform.active = active
        note(session, "activate" if active else "deactivate", key)
        if active:
            standing.begin_anew(session, platform, web.tool().clock())
        click.echo(f"{platform.name} ist {'freigeschaltet' if active else 'abgeschaltet'}.")


def note(session: Session, action: str, key: int) -> None:
    """Who may launch here changes with it: that belongs into the log of what operators do."""
    audit.write(session, audit.COMMAND, f"platform.{action}", f"platform:{key}", web.tool().clock())


@platforms.command("deployment")
@number
@click.argument("deployment", metavar="DEPLOYMENT-ID")
def deployment(number: int, deployment: str) -> None:
    """Eine Bereitstellung (Deployment-ID) eintragen."""
    with web.tool().sessions.begin() as session:
        platform = find(session, number)
        if deployment not in [row.deployment_id for row in platform.deployments]:
            platform.deployments.append(Deployment(deployment_id=deployment))
        click.echo(f"{platform.name}: {', '.join(row.deployment_id for row in platform.deployments)}")


@platforms.command("remove")
@number
@click.option("--yes", is_flag=True, help="ohne Rückfrage")
def remove(number: int, yes: bool) -> None:
    """Löschen, mit allen Personen, Kursen, Antworten und Noten dieser Lernplattform."""
    with web.tool().sessions.begin() as session:
        platform = find(session, number)
        if not yes:
            click.confirm(f"{platform.name} mit allen Antworten und Noten löschen?", abort=True)
        session.delete(platform)
        note(session, "remove", number)
        click.echo(f"{platform.name} ist gelöscht.")


@platforms.command("setup")
@click.option("--lms", type=click.Choice(["moodle", "ilias", "other"]), default="moodle", show_default=True)
@printing.as_json
def setup(lms: str, as_json: bool) -> None:
    """Die Angaben, die in die Lernplattform einzutragen sind, unter deren Feldnamen."""
    values = service.setup_values(OurAddresses(web.tool().settings.public_url), lms)
    named = {
        printing.text(f"register.{lms}.{key}"): printing.text(value) if value.startswith("register.") else value
        for key, value in values
    }
    printing.fields(named, json_wanted=as_json)
