"""Pages of the course: the curriculum's texts with Moodle's links (`$@PAGEVIEWBYID*…@$`) instead of ours.

Exercises are not in them: a line leads to the learning package, to the tool or to the quiz that holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from content.messages import messages
from content.model import AssessmentRef, ExerciseRef, Page
from packager.appendix import appendix
from packager.links import Addresses, Linker, targets
from packager.moodle.plan import Activity, Course
from packager.moodle.texts import PLUGINFILE, styled
from packager.pages import Piece, RenderedPage, Rendering

# The decoder knows the ids of course modules; ours are put in afterwards (mod/page, restore_decode_rule PAGEVIEWBYID).
ADDRESSES = Addresses(before="$@PAGEVIEWBYID*", after="@$", root=PLUGINFILE)
LINK = re.compile(r"\$@PAGEVIEWBYID\*([^@*]+)@\$")
HEADING = re.compile(r"\s*<h1>.*?</h1>", re.DOTALL)


@dataclass(frozen=True)
class Reader:
    """Writes the pages of one course."""

    course: Course
    rendering: Rendering

    @property
    def words(self) -> dict[str, str]:
        return messages(self.rendering.language)

    def html(self, activity: Activity) -> str:
        """The text of a unit's or course's page."""
        page = activity.page
        if page is None:
            return ""
        head = self._objectives(activity, page)
        return self._placed(head + "".join(self._blocks(activity, page)))

    def text(self, html: str) -> str:
        """A text that stands outside of pages, such as the introduction of a quiz."""
        return self._placed(self.rendering.linker.html(html, ""))

    def reference(self) -> Iterator[tuple[str, str]]:
        """Id and text of the pages that the packager writes; call it when all other texts are done."""
        tools = f"<h2>{self.words['page.about.tools']}</h2>"
        for page in appendix(self.rendering):
            html = HEADING.sub("", page.html, count=1).split(tools)[0]
            yield page.id, self._placed(html)

    def _placed(self, html: str) -> str:
        def link(found: re.Match[str]) -> str:
            name = found.group(1)
            known = self.course.places.get(("page", name)) or self.course.places.get(("page", name.rstrip("_")))
            return f"$@PAGEVIEWBYID*{known.cm}@$" if known else "#"

        return styled(LINK.sub(link, html)).strip()

    def _objectives(self, activity: Activity, page: Page) -> str:
        unit = activity.unit
        if unit is None or page is not unit.pages[0] or not unit.objectives:
            return ""
        linker = self.rendering.linker
        for name in unit.competences:
            linker.uses.note("competence", name, page.id)
        items = "".join(f"<li>{linker.html(objective.text.inline, page.id)}</li>" for objective in unit.objectives)
        return f"<p><strong>{self.words['page.objectives']}</strong></p>\n<ul>{items}</ul>\n"

    def _blocks(self, activity: Activity, page: Page) -> Iterator[str]:
        for block in page.blocks:
            if isinstance(block, ExerciseRef):
                yield self._exercise(activity, block.id)
            elif isinstance(block, AssessmentRef):
                quiz = self.course.places["quiz", block.id]
                yield self._pointer(f"assessment-{block.id}", "moodle.to-quiz", quiz)
            else:
                yield self.rendering.linker.html(block.html, page.id)

    def _exercise(self, activity: Activity, name: str) -> str:
        if activity.module is None:
            return ""
        own = self.course.places.get(("lti", name))
        if own:
            return self._pointer(f"exercise-{name}", "moodle.to-tool", own)
        package = self.course.places["scorm", f"{activity.module.id}-scorm"]
        return self._pointer(f"exercise-{name}", "moodle.to-package", package, activity.module.exercises[name].title)

    def _pointer(self, element: str, key: str, target: Activity, title: str = "") -> str:
        """A line with a link to an activity (restore_decode_rule SCORMVIEWBYID, QUIZVIEWBYID, LTIVIEWBYID)."""
        link = f'<a href="$@{target.kind.upper()}VIEWBYID*{target.cm}@$">{escape(target.name)}</a>'
        text = self.words[key].format(title=escape(title), link=link)
        return f'<p class="alert alert-secondary" id="{element}">{text}</p>\n'


def reader(course: Course) -> Reader:
    """The writer of a course's pages; it knows where everything is before the first text."""
    job = course.job
    linker = Linker(job.curriculum, ADDRESSES, targets(job.modules, job.curriculum.pages))
    rendering = Rendering(job=job, linker=linker)
    for activity in course.activities:
        page = activity.page
        if page and not page.id.startswith("_"):
            shown = RenderedPage(id=page.id, title=page.title, pieces=(Piece(""),), module=activity.module)
            (rendering.pages if activity.module else rendering.course_pages).append(shown)
    return Reader(course, rendering)
