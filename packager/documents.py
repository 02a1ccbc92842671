"""Whole documents around rendered pages: one per page (web, IMS content package) or one for all (SCORM).

A document has no inline script and no inline style, so it works under `default-src 'self'; img-src 'self' data:`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache

from content.findings import Language
from content.frozen import frozen, record
from content.messages import messages
from content.model import Assessment, Module, Unit
from packager.links import ABOVE_FOLDER, Addresses
from packager.pages import Plain, RenderedPage, Rendering, module_data, script_json, to_json
from packager.staged import SCRIPT, STYLE

APPENDIX = "_appendix"
"""The unit script with the pages that belong to no unit."""


PLACE = "\0place\0"
"""Where the template leaves room for what differs from page to page, so that the rest is made once."""


@frozen
class Neighbour:
    """A page before or after another one; `beyond` the module, where the run-time of this one does not lead."""

    address: str
    title: str
    beyond: bool = False

    def data(self) -> dict[str, Plain]:
        """For the template."""
        return {"address": self.address, "title": self.title, "beyond": self.beyond}


Neighbours = tuple[Neighbour | None, Neighbour | None]


@record(kw_only=True)
class Frame:
    """What the documents of one package share.

    `more` are the pages behind the units, the last one says about rights. `navigation` is off where the LMS shows a
    table of contents of its own.
    """

    rendering: Rendering
    more: Sequence[RenderedPage]
    navigation: bool = True
    _navigation: dict[Addresses, str] = field(default_factory=dict)

    def page(self, page: RenderedPage, module_json: str, neighbours: Neighbours) -> str:
        """The document of one page, in a folder below the root."""
        body = page.html_with_data(self.rendering.data)
        addresses = self.rendering.linker.addresses
        return self._document(page, body, addresses, module_json, neighbours, home=f"{addresses.root}index.html")

    def index(self, page: RenderedPage, module_json: str) -> str:
        """The document in the root of a site."""
        return self._document(page, page.html, ABOVE_FOLDER, module_json, (None, None), home="index.html")

    def shell(self, module: Module, target: str) -> str:
        """The one document of a SCORM package, its first page already in place."""
        pages = self.rendering.of_module(module)
        body = pages[0].html_with_data(self.rendering.data)
        addresses = self.rendering.linker.addresses
        following = neighbour(pages[1], addresses) if len(pages) > 1 else None
        module_json = to_json(shell_data(self, module, target))
        return self._document(pages[0], body, addresses, module_json, (None, following), finish=True)

    def _document(  # noqa: PLR0913, PLR0917  # the seams of one template; three callers above
        self,
        page: RenderedPage,
        body: str,
        addresses: Addresses,
        module_json: str,
        neighbours: Neighbours,
        home: str = "",
        finish: bool = False,
    ) -> str:
        job = self.rendering.job
        nav = marked(self._contents(addresses), page.id) if self.navigation else ""
        subject = page.module.title if page.module else job.title
        title, mark, pager = self.rendering.fragment(
            "document-page.html",
            page={"id": page.id, "title": page.title},
            subject=subject,
            previous=neighbours[0].data() if neighbours[0] else None,
            next=neighbours[1].data() if neighbours[1] else None,
            place=PLACE,
        ).split(PLACE)
        frame = self.rendering.fragment(
            "document.html",
            navigation=bool(nav),
            scripted=bool(module_json),
            curriculum={"title": job.curriculum.title, "version": job.curriculum.version},
            subject=subject,
            home=home,
            about=neighbour(self.more[-1], addresses).data(),
            style=addresses.file(STYLE),
            script=addresses.file(SCRIPT),
            finish=finish,
            place=PLACE,
        )
        contents = [title, mark, body, pager, nav]
        contents += [module_json, script_messages(self.rendering.language)] if module_json else []
        first, *rest = frame.split(PLACE)
        return first + "".join([part for pair in zip(contents, rest, strict=True) for part in pair])

    def _contents(self, addresses: Addresses) -> str:
        """The table of contents without a mark on any page: one text for all documents of a folder."""
        if addresses not in self._navigation:
            modules = self.rendering.job.modules
            self._navigation[addresses] = self.rendering.fragment(
                "navigation.html",
                modules=[overview(self.rendering, module, addresses) for module in modules],
                several=len(modules) > 1,
                more=[_entry(page, addresses) for page in (*self.rendering.course_pages, *self.more)],
                single=not addresses.after,
            )
        return self._navigation[addresses]


def marked(nav: str, page: str) -> str:
    """The table of contents with a mark on the link to `page`."""
    for attribute in (f'data-page="{page}"', f'data-document="{page}"'):
        nav = nav.replace(attribute, f'{attribute} aria-current="page"')
    return nav


def contents(rendering: Rendering, module: Module) -> list[tuple[Unit, list[RenderedPage]]]:
    """The units of a module with their pages."""
    pages = rendering.of_module(module)
    return [(unit, [page for page in pages if page.unit == unit.id]) for unit in module.units]


def overview(rendering: Rendering, module: Module, addresses: Addresses) -> dict[str, Plain]:
    """A module for a template that lists its units and pages."""
    units: list[Plain] = [
        {"title": unit.title, "duration": unit.duration, "pages": [_entry(page, addresses) for page in pages]}
        for unit, pages in contents(rendering, module)
    ]
    return {"number": module.number, "title": module.title, "description": module.description, "units": units}


def _entry(page: RenderedPage, addresses: Addresses) -> dict[str, Plain]:
    return {"id": page.id, "title": page.title, "address": addresses.page(page.id)}


def neighbour(page: RenderedPage, addresses: Addresses, current: RenderedPage | None = None) -> Neighbour:
    """The link from `current` to `page`."""
    beyond = current is not None and page.module is not current.module
    return Neighbour(addresses.page(page.id), page.title, beyond)


def shell_data(frame: Frame, module: Module, target: str) -> dict[str, object]:
    """`module_data` with the pages that belong to no unit: they have no number and do not count."""
    data = module_data(frame.rendering, module, target)
    more = [
        {"id": page.id, "number": 0, "title": page.title, "unit": APPENDIX, "tracked": False}
        for page in (*frame.rendering.course_pages, *frame.more)
    ]
    pages = data["pages"]
    return {**data, "pages": [*pages, *more]} if isinstance(pages, list) else data


def unit_script(rendering: Rendering, name: str, pages: Iterable[RenderedPage]) -> str:
    """`pages/<name>.js`: the pages of a unit (or `APPENDIX`) and the data of their exercises."""
    shown = list(pages)
    exercises = [exercise for page in shown for exercise in page.exercises]
    return _script(rendering, name, {"pages": {page.id: page.html for page in shown}}, exercises)


def pool_script(rendering: Rendering, assessment: Assessment) -> str:
    """`pages/<assessment>.js`: the exercises that a test draws from, as forms and as data."""
    pool = rendering.pools[assessment.id]
    return _script(rendering, assessment.id, {"widgets": pool}, pool)


def _script(rendering: Rendering, name: str, payload: Mapping[str, object], exercises: Iterable[str]) -> str:
    """A classic script: neither modules nor `fetch` work from file://. The data of exercises is JSON already."""
    head = script_json({"unit": name, **payload}).removesuffix("}")
    data = ",".join([f'"{exercise}":{rendering.data[exercise]}' for exercise in exercises])
    return f'staffel.unit({head},"exercises":{{{data}}}}});\n'


@cache
def script_messages(language: Language) -> str:
    """The sentences of the run-time as JSON for `#staffel-messages`."""
    return to_json({key: text for key, text in messages(language).items() if key.startswith("js.")})
