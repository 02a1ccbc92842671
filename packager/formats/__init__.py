"""The target formats. Adding one is a module here and a line in `HOMES`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packager.formats.base import Format

# Name of the format -> `module:name` of its `Format`, in the order in which builds and lists show them. A table of
# names and no imports: building one target must not pay for loading the others (docs/decisions/0007).
HOMES = {
    "web": "web:FORMAT",
    "scorm12": "scorm12:FORMAT",
    "scorm2004": "scorm2004:FORMAT",
    "cmi5": "cmi5:FORMAT",
    "imscp": "imscp:FORMAT",
    "cc11": "common_cartridge:CC11",
    "cc13": "common_cartridge:CC13",
    "moodle-xml": "moodle_xml:FORMAT",
    "moodle-backup": "moodle_backup:FORMAT",
    "moodle-glossary": "moodle_glossary:FORMAT",
    "ilias-pool": "ilias_pool:FORMAT",
    "qti21": "qti21:FORMAT",
    "qti30": "qti30:FORMAT",
}


class _Formats(Mapping[str, "Format"]):
    """Imports a format when it is asked for."""

    def __getitem__(self, name: str) -> Format:
        module, _, attribute = HOMES[name].partition(":")
        found: Format = getattr(import_module(f"packager.formats.{module}"), attribute)
        return found

    def __contains__(self, name: object) -> bool:
        return name in HOMES

    def __iter__(self) -> Iterator[str]:
        return iter(HOMES)

    def __len__(self) -> int:
        return len(HOMES)


FORMATS: Mapping[str, Format] = _Formats()
"""What `-f` may name."""
