"""
The same Newton method as a scalar loop compiled by Numba: what leaving NumPy would bring.

Plain case only (rho = 1, no targets, no limits). It returns hours and readiness; it checks no
argument and proves nothing.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.learners import Floats, Learners

_SETTLED = 2e-8
_MOST_ROUNDS = 80
_SERIES_BELOW = 0.1
_SERIES_TERMS = 10


def scalar_loop(per_round: int) -> Contender:
    """Solve learner by learner, skill by skill, in machine code."""
    kernels: list[Callable[..., Any]] = []

    def prepare(x: Learners) -> tuple[Floats, ...]:
        if not kernels:
            kernels.append(compile_loop())
        arrays = (
            x.weight,
            x.proficiency,
            x.learning_rate,
            x.forgetting_rate,
            x.horizon_weeks,
            x.floor,
            x.budget,
        )
        return tuple(np.ascontiguousarray(array) for array in arrays)

    def solve(arrays: tuple[Floats, ...]) -> Floats:
        hours = np.zeros_like(arrays[0])
        kernels[0](arrays, hours, np.zeros(len(hours)))
        return hours

    return Contender(name="Numba scalar loop", per_round=per_round, prepare=prepare, solve=solve)


def compile_loop() -> Callable[..., Any]:
    """Compile from the inside out; each function is handed those that it calls."""
    import numba

    moments = numba.njit(_moments)
    tangent = numba.njit(_make_tangent(moments))
    price = numba.njit(_price)
    loop: Callable[..., Any] = numba.njit(_make_loop(moments, tangent, price))
    return loop


def _moments(z: float) -> tuple[float, float, float, float]:
    """Return exp(-z) and the moments 0, 1, 2 of exp(-z t) over the unit interval."""
    decay = math.exp(-z)
    if z < _SERIES_BELOW:
        series = 1.0
        for k in range(_SERIES_TERMS, 0, -1):
            series = 1.0 + z / (k + 3.0) * series
        second = decay * series / 3.0
        first = 0.5 * (z * second + decay)
        return decay, z * first + decay, first, second
    zeroth = (1.0 - decay) / z
    first = (zeroth - decay) / z
    return decay, zeroth, first, (2.0 * first - decay) / z


def _make_tangent(moments: Callable[[float], Any]) -> Callable[..., tuple[float, float]]:
    def tangent(
        hours: float, speed: float, idle: float, gap: float, fade: float
    ) -> tuple[float, float]:
        """Return the log of the slope and the hours that a unit of log price moves."""
        decay, _, first, second = moments(speed * hours + idle)
        slope = gap * decay + fade * first
        return math.log(slope), slope / (speed * (gap * decay + fade * second))

    return tangent


def _price(at: Floats, width: Floats, budget: float, n: int) -> float:
    """Solve sum of max(at - price * width, 0) = budget: drop what is negative until nothing is."""
    price = -math.inf
    while True:
        wanted, total = -budget, 0.0
        for j in range(n):
            if at[j] > price * width[j]:
                wanted += at[j]
                total += width[j]
        moved = wanted / total
        if moved <= price:
            return price
        price = moved


def _make_loop(
    moments: Callable[[float], Any],
    tangent: Callable[..., tuple[float, float]],
    price_of: Callable[..., float],
) -> Callable[..., None]:
    def loop(learners: tuple[Floats, ...], hours: Floats, readiness: Floats) -> None:
        weight, proficiency, learning_rate, forgetting_rate, weeks, floor, budget = learners
        n_rows, n = weight.shape
        speed, idle, gap, fade = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
        log_worth, at, width = np.empty(n), np.empty(n), np.empty(n)
        left = np.empty(n, np.int64)
        for row in range(n_rows):
            total = weight[row].sum()
            for i in range(n):
                speed[i] = learning_rate[row, i] * weeks[row, i]
                idle[i] = forgetting_rate[row, i] * weeks[row, i]
                gap[i] = 1.0 - proficiency[row, i]
                fade[i] = idle[i] * (1.0 - floor[row, i])
                log_worth[i] = math.log(weight[row, i] / total * speed[i])
                log_slope, width[i] = tangent(0.0, speed[i], idle[i], gap[i], fade[i])
                at[i] = (log_worth[i] + log_slope) * width[i]
            price = price_of(at, width, budget[row], n)
            m = 0
            for i in range(n):
                if at[i] > price * width[i]:
                    left[m] = i
                    hours[row, i] = at[i] - price * width[i]
                    m += 1
            for _ in range(_MOST_ROUNDS):
                for j in range(m):
                    i = left[j]
                    h = hours[row, i]
                    log_slope, width[j] = tangent(h, speed[i], idle[i], gap[i], fade[i])
                    at[j] = h + (log_worth[i] + log_slope) * width[j]
                price = price_of(at, width, budget[row], m)
                change = 0.0
                for j in range(m):
                    i = left[j]
                    moved = max(at[j] - price * width[j], 0.0)
                    change = max(change, speed[i] * abs(moved - hours[row, i]))
                    hours[row, i] = moved
                if change <= _SETTLED:
                    break
            for i in range(n):
                decay, zeroth, _, _ = moments(speed[i] * hours[row, i] + idle[i])
                level = 1.0 - gap[i] * decay - fade[i] * zeroth
                readiness[row] += weight[row, i] / total * level

    return loop
