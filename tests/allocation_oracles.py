"""The model of allocation written down a second time, plainly: what the tests compare with."""

import itertools

import mpmath as mp
import numpy as np
from strategies import AllocationProblem

from skillbalance.numeric.allocation.limits import feasible
from skillbalance.numeric.allocation.problem import Problem, read_arguments


def as_row(x: AllocationProblem) -> Problem:
    """Read a problem as the solvers do: one row of arrays."""
    return read_arguments(**x.arguments()).problem


def has_plan(x: AllocationProblem, block_hours: float | None = None) -> bool:
    """Ask the library's limits, which have tests of their own, whether there is any plan."""
    return bool(feasible(as_row(x), block_hours)[0])


def exact_level(p0: float, h: float, k: float, d: float, f: float, weeks: float) -> mp.mpf:
    """Proficiency after practice and forgetting, as in the model's text, to working precision."""
    p0, h, k, d, f, weeks = map(mp.mpf, (p0, h, k, d, f, weeks))
    r = k * h + d
    if r == 0:
        return p0
    decay = mp.exp(-r * weeks)
    return p0 * decay + (k * h + d * f) * (1 - decay) / r


def exact_slope(p0: float, h: float, k: float, d: float, f: float, weeks: float) -> mp.mpf:
    """Derivative of `exact_level` in the hours, as in the model's text."""
    p0, h, k, d, f, weeks = map(mp.mpf, (p0, h, k, d, f, weeks))
    r = k * h + d
    z = r * weeks
    bracket = weeks * (1 - p0) * mp.exp(-z)
    if r > 0:
        bracket += d * (1 - f) * (1 - mp.exp(-z) * (1 + z)) / r**2
    return k * bracket


def exact_curvature(p0: float, h: float, k: float, d: float, f: float, weeks: float) -> mp.mpf:
    """Second derivative of `exact_level` in the hours, as in the model's text."""
    p0, h, k, d, f, weeks = map(mp.mpf, (p0, h, k, d, f, weeks))
    r = k * h + d
    z = r * weeks
    bracket = weeks**2 * (1 - p0) * mp.exp(-z)
    if r > 0:
        bracket += d * (1 - f) * (2 - mp.exp(-z) * (z**2 + 2 * z + 2)) / r**3
    return -(k**2) * bracket


def levels(x: AllocationProblem, hours: np.ndarray) -> np.ndarray:
    """Proficiency at *hours* of shape (..., n), in plain floats."""
    r = x.learning_rate * hours + x.forgetting_rate
    z = r * x.horizon_weeks
    safe = np.where(r > 0.0, r, 1.0)
    grown = (x.learning_rate * hours + x.forgetting_rate * x.floor) / safe
    return np.where(r > 0.0, x.proficiency * np.exp(-z) - grown * np.expm1(-z), x.proficiency)


def indices(x: AllocationProblem, hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the hard and of the soft kind; 0 for a kind without weight."""
    p = levels(x, hours)
    credit = np.minimum(p, x.target) + x.beyond * np.maximum(p - x.target, 0.0)
    return tuple(
        (credit * x.weight * m).sum(axis=-1) / max((x.weight * m).sum(), 1e-300)
        for m in (~x.soft, x.soft)
    )


def soft_weight(x: AllocationProblem) -> float:
    """Soft part of the weights."""
    total = x.weight.sum()
    return float((x.weight * x.soft).sum() / total) if total > 0.0 else 0.0


def readiness_at(x: AllocationProblem, hours: np.ndarray) -> np.ndarray:
    """Readiness at *hours* of shape (..., n), case by case as in the model's text."""
    H, S = indices(x, hours)
    s, rho = soft_weight(x), x.rho
    if s == 0.0:
        return H
    if s == 1.0:
        return S
    if abs(rho) < 1e-8:
        # Two terms of the expansion in rho: with one kind next to nothing the second shows.
        both = (H > 0.0) & (S > 0.0)
        apart = np.log(np.where(both, S, 1.0)) - np.log(np.where(both, H, 1.0))
        second = np.exp(0.5 * rho * s * (1.0 - s) * apart**2)
        return np.where(both, H ** (1.0 - s) * S**s * second, 0.0)
    # The larger of the two powers is taken out, so that the other cannot overflow.
    top = np.maximum(H, S) if rho > 0.0 else np.minimum(H, S)
    safe = np.where(top > 0.0, top, 1.0)
    # Where it is 0, so is readiness, and the powers of next to nothing do not count.
    with np.errstate(divide="ignore", over="ignore"):
        inside = (1.0 - s) * (H / safe) ** rho + s * (S / safe) ** rho
    return np.where(top > 0.0, safe * inside ** (1.0 / rho), 0.0)


def slopes(x: AllocationProblem, hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Derivative of readiness to fewer and to more hours, (n,) each.

    They differ where a level stands on its target, up to 1e-10.
    """
    H, S = (float(index) for index in indices(x, hours))
    s, rho = soft_weight(x), x.rho
    F = float(readiness_at(x, hours))
    price = []
    for index, part in ((H, 1.0 - s), (S, s)):
        if part in (0.0, 1.0) or rho == 1.0:
            price.append(part)
        else:
            price.append(float(part * (mp.mpf(F) / index) ** (1 - mp.mpf(rho))))
    rows = zip(
        x.proficiency,
        hours,
        x.learning_rate,
        x.forgetting_rate,
        x.floor,
        x.horizon_weeks,
        strict=True,
    )
    with mp.workdps(40):
        rate = np.array([float(exact_slope(*row)) for row in rows])
    full = rate * x.weight
    for kind, member in enumerate((~x.soft, x.soft)):
        full[member] *= price[kind] / max(x.weight[member].sum(), 1e-300)
    p = levels(x, hours)
    less = np.where(p > x.target + 1e-10, x.beyond, 1.0)
    more = np.where(p < x.target - 1e-10, 1.0, x.beyond)
    return full * less, full * more


def within_limits(x: AllocationProblem, hours: np.ndarray, slack: float) -> np.ndarray:
    """Whether *hours* of shape (..., n) meet every limit up to *slack*."""
    total, of_soft = hours.sum(axis=-1), (hours * x.soft).sum(axis=-1)
    low, high = x.soft_share
    return (
        (hours >= x.min_hours - slack).all(axis=-1)
        & (hours <= x.max_hours + slack).all(axis=-1)
        & (total <= x.budget + slack)
        & (of_soft >= low * total - slack)
        & (of_soft <= high * total + slack)
    )


def every_block_plan(x: AllocationProblem, block_hours: float) -> np.ndarray:
    """List all hours in whole blocks that meet the limits, (plans, n)."""
    most = int(x.budget / block_hours + 1e-9)
    counts = itertools.product(range(most + 1), repeat=len(x.weight))
    hours = np.array([c for c in counts if sum(c) <= most], dtype=float) * block_hours
    return hours[within_limits(x, hours, 1e-9)]


def is_feasible(x: AllocationProblem) -> bool:
    """Ask a linear program whether any hours meet the limits."""
    from scipy.optimize import linprog

    if (x.min_hours > x.max_hours).any():
        return False
    return bool(linprog(np.zeros(len(x.weight)), *_rows(x), bounds=_bounds(x)).status == 0)


def most_gained(x: AllocationProblem, gradient: np.ndarray, hours: np.ndarray) -> float:
    """Ask a linear program for the largest gradient . (x - hours) within the limits."""
    from scipy.optimize import linprog

    found = linprog(-gradient, *_rows(x), bounds=_bounds(x))
    return float(-found.fun - gradient @ hours)


def _rows(x: AllocationProblem) -> tuple[np.ndarray, np.ndarray]:
    """Give the budget and both share limits as rows of a linear program."""
    low, high = x.soft_share
    soft = x.soft.astype(float)
    return np.array([np.ones_like(soft), low - soft, soft - high]), np.array([x.budget, 0.0, 0.0])


def _bounds(x: AllocationProblem) -> np.ndarray:
    """Give minima and maxima as bounds of a linear program."""
    return np.stack([x.min_hours, x.max_hours], axis=1)
