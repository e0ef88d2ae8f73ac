"""What a record class is made of, as far as documents are concerned."""

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar

import attrs
import numpy as np

from skillbalance.model._items import READ_AS, REQUIRED

__all__ = ["KINDS", "Entry", "alternatives", "entries", "kind_of"]

# The kinds of JSON values that tell the members of a union apart, with the Python types that
# stand for each. In this order: in Python a boolean is an int.
KINDS: Final[Mapping[str, tuple[type, ...]]] = types.MappingProxyType(
    {
        "boolean": (bool,),
        "number": (int, float),
        "string": (str,),
        "array": (list,),
        "object": (dict,),
    }
)


@attrs.frozen
class Entry:
    """
    One key of a record's document.

    Attributes
    ----------
    key : str
        The key, which is the attribute's name.
    hint : object
        The type to read it as.
    required : bool
        Whether a document must have it.
    field : attrs.Attribute
        The attribute itself, for its converter, its validator and its default.
    """

    key: str
    hint: Any
    required: bool
    field: "attrs.Attribute[Any]"

    @property
    def has_factory(self) -> bool:
        """Whether the default is made anew for each record."""
        return isinstance(self.field.default, attrs.Factory)  # type: ignore[arg-type]


@cache
def entries(cls: type) -> Mapping[str, Entry]:
    """
    List the keys of a record's document, in order.

    Private attributes and those the constructor does not take are left out.
    """
    hints = typing.get_type_hints(cls)
    bound = _bound_parameters(cls)
    found = {}
    for field in attrs.fields(cls):
        if not field.init or field.name.startswith("_"):
            continue
        hint = _written_out(field.metadata.get(READ_AS, hints[field.name]))
        required = field.default is attrs.NOTHING or field.metadata.get(REQUIRED, False)
        found[field.name] = Entry(field.name, _bind(hint, bound), required, field)
    return types.MappingProxyType(found)


def _written_out(hint: Any) -> Any:
    """
    Put what an alias stands for in its place.

    Of ``NDArray`` NumPy makes a ``type`` statement where every Python it supports has them.
    """
    origin, given = typing.get_origin(hint), typing.get_args(hint)
    meant = getattr(origin, "__value__", None)
    if meant is not None:
        return _written_out(meant[given])
    written = tuple(map(_written_out, given))
    if written == given:
        return hint
    return typing.Union[written] if origin is types.UnionType else origin[written]  # noqa: UP007


def _bound_parameters(cls: type) -> dict[Any, Any]:
    """Map the type parameters of generic bases to what a class puts in their place."""
    bound: dict[Any, Any] = {}
    for base in cls.__mro__:
        for parent in vars(base).get("__orig_bases__", ()):
            parameters = getattr(typing.get_origin(parent), "__parameters__", ())
            for parameter, argument in zip(parameters, typing.get_args(parent), strict=False):
                bound.setdefault(parameter, _bind(argument, bound))
    return bound


def _bind(hint: Any, bound: Mapping[Any, Any]) -> Any:
    """Put bound types in the place of type parameters."""
    if isinstance(hint, TypeVar):
        return bound.get(hint, hint)
    open_parameters = getattr(hint, "__parameters__", ())
    if not isinstance(hint, type) and open_parameters:
        return hint[tuple(bound.get(one, one) for one in open_parameters)]
    return hint


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Split a union into its members; any other type stands alone."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return typing.get_args(hint)
    return (hint,)


def kind_of(hint: Any) -> str:
    """
    Give the kind of JSON value, a key of `KINDS`, that a type other than a union is read from.

    Examples
    --------
    >>> kind_of(float), kind_of(tuple[str, ...]), kind_of(typing.Literal["mid"])
    ('number', 'array', 'string')
    """
    origin = typing.get_origin(hint) or hint
    if origin is bool:
        return "boolean"
    if origin in {int, float}:
        return "number"
    if origin in {tuple, np.ndarray}:
        return "array"
    if attrs.has(origin) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return "object"
    return "string"
