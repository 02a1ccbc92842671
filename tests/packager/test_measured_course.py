"""The course that the benchmark builds stays one that authors could hand in, whatever is checked in the future."""

from pathlib import Path

import content
from benchmarks.course import Size, write_course


def test_the_measured_course_has_no_fault(tmp_path: Path) -> None:
    size = Size(modules=2, pages=6, words=600, exercises=12, images=2, video_megabytes=1)
    curriculum = content.load(write_course(tmp_path, size))
    assert [str(finding) for finding in curriculum.findings] == []
    assert len(curriculum.modules) == size.modules
