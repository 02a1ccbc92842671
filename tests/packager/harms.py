"""What can be done to an archive: member by member, byte by byte."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from packager.archive import HARMLESS
from tests.packager.conftest import Parts
from tests.packager.test_verify import packed

MANIFEST = "imsmanifest.xml"


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
