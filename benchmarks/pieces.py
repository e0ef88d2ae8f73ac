r"""
The problem of one learner without its kinks, exactly: what smooth solvers are given.

A skill is cut where its target is reached, at :math:`h_t` hours. Up to there an hour counts in
full, after it *beyond* times as much. With a variable for each of the two pieces,

.. math:: c(a, b) = p(a) + \beta\,(p(h_t + b) - p(h_t)), \qquad h = a + b,

is smooth and concave, and because returns diminish the first piece fills before the second: the
optimum of the pieces is that of the skills. Pieces without room are left out.
"""

import math
from typing import Any

import attrs
import numpy as np

from benchmarks.learners import Floats, Learners
from skillbalance.numeric import hours_to_reach

_TINY = 1e-300


@attrs.frozen(kw_only=True, eq=False)
class Pieces:
    """
    A smooth concave maximization over the hours of pieces, with all derivatives.

    Per piece: ``speed`` = k W, ``gap`` = 1 - p0 and ``fade`` = d (1 - f) W of its skill, ``z0`` =
    (k start + d) W where it starts, its share ``hard`` and ``soft`` of an index, ``room`` [h/week].
    """

    skill: np.ndarray[Any, np.dtype[np.intp]]
    n_skills: int
    minimum: Floats
    minimum_soft: float
    speed: Floats
    gap: Floats
    fade: Floats
    z0: Floats
    part: Floats
    hard: Floats
    soft: Floats
    room: Floats
    held_hard: float
    held_soft: float
    soft_weight: float
    rho: float
    budget: float
    share_low: float
    share_high: float

    @classmethod
    def of(cls, learners: Learners, i: int) -> "Pieces":
        """Cut the skills of one learner."""
        a = learners.row(i)
        weight, soft, lower = a["weight"], a["soft"], a["min_hours"]
        upper = np.minimum(a["max_hours"], lower + max(a["budget"] - lower.sum(), 0.0))
        # A share of nothing is met to the last bit only by skills that are not there.
        banned = np.where(soft, a["soft_share"][1] == 0.0, a["soft_share"][0] == 1.0)
        upper = np.where(banned, lower, upper)
        with np.errstate(all="ignore"):
            knee = hours_to_reach(
                a["target"],
                proficiency=a["proficiency"],
                learning_rate=a["learning_rate"],
                forgetting_rate=a["forgetting_rate"],
                weeks=a["horizon_weeks"],
                floor=a["floor"],
            )
        knee = np.clip(knee, lower, upper)
        n = weight.size
        skill = np.concatenate([np.arange(n), np.arange(n)])
        start = np.concatenate([lower, knee])
        room = np.concatenate([knee - lower, upper - knee])
        counts = np.concatenate([np.ones(n), a["beyond"]])
        kept = room > 1e-12
        skill, start, room, counts = skill[kept], start[kept], room[kept], counts[kept]
        speed = a["learning_rate"] * a["horizon_weeks"]
        idle = a["forgetting_rate"] * a["horizon_weeks"]
        fade, gap = idle * (1.0 - a["floor"]), 1.0 - a["proficiency"]
        total = [max(float((weight * kind).sum()), _TINY) for kind in (~soft, soft)]
        part = np.where(soft, weight / total[1], weight / total[0])
        level = 1.0 - _moments(speed * lower + idle, gap, fade)[0]
        held = part * (
            np.minimum(level, a["target"]) + a["beyond"] * np.maximum(level - a["target"], 0)
        )
        return cls(
            skill=skill,
            n_skills=n,
            minimum=lower,
            minimum_soft=float(lower[soft].sum()),
            speed=speed[skill],
            gap=gap[skill],
            fade=fade[skill],
            z0=speed[skill] * start + idle[skill],
            part=part[skill] * counts,
            hard=(~soft[skill]).astype(np.float64),
            soft=soft[skill].astype(np.float64),
            room=room,
            held_hard=float(held[~soft].sum()),
            held_soft=float(held[soft].sum()),
            soft_weight=float((weight * soft).sum() / max(weight.sum(), _TINY)),
            rho=float(a["rho"]),
            budget=float(a["budget"]) - float(lower.sum()),
            share_low=a["soft_share"][0],
            share_high=a["soft_share"][1],
        ).anchored()

    def anchored(self) -> "Pieces":
        """Take what the pieces hold at their start off the constant parts of the indices."""
        held = self.part * (1.0 - _moments(self.z0, self.gap, self.fade)[0])
        return attrs.evolve(
            self,
            held_hard=self.held_hard - float(held @ self.hard),
            held_soft=self.held_soft - float(held @ self.soft),
        )

    def even(self) -> Floats:
        """Return a plan to start from: the same small hours everywhere."""
        return np.minimum(self.room, max(self.budget, 0.0) / max(self.room.size, 1))

    def hours(self, x: Floats) -> Floats:
        """Add pieces up to skills, within the limits of each piece and of the budget."""
        x = np.clip(x, 0.0, self.room)
        x = x * min(1.0, self.budget / max(float(x.sum()), _TINY))
        return self.minimum + np.bincount(self.skill, weights=x, minlength=self.n_skills)

    def loss(self, x: Floats) -> tuple[float, Floats]:
        """Return minus the readiness, and its gradient."""
        y, slope = _moments(self.speed * x + self.z0, self.gap, self.fade)
        credit = self.part * (1.0 - y)
        of_hard, of_soft = float(credit @ self.hard), float(credit @ self.soft)
        value, price_hard, price_soft = self._combined(of_hard, of_soft)
        gain = self.part * self.speed * slope
        return -value, -gain * (price_hard * self.hard + price_soft * self.soft)

    def only_loss(self, x: Floats) -> float:
        """Return minus the readiness alone."""
        return self.loss(x)[0]

    def curvature(self, x: Floats) -> Floats:
        """Return the matrix of second derivatives of the loss."""
        z = self.speed * x + self.z0
        y, slope = _moments(z, self.gap, self.fade)
        credit = self.part * (1.0 - y)
        of_hard, of_soft = float(credit @ self.hard), float(credit @ self.soft)
        value, price_hard, price_soft = self._combined(of_hard, of_soft)
        decay, z = np.exp(-z), np.maximum(z, _TINY)
        second = (2.0 - decay * (z * z + 2.0 * z + 2.0)) / z**3
        bend = self.part * self.speed**2 * (self.gap * decay + self.fade * second)
        gain = self.part * self.speed * slope
        hard, soft = gain * self.hard, gain * self.soft
        power = 1.0 - self.rho
        index_hard = max(self.held_hard + of_hard, _TINY)
        index_soft = max(self.held_soft + of_soft, _TINY)
        twice_hard = power * price_hard * (price_hard / value - 1.0 / index_hard)
        twice_soft = power * price_soft * (price_soft / value - 1.0 / index_soft)
        cross = power * price_hard * price_soft / value
        matrix = np.diag(bend * (price_hard * self.hard + price_soft * self.soft))
        matrix -= twice_hard * np.outer(hard, hard) + twice_soft * np.outer(soft, soft)
        matrix -= cross * (np.outer(hard, soft) + np.outer(soft, hard))
        return matrix

    def _combined(self, of_hard: float, of_soft: float) -> tuple[float, float, float]:
        """Return readiness and its derivatives to both indices."""
        s, rho = self.soft_weight, self.rho
        hard, soft = max(self.held_hard + of_hard, 1e-15), max(self.held_soft + of_soft, 1e-15)
        if rho == 1.0 or s in (0.0, 1.0):
            return (1.0 - s) * hard + s * soft, 1.0 - s, s
        if abs(rho) < 1e-6:
            value = math.exp((1.0 - s) * math.log(hard) + s * math.log(soft))
        else:
            base = max(hard, soft) if rho > 0.0 else min(hard, soft)
            inner = (1.0 - s) * (hard / base) ** rho + s * (soft / base) ** rho
            value = base * inner ** (1.0 / rho)
        power = 1.0 - rho
        return value, (1.0 - s) * (value / hard) ** power, s * (value / soft) ** power


def _moments(z: Floats, gap: Floats, fade: Floats) -> tuple[Floats, Floats]:
    """Return the distance from mastery and its slope per unit of z, as section 4 has them."""
    decay = np.exp(-z)
    z = np.maximum(z, _TINY)
    mean = (1.0 - decay) / z
    return gap * decay + fade * mean, gap * decay + fade * (mean - decay) / z
