"""Titles of any length and shape, and texts to choose from, as the columns and lists of an LMS hold them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from lxml import etree

from content import Curriculum
from content.source import CONTROL
from packager.archive import write_archive, write_file
from packager.formats import FORMATS
from packager.formats.base import Job
from packager.titles import MOODLE, shortened, told_apart
from packager.verify import verify_file
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, faults, loaded
from tests.samples import contents

LONG = "Ein sehr langer Titel über das Regenwasser in der Stadt " * 8
# Title -> whether ILIAS can show it; nothing else ever stops a build.
TITLES = {
    "long": LONG,
    "one word": "Donaudampfschiff" * 30,
    "right to left": "\u202eشارع א",
    "end of CDATA": "a ]]> b",
    "markup": "a & b < c > \" ' d &amp;lt; &#60;",
    "nothing to see": "\u200b",
    "combining signs": "a\u0308\u0301",
    "joined emoji in words": "Familie \U0001f468\u200d\U0001f469",
    "separators": "a/b//c\\\\d",
    "line separator": "a\u2028b",
    "private signs": "x\ue000\U000f0000",
    "no characters": "x\ufdd0\U0001fffe",
    "byte order mark": "\ufeffx",
    "white space": "  x  ",
    "places of formats": "%s {0} $1 \\\\1 \\\\g<0> {1:SA:=x} ~%50%b#c $@NULL@$",
}
COLUMNS = ("name", "fullname", "shortname", "itemname", "title", "CONCEPT")


def titled(folder: Path, title: str) -> Curriculum:
    """Every title, term, source, question and answer is this one."""
    quoted = json.dumps(title, ensure_ascii=False)
    test = f"assessments:\n  - {{id: test, title: {quoted}, sections: [{{title: {quoted}, exercises: [wahl]}}]}}\n"
    exercise = CHOICE.replace("title: Wahl", f"title: {json.dumps(title[:100], ensure_ascii=False)}")
    return loaded(
        folder,
        {
            "curriculum.yaml": CURRICULUM.replace("title: Probe", f"title: {quoted}"),
            "m1-eins/module.yaml": MODULE.replace("Erstes Modul", quoted) + test,
            "m1-eins/01-einheit.md": UNIT.replace("title: Einheit", f"title: {quoted}")
            .replace("# Seite", f"# {title.strip()}")
            .replace("Text.", "[Wort](term:begriff)"),
            "glossary.yaml": f"begriff: {{term: {quoted}, definition: {quoted}}}\n",
            "sources.yaml": f'quelle: {{title: {quoted}, publisher: {quoted}, url: "https://example.org/"}}\n',
            "m1-eins/exercises/a.yaml": exercise.replace("Was ist richtig?", quoted).replace("Eins", quoted),
        },
    )


def job_of(curriculum: Curriculum) -> Job:
    return Job(curriculum=curriculum, modules=curriculum.modules, tool_url="https://tool.example.org/")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("title", TITLES)
def test_a_title_of_any_shape_makes_a_sound_package(title: str, form: str, tmp_path: Path) -> None:
    job, target = job_of(titled(tmp_path / "source", TITLES[title])), FORMATS[form]
    path = tmp_path / (target.file_name(job) if target.file_name else f"a{target.suffix}")
    (write_file if target.container == "file" else write_archive)(target.render(job), path)
    result = verify_file(path)
    assert result.kind == form
    assert [finding.text() for finding in result.findings if finding.code != "cc-version"] == []


@pytest.mark.parametrize("form", ["moodle-backup", "moodle-glossary", "cc11", "cc13"])
def test_no_name_is_longer_than_the_columns_of_moodle(form: str, tmp_path: Path) -> None:
    parts = contents(FORMATS[form].render(job_of(titled(tmp_path, LONG))))
    texts = [
        element.text or ""
        for name, data in parts.items()
        if name.endswith(".xml")
        for element in etree.fromstring(data).iter("{*}*")
        if etree.QName(element).localname in COLUMNS
    ]
    assert any("…" in text for text in texts)
    assert [text for text in texts if len(text) > MOODLE] == []


def test_no_part_of_a_category_is_longer_than_its_column(tmp_path: Path) -> None:
    (data,) = contents(FORMATS["moodle-xml"].render(job_of(titled(tmp_path, LONG)))).values()
    paths = [path.text or "" for path in etree.fromstring(data).iterfind("question/category/text")]
    assert any("…" in path for path in paths)
    assert all(len(part) <= MOODLE for path in paths for part in path.split("/"))


@pytest.mark.parametrize("escape", ["\\ud800", "\\ufffe", "\\x01", "\\0", "\\e"])
def test_a_sign_that_xml_forbids_is_found_behind_its_escape(escape: str, tmp_path: Path) -> None:
    """Half of a pair is refused by one of YAML's two readers and taken by the other (`yaml.CSafeLoader`)."""
    sign = yaml.SafeLoader(f'"{escape}"').get_single_data()
    assert re.search(CONTROL, sign)
    found = faults(tmp_path, {"m1-eins/module.yaml": MODULE.replace("Erstes Modul", f'"a{escape}"')})
    assert {finding.line for finding in found} == {2}


def test_a_text_is_cut_between_words() -> None:
    assert shortened("eins zwei drei", 14) == "eins zwei drei"
    assert shortened("eins zwei drei", 13) == "eins zwei …"
    assert len(shortened("x" * 500, MOODLE)) == MOODLE


def test_texts_to_choose_from_never_equal_each_other() -> None:
    texts = {"a": "x", "b": "x", "c": "y", "d": "x (2)", "e": "z" * 300, "f": "z" * 300, "g": "", "h": ""}
    told = told_apart(texts, MOODLE)
    assert (told["a"], told["b"], told["c"]) == ("x", "x (2)", "y")
    assert len(set(told.values())) == len(texts)
    assert max(map(len, told.values())) <= MOODLE


def test_pictures_to_choose_from_are_told_by_their_descriptions(tmp_path: Path) -> None:
    """Moodle shows the choices of a matching question as plain text, and takes equal ones for one."""
    exercise = """\
- id: wahl
  type: matching
  title: Paare
  prompt: Was gehört zusammen?
  sources:
    - {id: s1, text: Eins, target: t1}
    - {id: s2, text: Zwei, target: t2}
    - {id: s3, text: Drei, target: t3}
  targets:
    - {id: t1, text: "![Ein Plan](assets/bild.svg)"}
    - {id: t2, text: "![Eine Skizze](assets/bild.svg)"}
    - {id: t3, text: "![Eine Skizze](assets/bild.svg) von hier"}
"""
    parts = contents(FORMATS["moodle-xml"].render(job_of(loaded(tmp_path, {"m1-eins/exercises/a.yaml": exercise}))))
    (data,) = parts.values()
    answers = [answer.text for answer in etree.fromstring(data).iterfind(".//subquestion/answer/text")]
    assert len(set(answers)) == len(answers)
    for answer, description in zip(answers, ("Ein Plan", "Eine Skizze", "Eine Skizze"), strict=True):
        assert (answer or "").startswith(description)
