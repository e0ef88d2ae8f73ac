"""Containers that records are built from: read-only mappings, and items found by skill id."""

from collections.abc import Hashable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import Any, Final, Generic, Literal, Protocol, TypeVar, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import UnknownSkillError
from skillbalance.model._record import Result

__all__ = [
    "READ_AS",
    "REQUIRED",
    "SCHEMA",
    "FrozenMapping",
    "HasSkillId",
    "ItemsBySkill",
    "freeze",
]

# What a field may tell the reader of documents in its metadata: that a document may hold more
# than the attribute's own type (the label of a rating, the name of a scale), that it must say
# what a constructor may leave to its default, and what a check of its own means as JSON Schema.
READ_AS: Final = "skillbalance.read_as"
REQUIRED: Final = "skillbalance.required"
SCHEMA: Final = "skillbalance.schema"

_K = TypeVar("_K", bound=Hashable)
_V_co = TypeVar("_V_co", covariant=True)


class FrozenMapping(Mapping[_K, _V_co]):
    """
    A mapping that keeps its order and never changes, so that a record stays what it was.

    Equal to any mapping of the same content, in any order; hashable if its values are; pickles.

    Examples
    --------
    >>> targets = FrozenMapping({"sql": 0.7})
    >>> targets["sql"], targets == {"sql": 0.7}
    (0.7, True)
    """

    __slots__ = ("_content", "_hash")

    # What `types.MappingProxyType` lacks: it neither hashes nor pickles, and it shows
    # later changes of the dict behind it.
    def __init__(self, content: Mapping[_K, _V_co] | Iterable[tuple[_K, _V_co]] = ()) -> None:
        object.__setattr__(self, "_content", dict(content))
        object.__setattr__(self, "_hash", None)

    _content: dict[_K, _V_co]
    _hash: int | None

    def __getitem__(self, key: _K) -> _V_co:
        """Give the value of a key."""
        return self._content[key]

    def __iter__(self) -> Iterator[_K]:
        """Go through the keys in their order."""
        return iter(self._content)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._content)

    def items(self) -> ItemsView[_K, _V_co]:
        """Give keys and values, as fast as a dict does."""
        return self._content.items()

    def values(self) -> ValuesView[_V_co]:
        """Give the values, as fast as a dict does."""
        return self._content.values()

    def __hash__(self) -> int:
        """Hash by content, order aside."""
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(frozenset(self._content.items())))
        return cast(int, self._hash)

    def __repr__(self) -> str:
        """Show it as the dict it stands for."""
        return repr(self._content)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the mapping is read-only."""
        raise AttributeError(f"FrozenMapping is read-only, {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the mapping is read-only."""
        raise AttributeError(f"FrozenMapping is read-only, {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by content."""
        return FrozenMapping, (self._content,)


def freeze(value: Mapping[str, float]) -> Mapping[str, float]:
    """
    Turn a mapping of numbers into a read-only one, numbers widened to float.

    Anything else is left as it is, for the field's check to refuse by name.
    """
    whatever: object = value
    if not isinstance(whatever, Mapping):
        return value
    return FrozenMapping((key, _checks.widen(number)) for key, number in value.items())


class HasSkillId(Protocol):
    """What an item of a result must have."""

    @property
    def skill_id(self) -> str:
        """Id of the skill the item is about."""


_Item = TypeVar("_Item", bound=HasSkillId)

# A result of thirty skills would otherwise print as a wall; its items print in full by themselves.
_MOST_IDS_IN_REPR = 3


def _repr_of_items(items: tuple[HasSkillId, ...]) -> str:
    """Show how many items there are, and whose the first ones are."""
    ids = [repr(item.skill_id) for item in items[:_MOST_IDS_IN_REPR]]
    more = ["..."] if len(items) > _MOST_IDS_IN_REPR else []
    return f"<{len(items)}: {', '.join(ids + more)}>" if ids else "<0>"


@attrs.frozen(kw_only=True)
class ItemsBySkill(Result, Generic[_Item]):
    """
    Base of results over skills: one frozen item per skill, in profile order.

    Attributes
    ----------
    items : tuple
        One record per skill, each with its `skill_id`.
    """

    items: tuple[_Item, ...] = attrs.field(repr=_repr_of_items)
    # Found once, because looking up n ids in n items must not take n^2 steps.
    _positions: dict[str, int] = attrs.field(init=False, repr=False, eq=False)

    @_positions.default
    def _find_positions(self) -> dict[str, int]:
        for error in _checks.unique("items", [item.skill_id for item in self.items], ".skill_id"):
            raise error
        return {item.skill_id: position for position, item in enumerate(self.items)}

    def __getitem__(self, skill_id: str) -> _Item:
        """
        Give the item of one skill.

        Raises
        ------
        UnknownSkillError
            If no item has this id; the message names the nearest ones.
        """
        position = self._positions.get(skill_id)
        if position is None:
            raise UnknownSkillError(skill_id, tuple(self._positions))
        return self.items[position]

    def __iter__(self) -> Iterator[_Item]:
        """Go through the items in profile order."""
        return iter(self.items)

    def __len__(self) -> int:
        """Count the skills."""
        return len(self.items)

    def __contains__(self, skill_id: object) -> bool:
        """Say whether there is an item for this skill id."""
        return skill_id in self._positions

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """
        Return the items as rows of a data frame (extra ``frames``), enums by their values.

        Attributes that hold more than one value, such as ranges and parts by goal, are left out.

        Raises
        ------
        MissingExtraError
            If narwhals or the package of the frame is not installed.
        """
        from skillbalance.formats.frames import frame_of

        return frame_of(self, backend)
