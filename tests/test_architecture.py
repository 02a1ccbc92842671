"""House rules that a machine can check: one purpose a module, short modules and functions, no machine's paths."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("content", "packager", "lti_tool")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
# Migrations are records that Alembic writes: one function per step, as long as there are tables.
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.parent.name != "versions"
)

# A home folder in a text file tells about one person's machine.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root)/\w")

module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@module
def test_a_module_says_in_one_sentence_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring, f"{path.name} has no docstring"
    assert docstring.splitlines()[0].endswith((".", ":", ";", ",")) or "\n\n" not in docstring


@module
def test_a_module_stays_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE


@module
def test_functions_stay_short(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(tree)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_no_file_names_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    texts = ((path, path.read_bytes().decode("utf-8", "ignore")) for path in paths)
    assert [path.relative_to(ROOT) for path, text in texts if MACHINE_PATH.search(text)] == []
