"""What plans show: the table of hours, the summary, the reasons; and plans with transfer."""

from collections.abc import Sequence

from skillbalance.display._words import (
    ROUNDING_NOISE,
    bound_text,
    hours_text,
    percent_text,
    plural,
    readiness_text,
    step_text,
)
from skillbalance.display.views.parts import Bar, Cell, Facts, Lines, Note, Part, Table, Track, View
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.skill import SkillKind
from skillbalance.model.transfer import TransferPlan

LEVELS_KEY = "Hollow dot: now. Full dot: then. Short line: idle. Tall line: the target."


def plan_view(plan: TimePlan) -> View:
    """Show a plan: skills in the order of their hours, then of their weight; facts; reasons."""
    items = ranked(plan.items)
    parts: list[Part] = []
    if items:
        parts += [
            plan_table(items),
            Note(
                "Then and Idle: the level after that many weeks, with these hours and with none",
                small=True,
            ),
        ]
    parts.append(Facts(tuple(plan_facts(plan))))
    if items:
        parts.append(Lines("Reasons", tuple(plan.reason(item.skill_id) for item in items)))
    return View(f"Plan: {plan.profile_id}", tuple(parts))


def ranked(items: Sequence[PlannedSkill]) -> list[PlannedSkill]:
    """Put skills in the order of their hours, then of their weight."""
    return sorted(items, key=lambda item: (-item.hours_per_week, -item.weight))


def plan_table(items: Sequence[PlannedSkill]) -> Table:
    """Return the table of a plan: hours, levels, target, weight and what holds the hours."""
    most = max((item.hours_per_week for item in items), default=0.0)
    heaviest = max((item.weight for item in items), default=0.0)
    return Table(
        caption="Hours a week, and the levels they lead to",
        header=(
            "Skill",
            "Kind",
            "A week",
            "Now",
            "Then",
            "Idle",
            "Weeks",
            "Target",
            "Weight",
            "Held by",
        ),
        align="<<>>>>>>><",
        rows=tuple(_plan_row(item, most=most, heaviest=heaviest) for item in items),
        key=LEVELS_KEY,
    )


def _plan_row(item: PlannedSkill, *, most: float, heaviest: float) -> tuple[str | Cell, ...]:
    soft = item.kind is SkillKind.SOFT
    return (
        item.name,
        item.kind.value,
        hours_cell(item.hours_per_week, most, soft=soft),
        percent_text(item.proficiency_now),
        levels_cell(item),
        percent_text(item.proficiency_idle),
        f"{item.horizon_weeks:.0f}",
        percent_text(item.target),
        Cell(percent_text(item.weight), Bar(item.weight, heaviest, soft)),
        held_by(item),
    )


def levels_cell(item: PlannedSkill) -> Cell:
    """Return the level a plan leads to, with the way there: see ``LEVELS_KEY``."""
    track = Track(
        start=item.proficiency_now,
        end=item.proficiency_then,
        low=item.proficiency_idle,
        target=item.target,
        soft=item.kind is SkillKind.SOFT,
    )
    return Cell(percent_text(item.proficiency_then), track)


def held_by(item: PlannedSkill) -> str:
    """Return the limit that holds the hours of a skill; a dash for none."""
    return item.binding.replace("_", " ") or "-"


def readiness_cell(readiness: float) -> Cell:
    """Return a readiness with its bar."""
    return Cell(f"{readiness:.3f}", Bar(readiness, 1.0))


def hours_cell(hours: float, most: float, *, soft: bool) -> Cell:
    """Return hours a week with their bar; a dash for none."""
    return Cell(hours_text(hours) if hours > 0 else "-", Bar(hours, most, soft))


def plan_facts(plan: TimePlan) -> list[tuple[str, str]]:
    """Return the summary of a plan: time, balance, readiness, the price of time, the proof."""
    unused = hours_text(plan.unused_hours) if plan.unused_hours > 0 else "nothing"
    weeks = plural(plan.horizon_weeks, "week")
    readiness = (
        f"{plan.readiness_now:.3f} now -> {plan.readiness_then:.3f} then; "
        f"{plan.readiness_idle:.3f} if nothing is practised"
    )
    # The price is that of the next step of the plan: a whole hour more may be worth less an hour.
    worth = plan.shadow_price * (plan.block_hours or 1.0)
    more = f"one more {step_text(plan.block_hours)} a week would add {readiness_text(worth)}"
    pairs = [
        (
            "Time",
            f"{hours_text(plan.hours_per_week)} a week, {unused} unused, {weeks} from {plan.as_of}",
        ),
        ("Balance", _plan_balance(plan)),
        ("Readiness", readiness),
        ("More time", more),
        ("Proof", _proof(plan)),
    ]
    if plan.left_on_table > ROUNDING_NOISE:
        best = f"the best hours would add {readiness_text(plan.left_on_table)} to these"
        pairs.append(("Left over", best))
    if plan.overdue_goals:
        overdue = f"{', '.join(plan.overdue_goals)}: due before {plan.as_of}, planned for {weeks}"
        pairs.append(("Overdue", overdue))
    return pairs


def _plan_balance(plan: TimePlan) -> str:
    recommended = percent_text(plan.soft_share_recommended)
    if plan.soft_share_hours is None:
        return f"no hours planned, recommended soft share {recommended}"
    text = f"soft share {percent_text(plan.soft_share_hours)}, recommended {recommended}"
    if plan.soft_share_limits == (0.0, 1.0):
        return text
    lowest, highest = map(percent_text, plan.soft_share_limits)
    price = readiness_text(plan.price_of_balance)
    return f"{text}; keeping it in {lowest} to {highest} costs {price}"


def _proof(plan: TimePlan) -> str:
    if plan.optimality_gap <= ROUNDING_NOISE:
        return "no plan within these limits reaches a higher readiness"
    text = f"at most {bound_text(plan.optimality_gap)} below the best possible readiness"
    if plan.rounding_cost > ROUNDING_NOISE:
        text += f"; whole blocks cost {readiness_text(plan.rounding_cost)}"
    return text


def transfer_view(found: TransferPlan) -> View:
    """Show what transfer between skills moves: hours with and without it, and the gain."""
    most = max((max(item.hours_per_week, item.hours_without) for item in found.items), default=0.0)
    rows = tuple(
        (
            item.name,
            item.kind.value,
            hours_cell(item.hours_per_week, most, soft=item.kind is SkillKind.SOFT),
            hours_cell(item.hours_without, most, soft=item.kind is SkillKind.SOFT),
            hours_text(item.effective_hours),
            percent_text(item.proficiency_then),
            percent_text(item.proficiency_without),
        )
        for item in sorted(found.items, key=lambda item: -item.hours_per_week)
    )
    plan = found.plan
    facts = (
        ("Gain", f"{readiness_text(found.gain)} from planning with transfer"),
        ("Readiness", f"{plan.readiness_then:.3f} then; {found.readiness_without:.3f} without"),
        ("Moved", f"{hours_text(found.hours_moved)} a week go to other skills"),
        ("Proof", _proof(plan)),
    )
    table = Table(
        caption="Hours a week with transfer between skills and without",
        header=("Skill", "Kind", "With", "Without", "Counts as", "Then", "Then without"),
        align="<<>>>>>",
        rows=rows,
    )
    note = Note(
        "Counts as: hours that the learning of the skill counts, others' included", small=True
    )
    parts: tuple[Part, ...] = (table, note) if rows else ()
    return View(f"Plan with transfer: {plan.profile_id}", (*parts, Facts(facts)))
