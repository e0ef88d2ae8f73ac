"""Where a person stands between hard and soft skills."""

import datetime as dt
from collections.abc import Mapping

import attrs

from skillbalance.model._items import ItemsBySkill, freeze
from skillbalance.model._record import Record
from skillbalance.model.skill import SkillKind


@attrs.frozen(kw_only=True)
class SkillBalance(Record):
    """
    One skill against its target.

    Attributes
    ----------
    skill_id : str
        The skill.
    kind : SkillKind
        Hard or soft.
    weight : float
        Weight in [0, 1]; the weights of a profile sum to 1.
    proficiency : float
        Estimated proficiency (posterior mean), in [0, 1].
    target : float
        Highest target of the goals that name the skill, else its expected level, in [0, 1].
    gap : float
        Target minus proficiency, signed: negative means a surplus.
    shortfall : float
        What is missing to the target, at least 0.
    lift : float
        What readiness would gain if this one shortfall were closed, at least 0.
    """

    skill_id: str
    kind: SkillKind
    weight: float
    proficiency: float
    target: float
    gap: float
    shortfall: float
    lift: float


@attrs.frozen(kw_only=True)
class Balance(ItemsBySkill[SkillBalance]):
    """
    Gaps, indices and readiness of a profile; ``balance["sql"]`` is one skill's item.

    Attributes
    ----------
    items : tuple of SkillBalance
        One per skill, in profile order.
    hard_index, soft_index : float or None
        Weighted credit of the kind for its levels, in [0, 1]; None if the profile has no skill
        of that kind.
    hard_index_sd, soft_index_sd : float or None
        Standard deviation of each index, from the joint posterior of all proficiencies.
    index_gap : float or None
        Hard index minus soft index; None if one kind is absent.
    index_gap_interval : tuple of two floats, or None
        90 % credible interval of the gap.
    hard_ahead_probability : float or None
        Probability that the hard index is above the soft one; near 0.5 nobody can tell.
    readiness : float
        Both indices in one number, in [0, 1] and between them; 0 without skills.
    readiness_interval : tuple of two floats
        90 % credible interval of readiness.
    recommended_soft_share : float
        Sum of the soft weights; without skills, the soft share of field and stage.
    recommended_parts : Mapping[str, float]
        What ``"field"``, ``"stage"``, ``"career_goals"`` and ``"personal_goals"`` put into the
        recommended share; they sum to it. That of the stage is negative where it asks for less
        soft skill than the field does.
    actual_soft_share : float
        Soft part of the weighted credit held. Above the recommended share the soft skills are
        ahead, below it the hard ones; the same number when both indices are equal.
    actual_soft_share_interval : tuple of two floats
        90 % credible interval of the actual share.
    lagging_kind : SkillKind or None
        The kind with the lower index; None if they are equal or one kind is absent.
    bottlenecks : tuple of str
        Skills whose closed shortfall would lift readiness most, at most three, best first. Empty
        when every target is met.
    as_of : datetime.date
        Day the estimates are of.
    """

    hard_index: float | None
    soft_index: float | None
    hard_index_sd: float | None
    soft_index_sd: float | None
    index_gap: float | None
    index_gap_interval: tuple[float, float] | None
    hard_ahead_probability: float | None
    readiness: float
    readiness_interval: tuple[float, float]
    recommended_soft_share: float
    recommended_parts: Mapping[str, float] = attrs.field(converter=freeze)
    actual_soft_share: float
    actual_soft_share_interval: tuple[float, float]
    lagging_kind: SkillKind | None
    bottlenecks: tuple[str, ...]
    as_of: dt.date
