"""What a move to another field or stage shows: weights, gaps and hours before and after."""

from skillbalance.display._fields import field_name
from skillbalance.display._words import hours_text, percent_text, signed_percent
from skillbalance.display.views.parts import Cell, Change, Facts, Table, View
from skillbalance.display.views.plan import hours_cell
from skillbalance.model.contexts import ContextComparison, ContextSkill
from skillbalance.model.skill import SkillKind


def contexts_view(found: ContextComparison) -> View:
    """Show a person in two fields or stages, skill by skill."""
    planned = found.hours_moved is not None
    moved = max((abs(item.gap_after - item.gap_before) for item in found.items), default=0.0)
    most = max(
        (max(item.hours_before or 0.0, item.hours_after or 0.0) for item in found.items),
        default=0.0,
    )
    hours = ("Hours", "Then") if planned else ()
    table = Table(
        caption="Each skill before and after the move",
        header=("Skill", "Kind", "Weight", "Then", "Expected", "Then", "Gap", "Then", *hours),
        align="<<" + ">" * (6 + len(hours)),
        rows=tuple(_row(item, moved, most, planned=planned) for item in found.items),
        key="The bar at the gap: to the right it grows by the move, to the left it shrinks.",
    )
    facts = [
        ("Soft share", _change(found.soft_share_before, found.soft_share_after)),
        ("Readiness", f"{found.readiness_before:.3f} -> {found.readiness_after:.3f} today"),
    ]
    if found.hours_moved is not None:
        facts.append(("Hours", f"{hours_text(found.hours_moved)} a week go to other skills"))
    if found.readiness_then_before is not None and found.readiness_then_after is not None:
        then = f"{found.readiness_then_before:.3f} -> {found.readiness_then_after:.3f}"
        facts.append(("With plans", f"{then} at the horizon"))
    before = f"{field_name(found.field_before)}, {found.stage_before.value}"
    after = f"{field_name(found.field_after)}, {found.stage_after.value}"
    title = f"Move of {found.profile_id}: {before} -> {after}"
    return View(title, (table, Facts(tuple(facts))))


def _row(item: ContextSkill, moved: float, most: float, *, planned: bool) -> tuple[str | Cell, ...]:
    soft = item.kind is SkillKind.SOFT
    row: tuple[str | Cell, ...] = (
        item.name,
        item.kind.value,
        percent_text(item.weight_before),
        percent_text(item.weight_after),
        percent_text(item.expected_level_before),
        percent_text(item.expected_level_after),
        signed_percent(item.gap_before),
        Cell(signed_percent(item.gap_after), Change(item.gap_after - item.gap_before, moved, soft)),
    )
    if not planned:
        return row
    return (
        *row,
        hours_cell(item.hours_before or 0.0, most, soft=soft),
        hours_cell(item.hours_after or 0.0, most, soft=soft),
    )


def _change(before: float, after: float) -> str:
    return f"{percent_text(before)} -> {percent_text(after)} recommended"
