"""Names of files that Moodle or ILIAS changes or refuses when it unpacks a package.

Moodle strips characters without notice (zip_packer), ILIAS renames suffixes that a web server could run
(ilFileUtils::renameExecutables); links to such files die.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from content import Finding

STRIPPED = re.compile(r"""[&<>"'\\|:`\x00-\x1f\x7f]""")
EXECUTABLE = (".php", ".php3", ".php4", ".inc", ".lang", ".phtml", ".htaccess")
# Windows opens a path of 260 signs with the folders before it; columns of ILIAS hold 250 (sc_resource.href).
LONGEST = 200
# Devices, names that end with a full stop or blank, and signs that no file of Windows may have.
WINDOWS = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|/|$)|[. ](?:/|$)|[?*]", re.I)
LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$)")


def name_faults(names: Iterable[str]) -> Iterator[Finding]:
    """Findings about the names of a package's members; litter of operating systems counts once."""
    seen: dict[str, str] = {}
    litter = ""
    for name in sorted(names):
        if LITTER.search(name):
            litter = litter or name
            continue
        yield from _name_faults(name)
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            yield Finding(name, 0, "name-case", {"name": name, "other": twin})
    if litter:
        yield Finding(litter, 0, "name-litter", {"name": litter})


def _name_faults(name: str) -> Iterator[Finding]:
    stripped = sorted(set(STRIPPED.findall(name)))
    if stripped:
        yield Finding(name, 0, "name-stripped", {"name": name, "characters": " ".join(stripped)})
    if not name.isascii():
        yield Finding(name, 0, "name-ascii", {"name": name})
    if len(name) > LONGEST:
        yield Finding(name[:LONGEST] + "…", 0, "name-long", {"maximum": LONGEST})
    if WINDOWS.search(name):
        yield Finding(name, 0, "name-windows", {"name": name})
    if name.lower().endswith(EXECUTABLE):
        yield Finding(name, 0, "name-executable", {"name": name})
    if name.lower().endswith(".mjs"):
        yield Finding(name, 0, "name-mjs", {"name": name})
