"""What forecasts and inverse questions show: courses, chances, hours needed, the frontier."""

from skillbalance.display._words import amount_text, hours_text, percent_text, range_text
from skillbalance.display.views.parts import (
    Bar,
    Cell,
    Chart,
    Course,
    Facts,
    Lines,
    Note,
    Part,
    Spark,
    Table,
    Track,
    View,
    short,
)
from skillbalance.display.views.plan import hours_cell, readiness_cell
from skillbalance.model.forecast import Forecast, GoalForecast, SkillForecast, Trajectory
from skillbalance.model.inverse import EarliestDate, Frontier, HoursNeeded, LeastHours
from skillbalance.model.skill import SkillKind

_TICKS = 5
_HOUR_STEPS = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0)


def forecast_view(found: Forecast) -> View:
    """Show the chances of the goals, readiness over the weeks, and where each skill ends."""
    parts: list[Part] = []
    if found.dates:
        parts.append(readiness_chart(found))
    parts += [
        goals_table(found),
        skills_table(found),
        Note(
            "Range and Dropped: 90 % range on the last day; the level without any practice",
            small=True,
        ),
        Facts((("Readiness", _readiness(found)),)) if found.dates else Facts(()),
    ]
    return View(f"Forecast: {found.profile_id}, {found.as_of} to {last_day(found)}", tuple(parts))


def last_day(found: Forecast) -> str:
    """Return the last day a forecast is given for."""
    return str(found.dates[-1] if found.dates else found.as_of)


def goals_table(found: Forecast) -> Table:
    """Return the table of goals and their chances; empty where no goal names a target."""
    return Table(
        caption="Chances of the goals on their day",
        header=("Goal", "Day", "Chance", "Idle", "Least likely"),
        align="<<>><",
        rows=tuple(_goal_row(goal, found) for goal in found.goals),
    )


def _goal_row(goal: GoalForecast, found: Forecast) -> tuple[str | Cell, ...]:
    least = min(goal.targets, key=lambda target: target.probability, default=None)
    name = "-" if least is None else found[least.skill_id].name
    return (
        goal.goal_id,
        f"{goal.on}{' (overdue)' if goal.overdue else ''}",
        Cell(percent_text(goal.probability), Bar(goal.probability, 1.0)),
        percent_text(goal.probability_idle),
        short(name),
    )


def skills_table(found: Forecast) -> Table:
    """Return the table of skills: levels now and on the last day, with and without practice."""
    most = max((item.hours_per_week for item in found.items), default=0.0)
    items = sorted(found.items, key=lambda item: -item.hours_per_week)
    return Table(
        caption=f"Levels until {last_day(found)}",
        header=("Skill", "Kind", "A week", "Now", "Then", "Range", "Dropped", "Target"),
        align="<<>>>>>>",
        rows=tuple(_skill_row(item, most) for item in items) if found.dates else (),
        key="Line: with these hours, with its 90 % band. Dashes: without any practice. "
        "Dotted: the target.",
    )


def _skill_row(item: SkillForecast, most: float) -> tuple[str | Cell, ...]:
    soft, planned = item.kind is SkillKind.SOFT, item.planned
    spark = Spark(
        level=planned.level,
        low=planned.low,
        high=planned.high,
        idle=item.idle.level,
        target=item.target,
        soft=soft,
    )
    return (
        item.name,
        item.kind.value,
        hours_cell(item.hours_per_week, most, soft=soft),
        percent_text(planned.level[0]),
        Cell(percent_text(planned.level[-1]), spark),
        range_text(planned.low[-1], planned.high[-1]),
        percent_text(item.idle.level[-1]),
        percent_text(item.target),
    )


def _readiness(found: Forecast) -> str:
    planned, idle = found.readiness, found.readiness_idle
    return (
        f"{planned.level[0]:.3f} now -> {planned.level[-1]:.3f} then "
        f"({planned.low[-1]:.3f} to {planned.high[-1]:.3f}); {idle.level[-1]:.3f} if nothing is "
        "practised"
    )


def readiness_chart(found: Forecast) -> Chart:
    """Return the chart of readiness over the weeks, with and without practice."""
    days = len(found.dates)
    marks = sorted({round(n * (days - 1) / (_TICKS - 1)) for n in range(_TICKS)})
    return Chart(
        told=f"Readiness by week: {_readiness(found)}.",
        x=range(days),
        ticks=tuple((float(mark), str(found.dates[mark])) for mark in marks),
        x_label="",
        y_label="Readiness",
        courses=(
            _course("planned", found.readiness, dashed=False),
            _course("no practice", found.readiness_idle, dashed=True),
        ),
    )


def _course(name: str, found: Trajectory, *, dashed: bool) -> Course:
    return Course(name, found.level, found.low, found.high, dashed)


def hours_needed_view(answer: HoursNeeded) -> View:
    """Show the fewest hours for one target, or that none do."""
    facts = (
        ("Now", percent_text(answer.proficiency_now)),
        ("Idle", f"{percent_text(answer.proficiency_idle)} on {answer.by} without practice"),
        ("Ceiling", f"{percent_text(answer.ceiling)} at {hours_text(answer.max_hours)} a week"),
        *((("Goal", answer.goal_id),) if answer.goal_id else ()),
    )
    return View(f"Hours needed: {answer.name}", (Note(answer.reason()), Facts(facts)))


def earliest_date_view(answer: EarliestDate) -> View:
    """Show when one target is reached, or that it never is."""
    facts = (
        ("Now", percent_text(answer.proficiency_now)),
        ("Ceiling", f"{percent_text(answer.ceiling)} with these hours in the end"),
    )
    return View(f"Earliest date: {answer.name}", (Note(answer.reason()), Facts(facts)))


def least_hours_view(answer: LeastHours) -> View:
    """Show the hours that each goal's skill needs, and their sum."""
    most = max((item.hours_per_week or 0.0 for item in answer.items), default=0.0)
    rows = tuple(
        (
            item.name,
            percent_text(item.target),
            str(item.by),
            _needed(item.hours_per_week, most),
            Cell(
                percent_text(item.proficiency_now),
                Track(end=item.proficiency_now, target=item.target),
            ),
            percent_text(item.proficiency_idle),
            percent_text(item.ceiling),
        )
        for item in answer.items
    )
    table = Table(
        caption="Hours a week that every target of every goal takes",
        header=("Skill", "Target", "By", "A week", "Now", "Idle", "Ceiling"),
        align="<><>>>>",
        rows=rows,
        key="Dot: the level now. Tall line: the target.",
    )
    if answer.hours_per_week is not None:
        total = f"{hours_text(answer.hours_per_week)} a week reach every target"
    else:
        total = (
            f"no hours reach every target; {hours_text(answer.hours_of_reachable)} a week reach "
            "those that can be reached"
        )
    facts = [("In all", total)]
    if answer.overdue_goals:
        facts.append(("Overdue", ", ".join(answer.overdue_goals)))
    reasons = Lines("Reasons", tuple(item.reason() for item in answer.items))
    parts: tuple[Part, ...] = (table, Facts(tuple(facts)), reasons)
    return View("Least hours", parts if rows else (Note("No goal names a target."),))


def _needed(hours: float | None, most: float) -> Cell:
    if hours is None:
        return Cell("out of reach")
    return hours_cell(hours, most, soft=False)


def frontier_view(found: Frontier) -> View:
    """Show what more hours a week buy."""
    rows = tuple(
        (
            hours_text(point.hours_per_week),
            readiness_cell(point.readiness),
            f"+{amount_text(point.marginal_return)}" if point.marginal_return > 0 else "nothing",
            hours_text(point.unused_hours),
            "-" if point.soft_share is None else percent_text(point.soft_share),
            f"{len(point.hours)}",
        )
        for point in found.points
    )
    table = Table(
        caption="Readiness by hours a week",
        header=("A week", "Readiness", "One more hour", "Unused", "Soft share", "Skills"),
        align="<>>>>>",
        rows=rows,
    )
    facts = [
        (
            "Readiness",
            f"{found.readiness_now:.3f} now; {found.readiness_idle:.3f} without practice",
        )
    ]
    if found.infeasible_hours:
        none = ", ".join(hours_text(hours) for hours in found.infeasible_hours)
        facts.append(("Impossible", f"{none} a week: the limits leave no plan"))
    parts: list[Part] = [table, Facts(tuple(facts))]
    if len(found.points) > 1:
        parts.insert(0, _frontier_chart(found))
    return View(f"Hours and readiness: {found.profile_id} on {found.as_of}", tuple(parts))


def _frontier_chart(found: Frontier) -> Chart:
    hours = [point.hours_per_week for point in found.points]
    step = next((one for one in _HOUR_STEPS if (hours[-1] - hours[0]) / one <= _TICKS), 24.0)
    marks = [n * step for n in range(int(hours[-1] / step) + 1) if n * step >= hours[0]]
    first, last = found.points[0], found.points[-1]
    return Chart(
        told=f"Readiness goes from {first.readiness:.3f} with {hours_text(first.hours_per_week)} "
        f"a week to {last.readiness:.3f} with {hours_text(last.hours_per_week)}.",
        x=hours,
        ticks=tuple((mark, hours_text(mark)) for mark in marks),
        x_label="Hours a week",
        y_label="Readiness",
        courses=(Course("", [point.readiness for point in found.points]),),
    )
