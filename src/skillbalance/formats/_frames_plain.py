"""The rows of long tables as columns, for all people whose values plainly follow every rule."""

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import identifier, number_in, rule_of
from skillbalance.coaching.planning.known import KnownPeople, Sort, Work
from skillbalance.errors import SkillbalanceError
from skillbalance.formats._frames_read import KNOWN, Batch, is_missing, split_elements
from skillbalance.model.budget import TimeBudget
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import Skill

__all__ = ["read_plain"]

_T = TypeVar("_T")

_Floats: TypeAlias = NDArray[np.float64]
_Flags: TypeAlias = NDArray[np.bool_]

_ODD: Final = -1
# Far more than there are skills, and still a whole number as a float.
_MOST_SKILLS: Final = 2**31


def read_plain(batch: Batch, defaults: Mapping[str, object]) -> tuple[KnownPeople, _Flags]:
    """
    Give the people of a batch as columns, and say of whom every value is known to be right.

    What is not known to be right need not be wrong. Nothing is said of ratings.
    """
    reading = _Reading(batch)
    work, at = reading.work(defaults)
    sorts, sort = reading.sorts()
    share_low, share_high = reading.shares()
    number, limit = reading.of_budget, reading.limit
    people = KnownPeople(
        person_id=reading.person_id(),
        work=work,
        at=at,
        hours_per_week=number("hours_per_week", _hours(defaults)),
        horizon_weeks=number("horizon_weeks"),
        block_hours=number("block_hours"),
        share_low=share_low,
        share_high=share_high,
        max_skills=reading.max_skills(),
        n_skills=reading.n_skills,
        skill_id=reading.skill_id(),
        sorts=sorts,
        sort=sort,
        **{name: reading.of_skill(name) for name in _OF_CURVES},
        min_hours=limit("min_hours", 0.0),
        max_hours=limit("max_hours", math.inf),
        proficiency=reading.known("proficiency"),
        target=reading.known("target"),
        weight=reading.weights(),
    )
    return people, ~reading.odd


_OF_CURVES: Final = ("half_gap_hours", "half_life_weeks", "upkeep", "retained_share")


class _Range(NamedTuple):
    """The limits of a number, both inclusive, and what stands for a missing one."""

    low: float
    high: float
    default: float


@cache
def _range_of(record: type, name: str) -> _Range:
    """Read the rule of a number off the record that will not be made."""
    field = getattr(attrs.fields(record), name)
    rule = rule_of(field.validator)
    low, high = (*rule.args, math.inf)[:2] if rule is not None else (math.nan, math.nan)
    default = field.default if isinstance(field.default, float) else math.nan
    return _Range(float(cast(float, low)), float(cast(float, high)), default)


class _Reading:
    """A batch on its way to columns; `odd` says of whom records have to be made."""

    def __init__(self, batch: Batch) -> None:
        self._names = batch.names
        self._skills, self._own = batch.parts["skills"], batch.parts.get("people")
        self.n_skills = np.diff(self._skills.first)
        self._person = np.repeat(np.arange(len(batch.names)), self.n_skills)
        self.odd: _Flags = self.n_skills == 0
        if self._own is not None:
            self.odd |= np.diff(self._own.first) != 1

    # --- of people ---

    def person_id(self) -> NDArray[np.object_]:
        """Ids as records have them."""
        self.odd |= _flags(_read_name(one) is None for one in self._names)
        return _objects(self._names)

    def work(self, defaults: Mapping[str, object]) -> tuple[list[Work], NDArray[np.intp]]:
        """Different fields and stages, and which are whose."""
        fields, stages = (
            [defaults.get(name) if is_missing(one) else one for one in self._own_list(name)]
            for name in ("field", "stage")
        )
        works, at = _positions(map(_work_key, fields, stages), _read_work)
        self.odd |= at == _ODD
        return works, at

    def of_budget(self, name: str, default: float | None = None) -> _Floats:
        """Numbers of the time budget."""
        rule = _range_of(TimeBudget, name)
        if default is not None:
            rule = rule._replace(default=default)
        values, wrong = self._own_numbers(name, rule)
        self.odd |= wrong | np.isnan(values)
        return values

    def max_skills(self) -> NDArray[np.int64]:
        """How many skills may get hours, 0 for any number; counts may come as floats."""
        low, high, _ = _range_of(TimeBudget, "max_skills")
        values, wrong = self._own_numbers("max_skills", _Range(low, min(high, _MOST_SKILLS), 0.0))
        self.odd |= wrong | (values != np.trunc(values))
        return np.where(self.odd, 0.0, values).astype(np.int64)

    def shares(self) -> tuple[_Floats, _Floats]:
        """Limits of the soft share; if one of them is given, the other is no limit."""
        (low, low_wrong), (high, high_wrong) = (
            self._own_numbers(name, _Range(0.0, 1.0, math.nan))
            for name in ("soft_share_low", "soft_share_high")
        )
        given = ~(np.isnan(low) & np.isnan(high))
        low = np.where(given & np.isnan(low), 0.0, low)
        high = np.where(given & np.isnan(high), 1.0, high)
        self.odd |= low_wrong | high_wrong | (low > high)
        return low, high

    # --- of skills ---

    def skill_id(self) -> NDArray[np.object_]:
        """Ids as records have them, none twice for one person."""
        ids, at = _positions(map(_id_key, self._list("skill_id")), _read_name)
        self._mark(at == _ODD)
        places = self._person * (len(ids) + 1) + at
        once, n_times = np.unique(places, return_counts=True)
        self.odd[once[n_times > 1] // (len(ids) + 1)] = True
        # The last one is for rows without an id.
        return _objects([*ids, ""])[at]

    def sorts(self) -> tuple[list[Sort], NDArray[np.intp]]:
        """Different kinds and elements of skills, and which are whose; names are but checked."""
        sorts, at = _positions(
            map(_sort_key, self._list("kind"), self._list("elements")), _read_sort
        )
        self._mark(at == _ODD)
        if "name" in self._skills.columns:
            names = self._list("name")
            _, named = _positions((one if type(one) is str else None for one in names), _read_name)
            self._mark((named == _ODD) & _flags(not is_missing(one) for one in names))
        return sorts, at

    def of_skill(self, name: str) -> _Floats:
        """Numbers of records of skills."""
        return self._numbers(name, _range_of(Skill, name))

    def limit(self, name: str, default: float) -> _Floats:
        """Limits of the hours of a skill."""
        return self._numbers(name, _range_of(TimeBudget, name)._replace(default=default))

    def known(self, name: str) -> _Floats:
        """Give what is known beyond the record; NaN where it is not."""
        return self._numbers(name, _Range(0.0, KNOWN[name], math.nan))

    def weights(self) -> _Floats:
        """Weights that sum to 1, person by person; NaN for who has none."""
        weight = self.known("weight")
        if np.isnan(weight).all():
            return weight
        first = self._skills.first.tolist()
        for i, (start, stop) in enumerate(itertools.pairwise(first)):
            mine = weight[start:stop]
            missing = np.isnan(mine)
            if missing.all():
                continue
            total = math.fsum(mine)
            if missing.any() or not 0.0 < total < math.inf:
                self.odd[i] = True
            else:
                mine /= total
        return weight

    # --- columns ---

    def _mark(self, rows: _Flags) -> None:
        """Say that rows of the table of skills are odd."""
        self.odd[self._person[rows]] = True

    def _list(self, name: str) -> list[Any]:
        column = self._skills.columns.get(name)
        return [None] * len(self._person) if column is None else column.to_list()

    def _numbers(self, name: str, rule: _Range) -> _Floats:
        values, wrong = _numbers(self._skills.columns.get(name), len(self._person), rule)
        self._mark(wrong)
        return values

    def _own_list(self, name: str) -> list[Any]:
        """Return a column of the table of people: of each what stands in the first row."""
        if self._own is None or name not in self._own.columns:
            return [None] * len(self._names)
        values = self._own.columns[name].to_list()
        return [values[at] for at in self._own.first[:-1].tolist()]

    def _own_numbers(self, name: str, rule: _Range) -> tuple[_Floats, _Flags]:
        if self._own is None or name not in self._own.columns:
            return _numbers(None, len(self._names), rule)
        values, wrong = _numbers(self._own.columns[name], len(self._own.rows), rule)
        first = self._own.first[:-1]
        return values[first], wrong[first]


# --- values ---------------------------------------------------------------------------------------


def _positions(
    keys: Iterable[Hashable], read: Callable[[Any], _T | None]
) -> tuple[list[_T], NDArray[np.intp]]:
    """Read each different key once; return what was read, and which is where (odd: nothing)."""
    found: list[_T] = []
    known: dict[Hashable, int] = {None: _ODD}
    at = []
    for key in keys:
        place = known.get(key)
        if place is None:
            value = read(key)
            place = _ODD if value is None else len(found)
            if value is not None:
                found.append(value)
            known[key] = place
        at.append(place)
    return found, np.array(at, dtype=np.intp)


# Keys hold strings alone, by exact type: True, 1 and 1.0 are one key of a dictionary.


def _id_key(value: object) -> str | None:
    if type(value) is int:
        return str(value)
    return value if type(value) is str else None


def _sort_key(kind: object, elements: object) -> tuple[str, str | tuple[str, ...]] | None:
    if is_missing(elements):
        elements = ""
    if isinstance(elements, list):
        elements = tuple(elements)
        if not all(type(one) is str for one in elements):
            return None
    elif type(elements) is not str:
        return None
    return (kind, elements) if type(kind) is str else None


def _work_key(field: object, stage: object) -> tuple[str, str | CareerStage] | None:
    if type(field) is str and (type(stage) is str or isinstance(stage, CareerStage)):
        return field, stage
    return None


def _read_name(value: str) -> str | None:
    try:
        return identifier("name", value)
    except SkillbalanceError:
        return None


def _read_sort(key: tuple[str, str | tuple[str, ...]]) -> Sort | None:
    kind, elements = key
    try:
        skill = Skill(id="any", kind=kind, elements=split_elements(elements))
    except SkillbalanceError:
        return None
    return skill.kind, skill.elements


def _read_work(key: tuple[str, str | CareerStage]) -> Work | None:
    try:
        profile = Profile(id="any", field=key[0], stage=key[1])
    except SkillbalanceError:
        return None
    return profile.field, profile.stage


def _hours(defaults: Mapping[str, object]) -> float:
    """Return the hours of people who have none of their own; NaN if there are none, or not such."""
    rule = _range_of(TimeBudget, "hours_per_week")
    try:
        return number_in("hours_per_week", defaults.get("hours_per_week"), rule.low, rule.high)
    except SkillbalanceError:
        return math.nan


def _numbers(column: Any, size: int, rule: _Range) -> tuple[_Floats, _Flags]:
    """Return numbers, the default where one is missing, and which are not known to be right."""
    if column is None:
        return np.full(size, rule.default), np.zeros(size, dtype=np.bool_)
    values, wrong = _as_floats(column)
    missing = np.isnan(values) & ~wrong
    within = (values >= rule.low) & (values <= rule.high) & np.isfinite(values)
    return np.where(missing, rule.default, values), wrong | ~(within | missing)


def _as_floats(column: Any) -> tuple[_Floats, _Flags]:
    """Return a column as floats, NaN for what is missing, and which values are no numbers."""
    if column.dtype.is_integer() or column.dtype.is_float():
        array = column.to_numpy()
        if array.dtype.kind in "iuf":
            return array.astype(np.float64), np.zeros(len(array), dtype=np.bool_)
    values = column.to_list()
    # Whole numbers may be too large for a float; records say so.
    wrong = _flags(type(one) is not float and not is_missing(one) for one in values)
    floats = [one if type(one) is float else math.nan for one in values]
    return np.array(floats, dtype=np.float64), wrong


def _flags(values: Iterable[bool]) -> _Flags:
    return np.fromiter(values, dtype=np.bool_)


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return array
