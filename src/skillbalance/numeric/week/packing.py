"""
Whether the hours of a week fit into its windows at all: exact, by flows and branching.

How much of a skill goes into a window is a flow from skills through days and windows, with a
capacity at each step; what makes it hard is that a session has a shortest length, so that a flow
is nothing or at least that. Without this rule the largest flow is found at once, and it bounds
what can be placed; where it breaks the rule the search branches: none in this window, or at least
a shortest session. Minutes are integers, and so are all flows.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

MOST_NODES: Final = 5000
_STARTS: Final = 12
_SHORT_NODES: Final = 100


class Room(NamedTuple):
    """
    What a week has room for, in minutes or another whole unit of time.

    Attributes
    ----------
    length : sequence of int, (n_windows,)
        Length of each free window.
    day : sequence of int, (n_windows,)
        The day each window lies in.
    day_cap : sequence of int, (n_days,)
        The most on one day.
    skill_day_cap : sequence of sequences of int, (n_skills, n_days)
        The most of one skill on one day.
    shortest : int
        The shortest session.
    """

    length: Sequence[int]
    day: Sequence[int]
    day_cap: Sequence[int]
    skill_day_cap: Sequence[Sequence[int]]
    shortest: int


class Packing(NamedTuple):
    """
    How much of each skill goes into each window.

    Attributes
    ----------
    minutes : list of lists of int, (n_skills, n_windows), or None
        Each is 0 or at least the shortest session. None if none was found.
    proved : bool
        Whether the answer is certain: all is placed, or nothing better exists.
    """

    minutes: list[list[int]] | None
    proved: bool


def largest_flow(demand: Sequence[int], room: Room) -> int:
    """
    Bound what can be placed: the largest flow, whatever the shortest session.

    Parameters
    ----------
    demand : sequence of int, (n_skills,)
        What each skill is to get.
    room : Room
        What there is room for.

    Examples
    --------
    >>> room = Room([60, 90], [0, 1], [240, 240], [[120, 120]], 30)
    >>> largest_flow([180], room)
    150
    """
    edges = [room.length] * len(demand)
    return sum(map(sum, _flow(demand, edges, room.length, room)))


def pack(
    demand: Sequence[int], room: Room, *, partly: bool = False, most_nodes: int = MOST_NODES
) -> Packing:
    """
    Place all that skills are to get, or prove that it cannot be placed.

    Parameters
    ----------
    demand : sequence of int, (n_skills,)
        What each skill is to get.
    room : Room
        What there is room for.
    partly : bool
        Look for the most that can be placed instead, where it is not all.
    most_nodes : int
        Steps after which the search gives up; the answer is then not proved.

    Returns
    -------
    Packing
        A placement, or none.

    Notes
    -----
    The problem contains bin packing, so no fast method is known for every case; weeks of ten
    skills and fourteen windows take milliseconds where the flow alone decides, and seconds at
    worst until the search gives up.

    Examples
    --------
    >>> pack([60], Room([45, 45], [0, 1], [240, 240], [[120, 120]], 30)).minutes
    [[30, 30]]
    >>> pack([50], Room([45, 45], [0, 1], [240, 240], [[120, 120]], 30)).minutes is None
    True
    """
    # A search that starts badly takes long to come back, so short ones from other ends go first.
    for order in range(0 if partly else min(_STARTS, most_nodes // _SHORT_NODES)):
        found = _search_from(order, demand, room)
        if found.proved:
            return found
    search = _Search(demand, room, partly=partly, most_nodes=most_nodes)
    finished = search.run()
    return Packing(search.best, finished or search.placed == sum(demand))


def _search_from(order: int, demand: Sequence[int], room: Room) -> Packing:
    """Search a few steps with skills and windows in another order, which is put back after."""
    n, m = len(demand), len(room.length)
    skills = [(order + i) % n for i in range(n)]
    windows = list(range(m)) if order % 2 else list(range(m - 1, -1, -1))
    search = _Search(
        [demand[i] for i in skills],
        room._replace(
            length=[room.length[j] for j in windows],
            day=[room.day[j] for j in windows],
            skill_day_cap=[room.skill_day_cap[i] for i in skills],
        ),
        partly=False,
        most_nodes=_SHORT_NODES,
    )
    finished = search.run()
    if search.best is None:
        return Packing(None, finished)
    minutes = [[0] * m for _ in range(n)]
    for row, i in zip(search.best, skills, strict=True):
        for amount, j in zip(row, windows, strict=True):
            minutes[i][j] = amount
    return Packing(minutes, proved=True)


class _Search:
    """Depth-first branching on the windows where a flow is shorter than a session."""

    def __init__(self, demand: Sequence[int], room: Room, *, partly: bool, most_nodes: int) -> None:
        self.demand, self.room = list(demand), room
        self.n, self.m = len(demand), len(room.length)
        self.partly, self.left = partly, most_nodes
        self.best: list[list[int]] | None = None
        self.total = sum(demand)
        # Only what is better than this is worth a look: all of it, unless a part will do.
        self.placed = -1 if partly else self.total - 1

    def run(self) -> bool:
        """Search; say whether the search came to its end."""
        return self._branch({}, frozenset())

    def _branch(
        self, forced: dict[tuple[int, int], int], barred: frozenset[tuple[int, int]]
    ) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        flow = self._relaxed(forced, barred)
        if flow is None or sum(map(sum, flow)) <= self.placed:
            return True
        short = self.room.shortest
        broken = [
            (min(flow[i][j], short - flow[i][j]), i, j)
            for i in range(self.n)
            for j in range(self.m)
            if 0 < flow[i][j] < short
        ]
        if not broken:
            self.best, self.placed = flow, sum(map(sum, flow))
            return True
        _, i, j = max(broken, key=lambda found: (found[0], -found[1], -found[2]))
        steps = [({**forced, (i, j): short}, barred), (forced, barred | {(i, j)})]
        if 2 * flow[i][j] < short:
            steps.reverse()
        finished = True
        for step in steps:
            if self.placed == self.total:
                break
            finished = self._branch(*step) and finished
        return finished

    def _relaxed(
        self, forced: dict[tuple[int, int], int], barred: frozenset[tuple[int, int]]
    ) -> list[list[int]] | None:
        """Return the largest flow with some windows forced and some barred, if there is one."""
        room = self.room
        demand, length = list(self.demand), list(room.length)
        day_cap = list(room.day_cap)
        skill_day = [list(row) for row in room.skill_day_cap]
        for (i, j), base in forced.items():
            d = room.day[j]
            demand[i] -= base
            length[j] -= base
            day_cap[d] -= base
            skill_day[i][d] -= base
            if min(demand[i], length[j], day_cap[d], skill_day[i][d]) < 0:
                return None
        edges = [[0] * self.m for _ in range(self.n)]
        for i in range(self.n):
            for j in range(self.m):
                most = min(length[j], day_cap[room.day[j]], skill_day[i][room.day[j]], demand[i])
                if (i, j) in forced or ((i, j) not in barred and self._opens(i, demand[i], most)):
                    edges[i][j] = most
        left = room._replace(day_cap=day_cap, skill_day_cap=skill_day)
        flow = _flow(demand, edges, length, left)
        for (i, j), base in forced.items():
            flow[i][j] += base
        return flow

    def _opens(self, i: int, wanted: int, most: int) -> bool:
        """Say whether a skill may have one more session in a window, as far as is known."""
        short = self.room.shortest
        if most < short:
            return False
        # Less than two sessions are left to place and nothing is forced: they stay in one piece.
        alone = wanted == self.demand[i] and wanted < 2 * short
        return self.partly or not alone or most >= wanted


def _flow(
    demand: Sequence[int], edges: Sequence[Sequence[int]], length: Sequence[int], room: Room
) -> list[list[int]]:
    """
    Return the largest flow from skills to windows, by blocking flows (Dinic 1970).

    Nodes are the source, the skills, each skill on each day, the windows, the days and the sink.
    """
    n, m, days = len(demand), len(length), len(room.day_cap)
    skill_day, window, day = 1 + n, 1 + n + n * days, 1 + n + n * days + m
    sink = day + days
    network = _Network(sink + 1)
    for i in range(n):
        network.join(0, 1 + i, demand[i])
        for d in range(days):
            network.join(1 + i, skill_day + i * days + d, room.skill_day_cap[i][d])
    arcs = {}
    for i in range(n):
        for j in range(m):
            if edges[i][j] > 0:
                start = skill_day + i * days + room.day[j]
                arcs[i, j] = network.join(start, window + j, edges[i][j])
    for j in range(m):
        network.join(window + j, day + room.day[j], length[j])
    for d in range(days):
        network.join(day + d, sink, room.day_cap[d])
    network.fill(0, sink)
    # What came through an arc is the capacity of its reverse.
    return [
        [network.capacity[arcs[i, j] ^ 1] if (i, j) in arcs else 0 for j in range(m)]
        for i in range(n)
    ]


class _Network:
    """A network with integer capacities; arc 2k and 2k + 1 are each other's reverse."""

    def __init__(self, n_nodes: int) -> None:
        self.out: list[list[int]] = [[] for _ in range(n_nodes)]
        self.end: list[int] = []
        self.capacity: list[int] = []

    def join(self, start: int, end: int, capacity: int) -> int:
        """Add an arc and return its number."""
        arc = len(self.end)
        self.out[start].append(arc)
        self.out[end].append(arc + 1)
        self.end += [end, start]
        self.capacity += [max(capacity, 0), 0]
        return arc

    def fill(self, source: int, sink: int) -> None:
        """Push as much as goes through."""
        while True:
            level = self._levels(source)
            if level[sink] < 0:
                return
            position = [0] * len(self.out)
            while self._push(source, sink, max(self.capacity), level, position):
                pass

    def _levels(self, source: int) -> list[int]:
        level = [-1] * len(self.out)
        level[source] = 0
        queue = [source]
        for node in queue:
            for arc in self.out[node]:
                if self.capacity[arc] and level[self.end[arc]] < 0:
                    level[self.end[arc]] = level[node] + 1
                    queue.append(self.end[arc])
        return level

    def _push(self, node: int, sink: int, most: int, level: list[int], position: list[int]) -> int:
        if node == sink:
            return most
        while position[node] < len(self.out[node]):
            arc = self.out[node][position[node]]
            end = self.end[arc]
            if self.capacity[arc] and level[end] == level[node] + 1:
                pushed = self._push(end, sink, min(most, self.capacity[arc]), level, position)
                if pushed:
                    self.capacity[arc] -= pushed
                    self.capacity[arc ^ 1] += pushed
                    return pushed
            position[node] += 1
        return 0
