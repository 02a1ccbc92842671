"""The command `staffel` as people and machines use it: exit codes, sentences in two languages, shapes of its JSON."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from packager.formats import FORMATS
from tests.factories import UNIT, write_source

FINDING = {"path", "line", "code", "severity", "message", "remedy"}
NO_ALTERNATIVE = {"m1-eins/01-einheit.md": UNIT.replace("Text.", "![](assets/bild.svg)")}

# Words of click that no German sentence has.
ENGLISH = re.compile(r"\b(Error|Invalid|Usage|does not|is not|Missing|such|Try)\b")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(root: Path, tmp_path: Path) -> Run:
    """`run("check", folder)` in an empty folder; `language` is that of the terminal."""

    def staffel(*arguments: object, language: str = "de") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "packager.cli", *map(str, arguments)]
        environment = {**os.environ, "STAFFEL_LANG": language, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
        folder = tmp_path / "here"
        folder.mkdir(exist_ok=True)
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return staffel


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


@pytest.fixture
def bundle(run: Run, source: Path, tmp_path: Path) -> Path:
    """A SCORM 1.2 bundle of `source`."""
    run("build", source, "-f", "scorm12", "-o", tmp_path / "dist")
    return tmp_path / "dist" / "probe-m1-1.0.0-scorm12.zip"


COMMANDS = ("build", "check", "completion", "formats", "lock", "new", "preview", "update-check", "verify")


@pytest.mark.parametrize("language", ["de", "en"])
def test_help_lists_every_command_in_the_language_of_the_terminal(run: Run, language: str) -> None:
    done = run("--help", language=language)
    assert done.returncode == 0
    listed = done.stdout.split("Befehle:" if language == "de" else "Commands:")[1]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == [*COMMANDS]
    assert ("Prüft die Quelle" in done.stdout) == (language == "de")
    assert "..." not in listed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Aufruf: staffel {command}")
    assert "Zeigt diese Hilfe." in done.stdout


def test_the_version_is_that_of_the_package(run: Run, root: Path) -> None:
    version = next(line for line in (root / "pyproject.toml").read_text().splitlines() if line.startswith("version"))
    assert run("--version").stdout.split()[-1] == version.split('"')[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nix"],
        ["build", "--format", "scorm13", "SOURCE"],
        ["build", "--grain", "unit", "SOURCE"],
        ["build", "--jobs", "0", "SOURCE"],
        ["check", "nirgends"],
        ["check"],
        ["lock", "nirgends"],
        ["verify", "nirgends.zip"],
        ["update-check", "nirgends.zip", "auch-nicht.zip"],
        ["completion", "dos"],
        ["preview", "--port", "-1", "SOURCE"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(("language", "words"), [("de", "Fehler im Aufruf: "), ("en", "Wrong call: ")])
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(
    run: Run, source: Path, arguments: list[str], language: str, words: str
) -> None:
    done = run(*(source if part == "SOURCE" else part for part in arguments), language=language)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words)
    assert "--help" in done.stderr
    assert not ENGLISH.search(done.stderr) or language == "en", done.stderr
    assert "Traceback" not in done.stderr


def test_a_call_without_a_command_shows_the_help(run: Run) -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Aufruf: staffel")
    assert "Fehler" not in done.stderr


def test_a_misspelt_option_is_told_its_neighbours(run: Run, source: Path) -> None:
    done = run("check", source, "--jsn")
    assert "„--jsn“ gibt es nicht. Gemeint ist vielleicht: --json" in done.stderr


@pytest.mark.parametrize("address", ["javascript:x", "lernen.example.org", "https://", "https://a b"])
def test_the_tool_is_at_an_address_of_the_web(run: Run, source: Path, address: str) -> None:
    done = run("build", source, "--tool-url", address)
    assert done.returncode == 2
    assert f"„{address}“ ist keine Adresse" in done.stderr


@pytest.mark.parametrize("place", ["datei/dist", "/proc/dist"])
def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    run: Run, source: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "datei").write_text("")
    done = run("build", source, "-f", "web", "-o", tmp_path / place)
    assert done.returncode == 1
    assert str(tmp_path / place) in done.stderr
    assert "Abhilfe" in done.stderr
    assert ("kein Ordner" if place == "datei/dist" else "gibt es nicht") in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(run: Run, source: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("preview", source, "--port", port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Auf Anschluss {port} kann die Vorschau nicht starten (schon belegt). Abhilfe: ")


def test_one_is_counted_as_one(run: Run, source: Path) -> None:
    assert run("build", source, "-f", "web").stdout.splitlines()[-1].startswith("1 Paket in ")
    (source / "ids.lock").write_text("# leer\n")
    assert run("check", source).stdout.splitlines()[-2] == "0 Fehler, 1 Hinweis"


def test_an_unknown_format_is_answered_with_the_known_ones(run: Run, source: Path) -> None:
    done = run("build", source, "-f", "scorm13")
    assert "Format „scorm13“ gibt es nicht. Vorhanden: web, scorm12" in " ".join(done.stderr.split())


@pytest.mark.parametrize(("language", "sentence"), [("de", "Keine Fehler.\n"), ("en", "No errors.\n")])
def test_a_sound_source_is_confirmed(run: Run, source: Path, language: str, sentence: str) -> None:
    done = run("check", source, language=language)
    assert (done.returncode, done.stdout) == (0, sentence)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Fehler m1-eins/01-einheit.md:11: ", "1 Fehler, 0 Hinweise"]),
        ("en", ["Error m1-eins/01-einheit.md:11: ", "1 error, 0 warnings"]),
    ],
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_fault_ends_with_1_and_names_place_and_remedy(
    run: Run, tmp_path: Path, command: str, language: str, words: list[str]
) -> None:
    done = run(command, write_source(tmp_path / "faulty", dict(NO_ALTERNATIVE)), language=language)
    assert done.returncode == 1
    assert all(word in done.stdout for word in words)
    assert " – " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_findings_of_a_check_are_data(run: Run, tmp_path: Path) -> None:
    done = run("check", "--json", write_source(tmp_path / "faulty", dict(NO_ALTERNATIVE)))
    (finding,) = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert set(finding) == FINDING
    assert (finding["path"], finding["line"]) == ("m1-eins/01-einheit.md", 11)
    assert (finding["code"], finding["severity"]) == ("alt-missing", "error")
    assert json.loads(run("check", "--json", write_source(tmp_path / "sound")).stdout) == {"findings": []}


def test_a_build_that_was_refused_is_data_as_well(run: Run, tmp_path: Path) -> None:
    done = run("build", write_source(tmp_path / "faulty", dict(NO_ALTERNATIVE)), "--json")
    assert done.returncode == 1
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["alt-missing"]


def test_a_package_that_cannot_be_read_is_data_as_well(run: Run, bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("kein Archiv")
    done = run("update-check", bundle, tmp_path / "a.zip", "--json")
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["path"], finding["code"]) == ("a.zip", "archive-kind")


def test_readability_is_shown_on_request(run: Run, source: Path) -> None:
    assert "LIX" in run("check", "--readability", source).stdout


def test_a_build_prints_a_line_for_each_bundle(run: Run, source: Path) -> None:
    done = run("build", source, "-f", "web", "-f", "scorm12")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["probe-m1-1.0.0-web.zip", "probe-m1-1.0.0-scorm12.zip"]
    assert lines[-1].startswith("2 Pakete in ")


def test_a_build_goes_to_dist_unless_told_otherwise(run: Run, source: Path, tmp_path: Path) -> None:
    run("build", source, "-f", "web")
    assert {path.name for path in (tmp_path / "here/dist").iterdir()} == {
        "probe-m1-1.0.0-web.zip",
        "staffel-report.html",
        "staffel-report.json",
    }


def test_a_build_as_data(run: Run, source: Path, tmp_path: Path) -> None:
    done = run("build", "--json", source, "-f", "scorm12", "-o", tmp_path / "out")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(report) == {"curriculum", "version", "profile", "seconds", "unchanged", "findings", "artifacts"}
    (artifact,) = report["artifacts"]
    assert set(artifact) == {"path", "format", "module", "sha256", "bytes", "seconds", "findings"}
    assert artifact["bytes"] == Path(artifact["path"]).stat().st_size
    assert (artifact["format"], artifact["module"], len(artifact["sha256"])) == ("scorm12", "m1", 64)


@pytest.mark.parametrize(("language", "word"), [("de", "Unverändert: 1 Paket "), ("en", "Unchanged: 1 bundle ")])
def test_a_repeated_build_says_that_nothing_changed(run: Run, source: Path, language: str, word: str) -> None:
    first = run("build", source, "-f", "web", language=language)
    again = run("build", source, "-f", "web", language=language)
    assert word not in first.stdout
    assert again.stdout.splitlines()[-1].startswith(word)
    assert json.loads(run("build", "--json", source, "-f", "web", language=language).stdout)["unchanged"] is True
    assert word not in run("build", "--no-cache", source, "-f", "web", language=language).stdout


def test_a_refused_bundle_ends_with_1(run: Run, source: Path) -> None:
    done = run("build", source, "-f", "scorm2004", "--grain", "course")
    assert done.returncode == 1
    assert "nicht geschrieben" in done.stdout
    assert "0 Pakete" in done.stdout


def test_many_hints_are_counted_and_stand_in_the_report(run: Run, root: Path, tmp_path: Path) -> None:
    sample, out = root / "tests" / "curricula" / "sample", tmp_path / "dist"
    done = run("build", sample, "-o", out)
    lines = done.stdout.splitlines()
    counts = [int(line.split()[-2]) for line in lines if re.search(r"[0-9a-f]{12}.* \d+ Hinweise?$", line)]
    assert (
        lines[-2]
        == f"{sum(counts)} Hinweise dazu, was in welchem Format anders ankommt: siehe {out}/staffel-report.html"
    )
    assert not any(line.startswith("Hinweis ") for line in lines)
    report = json.loads((out / "staffel-report.json").read_text("utf-8"))
    assert sum(len(artifact["findings"]) for artifact in report["artifacts"]) == sum(counts) > 20
    assert any(line.startswith("Hinweis ") for line in run("build", sample, "-f", "cc11").stdout.splitlines())


def test_a_pool_with_a_number_for_its_name_says_what_it_is(run: Run, source: Path) -> None:
    assert "qpl_" in (line := run("build", source, "-f", "ilias-pool").stdout.splitlines()[0])
    assert line.endswith("  ilias-pool m1")


def test_a_course_is_built_in_every_format_that_can_hold_one(run: Run, source: Path, tmp_path: Path) -> None:
    done = run("build", source, "--grain", "course", "--json", "-o", tmp_path / "dist")
    assert done.returncode == 0
    made = {artifact["format"] for artifact in json.loads(done.stdout)["artifacts"]}
    assert made == {name for name, form in FORMATS.items() if "course" in form.grains}


def test_only_the_named_modules_are_built(run: Run, source: Path) -> None:
    assert run("build", source, "-f", "web", "-m", "m1").returncode == 0
    done = run("build", source, "-f", "web", "-m", "m9")
    assert done.returncode == 1
    assert "m9" in done.stdout


def test_a_profile_that_does_not_exist_is_a_fault(run: Run, source: Path) -> None:
    done = run("build", source, "-f", "web", "-p", "neutral")
    assert done.returncode == 1
    assert "profiles/neutral.yaml" in done.stdout


def test_the_current_folder_is_the_source_if_it_holds_a_curriculum(run: Run, tmp_path: Path) -> None:
    write_source(tmp_path / "here")
    assert run("check").stdout == "Keine Fehler.\n"


@pytest.mark.parametrize("language", ["de", "en"])
def test_formats_are_listed_with_what_they_are_for(run: Run, language: str) -> None:
    plain = run("formats", language=language).stdout.splitlines()
    rows = json.loads(run("formats", "--json", language=language).stdout)
    assert [line.split()[0] for line in plain] == [row["name"] for row in rows] == list(FORMATS)
    assert [set(row) for row in rows] == [{"name", "label", "grains"}] * len(FORMATS)
    assert [row["label"] for row in rows] == [form.label[language] for form in FORMATS.values()]


def test_a_sound_package_is_verified(run: Run, bundle: Path) -> None:
    done = run("verify", "--json", bundle)
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(result) == {"path", "kind", "own", "files", "bytes", "faulty", "findings"}
    assert (result["faulty"], result["findings"], result["own"]) == (False, [], True)
    assert run("verify", bundle).returncode == 0


def test_what_is_no_package_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    done = run("verify", "--json", tmp_path / "a.zip")
    result = json.loads(done.stdout)
    assert (done.returncode, result["faulty"]) == (1, True)
    assert set(result["findings"][0]) == FINDING


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_same_package_may_be_uploaded_again(run: Run, bundle: Path, language: str) -> None:
    done = run("update-check", "--json", bundle, bundle, language=language)
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["safe"]) == (0, True)
    assert {"old", "new", "kind", "safe", "moodle", "ilias", "reasons", "advice"} == set(verdict)
    assert run("update-check", bundle, bundle, language=language).stdout != ""


def test_another_module_is_no_update(run: Run, bundle: Path, source: Path, tmp_path: Path) -> None:
    changed = (source / "m1-eins/module.yaml").read_text().replace("id: m1", "id: m7")
    (source / "m1-eins/module.yaml").write_text(changed)
    run("build", source, "-f", "scorm12", "-o", tmp_path / "dist")
    done = run("update-check", "--json", bundle, tmp_path / "dist/probe-m7-1.0.0-scorm12.zip")
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["safe"]) == (1, False)
    assert all(set(reason) == {"code", "lms", "text"} for reason in verdict["reasons"])


def test_locking_writes_the_numbers_and_names_what_is_gone(run: Run, source: Path) -> None:
    done = run("lock", source)
    assert (done.returncode, (source / "ids.lock").exists()) == (0, True)
    (source / "m1-eins/01-einheit.md").write_text(UNIT.replace("{#s1}", "{#s2}"))
    done = run("lock", source)
    assert done.stdout.splitlines()[0] == "nicht mehr in der Quelle: Seite s1 (Nummer bleibt vergeben)"
    assert done.stdout.splitlines()[1].startswith("1 Kennung neu gesperrt: ")
    assert run("check", source).stdout == "Keine Fehler.\n"
    assert "page m1 s1 1" in (source / "ids.lock").read_text()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_the_shell(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_STAFFEL_COMPLETE" in done.stdout


@pytest.mark.parametrize("language", ["de", "en"])
def test_something_new_is_announced(run: Run, tmp_path: Path, language: str) -> None:
    done = run("new", "curriculum", tmp_path / "neu", "--title", "Neu", language=language)
    assert done.returncode == 0
    mark = "angelegt: " if language == "de" else "created: "
    assert all(line.startswith(mark) and Path(line.removeprefix(mark)).exists() for line in done.stdout.splitlines())
    again = run("new", "curriculum", tmp_path / "neu", "--title", "Neu", language=language)
    assert (again.returncode, again.stdout) == (1, "")
    assert ("gibt es schon" if language == "de" else "exists already") in again.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_reader_that_has_gone_ends_a_command_without_a_word(root: Path, tmp_path: Path, command: str) -> None:
    """As with `staffel check | head`, where findings are told while a fault is being handled."""
    faulty = write_source(tmp_path / "faulty", NO_ALTERNATIVE)
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    reader, writer = os.pipe()
    os.close(reader)
    call = [sys.executable, "-m", "packager.cli", command, str(faulty)]
    try:
        done = subprocess.run(call, cwd=tmp_path, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode != 0
