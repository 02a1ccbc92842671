"""`staffel verify`: sound packages are called sound, planted faults are found by name, strangers' packages too."""

import os
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content import Curriculum
from content.findings import Finding
from packager.archive import HARMLESS, MAXIMUM_MEMBERS, MAXIMUM_RATIO
from packager.formats import FORMATS
from packager.verify import Verification, verify_file
from tests.packager.conftest import Parts

MANIFEST = "imsmanifest.xml"


def packed(path: Path, parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def codes(result: Verification) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.fixture(scope="module")
def scorm12(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("scorm12", sample)


@pytest.fixture(scope="module")
def scorm2004(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("scorm2004", sample)


@pytest.fixture(scope="module")
def cartridge(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("cc11", sample, tool_url="https://tool.example.org/")


@pytest.mark.parametrize("name", ["web", "scorm12", "scorm2004", "imscp", "cc11", "cc13"])
def test_our_own_packages_are_sound(
    name: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    result = verify_file(packed(tmp_path / f"a{FORMATS[name].suffix}", parts_of(name, sample)))
    assert result.kind == name
    assert not result.faulty
    assert codes(result) <= {"cc-version"}
    assert result.own == (not name.startswith("cc"))
    assert "a." in result.heading("de")
    assert result.data("en")["findings"] == [finding.data("en") for finding in result.findings]


Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


# Fault -> what is done to the manifest of a sound SCORM 1.2 package, and the finding that has to say so.
MANIFEST_FAULTS: dict[str, tuple[Change, str]] = {
    "syntax": (swap("</manifest>", ""), "manifest-syntax"),
    "schema": (swap("<metadata>", "<metadata><foo/>"), "manifest-invalid"),
    "bom": (lambda text: "\ufeff" + text, "manifest-bom"),
    "doctype": (swap("<manifest ", '<!DOCTYPE manifest [<!ENTITY x "y">]><manifest '), "manifest-doctype"),
    "numeric reference": (swap("Wohin", "W&#111;hin"), "manifest-numeric"),
    "missing file": (swap('"index.html"', '"start.html"'), "manifest-file"),
    "dangling reference": (swap('identifierref="sco-m1"', 'identifierref="nobody"'), "manifest-reference"),
    "nothing to start": (swap(' identifierref="sco-m1"', ""), "manifest-launch"),
    "unlisted start file": (swap('<file href="index.html"/>', ""), "manifest-unlisted"),
    "asset": (swap('adlcp:scormtype="sco"', 'adlcp:scormtype="asset"'), "manifest-asset"),
    "prefix": (lambda text: text.replace("adlcp:", "scorm:").replace("xmlns:adlcp", "xmlns:scorm"), "manifest-prefix"),
    "version": (swap("<schemaversion>1.2<", "<schemaversion>2004 4th Edition<"), "manifest-version"),
    "default": (swap('default="org-m1"', 'default="org-m2"'), "manifest-default"),
    "duplicate": (swap('identifier="item-m1"', 'identifier="org-m1"'), "manifest-duplicate"),
    "parameters": (
        swap('<item identifier="item-m1"', '<item parameters="?a=1" identifier="item-m1"'),
        "manifest-parameters",
    ),
    "mastery": (
        swap("</title>\n      </item>", "</title><adlcp:masteryscore>80</adlcp:masteryscore>\n      </item>"),
        "manifest-mastery",
    ),
    "base": (swap("<resources>", '<resources xml:base="sub/">'), "manifest-base"),
    "title": (
        swap("<title>Wohin mit dem Regen?</title>\n      </item>", "<title>0</title>\n      </item>"),
        "manifest-title",
    ),
    "identifier": (swap('"item-m1"', f'"{"i" * 60}"'), "manifest-identifier"),
    "files": (
        swap('<file href="index.html"/>', '<file href="index.html"/><file href="pages/m1u1.js"/>'),
        "manifest-files",
    ),
    "foreign start": (swap('href="index.html" adlcp', 'href="https://example.com/" adlcp'), "manifest-href"),
}


@pytest.mark.parametrize("fault", MANIFEST_FAULTS)
def test_a_planted_fault_of_the_manifest_is_found(fault: str, tmp_path: Path, scorm12: Parts) -> None:
    change, code = MANIFEST_FAULTS[fault]
    parts = {**scorm12, MANIFEST: change(scorm12[MANIFEST].decode()).encode()}
    assert code in codes(verify_file(packed(tmp_path / "a.zip", parts)))


FAULTS_2004: dict[str, tuple[Change, str]] = {
    "edition with blank": (swap("2004 4th Edition<", "2004 4th Edition <"), "manifest-version"),
    "second edition": (swap("2004 4th Edition<", "2004 2nd Edition<"), "manifest-version"),
    "default namespace of sequencing": (
        swap(
            '<imsss:controlMode choice="true" flow="true"/>',
            '<controlMode xmlns="http://www.imsglobal.org/xsd/imsss" choice="true" flow="true"/>',
        ),
        "manifest-prefix",
    ),
    "two learning objects": (
        swap(
            '<item identifier="item-m1"',
            '<item identifier="item-m0" identifierref="sco-m1"><title>A</title></item><item identifier="item-m1"',
        ),
        "manifest-several",
    ),
    "limit": (
        swap(
            "<imsss:deliveryControls",
            '<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.8'
            "</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives><imsss:deliveryControls",
        ),
        "manifest-mastery",
    ),
}


@pytest.mark.parametrize("fault", FAULTS_2004)
def test_a_planted_fault_of_scorm_2004_is_found(fault: str, tmp_path: Path, scorm2004: Parts) -> None:
    change, code = FAULTS_2004[fault]
    parts = {**scorm2004, MANIFEST: change(scorm2004[MANIFEST].decode()).encode()}
    assert code in codes(verify_file(packed(tmp_path / "a.zip", parts)))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("assets/größe.png", "name-ascii"),
        ("it's.html", "name-stripped"),
        ("a&b.png", "name-stripped"),
        ("quiz.php", "name-executable"),
        ("lib/db.inc", "name-executable"),
        ("main.mjs", "name-mjs"),
        ("__MACOSX/._index.html", "name-litter"),
        ("Index.html", "name-case"),
    ],
)
def test_names_that_lmss_change_are_found(name: str, code: str, tmp_path: Path, scorm12: Parts) -> None:
    assert code in codes(verify_file(packed(tmp_path / "a.zip", {**scorm12, name: b"x"})))


def test_missing_parts_of_a_package_are_found(tmp_path: Path, scorm12: Parts) -> None:
    without = {name: data for name, data in scorm12.items() if not name.endswith(".xsd")}
    assert "schema-missing" in codes(verify_file(packed(tmp_path / "a.zip", without)))
    without = {name: data for name, data in scorm12.items() if name != "static/staffel.js"}
    result = verify_file(packed(tmp_path / "b.zip", without))
    assert ("index.html", "site-link") in {(finding.path, finding.code) for finding in result.findings}


def test_something_from_another_host_is_found_in_our_pages(tmp_path: Path, scorm12: Parts) -> None:
    foreign = b'<img src="https://cdn.example.com/x.png" alt="x"><main '
    parts = {**scorm12, "index.html": scorm12["index.html"].replace(b"<main ", foreign)}
    assert "site-foreign" in codes(verify_file(packed(tmp_path / "a.zip", parts)))


@pytest.mark.parametrize(
    ("part", "added"),
    [
        ("static/staffel.css", b'@import "https://fonts.example.com/x.css";'),
        ("static/staffel.js", b'fetch("https://fonts.example.com/x.json");'),
    ],
)
def test_something_from_another_host_is_found_in_style_and_script(
    part: str, added: bytes, tmp_path: Path, scorm12: Parts
) -> None:
    result = verify_file(packed(tmp_path / "a.zip", {**scorm12, part: scorm12[part] + added}))
    (finding,) = result.findings
    assert (finding.path, finding.code, finding.values["host"]) == (part, "host-foreign", "fonts.example.com")


CARTRIDGE_FAULTS: dict[str, tuple[str, Change, str]] = {
    "no namespace near the start": (MANIFEST, lambda text: f"<!--{'x' * 1100}-->{text[38:]}", "cc-detect"),
    "version": (MANIFEST, swap("1.1.0", "1.0.0"), "cc-schema"),
    "no title of the course": (MANIFEST, swap("lomm:title", "lomm:keyword"), "cc-metadata"),
    "title on the root": (
        MANIFEST,
        swap('<item identifier="root">', '<item identifier="root"><title>X</title>'),
        "cc-root",
    ),
    "item without title": (MANIFEST, swap("<title>Worum es geht</title>", ""), "cc-title"),
    "type of another edition": (MANIFEST, swap("imswl_xmlv1p1", "imswl_xmlv1p3"), "cc-type"),
    "test with a start address": (
        MANIFEST,
        swap('assessment">', 'assessment" href="questions/m1-abschluss.xml">'),
        "cc-file",
    ),
    "page with a wrong start address": (
        MANIFEST,
        swap('"webcontent" href="pages/start.html"', '"webcontent" href="x.html"'),
        "cc-start",
    ),
    "item for the bank": (
        MANIFEST,
        swap('identifierref="page-start"', 'identifierref="bank-m1"'),
        "cc-bank",
    ),
    "link without address": ("links/m1u1-1.xml", swap('href="https://example.org/"', ""), "cc-xml"),
    "broken test": ("questions/m1-abschluss.xml", swap("</questestinterop>", ""), "cc-xml"),
    "tool link without address": ("tool/m1u2-ordnen.xml", swap("blti:launch_url", "blti:description"), "cc-xml"),
    "unknown profile": ("questions/bank.xml", swap("cc.multiple_choice.v0p1", "cc.matching.v0p1"), "cc-question"),
    "pattern": ("questions/bank.xml", swap("cc.fib.v0p1", "cc.pattern_match.v0p1"), "cc-pattern"),
    "answer that is no option": ("questions/bank.xml", swap(">versickern</", ">anders</"), "cc-question"),
    "added points": ("questions/bank.xml", swap('action="Set"', 'action="Add"'), "cc-question"),
    "feedback that nobody shows": (
        "questions/bank.xml",
        swap('linkrefid="correct_fb"', 'linkrefid="x"'),
        "cc-question",
    ),
    "identifier twice": ("questions/bank.xml", swap('ident="m1u1-mehrfach"', 'ident="m1u1-einfach"'), "cc-question"),
    "too many attempts": ("questions/m1-abschluss.xml", swap("<fieldentry>3<", "<fieldentry>7<"), "cc-xml"),
    "picture with a blank": ("pages/m1u1-einstieg.html", swap("/wege.svg", "/we%20ge.svg"), "cc-image"),
    "link to another page": ("pages/m1u1-einstieg.html", swap("#fn-m1u1", "m1u1-kaesten.html"), "cc-link"),
    "script": ("pages/m1u1-einstieg.html", swap("</body>", "<script>1</script></body>"), "cc-purified"),
}


@pytest.mark.parametrize("fault", CARTRIDGE_FAULTS)
def test_a_planted_fault_of_a_cartridge_is_found(fault: str, tmp_path: Path, cartridge: Parts) -> None:
    part, change, code = CARTRIDGE_FAULTS[fault]
    parts = {**cartridge, part: change(cartridge[part].decode()).encode()}
    assert code in codes(verify_file(packed(tmp_path / "a.imscc", parts)))


@pytest.fixture(scope="module")
def foreign(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A package of a page of ours, made by npm's simple-scorm-packager."""

    def make(version: str) -> Path:
        folder = tmp_path_factory.mktemp("foreign")
        (folder / "in").mkdir()
        page = '<html><script src="https://cdn.example.com/x.js"></script><body><img src="no.png"></body></html>'
        (folder / "in/index.html").write_text(page)
        script = f"""
            const pack = require("simple-scorm-packager");
            pack({{version: {version!r}, organization: "Stadt", title: "Fremder Kurs", language: "de", identifier: "x",
              startingPage: "index.html", source: {str(folder / "in")!r},
              package: {{version: "1", zip: true, outputFolder: {str(folder / "out")!r}}}}}, () => undefined);
        """
        subprocess.run(["node", "-e", script], cwd=root, check=True, capture_output=True, timeout=60)
        (made,) = (folder / "out").glob("*.zip")
        return made

    return make


@pytest.mark.parametrize(("version", "kind"), [("1.2", "scorm12"), ("2004 4th Edition", "scorm2004")])
def test_packages_of_another_packager_are_read_and_told_their_faults(
    version: str, kind: str, foreign: Callable[[str], Path]
) -> None:
    result = verify_file(foreign(version))
    assert (result.kind, result.own) == (kind, False)
    assert {"manifest-invalid", "host-foreign", "host-missing"} <= codes(result)
    (host,) = (finding for finding in result.findings if finding.code == "host-foreign")
    assert host.values["host"] == "cdn.example.com"
    assert all(finding.text("de") and finding.text("en") for finding in result.findings)


def test_what_is_no_package_is_called_so(tmp_path: Path, scorm12: Parts) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive")
    assert codes(verify_file(tmp_path / "a.zip")) == {"archive-kind"}
    (unknown,) = verify_file(packed(tmp_path / "b.zip", {"readme.txt": b"x"})).findings
    assert (unknown.code, unknown.path) == ("package-kind", "b.zip")
    nested = {f"course/{name}": data for name, data in scorm12.items()}
    assert codes(verify_file(packed(tmp_path / "c.zip", nested))) == {"manifest-nested"}


@pytest.mark.parametrize("name", ["../x.html", "/etc/x", "a\\b.html"])
def test_names_that_leave_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    result = verify_file(packed(tmp_path / "a.zip", {name: b"x"}))
    assert codes(result) == {"archive-leaves"}
    assert result.faulty


def test_a_bomb_is_refused_before_it_inflates(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.zip", {"index.html": bytes(HARMLESS + 1)})
    assert bomb.stat().st_size < HARMLESS / MAXIMUM_RATIO
    assert codes(verify_file(bomb)) == {"archive-inflates"}


def test_a_page_that_shrinks_like_a_bomb_is_read(tmp_path: Path) -> None:
    rows = b"<tr><td>x</td><td>y</td></tr>" * 100_000
    page = packed(tmp_path / "a.zip", {"index.html": b"<!DOCTYPE html><html><table>" + rows + b"</table></html>"})
    assert page.stat().st_size < len(rows) / MAXIMUM_RATIO
    assert verify_file(page).kind == "web"


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.zip")
    assert codes(verify_file(tmp_path / "a.zip")) == {"archive-kind"}


def test_an_archive_with_a_password_or_too_many_members_is_not_read(tmp_path: Path) -> None:
    locked = bytearray(packed(tmp_path / "a.zip", {"index.html": b"x"}).read_bytes())
    for place in (locked.find(b"PK\x03\x04") + 6, locked.find(b"PK\x01\x02") + 8):
        locked[place] |= 1
    (tmp_path / "a.zip").write_bytes(locked)
    assert codes(verify_file(tmp_path / "a.zip")) == {"archive-encrypted"}
    many = packed(tmp_path / "b.zip", {f"{number}.txt": b"" for number in range(MAXIMUM_MEMBERS + 1)})
    assert codes(verify_file(many)) == {"archive-members"}


def test_zip64_is_found(tmp_path: Path, scorm12: Parts) -> None:
    path = packed(tmp_path / "a.zip", scorm12)
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack("<HLL", data[end + 10 : end + 20])
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    path.write_bytes(data[:end] + record + locator + data[end:])
    assert codes(verify_file(path)) == {"archive-zip64"}


def test_every_finding_speaks_both_languages() -> None:
    finding = Finding("imsmanifest.xml", 3, "manifest-prefix", {"prefix": "scorm", "wanted": "adlcp"})
    assert "adlcp" in finding.text("de")
    assert "adlcp" in finding.text("en")


def test_a_size_is_written_as_the_reader_writes_numbers(tmp_path: Path) -> None:
    large = packed(tmp_path / "a.zip", {"index.html": os.urandom(1_500_000)})
    result = verify_file(large)
    assert re.search(r"\b1\.50\d kB", result.heading("de"))
    assert re.search(r"\b1,50\d kB", result.heading("en"))
