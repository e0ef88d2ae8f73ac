"""Why the hours of a week do not fit: how much is missing, and which limits are in the way."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.week.free_time import DAY, HOUR
from skillbalance.errors import Conflict, ScheduleError
from skillbalance.numeric.week.packing import Room, pack
from skillbalance.numeric.week.sessions import explain_misfit, room_of
from skillbalance.numeric.week.slots import Caps, Windows

# Each question asks the exact search again; an answer to the five minutes will do.
_STEP: Final = 5
_MOST_NODES: Final = 300


class _Limit(NamedTuple):
    """A limit, its value in minutes, how to change it, and the loosest there is."""

    name: str
    value: int
    change: Callable[[Room, int], Room]
    loosest: int


def explain(
    skill_ids: Sequence[str], minutes: Sequence[int], windows: Windows, caps: Caps
) -> ScheduleError:
    """
    Make the error that says how much is missing, of which skills, and what is in the way.

    Parameters
    ----------
    skill_ids : sequence of str, (n_skills,)
        Ids, in the order of the plan.
    minutes : sequence of int, (n_skills,)
        What each skill is to get. [min]
    windows : Windows
        All free time.
    caps : Caps
        Limits.
    """
    most = explain_misfit(minutes, windows, caps=caps)
    placed = [sum(row) for row in most.minutes] if most.minutes else [0] * len(minutes)
    missing = [
        (skill_id, (wanted - got) / HOUR)
        for skill_id, wanted, got in zip(skill_ids, minutes, placed, strict=True)
        if wanted > got
    ]
    room = room_of(len(minutes), windows, caps)
    limits = _limits(room, caps)
    needed = _in_the_way(minutes, room, limits)
    planned, short = sum(minutes) / HOUR, sum(minutes) - sum(placed)
    conflicts = [
        Conflict("hours_per_week", planned, sum(placed) / HOUR),
        *(
            Conflict(limit.name, limit.value / HOUR, _alone(minutes, room, limit, short))
            for limit in needed
        ),
    ]
    return ScheduleError(planned, missing, conflicts, most.proved)


def _in_the_way(minutes: Sequence[int], room: Room, limits: Sequence[_Limit]) -> list[_Limit]:
    """Return a smallest set in conflict, and further limits until loosening all would do."""
    found: list[_Limit] = []
    while not _fits(minutes, room):
        rest = [limit for limit in limits if limit not in found]
        needed = list(rest)
        for limit in rest:
            # A limit without which the others are still too much is none of the set.
            others = [other for other in needed if other is not limit]
            if not _fits(minutes, _loosened(room, [one for one in rest if one not in others])):
                needed = others
        found += needed
        room = _loosened(room, needed)
        if not needed:
            break
    return found


def _loosened(room: Room, limits: Sequence[_Limit]) -> Room:
    for limit in limits:
        room = limit.change(room, limit.loosest)
    return room


def _fits(minutes: Sequence[int], room: Room) -> bool:
    return pack(minutes, room, most_nodes=_MOST_NODES).minutes is not None


def _alone(minutes: Sequence[int], room: Room, limit: _Limit, short: int) -> float:
    """Return the nearest value that would do if this limit alone changed; NaN if none would. [h]"""
    if not _fits(minutes, limit.change(room, limit.loosest)):
        return math.nan
    if limit.name == "free hours":
        return (limit.value + short) / HOUR  # no less will do
    step = _STEP if limit.loosest > limit.value else -_STEP
    if limit.name == "min_session_hours":
        step = -1
    values: list[int] = [*range(limit.value, limit.loosest, step), limit.loosest]
    low, high = 0, len(values) - 1  # the first does not do, the last does
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(minutes, limit.change(room, values[middle])):
            high = middle
        else:
            low = middle
    found: int = values[high]
    return found / HOUR


def _limits(room: Room, caps: Caps) -> list[_Limit]:
    free = sum(room.length)

    def lengthened(old: Room, _: int) -> Room:
        """Make every hour of every day free."""
        return old._replace(length=[DAY] * DAYS_PER_WEEK, day=range(DAYS_PER_WEEK))

    def day_cap(old: Room, cap: int) -> Room:
        return old._replace(day_cap=[cap] * DAYS_PER_WEEK)

    def skill_day_cap(old: Room, cap: int) -> Room:
        return old._replace(skill_day_cap=[[cap] * DAYS_PER_WEEK for _ in old.skill_day_cap])

    def shortest(old: Room, least: int) -> Room:
        return old._replace(shortest=least)

    return [
        _Limit("min_session_hours", caps.shortest, shortest, min(5, caps.shortest)),
        _Limit("skill_day_hours", caps.skill_day, skill_day_cap, DAY),
        _Limit("day_hours", caps.all_day, day_cap, DAY),
        _Limit("free hours", free, lengthened, free + DAYS_PER_WEEK * DAY),
    ]
