"""Plans of many people as columns: what tables, data frames and files on disk are made of."""

from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.model._record import Record


@attrs.frozen(kw_only=True, eq=False)
class PeopleColumns(Record):
    """
    One entry per person, in the order in which they came; names as in :class:`TimePlan`.

    All arrays have shape (n_people,) and are read-only. Where *status* is not 0, numbers are NaN.

    Attributes
    ----------
    person_id : ndarray
        Ids of the profiles; positions where none were given.
    status : ndarray of int8
        A position in :data:`~skillbalance.numeric.STATUS`: solved, invalid or infeasible.
    fault : ndarray of str
        Why there is no plan; empty where there is one.
    n_skills : ndarray of int
        How many entries of :class:`SkillColumns` belong to the person.
    hours_per_week, unused_hours : ndarray
        Hours planned, and those of the budget that are not. [h/week]
    soft_share_hours : ndarray
        Soft part of the planned hours; NaN where none are planned.
    soft_share_recommended, soft_share_low, soft_share_high : ndarray
        What was recommended, and the limits that the planned hours kept.
    readiness_now, readiness_then, readiness_idle : ndarray
        Readiness on the day, at the horizon, and at the horizon without any practice.
    shadow_price : ndarray
        Readiness that one more hour a week would add, per hour. [1/(h/week)]
    optimality_gap, rounding_cost, price_of_balance : ndarray
        The proof, and what whole blocks and the limits of the soft share cost. [readiness]
    """

    person_id: NDArray[Any]
    status: NDArray[np.int8]
    fault: NDArray[np.object_]
    n_skills: NDArray[np.int64]
    hours_per_week: NDArray[np.float64]
    unused_hours: NDArray[np.float64]
    soft_share_hours: NDArray[np.float64]
    soft_share_recommended: NDArray[np.float64]
    soft_share_low: NDArray[np.float64]
    soft_share_high: NDArray[np.float64]
    readiness_now: NDArray[np.float64]
    readiness_then: NDArray[np.float64]
    readiness_idle: NDArray[np.float64]
    shadow_price: NDArray[np.float64]
    optimality_gap: NDArray[np.float64]
    rounding_cost: NDArray[np.float64]
    price_of_balance: NDArray[np.float64]

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, as data frames and Arrow tables take them."""
        return attrs.asdict(self, recurse=False)

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """
        Return the columns as a data frame (extra ``frames``).

        Raises
        ------
        MissingExtraError
            If narwhals or the package of the frame is not installed.
        """
        from skillbalance.formats.frames import frame_of

        return frame_of(self, backend)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the columns as an Arrow stream, for polars, DuckDB and others (needs pyarrow)."""
        from skillbalance.formats.frames import arrow_stream

        return arrow_stream(self, requested_schema)


@attrs.frozen(kw_only=True, eq=False)
class SkillColumns(Record):
    """
    One entry per person and skill, a person's skills together; names as in :class:`PlannedSkill`.

    All arrays have shape (n_entries,) and are read-only. Numbers of a person without a plan
    are NaN.

    Attributes
    ----------
    person : ndarray of int
        Position of the person in :class:`PeopleColumns`; never decreases.
    skill_id : ndarray
        Ids of the skills; positions where none were given.
    hours_per_week : ndarray
        Hours planned. [h/week]
    weight : ndarray
        Share of all that matters; the weights of a person sum to 1.
    proficiency_now, proficiency_then, proficiency_idle : ndarray
        Level on the day, at the skill's horizon, and there without any practice.
    target : ndarray
        Level up to which a point counts in full.
    horizon_weeks : ndarray
        Weeks until the level counts. [week]
    marginal_return : ndarray
        Readiness that the next hour a week would add. [1/(h/week)]
    binding : ndarray of int8
        What holds the hours where they are, a position in :data:`~skillbalance.numeric.BINDING`.
    """

    person: NDArray[np.int64]
    skill_id: NDArray[Any]
    hours_per_week: NDArray[np.float64]
    weight: NDArray[np.float64]
    proficiency_now: NDArray[np.float64]
    proficiency_then: NDArray[np.float64]
    proficiency_idle: NDArray[np.float64]
    target: NDArray[np.float64]
    horizon_weeks: NDArray[np.float64]
    marginal_return: NDArray[np.float64]
    binding: NDArray[np.int8]

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, as data frames and Arrow tables take them."""
        return attrs.asdict(self, recurse=False)

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """
        Return the columns as a data frame (extra ``frames``).

        Raises
        ------
        MissingExtraError
            If narwhals or the package of the frame is not installed.
        """
        from skillbalance.formats.frames import frame_of

        return frame_of(self, backend)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the columns as an Arrow stream, for polars, DuckDB and others (needs pyarrow)."""
        from skillbalance.formats.frames import arrow_stream

        return arrow_stream(self, requested_schema)


@attrs.frozen(kw_only=True, eq=False)
class PlanColumns(Record):
    """
    The plans of many people: one table of people, one of their skills.

    Attributes
    ----------
    people : PeopleColumns
        One entry per person.
    skills : SkillColumns
        One entry per person and skill.
    """

    people: PeopleColumns
    skills: SkillColumns

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.people.person_id)

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """Return the table of skills as a data frame; ``people.to_frame`` gives the other."""
        return self.skills.to_frame(backend)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the table of skills as an Arrow stream; ``people`` gives the other."""
        return self.skills.__arrow_c_stream__(requested_schema)

    def rows_of(self, person: int) -> slice:
        """
        Return where in ``skills`` the entries of the person at a position are.

        Raises
        ------
        IndexError
            If there is no such position; negative ones count from the end.
        """
        position = range(len(self))[person]
        first, last = np.searchsorted(self.skills.person, [position, position + 1])
        return slice(int(first), int(last))
