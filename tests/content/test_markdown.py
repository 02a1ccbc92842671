"""The Markdown dialect: what authors write and the HTML that comes of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import AssessmentRef, ExerciseRef, Markup
from content.markdown import PLAIN, Place, Renderer
from content.model import Curriculum
from content.references import References
from content.words import Words
from tests.factories import CHOICE, MODULE, exercises, loaded, page


def html(curriculum: Curriculum) -> str:
    return "".join(markup.html for markup in curriculum.modules[0].pages[0].markup())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Er sagt "ja".', "<p>Er sagt „ja“.</p>"),
        ("[Begriff](term:begriff)", '<a href="term:begriff" class="link-term">Begriff</a>'),
        ("[](term:begriff)", '<a href="term:begriff" class="link-term">Begriff</a>'),
        ("[](competence:F1)", '<a href="competence:F1" class="link-competence">F1 Einordnen</a>'),
        ("[@quelle, S. 3]", '[<a class="link-source" href="source:quelle">Verlag 2025</a>, S. 3]'),
        ("Das macht {{anbieter}}.", "<p>Das macht Stadt Musterhausen.</p>"),
        ("Mit {{Bürger:innen|dat}}.", "<p>Mit Bürger:innen.</p>"),
        ("::: tip Merken\nText\n:::", '<section class="box box-tip"><p class="box-title">Tipp: Merken</p>'),
        ("::: case\nText\n:::", '<p class="box-title">Fall (erfunden)</p>'),
        ("::: details Mehr\nText\n:::", '<details class="details"><summary>Mehr</summary>'),
        ("Begriff\n: Erklärung", "<dt>Begriff</dt>\n<dd>Erklärung</dd>"),
        ("[Seite](https://example.org/)", 'href="https://example.org/" rel="external noopener noreferrer"'),
        ("(a) und (c)", "<p>(a) und (c)</p>"),
    ],
)
def test_a_text_becomes_html(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in html(loaded(tmp_path, page(text)))


def test_a_figure_has_size_caption_credit_and_alternative_text(tmp_path: Path) -> None:
    result = html(loaded(tmp_path, page('![Ein Quadrat](assets/bild.svg "Das Quadrat")')))
    assert '<img src="asset:m1-eins/assets/bild.svg" alt="Ein Quadrat" width="10" height="10"' in result
    assert "<figcaption><span>Das Quadrat</span>" in result
    assert "Bild: Prüfstelle, CC BY 4.0" in result


def test_a_long_description_follows_its_figure(tmp_path: Path) -> None:
    entry = '"*": {author: P, licence: CC0-1.0, description: "Ein **Quadrat**."}\n'
    result = html(loaded(tmp_path, {**page("![Quadrat](assets/bild.svg)"), "m1-eins/assets/assets.yaml": entry}))
    assert "<summary>Ausführliche Bildbeschreibung</summary><p>Ein <strong>Quadrat</strong>.</p>" in result


def test_a_table_has_caption_scope_and_no_inline_style(tmp_path: Path) -> None:
    result = html(loaded(tmp_path, page("Tabelle: Zahlen\n\n| a | b |\n|---|--:|\n| 1 | 2 |")))
    assert "<caption>Zahlen</caption>" in result
    assert '<th class="align-right" scope="col">b</th>' in result
    assert "style=" not in result


def test_footnotes_of_two_pages_do_not_collide(tmp_path: Path) -> None:
    text = "Text.[^1]\n\n[^1]: Fuß.\n\n# Zweite {#s2}\n\nMehr.[^1]\n\n[^1]: Anders."
    curriculum = loaded(tmp_path, page(text))
    first, second = ("".join(m.html for m in p.markup()) for p in curriculum.modules[0].pages)
    assert 'id="fn-s1-1"' in first or "s1" in first.partition('<li id="')[2].partition('"')[0]
    assert first.partition('<li id="')[2].partition('"')[0] != second.partition('<li id="')[2].partition('"')[0]


def test_exercises_and_assessments_split_a_page_into_blocks(tmp_path: Path) -> None:
    module = MODULE + "assessments:\n  - {id: test, title: Test, sections: [{title: Alles, exercises: [wahl]}]}\n"
    changes = {**page("Davor.\n\n{{assessment test}}\n\nDazwischen."), "m1-eins/module.yaml": module}
    blocks = loaded(tmp_path, changes).modules[0].pages[0].blocks
    assert [type(block) for block in blocks] == [Markup, AssessmentRef, Markup, ExerciseRef]


@pytest.mark.parametrize(
    ("gender", "expected"),
    [
        ("colon", "Bürger:innen mit Bürger:innen"),
        ("asterisk", "Bürger*innen mit Bürger*innen"),
        ("both", "Bürgerinnen und Bürger mit Bürgerinnen und Bürgern"),
        ("neutral", "Menschen im Ort mit Menschen im Ort"),
    ],
)
def test_a_profile_decides_the_gender_form(tmp_path: Path, gender: str, expected: str) -> None:
    changes = {**page("{{Bürger:innen}} mit {{Bürger:innen|dat}}"), "profiles/p.yaml": f"gender: {gender}\n"}
    assert expected in html(loaded(tmp_path, changes, "p"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::: tip Was {{Bürger:innen}} fragen\nText\n:::", "Tipp: Was Bürger*innen fragen<"),
        ("::: details Für {{Bürger:innen}}\nText\n:::", "<summary>Für Bürger*innen</summary>"),
        ("![Plan mit {{Bürger:innen|dat}}](assets/bild.svg)", 'alt="Plan mit Bürger*innen"'),
        ('![Plan](assets/bild.svg "Für {{Bürger:innen}}")', "<span>Für Bürger*innen</span>"),
        ("Tabelle: {{Bürger:innen}}\n\n| a |\n|---|\n| {{Bürger:innen}} |", "<caption>Bürger*innen</caption>"),
        ("Tabelle: x\n\n| a |\n|---|\n| {{Bürger:innen}} |", "<td>Bürger*innen</td>"),
        ("`{{Bürger:innen}}`", "<code>Bürger*innen</code>"),
        ("## Für {{Bürger:innen}}\n\nText", "<h2>Für Bürger*innen</h2>"),
        ("*{{Bürger:innen}}*", "<em>Bürger*innen</em>"),
    ],
)
def test_a_gender_form_shows_no_markup_wherever_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in html(loaded(tmp_path, {**page(text), "profiles/p.yaml": "gender: asterisk\n"}, "p"))


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("1. Januar", "{{wert}}", "<p>1. Januar</p>"),
        ("- keine -", "{{wert}}", "<p>- keine -</p>"),
        ("::: tip", "{{wert}}", "<p>::: tip</p>"),
        ("A&amp;B <b> \\*", "**{{wert}}**", "<strong>A&amp;amp;B &lt;b&gt; \\*</strong>"),
        ("https://example.org/a_b?c=1&d=(2)", "<{{wert}}>", '<a href="https://example.org/a_b?c=1&amp;d=(2)" rel'),
        ("https://example.org/a_b", "[Seite]({{wert}})", '<a href="https://example.org/a_b" rel'),
        ("smart_city@example.org", "[Post](mailto:{{wert}})", '<a href="mailto:smart_city@example.org"'),
        ("#ort_mitte", "`{{wert}}`", "<code>#ort_mitte</code>"),
    ],
)
def test_the_value_of_a_variable_is_text(tmp_path: Path, value: str, text: str, expected: str) -> None:
    changes = {**page(text), "profiles/p.yaml": f"variables: {{anbieter: x, wert: '{value}'}}\n"}
    assert expected in html(loaded(tmp_path, changes, "p"))


def test_a_caption_links_terms_and_names_sources(tmp_path: Path) -> None:
    caption = 'Vom\n[Begriff](term:begriff), "wie" belegt [@quelle]'
    table = html(loaded(tmp_path, page(f"Tabelle: {caption}\n\n| a |\n|---|\n| b |")))
    term, source = '<a href="term:begriff" class="link-term">Begriff</a>', "source:quelle"
    assert f"<caption>Vom\n{term}, „wie“ belegt" in table
    assert source in table
    assert 'aria-label="Vom Begriff, „wie“ belegt [Verlag 2025]"' in table
    figure = html(loaded(tmp_path, page("![Bild](assets/bild.svg 'Vom [](term:begriff) [@quelle]')")))
    assert f"<figcaption><span>Vom {term}" in figure
    assert source in figure


def test_an_alternative_text_is_read_without_its_markup(tmp_path: Path) -> None:
    result = html(loaded(tmp_path, page("![Ein **Plan** mit [Fluss](term:begriff), 3 \\* 4 `m`](assets/bild.svg)")))
    assert 'alt="Ein Plan mit Fluss, 3 * 4 m"' in result


def test_titles_may_hold_person_nouns_and_variables(tmp_path: Path) -> None:
    choice = CHOICE.replace("title: Wahl", 'title: "{{Bürger:innen}} in {{anbieter}}"')
    changes = {**exercises(choice), "profiles/p.yaml": "gender: both\n"}
    module = loaded(tmp_path, changes, "p").modules[0]
    assert module.exercises["wahl"].title == "Bürgerinnen und Bürger in Stadt Musterhausen"


def test_a_profile_replaces_variables(tmp_path: Path) -> None:
    changes = {**page("{{anbieter}}"), "profiles/p.yaml": "variables: {anbieter: Land *Muster*}\n"}
    assert "<p>Land *Muster*</p>" in html(loaded(tmp_path, changes, "p"))


@settings(max_examples=300, deadline=None)
@given(st.text("abÄß019 .,;:?!()-–„“‚‘’…§€%/\n(c)(tm)tp:innen", max_size=16))
def test_a_plain_line_needs_no_parser_because_it_would_give_the_same(text: str) -> None:
    renderer = Renderer(Words({}, {}), References())
    (block,) = renderer.blocks(text, Place("a.md", 1, "", "")) or (Markup(""),)
    if PLAIN.fullmatch(text):
        assert isinstance(block, Markup)
        assert renderer.markup(text, Place("a.md", 1, "", "")).html == block.html


def test_most_texts_of_exercises_are_plain_lines() -> None:
    for text in ("Mit einem Ziel.", "2026 begann die Umsetzung", "E-Akte – kurz „Akte“", "Ja, § 3 Abs. 1 gilt (noch)."):
        assert PLAIN.fullmatch(text)
    for text in (
        "1. Punkt",
        "*kursiv*",
        'Er sagt "ja"',
        "- Punkt",
        "a\nb",
        "# Titel",
        "x & y",
        "(c) 2026",
        "{{anbieter}}",
    ):
        assert not PLAIN.fullmatch(text)
