"""Long tables of people, skills and ratings: a few thousand people at a time, to records."""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import NameFinder, number_in
from skillbalance.coaching.planning.batches import KnownPerson
from skillbalance.errors import InvalidValueError, SkillbalanceError, suggestion
from skillbalance.errors import nearest_names as nearest
from skillbalance.model.budget import TimeBudget
from skillbalance.model.profile import Profile
from skillbalance.model.rating import Assessment
from skillbalance.model.skill import Skill

__all__ = [
    "KNOWN",
    "BadRow",
    "Batch",
    "Part",
    "Tables",
    "as_id",
    "check_columns",
    "is_missing",
    "read_batches",
    "split_elements",
]

_T = TypeVar("_T")

_OF_SKILL: Final = (
    "kind",
    "name",
    "elements",
    "half_gap_hours",
    "half_life_weeks",
    "upkeep",
    "retained_share",
)
# What a row says beyond its skill: levels and shares, and limits of the budget.
KNOWN: Final = {"proficiency": 1.0, "target": 1.0, "weight": math.inf}
_LIMITS: Final = ("min_hours", "max_hours")
_OF_PROFILE: Final = ("field", "stage")
_OF_BUDGET: Final = ("hours_per_week", "horizon_weeks", "block_hours", "max_skills")
_SHARES: Final = ("soft_share_low", "soft_share_high")
_OF_RATING: Final = ("rating", "scale", "assessed_on", "rater_kind", "rater_id", "evidence")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "skills": ("person_id", "skill_id", *_OF_SKILL, *KNOWN, *_LIMITS),
    "people": ("person_id", *_OF_PROFILE, *_OF_BUDGET, *_SHARES),
    "ratings": ("person_id", "skill_id", *_OF_RATING),
}
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "skills": ("person_id", "skill_id", "kind"),
    "people": ("person_id",),
    "ratings": ("person_id", "skill_id", "rating", "assessed_on", "rater_kind"),
}
_ROWS_AT_A_TIME: Final = 65_536
_PEOPLE_AT_A_TIME: Final = 2048
_NOBODY: Final = -1


class BadRow(NamedTuple):
    """A row that breaks a rule: its table, its position from 0, whose it is, and what is wrong."""

    table: str
    row: int
    person_id: Any
    error: SkillbalanceError

    def error_with_place(self) -> SkillbalanceError:
        """Return the error with table and row in its name."""
        error = self.error
        if not isinstance(error, InvalidValueError):
            return error
        return InvalidValueError(f"{self.table}[{self.row}].{error.name}", error.rule, error.value)


class Tables(NamedTuple):
    """The frames of a call, as narwhals shows them, and what they leave out."""

    skills: Any
    people: Any | None
    ratings: Any | None
    defaults: Mapping[str, object]


def check_columns(table: str, frame: Any) -> None:
    """
    Check the names of a frame's columns.

    Raises
    ------
    InvalidValueError
        Naming the first column that is unknown, with the nearest known one, or missing.
    """
    known, given = COLUMNS[table], list(map(str, frame.columns))
    for name in _NEEDED[table]:
        if name not in given:
            unknown = [one for one in given if one not in known]
            near = suggestion(nearest(name, unknown, limit=1))
            raise InvalidValueError(table, f"a frame with a column {name!r}{near}", given)
    finder = NameFinder(known)
    for name in given:
        if name not in finder:
            rule = f"made of the columns {', '.join(known)}{finder.suggest(name)}"
            raise InvalidValueError(table, rule, name)


class Part:
    """The rows of some people in one table, person by person, in the frame's order."""

    def __init__(
        self, table: str, rows: NDArray[np.integer[Any]], first: NDArray[np.intp], columns: Any
    ) -> None:
        self.table, self.rows, self.first = table, rows, first
        # As narwhals shows them: numbers become objects only for people who need records.
        self.columns: Mapping[str, Any] = columns
        self._lists: dict[str, list[Any]] | None = None

    def records(self, i: int) -> list[tuple[int, dict[str, Any]]]:
        """Give the rows of the person at a position of this part."""
        if self._lists is None:
            self._lists = {name: column.to_list() for name, column in self.columns.items()}
        return [
            (int(self.rows[at]), {name: column[at] for name, column in self._lists.items()})
            for at in range(self.first[i], self.first[i + 1])
        ]


class _Grouped(NamedTuple):
    """A table's rows by person: those of person i are ``rows[first[i]:first[i + 1]]``."""

    table: str
    frame: Any
    # None where the frame has them in that order already: then they are cut, not gathered.
    rows: NDArray[np.integer[Any]] | None
    first: NDArray[np.intp]

    def part(self, start: int, stop: int) -> Part:
        """Take the rows of the people from *start* to before *stop*."""
        low, high = int(self.first[start]), int(self.first[stop])
        chosen: Any = slice(low, high) if self.rows is None else self.rows[low:high]
        rows = np.arange(low, high) if self.rows is None else self.rows[low:high]
        columns = {name: self.frame[name][chosen] for name in self.frame.columns}
        return Part(self.table, rows, self.first[start : stop + 1] - low, columns)


class Batch(NamedTuple):
    """
    Some people.

    Attributes
    ----------
    start : int
        Position of the first.
    ids, names : sequence
        Their ids as given and as strings.
    parts : mapping of str to Part
        Their rows in each table.
    """

    start: int
    ids: Sequence[Any]
    names: Sequence[str]
    parts: Mapping[str, Part]

    def person(
        self, i: int, defaults: Mapping[str, object], note: Callable[[BadRow], object]
    ) -> KnownPerson | SkillbalanceError:
        """Make the person at a position of the batch, or say what is wrong with their rows."""
        given = {name: part.records(i) for name, part in self.parts.items()}
        return _Reading(self.ids[i], defaults, note).person(given)


def read_batches(
    tables: Tables, note: Callable[[BadRow], object]
) -> tuple[list[Any], Iterator[Batch]]:
    """
    Give the ids of all people, and a generator of their rows, some people at a time.

    Parameters
    ----------
    tables : Tables
        Frames whose columns have been checked.
    note : callable
        Is told of every row that is nobody's.
    """
    place: dict[str, int] = {}
    ids: list[Any] = []
    own = tables.skills if tables.people is None else tables.people
    name = "skills" if tables.people is None else "people"
    by_person = {name: _group(name, own, place, ids, note, adding=True)}
    for name, frame in (("skills", tables.skills), ("ratings", tables.ratings)):
        if frame is not None and name not in by_person:
            by_person[name] = _group(name, frame, place, ids, note, adding=False)
    return ids, _batches(by_person, ids, list(place))


def _batches(
    by_person: Mapping[str, _Grouped], ids: Sequence[Any], names: Sequence[str]
) -> Iterator[Batch]:
    for start in range(0, len(ids), _PEOPLE_AT_A_TIME):
        stop = min(start + _PEOPLE_AT_A_TIME, len(ids))
        parts = {name: grouped.part(start, stop) for name, grouped in by_person.items()}
        yield Batch(start, ids[start:stop], names[start:stop], parts)


def _group(
    table: str,
    frame: Any,
    place: dict[str, int],
    ids: list[Any],
    note: Callable[[BadRow], object],
    *,
    adding: bool,
) -> _Grouped:
    """Order the rows of a table by person, the rows of one in the order given."""
    column = frame["person_id"]
    # An entry for each row is what grows with the frame, so no wider than need be.
    whole = np.int32 if len(frame) < np.iinfo(np.int32).max else np.int64
    codes: NDArray[np.signedinteger[Any]] = np.empty(len(frame), dtype=whole)
    for start in range(0, len(frame), _ROWS_AT_A_TIME):
        part = column[start : start + _ROWS_AT_A_TIME].to_list()
        for row, value in enumerate(part, start):
            key = as_id(value)
            code = _NOBODY if key is None else place.get(key, _NOBODY)
            if code == _NOBODY and key is not None and adding:
                code = place[key] = len(ids)
                ids.append(value)
            codes[row] = code
            if code == _NOBODY:
                rule = "an id" if key is None else "the id of somebody in people"
                error = InvalidValueError("person_id", rule, value)
                note(BadRow(table, row, value, error))
    people = np.arange(len(ids) + 1)
    if (codes[:1] >= 0).all() and (codes[1:] >= codes[:-1]).all():
        return _Grouped(table, frame, None, np.searchsorted(codes, people))
    rows: NDArray[np.signedinteger[Any]] = np.argsort(codes, kind="stable").astype(whole)
    return _Grouped(table, frame, rows, np.searchsorted(codes, people, sorter=rows))


class _Reading:
    """The rows of one person on their way to records; the first fault is kept."""

    def __init__(
        self, person_id: Any, defaults: Mapping[str, object], note: Callable[[BadRow], object]
    ) -> None:
        self._id, self._defaults, self._note = person_id, defaults, note
        self._fault: SkillbalanceError | None = None

    def person(
        self, given: Mapping[str, list[tuple[int, dict[str, Any]]]]
    ) -> KnownPerson | SkillbalanceError:
        """Make the person, or say what is wrong with the first bad row."""
        own = self._own(given.get("people"))
        known: dict[str, list[float]] = {name: [] for name in KNOWN}
        limits: dict[str, dict[str, float]] = {name: {} for name in _LIMITS}
        skills: dict[str, Skill] = {}
        for row, values in given["skills"]:
            skill = self._try("skills", row, partial(_skill, values, skills))
            if skill is None:
                continue
            skills[skill.id] = skill
            for name, high in KNOWN.items():
                number = self._try("skills", row, partial(_number, values, name, high))
                known[name].append(math.nan if number is None else number)
            for name in _LIMITS:
                if not is_missing(values.get(name)):
                    limits[name][skill.id] = values[name]
        ratings = [
            self._try("ratings", row, partial(_rating, values, skills))
            for row, values in given.get("ratings", ())
        ]
        if self._fault is not None:
            return self._fault
        try:
            profile = Profile(
                id=str(self._id),
                skills=tuple(skills.values()),
                assessments=tuple(one for one in ratings if one is not None),
                **_pick(own, _OF_PROFILE),
            )
            shares = [own.get(name, end) for name, end in zip(_SHARES, (0.0, 1.0), strict=True)]
            budget = TimeBudget(
                **_pick(own, _OF_BUDGET),
                min_hours=limits["min_hours"],
                max_hours=limits["max_hours"],
                soft_share=(shares[0], shares[1]) if own.keys() & set(_SHARES) else None,
            )
            weights = _weights(known["weight"])
        except (SkillbalanceError, TypeError) as error:
            table = "people" if "people" in given else "skills"
            return self._refuse(table, (given[table] or [(0, {})])[0][0], _as_error(error))
        level, target = (np.array(known[name]) for name in ("proficiency", "target"))
        return KnownPerson(profile, budget, level.astype(np.float64), target, weights)

    def _own(self, rows: list[tuple[int, dict[str, Any]]] | None) -> dict[str, Any]:
        """Return what is said of the person, defaults where nothing is; a second row is a fault."""
        own = {name: one for name, one in self._defaults.items() if one is not None}
        for row, values in (rows or ())[1:]:
            rule = "there once"
            self._refuse("people", row, InvalidValueError("person_id", rule, values["person_id"]))
        for _, values in (rows or ())[:1]:
            own |= {name: one for name, one in values.items() if not is_missing(one)}
        for name in ("field", "stage", "hours_per_week"):
            if name not in own:
                row = rows[0][0] if rows else 0
                rule = "given in a column of people or as an argument"
                self._refuse("people", row, InvalidValueError(name, rule, None))
        if "max_skills" in own and isinstance(own["max_skills"], float):
            # A column of counts with gaps is one of floats in pandas.
            whole = own["max_skills"]
            own["max_skills"] = int(whole) if whole.is_integer() else whole
        return own

    def _try(self, table: str, row: int, make: Callable[[], _T]) -> _T | None:
        try:
            return make()
        except (SkillbalanceError, TypeError) as error:
            self._refuse(table, row, _as_error(error))
            return None

    def _refuse(self, table: str, row: int, error: SkillbalanceError) -> SkillbalanceError:
        bad = BadRow(table, row, self._id, error)
        self._note(bad)
        self._fault = self._fault or bad.error_with_place()
        return self._fault


def _as_error(error: Exception) -> SkillbalanceError:
    # A constructor that lacks an argument says so in a TypeError.
    return error if isinstance(error, SkillbalanceError) else SkillbalanceError(str(error))


def _skill(values: Mapping[str, Any], known: Mapping[str, Skill]) -> Skill:
    skill_id = as_id(values["skill_id"])
    if skill_id is None:
        raise InvalidValueError("skill_id", "an id", values["skill_id"])
    if skill_id in known:
        raise InvalidValueError("skill_id", "there once for each person", values["skill_id"])
    given = _pick(values, _OF_SKILL)
    if "kind" not in given:
        raise InvalidValueError("kind", "'hard' or 'soft'", values["kind"])
    if "elements" in given:
        given["elements"] = split_elements(given["elements"])
    return Skill(id=skill_id, **given)


def split_elements(value: Any) -> Any:
    """Part ids that stand in one text; anything else stays as it is."""
    return value.replace(";", " ").split() if isinstance(value, str) else value


def _rating(values: Mapping[str, Any], skills: Mapping[str, Skill]) -> Assessment:
    skill_id = as_id(values["skill_id"])
    if skill_id is None or skill_id not in skills:
        near = suggestion(nearest(str(values["skill_id"]), skills, limit=1))
        rule = f"the id of a skill of the person{near}"
        raise InvalidValueError("skill_id", rule, values["skill_id"])
    given = _pick(values, _OF_RATING)
    for name in ("rating", "assessed_on", "rater_kind"):
        if name not in given:
            raise InvalidValueError(name, "given", None)
    if isinstance(given["assessed_on"], dt.datetime):
        given["assessed_on"] = given["assessed_on"].date()
    if "rater_id" in given:
        given["rater_id"] = as_id(given["rater_id"]) or ""
    return Assessment(skill_id=skill_id, **given)


def _number(values: Mapping[str, Any], name: str, high: float) -> float | None:
    value = values.get(name)
    return None if is_missing(value) else number_in(name, value, 0.0, high)


def _weights(given: list[float]) -> NDArray[np.float64] | None:
    """Return weights that sum to 1; None where none are given."""
    weight = np.array(given, dtype=np.float64)
    missing = np.isnan(weight)
    if missing.all():
        return None
    total = math.fsum(given)
    if missing.any() or not 0.0 < total < math.inf:
        raise InvalidValueError("weight", "given for all skills of a person or none", given)
    return weight / total


def _pick(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if not is_missing(values.get(name))}


def is_missing(value: object) -> bool:
    """Say whether nothing is there: None, NaN, pandas.NA or NaT."""
    if value is None or isinstance(value, (str, bool, int)):
        return value is None
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in {"NAType", "NaTType"}


def as_id(value: object) -> str | None:
    """Return an id as a string; whole numbers will do."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None
