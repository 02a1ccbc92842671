"""Packages that somebody broke or built to harm: a clear finding or none, at once, and never a crash.

The archives are packages of ours that something was done to, member by member, byte by byte or in their documents.
"""

from __future__ import annotations

import io
import random
import re
import stat
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content import Curriculum
from packager.archive import HARMLESS, MOST_TEXT, UnreadableArchive
from packager.formats import FORMATS
from packager.update import compare
from packager.verify import Verification, verify_file
from tests.packager.conftest import Parts
from tests.packager.test_verify import codes, packed

MANIFEST = "imsmanifest.xml"
FORMS = tuple(FORMATS)
# Of processor time; nothing here takes a tenth of it.
LONGEST = 20.0
TOOL = "https://tool.example.org/"

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


@pytest.fixture(scope="module")
def parts(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("scorm12", sample)


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


def patched(path: Path, offset: int, form: str, *values: int, local: int | None = None) -> None:
    """Overwrite a field of the first directory entry (APPNOTE 4.3.12), and the same one of its local header."""
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, data.find(b"PK\1\2") + offset, *values)
    if local is not None:
        struct.pack_into(form, data, data.find(b"PK\3\4") + local, *values)
    path.write_bytes(data)


def with_entry(info: zipfile.ZipInfo, data: bytes = b"x") -> Callable[[Path, Parts], None]:
    def make(path: Path, parts: Parts) -> None:
        packed(path, parts)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(info, data)

    return make


def unnamed() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = ""
    return info


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.html")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def renamed(old: bytes, new: bytes) -> Callable[[Path, Parts], None]:
    """A member whose name is no text."""

    def make(path: Path, parts: Parts) -> None:
        packed(path, {**parts, old.decode(): b"x"})
        path.write_bytes(path.read_bytes().replace(old, new))

    return make


def plus(name: str, data: bytes = b"x") -> Callable[[Path, Parts], None]:
    return lambda path, parts: void(packed(path, {**parts, name: data}))


def void(_: object) -> None:
    """What makes a package returns nothing."""


def field(offset: int, form: str, *values: int, local: int | None = None) -> Callable[[Path, Parts], None]:
    def make(path: Path, parts: Parts) -> None:
        patched(packed(path, parts), offset, form, *values, local=local)

    return make


def twice(name: str, data: bytes | None = None) -> Callable[[Path, Parts], None]:
    def make(path: Path, parts: Parts) -> None:
        packed(path, parts)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, parts[name] if data is None else data)

    return make


def lying(offset: int, value: int) -> Callable[[Path, Parts], None]:
    """The last member says that it has another size."""

    def make(path: Path, parts: Parts) -> None:
        data = bytearray(packed(path, {**parts, "zz.bin": bytes(1 << 20)}).read_bytes())
        struct.pack_into("<L", data, data.rfind(b"PK\1\2") + offset, value)
        path.write_bytes(data)

    return make


def overlapping(path: Path, parts: Parts) -> None:
    """A thousand entries for one member: an archive that grows without a deflated byte more."""
    data = packed(path, {"000000": bytes(1 << 20)}).read_bytes()
    start, end = data.rfind(b"PK\1\2"), data.rfind(b"PK\5\6")
    entries = b"".join(data[start:end].replace(b"000000", b"%06d" % number) for number in range(1000))
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(entries), start, 0)
    path.write_bytes(data[:start] + entries + tail)


def streamed(path: Path, parts: Parts) -> None:
    """Sizes behind the contents (4.3.9), as programs write that cannot go back."""

    class Pipe(io.RawIOBase):
        data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]  # what zipfile hands over
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    pipe.data.clear()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    path.write_bytes(pipe.data)


def large_fields(path: Path, parts: Parts) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(data)


def nested(path: Path, parts: Parts) -> None:
    packed(path, {"a.zip": packed(path, parts).read_bytes()})


def shuffled(path: Path, parts: Parts) -> None:
    names = sorted(parts)
    random.Random(1).shuffle(names)  # noqa: S311  # repeatable
    packed(path, {name: parts[name] for name in names})


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path, Parts], None]:
    return lambda path, parts: void(path.write_bytes(change(packed(path, parts).read_bytes())))


def moved(change: Callable[[str], str]) -> Callable[[Path, Parts], None]:
    return lambda path, parts: void(packed(path, {change(name): data for name, data in parts.items()}))


# What was done to a sound package -> the finding that has to say so; empty where it stays sound.
CONTAINERS: Mapping[str, tuple[Callable[[Path, Parts], None], str]] = {
    "another order": (shuffled, ""),
    "sizes behind contents": (streamed, ""),
    "fields for large files": (large_fields, ""),
    "a program before it": (rewritten(lambda data: b"MZ" * 500 + data), ""),
    "a folder as member": (plus("folder/", b""), ""),
    "dates that are none": (field(12, "<HH", 0xFFFF, 0xFFFF, local=10), ""),
    "a member twice": (twice("index.html"), "archive-twice"),
    "a manifest twice": (twice(MANIFEST, b"<x/>"), "archive-twice"),
    "a symbolic link": (with_entry(link(), b"../../etc/passwd"), "archive-link"),
    "a member without a name": (with_entry(unnamed()), "archive-leaves"),
    "a path from the root": (plus("/etc/x"), "archive-leaves"),
    "a path out of the folder": (plus("a/../../x"), "archive-leaves"),
    "a folder out of the folder": (plus("../x/", b""), "archive-leaves"),
    "backslashes": (moved(lambda name: name.replace("/", "\\")), "archive-leaves"),
    "a drive": (plus("C:/x.html"), "name-stripped"),
    "a name in Latin-1": (renamed(b"XXXXX.html", b"gr\xf6\xdfe.html"), "name-ascii"),
    "a name in broken UTF-8": (renamed("äöü.html".encode(), b"\xff\xfe\xff\xfe\xff\xfe.html"), "archive"),
    "a name that a terminal obeys": (plus("\x1b[31mred\x07\n.html"), "name-stripped"),
    "a name from right to left": (plus("a\u202elmth.exe"), "name-ascii"),
    "one name composed in two ways": (plus("ä.html", b"<p>"), "name-ascii"),
    "a name of 60,000 signs": (plus("n" * 60_000 + ".html"), "name-long"),
    "20,000 folders": (plus("d/" * 20_000 + "x.html"), "name-long"),
    "a device of Windows": (plus("pages/aux.html"), "name-windows"),
    "a name that ends with a dot": (plus("pages/x."), "name-windows"),
    "bzip2": (lambda path, parts: void(packed(path, parts, zipfile.ZIP_BZIP2)), "archive-method"),
    "LZMA": (lambda path, parts: void(packed(path, parts, zipfile.ZIP_LZMA)), "archive-method"),
    "Deflate64": (field(10, "<H", 9, local=8), "archive-method"),
    "AES": (field(8, "<HH", 1, 99, local=6), "archive-encrypted"),
    "a patch": (field(8, "<H", 0x20, local=6), "archive"),
    "strong encryption": (field(8, "<H", 0x40, local=6), "archive"),
    "a later version of ZIP": (field(6, "<H", 90), "archive"),
    "a wrong checksum": (field(16, "<L", 1), "archive"),
    "an offset behind the end": (field(42, "<L", 0xFFFF0000), "archive"),
    "a local header of another name": (rewritten(lambda data: data[:30] + b"~" + data[31:]), "archive"),
    "a size too small": (lying(24, 10), "archive"),
    "a size too large": (lying(24, 3 << 30), "archive-inflates"),
    "more content than there is": (lying(20, 3 << 30), "archive"),
    "entries that overlap": (overlapping, "archive"),
    "a bomb": (plus("bomb.bin", bytes(HARMLESS + 1)), "archive-inflates"),
    "half of it": (rewritten(lambda data: data[: len(data) // 2]), "archive"),
    "without its end": (rewritten(lambda data: data[: data.rfind(b"PK\5\6")]), "archive"),
    "a hole": (rewritten(lambda data: data[:5000] + data[5040:]), "archive"),
    "zeros": (rewritten(lambda data: data[:5000] + bytes(200) + data[5200:]), "archive"),
    "the end alone": (rewritten(lambda data: data[data.rfind(b"PK\5\6") :]), "archive"),
    "nothing": (rewritten(lambda data: b""), "archive-kind"),
    "an archive in an archive": (
        lambda path, parts: void(packed(path, {"a.zip": packed(path, parts).read_bytes()})),
        "package-kind",
    ),
    "empty members": (lambda path, parts: void(packed(path, dict.fromkeys(parts, b""))), "manifest-syntax"),
    "a folder around it": (moved(lambda name: f"kurs/{name}"), "manifest-nested"),
    "a dot before it": (moved(lambda name: f"./{name}"), "manifest-nested"),
    "capitals": (moved(str.upper), "manifest-case"),
}


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
def test_a_harmed_document_never_crashes_the_check(
    form: str, harm: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    """Those that tell what the package is, and the longest one of the others."""
    sound = parts_of(form, sample, tool_url=TOOL)
    documents = sorted((name for name in sound if name.endswith(".xml")), key=lambda name: -len(sound[name]))
    suffix = FORMATS[form].suffix
    old = written(tmp_path / f"old{suffix}", sound)
    for name in {*documents[:1], *({MANIFEST, "cmi5.xml", "moodle_backup.xml"} & sound.keys())}:
        new = written(tmp_path / f"new{suffix}", {**sound, name: DOCUMENTS[harm](sound[name])})
        checked(new, old)


def written(path: Path, parts: Parts) -> Path:
    if path.suffix != ".xml":
        return packed(path, parts)
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
def test_a_page_that_is_no_page_takes_no_longer(
    form: str, harm: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    sound = parts_of(form, sample)
    name = "index.html" if "index.html" in sound else next(name for name in sound if name.endswith(".html"))
    old = packed(tmp_path / "old.zip", sound)
    checked(packed(tmp_path / "new.zip", {**sound, name: sound[name] + PAGES[harm]}), old)
    checked(packed(tmp_path / "new.zip", {**sound, "more.js": PAGES[harm], "more.css": PAGES[harm]}))


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
