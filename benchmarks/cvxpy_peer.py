r"""
CVXPY with Clarabel, on the part that cones can state: nobody forgets.

Then :math:`1 - p = (1 - p_0) e^{-k W h}`, and the credit of a skill, :math:`\beta p + (1 - \beta)
\min(p, t)`, is a concave expression that CVXPY takes with its kink. The problem is compiled once
for a shape; the numbers are parameters.
"""

import warnings
from typing import Any

import attrs
import numpy as np

from benchmarks.contenders import Contender
from benchmarks.learners import Floats, Learners

KINDS = ("hard", "soft")
TOLERANCES = {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10}


def cones(per_round: int, at_once: int, n_skills: int, *, rho: float) -> Contender:
    """Solve *at_once* learners as one problem, the sum of theirs."""
    shared: list[Cones] = []

    def prepare(learners: Learners) -> tuple["Cones", Learners]:
        if not shared:
            shared.append(Cones.of(at_once, n_skills, rho=rho))
        return shared[0], learners

    return Contender(
        name="CVXPY, Clarabel" + (f", {at_once} at once" if at_once > 1 else ""),
        per_round=per_round,
        prepare=prepare,
        solve=lambda prepared: prepared[0].solve(prepared[1]),
    )


@attrs.frozen(kw_only=True, eq=False)
class Cones:
    """A compiled problem for a number of learners."""

    n_rows: int
    rho: float
    parameters: dict[str, Any]
    hours: Any
    problem: Any

    @classmethod
    def of(cls, n_rows: int, n_skills: int, *, rho: float) -> "Cones":
        """State the problem; at rho = 1 without targets, below with them."""
        import cvxpy as cp

        size = (n_rows, n_skills)
        targets = rho < 1.0
        names = ["speed", "any_hard", "any_soft"] + ["full_hard", "full_soft"] * targets
        numbers: dict[str, Any] = {name: cp.Parameter(size, nonneg=True) for name in names}
        numbers |= {name: cp.Parameter(n_rows, nonneg=True) for name in ("budget", *KINDS)}
        hours = cp.Variable(size, nonneg=True)
        short = -cp.exp(-cp.multiply(numbers["speed"], hours))
        credit = {kind: cp.multiply(numbers[f"any_{kind}"], short) for kind in KINDS}
        if targets:
            numbers["knee"] = cp.Parameter(size, nonpos=True)
            kinked = cp.minimum(short, numbers["knee"])
            credit = {
                kind: credit[kind] + cp.multiply(numbers[f"full_{kind}"], kinked) for kind in KINDS
            }
        index = {kind: 1.0 + cp.sum(credit[kind], axis=1) for kind in KINDS}
        if targets:
            index = {kind: cp.power(index[kind], rho) for kind in KINDS}
        aim = sum(cp.sum(cp.multiply(numbers[kind], index[kind])) for kind in KINDS)
        return cls(
            n_rows=n_rows,
            rho=rho,
            parameters=numbers,
            hours=hours,
            problem=cp.Problem(
                cp.Maximize(aim) if rho > 0.0 else cp.Minimize(aim),
                [cp.sum(hours, axis=1) <= numbers["budget"]],
            ),
        )

    def solve(self, learners: Learners) -> Floats:
        """Solve learners, as many at a time as the problem holds."""
        starts = range(0, learners.n_rows, self.n_rows)
        return np.concatenate(
            [self._solve(learners.rows(slice(i, i + self.n_rows))) for i in starts]
        )

    def _solve(self, learners: Learners) -> Floats:
        for name, value in self._numbers(learners).items():
            self.parameters[name].value = value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.problem.solve(solver="CLARABEL", **TOLERANCES)
        if self.problem.status != "optimal":
            return np.full_like(learners.weight, np.nan)
        hours = np.maximum(self.hours.value, 0.0)
        spent = np.maximum(hours.sum(axis=1), 1e-300)
        return np.asarray(hours * np.minimum(1.0, learners.budget / spent)[:, None])

    def _numbers(self, x: Learners) -> dict[str, Floats]:
        """Fold the numbers of learners into parameters that are never multiplied together."""
        gap = 1.0 - x.proficiency
        beyond = x.beyond if self.rho < 1.0 else np.ones_like(gap)
        values: dict[str, Floats] = {
            "speed": x.learning_rate * x.horizon_weeks,
            "knee": -(1.0 - x.target) / gap,
            "budget": x.budget,
        }
        for kind, weight in zip(KINDS, (x.weight * ~x.soft, x.weight * x.soft), strict=True):
            of_kind = weight.sum(axis=1)
            part = weight / of_kind[:, None]
            values[kind] = of_kind / x.weight.sum(axis=1)
            values[f"any_{kind}"] = part * beyond * gap
            values[f"full_{kind}"] = part * (1.0 - beyond) * gap
        return {name: value for name, value in values.items() if name in self.parameters}
