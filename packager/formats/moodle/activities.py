"""The XML of single activities in a course backup (mod/*/backup/moodle2 of Moodle 4.0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from urllib.parse import urlencode

from lxml import etree
from lxml.builder import E

from content.messages import messages
from content.model import Assessment, Curriculum
from packager.formats.moodle.plan import Activity
from packager.formats.moodle.records import MOMENT, Value, formatted, row

# mod/quiz, mod_quiz_display_options: during the attempt, right after it, later while open, after closing.
DURING, AFTER = 0x10000, 0x01110
HIGHEST = 1
"""Grading method of quiz and SCORM: the best attempt counts."""
QUIZ_GRADE = 100
PASSED_OR_COMPLETED = 6
"""completionstatusrequired of mod/scorm: passed (2) or completed (4)."""

PACKAGE: Mapping[str, Value] = {
    "maxgrade": 100,
    "grademethod": HIGHEST,
    "whatgrade": 0,
    "maxattempt": 0,
    "forcecompleted": 0,
    "forcenewattempt": 0,
    "lastattemptlock": 0,
    "masteryoverride": 1,
    "displayattemptstatus": 1,
    "displaycoursestructure": 0,
    "updatefreq": 0,
    "skipview": 2,
    "hidebrowse": 1,
    "hidetoc": 3,
    "nav": 0,
    "navpositionleft": -100,
    "navpositiontop": -100,
    "auto": 0,
    "popup": 0,
    "options": "",
    "width": 100,
    "height": 700,
    "timeopen": 0,
    "timeclose": 0,
    "timemodified": MOMENT,
    "completionstatusrequired": PASSED_OR_COMPLETED,
    "completionscorerequired": None,
    "completionstatusallscos": 0,
    "autocommit": 0,
}
"""Settings of every learning package: best attempt, started at once, no table of contents beside our own."""
TEST: Mapping[str, Value] = {
    "timeopen": 0,
    "timeclose": 0,
    "timelimit": 0,
    "overduehandling": "autosubmit",
    "graceperiod": 0,
    "canredoquestions": 0,
    "attemptonlast": 0,
    "grademethod": HIGHEST,
    "decimalpoints": 0,
    "questiondecimalpoints": -1,
    "questionsperpage": 1,
    "navmethod": "free",
    "shuffleanswers": 1,
    "timecreated": MOMENT,
    "timemodified": MOMENT,
    "password": "",
    "subnet": "",
    "browsersecurity": "-",
    "delay1": 0,
    "delay2": 0,
    "showuserpicture": 0,
    "showblocks": 0,
    "completionattemptsexhausted": 0,
    "completionminattempts": 0,
    "allowofflineattempts": 0,
}
"""Settings of every quiz: no times, best attempt, a question a page."""


def wrapped(activity: Activity, content: etree._Element) -> etree._Element:
    """The element around every activity's own one."""
    attributes = {
        "id": activity.cm,
        "moduleid": activity.cm,
        "modulename": activity.kind,
        "contextid": activity.context,
    }
    return E.activity(content, **{name: str(value) for name, value in attributes.items()})


def page(activity: Activity, html: str) -> etree._Element:
    """mod/page: shown in the course's frame, with its title and without an introduction."""
    columns: dict[str, Value] = {"name": activity.name, **formatted("intro", ""), **formatted("content", html)}
    columns |= {"legacyfiles": 0, "legacyfileslast": None, "display": 5}
    columns |= {"displayoptions": 'a:2:{s:10:"printintro";s:1:"0";s:17:"printlastmodified";s:1:"0";}'}
    return wrapped(activity, row("page", activity.cm, {**columns, "revision": 1, "timemodified": MOMENT}))


def scorm(activity: Activity, manifest: etree._Element, package: str, sha1: str) -> etree._Element:
    """mod/scorm with its rows in scorm_scoes: restoring does not parse the package, so they must be right."""
    organization, item, href = read_manifest(manifest)
    launch = activity.cm * 10 + 1
    columns: dict[str, Value] = {
        "name": activity.name,
        "scormtype": "local",
        "reference": package,
        **formatted("intro", f"<p>{escape(activity.module.description)}</p>" if activity.module else ""),
        "version": "SCORM_1.2",
        **PACKAGE,
        "sha1hash": sha1,
        "md5hash": "",
        "revision": 1,
        "launch": launch,
    }
    element = row("scorm", activity.cm, columns)
    scoes = etree.SubElement(element, "scoes")
    identifier = manifest.get("identifier", "")
    scoes.append(_sco(launch - 1, identifier, ("", "/"), organization, ("", "", 1)))
    scoes.append(_sco(launch, identifier, (organization[0], organization[0]), item, (href, "sco", 2)))
    return wrapped(activity, element)


def read_manifest(manifest: etree._Element) -> tuple[tuple[str, str], tuple[str, str], str]:
    """Organization and item (identifier, title) of a package with one SCO, and the SCO's address."""
    found = {name: next(manifest.iter(f"{{*}}{name}")) for name in ("organization", "item", "resource")}
    pairs = [
        (found[name].get("identifier", ""), found[name].findtext("{*}title") or "") for name in ("organization", "item")
    ]
    return pairs[0], pairs[1], found["resource"].get("href", "")


def _sco(
    identifier: int,
    manifest: str,
    place: tuple[str, str],
    named: tuple[str, str],
    launched: tuple[str, str, int],
) -> etree._Element:
    columns: dict[str, Value] = {
        "manifest": manifest,
        "organization": place[0],
        "parent": place[1],
        "identifier": named[0],
        "launch": launched[0],
        "scormtype": launched[1],
        "title": named[1],
        "sortorder": launched[2],
    }
    element = row("sco", identifier, columns)
    data = [] if not launched[0] else [row("sco_data", identifier, {"name": "isvisible", "value": "true"})]
    element.append(E.sco_datas(*data))
    return element


def quiz(
    activity: Activity,
    curriculum: Curriculum,
    intro: str,
    slots: Sequence[etree._Element],
    headings: Sequence[tuple[int, str]],
) -> etree._Element:
    """mod/quiz: slots, sections (first slot and heading) that may be mixed, sentences for passing and not passing."""
    assessment = activity.assessment
    if assessment is None:
        raise TypeError(activity.idnumber)
    marks = sum((Decimal(slot.findtext("maxmark") or 0) for slot in slots), Decimal(0))
    columns: dict[str, Value] = {
        "name": activity.name,
        **formatted("intro", intro),
        **TEST,
        "preferredbehaviour": "immediatefeedback" if assessment.feedback == "after-each" else "deferredfeedback",
        "attempts_number": assessment.attempts,
        **_review(assessment),
        "sumgrades": marks,
        "grade": Decimal(QUIZ_GRADE),
    }
    element = row("quiz", activity.cm, columns)
    element.append(E.question_instances(*slots))
    sections = (
        {"firstslot": first, "heading": heading, "shufflequestions": assessment.shuffle} for first, heading in headings
    )
    element.append(E.sections(*(row("section", activity.cm * 10 + i, columns) for i, columns in enumerate(sections))))
    element.append(E.feedbacks(*_feedbacks(activity, assessment, curriculum)))
    element.extend([E.overrides(), E.grades(), E.attempts()])
    return wrapped(activity, element)


def _review(assessment: Assessment) -> dict[str, Value]:
    """What learners see when; marks always, solutions unless the author wants no feedback."""
    shown = 0 if assessment.feedback == "never" else AFTER
    during = DURING if assessment.feedback == "after-each" else 0
    result: dict[str, Value] = {"reviewattempt": DURING | AFTER, "reviewmaxmarks": DURING | AFTER, "reviewmarks": AFTER}
    result |= {f"review{name}": shown | during for name in ("correctness", "specificfeedback", "generalfeedback")}
    return {**result, "reviewrightanswer": shown, "reviewoverallfeedback": AFTER}


def _feedbacks(activity: Activity, assessment: Assessment, curriculum: Curriculum) -> list[etree._Element]:
    words = messages(curriculum.language)
    bound = assessment.pass_mark
    bands = [(words["moodle.quiz.done"], 0, QUIZ_GRADE + 1)]
    if bound:
        bands = [(words["moodle.quiz.passed"], bound, QUIZ_GRADE + 1), (words["moodle.quiz.failed"], 0, bound)]
    return [
        row(
            "feedback",
            activity.cm * 10 + index,
            {
                **formatted("feedbacktext", f"<p>{sentence}</p>"),
                "mingrade": Decimal(low),
                "maxgrade": Decimal(high),
            },
        )
        for index, (sentence, low, high) in enumerate(bands)
    ]


def slot(activity: Activity, number: int, mark: Fraction, reference: etree._Element) -> etree._Element:
    """A place of the quiz: a question of its own page."""
    columns: dict[str, Value] = {
        "quizid": activity.cm,
        "slot": number,
        "page": number,
        "requireprevious": 0,
        "maxmark": f"{float(mark):.7f}",
    }
    element = row("question_instance", activity.cm * 1000 + number, columns)
    element.append(reference)
    return element


def fixed(activity: Activity, number: int, entry: int) -> etree._Element:
    """The reference to one question, always in its newest version."""
    columns: Mapping[str, Value] = {"questionbankentryid": entry, "version": None}
    return row("question_reference", activity.cm * 1000 + number, {**_using(activity), **columns})


def drawn(activity: Activity, number: int, category: int) -> etree._Element:
    """A question that Moodle draws from a category, in the words of 4.0, which later versions translate.

    question/classes/question_reference_manager.php, convert_legacy_set_reference_filter_condition.
    """
    condition = f'{{"questioncategoryid":"{category}","includingsubcategories":"0"}}'
    columns: Mapping[str, Value] = {"questionscontextid": activity.context, "filtercondition": condition}
    return row("question_set_reference", activity.cm * 1000 + number, {**_using(activity), **columns})


def _using(activity: Activity) -> dict[str, Value]:
    return {"usingcontextid": activity.context, "component": "mod_quiz", "questionarea": "slot"}


def lti(activity: Activity, tool_url: str, intro: str) -> etree._Element:
    """mod/lti without a tool type: it binds by its address to the tool that the site has registered."""
    exercise = activity.exercise
    if exercise is None:
        raise TypeError(activity.idnumber)
    columns: dict[str, Value] = {
        "name": activity.name,
        **formatted("intro", intro),
        "timecreated": MOMENT,
        "timemodified": MOMENT,
        "typeid": 0,
        "toolurl": tool_address(tool_url, "exercise", exercise.id),
        "securetoolurl": "",
        "preferheight": None,
        "launchcontainer": 1,
        "instructorchoicesendname": 1,
        "instructorchoicesendemailaddr": 0,
        "instructorchoiceacceptgrades": 1,
        "instructorchoiceallowroster": None,
        "instructorchoiceallowsetting": None,
        "grade": exercise.maximum_points,
        "instructorcustomparameters": f"exercise={exercise.id}",
        "debuglaunch": 0,
        "showtitlelaunch": 1,
        "showdescriptionlaunch": 0,
        "icon": "",
        "secureicon": "",
    }
    return wrapped(activity, row("lti", activity.cm, columns))


def tool_address(tool_url: str, kind: str, identifier: str) -> str:
    """The target of a link to the tool: its address with what to show in the query."""
    return f"{tool_url}{'&' if '?' in tool_url else '?'}{urlencode({kind: identifier})}"
