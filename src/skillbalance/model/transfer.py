"""A plan where practice of one skill also teaches another, beside the plan without that."""

import attrs

from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.plan import TimePlan
from skillbalance.model.skill import SkillKind


@attrs.frozen(kw_only=True)
class TransferSkill(Record):
    """
    How transfer moves the hours of one skill.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    hours_per_week : float
        Hours of practice planned with transfer. [h/week]
    hours_without : float
        Hours planned as if there were none. [h/week]
    effective_hours : float
        Hours that the learning of the skill counts: its own and what others bring. [h/week]
    proficiency_then : float
        Level at the skill's horizon with the plan.
    proficiency_without : float
        Level with the hours of the other plan, transfer counted.
    """

    skill_id: str
    name: str
    kind: SkillKind
    hours_per_week: float
    hours_without: float
    effective_hours: float
    proficiency_then: float
    proficiency_without: float


@attrs.frozen(kw_only=True)
class TransferPlan(ItemsBySkill[TransferSkill]):
    """
    The plan with transfer, the plan without, and what lies between them.

    Attributes
    ----------
    items : tuple of TransferSkill
        One per skill, in profile order.
    plan : TimePlan
        The best plan with transfer, in continuous hours: levels, readiness, prices and proof
        count what practice of one skill brings to another.
    without : TimePlan
        The best plan as if there were none, in continuous hours.
    readiness_without : float
        Readiness of the hours of ``without``, transfer counted.
    gain : float
        What planning with transfer adds to that: ``plan.readiness_then - readiness_without``.
    hours_moved : float
        Hours that the plans give to different skills. [h/week]
    """

    plan: TimePlan
    without: TimePlan
    readiness_without: float
    gain: float
    hours_moved: float
