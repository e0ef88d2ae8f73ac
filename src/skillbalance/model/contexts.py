"""What a move to another field or career stage changes."""

import datetime as dt

import attrs

from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.profile import CareerStage
from skillbalance.model.skill import SkillKind

__all__ = ["ContextComparison", "ContextSkill"]


@attrs.frozen(kw_only=True)
class ContextSkill(Record):
    """
    One skill before and after a move.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    proficiency : float
        Estimate today: people do not change by moving.
    weight_before, weight_after : float
        Share of all that matters, goals included.
    expected_level_before, expected_level_after : float
        Level that field and stage expect.
    target_before, target_after : float
        Highest target of a goal, which a move does not change, else the expected level.
    gap_before, gap_after : float
        Target minus proficiency, signed: negative means a surplus.
    hours_before, hours_after : float or None
        Hours in the best plan; None without a budget. [h/week]
    """

    skill_id: str
    name: str
    kind: SkillKind
    proficiency: float
    weight_before: float
    weight_after: float
    expected_level_before: float
    expected_level_after: float
    target_before: float
    target_after: float
    gap_before: float
    gap_after: float
    hours_before: float | None
    hours_after: float | None


@attrs.frozen(kw_only=True)
class ContextComparison(ItemsBySkill[ContextSkill]):
    """
    A person in two fields or stages; ``comparison["sql"]`` is one skill in both.

    Attributes
    ----------
    items : tuple of ContextSkill
        One per skill, in profile order.
    profile_id : str
        Who.
    as_of : datetime.date
        The day.
    field_before, field_after : str
        The fields.
    stage_before, stage_after : CareerStage
        The stages.
    soft_share_before, soft_share_after : float
        Recommended soft share, goals included.
    readiness_before, readiness_after : float
        Readiness today, by the weights and targets of each.
    readiness_then_before, readiness_then_after : float or None
        Readiness at the horizon with the best plan for each; None without a budget.
    hours_moved : float or None
        Hours that the move shifts from some skills to others; None without a budget. [h/week]
    """

    profile_id: str
    as_of: dt.date
    field_before: str
    field_after: str
    stage_before: CareerStage
    stage_after: CareerStage
    soft_share_before: float
    soft_share_after: float
    readiness_before: float
    readiness_after: float
    readiness_then_before: float | None
    readiness_then_after: float | None
    hours_moved: float | None

    def grown(self) -> tuple[ContextSkill, ...]:
        """Give the skills whose gap grows, by how much the shortfall does, the most first."""

        def growth(item: ContextSkill) -> float:
            return max(item.gap_after, 0.0) - max(item.gap_before, 0.0)

        found = [item for item in self.items if growth(item) > 1e-12]
        return tuple(sorted(found, key=lambda item: (-growth(item), item.skill_id)))
