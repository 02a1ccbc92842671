"""The two documents of a pool: the questions (QTI 1.2 as ILIAS writes it) and the pool with a page for each of them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content.exercises import Exercise, SelfRating
from content.markup import Markup
from content.model import Module
from packager.credit import credit
from packager.formats.base import Job
from packager.ilias.names import pool_number
from packager.ilias.pictures import tell_apart
from packager.ilias.question import Question
from packager.ilias.questions import question
from packager.ilias.texts import BEYOND, Texts
from packager.ilias.xml import E, clean, condition, equal

VERSION = "9.20.0"
TITLE_LENGTH, AUTHOR_LENGTH, COMMENT_LENGTH, RIGHTS_LENGTH = 100, 50, 250, 1000
LEFT_OUT = (SelfRating,)


def exercises(module: Module) -> Iterator[Exercise]:
    """What becomes a question, in reading order."""
    return (exercise for exercise in module.exercises.values() if not isinstance(exercise, LEFT_OUT))


def ident(module: Module, exercise: Exercise) -> str:
    """The number is permanent; ILIAS needs it to join question and page within one import, no longer."""
    return f"il_0_qst_{module.exercise_numbers[exercise.id]}"


def questions_document(module: Module, texts: Texts) -> etree._Element:
    """`questestinterop` with one item for each exercise."""
    return E.questestinterop(*(_item(module, exercise, texts) for exercise in exercises(module)))


def pool_document(job: Job) -> etree._Element:
    """Title and description of the pool; every question needs its page, or ILIAS makes an empty one."""
    (module,) = job.modules
    curriculum = job.curriculum
    general = E.General(
        E.Identifier(Catalog="ILIAS", Entry=f"il_0_qpl_{pool_number(job)}"),
        E.Title(short(module.title, TITLE_LENGTH), Language=curriculum.language),
        E.Language(Language=curriculum.language),
        E.Description(short(_plain(module.description), COMMENT_LENGTH), Language=curriculum.language),
        E.Keyword(short(curriculum.title, TITLE_LENGTH), Language=curriculum.language),
        Structure="Hierarchical",
    )
    # ilMDSaxParser reads it; where an administrator has set up this licence, ILIAS recognises it by its text.
    licence = E.Description(short(credit(curriculum), RIGHTS_LENGTH), Language=curriculum.language)
    rights = E.Rights(licence, Cost="No", CopyrightAndOtherRestrictions="Yes")
    settings = E.Settings(E.ShowTaxonomies("0"), E.NavTaxonomy("0"), E.SkillService("0"))
    pages = (E.PageObject(E.PageContent(E.Question(QRef=ident(module, exercise)))) for exercise in exercises(module))
    return E.ContentObject(E.MetaData(general, rights), settings, *pages, Type="Questionpool_Test")


def _item(module: Module, exercise: Exercise, texts: Texts) -> etree._Element:
    made = question(exercise, texts)
    tell_apart(made.flow)
    title = short(exercise.title, TITLE_LENGTH)
    fields = {
        "ILIAS_VERSION": VERSION,
        "QUESTIONTYPE": made.kind,
        "AUTHOR": short(texts.curriculum.publisher, AUTHOR_LENGTH),
        "additional_cont_edit_mode": "default",
        "externalId": exercise.id,
        "ilias_lifecycle": "final",
        **made.metadata,
    }
    general = _general_feedback(exercise, made, texts)
    prompt = [texts.material(made.prompt)] if made.prompt else []
    return E.item(
        E.qticomment(_comment(module, exercise)),
        E.itemmetadata(E.qtimetadata(*(_field(label, entry) for label, entry in fields.items()))),
        E.presentation(E.flow(*prompt, *made.flow), label=title),
        _processing(made, general),
        *(_feedback(name, html, texts) for name, html in {**made.feedback, **general}.items()),
        *(_hint(str(index), hint, texts) for index, hint in enumerate(exercise.hints, start=1)),
        ident=ident(module, exercise),
        title=title,
        maxattempts="0",
    )


def _field(label: str, entry: str) -> etree._Element:
    return E.qtimetadatafield(E.fieldlabel(label), E.fieldentry(entry))


def _processing(made: Question, general: dict[str, str]) -> etree._Element:
    if not made.maximum:
        return E.resprocessing(E.outcomes(E.decvar(**made.score)), *made.conditions)
    score = E.decvar(varname="WritingScore", vartype="Integer", minvalue="0", maxvalue=str(made.maximum))
    by_hand = [condition([equal("points", str(made.maximum))], feedback=name) for name in general]
    tutor = E.respcondition(E.conditionvar(E.other("tutor_rated")))
    return E.resprocessing(E.outcomes(score), *by_hand, tutor, scoremodel="HumanRater")


def _general_feedback(exercise: Exercise, made: Question, texts: Texts) -> dict[str, str]:
    """ILIAS knows two cases; what is meant for partly right answers speaks only where nothing else does."""
    said = exercise.feedback
    right = texts.html(said.correct) if said.correct else ""
    wrong = texts.html(said.incorrect or said.partial) if said.incorrect or said.partial else ""
    if made.asides:
        wrong += "<ul>" + "".join(f"<li>{aside}</li>" for aside in made.asides) + "</ul>"
    texts_by_case = {"response_allcorrect": right, "response_onenotcorrect": wrong}
    return {name: html for name, html in texts_by_case.items() if html}


def _feedback(name: str, html: str, texts: Texts) -> etree._Element:
    return E.itemfeedback(E.flow_mat(texts.material(html)), ident=name, view="All")


def _hint(index: str, hint: Markup, texts: Texts) -> etree._Element:
    """Read by ILIAS 8 to 10, without pictures (`ilQTIParser`, ITEM_SOLUTIONHINT); others pass over it."""
    return E.solutionhint(texts.described(hint), index=index, points="0")


def _comment(module: Module, exercise: Exercise) -> str:
    """The description in the list of questions: where the exercise belongs, and what it practises."""
    units = {page: unit.title for unit in module.units for page in (p.id for p in unit.pages)}
    objective_units = {objective.id: unit.title for unit in module.units for objective in unit.objectives}
    found = units.get(module.page_of.get(exercise.id, ""))
    unit = found or next((objective_units[o] for o in exercise.objectives if o in objective_units), "")
    return short(" · ".join(filter(None, (unit, *module.competences(exercise), exercise.id))), COMMENT_LENGTH)


def short(text: str, length: int) -> str:
    """At most `length` signs of the three-byte kind that the database of ILIAS stores."""
    plain = " ".join(BEYOND.sub("", clean(text)).split())
    return plain if len(plain) <= length else plain[: length - 1].rstrip() + "…"


def _plain(text: str) -> str:
    return Markup("", text).plain
