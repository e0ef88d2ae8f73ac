"""Ratings of many people as columns: read, checked row by row, ids turned into positions."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, nearest_names, number_array
from skillbalance.coaching.days import DAYS_PER_YEAR
from skillbalance.coaching.evidence.ratings import KINDS, SELF
from skillbalance.errors import InvalidValueError, suggestion
from skillbalance.model.rating import RaterKind
from skillbalance.model.scales import Scale, as_scale, check_scale

_NEEDED: Final = ("person_id", "skill_id", "rater_kind", "rating")
_OF_SKILLS: Final = ("person_id", "skill_id", "prior_mean")
COLUMNS: Final = (*_NEEDED, "rater_id", "assessed_on", "age_years", "prior_mean")
_SHOWN_ROWS: Final = 5
# Ids that are whole numbers of a range not much longer than the column need no sorting.
_DENSE_RANGE: Final = 4


class RowFault(NamedTuple):
    """Rows of a column that break its rule."""

    column: str
    rule: str
    rows: NDArray[np.intp]
    values: NDArray[Any]  # of the whole column

    def alone(self, row: int) -> "RowFault":
        """Return the fault of one row."""
        return self._replace(rows=np.array([row]))

    def error(self, table: str = "") -> InvalidValueError:
        """Name the column, its first bad rows and the first bad value."""
        shown = ", ".join(map(str, self.rows[:_SHOWN_ROWS].tolist()))
        more = ", ..." if len(self.rows) > _SHOWN_ROWS else ""
        rule = self.rule
        if len(self.rows) > 1:
            rule += f" ({len(self.rows)} rows are not: {shown}{more})"
        value = self.values[self.rows[0]]
        value = value.item() if isinstance(value, np.generic) else value
        return InvalidValueError(f"{table}{self.column}[{self.rows[0]}]", rule, value)


class GivenRatings(NamedTuple):
    """
    The rows of a table of ratings.

    Attributes
    ----------
    person, skill : ndarray of int, shape (k,)
        Positions in the ids; -1 where the id is missing.
    rater : ndarray of int, shape (k,)
        A number per rater and kind. Those of raters known by an id, and of people who rate
        themselves, follow their ids; those without an id have numbers of their own from
        *n_named* on.
    kind : ndarray of int, shape (k,)
        Positions in ``list(RaterKind)``.
    rating, years : ndarray of shape (k,)
        Proficiency in [0, 1] and age. [proficiency, year]
    prior_mean : ndarray of shape (k,) or None
    heard : ndarray of bool, shape (k,)
        Not given after the day of the estimate.
    person_ids, skill_ids, rater_ids : ndarray
        Sorted.
    n_named : int
        Numbers of raters below this one are by kind and id, see :meth:`who`.
    faults : list of RowFault
        What is wrong with some rows.
    """

    person: NDArray[np.intp]
    skill: NDArray[np.intp]
    rater: NDArray[np.intp]
    kind: NDArray[np.intp]
    rating: NDArray[np.float64]
    years: NDArray[np.float64]
    prior_mean: NDArray[np.float64] | None
    heard: NDArray[np.bool_]
    person_ids: NDArray[Any]
    skill_ids: NDArray[Any]
    rater_ids: NDArray[Any]
    n_named: int
    faults: list[RowFault]

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.rating)

    def bad_rows(self) -> NDArray[np.bool_]:
        """Tell which rows have a fault."""
        bad = np.zeros(len(self), dtype=np.bool_)
        for fault in self.faults:
            bad[fault.rows] = True
        return bad

    def who(self, rater: int) -> Any:
        """Return the id of a named rater, the person's own for a self-rating."""
        kind, position = divmod(rater, max(len(self.rater_ids), len(self.person_ids)))
        return (self.person_ids if kind == SELF else self.rater_ids)[position]


def read_ratings(
    columns: Mapping[str, Any], *, as_of: dt.date | None, scale: Scale | str
) -> GivenRatings:
    """
    Read a table of ratings; rows that break a rule are listed, not raised.

    Raises
    ------
    InvalidValueError
        If a column is unknown, missing or of another length than the others, or if the options
        do not fit the columns.
    """
    given = _check_names("ratings", columns, COLUMNS, _NEEDED)
    length = len(given["rating"])
    faults: list[RowFault] = []
    person_ids, person = _positions("person_id", given["person_id"], faults)
    skill_ids, skill = _positions("skill_id", given["skill_id"], faults)
    kind = _kinds(given["rater_kind"], faults)
    years, heard = _ages(given, as_of, faults, length)
    rater_ids, rater, n_named = _raters(given.get("rater_id"), person, kind, len(person_ids))
    return GivenRatings(
        person=person,
        skill=skill,
        rater=rater,
        kind=kind,
        rating=_proficiencies(given["rating"], scale, faults),
        years=years,
        prior_mean=_numbers("prior_mean", given["prior_mean"], -np.inf, np.inf, faults)
        if "prior_mean" in given
        else None,
        heard=heard,
        person_ids=person_ids,
        skill_ids=skill_ids,
        rater_ids=rater_ids,
        n_named=n_named,
        faults=faults,
    )


def _check_names(
    table: str, columns: Mapping[str, Any], allowed: tuple[str, ...], needed: tuple[str, ...]
) -> dict[str, NDArray[Any]]:
    """Return columns of one length as arrays; none is unknown, and those that are needed there."""
    whatever: object = columns
    if not isinstance(whatever, Mapping):
        raise InvalidValueError(table, "a mapping of column names to columns", columns)
    for name in columns:
        if name not in allowed:
            near = suggestion(nearest_names(str(name), allowed, limit=1))
            raise InvalidValueError(table, f"made of the columns {', '.join(allowed)}{near}", name)
    for name in needed:
        if name not in columns:
            raise InvalidValueError(table, f"columns with {name!r} among them", [*columns])
    given = {name: np.asarray(value) for name, value in columns.items()}
    length = given[needed[-1]].shape[:1] or (1,)
    for name, value in given.items():
        if value.shape != length:
            raise InvalidValueError(name, f"of shape {length}", value.shape)
    return given


class GivenSkills(NamedTuple):
    """
    The rows of a table of people's skills.

    Attributes
    ----------
    person, skill : ndarray of int, shape (n,)
        Positions in the ids.
    prior_mean : ndarray of shape (n,)
    person_ids, skill_ids : ndarray
        Sorted.
    """

    person: NDArray[np.intp]
    skill: NDArray[np.intp]
    prior_mean: NDArray[np.float64]
    person_ids: NDArray[Any]
    skill_ids: NDArray[Any]


def read_skills(columns: Mapping[str, Any]) -> GivenSkills:
    """
    Read a table of people's skills with the level expected of each.

    Raises
    ------
    InvalidValueError
        If a column is unknown, missing or of another length than the others, or if a row breaks
        a rule.
    """
    given = _check_names("skills", columns, _OF_SKILLS, _OF_SKILLS)
    faults: list[RowFault] = []
    person_ids, person = _positions("person_id", given["person_id"], faults)
    skill_ids, skill = _positions("skill_id", given["skill_id"], faults)
    mean = _numbers("prior_mean", given["prior_mean"], -np.inf, np.inf, faults)
    key = person * len(skill_ids) + skill
    again = np.ones(len(key), dtype=np.bool_)
    again[np.unique(key, return_index=True)[1]] = False
    note(faults, "skill_id", "there once for each person", again, given["skill_id"])
    for fault in faults:
        raise fault.error("skills.")
    return GivenSkills(person, skill, mean, person_ids, skill_ids)


def translate(ids: NDArray[Any], known: NDArray[Any]) -> NDArray[np.intp]:
    """Return the position of each id among the known ones; -1 where it is not, and at the end."""
    place = {one: i for i, one in enumerate(known.tolist())}
    return np.array([*(place.get(one, -1) for one in ids.tolist()), -1], dtype=np.intp)


def _positions(
    name: str, array: NDArray[Any], faults: list[RowFault]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the different ids, sorted, and the position of each row's; -1 where it is missing."""
    if array.dtype.kind in "iu" and len(array):
        low, high = int(array.min()), int(array.max())
        if high - low <= _DENSE_RANGE * len(array):
            shifted = (array - low).astype(np.intp)
            there = np.bincount(shifted, minlength=high - low + 1) > 0
            return np.flatnonzero(there) + low, (np.cumsum(there) - 1)[shifted]
        ids, position = np.unique(array, return_inverse=True)
        return ids, position
    if array.size and array.dtype.kind not in "iuUO":
        raise InvalidValueError(name, "an array of strings or integers", array)
    values = array.tolist()
    missing = [_is_missing(one) for one in dict.fromkeys(values)]
    different = dict.fromkeys(values)
    known = _sorted(one for one, gone in zip(different, missing, strict=True) if not gone)
    place: dict[Any, int] = dict.fromkeys(different, -1)
    place.update((one, i) for i, one in enumerate(known))
    position = np.fromiter((place[one] for one in values), dtype=np.intp, count=len(values))
    note(faults, name, "an id", position < 0, array)
    ids = np.empty(len(known), dtype=np.object_)
    ids[:] = known
    return ids, position


def _is_missing(one: object) -> bool:
    if isinstance(one, float):  # data frames put NaN where nothing is
        return math.isnan(one)
    return one is None or (isinstance(one, str) and not one.strip())


def _sorted(values: Iterable[Any]) -> list[Any]:
    listed = list(values)
    try:
        return sorted(listed)
    except TypeError:  # strings and numbers
        return sorted(listed, key=lambda one: (type(one).__name__, str(one)))


def _kinds(array: NDArray[Any], faults: list[RowFault]) -> NDArray[np.intp]:
    """Return rater kinds as positions; they may be given as members, values or positions."""
    if array.dtype.kind in "iu":
        kind = array.astype(np.intp)
        outside = (kind < 0) | (kind >= len(KINDS))
        note(faults, "rater_kind", f"a position below {len(KINDS)}", outside, array)
        return np.where(outside, 0, kind)
    place: dict[Any, int] = {kind: i for i, kind in enumerate(KINDS)}
    place |= {kind.value: i for i, kind in enumerate(KINDS)}
    values = array.tolist()
    kind = np.fromiter((place.get(one, -1) for one in values), dtype=np.intp, count=len(values))
    listed = ", ".join(repr(kind.value) for kind in RaterKind)
    note(faults, "rater_kind", f"one of {listed}", kind < 0, array)
    return np.maximum(kind, 0)


def _raters(
    given: NDArray[Any] | None, person: NDArray[np.intp], kind: NDArray[np.intp], n_people: int
) -> tuple[NDArray[Any], NDArray[np.intp], int]:
    """Give raters numbers: by kind and id, the person for a self-rating, else each one anew."""
    ids: NDArray[Any] = np.empty(0, dtype=np.object_)
    by_id = np.full(len(person), -1, dtype=np.intp)
    if given is not None:
        # A rater without an id is no fault.
        ids, by_id = _positions("rater_id", given, [])
    n_ids = max(len(ids), n_people)
    n_named = len(KINDS) * n_ids
    own = np.where(kind == SELF, person, by_id)
    number = np.where(own >= 0, kind * n_ids + own, n_named + np.arange(len(person)))
    return ids, number, n_named


def _ages(
    given: Mapping[str, NDArray[Any]],
    as_of: dt.date | None,
    faults: list[RowFault],
    length: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the age of each rating in years, and whether it had been given by the day."""
    if "assessed_on" in given and "age_years" in given:
        raise InvalidValueError("ratings", "with assessed_on or age_years, not both", [*given])
    if "assessed_on" in given:
        today = np.datetime64(calendar_date("as_of", as_of), "D")
        try:
            day = given["assessed_on"].astype("datetime64[D]")
        except (TypeError, ValueError) as error:
            rule = "an array of dates"
            raise InvalidValueError("assessed_on", rule, given["assessed_on"]) from error
        note(faults, "assessed_on", "a date", np.isnat(day), given["assessed_on"])
        heard = np.asarray(np.isnat(day) | (day <= today))
        days = np.where(np.isnat(day) | ~heard, 0, (today - day).astype(np.int64))
        return days / DAYS_PER_YEAR, heard
    heard = np.ones(length, dtype=np.bool_)
    if "age_years" in given:
        return _numbers("age_years", given["age_years"], 0.0, np.inf, faults), heard
    return np.zeros(length), heard


def _proficiencies(
    array: NDArray[Any], scale: Scale | str, faults: list[RowFault]
) -> NDArray[np.float64]:
    found = as_scale(scale)
    check_scale("scale", found)
    number = _numbers("rating", array, found.minimum, found.maximum, faults)
    result: NDArray[np.float64] = (number - found.minimum) / (found.maximum - found.minimum)
    return result


def _numbers(
    name: str, array: NDArray[Any], low: float, high: float, faults: list[RowFault]
) -> NDArray[np.float64]:
    """Return finite numbers in [low, high]; *low* or 0 in the place of others, and a fault."""
    number = number_array(name, array)
    good = np.isfinite(number) & (number >= low) & (number <= high)
    rule = "a finite number"
    if np.isfinite(low):
        rule = f"in [{low:g}, {high:g}]" if np.isfinite(high) else f"at least {low:g}"
    note(faults, name, rule, ~good, number)
    return np.where(good, number, low if np.isfinite(low) else 0.0)


def note(
    faults: list[RowFault], name: str, rule: str, bad: NDArray[np.bool_], array: NDArray[Any]
) -> None:
    """Add a fault if any row is bad."""
    if bad.any():
        faults.append(RowFault(name, rule, np.flatnonzero(bad), array))
