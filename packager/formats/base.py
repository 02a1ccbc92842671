"""What every target format answers: its name, what it can hold, how a curriculum becomes packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Literal

from content import Curriculum, Finding
from content.exercises import Exercise
from content.frozen import frozen
from content.memory import Pieces
from content.model import Module
from packager.package import Package

Grain = Literal["module", "course"]
Container = Literal["archive", "file"]


@frozen(kw_only=True)
class Job:
    """One package to make: `modules` is one module, or all of them for the grain `course`."""

    curriculum: Curriculum
    modules: tuple[Module, ...]
    grain: Grain = "module"
    tool_url: str = ""
    pieces: Pieces | None = field(default=None, compare=False, repr=False)
    """Forms of exercises and other HTML that was rendered before, by earlier builds or for other targets."""

    @property
    def identifier(self) -> str:
        """Module's or curriculum's identifier: the stable part of every name in the package."""
        return self.modules[0].id if self.grain == "module" else self.curriculum.id

    @property
    def title(self) -> str:
        return self.modules[0].title if self.grain == "module" else self.curriculum.title


def _nothing(job: Job) -> Iterator[Finding]:
    yield from ()


@frozen(kw_only=True)
class Frame:
    """The checks of a format in two halves, for formats whose manifest stays the same when a page is edited.

    `faults` depends on the content of `part` and on the names of all parts, `others` on the rest.
    """

    part: str
    faults: Callable[[Mapping[str, bytes]], Iterator[Finding]]
    others: Callable[[Mapping[str, bytes]], Iterator[Finding]]


@frozen(kw_only=True)
class Format:
    """A target. `render` is pure: the same job gives the same package, byte by byte."""

    name: str
    label: Mapping[str, str]
    """Language -> one line that says what it is for."""
    render: Callable[[Job], Package]
    verify: Callable[[Mapping[str, bytes]], Iterator[Finding]]
    """Faults of a package (ours or a stranger's) given as member name -> content."""
    frame: Frame | None = None
    """`verify` in two halves, so that a build need not repeat the first one."""
    unsupported: Mapping[type[Exercise], str] = field(default_factory=dict)
    """Exercise types that the target cannot express -> code of the reason; the author sees it as a finding."""
    remarks: Callable[[Job], Iterator[Finding]] = _nothing
    """What the author should know before the package leaves: declared differences and fallbacks of the target."""
    questions: bool = False
    """It holds questions and nothing else, so a job without any has no package of it."""
    grains: tuple[Grain, ...] = ("module", "course")
    suffix: str = ".zip"
    container: Container = "archive"
    """A package of `file` has one part, which is written as it is."""
    file_name: Callable[[Job], str] | None = None
    """The whole name of the file, where the target reads something from it (ILIAS: kind and number of the object)."""

    def holds(self, job: Job) -> bool:
        """The format takes the whole of the job, and there is something in it that the format is for."""
        exercises = (exercise for module in job.modules for exercise in module.exercises.values())
        asked = not self.questions or any(type(exercise) not in self.unsupported for exercise in exercises)
        return asked and job.grain in self.grains
