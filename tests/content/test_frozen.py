"""Frozen value classes behave as `dataclass(frozen=True)` does."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from content.frozen import changed, frozen, record


@frozen
class Point:
    """With a default and a part that is made anew for each."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list, compare=False, repr=False)


@frozen(kw_only=True)
class Named(Point):
    """Inherits fields and adds one that must be named."""

    kind: ClassVar[str] = "named"
    name: str


@record
class Counter:
    """May change, and checks what it starts with."""

    count: int = 0
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("negative")


@dataclass(frozen=True)
class Standard:
    """The same as `Point`, made by the standard library."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list, compare=False, repr=False)


def test_it_is_a_dataclass_with_the_same_fields() -> None:
    assert is_dataclass(Point)
    for own, standard in zip(fields(Point), fields(Standard), strict=True):
        assert repr(own) == repr(standard)
    assert vars(Point)["__match_args__"] == vars(Standard)["__match_args__"]
    assert vars(Point)["y"] == 2
    assert "tags" not in vars(Point)
    assert [part.name for part in fields(Point)] == [part.name for part in fields(Standard)]
    assert [part.name for part in fields(Named)] == ["x", "y", "tags", "name"]


@pytest.mark.parametrize("make", [Point, Standard])
def test_values_are_equal_by_their_fields(make: Any) -> None:
    assert make(1) == make(1, 2, ["not compared"])
    assert make(1) != make(1, 3)
    assert hash(make(1)) == hash(make(1, tags=["a"]))
    assert make(1).tags is not make(1).tags
    assert repr(make(1)) == f"{make.__name__}(x=1, y=2)"


def test_classes_differ_even_with_the_same_values() -> None:
    twin: object = Standard(1)
    assert Point(1) != twin
    assert Named(x=1, name="a") != Point(1)


@pytest.mark.parametrize("make", [Point, Standard])
def test_nothing_can_be_assigned_or_deleted(make: Any) -> None:
    value = make(1)
    for name in ("x", "new"):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 5)
    with pytest.raises(FrozenInstanceError):
        del value.x
    assert value.x == 1


@pytest.mark.parametrize("make", [Point, Standard])
@pytest.mark.parametrize("before", [0, 20])
def test_a_call_that_does_not_fit_is_refused(make: Any, before: int) -> None:
    """Whether the class has few objects or many."""
    for number in range(before):
        make(number)
    for arguments, keywords in (((), {}), ((1, 2, [], 4), {}), ((1,), {"z": 2})):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            make(*arguments, **keywords)
    with pytest.raises(TypeError, match="positional"):
        Named(1, 2, [], "a")  # type: ignore[call-arg]  # that is the test


def test_a_mutable_default_is_refused_as_in_the_standard_library() -> None:
    for make in (frozen, dataclass):
        with pytest.raises(ValueError, match="mutable default"):
            make(type("Shared", (), {"__annotations__": {"tags": "list[str]"}, "tags": []}))


@pytest.mark.parametrize("copy", [lambda value, parts: replace(value, **parts), changed])
def test_a_changed_copy_keeps_the_rest(copy: Callable[[Named, dict[str, object]], Named]) -> None:
    value = Named(x=1, y=3, tags=["t"], name="a")
    new = copy(value, {"name": "b"})
    assert (new.x, new.y, new.tags, new.name, new.kind) == (1, 3, ["t"], "b", "named")
    assert value.name == "a"
    with pytest.raises(TypeError):
        copy(value, {"nome": "c"})


def test_a_value_survives_pickling() -> None:
    value = Named(x=1, tags=["t"], name="a")
    again = pickle.loads(pickle.dumps(value))  # noqa: S301  # our own
    assert (again, again.tags) == (value, ["t"])


def test_the_signature_is_known_before_the_first_object_is_made() -> None:
    @frozen
    class Fresh:
        """Nobody has made one."""

        x: int
        y: int = 2

    assert list(inspect.signature(Fresh).parameters) == ["x", "y"]
    assert Fresh(1).y == Fresh(1, 2).y


def test_the_first_objects_are_made_like_the_later_ones() -> None:
    @frozen(kw_only=True)
    class Fresh(Point):
        """Nobody has made one."""

        name: str = "n"

    made = [Fresh(1, tags=[str(number)]) for number in range(20)]
    assert {repr(value) for value in made} == {repr(made[0])}
    assert [(value.x, value.y, value.tags, value.name) for value in made] == [
        (1, 2, [str(number)], "n") for number in range(20)
    ]


def test_a_record_may_change_and_is_compared_by_its_fields() -> None:
    counter = Counter()
    counter.count += 1
    counter.seen.append("a")
    assert counter == Counter(1, ["a"])
    assert counter != Counter()
    assert Counter.__hash__ is None


def test_a_record_may_refuse_its_values() -> None:
    with pytest.raises(ValueError, match="negative"):
        Counter(-1)
