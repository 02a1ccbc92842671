"""What holds a course backup together: its table of contents, the course, sections, and the frame of each activity."""

from __future__ import annotations

import json
from html import escape

from lxml import etree
from lxml.builder import E

from packager.moodle.plan import COURSE, COURSE_CONTEXT, SYSTEM_CONTEXT, Activity, Course, Section
from packager.moodle.records import MOMENT, Value, formatted, row
from packager.titles import shortened

# Declared as 4.0: its question bank is the oldest that is still read as it is, and no version from 4.0 on complains.
FULL_NAME = 254
"""What the oldest column of a course's name holds (lib/db/install.xml: `fullname`)."""
VERSION = 2022041900
RELEASE = "4.0 (Build: 20220419)"
BACKUP_RELEASE = "4.0"
ORIGIN = "https://staffel.invalid"
AUTOMATIC, BY_VIEW, BY_GRADE = 2, 1, 0
EMPTY = {
    "roles.xml": "roles_definition",
    "scales.xml": "scales_definition",
    "outcomes.xml": "outcomes_definition",
}
SETTINGS = {
    "users": 0,
    "anonymize": 0,
    "role_assignments": 0,
    "activities": 1,
    "blocks": 0,
    "files": 1,
    "filters": 0,
    "comments": 0,
    "badges": 0,
    "calendarevents": 0,
    "userscompletion": 0,
    "logs": 0,
    "grade_histories": 0,
    "questionbank": 1,
    "groups": 0,
    "competencies": 0,
    "customfield": 0,
    "contentbankcontent": 0,
    "legacyfiles": 0,
}


def short_name(course: Course) -> str:
    """Short and stable; Moodle adds a number where a course of that name exists."""
    job = course.job
    return job.curriculum.id if job.grain == "course" else f"{job.curriculum.id}-{job.identifier}"


def full_name(course: Course) -> str:
    job = course.job
    return shortened(job.title if job.grain == "course" else f"{job.curriculum.title}: {job.title}", FULL_NAME)


def moodle_backup(course: Course, file_name: str) -> etree._Element:
    """moodle_backup.xml: versions, contents with their folders, settings."""
    information: dict[str, Value] = {
        "name": file_name,
        "moodle_version": VERSION,
        "moodle_release": RELEASE,
        "backup_version": VERSION,
        "backup_release": BACKUP_RELEASE,
        "backup_date": MOMENT,
        "mnet_remoteusers": 0,
        "include_files": 1,
        "include_file_references_to_external_content": 0,
        "original_wwwroot": ORIGIN,
        "original_site_identifier_hash": "staffel",
        "original_course_id": COURSE,
        "original_course_format": "topics",
        "original_course_fullname": full_name(course),
        "original_course_shortname": short_name(course),
        "original_course_startdate": MOMENT,
        "original_course_enddate": 0,
        "original_course_contextid": COURSE_CONTEXT,
        "original_system_contextid": SYSTEM_CONTEXT,
    }
    element = row("information", None, information)
    detail: dict[str, Value] = {"type": "course", "format": "moodle2", "interactive": 1, "mode": 10, "execution": 1}
    details = row("detail", None, {**detail, "executiontime": 0})
    details.set("backup_id", f"staffel-{short_name(course)}")
    element.append(E.details(details))
    element.append(_contents(course))
    element.append(E.settings(*_settings(course, file_name)))
    return E.moodle_backup(element)


def _contents(course: Course) -> etree._Element:
    activities = [
        row(
            "activity",
            None,
            {
                "moduleid": activity.cm,
                "sectionid": section.id,
                "modulename": activity.kind,
                "title": activity.name,
                "directory": activity.directory,
            },
        )
        for section in course.sections
        for activity in section.activities
    ]
    sections = [
        row("section", None, {"sectionid": section.id, "title": section.name, "directory": section.directory})
        for section in course.sections
    ]
    whole = row("course", None, {"courseid": COURSE, "title": short_name(course), "directory": "course"})
    return E.contents(E.activities(*activities), E.sections(*sections), whole)


def _settings(course: Course, file_name: str) -> list[etree._Element]:
    rows: list[dict[str, Value]] = [{"level": "root", "name": "filename", "value": file_name}]
    rows += [{"level": "root", "name": name, "value": value} for name, value in SETTINGS.items()]
    for section in course.sections:
        name = f"section_{section.id}"
        rows += [
            {"level": "section", "section": name, "name": f"{name}_{what}", "value": value}
            for what, value in (("included", 1), ("userinfo", 0))
        ]
    for activity in course.activities:
        name = f"{activity.kind}_{activity.cm}"
        rows += [
            {"level": "activity", "activity": name, "name": f"{name}_{what}", "value": value}
            for what, value in (("included", 1), ("userinfo", 0))
        ]
    return [row("setting", None, values) for values in rows]


def course_document(course: Course) -> etree._Element:
    """course/course.xml: topics, all sections on one page, completion on, no forum for news."""
    columns: dict[str, Value] = {
        "shortname": short_name(course),
        "fullname": full_name(course),
        "idnumber": "",
        "summary": f"<p>{escape(course.job.curriculum.description)}</p>",
        "summaryformat": 1,
        "format": "topics",
        "showgrades": 1,
        "newsitems": 0,
        "startdate": MOMENT,
        "enddate": 0,
        "marker": 0,
        "maxbytes": 0,
        "legacyfiles": 0,
        "showreports": 0,
        "visible": 1,
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "lang": "",
        "theme": "",
        "timecreated": MOMENT,
        "timemodified": MOMENT,
        "requested": 0,
        "showactivitydates": 0,
        "showcompletionconditions": 1,
        "enablecompletion": 1,
        "completionnotify": 0,
    }
    element = row("course", COURSE, columns)
    element.set("contextid", str(COURSE_CONTEXT))
    element.append(row("category", 1, {"name": "staffel", "description": None}))
    element.append(E.tags())
    element.append(E.customfields())
    options = {"hiddensections": 1, "coursedisplay": 0}
    element.append(
        E.courseformatoptions(
            *(
                row("courseformatoption", None, {"format": "topics", "sectionid": 0, "name": name, "value": value})
                for name, value in options.items()
            )
        )
    )
    return element


def section_document(section: Section) -> etree._Element:
    summary = f"<p>{escape(section.summary)}</p>" if section.summary else ""
    columns: dict[str, Value] = {"number": section.number, "name": section.name, **formatted("summary", summary)}
    columns |= {"sequence": ",".join(str(activity.cm) for activity in section.activities), "visible": 1}
    return row("section", section.id, {**columns, "availabilityjson": None, "timemodified": MOMENT})


def module_document(course: Course, activity: Activity) -> etree._Element:
    """module.xml: place, stable idnumber, when it is done and when it opens."""
    section = course.sections[activity.section]
    columns: dict[str, Value] = {
        "modulename": activity.kind,
        "sectionid": section.id,
        "sectionnumber": section.number,
        "idnumber": activity.idnumber,
        "added": MOMENT,
        "score": 0,
        "indent": 0,
        "visible": activity.visible,
        "visibleoncoursepage": 1,
        "visibleold": activity.visible,
        "groupmode": 0,
        "groupingid": 0,
        **_completion(activity),
        "completionexpected": 0,
        "availability": _availability(course, activity),
        "showdescription": 0,
        "downloadcontent": 1,
    }
    element = row("module", activity.cm, columns)
    element.set("version", str(VERSION))
    element.append(E.tags())
    return element


def _completion(activity: Activity) -> dict[str, Value]:
    """Pages by being seen, the package by its status, quiz and worksheet by their grade."""
    graded = activity.kind in ("quiz", "lti")
    assessment = activity.assessment
    return {
        "completion": AUTOMATIC if activity.tracked else 0,
        "completiongradeitemnumber": BY_GRADE if graded else None,
        "completionpassgrade": bool(assessment and assessment.pass_mark),
        "completionview": BY_VIEW if activity.kind == "page" and activity.tracked else 0,
    }


def _availability(course: Course, activity: Activity) -> str | None:
    """A quiz opens when the learning package is done or the last page of every unit has been seen."""
    module = activity.module
    if activity.kind != "quiz" or module is None:
        return None
    done = [{"type": "completion", "cm": package.cm, "e": 1} for package in course.of_module(module, "scorm")]
    pages = [{"type": "completion", "cm": cm, "e": 1} for cm in last_pages(course, activity)]
    if not pages:
        return None
    tree = {"op": "|", "c": [*done, {"op": "&", "c": pages}], "show": True}
    return json.dumps(tree, separators=(",", ":"))


def last_pages(course: Course, quiz: Activity) -> list[int]:
    """Course modules of the last tracked page of every unit, apart from pages that lead to a test."""
    last: dict[str, int] = {}
    if quiz.module is None:
        return []
    for activity in course.of_module(quiz.module, "page"):
        if activity.unit and activity.page and activity.tracked and not activity.page.assessments():
            last[activity.unit.id] = activity.cm
    return list(last.values())
