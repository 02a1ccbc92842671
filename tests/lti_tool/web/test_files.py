"""Files of learners: typed by content, limited, only attachments, only for those whom they concern."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
import requests
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import select

from lti_tool import uploads
from lti_tool.delivery import Courier
from lti_tool.models import Upload
from lti_tool.privacy import Periods
from lti_tool.uploads import Store
from lti_tool.worker import Duties
from tests.lti_tool.web.classroom import Seat, form, seat
from tests.lti_tool.web.world import World
from tests.lti_tool.web.world import world as running_world

PDF = b"%PDF-1.7\n" + b"x" * 2000


@pytest.fixture
def anna(world: World) -> Seat:
    seat(world)
    return Seat(world, "anna", "text")


class Slow(MemoryFileSystem):  # type: ignore[misc] # fsspec has no types
    """A store of which a test knows when it is at work: `meanwhile` is called each time it is asked for something."""

    protocol = "slow"
    cachable = False
    store: ClassVar[dict[str, object]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    meanwhile: ClassVar[Callable[[str], None]]

    def _open(self, path: str, mode: str = "rb", **options: object) -> object:
        Slow.meanwhile(mode)
        return super()._open(path, mode, **options)

    def rm_file(self, path: str) -> None:
        Slow.meanwhile("rm")
        super().rm_file(path)

    def ls(self, path: str, detail: bool = True, **options: object) -> object:
        Slow.meanwhile("ls")
        return super().ls(path, detail, **options)


@pytest.fixture
def busy(tmp_path: Path, signing_keys: Path) -> Iterator[tuple[Seat, list[str]]]:
    """A seat in a tool whose store lets others write while it works; the list says when it did."""
    fsspec.register_implementation("slow", Slow, clobber=True)
    Slow.store.clear()
    with running_world(tmp_path, signing_keys, uploads_url="slow://uploads") as made:
        seat(made)
        database = made.tool.engine.url.database or ""
        moments: list[str] = []

        def write(moment: str) -> None:
            """Another process writes, and waits for nobody."""
            with closing(sqlite3.connect(database, timeout=0)) as other, other:
                other.execute("INSERT INTO text_block (context_pk, text) SELECT id, 'x' FROM context LIMIT 1")
            moments.append(moment)

        Slow.meanwhile = write
        yield Seat(made, "anna", "text"), moments


def upload(anna: Seat, name: str, data: bytes) -> requests.Response:
    sheet = form(anna.page, "/exercise/upload")
    return requests.post(
        sheet.action,
        data=sheet.fields,
        files={"file": (name, data)},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=20,
    )


def stored(world: World) -> list[Upload]:
    with world.database() as session:
        return list(session.scalars(select(Upload)))


def download(world: World, token: str, key: int) -> requests.Response:
    headers = {"Sec-Fetch-Site": "same-origin"}
    body = {"launch_token": token, "upload": key}
    return requests.post(f"{world.url}/exercise/download", data=body, headers=headers, timeout=20)


def test_a_file_comes_back_as_an_attachment_that_runs_nothing(anna: Seat) -> None:
    assert upload(anna, "Lageplan.pdf", PDF).status_code == 200
    anna.open()
    assert "Lageplan.pdf, 2 kB" in anna.text
    answer = download(anna.world, anna.page.token, stored(anna.world)[0].id)
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Lageplan.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_alone_can_be_handed_in(anna: Seat) -> None:
    upload(anna, "a.pdf", PDF)
    anna.open()
    anna.send("/exercise/submit")
    assert "wird gelesen" in anna.text


def test_a_file_is_for_its_owner_and_for_who_teaches(anna: Seat) -> None:
    upload(anna, "a.pdf", PDF)
    key = stored(anna.world)[0].id
    assert download(anna.world, Seat(anna.world, "ben", "text").page.token, key).status_code == 404
    assert download(anna.world, Seat(anna.world, "tara", "text").page.token, key).status_code == 200


def test_what_is_not_on_the_list_is_refused_in_words(anna: Seat) -> None:
    answer = upload(anna, "bild.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    assert answer.status_code == 422
    assert "Dieser Dateityp ist nicht erlaubt." in answer.text
    assert stored(anna.world) == []


def test_too_large_a_file_is_refused_in_words(anna: Seat) -> None:
    limit = anna.world.tool.settings.upload_megabytes * 1024 * 1024
    answer = upload(anna, "a.pdf", PDF + b"x" * limit)
    assert (answer.status_code, "zu groß" in answer.text) == (422, True)
    assert upload(anna, "a.pdf", PDF + b"x" * 2 * limit).status_code == 413


def test_a_file_can_be_taken_back_until_the_work_is_handed_in(anna: Seat) -> None:
    upload(anna, "a.pdf", PDF)
    anna.open()
    anna.send("/exercise/upload/remove")
    assert stored(anna.world) == []
    folder = Path(anna.world.tool.settings.uploads_url.removeprefix("file://"))
    assert list(folder.iterdir()) == []


def test_only_so_many_files_are_taken(anna: Seat) -> None:
    for number in range(5):
        assert upload(anna, f"{number}.pdf", PDF).status_code == 200
    assert "Mehr Dateien" in upload(anna, "6.pdf", PDF).text
    anna.open()
    assert not re.search(r'type="file"', anna.page.text)


@pytest.mark.parametrize("action", ["return", "reopen"])
def test_whose_work_came_back_still_gets_at_the_files_of_it(anna: Seat, action: str) -> None:
    """GDPR article 15: what is stored about a person is theirs to read as long as it is stored."""
    upload(anna, "Lageplan.pdf", PDF)
    anna.open()
    anna.write("Am Bahnhof.")
    tara = Seat(anna.world, "tara", "text")
    tara.send("/teach")
    tara.send("/read")
    levels: dict[str, str | list[str]] = {
        f"level.m1u2-arbeitsblatt.{number}": str(points) for number, points in ((0, 2), (1, 3))
    }
    tara.send("/read/decide", {**levels, "action": action})
    anna.open()
    assert "Lageplan.pdf, 2 kB" in anna.text
    sheet = form(anna.page, "/exercise/download")
    answer = download(anna.world, sheet.fields["launch_token"], int(sheet.fields["upload"]))
    assert answer.content == PDF


def test_others_write_while_files_move(busy: tuple[Seat, list[str]]) -> None:
    """A store may take seconds for a file, and SQLite has one writer at a time."""
    anna, moments = busy
    assert upload(anna, "a.pdf", PDF).status_code == 200
    anna.open()
    assert download(anna.world, anna.page.token, stored(anna.world)[0].id).content == PDF
    anna.send("/exercise/upload/remove")
    assert stored(anna.world) == []
    assert moments == ["wb", "rb", "rm"]


def test_others_write_while_left_over_files_are_looked_for(busy: tuple[Seat, list[str]]) -> None:
    anna, moments = busy
    tool = anna.world.tool
    store = Store(tool.settings.uploads_url)
    store.write("x" * 24, PDF)
    later = dt.datetime.now(dt.UTC) + 2 * uploads.ORPHAN_AGE
    courier = Courier(sessions=tool.sessions, gateway=tool.gateway, clock=lambda: later)
    Duties(courier=courier, store=store, periods=Periods(attempts=365, drafts=30, audit=90)).clean_up()
    assert moments == ["wb", "ls", "rm"]
    assert store.listing() == {}


def test_work_that_was_handed_in_while_a_file_came_keeps_out_the_file(busy: tuple[Seat, list[str]]) -> None:
    anna, moments = busy
    page = anna.page

    def hand_in(moment: str) -> None:
        moments.append(moment)
        if moment == "wb":
            Seat(anna.world, "anna", "text").write("Mein Text.")

    Slow.meanwhile = hand_in
    anna.page = page
    answer = upload(anna, "a.pdf", PDF)
    assert (answer.status_code, "schon abgegeben" in answer.text) == (422, True)
    assert stored(anna.world) == []
    assert moments == ["wb", "rm"]
    assert Slow.store == {}


def test_a_file_too_many_is_refused_before_it_is_stored(busy: tuple[Seat, list[str]]) -> None:
    anna, moments = busy
    for number in range(uploads.MOST_FILES):
        assert upload(anna, f"{number}.pdf", PDF).status_code == 200
    answer = upload(anna, "zuviel.pdf", PDF)
    assert (answer.status_code, "Mehr Dateien" in answer.text) == (422, True)
    assert len(moments) == len(stored(anna.world)) == uploads.MOST_FILES
