"""The target formats. Adding one is a module here and a line in `FORMATS`."""

from __future__ import annotations

from packager.formats import imscp, web
from packager.formats.base import Format

FORMATS: dict[str, Format] = {form.name: form for form in (web.FORMAT, imscp.FORMAT)}
