"""The XML of single activities in a course backup (mod/*/backup/moodle2 of Moodle 4.0)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from lxml import etree
from lxml.builder import E

from packager.moodle.plan import Activity
from packager.moodle.records import MOMENT, Value, formatted, row

HIGHEST = 1
"""Grading method of quiz and SCORM: the best attempt counts."""
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


TERMS: Mapping[str, Value] = {
    "allowduplicatedentries": 0,
    "displayformat": "dictionary",
    "mainglossary": 0,
    "showspecial": 1,
    "showalphabet": 1,
    "showall": 1,
    "allowcomments": 0,
    "allowprintview": 1,
    "usedynalink": 1,
    "defaultapproval": 1,
    "globalglossary": 0,
    "entbypage": 20,
    "editalways": 0,
    "rsstype": 0,
    "rssarticles": 0,
    "assessed": 0,
    "assesstimestart": 0,
    "assesstimefinish": 0,
    "scale": 0,
    "timecreated": MOMENT,
    "timemodified": MOMENT,
    "completionentries": 0,
}
"""Settings of the glossary: a dictionary whose terms are linked in the whole course."""


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


def glossary(activity: Activity, intro: str) -> etree._Element:
    """mod/glossary without entries: a restore takes them for user data and drops them."""
    columns: dict[str, Value] = {"name": activity.name, **formatted("intro", intro), **TERMS}
    element = row("glossary", activity.cm, columns)
    element.extend([E.entries(), E.categories()])
    return wrapped(activity, element)


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
    # Parsing a package stores both of every item, also where the manifest does not say so.
    data = {"isvisible": "true", "parameters": ""} if launched[0] else {}
    rows = (row("sco_data", identifier * 10 + i, {"name": n, "value": v}) for i, (n, v) in enumerate(data.items()))
    element.append(E.sco_datas(*rows))
    return element


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
