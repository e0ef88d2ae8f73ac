"""Weigh the skills of a profile: field, career stage and goals, each with its part."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import instance
from skillbalance.model.goal import GoalDomain
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import SkillKind
from skillbalance.model.weights import SkillWeight, SkillWeights
from skillbalance.numeric.indices import kind_shares
from skillbalance.numeric.weights import WeightParts, base_weights, mix_weights
from skillbalance.reference.context import expected_level, importance, soft_share

# Share and importances are the same at every stage of individual contributors; the part of the
# field is what they give there, the part of the stage is the rest.
_CONTRIBUTORS = (CareerStage.STUDENT, CareerStage.ENTRY, CareerStage.MID, CareerStage.SENIOR)


def weigh_skills(profile: Profile) -> SkillWeights:
    r"""
    Weigh the skills of a profile, with the part that field, stage and each goal put in.

    .. math:: w_i = (1 - \gamma)\, share(g_i) \frac{b_i}{\sum_{g_j = g_i} b_j}
       + \gamma \frac{\sum_k \pi_k [i \in k] / |k|}{\sum_k \pi_k}

    with the soft share and the importances :math:`b` of field and stage, the priorities
    :math:`\pi` of the goals, and :math:`\gamma` = 0.4 (an assumption), 0 if no goal names a skill.

    Parameters
    ----------
    profile : Profile
        Field, stage, skills and goals; ratings play no part.

    Returns
    -------
    SkillWeights
        One item per skill, in profile order. The weights sum to 1, the parts of a weight to it.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in; names the nearest ones.
    UnknownElementError
        If a skill names an O*NET element that is not in the table.

    Notes
    -----
    A kind without skills leaves all the weight to the other. A goal without targets puts nothing
    in. The ranking of fields by soft share is robust, its level is a convention.

    References
    ----------
    O*NET 29.3 Database, U.S. Department of Labor, CC BY 4.0, modified.

    Examples
    --------
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="listening", kind="soft")],
    ...     goals=[sb.Goal(id="lead", targets={"listening": 0.7}, priority=2)],
    ... )
    >>> weights = sb.weigh_skills(profile)
    >>> round(sum(item.weight for item in weights), 12)
    1.0
    >>> dict(weights["listening"].goal_parts)
    {'lead': 0.4}
    >>> weights["listening"].weight == weights.recommended_soft_share
    True
    """
    weights = mix_parts(profile)
    skills, goals, parts = profile.skills, profile.goals, weights.parts
    by_skill: list[dict[str, float]] = [{} for _ in skills]
    by_domain = {domain: [0.0] * len(skills) for domain in GoalDomain}
    for (k, i), part in zip(weights.pairs, parts.pair_part.tolist(), strict=True):
        by_skill[i][goals[k].id] = part
        by_domain[goals[k].domain][i] += part
    weight, field_part, stage_part = (
        array.tolist() for array in (parts.weight, parts.field_part, parts.stage_part)
    )
    items = [
        SkillWeight(
            skill_id=skill.id,
            kind=skill.kind,
            weight=weight[i],
            importance=weights.importance[i],
            expected_level=expected_level(
                profile.work, profile.stage, elements=skill.elements, kind=skill.kind
            ),
            field_part=field_part[i],
            stage_part=stage_part[i],
            goal_parts=by_skill[i],
            career_part=by_domain[GoalDomain.CAREER][i],
            personal_part=by_domain[GoalDomain.PERSONAL][i],
        )
        for i, skill in enumerate(skills)
    ]
    return SkillWeights(
        items=tuple(items),
        field=profile.field,
        stage=profile.stage,
        goal_share=float(parts.goal_share),
        recommended_soft_share=weights.recommended_soft_share,
    )


class MixedWeights(NamedTuple):
    """
    The weights of a profile as arrays, for what goes on computing with them.

    Attributes
    ----------
    parts : WeightParts
        Weights and their parts, one entry per skill in profile order.
    soft : ndarray of bool, shape (n,)
        Which skills are soft.
    importance : list of float
        Importance of each skill at the person's stage.
    pairs : list of (int, int)
        Goal and skill, by position, of each entry of ``parts.pair_part``.
    recommended_soft_share : float
        The soft part of the weights; what field and stage recommend if there are no skills.
    """

    parts: WeightParts
    soft: NDArray[np.bool_]
    importance: list[float]
    pairs: list[tuple[int, int]]
    recommended_soft_share: float


def mix_parts(profile: Profile) -> MixedWeights:
    """Compute what :func:`weigh_skills` reports; the same errors."""
    instance("profile", profile, Profile)
    work, stage = profile.work, profile.stage
    skills, goals = profile.skills, profile.goals
    soft = np.array([skill.kind is SkillKind.SOFT for skill in skills], dtype=np.bool_)

    def base(at: CareerStage) -> tuple[list[float], NDArray[np.float64]]:
        matters = [importance(work, at, elements=x.elements, kind=x.kind) for x in skills]
        return matters, base_weights(matters, soft, soft_share=soft_share(work, at))

    matters, stage_base = base(stage)
    field_base = stage_base if stage in _CONTRIBUTORS else base(CareerStage.MID)[1]
    position = {skill.id: i for i, skill in enumerate(skills)}
    pairs = [(k, position[skill_id]) for k, goal in enumerate(goals) for skill_id in goal.targets]
    parts = mix_weights(
        field_base,
        stage_base,
        priority=[goal.priority for goal in goals],
        goal_index=[k for k, _ in pairs],
        skill_index=[i for _, i in pairs],
    )
    return MixedWeights(
        parts=parts,
        soft=soft,
        importance=matters,
        pairs=pairs,
        # The number readiness uses, so that both agree to the last bit.
        recommended_soft_share=(
            float(kind_shares(parts.weight, soft).soft_share) if skills else soft_share(work, stage)
        ),
    )
