"""People as columns, without a record per skill: planned with the bits that records would give."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.evidence.ratings import estimate_levels
from skillbalance.coaching.planning.batches import Layout
from skillbalance.coaching.planning.rows import Rows, plan_rows
from skillbalance.coaching.rates import forgetting_rates, learning_rates
from skillbalance.errors import SkillbalanceError
from skillbalance.model.columns import PeopleColumns, PlanColumns, SkillColumns
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import SkillKind
from skillbalance.numeric.indices import kind_shares
from skillbalance.numeric.weights import base_weights
from skillbalance.reference.context import expected_level, importance, soft_share
from skillbalance.reference.defaults import BEYOND, RHO, RaterPreset

__all__ = ["LEFT_OUT", "KnownPeople", "Sort", "Work", "interleave", "plan_known"]

Work: TypeAlias = tuple[str, CareerStage]
Sort: TypeAlias = tuple[SkillKind, tuple[str, ...]]

LEFT_OUT: Final = -1


class KnownPeople(NamedTuple):
    """
    People without goals, the skills of each together and in order; every value has been checked.

    Attributes
    ----------
    person_id : ndarray of str, shape (n,)
        Ids.
    work : sequence of (str, CareerStage)
        Fields and stages.
    at : ndarray of int, shape (n,)
        The position in *work* of each person's.
    hours_per_week, horizon_weeks, block_hours, share_low, share_high : ndarray of shape (n,)
        Budgets; both limits of the share NaN for the default band.
    max_skills : ndarray of int, shape (n,)
        How many skills may get hours; 0 for any number.
    n_skills : ndarray of int, shape (n,)
        How many of the entries below belong to each person.
    skill_id : ndarray of str, shape (m,)
        Ids.
    sorts : sequence of (SkillKind, tuple of str)
        Kinds and elements of skills.
    sort : ndarray of int, shape (m,)
        The position in *sorts* of each skill's.
    half_gap_hours, half_life_weeks, upkeep, retained_share, min_hours, max_hours : ndarray, (m,)
        As records name them.
    proficiency, target, weight : ndarray of shape (m,)
        What is known; NaN where it is to be inferred. A person's weights sum to 1, or all are NaN.
    """

    person_id: NDArray[np.object_]
    work: Sequence[Work]
    at: NDArray[np.intp]
    hours_per_week: NDArray[np.float64]
    horizon_weeks: NDArray[np.float64]
    block_hours: NDArray[np.float64]
    share_low: NDArray[np.float64]
    share_high: NDArray[np.float64]
    max_skills: NDArray[np.int64]
    n_skills: NDArray[np.intp]
    skill_id: NDArray[np.object_]
    sorts: Sequence[Sort]
    sort: NDArray[np.intp]
    half_gap_hours: NDArray[np.float64]
    half_life_weeks: NDArray[np.float64]
    upkeep: NDArray[np.float64]
    retained_share: NDArray[np.float64]
    min_hours: NDArray[np.float64]
    max_hours: NDArray[np.float64]
    proficiency: NDArray[np.float64]
    target: NDArray[np.float64]
    weight: NDArray[np.float64]

    def take(self, chosen: NDArray[np.bool_]) -> "KnownPeople":
        """Return some of the people."""
        if chosen.all():
            return self
        entries = np.repeat(chosen, self.n_skills)
        return self._replace(
            **{name: getattr(self, name)[chosen] for name in _OF_PEOPLE},
            **{name: getattr(self, name)[entries] for name in _OF_SKILLS},
        )


_ALL = tuple(name for name in KnownPeople._fields if name not in ("work", "sorts"))
_OF_PEOPLE = _ALL[: _ALL.index("skill_id")]
_OF_SKILLS = _ALL[_ALL.index("skill_id") :]


class _Context(NamedTuple):
    """What field and stage say of each skill, and of each person; NaN where they cannot."""

    importance: NDArray[np.float64]
    expected: NDArray[np.float64]
    soft_share: NDArray[np.float64]


def plan_known(
    people: KnownPeople,
    rated: Mapping[int, Profile],
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset,
) -> PlanColumns:
    """
    Plan for people given as columns.

    Parameters
    ----------
    people : KnownPeople
        Who they are and what is known of them.
    rated : mapping of int to Profile
        By position, the profiles of those who were rated: estimates need who said what.
    as_of, rater_model
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    PlanColumns
        Whoever is not solved has no fault yet: records say it in the words of a person alone.
    """
    result = Layout(people.n_skills.tolist())
    context = _look_up(people)
    levels, missing = _levels(people, rated, context, as_of, rater_model)
    sound = ~(np.isnan(context.soft_share) | missing)
    sound &= ~_any_of_person(np.isnan(context.importance), people.n_skills)
    soft = np.array([kind is SkillKind.SOFT for kind, _ in people.sorts], dtype=np.bool_)
    groups: dict[tuple[int, float, int], list[int]] = {}
    alike = zip(
        people.n_skills.tolist(),
        people.block_hours.tolist(),
        people.max_skills.tolist(),
        sound.tolist(),
        strict=True,
    )
    for i, (size, block, most, is_sound) in enumerate(alike):
        if is_sound and size:
            groups.setdefault((size, block, most), []).append(i)
    for (size, block, most), members in groups.items():
        position = np.array(members, dtype=np.intp)
        at = result.first[position][:, np.newaxis] + np.arange(size)
        rows = _rows(people, position, at, context, soft=soft, levels=levels)
        rows = rows._replace(block_hours=block, max_skills=most or None)
        result.write(position, rows, plan_rows(rows))
    return result.columns(people.person_id, people.skill_id)


def interleave(
    one: PlanColumns, at_one: NDArray[np.intp], other: PlanColumns, at_other: NDArray[np.intp]
) -> PlanColumns:
    """
    Join the plans of two parts of a batch; the people of each part come at given positions.

    A person at ``LEFT_OUT`` is left out.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> def of(name):
    ...     profile = sb.Profile(
    ...         id=name, field="nursing", stage="mid", skills=[sb.Skill(id="x", kind="hard")]
    ...     )
    ...     budget = sb.TimeBudget(hours_per_week=1)
    ...     return sb.plan_many([(profile, budget)], as_of=dt.date(2026, 3, 2))
    >>> interleave(of("b"), np.array([1]), of("a"), np.array([0])).people.person_id.tolist()
    ['a', 'b']
    """
    at = np.concatenate([at_one, at_other])
    order = np.argsort(at, kind="stable")[np.count_nonzero(at == LEFT_OUT) :]
    of_people = {
        name: np.concatenate([column, other.people.as_dict()[name]])[order]
        for name, column in one.people.as_dict().items()
    }
    n_skills = np.concatenate([one.people.n_skills, other.people.n_skills])
    first = np.cumsum(n_skills) - n_skills
    sizes = n_skills[order]
    # Each person's entries as they lie in the joined columns, person by person in the new order.
    begins = np.cumsum(sizes) - sizes
    entries = np.repeat(first[order] - begins, sizes) + np.arange(int(sizes.sum()))
    of_skills = {
        name: np.concatenate([column, other.skills.as_dict()[name]])[entries]
        for name, column in one.skills.as_dict().items()
    }
    of_skills["person"] = np.repeat(np.arange(len(sizes)), sizes)
    return PlanColumns(people=PeopleColumns(**of_people), skills=SkillColumns(**of_skills))


def _look_up(people: KnownPeople) -> _Context:
    """Ask the tables once for each sort of skill at each work; what they refuse stays NaN."""
    shares = np.full(len(people.work), np.nan)
    for i, (field, stage) in enumerate(people.work):
        try:
            shares[i] = soft_share(field, stage)
        except SkillbalanceError:
            continue
    n_sorts = max(len(people.sorts), 1)
    asked = np.repeat(people.at, people.n_skills) * n_sorts + people.sort
    different, of_skill = np.unique(asked, return_inverse=True)
    matters, expected = np.full((2, len(different)), np.nan)
    for i, code in enumerate(different.tolist()):
        field, stage = people.work[code // n_sorts]
        kind, elements = people.sorts[code % n_sorts]
        try:
            matters[i] = importance(field, stage, elements=elements, kind=kind)
            expected[i] = expected_level(field, stage, elements=elements, kind=kind)
        except SkillbalanceError:
            matters[i] = np.nan
    return _Context(matters[of_skill], expected[of_skill], shares[people.at])


def _levels(
    people: KnownPeople,
    rated: Mapping[int, Profile],
    context: _Context,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the level of each skill, and whose could not be estimated."""
    # Nobody having said anything, a level is what is expected.
    levels, missing = context.expected.copy(), np.zeros(len(people.person_id), dtype=np.bool_)
    first = np.cumsum(people.n_skills) - people.n_skills
    for i, profile in rated.items():
        try:
            estimated = estimate_levels(profile, as_of=as_of, rater_model=rater_model)
        except SkillbalanceError:
            missing[i] = True
            continue
        levels[first[i] : first[i] + people.n_skills[i]] = estimated
    return np.where(np.isnan(people.proficiency), levels, people.proficiency), missing


def _rows(
    people: KnownPeople,
    position: NDArray[np.intp],
    at: NDArray[np.intp],
    context: _Context,
    *,
    soft: NDArray[np.bool_],
    levels: NDArray[np.float64],
) -> Rows:
    """Lay people with equally many skills one below the other; *at* says where their skills are."""
    is_soft = soft[people.sort[at]]
    # Without goals the mixture of weights is its base.
    inferred = base_weights(
        context.importance[at], is_soft, soft_share=context.soft_share[position]
    )
    weight = np.where(np.isnan(people.weight[at]), inferred, people.weight[at])
    expected = context.expected[at]
    return Rows(
        weight=weight,
        soft=is_soft,
        proficiency=levels[at],
        learning_rate=learning_rates(people.half_gap_hours[at]),
        forgetting_rate=forgetting_rates(people.half_life_weeks[at], people.upkeep[at]),
        horizon_weeks=np.repeat(people.horizon_weeks[position], at.shape[1]).reshape(at.shape),
        floor=people.retained_share[at] * levels[at],
        target=np.where(np.isnan(people.target[at]), expected, people.target[at]),
        beyond=np.full(at.shape, BEYOND.value),
        min_hours=people.min_hours[at],
        max_hours=people.max_hours[at],
        budget=people.hours_per_week[position],
        rho=np.full(len(position), RHO.value),
        share_low=people.share_low[position],
        share_high=people.share_high[position],
        recommended=np.asarray(kind_shares(weight, is_soft).soft_share, dtype=np.float64),
        block_hours=None,
        max_skills=None,
    )


def _any_of_person(flags: NDArray[np.bool_], n_skills: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say of which people any entry is flagged."""
    person = np.repeat(np.arange(len(n_skills)), n_skills)
    return np.bincount(person[flags], minlength=len(n_skills)) > 0
