"""A backup holds everything and comes back whole, also on the other database."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import backup, uploads
from lti_tool.attempts import answer_to
from lti_tool.backup import BackupFault
from lti_tool.db import Base, make_sessions
from lti_tool.models import Attempt, LoginState, Placement, Platform, Upload, User
from lti_tool.uploads import Incoming, Store
from tests.lti_tool.databases import fresh_sqlite
from tests.lti_tool.factories import ESSAY, NOW, graded_placement, user
from tests.lti_tool.test_grading import essay, hand_in

PDF = b"%PDF-1.7 Lageplan"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"file://{tmp_path}/uploads")


def fill(sessions: sessionmaker[Session], store: Store, folder: Path) -> None:
    """A course with work, a file and a score under way."""
    (folder / "plan.pdf").write_bytes(PDF)
    with sessions.begin() as session, (folder / "plan.pdf").open("rb") as file:
        placement, who = graded_placement(session, ESSAY, allowed_hosts=["lms.example.de"])
        attempt = hand_in(session, placement, who, "Äpfel & „Birnen“\n\u2028")
        answer = answer_to(attempt, essay().id)
        assert answer is not None
        uploads.add(session, answer, uploads.receive(store, Incoming("Plan.pdf", file, 1000)), NOW)
        session.add(LoginState(state_hash="x", platform_id=1, nonce="n", binding_hash="b", expires_at=NOW))


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in backup.PASSING]
    with engine.connect() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def test_a_backup_comes_back_on_any_database(
    engine: Engine, sessions: sessionmaker[Session], store: Store, tmp_path: Path
) -> None:
    fill(sessions, store, tmp_path)
    made = backup.write(engine, store, "1", tmp_path / "backup.tgz", NOW)
    other, elsewhere = fresh_sqlite(tmp_path / "other.sqlite3"), Store(f"file://{tmp_path}/elsewhere")
    assert backup.restore(other, elsewhere, "1", tmp_path / "backup.tgz") == made
    assert rows(other) == rows(engine)
    with make_sessions(other)() as session:
        key = session.scalars(select(Upload.key)).one()
        assert session.scalar(select(func.count()).select_from(LoginState)) == 0
    assert b"".join(elsewhere.read(key)) == PDF
    other.dispose()


def test_work_goes_on_after_a_restore(
    engine: Engine, sessions: sessionmaker[Session], store: Store, tmp_path: Path
) -> None:
    source = fresh_sqlite(tmp_path / "source.sqlite3")
    fill(make_sessions(source), store, tmp_path)
    backup.write(source, store, "1", tmp_path / "backup.tgz", NOW)
    backup.restore(engine, Store(f"file://{tmp_path}/elsewhere"), "1", tmp_path / "backup.tgz")
    with sessions.begin() as session:
        known = session.scalars(select(User)).one()
        placement = session.scalars(select(Attempt.placement_id)).one()
        fresh = user(session, session.get_one(Platform, known.platform_id), "8")
        assert hand_in(session, session.get_one(Placement, placement), fresh).id == 2
    source.dispose()


def test_only_the_owner_can_read_a_backup(engine: Engine, store: Store, tmp_path: Path) -> None:
    backup.write(engine, store, "1", tmp_path / "backup.tgz", NOW)
    assert stat.S_IMODE((tmp_path / "backup.tgz").stat().st_mode) == 0o600
    assert not (tmp_path / "backup.tgz.part").exists()


def test_nothing_is_written_over(engine: Engine, sessions: sessionmaker[Session], store: Store, tmp_path: Path) -> None:
    fill(sessions, store, tmp_path)
    backup.write(engine, store, "1", tmp_path / "backup.tgz", NOW)
    before = rows(engine)
    with pytest.raises(BackupFault, match="not-empty"):
        backup.restore(engine, store, "1", tmp_path / "backup.tgz")
    assert rows(engine) == before


def test_a_backup_of_another_state_is_refused(engine: Engine, store: Store, tmp_path: Path) -> None:
    backup.write(engine, store, "1", tmp_path / "backup.tgz", NOW)
    with pytest.raises(BackupFault, match="other-revision"):
        backup.restore(engine, store, "2", tmp_path / "backup.tgz")


def test_another_archive_is_refused(engine: Engine, store: Store, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "other.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../../etc/passwd"))
    with pytest.raises(BackupFault, match="no-backup"):
        backup.restore(engine, store, "1", tmp_path / "other.tgz")


def test_a_file_that_is_gone_is_counted_and_stops_nothing(
    engine: Engine, sessions: sessionmaker[Session], store: Store, tmp_path: Path
) -> None:
    fill(sessions, store, tmp_path)
    for key in store.listing():
        store.delete(key)
    made = backup.write(engine, store, "1", tmp_path / "backup.tgz", NOW)
    assert (made.files, made.missing) == (0, 1)
