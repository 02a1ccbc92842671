"""Damaged packages are told their faults in words; neither the check nor the comparison ever crashes on one."""

import random
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from content import Curriculum
from packager.update import compare
from packager.verify import verify_file
from tests.packager.conftest import Parts

ADDRESSES = ("", "../x", "http://a/b", "%zz", "[::1", "//[", "x" * 300, "#", "?")
VALUES = ("1", "null", "[]", "{}", '"a"', "true", "-1")
ROUNDS = 60

Damage = Callable[[str, random.Random], str]


def cut(pattern: str) -> Damage:
    """Take one match away."""
    return lambda text, chance: one_replaced(text, re.finditer(pattern, text), "", chance)


def one_replaced(text: str, found: Iterable[re.Match[str]], by: str, chance: random.Random) -> str:
    matches = list(found)
    if not matches:
        return text
    match = chance.choice(matches)
    return text[: match.start()] + by + text[match.end() :]


DAMAGES: tuple[Damage, ...] = (
    cut(r"<[^>]+>"),
    cut(r'\s[\w:]+="[^"]*"'),
    cut(r"<(\w[\w:]*)[^>]*/>|<(\w[\w:]*)[^>]*>[^<]*</\2>"),
    lambda text, chance: one_replaced(text, re.finditer('="[^"]*"', text), f'="{chance.choice(ADDRESSES)}"', chance),
    lambda text, chance: one_replaced(
        text, re.finditer(r'(?<=:)("[^"]*"|\d+|\[[^\]]*\]|null|true|false)', text), chance.choice(VALUES), chance
    ),
    lambda text, chance: one_replaced(text, re.finditer(r'"\w+":', text), '"other":', chance),
    lambda text, chance: text[: chance.randrange(len(text) + 1)],
    lambda text, chance: one_replaced(text, re.finditer(".", text), chr(chance.randrange(0x250)), chance),
)


def damaged(parts: Parts, chance: random.Random) -> Parts:
    result = dict(parts)
    for _ in range(chance.randrange(1, 4)):
        names = [name for name in result if name.endswith((".xml", ".html", ".js")) and "static/" not in name]
        name = "imsmanifest.xml" if chance.random() < 0.4 else chance.choice(sorted(names))
        text = chance.choice(DAMAGES)(result[name].decode("utf-8", "replace"), chance)
        result[name] = text.encode("utf-8", "replace")
    return result


def packed(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("form", ["scorm12", "scorm2004", "cc11"])
def test_a_damaged_package_never_crashes_the_check(
    form: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    sound = parts_of(form, sample, tool_url="https://tool.example.org/")
    old = packed(tmp_path / "old.zip", sound)
    for seed in range(ROUNDS):
        new = packed(tmp_path / "new.zip", damaged(sound, random.Random(seed)))  # noqa: S311  # repeatable
        result = verify_file(new)
        assert all(finding.text("de") and finding.text("en") for finding in result.findings), seed
        assert compare(old, new).lines("de"), seed
        assert compare(new, old).lines("en"), seed
