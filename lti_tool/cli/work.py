"""`flask worker`, `outbox`, `backup`, `restore`, `privacy`: scores on their way, copies, one person's data."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Engine, and_, or_, select
from sqlalchemy.orm import Session

from lti_tool import audit, outbox, overview, privacy, refusals, web
from lti_tool import backup as service
from lti_tool.backup import BackupFault
from lti_tool.cli import printing
from lti_tool.delivery import Courier
from lti_tool.messages import messages
from lti_tool.models import Placement, Platform, ScoreDelivery, User
from lti_tool.privacy import Periods
from lti_tool.revisions import noted
from lti_tool.uploads import Store
from lti_tool.worker import Duties, run, run_once, stop_on_signals

OPEN = ("waiting", "held", "stopped")
outbox_group = AppGroup("outbox", help="Bewertungen auf dem Weg zur Lernplattform")
privacy_group = AppGroup("privacy", help="Daten einer Person: Auskunft und Löschung")
platform_option = click.option("--platform", type=int, required=True, help="Nummer der Lernplattform (platforms list)")
subject_option = click.option("--subject", required=True, help="Kennung der Person in der Lernplattform (sub)")


def revision_of(engine: Engine) -> str:
    """The state of the database as Alembic has noted it."""
    with engine.connect() as connection:
        return ", ".join(noted(connection))


def duties() -> Duties:
    tool, settings = web.tool(), web.tool().settings
    return Duties(
        courier=Courier(sessions=tool.sessions, gateway=tool.gateway, clock=tool.clock),
        store=Store(settings.uploads_url),
        periods=Periods(attempts=settings.attempts_days, drafts=settings.drafts_days, audit=settings.audit_days),
    )


@click.command("worker")
@click.option("--once", is_flag=True, help="nur senden, was jetzt fällig ist, dann enden")
@with_appcontext
def worker(once: bool) -> None:
    """Bewertungen senden und Altes löschen, bis das Programm beendet wird."""
    tool = web.tool()
    if once:
        known = duties()
        known.wake_held()
        click.echo(printing.text("cli.worker.once", count=run_once(known.courier)))
    elif tool.engine.dialect.name == "postgresql":
        from lti_tool import jobs

        made = jobs.make_jobs(tool.engine, duties())
        jobs.prepare(tool.engine, made)
        jobs.run(made)
    else:
        run(duties(), stop_on_signals())


@outbox_group.command("list")
@click.option("--all", "everything", is_flag=True, help="auch die angekommenen")
@printing.as_json
def list_(everything: bool, as_json: bool) -> None:
    """Bewertungen, die noch nicht angekommen sind, mit dem Grund."""
    query = (
        select(ScoreDelivery, Placement.title, User.alias)
        .join(Placement, ScoreDelivery.placement_id == Placement.id)
        .join(User, ScoreDelivery.user_id == User.id)
        .order_by(ScoreDelivery.due_at)
    )
    with web.tool().sessions() as session:
        found = session.execute(query if everything else query.where(ScoreDelivery.state.in_(OPEN))).all()
    printing.rows([_entry(row, title, alias) for row, title, alias in found], json_wanted=as_json)


def _entry(row: ScoreDelivery, title: str, alias: str) -> dict[str, object]:
    reason = overview.reason_of(row)
    words = messages(printing.language()).get(f"trainer.reason.{reason.code}", reason.code)
    return {
        "number": row.id,
        "activity": title,
        "person": alias,
        "state": reason.state,
        "tries": row.tries,
        "next": row.due_at.isoformat(timespec="seconds") if row.state == "waiting" else "",
        "reason": words,
    }


@outbox_group.command("retry")
@click.argument("numbers", type=int, nargs=-1, metavar="[NUMMER]…")
def retry(numbers: tuple[int, ...]) -> None:
    """Bewertungen noch einmal senden; ohne Nummern alle, die nicht angenommen wurden."""
    tool, now = web.tool(), web.now()
    with tool.sessions.begin() as session:
        asked_again = and_(ScoreDelivery.state == "waiting", ScoreDelivery.reason.in_(refusals.SINGLE))
        refused = select(ScoreDelivery.id).where(or_(ScoreDelivery.state == "stopped", asked_again))
        count = outbox.requeue(session, numbers or session.scalars(refused).all(), now)
        audit.write(session, audit.COMMAND, "score.resend", f"count:{count}", now)
    click.echo(printing.text("cli.outbox.retry", count=count))


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="DATEI")
@with_appcontext
def backup(file: Path) -> None:
    """Alles Gespeicherte in eine Datei sichern (ohne Schlüssel und Einstellungen)."""
    tool = web.tool()
    made = service.write(tool.engine, duties().store, revision_of(tool.engine), file, tool.clock())
    click.echo(printing.text("cli.backup.done", rows=made.rows, files=made.files, file=file))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="DATEI")
@with_appcontext
def restore(file: Path) -> None:
    """Eine Sicherung in eine leere Datenbank zurückspielen (vorher: db upgrade)."""
    tool = web.tool()
    try:
        made = service.restore(tool.engine, duties().store, revision_of(tool.engine), file)
    except BackupFault as fault:
        raise click.ClickException(printing.text(f"cli.backup.{fault.code}", detail=fault.detail)) from fault
    click.echo(printing.text("cli.restore.done", rows=made.rows, files=made.files))


def _person(session: Session, platform: int, subject: str) -> User:
    if session.get(Platform, platform) is None:
        raise click.ClickException(printing.text("cli.privacy.no-platform", number=platform))
    found = privacy.find(session, platform, subject)
    if found is None:
        raise click.ClickException(printing.text("cli.privacy.nobody"))
    return found


@privacy_group.command("export")
@platform_option
@subject_option
def export(platform: int, subject: str) -> None:
    """Alles zu einer Person als JSON ausgeben (Auskunft, Art. 15 und 20 DSGVO)."""
    tool = web.tool()
    with tool.sessions.begin() as session:
        person = _person(session, platform, subject)
        click.echo(json.dumps(privacy.export(session, person.id), ensure_ascii=False, indent=2))
        audit.write(session, audit.COMMAND, "person.export", audit.person(person.id), tool.clock())


@privacy_group.command("erase")
@platform_option
@subject_option
@click.option("--yes", is_flag=True, help="ohne Rückfrage")
def erase(platform: int, subject: str, yes: bool) -> None:
    """Eine Person mit allem löschen (Art. 17 DSGVO)."""
    tool = web.tool()
    with tool.sessions() as session:
        person = _person(session, platform, subject).id
    if not yes:
        click.confirm(printing.text("cli.privacy.sure"), abort=True)
    with tool.sessions.begin() as session:
        keys = privacy.erase(session, person, audit.COMMAND, tool.clock())
    for key in keys:
        duties().store.delete(key)
    click.echo(printing.text("cli.privacy.erased", files=len(keys)))


@privacy_group.command("clean-up")
def clean_up() -> None:
    """Löschen, was älter ist als seine Frist; der Worker tut das jede Nacht von selbst."""
    removed = duties().clean_up()
    click.echo(
        printing.text("cli.privacy.cleaned", people=removed.people, drafts=removed.drafts, entries=removed.entries)
    )


COMMANDS: tuple[click.Command, ...] = (worker, outbox_group, backup, restore, privacy_group)
