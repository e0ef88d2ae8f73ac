"""Where a person stands between hard and soft skills."""

import datetime as dt

import attrs

from skillbalance.model._items import ItemsBySkill
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
    readiness : float
        Both indices in one number, in [0, 1] and between them; 0 without skills.
    recommended_soft_share : float
        Sum of the soft weights; without skills, the soft share of field and stage.
    actual_soft_share : float
        Soft part of the weighted credit held. Above the recommended share the soft skills are
        ahead, below it the hard ones; the same number when both indices are equal.
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
    readiness: float
    recommended_soft_share: float
    actual_soft_share: float
    lagging_kind: SkillKind | None
    bottlenecks: tuple[str, ...]
    as_of: dt.date
