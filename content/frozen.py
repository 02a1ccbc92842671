"""`@frozen`: frozen dataclasses whose classes are made four times faster, because they share their methods.

`dataclass(frozen=True)` writes and compiles six methods for every class: 35 ms for the 70 classes of this package, each
time a command starts, more than reading a course of 50 pages (docs/decisions/0007). Here only `__init__` is compiled.
Everything else is as there: `fields`, `replace` and type checkers see a dataclass; comparison, hash and text follow the
fields; assignment fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")
_COMPARED = "__compared__"


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T] | None = None, /, *, kw_only: bool = False) -> Any:
    """Turn a class with annotations into a frozen dataclass."""
    if cls is None:
        return lambda decorated: _made(decorated, kw_only)
    return _made(cls, kw_only)


def _made(cls: type[T], kw_only: bool) -> type[T]:
    made = dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
    own = fields(made)  # type: ignore[arg-type]  # the line above made it a dataclass
    setattr(made, _COMPARED, tuple(part.name for part in own if part.compare))
    for name, method in _SHARED.items():
        setattr(made, name, method)
    made.__init__ = _initialiser(made, own)  # type: ignore[method-assign]  # that is the purpose
    return made


def _initialiser(cls: type, own: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__` with one parameter for each field, positional ones first."""
    scope: dict[str, Any] = {"missing": MISSING}
    positional = [_parameter(part, scope) for part in own if not part.kw_only]
    keywords = [_parameter(part, scope) for part in own if part.kw_only]
    head = ", ".join(["self", *positional, *(["*", *keywords] if keywords else [])])
    lines = [f"def __init__({head}):", " state = self.__dict__"]
    lines += [f" state[{part.name!r}] = {_argument(part)}" for part in own]
    exec("\n".join(lines), scope)  # noqa: S102  # names of fields and nothing else, as in dataclasses
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _parameter(part: Field[Any], scope: dict[str, Any]) -> str:
    if part.default is not MISSING:
        scope[f"default_{part.name}"] = part.default
        return f"{part.name}=default_{part.name}"
    if part.default_factory is not MISSING:
        scope[f"make_{part.name}"] = part.default_factory
        return f"{part.name}=missing"
    return part.name


def _argument(part: Field[Any]) -> str:
    if part.default_factory is MISSING:
        return part.name
    return f"make_{part.name}() if {part.name} is missing else {part.name}"


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in getattr(self, _COMPARED)])


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _text(self: Any) -> str:
    shown = ", ".join(f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__qualname__}")


_SHARED: dict[str, Callable[..., Any]] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _text,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}
