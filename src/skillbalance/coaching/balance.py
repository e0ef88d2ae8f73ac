"""Measure where a person stands: gaps, the index of each kind, readiness, bottlenecks."""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.evidence.ratings import fuse_profile
from skillbalance.coaching.targets import find_targets
from skillbalance.coaching.weights import weigh_skills
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import SkillKind
from skillbalance.model.weights import SkillWeights
from skillbalance.numeric.balance import measure_standing, spread_standing
from skillbalance.reference.context import soft_share
from skillbalance.reference.defaults import RaterPreset

_MOST_BOTTLENECKS = 3
# Lifts and indices are compared to this many decimals: what differs by a rounding is a tie, and a
# tie must not depend on the order of the skills.
_DECIMALS = 12


def measure_balance(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> Balance:
    r"""
    Measure gaps, the index of each kind, readiness, how sure they are, and what holds back.

    .. math::
       gap_i = t_i - p_i, \qquad H = \frac{\sum_{hard} w_i c_i(p_i)}{\sum_{hard} w_i}, \qquad
       F = \left( (1 - s) H^\rho + s S^\rho \right)^{1/\rho}

    with weights :math:`w` from :func:`~skillbalance.weigh_skills`, proficiencies :math:`p` from
    :func:`~skillbalance.estimate_proficiency` and targets :math:`t` from the goals, else the
    expected levels. Planning maximizes the same :math:`F`.

    Parameters
    ----------
    profile : Profile
        Field, stage, skills, goals and ratings.
    as_of : datetime.date
        Day to estimate for; later ratings are ignored.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Balance
        One item per skill, in profile order.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in; names the nearest ones.
    UnknownElementError
        If a skill names an O*NET element that is not in the table.
    InvalidValueError
        If *as_of* is not a date, *rater_model* is no preset or lacks a kind that rated.

    Notes
    -----
    Skills nobody has rated count at what field and stage expect, with the spread of people there.
    Equal lifts rank by skill id.

    Indices, readiness and shares are those of the estimates; their intervals are central ones of
    the posterior, levels clipped to [0, 1], integrated by
    :func:`skillbalance.numeric.balance.spread_standing`. Where levels lie at an end of the scale
    the posterior is on one side of them, and an interval need not hold the number itself.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="listening", kind="soft")],
    ...     goals=[sb.Goal(id="lead", targets={"sql": 0.5, "listening": 0.8})],
    ...     assessments=[
    ...         sb.Assessment(
    ...             skill_id="sql", rating=0.9, assessed_on=dt.date(2026, 3, 2), rater_kind="test"
    ...         ),
    ...     ],
    ... )
    >>> balance = sb.measure_balance(profile, as_of=dt.date(2026, 3, 2))
    >>> balance.bottlenecks
    ('listening',)
    >>> balance["sql"].gap < 0, balance["sql"].shortfall
    (True, 0.0)
    >>> round(balance.hard_ahead_probability, 2)
    0.71
    """
    weights = weigh_skills(profile)
    posterior = fuse_profile(profile, as_of=as_of, rater_model=rater_model)
    soft = np.array([skill.kind is SkillKind.SOFT for skill in profile.skills], dtype=np.bool_)
    weight = np.array([item.weight for item in weights], dtype=np.float64)
    proficiency = np.clip(posterior.mean, 0.0, 1.0)
    target = find_targets(profile)
    standing = measure_standing(weight, soft, proficiency, target=target)
    spread = spread_standing(
        weight,
        soft,
        posterior.mean,
        posterior.covariance_diagonal,
        posterior.covariance_factor,
        target=target,
    )
    items = tuple(
        SkillBalance(
            skill_id=skill.id,
            kind=skill.kind,
            weight=matters,
            proficiency=level,
            target=aim,
            gap=gap,
            shortfall=shortfall,
            lift=lift,
        )
        for skill, matters, level, aim, gap, shortfall, lift in zip(
            profile.skills,
            weight.tolist(),
            proficiency.tolist(),
            target.tolist(),
            standing.gap.tolist(),
            standing.shortfall.tolist(),
            standing.lift.tolist(),
            strict=True,
        )
    )
    hard_index = float(standing.hard_index) if not soft.all() else None
    soft_index = float(standing.soft_index) if soft.any() else None
    both = hard_index is not None and soft_index is not None
    recommended = weights.recommended_soft_share
    return Balance(
        items=items,
        hard_index=hard_index,
        soft_index=soft_index,
        hard_index_sd=spread.hard_index_sd if hard_index is not None else None,
        soft_index_sd=spread.soft_index_sd if soft_index is not None else None,
        index_gap=float(standing.hard_index - standing.soft_index) if both else None,
        index_gap_interval=spread.index_gap_interval if both else None,
        hard_ahead_probability=spread.hard_ahead if both else None,
        readiness=float(standing.readiness),
        readiness_interval=spread.readiness_interval,
        recommended_soft_share=recommended,
        recommended_parts=_recommended_parts(profile, weights, soft),
        # Without skills the indices are both 0 and nothing is held in any other proportion.
        actual_soft_share=float(standing.actual_soft_share) if items else recommended,
        actual_soft_share_interval=(
            spread.actual_share_interval if items else (recommended, recommended)
        ),
        lagging_kind=_lagging(hard_index, soft_index),
        bottlenecks=_bottlenecks(items),
        as_of=as_of,
    )


def _recommended_parts(
    profile: Profile, weights: SkillWeights, soft: NDArray[np.bool_]
) -> dict[str, float]:
    """Split the soft part of the weights by what put it there."""
    if not weights.items:
        of_field = soft_share(profile.work, CareerStage.MID)
        return {
            "field": of_field,
            "stage": weights.recommended_soft_share - of_field,
            "career_goals": 0.0,
            "personal_goals": 0.0,
        }
    of_soft = [item for item, is_soft in zip(weights.items, soft, strict=True) if is_soft]
    return {
        "field": math.fsum(item.field_part for item in of_soft),
        "stage": math.fsum(item.stage_part for item in of_soft),
        "career_goals": math.fsum(item.career_part for item in of_soft),
        "personal_goals": math.fsum(item.personal_part for item in of_soft),
    }


def _lagging(hard_index: float | None, soft_index: float | None) -> SkillKind | None:
    """Return the kind with the lower index, None where they tie or one is absent."""
    if hard_index is None or soft_index is None:
        return None
    ahead = round(hard_index - soft_index, _DECIMALS)
    if ahead == 0.0:
        return None
    return SkillKind.SOFT if ahead > 0.0 else SkillKind.HARD


def _bottlenecks(items: Sequence[SkillBalance]) -> tuple[str, ...]:
    """Return the ids of the largest positive lifts, best first."""
    lifts = sorted((-round(item.lift, _DECIMALS), item.skill_id) for item in items)
    return tuple(skill_id for lift, skill_id in lifts[:_MOST_BOTTLENECKS] if lift < 0.0)
