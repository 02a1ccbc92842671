"""Pages of a package: links, glossary, sources, credits, exercise data, the documents and scripts for SCORM."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from packager.appendix import appendix
from packager.documents import APPENDIX, Frame, pool_script, unit_script
from packager.formats.base import Job
from packager.links import FOLDER, SINGLE, Addresses, licence_address, sort_key
from packager.pages import Rendering, module_data, render_pages
from tests.samples import sample, sample_job

ABSTRACT = re.compile(r'(?:href|src)="(?:term|page|unit|exercise|assessment|competence|source|asset):')


def rendered(addresses: Addresses = FOLDER) -> tuple[Rendering, Mapping[str, str]]:
    """The rendering and the HTML of all its pages by identifier."""
    rendering = render_pages(sample_job(), addresses)
    pages = [*rendering.pages, *rendering.course_pages, *appendix(rendering)]
    return rendering, {page.id: page.html for page in pages}


@pytest.mark.parametrize("addresses", [FOLDER, SINGLE], ids=["folder", "single"])
def test_no_abstract_link_is_left(addresses: Addresses) -> None:
    rendering, pages = rendered(addresses)
    forms = [form for pool in rendering.pools.values() for form in pool.values()]
    for text in (*pages.values(), *forms, *rendering.data.values()):
        assert not ABSTRACT.search(text)


def test_links_lead_to_documents_of_a_folder() -> None:
    page = rendered()[1]["m1u1-kaesten"]
    assert 'href="m1u1-einstieg.html"' in page
    assert 'href="m1u2-rechnen.html#exercise-m1u2-ordnen"' in page
    assert 'href="m1u2-test.html#assessment-m1-abschluss"' in page
    assert 'href="_objectives.html#competence-S1"' in page
    assert 'src="../m1-wasser/assets/mulde.png"' in page


def test_links_lead_to_places_in_one_document() -> None:
    page = rendered(SINGLE)[1]["m1u1-kaesten"]
    assert 'href="#m1u1-einstieg"' in page
    assert 'href="#m1u2-rechnen/exercise-m1u2-ordnen"' in page
    assert 'src="m1-wasser/assets/mulde.png"' in page


def test_a_page_called_start_gets_another_file_name() -> None:
    assert FOLDER.page("start") == "start_.html"
    assert SINGLE.page("start") == "#start"


def test_a_link_out_of_the_package_is_text_that_names_the_module() -> None:
    whole = sample()
    module = whole.modules[0]
    first = replace(module.units[0], pages=module.units[0].pages[:1])
    other = replace(module, id="m2", number=2, units=(first,), assessments=())
    job = Job(curriculum=replace(whole, modules=(module,)), modules=(other,))
    html = render_pages(replace(job, curriculum=whole), FOLDER).course_pages[0].html
    assert 'href="m1u1-einstieg.html"' in html
    lost = replace(other, units=(replace(module.units[1], pages=module.units[1].pages[:1]),))
    html = render_pages(replace(job, modules=(lost,)), FOLDER).course_pages[0].html
    assert '<span class="link-elsewhere">Einheit 1 (Modul 1)</span>' in html


def test_a_link_to_another_host_opens_a_new_window_and_says_so() -> None:
    page = rendered()[1]["m1u1-kaesten"]
    link = re.search(r'<a [^>]*href="https://example.org/".*?</a>', page)
    assert link
    assert 'target="_blank"' in link.group()
    assert 'rel="external noopener noreferrer"' in link.group()
    assert "(öffnet in neuem Fenster)" in link.group()


def test_the_glossary_holds_the_terms_in_use_with_the_way_back() -> None:
    glossary = rendered()[1]["_glossary"]
    assert re.findall(r'<div id="term-([a-z]+)">', glossary) == ["versickerung", "versiegelung"]
    assert "Ungenutzter Begriff" not in glossary
    assert 'Kommt vor in: <a href="m1u1-einstieg.html">Worum es geht</a>' in glossary


def test_a_term_that_only_a_definition_leads_to_is_in_the_glossary() -> None:
    rendering = render_pages(sample_job(), FOLDER)
    del rendering.linker.uses.terms["versiegelung"]
    glossary = next(page for page in appendix(rendering) if page.id == "_glossary")
    assert 'id="term-versiegelung"' in glossary.html


def test_the_bibliography_holds_what_is_cited() -> None:
    sources = rendered()[1]["_sources"]
    assert re.findall(r'<li id="source-([a-z0-9-]+)">', sources) == ["musterau-2024", "schwamm"]
    assert "Diese Quelle nennt niemand" not in sources


@pytest.mark.parametrize(("date", "end"), [("o. D.", ", o. D.\n"), ("2024", ", 2024.\n"), ("", "erfunden).\n")])
def test_an_entry_of_the_bibliography_ends_with_one_full_stop(date: str, end: str) -> None:
    curriculum = sample()
    sources = {name: replace(source, date=date, url="") for name, source in curriculum.sources.items()}
    rendering = render_pages(replace(sample_job(), curriculum=replace(curriculum, sources=sources)), FOLDER)
    (page,) = (page for page in appendix(rendering) if page.id == "_sources")
    assert page.html.count(end) == 2


def test_the_overview_of_competences_leaves_out_what_the_package_does_not_need() -> None:
    objectives = rendered()[1]["_objectives"]
    assert "F1 Wasserhaushalt der Stadt verstehen" in objectives
    assert "Wird in diesem Kurs nicht gebraucht" not in objectives


def test_a_unit_begins_with_its_objectives() -> None:
    pages = rendered()[1]
    assert "Nach dieser Einheit können Sie …" in pages["m1u1-einstieg"]
    assert "den Abfluss einer Fläche mit einer <em>einfachen</em> Formel schätzen." in pages["m1u1-einstieg"]
    assert "Nach dieser Einheit" not in pages["m1u1-kaesten"]


def test_credits_name_each_file_with_author_and_licence() -> None:
    about = rendered()[1]["_about"]
    for text in ("wege.svg", "mulde.png", "Kim Beispiel", "CC BY 4.0", "Arbeitsgruppe Wasser, 2025 (Erstfassung)"):
        assert text in about


def test_what_is_for_trainers_is_in_no_page() -> None:
    rendering, pages = rendered()
    everything = "".join([*pages.values(), *rendering.data.values()])
    assert "Nur für die Kursleitung" not in everything


def test_no_heading_is_skipped() -> None:
    for name, page in rendered()[1].items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_a_test_on_a_page_of_the_same_title_is_not_titled_twice() -> None:
    (module,) = sample().modules
    (test,) = module.assessments
    title = next(page.title for page in module.pages if page.id == module.page_of[test.id])
    same = replace(module, assessments=(replace(test, title=title),))
    for known, headings in ((module, [title, test.title]), (same, [title])):
        rendering = render_pages(Job(curriculum=sample(), modules=(known,)), FOLDER)
        (html,) = [page.html for page in rendering.pages if page.id == module.page_of[test.id]]
        assert [h for h in re.findall(r"<h[12].*?>(.*?)</h", html) if h in (title, test.title)] == headings
        assert f'aria-label="{headings[-1]}"' in html


def test_each_form_is_followed_by_its_data() -> None:
    rendering = render_pages(sample_job(), FOLDER)
    page = rendering.pages[0]
    html = page.html_with_data(rendering.data)
    for exercise in page.exercises:
        found = re.search(
            rf'</form>\n<script type="application/json" [^>]*data-exercise="{exercise}">([^<]*)</script>',
            html,
            re.DOTALL,
        )
        assert found
        assert json.loads(found.group(1))["id"] == exercise


def test_the_module_data_name_every_page_exercise_and_test() -> None:
    rendering = render_pages(sample_job(), FOLDER)
    data = json.loads(json.dumps(module_data(rendering, sample().modules[0], "web", FOLDER)))
    assert [page["id"] for page in data["pages"]] == [page.id for page in sample().modules[0].pages]
    assert all(page["tracked"] and page["number"] and page["href"] for page in data["pages"])
    pages = {exercise["id"]: exercise["page"] for exercise in data["exercises"]}
    assert pages["m1u1-einfach"] == "m1u1-einstieg"
    assert pages["m1p-begriff"] is None
    assert data["assessments"][0]["page"] == "m1u2-test"
    assert [section["draw"] for section in data["assessments"][0]["sections"]] == [2, None]
    assert data["completion"] == {"pass_mark": 60}
    assert data["release"] == "m1 1.2.0"


def scorm_frame() -> Frame:
    rendering = render_pages(sample_job(), SINGLE)
    return Frame(rendering=rendering, more=appendix(rendering))


def unit_call(script: str) -> dict[str, Any]:
    """The argument of `staffel.unit(…)`."""
    found = re.fullmatch(r"staffel\.unit\((.*)\);\n", script, re.DOTALL)
    assert found
    payload: dict[str, Any] = json.loads(found.group(1))
    return payload


def test_the_shell_shows_the_first_page_and_knows_all_others() -> None:
    frame = scorm_frame()
    shell = frame.shell(sample().modules[0], "scorm12")
    assert "<h1>Worum es geht</h1>" in shell
    assert 'data-action="finish"' in shell
    found = re.search(r'id="staffel-module">(.*?)</script>', shell)
    assert found
    data = json.loads(found.group(1))
    assert data["format"] == "scorm12"
    more = [page["id"] for page in data["pages"] if not page["tracked"]]
    assert more == ["start", "impressum", "_objectives", "_glossary", "_sources", "_about"]
    assert {page["unit"] for page in data["pages"]} == {"m1u1", "m1u2", "m1u3", APPENDIX}


def test_unit_scripts_bring_pages_and_data() -> None:
    rendering = scorm_frame().rendering
    payload = unit_call(unit_script(rendering, "m1u2", [page for page in rendering.pages if page.unit == "m1u2"]))
    assert payload["unit"] == "m1u2"
    assert list(payload["pages"]) == ["m1u2-rechnen", "m1u2-transfer", "m1u2-test"]
    assert set(payload["exercises"]) == {
        "m1u2-ordnen",
        "m1u2-zahl",
        "m1u2-wort",
        "m1u2-luecken",
        "m1u2-arbeitsblatt",
        "m1u2-einschaetzung",
    }


def test_the_pool_script_brings_forms_and_data_of_a_test() -> None:
    rendering = scorm_frame().rendering
    payload = unit_call(pool_script(rendering, sample().modules[0].assessments[0]))
    names = ["m1p-begriff", "m1p-weg", "m1p-menge", "m1p-ziel", "m1p-aussage"]
    assert list(payload["widgets"]) == names
    assert list(payload["exercises"]) == names


def test_documents_hold_no_inline_code() -> None:
    shell = scorm_frame().shell(sample().modules[0], "scorm2004")
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", shell)
    kinds = re.findall(r"<script([^>]*)>", shell)
    assert all('type="application/json"' in kind or "src=" in kind for kind in kinds)


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-SA-3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("DL-DE-BY-2.0", "https://spdx.org/licenses/DL-DE-BY-2.0.html"),
        ("LicenseRef-public-domain", ""),
    ],
)
def test_a_licence_has_the_address_of_its_text(licence: str, address: str) -> None:
    assert licence_address(licence) == address


def test_words_are_sorted_as_in_a_dictionary() -> None:
    words = ["Zoll", "Übermut", "Ufer", "„Amt“", "Ämter", "Stadt"]
    assert sorted(words, key=sort_key) == ["„Amt“", "Ämter", "Stadt", "Übermut", "Ufer", "Zoll"]


def test_the_neutral_profile_puts_no_sign_into_a_word() -> None:
    curriculum = sample("neutral")
    rendering = render_pages(Job(curriculum=curriculum, modules=curriculum.modules), FOLDER)
    text = "".join(page.html for page in (*rendering.pages, *rendering.course_pages, *appendix(rendering)))
    text = re.sub(r"<[^>]*>", " ", text)
    assert not re.search(r"[a-zäöüß][:*_·](?:in|innen)\b", text)
    assert "Menschen im Ort" in text
