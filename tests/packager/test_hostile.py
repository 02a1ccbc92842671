"""Packages that somebody broke or built to harm: a clear finding or none, at once, and never a crash.

The archives are packages of ours that something was done to, member by member, byte by byte or in their documents.
"""

from __future__ import annotations

import io
import random
import re
import tarfile
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from content import Curriculum
from packager.archive import HARMLESS, MOST_TEXT, UnreadableArchive
from packager.formats import FORMATS
from packager.update import compare
from packager.verify import Verification, verify_file
from tests.packager.conftest import Parts
from tests.packager.harms import CONTAINERS, MANIFEST
from tests.packager.test_verify import codes, packed

FORMS = tuple(FORMATS)
# Of processor time; nothing here takes a tenth of it.
LONGEST = 20.0
TOOL = "https://tool.example.org/"

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


@pytest.fixture(scope="module")
def parts(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("scorm12", sample)


Sound = Callable[[str], tuple[Parts, Path]]


@pytest.fixture(scope="module")
def sound(sample: Curriculum, parts_of: Callable[..., Parts], tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """The parts of a format's package, and its file; made once, for nobody to change."""
    folder = tmp_path_factory.mktemp("sound")

    def made(form: str) -> tuple[Parts, Path]:
        parts = parts_of(form, sample, tool_url=TOOL)
        return parts, written(folder / f"{form}{FORMATS[form].suffix}", parts)

    return cache(made)


def checked(path: Path, other: Path | None = None) -> Verification:
    """The result of a check whose every sentence can be printed; the comparison with `other` can be printed too."""
    began = time.process_time()
    result = verify_file(path)
    for language in ("de", "en"):
        lines = [result.heading(language), *(finding.text(language) for finding in result.findings)]
        assert all(line.isprintable() or "\u00ad" in line or "\u200b" in line for line in map(visible, lines)), lines
        str(result.data(language)).encode()
    for pair in ((path, other), (other, path)) if other else ():
        try:
            "\n".join(compare(*pair).lines("de")).encode()
        except UnreadableArchive as fault:
            str(fault).encode()
    assert time.process_time() - began < LONGEST
    return result


def visible(line: str) -> str:
    return line.replace("\u00a0", " ")


@pytest.mark.parametrize("harm", CONTAINERS)
def test_a_harmed_archive_is_told_in_words(harm: str, tmp_path: Path, parts: Parts) -> None:
    make, code = CONTAINERS[harm]
    path = tmp_path / "a.zip"
    make(path, parts)
    result = checked(path, packed(tmp_path / "sound.zip", parts))
    assert code in codes(result) if code else not result.findings, codes(result)


def tarred(path: Path, parts: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, errors: str = "strict") -> Path:
    with tarfile.open(path, "w:gz", format=form, errors=errors) as archive:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_a_name_in_a_tar_archive_that_is_no_text_can_be_printed(tmp_path: Path, parts: Parts) -> None:
    path = tarred(tmp_path / "a.mbz", {**parts, "a\udcff.html": b"<a href='x'>"}, errors="surrogateescape")
    assert "name-ascii" in codes(checked(path))


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_headers_of_a_tar_archive_do_not_fill_the_memory(form: int, tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.mbz", {"n" * (HARMLESS + 1): b"x"}, form)
    assert codes(checked(path)) == {"archive-inflates"}


def test_a_tar_archive_with_a_wrong_checksum_is_damaged(tmp_path: Path, parts: Parts) -> None:
    path = tarred(tmp_path / "a.mbz", parts)
    data = path.read_bytes()
    path.write_bytes(data[:-8] + b"\0\0\0\0" + data[-4:])
    (finding,) = checked(path).findings
    assert "Prüfsumme" in finding.message("de")


ENTITIES = b"<!DOCTYPE r [<!ENTITY a0 'aaaaaaaaaa'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
)


def declared(data: bytes, declaration: bytes, use: bytes) -> bytes:
    """A declaration behind the first line, and something in the first text."""
    start = data.find(b"?>") + 2
    return data[:start] + declaration + re.sub(rb">([^<>]*)</", rb">" + use + rb"\1</", data[start:], count=3)


def attribute(data: bytes, value: bytes, count: int = 0) -> bytes:
    return re.sub(rb'(?<=\s)([\w:]+)="[^"]*"', lambda found: found.group(1) + b'="' + value + b'"', data, count=count)


def inside(data: bytes, more: bytes) -> bytes:
    end = data.rfind(b"</")
    return data[:end] + more + data[end:]


def in_encoding(name: str, data: bytes) -> bytes:
    return data.decode().replace("UTF-8", name, 1).encode(name, "xmlcharrefreplace")


DOCUMENTS: Mapping[str, Callable[[bytes], bytes]] = {
    "entities in entities": lambda data: declared(data, ENTITIES, b"&a9;"),
    "entities in attributes": lambda data: attribute(declared(data, ENTITIES, b""), b"&a5;", 3),
    "a file as entity": lambda d: declared(d, b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", b"&x;"),
    "a parameter entity": lambda d: declared(d, b"<!DOCTYPE r [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]>", b""),
    "a document type elsewhere": lambda data: declared(data, b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'>", b""),
    "one entity many times": lambda d: declared(d, b"<!DOCTYPE r [<!ENTITY a '%s'>]>" % (b"a" * 50_000), b"&a;" * 300),
    "attributes of 3 MB": lambda data: attribute(data, b"x" * (3 << 20), 2),
    "attributes of 11 MB": lambda data: attribute(data, b"x" * (11 << 20), 1),
    "100,000 attributes": lambda data: re.sub(
        rb"(<\w+)(?=[ >])", lambda f: f.group() + b"".join(b' a%d="1"' % n for n in range(100_000)), data, count=1
    ),
    "5,000 elements deep": lambda data: inside(data, b"<x>" * 5000 + b"</x>" * 5000),
    "10,000 more elements": lambda data: inside(data, b"<item identifier='q'><title>x</title></item>" * 10_000),
    "comments and instructions everywhere": lambda data: re.sub(rb"(?<=[\w\"]>)(?!\s*$)", b"<?pi x?><!-- c -->", data),
    "UTF-16": lambda data: in_encoding("UTF-16", data),
    "UTF-16 that says nothing": lambda data: data.decode().encode("utf-16-le"),
    "UTF-32": lambda data: in_encoding("UTF-32", data),
    "Latin-1": lambda data: in_encoding("ISO-8859-1", data),
    "Latin-1 that calls itself UTF-8": lambda data: data.decode().encode("latin-1", "replace"),
    "UTF-7": lambda data: in_encoding("UTF-7", data),
    "EBCDIC": lambda data: data.decode().encode("cp037", "replace"),
    "an unknown encoding": lambda data: data.replace(b"UTF-8", b"KLINGON", 1).replace(b"utf-8", b"KLINGON", 1),
    "a zero byte": lambda data: data[:300] + b"\0" + data[300:],
    "no name space": lambda data: re.sub(rb' xmlns(:\w+)?="[^"]*"', b"", data),
    "wrong name spaces": lambda data: re.sub(rb'xmlns(:\w+)?="[^"]*"', rb'xmlns\1="urn:x"', data),
    "no attributes": lambda data: re.sub(rb'\s(?!xmlns|version|encoding)[\w:]+="[^"]*"', b"", data),
    "empty attributes": lambda data: attribute(data, b""),
    "addresses that are none": lambda data: re.sub(rb'(href|src|uri)="[^"]*"', rb'\1="http://[::1"', data),
    "numbers that are none": lambda data: re.sub(rb">[0-9.]+<", b">NaN<", data),
    "numbers of other scripts": lambda data: re.sub(rb">[0-9]+<", ">²<".encode(), data),
    "numbers of 5,000 digits": lambda data: re.sub(rb">[0-9]+<", b">" + b"9" * 5000 + b"<", data),
    "no texts": lambda data: re.sub(rb">[^<>]+<", b"><", data),
    "JSON in texts": lambda data: re.sub(rb">[^<>]+<", b'>{"c":[1,{"c":2}]}<', data),
    "a root alone": lambda data: re.sub(rb"(?s)(<[A-Za-z][^<>]*[^/])>.*", rb"\1/>", data),
    "a page": lambda data: b"<!DOCTYPE html><html><body>404<br></body></html>",
    "JSON": lambda data: b'{"a": 1}',
    "nothing": lambda data: b"",
}


@pytest.mark.parametrize("harm", DOCUMENTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_harmed_document_never_crashes_the_check(form: str, harm: str, tmp_path: Path, sound: Sound) -> None:
    """Those that tell what the package is, and the longest one of the others."""
    parts, old = sound(form)
    documents = sorted((name for name in parts if name.endswith(".xml")), key=lambda name: -len(parts[name]))
    for name in {*documents[:1], *({MANIFEST, "cmi5.xml", "moodle_backup.xml"} & parts.keys())}:
        new = written(tmp_path / f"new{FORMATS[form].suffix}", {**parts, name: DOCUMENTS[harm](parts[name])})
        checked(new, old)


def written(path: Path, parts: Parts) -> Path:
    """A package as a file, not deflated: what is in it matters here."""
    if path.suffix != ".xml":
        return packed(path, parts, zipfile.ZIP_STORED)
    path.write_bytes(next(iter(parts.values())))
    return path


PAGES: Mapping[str, bytes] = {
    "links without an end": b"<a " * 300_000,
    "links in one": b"<a " * 300_000 + b">",
    "pictures without an end": b"<img src='" * 100_000,
    "tags without an end": b"<" * 500_000,
    "scripts without an end": b"<script" * 200_000 + b"<style" * 200_000,
    "inline scripts": b"<script>x</script>\n" * 50_000,
    "identifiers": b' id="' * 300_000,
    "addresses": b"url(" * 300_000 + b"@import " * 100_000 + b"https://" * 300_000,
    "modules without an end": b'<script type="application/json" id="staffel-module">' * 20_000,
    "exercises without an end": b'<script type="application/json" class="exercise-data" data-exercise="' * 20_000,
    "brackets": b'<script type="application/json" id="staffel-module">' + b"[" * 200_000 + b"</script>",
    "digits": b'<script type="application/json" id="staffel-module">{"a":' + b"9" * 6000 + b"}</script>",
}


@pytest.mark.parametrize("harm", PAGES)
@pytest.mark.parametrize("form", ["web", "scorm12", "imscp", "cc11"])
def test_a_page_that_is_no_page_takes_no_longer(form: str, harm: str, tmp_path: Path, sound: Sound) -> None:
    parts, old = sound(form)
    name = "index.html" if "index.html" in parts else next(name for name in parts if name.endswith(".html"))
    checked(packed(tmp_path / "new.zip", {**parts, name: parts[name] + PAGES[harm]}), old)
    checked(packed(tmp_path / "new.zip", {**parts, "more.js": PAGES[harm], "more.css": PAGES[harm]}))


def test_a_document_or_text_beyond_measure_is_not_read(tmp_path: Path, parts: Parts) -> None:
    document = tmp_path / "a.xml"
    with document.open("wb") as file:
        file.write(b"<quiz>")
        file.truncate(MOST_TEXT + 1)
    assert codes(checked(document)) == {"file-large"}
    noise = random.Random(3).randbytes(2 << 20)  # noqa: S311  # what does not shrink hides what does
    texts = dict.fromkeys((f"{number}.html" for number in range(5)), bytes(HARMLESS) + noise)
    assert codes(checked(packed(tmp_path / "a.zip", {**parts, **texts}))) == {"archive-inflates"}


def test_of_many_findings_the_first_ones_are_told(tmp_path: Path, parts: Parts) -> None:
    many = {f"ä{number}.html": b"x" for number in range(300)}
    result = checked(packed(tmp_path / "a.zip", {**parts, **many}))
    assert sum(finding.code == "name-ascii" for finding in result.findings) == 100
    (more,) = (finding for finding in result.findings if finding.code == "findings-more")
    assert "200" in more.message("de")


def test_a_film_is_not_held_in_memory(tmp_path: Path, parts: Parts) -> None:
    """Measured in a process of its own, which has no other memory to use again."""
    import subprocess
    import sys

    film = random.Random(2).randbytes(1 << 20)  # noqa: S311  # repeatable
    paths = []
    for number in (1, 150):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(packed(path, parts), "a") as archive, archive.open("film.mp4", "w") as member:
            for _ in range(number):
                member.write(film)
        paths.append(path)
    script = (
        "import sys, resource; from pathlib import Path; from packager.verify import verify_file\n"
        "from packager.update import compare\n"
        "path = Path(sys.argv[1]); verify_file(path); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    small, large = (
        int(subprocess.run([sys.executable, "-c", script, path], check=True, capture_output=True, text=True).stdout)
        for path in paths
    )
    assert large < small + 20
