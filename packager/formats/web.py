"""A static site: opens from a folder, from any web server and as HTML learning module in ILIAS.

ILIAS starts with the first file called index or start in any folder, so the only one is `index.html` in the root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from content import Finding
from content.model import Module
from packager.appendix import appendix
from packager.checks.site import site_faults
from packager.documents import Frame, neighbour, overview, pool_script
from packager.formats.base import Format, Job
from packager.links import ABOVE_FOLDER, FOLDER, Addresses
from packager.package import Package
from packager.pages import Piece, RenderedPage, Rendering, module_data, render_pages, to_json
from packager.staged import static_parts

PAGES = "pages/"


def render(job: Job) -> Package:
    """The site of a module or of the whole course."""
    return site(job, "web")[0]


def site(job: Job, name: str, navigation: bool = True) -> tuple[Package, Frame]:
    """The package and what its documents share; the run-time is told that the format is `name`."""
    rendering = render_pages(job, FOLDER)
    frame = Frame(rendering=rendering, more=appendix(rendering), navigation=navigation)
    package = Package(job.title)
    package.add("index.html", _index(frame, name))
    for part, text in _documents(frame, name):
        package.add(PAGES + part, text)
    for module in job.modules:
        for assessment in module.assessments:
            package.add(f"{PAGES}{assessment.id}.js", pool_script(rendering, assessment))
    for part, data in static_parts().items():
        package.add(part, data)
    for asset in rendering.assets():
        package.add(asset.path, asset.file)
    return package, frame


def _documents(frame: Frame, name: str) -> Iterator[tuple[str, str]]:
    """File name and text of every page."""
    rendering = frame.rendering
    data = {module.id: _module_json(rendering, module, name, FOLDER) for module in rendering.job.modules}
    only = next(iter(data.values())) if len(data) == 1 else ""
    pages = rendering.pages
    for index, page in enumerate(pages):
        before = neighbour(pages[index - 1], FOLDER, page) if index else None
        after = neighbour(pages[index + 1], FOLDER, page) if index + 1 < len(pages) else None
        yield FOLDER.page(page.id), frame.page(page, data[page.module.id] if page.module else "", (before, after))
    for page in (*rendering.course_pages, *frame.more):
        yield FOLDER.page(page.id), frame.page(page, only, (None, None))


def _index(frame: Frame, name: str) -> str:
    """The start: what it is about, where to begin, what there is."""
    rendering = frame.rendering
    job, modules = rendering.job, rendering.job.modules
    html = rendering.fragment(
        "overview.html",
        title=job.title,
        description=modules[0].description if job.grain == "module" else job.curriculum.description,
        first=ABOVE_FOLDER.page(rendering.pages[0].id),
        modules=[overview(rendering, module, ABOVE_FOLDER) for module in modules],
        several=len(modules) > 1,
    )
    page = RenderedPage(id="", title=job.title, pieces=(Piece(html),))
    data = _module_json(rendering, modules[0], name, ABOVE_FOLDER) if len(modules) == 1 else ""
    return frame.index(page, data)


def _module_json(rendering: Rendering, module: Module, name: str, addresses: Addresses) -> str:
    data = module_data(rendering, module, name, addresses)
    return to_json({**data, "scripts": addresses.before})


def verify(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """One start file, no dead link, nothing from another host."""
    yield from site_faults(parts)


FORMAT = Format(
    name="web",
    label={
        "de": "Website als ZIP; öffnet auch ohne Server und als HTML-Lernmodul in ILIAS",
        "en": "Web site as ZIP; opens without a server, too, and as HTML learning module in ILIAS",
    },
    render=render,
    verify=verify,
)
