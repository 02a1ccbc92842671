"""Files of learners: typed by content, limited, only attachments, only for those whom they concern."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from lti_tool.models import Upload
from tests.lti_tool.web.classroom import Seat, form, seat
from tests.lti_tool.web.world import World

PDF = b"%PDF-1.7\n" + b"x" * 2000


@pytest.fixture
def anna(world: World) -> Seat:
    seat(world)
    return Seat(world, "anna", "text")


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
