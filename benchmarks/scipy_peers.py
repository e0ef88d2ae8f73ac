"""SLSQP and trust-constr of SciPy, one learner after the other, on smooth pieces of the skills."""

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.learners import Floats, Learners
from benchmarks.pieces import Pieces

# The change of readiness at which SLSQP stops. Its default of 1e-6 is faster and not the same
# problem solved.
SAME = 1e-12
DEFAULT = 1e-6
# trust-constr stops its inner problems by absolute gradients, far too early for readiness between
# 0 and 1. Larger numbers let it come within 1e-8; tighter tolerances bring it no further.
SCALE = 1e3


def slsqp(per_round: int, tolerance: float = SAME, *, gradients: bool = True) -> Contender:
    """Sequential quadratic programming, with or without our gradients."""
    extras = ([] if gradients else ["differences"]) + (
        [] if tolerance == SAME else [f"ftol {tolerance:.0e}"]
    )
    return Contender(
        name=", ".join(["SLSQP", *extras]),
        per_round=per_round,
        prepare=pieces_of,
        solve=partial(solve_slsqp, tolerance=tolerance, gradients=gradients),
    )


def trust_constr(per_round: int) -> Contender:
    """Interior points with second derivatives."""
    return Contender(
        name="trust-constr", per_round=per_round, prepare=pieces_of, solve=solve_trust_constr
    )


def pieces_of(learners: Learners) -> list[Pieces]:
    """Cut every learner into smooth pieces."""
    return [Pieces.of(learners, i) for i in range(learners.n_rows)]


def solve_slsqp(
    pieces: Sequence[Pieces], *, tolerance: float = SAME, gradients: bool = True
) -> Floats:
    """Return hours (rows, n_skills); NaN where SLSQP says that it failed."""
    from scipy.optimize import minimize

    answers = []
    for p in pieces:
        if p.room.size == 0:
            answers.append(p.minimum)
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = minimize(
                p.loss if gradients else p.only_loss,
                p.even(),
                jac=gradients or None,
                method="SLSQP",
                bounds=np.stack([np.zeros_like(p.room), p.room], axis=1),
                constraints=limits_of(p),
                options={"ftol": tolerance, "maxiter": 1000},
            )
        answers.append(p.hours(found.x) if found.success else np.full(p.n_skills, np.nan))
    return np.array(answers)


def limits_of(p: Pieces) -> list[dict[str, Any]]:
    """State the budget and the limits of the soft share as lines that stay above zero."""
    rows = [(-np.ones_like(p.room), p.budget)]
    least = float(p.minimum.sum())
    if p.share_low > 0.0:
        rows.append((p.soft - p.share_low, p.minimum_soft - p.share_low * least))
    if p.share_high < 1.0:
        rows.append((p.share_high - p.soft, p.share_high * least - p.minimum_soft))
    return [
        {"type": "ineq", "fun": partial(_line, slope, start), "jac": partial(_slope, slope)}
        for slope, start in rows
    ]


def _line(slope: Floats, start: float, x: Floats) -> float:
    return start + float(slope @ x)


def _slope(slope: Floats, _x: Floats) -> Floats:
    return slope


def solve_trust_constr(pieces: Sequence[Pieces]) -> Floats:
    """Return hours (rows, n_skills); NaN where it ran out of iterations."""
    from scipy.optimize import Bounds, LinearConstraint, minimize

    answers = []
    for p in pieces:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = minimize(
                partial(_scaled_loss, p),
                0.5 * p.even(),
                jac=True,
                hess=partial(_scaled_curvature, p),
                method="trust-constr",
                bounds=Bounds(np.zeros_like(p.room), p.room),
                constraints=LinearConstraint(np.ones((1, p.room.size)), -np.inf, p.budget),
                options={"gtol": 1e-12, "xtol": 1e-15, "barrier_tol": 1e-12, "maxiter": 5000},
            )
        answers.append(p.hours(found.x) if found.status in {1, 2} else np.full(p.n_skills, np.nan))
    return np.array(answers)


def _scaled_loss(p: Pieces, x: Floats) -> tuple[float, Floats]:
    loss, gradient = p.loss(x)
    return SCALE * loss, SCALE * gradient


def _scaled_curvature(p: Pieces, x: Floats) -> Floats:
    return SCALE * p.curvature(x)
