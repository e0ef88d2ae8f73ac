"""Numbers of many people as columns: what tables, data frames and Arrow streams are made of."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.model._record import Record


@attrs.frozen(kw_only=True, eq=False)
class Columns(Record):
    """
    The base of records whose attributes are columns: arrays with an entry for each of many.

    NaN stands where there is no number, as for somebody without a plan. Data frames and Arrow
    streams take it; no document does, and :func:`~skillbalance.to_json` names the first place.
    """

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(next(iter(self.as_dict().values())))

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


_Columns = TypeVar("_Columns", bound=Columns)


def lock(columns: _Columns) -> _Columns:
    """Make columns read-only, once they are filled, and give them back."""
    for column in columns.as_dict().values():
        column.flags.writeable = False
    return columns


@attrs.frozen(kw_only=True, eq=False)
class PeopleColumns(Columns):
    """
    One entry per person, in the order in which they came; names as in :class:`TimePlan`.

    All arrays have shape (n_people,) and are read-only. Where *status* is not 0, numbers are NaN:
    data frames and Arrow streams take them, :func:`~skillbalance.to_json` refuses.

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


@attrs.frozen(kw_only=True, eq=False)
class SkillColumns(Columns):
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


@attrs.frozen(kw_only=True, eq=False)
class RaterColumns(Columns):
    """
    One entry per rater who is known by an id, and per person who rated themselves.

    All arrays have shape (n_raters,) and are read-only; by kind, then id.

    Attributes
    ----------
    rater_kind : ndarray of str
        Value of the kind.
    rater_id : ndarray
        Who it is; the person's id for a self-rating.
    leniency : ndarray
        How far above the truth this rater rates; negative for a severe one. The leniency of the
        kind is included. [proficiency]
    sd : ndarray
        Standard deviation of what is left to doubt. [proficiency]
    n_ratings : ndarray of int
        Ratings it was learned from.
    """

    rater_kind: NDArray[np.object_]
    rater_id: NDArray[Any]
    leniency: NDArray[np.float64]
    sd: NDArray[np.float64]
    n_ratings: NDArray[np.int64]


@attrs.frozen(kw_only=True, eq=False)
class EstimateColumns(Columns):
    """
    Estimates of many people: one entry per person and skill, a person's skills together.

    All arrays have shape (n_entries,) and are read-only. Where *fault* is not empty, numbers are
    NaN: data frames and Arrow streams take them, :func:`~skillbalance.to_json` refuses.

    Attributes
    ----------
    person_id, skill_id : ndarray
        Whom and what the entry is about: in the order of the table of skills if one was given,
        else sorted by person and skill.
    mean : ndarray
        Posterior mean, clipped to [0, 1].
    sd : ndarray
        Posterior standard deviation, before any clipping. [proficiency]
    low, high : ndarray
        90 % credible interval, clipped to [0, 1].
    n_ratings : ndarray of int
        Ratings of the skill until the day of the estimate.
    shares : Mapping[str, ndarray]
        What each mean is made of: ``"prior"`` and every rater kind by value; they sum to 1.
    fault : ndarray of str
        Why there is no estimate; empty where there is one.
    faults : tuple of str
        What was wrong with the ratings, column by column, with the first rows.
    """

    person_id: NDArray[Any]
    skill_id: NDArray[Any]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_ratings: NDArray[np.int64]
    shares: Mapping[str, NDArray[np.float64]]
    fault: NDArray[np.object_]
    faults: tuple[str, ...]

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, shares as ``share_prior`` and so on, for data frames."""
        columns = attrs.asdict(self, recurse=False)
        del columns["faults"]
        shares = columns.pop("shares")
        return columns | {f"share_{source}": share for source, share in shares.items()}
