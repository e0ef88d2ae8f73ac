"""Contenders take turns, so that a busy moment of the machine falls on all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import attrs


@attrs.frozen
class Spread:
    """A median between its quartiles."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarize one value or more."""
        if len(values) < 2:
            return cls(values[0], values[0], values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(low, median, high)

    def text(self, factor: float = 1.0) -> str:
        """Write ``median (low to high)`` in three digits, or the median if there is no spread."""
        numbers = [digits(factor * x) for x in (self.low, self.median, self.high)]
        if self.low == self.high:
            return numbers[1]
        return f"{numbers[1]} ({numbers[0]} to {numbers[2]})"


def digits(x: float) -> str:
    """Write a number in three digits and, if it is large, with commas."""
    if x == 0.0:
        return "0"
    if abs(x) >= 99.95:
        return f"{float(f'{x:.3g}'):,.0f}"
    return f"{x:.1e}" if abs(x) < 1e-3 else f"{x:.3g}"


def take_turns(
    tasks: Mapping[str, Callable[[int], int]], rounds: int
) -> dict[str, tuple[float, ...]]:
    """
    Run every task once unmeasured and then once a round; return the time per unit of work. [s]

    Processor time: what other processes take does not count. A task is called with the number of
    the round, -1 the first time, and returns how many units it has done.
    """
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task(-1)
    for turn in range(rounds):
        for name, task in tasks.items():
            start = time.process_time()
            units = task(turn)
            times[name].append((time.process_time() - start) / units)
    return {name: tuple(values) for name, values in times.items()}
