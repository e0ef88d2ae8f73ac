"""Why a skill gets its hours: one plain sentence, every number taken from the plan."""

from skillbalance.display._words import (
    amount_text,
    decimal_hours,
    percent_text,
    printable,
    step_text,
)
from skillbalance.model.plan import PlannedSkill, TimePlan


def explain_hours(plan: TimePlan, item: PlannedSkill) -> str:
    """
    Say why *item* gets the hours it gets in *plan*.

    Values of hours are quoted per step of the plan: per block, or per hour where hours are
    continuous. The cut is what the best use of one more step would add.
    """
    step = plan.block_hours if plan.block_hours is not None else 1.0
    gain = amount_text(item.marginal_return * step)
    cut = amount_text(plan.shadow_price * step)
    name, block = printable(item.name), step_text(plan.block_hours)
    if item.weight == 0.0:
        return f"{name} gets {decimal_hours(item.hours_per_week)}: it carries no weight."
    if item.hours_per_week == 0.0:
        return f"{name} gets none: {_why_none(plan, item, block, gain, cut)}."
    carries = f"it carries {percent_text(item.weight)} of your weight"
    why = _why_stop(plan, item, block, gain, cut)
    return f"{name} gets {decimal_hours(item.hours_per_week)}: {carries}, {why}."


def _why_none(plan: TimePlan, item: PlannedSkill, block: str, gain: str, cut: str) -> str:
    """Say what keeps the first step away."""
    worth = f"its first {block} is worth {gain}"
    if item.binding == "max":
        return f"you allow it no time, though {worth}"
    if item.binding == "max_skills":
        return f"{worth}, but the plan keeps to the number of skills you set"
    if item.binding == "soft_share":
        return f"{worth}, but the soft share of the hours is held within {_band(plan)}"
    if item.binding == "target":
        level = f"it is past its target {item.target:.2f} without practice"
        return f"{level}, so {worth}, the cut is {cut}"
    if item.marginal_return == 0.0:
        return "another hour would add nothing"
    return f"{worth}, the cut is {cut}"


def _why_stop(plan: TimePlan, item: PlannedSkill, block: str, gain: str, cut: str) -> str:
    """Say what keeps the next step away."""
    more = f"the next {block} would raise readiness by {gain}"
    if item.binding == "target":
        return f"{more}, and it stops at your target {item.target:.2f}"
    if item.binding == "max":
        return f"{more}, and it stops at the most you allow"
    if item.binding == "min":
        return f"{more}, and it gets that much because you asked for it (the cut is {cut})"
    if item.binding == "soft_share":
        return f"{more}, and the soft share of the hours is held within {_band(plan)}"
    if item.binding == "budget":
        return f"{more}, the cut is {cut}"
    return more


def _band(plan: TimePlan) -> str:
    low, high = plan.soft_share_limits
    return f"{percent_text(low)} to {percent_text(high)}"
