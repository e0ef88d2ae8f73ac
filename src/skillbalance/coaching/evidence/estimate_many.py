"""Estimate the proficiencies of many people at once, from columns to columns."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import number_in
from skillbalance.coaching.evidence.estimates import interval_of
from skillbalance.coaching.evidence.rating_columns import (
    GivenRatings,
    note,
    read_ratings,
    read_skills,
    translate,
)
from skillbalance.coaching.evidence.ratings import KINDS, find_rater_model, noise_by_kind
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import FrozenMapping
from skillbalance.model.columns import EstimateColumns, lock
from skillbalance.model.estimates import RaterModel
from skillbalance.model.scales import Scale
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.numeric.evidence.many_ratings import fuse_many
from skillbalance.numeric.evidence.many_stacks import ManyRatings
from skillbalance.reference.defaults import RaterPreset

# Below this, one number holds everything that ratings are sorted by.
_LARGEST_KEY: Final = 2**62


def estimate_many(
    ratings: Mapping[str, Any],
    *,
    skills: Mapping[str, Any] | None = None,
    prior_mean: float | None = None,
    as_of: dt.date | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
    scale: Scale | str = "unit",
    errors: OnError = "mark",
) -> EstimateColumns:
    """
    Estimate many people's proficiencies; each gets what :func:`estimate_proficiency` gives.

    Parameters
    ----------
    ratings : mapping of str to array_like
        Columns, one entry per rating: ``person_id``, ``skill_id``, ``rater_kind`` (values, or
        positions in ``list(RaterKind)``), ``rating``; and if you like ``rater_id`` (without it,
        each rating is by somebody new; a self-rating is by the person), ``assessed_on`` or
        ``age_years``, and ``prior_mean``.
    skills : mapping of str to array_like, optional
        Columns ``person_id``, ``skill_id`` and ``prior_mean``: whom to estimate, the unrated
        included, and what is expected. Without it those who were rated are estimated.
    prior_mean : float, optional
        Expected level of everybody in everything, where neither table has that column.
        [proficiency]
    as_of : datetime.date, optional
        Day to estimate for, where there are dates; later ratings are ignored.
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted: a preset, your own, or a learned one,
        ``fit_rater_model(...).rater_model``.
    scale : Scale or str
        The scale of all ratings.
    errors : {"mark", "raise"}
        Whether a person with a rating that breaks a rule is marked and explained, or raises.

    Returns
    -------
    EstimateColumns
        One entry per person and skill; read-only.

    Raises
    ------
    InvalidValueError
        If a column is unknown, missing or of another length than the others, or an option does
        not fit. With ``errors="raise"`` also if a row breaks a rule, naming the column and the
        first such rows.

    Notes
    -----
    Robust weights are on, as for one person. A person's numbers do not depend on the order of
    ratings or on who else is estimated, to the last bit: cut the table by people as you like.
    Feedback items have no columns; only ratings count.

    Examples
    --------
    >>> result = estimate_many(
    ...     {
    ...         "person_id": ["ada", "ada", "ada", "bob"],
    ...         "skill_id": ["sql", "sql", "listening", "sql"],
    ...         "rater_id": ["", "grace", "grace", "grace"],
    ...         "rater_kind": ["self", "supervisor", "supervisor", "supervisor"],
    ...         "rating": [80, 60, 70, 101],
    ...     },
    ...     prior_mean=0.5,
    ...     scale="percent",
    ... )
    >>> result.skill_id.tolist(), result.mean.round(2).tolist()
    (['listening', 'sql', 'sql'], [0.64, 0.59, nan])
    >>> result.fault[2]
    'rating[3] must be in [0, 100], got 101.0'
    """
    if errors not in ("mark", "raise"):
        raise InvalidValueError("errors", "'mark' or 'raise'", errors)
    model = find_rater_model(rater_model)
    given = read_ratings(ratings, as_of=as_of, scale=scale)
    cells = _find_cells(given, skills, prior_mean, ratings)
    faults = given.faults
    if errors == "raise":
        for fault in faults:
            raise fault.error()
    bad, bad_people = given.bad_rows(), np.zeros(len(given.person_ids) + 1, dtype=np.bool_)
    bad_people[given.person[bad]] = True
    bad_people[-1] = False
    order = _canonical_order(given, given.heard & ~bad & ~bad_people[given.person])
    fused = fuse_many(_arrange(given, cells, model, order))

    mean = cells.prior_mean + fused.shift
    sd = np.sqrt(fused.variance)
    middle, low, high = interval_of(mean, sd)
    shares = {"prior": 1.0 - fused.kind_share.sum(axis=1)}
    shares |= {kind.value: fused.kind_share[:, i].copy() for i, kind in enumerate(KINDS)}
    fault_of_cell = _explain(given, cells)
    without = fault_of_cell != ""
    for column in (middle, sd, low, high, *shares.values()):
        column[without] = np.nan
    heard = cells.of_rating[given.heard & (cells.of_rating >= 0)]
    return lock(
        EstimateColumns(
            person_id=cells.person_id,
            skill_id=cells.skill_id,
            mean=middle,
            sd=sd,
            low=low,
            high=high,
            n_ratings=np.bincount(heard, minlength=len(mean)).astype(np.int64),
            shares=FrozenMapping(shares),
            fault=fault_of_cell,
            faults=tuple(str(fault.error()) for fault in faults),
        )
    )


class _Cells(NamedTuple):
    """People and skills to estimate; the cell of each rating, -1 where there is none."""

    person: NDArray[np.intp]  # positions in the ids of the ratings, -1 for who was not rated
    person_id: NDArray[Any]
    skill_id: NDArray[Any]
    prior_mean: NDArray[np.float64]
    of_rating: NDArray[np.intp]


def _find_cells(
    given: GivenRatings,
    skills: Mapping[str, Any] | None,
    prior_mean: float | None,
    ratings: Mapping[str, Any],
) -> _Cells:
    """Find out whom and what to estimate; a rating of nobody in the table of skills is a fault."""
    sources = [skills is not None, prior_mean is not None, given.prior_mean is not None]
    if sum(sources) != 1:
        rule = "given once: as an argument, as a column of ratings, or as one of skills"
        raise InvalidValueError("prior_mean", rule, prior_mean)
    if skills is not None:
        return _cells_of_table(given, skills, ratings)
    n_skills = max(len(given.skill_ids), 1)
    known = (given.person >= 0) & (given.skill >= 0) & given.heard
    key = given.person[known] * n_skills + given.skill[known]
    there, of_rating = _different(key, len(given.person_ids) * n_skills)
    of_all = np.full(len(given), -1, dtype=np.intp)
    of_all[known] = of_rating
    mean = np.full(len(there), np.nan)
    if given.prior_mean is None:
        mean[:] = number_in("prior_mean", prior_mean)
    else:
        mean[of_rating] = given.prior_mean[known]
        # Whichever rating wrote last: all must have said the same.
        other = known & (of_all >= 0)
        other[known] = mean[of_rating] != given.prior_mean[known]
        rule = "the same in all ratings of a person's skill"
        note(given.faults, "prior_mean", rule, other, given.prior_mean)
    person = there // n_skills
    return _Cells(person, given.person_ids[person], given.skill_ids[there % n_skills], mean, of_all)


def _cells_of_table(
    given: GivenRatings, skills: Mapping[str, Any], ratings: Mapping[str, Any]
) -> _Cells:
    """Take the cells from the table of skills."""
    table = read_skills(skills)
    person = translate(given.person_ids, table.person_ids)[given.person]
    skill = translate(given.skill_ids, table.skill_ids)[given.skill]
    n_skills = len(table.skill_ids)
    key = table.person * n_skills + table.skill
    order = np.argsort(key)
    wanted = person * n_skills + skill
    place = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    found = (person >= 0) & (skill >= 0)
    if len(key):
        found &= key[order[place]] == wanted
    unknown = (given.person >= 0) & (given.skill >= 0) & ~found & given.heard
    nobody = unknown & (person < 0)
    note(given.faults, "person_id", "in the table of skills", nobody, _array(ratings, "person_id"))
    rule = "in the table of skills with that person"
    note(given.faults, "skill_id", rule, unknown & ~nobody, _array(ratings, "skill_id"))
    of_rating = np.full(len(given), -1, dtype=np.intp)
    of_rating[found] = order[place[found]]
    back = translate(table.person_ids, given.person_ids)
    return _Cells(
        back[table.person],
        table.person_ids[table.person],
        table.skill_ids[table.skill],
        table.prior_mean,
        of_rating,
    )


def _array(columns: Mapping[str, Any], name: str) -> NDArray[Any]:
    return np.asarray(columns[name])


def _different(key: NDArray[np.intp], largest: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the different keys, sorted, and the position of each; by counting where it pays."""
    if largest > 4 * len(key) + 1000:
        return np.unique(key, return_inverse=True)
    there = np.bincount(key, minlength=largest) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[key]


def _canonical_order(given: GivenRatings, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the chosen rows by person, skill, kind, rater, and then by age and rating."""
    rows = np.flatnonzero(chosen)
    # Those without an id have no order among themselves.
    rater = np.minimum(given.rater[rows], given.n_named)
    sizes = (len(given.person_ids), len(given.skill_ids), len(KINDS), given.n_named + 1)
    if int(np.prod([float(max(size, 1)) for size in sizes])) > _LARGEST_KEY:
        keys = (given.rating[rows], given.years[rows], rater, given.kind[rows])
        return rows[np.lexsort((*keys, given.skill[rows], given.person[rows]))]
    key = given.person[rows].astype(np.int64)
    for part, size in ((given.skill[rows], sizes[1]), (given.kind[rows], sizes[2])):
        key = key * size + part
    key = key * sizes[3] + rater
    if not (key[1:] >= key[:-1]).all():
        order = np.argsort(key, kind="stable")
        key, rows = key[order], rows[order]
    same = np.zeros(len(key) + 1, dtype=np.bool_)
    same[1:-1] = key[1:] == key[:-1]
    tied = np.flatnonzero(same[1:] | same[:-1])
    by = np.lexsort((given.rating[rows[tied]], given.years[rows[tied]], key[tied]))
    rows[tied] = rows[tied[by]]
    return rows


def _arrange(
    given: GivenRatings, cells: _Cells, model: RaterModel, order: NDArray[np.intp]
) -> ManyRatings:
    """Lay the ratings out as the numeric floor takes them, variances in proficiency squared."""
    kind = given.kind[order]
    noise = noise_by_kind(model, np.flatnonzero(np.bincount(kind)).tolist())
    person, cell = given.person[order], cells.of_rating[order]
    begins = np.flatnonzero(np.diff(person, prepend=-1, append=-1) if len(person) else person)
    return ManyRatings(
        first=begins if len(begins) else np.zeros(1, dtype=np.intp),
        cell=cell,
        rater=given.rater[order],
        kind=kind,
        deviation=given.rating[order] - cells.prior_mean[cell] - noise.leniency[kind],
        noise=noise.particular[kind] + model.ageing_per_year * given.years[order],
        n_cells=len(cells.prior_mean),
        prior_variance=model.prior_sd**2,
        severity=noise.severity,
        shared=noise.shared,
        threshold=model.huber_threshold,
    )


def _explain(given: GivenRatings, cells: _Cells) -> NDArray[np.object_]:
    """Say of each cell why it has no estimate: the first fault of any rating of the person."""
    first = np.full(len(given.person_ids) + 1, -1, dtype=np.intp)
    texts: list[str] = []
    for fault in reversed(given.faults):
        whom = given.person[fault.rows]
        # The first row of each person; the last one written stands.
        for person, row in zip(whom[::-1].tolist(), fault.rows[::-1].tolist(), strict=True):
            first[person] = len(texts)
            texts.append(str(fault.alone(row).error()))
    first[-1] = -1
    result = np.empty(len(cells.person), dtype=np.object_)
    result[:] = ""
    marked = np.flatnonzero(first[cells.person] >= 0)
    result[marked] = [texts[i] for i in first[cells.person[marked]].tolist()]
    return result
