"""Grade items of activities and the gradebook with a category per module (grades.xml, gradebook.xml)."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree
from lxml.builder import E

from content.model import Module
from packager.moodle.plan import Activity, Course
from packager.moodle.records import MOMENT, Value, row
from packager.titles import MOODLE, shortened

NATURAL = 13
"""GRADE_AGGREGATE_SUM, Moodle's default: what earns more points weighs more."""
ROOT = 1
VALUE = 1
"""GRADE_TYPE_VALUE."""


def category(course: Course, module: Module) -> int:
    """The id of a module's category."""
    return ROOT + 1 + course.job.modules.index(module)


def grades(course: Course, activity: Activity) -> etree._Element:
    """grades.xml of an activity; pages have no item."""
    maximum = _maximum(activity)
    items = E.grade_items()
    if maximum and activity.module:
        items.append(_activity_item(course, activity, activity.module, maximum))
    return E.activity_gradebook(items, E.grade_letters())


def _maximum(activity: Activity) -> int:
    if activity.exercise:
        return activity.exercise.maximum_points
    return 0 if activity.kind in ("page", "glossary") else 100


def _activity_item(course: Course, activity: Activity, module: Module, maximum: int) -> etree._Element:
    """The learning package is for practice where the module has a quiz: its points are shown and do not count."""
    practice = activity.kind == "scorm" and bool(module.assessments)
    assessment = activity.assessment
    columns: dict[str, Value] = {
        "categoryid": category(course, module),
        "itemname": activity.name,
        "itemtype": "mod",
        "itemmodule": activity.kind,
        "iteminstance": activity.cm,
        "itemnumber": 0,
        "iteminfo": None,
        "idnumber": activity.idnumber,
        **_rest(Decimal(maximum), activity.cm),
        "gradepass": Decimal(assessment.pass_mark if assessment and assessment.pass_mark else 0),
        "weightoverride": practice,
        "aggregationcoef2": Decimal(0),
    }
    element = row("grade_item", activity.cm, columns)
    element.append(E.grade_grades())
    return element


def _rest(maximum: Decimal, order: int) -> dict[str, Value]:
    """The columns of a grade item that are always the same."""
    return {
        "calculation": None,
        "gradetype": VALUE,
        "grademax": maximum,
        "grademin": Decimal(0),
        "scaleid": None,
        "outcomeid": None,
        "multfactor": Decimal(1),
        "plusfactor": Decimal(0),
        "aggregationcoef": Decimal(0),
        "sortorder": order,
        "display": 0,
        "decimals": None,
        "hidden": 0,
        "locked": 0,
        "locktime": 0,
        "needsupdate": 1,
        "timecreated": MOMENT,
        "timemodified": MOMENT,
    }


def gradebook(course: Course) -> etree._Element:
    """gradebook.xml: the course's category and one below it for every module."""
    modules = course.job.modules
    categories = [_category(ROOT, "?", None)]
    categories += [_category(category(course, module), module.title, ROOT) for module in modules]
    items = [_category_item(ROOT, "course", 0)]
    items += [_category_item(category(course, module), "category", 1 + modules.index(module)) for module in modules]
    return E.gradebook(
        E.attributes(),
        E.grade_categories(*categories),
        E.grade_items(*items),
        E.grade_letters(),
        E.grade_settings(),
    )


def _category(identifier: int, name: str, parent: int | None) -> etree._Element:
    columns: dict[str, Value] = {
        "parent": parent,
        "depth": 1 if parent is None else 2,
        "path": f"/{ROOT}/" if parent is None else f"/{ROOT}/{identifier}/",
        "fullname": shortened(name, MOODLE),
        "aggregation": NATURAL,
        "keephigh": 0,
        "droplow": 0,
        "aggregateonlygraded": 0,
        "aggregateoutcomes": 0,
        "timecreated": MOMENT,
        "timemodified": MOMENT,
        "hidden": 0,
    }
    return row("grade_category", identifier, columns)


def _category_item(identifier: int, kind: str, order: int) -> etree._Element:
    columns: dict[str, Value] = {
        "categoryid": None,
        "itemname": None if kind == "course" else "",
        "itemtype": kind,
        "itemmodule": None,
        "iteminstance": identifier,
        "itemnumber": None,
        "iteminfo": None,
        "idnumber": None,
        **_rest(Decimal(100), order),
        "gradepass": Decimal(0),
        "weightoverride": 0,
        "aggregationcoef2": Decimal(0),
    }
    element = row("grade_item", identifier, columns)
    element.append(E.grade_grades())
    return element
