"""The report of a build as people open it: every bundle with its format, size and findings, in their language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content.findings import Finding, Language
from packager.formats import FORMATS
from packager.report import Artifact, BuildReport


def page(folder: Path, language: Language, *artifacts: Artifact, findings: tuple[Finding, ...] = ()) -> str:
    report = BuildReport(
        curriculum="probe", version="1.0.0", profile="", artifacts=artifacts, findings=findings, seconds=1
    )
    report.write(folder, language)
    return (folder / "staffel-report.html").read_text("utf-8")


def bundle(form: str, *findings: Finding, written: bool = True) -> Artifact:
    sha = "0123456789abcdef" * 4 if written else ""
    return Artifact(f"dist/probe-m1-{form}.zip", form, "m1", sha, 1_234_567 if written else 0, 0.1, findings)


@pytest.mark.parametrize(("language", "size"), [("de", "1.235"), ("en", "1,235")])
def test_every_format_has_a_row_with_its_name_and_size(tmp_path: Path, language: Language, size: str) -> None:
    html = page(tmp_path, language, *(bundle(form) for form in FORMATS))
    for form in FORMATS:
        assert f'<a href="probe-m1-{form}.zip">' in html
        assert f"<code>{form}</code>" in html
    assert html.count(f">{size}<") == len(FORMATS)
    assert f'lang="{language}"' in html


def test_findings_are_counted_in_the_row_and_written_where_it_points(tmp_path: Path) -> None:
    findings = (Finding("m1", 0, "qti-hints", {"count": 2}), Finding("m1/a.yaml", 7, "lock-fresh", {"count": 1}))
    html = page(tmp_path, "de", bundle("web"), bundle("qti21", *findings))
    (target,) = re.findall(r'<a href="#(\w+)">2</a>', html)
    section = html.partition(f'<h2 id="{target}">')[2]
    assert section.startswith("probe-m1-qti21.zip (QTI 2, m1)")
    assert section.count("<li>") == 2
    assert "<code>m1/a.yaml:7</code>" in section


def test_a_bundle_that_was_not_written_has_no_link(tmp_path: Path) -> None:
    html = page(
        tmp_path, "de", bundle("scorm2004", Finding("m1", 0, "grain", {"format": "x", "grain": "y"}), written=False)
    )
    assert "probe-m1-scorm2004.zip – nicht geschrieben" in html
    assert 'href="probe-m1' not in html


def test_what_authors_write_is_text(tmp_path: Path) -> None:
    html = page(tmp_path, "de", findings=(Finding("<b>.md", 1, "variable-unknown", {"word": "<script>"}),))
    assert "<script>" not in html
    assert "<code>&lt;b&gt;.md:1</code>" in html
