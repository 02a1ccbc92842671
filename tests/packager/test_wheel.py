"""A wheel contains the staged files, the script bundle and all licences, and nothing that only the set-up needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

STAGED = (
    "content/widgets/static/vendor/kern.css",
    "content/widgets/static/vendor/kern.LICENSE.md",
    "content/widgets/static/vendor/fonts/fira-sans-400.woff2",
    "content/widgets/static/vendor/fonts/OFL.txt",
    "packager/schemas/scorm12/imscp_rootv1p1p2.xsd",
    "packager/schemas/scorm12/LICENSE.txt",
    "packager/schemas/scorm2004/imscp_v1p1.xsd",
    "packager/static/dist/staffel-cmi5.js",
    "packager/static/dist/staffel.js",
)


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("name", STAGED)
def test_a_wheel_contains_the_staged_file(wheel: set[str], name: str) -> None:
    assert name in wheel


@pytest.mark.parametrize("name", ["EUPL-1.2.txt", "CC-BY-4.0.txt", "OFL-1.1.txt"])
def test_a_wheel_contains_the_licence_text(wheel: set[str], name: str) -> None:
    assert any(path.endswith(f"licenses/LICENSES/{name}") for path in wheel)


@pytest.mark.parametrize("folder", ["packager/setup/", "packager/static/runtime/", "content/curricula/", "tests/"])
def test_a_wheel_leaves_out_what_only_the_repository_needs(wheel: set[str], folder: str) -> None:
    assert not any(path.startswith(folder) for path in wheel)
