"""`@frozen` and `@record`: dataclasses whose classes are made ten times faster, because they share their methods.

`dataclass(frozen=True)` writes and compiles six methods for every class: 45 ms for the 100 classes that a build loads,
each time a command starts, more than reading a course of 50 pages (docs/decisions/0007). Here only `__init__` is
compiled, and only when a class has several objects (those that come from a cache do not count).
Everything else is as there: `fields`, `replace`, `inspect.signature` and type checkers see a dataclass; comparison,
hash and text follow the fields; `__post_init__` is called; a frozen object refuses assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache, cached_property
from types import MethodType
from typing import Any, ClassVar, TypeVar, dataclass_transform, overload

T = TypeVar("T")
FEW = 8
_COMPARED, _SHOWN = "__compared__", "__shown__"


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T] | None = None, /, *, kw_only: bool = False) -> Any:
    """Turn a class with annotations into a frozen dataclass."""
    if cls is None:
        return lambda decorated: _made(decorated, kw_only, _FROZEN)
    return _made(cls, kw_only, _FROZEN)


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, kw_only: bool = False) -> Any:
    """Turn a class with annotations into a dataclass whose objects may change."""
    if cls is None:
        return lambda decorated: _made(decorated, kw_only, _RECORD)
    return _made(cls, kw_only, _RECORD)


def changed(value: T, parts: Mapping[str, object]) -> T:
    """`dataclasses.replace` for an object of a value class without `__post_init__`, several times faster.

    Raises `TypeError` for a name that is no field.
    """
    kind: Any = type(value)
    if unknown := parts.keys() - (names := _names(kind)):
        raise TypeError(f"{kind.__qualname__} has no field {sorted(unknown)}")
    new: T = object.__new__(kind)
    state = vars(value)
    vars(new).update({name: parts[name] if name in parts else state[name] for name in names})
    return new


@cache
def _names(cls: Any) -> dict[str, None]:
    """The names of all fields, in their order."""
    return {part.name: None for part in fields(cls)}


def _made(cls: type[T], kw_only: bool, shared: Mapping[str, Any]) -> type[T]:
    parts = _parts(cls, kw_only)
    own = [part for part in parts.values() if _kind(part) is _FIELD]
    values = {
        "__dataclass_fields__": parts,
        "__dataclass_params__": _PARAMETERS,
        "__match_args__": tuple([part.name for part in own if not part.kw_only]),
        _COMPARED: tuple([part.name for part in own if part.compare]),
        _SHOWN: tuple([part.name for part in own if part.repr]),
        "__init__": _Initialiser(cls),
    }
    for name, value in {**shared, **values}.items():
        setattr(cls, name, value)
    return cls


def _parts(cls: type, kw_only: bool) -> dict[str, Field[Any]]:
    """Inherited and own fields by name, as `dataclass` finds them, and class variables."""
    parts: dict[str, Field[Any]] = {}
    for base in cls.__mro__[-1:0:-1]:
        parts |= vars(base).get("__dataclass_fields__", {})
    for name, annotation in vars(cls).get("__annotations__", {}).items():
        default = vars(cls).get(name, MISSING)
        part: Any = default if isinstance(default, Field) else field(default=default)
        if part.default.__class__.__hash__ is None:
            raise ValueError(f"mutable default of {name!r}: use default_factory")
        part.name, part.type = name, annotation
        part.kw_only = kw_only if part.kw_only is MISSING else part.kw_only
        part._field_type = _CLASS_VARIABLE if str(annotation).startswith(("ClassVar", "typing.ClassVar")) else _FIELD
        parts[name] = part
        if part is default:
            if part.default is MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, part.default)
    return parts


def _kind(part: Any) -> object:
    """The mark by which `fields` tells fields from class variables."""
    return part._field_type


@dataclass(init=False, repr=False, eq=False)  # nothing to compile
class _Pattern:
    """Shows the marks that the standard library gives to its classes."""

    value: int
    variable: ClassVar[int] = 0


_PARAMETERS: Any = _Pattern.__dataclass_params__  # type: ignore[attr-defined]  # mypy does not know it
_FIELD, _CLASS_VARIABLE = (_kind(part) for part in _Pattern.__dataclass_fields__.values())


class _Initialiser:
    """Stands for `__init__` while there are few objects, then compiles it and is gone.

    Compiling takes as long as making thirty objects this way, and most classes have one or two in a run.
    """

    def __init__(self, owner: type) -> None:
        self._owner = owner
        self._made = 0

    def __get__(self, instance: object, _: type | None = None) -> Any:
        self._made += 1
        if instance is None or self._made > FEW:
            return self._compiled(instance)
        return lambda *given, **named: self._fill(instance, given, named)

    def _compiled(self, instance: object) -> Any:
        made = _initialiser(self._owner, fields(self._owner))
        self._owner.__init__ = made  # type: ignore[misc]  # from now on without this detour
        return made if instance is None else MethodType(made, instance)

    def _fill(self, instance: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        values = dict(zip(self._positional, given, strict=False))
        values.update(named)
        fits = len(values) == len(given) + len(named)
        left = len(values)
        complete: dict[str, Any] = {}
        for name, default, factory in self._parts:
            if name in values:
                complete[name] = values[name]
                left -= 1
            elif factory is not MISSING:
                complete[name] = factory()
            elif default is not MISSING:
                complete[name] = default
            else:
                fits = False
        if left or not fits:
            self._compiled(instance)(*given, **named)  # it says what is wrong with the call
            return
        instance.__dict__.update(complete)
        if hasattr(instance, "__post_init__"):
            instance.__post_init__()

    @cached_property
    def _parts(self) -> list[tuple[str, Any, Any]]:
        """Name, default and factory of every field."""
        return [(part.name, part.default, part.default_factory) for part in fields(self._owner)]

    @cached_property
    def _positional(self) -> list[str]:
        return [part.name for part in fields(self._owner) if not part.kw_only]


def _initialiser(cls: type, own: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__` with one parameter for each field, positional ones first."""
    scope: dict[str, Any] = {"missing": MISSING}
    positional = [_parameter(part, scope) for part in own if not part.kw_only]
    keywords = [_parameter(part, scope) for part in own if part.kw_only]
    head = ", ".join(["self", *positional, *(["*", *keywords] if keywords else [])])
    lines = [f"def __init__({head}):", " state = self.__dict__"]
    lines += [f" state[{part.name!r}] = {_argument(part)}" for part in own]
    lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else []
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
    state = self.__dict__
    shown = ", ".join([f"{name}={state[name]!r}" for name in getattr(self, _SHOWN)])
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__qualname__}")


_RECORD: Mapping[str, Any] = {"__eq__": _equal, "__hash__": None, "__repr__": _text}
_FROZEN: Mapping[str, Any] = {**_RECORD, "__hash__": _hash, "__setattr__": _refuse, "__delattr__": _refuse}
