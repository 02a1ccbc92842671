"""Jinja2 environments of the project, whose compiled templates are kept where Python keeps compiled modules.

Compiling all templates takes as long as rendering a course of 50 pages (docs/decisions/0007). The code lies in
`__pycache__` beside the template (or below `PYTHONPYCACHEPREFIX`): whoever may write there may change our modules, too,
so it is as trustworthy as they are. Jinja2 checks the template's text before it uses the code.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup, escape

SPECIAL = re.compile("[&<>\"']")
VERSION = "jinja" + "".join(filter(str.isalnum, jinja2.__version__))


class CompiledTemplates(BytecodeCache):
    """One file for each template, Python version and Jinja2 version; a damaged or unwritable one is done without."""

    def __init__(self, write: bool = not sys.dont_write_bytecode) -> None:
        self._write = write

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return cache_from_source(filename, optimization=VERSION) if filename else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError, EOFError, pickle.UnpicklingError), open(bucket.key, "rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not self._write or not bucket.key:
            return
        path = Path(bucket.key)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(bucket.bytecode_to_string())
            unfinished.replace(path)


def escaped(value: object) -> str:
    """What `{{ value }}` writes: as `markupsafe.escape`, which makes a new object of ten thousand harmless texts."""
    if type(value) is str:
        return escape(value) if SPECIAL.search(value) else value
    return value if type(value) is Markup else escape(value)


class _Template(jinja2.Template):
    """A template that writes with `escaped`; if Jinja2 looks elsewhere one day, it writes the same, only slower."""

    @classmethod
    def from_code(cls, *arguments: Any, **named: Any) -> jinja2.Template:
        made = super().from_code(*arguments, **named)
        made.root_render_func.__globals__["escape"] = escaped
        return made


class _Environment(jinja2.Environment):
    """Templates share one table of names; Jinja2 would chain two and walk through both for every rendering."""

    template_class = _Template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


def environment(folder: Path, **globals_: object) -> jinja2.Environment:
    """The templates in `folder` with the names in `globals_`; everything is escaped and an unknown name is a fault."""
    result = _Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=CompiledTemplates(),
    )
    result.globals.update(globals_)
    return result


def compile_all(*folders: Path) -> int:
    """Compile every template in the folders ahead of time (the set-up does); their number."""
    count = 0
    for folder in folders:
        templates = environment(folder)
        templates.bytecode_cache = CompiledTemplates(write=True)
        for name in templates.list_templates(extensions=["html", "xml"]):
            templates.get_template(name)
            count += 1
    return count
