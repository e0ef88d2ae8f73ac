"""Judges of schedules that share no code with them: an integer program, the wait for practice."""

from collections import Counter, defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from skillbalance.numeric.week.slots import Caps, Placed, Windows


def largest_by_milp(
    demand: list[int], windows: Windows, caps: Caps, taken: tuple[Placed, ...] = ()
) -> int:
    """
    Return the most minutes that can be placed besides sessions that are there already.

    Windows do not hold what is taken; it counts against the caps of its day and skill. By scipy's
    branch and bound (HiGHS): minutes of a skill in a window, and whether there are any.
    """
    lengths = np.subtract(windows.end, windows.start)
    day = np.array(windows.day, dtype=int)
    n, m = len(demand), len(lengths)
    size = n * m
    if size == 0:
        return 0
    skill = np.repeat(np.arange(n), m)
    window = np.tile(np.arange(m), n)
    used_day, used = Counter(), Counter()
    for one in taken:
        used_day[one.day] += one.minutes
        used[one.skill, one.day] += one.minutes
    limits = [(skill == i, demand[i]) for i in range(n)]
    limits += [(window == j, lengths[j]) for j in range(m)]
    for d in range(7):
        today = day[window] == d
        limits.append((today, caps.all_day - used_day[d]))
        limits += [(today & (skill == i), caps.skill_day - used[i, d]) for i in range(n)]
    rows = np.array([np.r_[chosen, np.zeros(size)] for chosen, _ in limits])
    none_or_session = np.hstack([np.eye(size), -caps.shortest * np.eye(size)])
    none_if_closed = np.hstack([np.eye(size), -1440.0 * np.eye(size)])
    solved = milp(
        -np.r_[np.ones(size), np.zeros(size)],
        constraints=[
            LinearConstraint(rows, 0, [most for _, most in limits]),
            LinearConstraint(none_or_session, 0, np.inf),
            LinearConstraint(none_if_closed, -np.inf, 0),
        ],
        integrality=np.ones(2 * size),
        bounds=Bounds(0, np.r_[np.full(size, 1440.0), np.ones(size)]),
    )
    return round(-solved.fun)


def can_stay(kept: tuple[Placed, ...], demand: list[int], windows: Windows, caps: Caps) -> bool:
    """Say whether there is a week that holds all of these sessions and the rest of the minutes."""
    pieces = []
    found = 0
    for start, end, day in zip(*windows, strict=True):
        inside = [one for one in kept if start <= one.start and one.start + one.minutes <= end]
        found += len(inside)
        edges = [start]
        for one in inside:
            edges += [one.start, one.start + one.minutes]
        edges.append(end)
        pieces += [(a, b, day) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    left = list(demand)
    for one in kept:
        left[one.skill] -= one.minutes
    if found < len(kept) or min(left) < 0:
        return False
    gaps = Windows(*(tuple(piece[k] for piece in pieces) for k in range(3)))
    return largest_by_milp(left, gaps, caps, kept) == sum(left)


def mean_wait(days: list[int]) -> float:
    """Return the days until the next practice day, averaged over a week that repeats."""
    if not days:
        return 0.0
    moments = np.arange(0.0, 7.0, 0.01)
    starts = np.array(sorted({*days, *(day + 7 for day in days)}), dtype=float)
    later = starts[np.searchsorted(starts, moments, side="left")]
    return float(np.mean(later - moments))


def random_placement(
    rng: np.random.Generator, parts: list[tuple[int, int]], windows: Windows, caps: Caps
) -> dict[int, list[int]] | None:
    """Put the same sessions in one after another at random; days by skill, None if stuck."""
    for _ in range(20):
        left = [end - start for start, end in zip(windows.start, windows.end, strict=True)]
        of_day, of_skill_day = Counter(), Counter()
        days = defaultdict(list)
        for k in rng.permutation(len(parts)):
            skill, length = parts[k]
            fitting = [
                j
                for j, day in enumerate(windows.day)
                if left[j] >= length
                and of_day[day] + length <= caps.all_day
                and of_skill_day[skill, day] + length <= caps.skill_day
            ]
            if not fitting:
                break
            j = int(rng.choice(fitting))
            left[j] -= length
            of_day[windows.day[j]] += length
            of_skill_day[skill, windows.day[j]] += length
            days[skill].append(windows.day[j])
        else:
            return days
    return None
