"""What a stranger's package loads from elsewhere, and what it wants to load and does not hold."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from urllib.parse import unquote

from content import Finding
from packager.addresses import split

LOADED = re.compile(
    r"""<(?:script|img|source|track|iframe|audio|video|embed|input|object)\b[^<>]*?\s(?:src|poster|data)\s*=\s*["']?([^"'\s>]+)"""
    r"""|<link\b[^<>]*?\shref\s*=\s*["']?([^"'\s>]+)""",
    re.I,
)
READ = (".html", ".htm", ".css", ".js")
IN_STYLE = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')\s]+)""", re.I)
IN_SCRIPT = re.compile(r"""["'`]((?:https?:)?//[\w-]+(?:\.[\w-]+)+[^"'`\s]*)""")
# Names of namespaces and specifications that nobody loads.
NAMES_ONLY = re.compile(
    r"^(?:www\.)?(?:w3\.org|adlnet\.(?:gov|org)|imsglobal\.org|imsproject\.org|purl\.org|schema\.org|w3id\.org)$"
)
# A template's placeholder or a script's expression, not an address.
EXPRESSION = re.compile(r"[{}$<>+]|^(?:javascript|about|data|blob|mailto):", re.I)


def is_read(name: str) -> bool:
    """The file may name addresses."""
    return name.lower().endswith(READ)


def host_faults(parts: Mapping[str, bytes], names: Container[str]) -> Iterator[Finding]:
    """One finding for each foreign host, and one for each file whose parts are missing; `names` are all members."""
    hosts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for name in sorted(parts):
        missing: list[str] = []
        for address in _addresses(name, parts[name]):
            host = (split(address).hostname or "") if "//" in address else ""
            if host and not NAMES_ONLY.search(host):
                hosts[host] += 1
                first.setdefault(host, name)
            elif not host and name.endswith((".html", ".htm")) and _member(name, address) not in names:
                missing.append(address)
        if missing:
            yield Finding(name, 0, "host-missing", {"count": len(missing), "first": missing[0]})
    for host, count in hosts.items():
        yield Finding(first[host], 0, "host-foreign", {"host": host, "count": count})


def _addresses(name: str, data: bytes) -> Iterator[str]:
    suffix = posixpath.splitext(name)[1].lower()
    text = data.decode("utf-8", "replace") if suffix in READ else ""
    if suffix in (".html", ".htm"):
        found = [a or b for a, b in LOADED.findall(text)]
    else:
        found = (IN_STYLE if suffix == ".css" else IN_SCRIPT).findall(text)
    return (address for address in found if not EXPRESSION.search(address))


def _member(name: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(split(address).path)))
