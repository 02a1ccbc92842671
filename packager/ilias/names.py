"""Names of a question pool: ILIAS reads kind and number of the object from the file's name (TestQuestionsImportTrait).

`<10 digits>__0__qpl_<6 digits>`: the first number is a time in ILIAS' own exports, the second one the object's number.
Ours come from identifiers and version, so that the same source always gives the same file.
"""

from __future__ import annotations

import hashlib

from packager.formats.base import Job

FIRST_TIME, TIMES = 1_000_000_000, 900_000_000
FIRST_OBJECT, OBJECTS = 100_000, 900_000


def pool_number(job: Job) -> int:
    """Six digits that stay the same in every version."""
    return FIRST_OBJECT + _digest(job.curriculum.id, job.identifier) % OBJECTS


def pool_name(job: Job) -> str:
    """The name that file, folder and pool document share."""
    time = FIRST_TIME + _digest(job.curriculum.id, job.identifier, job.curriculum.version) % TIMES
    return f"{time}__0__qpl_{pool_number(job)}"


def questions_name(name: str) -> str:
    """The document of the questions beside that of the pool: ILIAS replaces every `qpl`."""
    return name.replace("qpl", "qti")


def file_name(job: Job) -> str:
    """Must not be changed after the build: the folder inside carries it too."""
    return f"{pool_name(job)}.zip"


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:8], "big")
