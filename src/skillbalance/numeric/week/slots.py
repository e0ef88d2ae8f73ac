"""What the sessions of a week are made of: windows, lengths, the spread over days, the order."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_DAYS: Final = 7
GRID: Final = 15  # sessions are cut in quarter hours where the minutes allow


class Windows(NamedTuple):
    """
    Free time: intervals that do not overlap, in the order of time.

    Attributes
    ----------
    start, end : tuple of int, (n_windows,)
        In minutes from the start of the week.
    day : tuple of int, (n_windows,)
        The day each lies in, 0 to 6.
    """

    start: tuple[int, ...]
    end: tuple[int, ...]
    day: tuple[int, ...]


class Caps(NamedTuple):
    """
    Limits on sessions. [min]

    Attributes
    ----------
    shortest, usual, longest : int
        Length of a session: at least, where there is a choice, at most.
    skill_day, all_day : int
        The most on one day: of one skill, of all.
    """

    shortest: int = 30
    usual: int = 60
    longest: int = 120
    skill_day: int = 120
    all_day: int = 240


class Placed(NamedTuple):
    """
    One session in its place.

    Attributes
    ----------
    skill : int
        Position of the skill.
    start, minutes : int
        Minutes from the start of the week, and how long. [min]
    day : int
        The day, 0 to 6.
    """

    skill: int
    start: int
    minutes: int
    day: int


class Item(NamedTuple):
    """
    A session that has no time yet.

    Attributes
    ----------
    skill : int
        Position of the skill.
    minutes : int
        How long it is. [min]
    """

    skill: int
    minutes: int


def split_minutes(minutes: int, *, n_days: int, soft: bool, caps: Caps) -> list[int]:
    """
    Cut a skill's minutes into sessions of about the usual length, longest first.

    A soft skill with time for two sessions gets a shortest one besides: that is for feedback.

    Parameters
    ----------
    minutes : int
        What the skill gets in the week. [min]
    n_days : int
        Days with free time: there are no more sessions than these, if they can be that long.
    soft : bool
        Whether the skill is soft.
    caps : Caps
        Limits.

    Examples
    --------
    >>> split_minutes(150, n_days=5, soft=False, caps=Caps())
    [60, 45, 45]
    >>> split_minutes(120, n_days=5, soft=True, caps=Caps())
    [45, 45, 30]
    """
    if minutes <= 0:
        return []
    short = caps.shortest
    if soft and n_days > 1 and minutes >= 2 * short:
        return [
            *split_minutes(minutes - short, n_days=n_days - 1, soft=False, caps=caps),
            short,
        ]
    fewest = -(-minutes // caps.longest)
    count = max(min(-(-minutes // caps.usual), n_days), fewest)
    count = max(min(count, minutes // short), 1)
    grid = GRID if minutes % GRID == 0 else 1
    units, rest = divmod(minutes // grid, count)
    if grid * units < short or grid * (units + (rest > 0)) > caps.longest:
        grid = 1
        units, rest = divmod(minutes, count)
    return [grid * (units + 1)] * rest + [grid * units] * (count - rest)


def unevenness(days: Iterable[int]) -> int:
    """
    Sum the squares of the gaps between practice days, the week taken as a circle.

    Divided by 14 it is the mean wait, in days, until the next practice: 3.5 for one day a week,
    0.5 for every day.

    Examples
    --------
    >>> unevenness([0]), unevenness([0, 3]), unevenness([0, 1]), unevenness([])
    (49, 25, 37, 0)
    """
    ordered = sorted(set(days))
    if not ordered:
        return 0
    following = [*ordered[1:], ordered[0] + _DAYS]
    return sum((after - day) ** 2 for day, after in zip(ordered, following, strict=True))


def pack_day(lengths: Sequence[int], rooms: Sequence[int]) -> list[int] | None:
    """Pack lengths, longest first, into rooms: exact, for the few sessions of a day."""
    left, chosen = list(rooms), [0] * len(lengths)

    def go(k: int) -> bool:
        if k == len(lengths):
            return True
        # Of equal lengths the later one goes no further left: the same packing otherwise.
        first = chosen[k - 1] if k and lengths[k] == lengths[k - 1] else 0
        tried = set()
        for j in range(first, len(left)):
            if left[j] >= lengths[k] and left[j] not in tried:
                tried.add(left[j])
                left[j] -= lengths[k]
                chosen[k] = j
                if go(k + 1):
                    return True
                left[j] += lengths[k]
        return False

    return chosen if go(0) else None


def in_turn(items: Sequence[Item], soft: Sequence[bool], *, last_soft: bool | None) -> list[Item]:
    """Order the sessions of a window so that the kinds take turns as far as they can."""
    queues = {kind: [item for item in items if soft[item.skill] == kind] for kind in (False, True)}
    ordered: list[Item] = []
    while queues[False] or queues[True]:
        more = len(queues[True]) - len(queues[False])
        # With one more of a kind it has to begin; with as many the one that is due may.
        kind = more > 0 if more else (last_soft is False)
        if ordered and queues[not last_soft]:
            kind = not last_soft
        ordered.append(queues[kind].pop(0))
        last_soft = kind
    return ordered
