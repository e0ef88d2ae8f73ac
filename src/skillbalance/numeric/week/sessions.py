"""
Where the sessions of a week go: inside the windows, spread over the days, kinds in turn.

First each skill's minutes are cut into sessions of about an hour, and each skill takes the days
that spread them best; then skills change days with each other as long as that spreads them better.
Where that finds no room the exact search of :mod:`skillbalance.numeric.week.packing` decides
whether there is any, and its placement is what is then spread. Nothing is random: the same input
gives the same week.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from skillbalance.numeric.week.packing import MOST_NODES, Packing, Room, pack
from skillbalance.numeric.week.slots import (
    GRID,
    Caps,
    Item,
    Placed,
    Windows,
    in_turn,
    pack_day,
    split_minutes,
    unevenness,
)

_DAYS: Final = 7
_MOST_PASSES: Final = 10
_FEW_NODES: Final = 500


def place_sessions(
    minutes: Sequence[int],
    soft: Sequence[bool],
    windows: Windows,
    *,
    caps: Caps = Caps(),  # noqa: B008  (immutable)
    kept: Sequence[Placed] = (),
) -> list[Placed] | None:
    """
    Place all minutes of all skills in the windows, spread as evenly as is found.

    Parameters
    ----------
    minutes : sequence of int, (n_skills,)
        What each skill gets in the week, the kept sessions included. [min]
    soft : sequence of bool, (n_skills,)
        Whether each is soft.
    windows : Windows
        Free time.
    caps : Caps
        Limits.
    kept : sequence of Placed
        Sessions that stay where they are; each lies inside a window.

    Returns
    -------
    list of Placed or None
        In the order of time; None if it does not fit (:func:`explain_misfit` says more).

    Notes
    -----
    Whatever fits is found, up to the limit of steps that
    :func:`skillbalance.numeric.week.packing.pack` states. The even spread is that of a local
    search: no skill alone and no pair of sessions can change days and make the sum of
    :func:`unevenness` smaller.

    Examples
    --------
    >>> windows = Windows(start=(1080, 2520, 3960), end=(1200, 2640, 4080), day=(0, 1, 2))
    >>> [(one.day, one.minutes) for one in place_sessions([120], [False], windows)]
    [(0, 60), (2, 60)]
    """
    task = _task(minutes, soft, windows, caps, kept)
    if task is None:
        return None
    days = task.greedy() or task.exact()
    return None if days is None else task.lay_out(task.improve(days))


def replace_sessions(
    minutes: Sequence[int],
    soft: Sequence[bool],
    windows: Windows,
    *,
    previous: Sequence[Placed],
    caps: Caps = Caps(),  # noqa: B008  (immutable)
    most_tries: int = 300,
) -> list[Placed] | None:
    """
    Place all minutes and move as few of the previous sessions as possible.

    Parameters
    ----------
    minutes, soft, windows, caps
        As for :func:`place_sessions`.
    previous : sequence of Placed
        Sessions of an earlier schedule. Those that lie in no window any more have to move.
    most_tries : int
        Sets of sessions to try to keep before a week is made afresh.

    Returns
    -------
    list of Placed or None
        As for :func:`place_sessions`.

    Notes
    -----
    All that can stay is tried first, then all but one, and so on: what is found moves the fewest,
    unless it took more than `most_tries`.

    Examples
    --------
    >>> before = [Placed(0, 1080, 60, 0), Placed(0, 3960, 60, 2)]
    >>> windows = Windows(start=(1080, 2520), end=(1200, 2640), day=(0, 1))
    >>> replace_sessions([120], [False], windows, previous=before)
    [Placed(skill=0, start=1080, minutes=60, day=0), Placed(skill=0, start=2520, minutes=60, day=1)]
    """
    fresh = place_sessions(minutes, soft, windows, caps=caps)
    if fresh is None or not previous:
        return fresh
    valid = _still_valid(previous, windows, caps, len(minutes))
    tries = 0
    for n_moved in range(len(valid)):
        for kept in itertools.combinations(valid, len(valid) - n_moved):
            tries += 1
            if tries > most_tries:
                return fresh
            placed = place_sessions(minutes, soft, windows, caps=caps, kept=kept)
            if placed is not None:
                return placed
    return fresh


def _still_valid(
    previous: Sequence[Placed], windows: Windows, caps: Caps, n_skills: int
) -> list[Placed]:
    """Keep the sessions that lie in a window and in no other's way."""
    valid: list[Placed] = []
    for one in sorted(previous, key=lambda one: (one.start, one.skill)):
        end = one.start + one.minutes
        inside = any(
            start <= one.start and end <= stop and day == one.day
            for start, stop, day in zip(*windows, strict=True)
        )
        clear = not valid or valid[-1].start + valid[-1].minutes <= one.start
        fits = caps.shortest <= one.minutes <= caps.longest and 0 <= one.skill < n_skills
        if inside and clear and fits:
            valid.append(one)
    return valid


def explain_misfit(
    minutes: Sequence[int],
    windows: Windows,
    *,
    caps: Caps = Caps(),  # noqa: B008  (immutable)
) -> Packing:
    """
    Find how much of each skill can be placed at most, where not all of it can.

    Parameters
    ----------
    minutes, windows, caps
        As for :func:`place_sessions`.

    Returns
    -------
    Packing
        The largest placement found, and whether it is proved to be the largest.

    Examples
    --------
    >>> windows = Windows(start=(1080,), end=(1170,), day=(0,))
    >>> explain_misfit([120], windows).minutes
    [[90]]
    """
    return pack(minutes, room_of(len(minutes), windows, caps), partly=True)


def room_of(n_skills: int, windows: Windows, caps: Caps) -> Room:
    """Say what windows have room for, before anything is placed."""
    return Room(
        length=[end - start for start, end in zip(windows.start, windows.end, strict=True)],
        day=windows.day,
        day_cap=[caps.all_day] * _DAYS,
        skill_day_cap=[[caps.skill_day] * _DAYS for _ in range(n_skills)],
        shortest=caps.shortest,
    )


def _task(
    minutes: Sequence[int],
    soft: Sequence[bool],
    windows: Windows,
    caps: Caps,
    kept: Sequence[Placed],
) -> "_Task | None":
    """Set kept sessions aside, or give up at once where what is left cannot be sessions."""
    room = room_of(len(minutes), windows, caps)
    left, day_cap = list(minutes), list(room.day_cap)
    skill_day = [list(row) for row in room.skill_day_cap]
    for one in kept:
        left[one.skill] -= one.minutes
        day_cap[one.day] -= one.minutes
        skill_day[one.skill][one.day] -= one.minutes
    if any(0 < rest < caps.shortest for rest in left):
        return None
    if min([*left, *day_cap, *itertools.chain(*skill_day)], default=0) < 0:
        return None
    free = free_gaps(windows, kept, shortest=caps.shortest)
    room = Room(
        length=[end - start for start, end in zip(free.start, free.end, strict=True)],
        day=free.day,
        day_cap=day_cap,
        skill_day_cap=skill_day,
        shortest=caps.shortest,
    )
    return _Task(left, soft, free, room, caps, kept)


def free_gaps(windows: Windows, taken: Sequence[Placed], *, shortest: int) -> Windows:
    """
    Cut sessions out of the windows; what is then too short for a session goes as well.

    Examples
    --------
    >>> free_gaps(Windows((0,), (120,), (0,)), [Placed(0, 20, 30, 0)], shortest=30)
    Windows(start=(50,), end=(120,), day=(0,))
    """
    pieces = []
    for start, end, day in zip(*windows, strict=True):
        for one in sorted(taken, key=lambda one: one.start):
            if start <= one.start < end:
                pieces.append((start, one.start, day))
                start = one.start + one.minutes  # noqa: PLW2901  (what is left of the window)
        pieces.append((start, end, day))
    pieces = [piece for piece in pieces if piece[1] - piece[0] >= shortest]
    return Windows(*(tuple(piece[k] for piece in pieces) for k in range(3)))


class _Task:
    """What is left to place, and where; a solution is a list of items per day."""

    def __init__(
        self,
        left: list[int],
        soft: Sequence[bool],
        free: Windows,
        room: Room,
        caps: Caps,
        kept: Sequence[Placed],
    ) -> None:
        self.left, self.soft, self.free, self.room, self.caps = left, soft, free, room, caps
        self.kept = kept
        self.windows_of = [
            [j for j in range(len(free.day)) if free.day[j] == d] for d in range(_DAYS)
        ]
        self.open_days = [d for d in range(_DAYS) if self.windows_of[d] and room.day_cap[d] > 0]
        self.kept_days: list[list[int]] = [
            [one.day for one in kept if one.skill == i] for i in range(len(left))
        ]
        self.kept_load = [sum(one.minutes for one in kept if one.day == d) for d in range(_DAYS)]
        self._fits: dict[tuple[int, tuple[int, ...]], list[int] | None] = {}

    # --- what a day has room for ------------------------------------------------------------

    def allows(self, day: int, items: Sequence[Item]) -> bool:
        """Say whether a day can hold all of these."""
        if not items:
            return True
        loads: dict[int, int] = {}
        for item in items:
            loads[item.skill] = loads.get(item.skill, 0) + item.minutes
        if sum(loads.values()) > self.room.day_cap[day]:
            return False
        if any(load > self.room.skill_day_cap[i][day] for i, load in loads.items()):
            return False
        return (
            self.fit(day, tuple(sorted((item.minutes for item in items), reverse=True))) is not None
        )

    def fit(self, day: int, lengths: tuple[int, ...]) -> list[int] | None:
        """Pack lengths, longest first, into the windows of a day; give the window of each."""
        key = day, lengths
        if key not in self._fits:
            rooms = [self.room.length[j] for j in self.windows_of[day]]
            self._fits[key] = pack_day(lengths, rooms) if sum(lengths) <= sum(rooms) else None
        return self._fits[key]

    # --- finding days -----------------------------------------------------------------------

    def greedy(self) -> list[list[Item]] | None:
        """Give each skill in turn, most minutes first, the days that spread it best."""
        days: list[list[Item]] = [[] for _ in range(_DAYS)]
        order = sorted(range(len(self.left)), key=lambda i: (-self.left[i], i))
        for i in order:
            lengths = split_minutes(
                self.left[i], n_days=len(self.open_days), soft=self.soft[i], caps=self.caps
            )
            chosen = self.best_days(i, lengths, days)
            if chosen is None:
                return None
            for d, length in chosen:
                days[d].append(Item(i, length))
        return days

    def best_days(
        self, i: int, lengths: Sequence[int], days: list[list[Item]]
    ) -> list[tuple[int, int]] | None:
        """Return the days, each its own session, that spread a skill best beside the others."""
        if not lengths:
            return []
        load = [sum(item.minutes for item in items) for items in days]
        best: tuple[tuple[int, int, tuple[int, ...]], list[tuple[int, int]]] | None = None
        for subset in itertools.combinations(self.open_days, len(lengths)):
            spread = unevenness([*subset, *self.kept_days[i]])
            if best is not None and spread > best[0][0]:
                continue
            # The longest session goes to the emptiest day.
            emptiest = sorted(subset, key=lambda d: (load[d] + self.kept_load[d], d))
            pairs = list(zip(emptiest, lengths, strict=True))
            squares = sum((load[d] + self.kept_load[d] + length) ** 2 for d, length in pairs)
            squares -= sum((load[d] + self.kept_load[d]) ** 2 for d in subset)
            key = spread, squares, subset
            if best is not None and key >= best[0]:
                continue
            if all(self.allows(d, [*days[d], Item(i, length)]) for d, length in pairs):
                best = key, pairs
        return None if best is None else best[1]

    def exact(self) -> list[list[Item]] | None:
        """Place everything by the exact search, in quarter hours where they do."""
        lengths = self.room.length
        packing = Packing(None, proved=False)
        scale = 1
        if all(rest % GRID == 0 for rest in self.left) and self.caps.shortest % GRID == 0:
            scale = GRID
            packing = pack(
                [rest // GRID for rest in self.left], _scaled(self.room), most_nodes=_FEW_NODES
            )
        if packing.minutes is None:
            scale = 1
            # One of many sets to keep is not worth the whole search.
            packing = pack(self.left, self.room, most_nodes=_FEW_NODES if self.kept else MOST_NODES)
        if packing.minutes is None:
            return None
        days: list[list[Item]] = [[] for _ in range(_DAYS)]
        for i, row in enumerate(packing.minutes):
            for j in range(len(lengths)):
                # More than a longest session in one window is several.
                amount = scale * row[j]
                count = -(-amount // self.caps.longest)
                for k in range(count):
                    length = amount // count + (k < amount % count)
                    days[self.free.day[j]].append(Item(i, length))
        return days

    # --- spreading --------------------------------------------------------------------------

    def cost(self, days: list[list[Item]]) -> tuple[int, int]:
        """Return what is to be small: unevenness over all skills, then of the days' loads."""
        spread = sum(
            unevenness(
                [
                    *self.kept_days[i],
                    *(d for d, items in enumerate(days) if any(item.skill == i for item in items)),
                ]
            )
            for i in range(len(self.left))
        )
        load = sum(
            (sum(item.minutes for item in items) + self.kept_load[d]) ** 2
            for d, items in enumerate(days)
        )
        return spread, load

    def improve(self, days: list[list[Item]]) -> list[list[Item]]:
        """Let skills and pairs of sessions change days while that makes the week more even."""
        cost = self.cost(days)
        for _ in range(_MOST_PASSES):
            before = cost
            for changed in itertools.chain(self._respread(days), self._swapped(days)):
                new_cost = self.cost(changed)
                if new_cost < cost:
                    cost = new_cost
                    # In place: the candidates that follow start from the better week.
                    days[:] = changed
            if cost == before:
                break
        return days

    def _respread(self, days: list[list[Item]]) -> Iterator[list[list[Item]]]:
        """Take one skill out and give it its best days again."""
        for i in range(len(self.left)):
            others = [[item for item in items if item.skill != i] for items in days]
            own = [item.minutes for items in days for item in items if item.skill == i]
            chosen = self.best_days(i, sorted(own, reverse=True), others)
            if chosen:
                for d, length in chosen:
                    others[d].append(Item(i, length))
                yield others

    def _swapped(self, days: list[list[Item]]) -> Iterator[list[list[Item]]]:
        """Move one session to another day, or exchange the days of two."""
        for a, b in itertools.permutations(self.open_days, 2):
            for item in list(days[a]):
                for other in [None, *days[b]] if a < b else [None]:
                    if item not in days[a] or (other is not None and other not in days[b]):
                        continue  # an earlier change was taken
                    if other == item:
                        continue
                    there, here = list(days[b]), list(days[a])
                    here.remove(item)
                    there.append(item)
                    if other is not None:
                        there.remove(other)
                        here.append(other)
                    if self.allows(a, here) and self.allows(b, there):
                        changed = list(days)
                        changed[a], changed[b] = here, there
                        yield changed

    # --- the clock --------------------------------------------------------------------------

    def lay_out(self, days: list[list[Item]]) -> list[Placed]:
        """Give each session its time: from the start of the windows, kinds in turn."""
        placed = list(self.kept)
        for d, items in enumerate(days):
            ordered = sorted(items, key=lambda item: (-item.minutes, item.skill))
            windows = self.fit(d, tuple(item.minutes for item in ordered)) or []
            last_soft: bool | None = None
            for place, j in enumerate(self.windows_of[d]):
                inside = [
                    item for item, where in zip(ordered, windows, strict=True) if where == place
                ]
                clock = self.free.start[j]
                for item in in_turn(inside, self.soft, last_soft=last_soft):
                    placed.append(Placed(item.skill, clock, item.minutes, d))
                    clock += item.minutes
                    last_soft = self.soft[item.skill]
        return sorted(placed, key=lambda one: one.start)


def _scaled(room: Room) -> Room:
    """Measure room in quarter hours."""
    return Room(
        length=[length // GRID for length in room.length],
        day=room.day,
        day_cap=[cap // GRID for cap in room.day_cap],
        skill_day_cap=[[cap // GRID for cap in row] for row in room.skill_day_cap],
        shortest=room.shortest // GRID,
    )
