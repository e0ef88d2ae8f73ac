r"""
The best use of hours where practice of one skill also teaches another.

An hour in skill j counts as :math:`a_{ij}` hours in skill i, so what is learned follows the
effective hours :math:`e = h + A h`. Readiness is concave in :math:`e` and :math:`e` is linear in
:math:`h`: there is still one optimum, but skills no longer stand apart, and the closed forms of
:func:`~skillbalance.numeric.allocate_hours` do not apply.

The hours are sought among mixtures of corners of what the limits allow (simplicial
decomposition). The best mixture is found by an interior-point method (``mixture``); the gradient
there names the corner that would gain most if readiness were linear; it joins the others. When no
corner gains anything the mixture is optimal, and at any time

.. math:: \max_x F(x) \le F(e') + \max_x g \cdot ((I + A) x - e')

for every supergradient g at any :math:`e'` is a proof of how far the hours are from it.
"""

from typing import Any, NamedTuple, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.allocation.allocate import allocate_hours
from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.mixture import Credit, best_mixture, read_credit
from skillbalance.numeric.allocation.problem import Problem, read_arguments
from skillbalance.reference.defaults import BEYOND, RHO

_Floats: TypeAlias = NDArray[np.float64]

_MOST_CORNERS = 400  # a few more than there are skills with hours do
_PROVED = 1e-11  # of readiness: no need to go on


@attrs.frozen(kw_only=True, eq=False)
class TransferAllocation:
    """
    Hours with transfer, and the proof that no others are better; arrays are read-only.

    Attributes
    ----------
    hours : ndarray of shape (n_skills,)
        Hours of practice per week. [h/week]
    effective_hours : ndarray of shape (n_skills,)
        Hours that the learning of each skill counts. [h/week]
    proficiency : ndarray of shape (n_skills,)
        Level at each skill's horizon.
    readiness : float
        Readiness with these hours.
    marginal_return : ndarray of shape (n_skills,)
        Readiness that the next hour in the skill would add, all it teaches included.
        [1/(h/week)]
    shadow_price : float
        Readiness that one more hour of budget would add. [1/(h/week)]
    optimality_gap : float
        Proved: no hours within the limits have more readiness than this above.
    unused_hours : float
        Hours of the budget that are left. [h/week]
    """

    hours: _Floats
    effective_hours: _Floats
    proficiency: _Floats
    readiness: float
    marginal_return: _Floats
    shadow_price: float
    optimality_gap: float
    unused_hours: float


def allocate_with_transfer(
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    *,
    transfer: ArrayLike,
    budget: float,
    horizon_weeks: ArrayLike,
    floor: ArrayLike = 0.0,
    target: ArrayLike = 1.0,
    beyond: ArrayLike = BEYOND.value,
    rho: float = RHO.value,
    min_hours: ArrayLike = 0.0,
    max_hours: ArrayLike = np.inf,
    soft_share: tuple[float, float] = (0.0, 1.0),
) -> TransferAllocation:
    """
    Find the best continuous hours where practice of one skill also teaches another.

    Parameters
    ----------
    weight, soft, proficiency, learning_rate, forgetting_rate
        As for :func:`~skillbalance.numeric.allocate_hours`, of one learner: shape (n_skills,).
    transfer : array_like of shape (n_skills, n_skills)
        ``transfer[i, j]``: hours in skill i that an hour in skill j counts as, not negative, 0 on
        the diagonal. [1]
    budget, horizon_weeks, floor, target, beyond, rho, min_hours, max_hours, soft_share
        As for :func:`~skillbalance.numeric.allocate_hours`. Limits are on the hours of practice.

    Returns
    -------
    TransferAllocation
        Hours, what they count as, and the proof. Without transfer the hours of
        :func:`~skillbalance.numeric.allocate_hours`.

    Raises
    ------
    InfeasibleError
        If no hours meet the limits.
    InvalidValueError
        If an argument is out of range or of another shape.

    Notes
    -----
    Continuous hours only. Where several plans are equally good one of them is returned.

    References
    ----------
    von Hohenbalken, B. (1977). Simplicial decomposition in nonlinear programming algorithms.
    Mathematical Programming 13, 49-68. doi:10.1007/BF01584323

    Examples
    --------
    >>> skills = dict(weight=[0.5, 0.5], soft=[False, True], proficiency=[0.4, 0.4],
    ...               learning_rate=0.006, forgetting_rate=0.0144)
    >>> plan = allocate_with_transfer(**skills, transfer=[[0, 0], [0.2, 0]], budget=4.0,
    ...                               horizon_weeks=26.0)
    >>> plan.hours.round(2).tolist(), plan.effective_hours.round(2).tolist()
    ([2.57, 1.43], [2.57, 1.94])
    >>> plan.optimality_gap < 1e-8
    True
    """
    arguments: dict[str, Any] = {
        "weight": weight,
        "soft": soft,
        "proficiency": proficiency,
        "learning_rate": learning_rate,
        "forgetting_rate": forgetting_rate,
        "horizon_weeks": horizon_weeks,
        "floor": floor,
        "target": target,
        "beyond": beyond,
        "min_hours": min_hours,
        "max_hours": max_hours,
    }
    # Says what is wrong with the limits, and gives hours to begin with.
    plain = allocate_hours(**arguments, budget=budget, rho=rho, soft_share=soft_share)
    if plain.hours.ndim != 1:
        raise InvalidValueError("weight", "of one learner, shape (n_skills,)", plain.hours.shape)
    problem = read_arguments(**arguments, budget=budget, rho=rho, soft_share=soft_share).problem
    n = plain.hours.size
    spread = np.eye(n) + _read_transfer(transfer, n)
    credit = read_credit(problem)
    limits = HourLimits.of(problem)
    hours, gap = _solve(credit, limits, spread, plain.hours)
    effective = spread @ hours
    gain, _ = credit.slopes(effective)
    returns = _returns(spread, gain)
    found = TransferAllocation(
        hours=hours,
        effective_hours=effective,
        proficiency=np.clip(credit.level(effective), 0.0, 1.0),
        readiness=float(credit.readiness(effective)),
        marginal_return=returns,
        shadow_price=limits.price(returns),
        optimality_gap=gap,
        unused_hours=max(float(problem.budget[0] - hours.sum()), 0.0),
    )
    for array in (found.hours, found.effective_hours, found.proficiency, found.marginal_return):
        array.flags.writeable = False
    return found


def _read_transfer(transfer: ArrayLike, n: int) -> _Floats:
    """Check a transfer matrix."""
    matrix = array_in("transfer", finite_array("transfer", transfer), 0.0)
    if matrix.shape != (n, n):
        raise InvalidValueError("transfer", f"of shape {(n, n)}", matrix.shape)
    if np.diag(matrix).any():
        raise InvalidValueError("transfer", "0 on the diagonal", np.diag(matrix).tolist())
    return matrix


def _solve(
    credit: Credit, limits: "HourLimits", spread: _Floats, first: _Floats
) -> tuple[_Floats, float]:
    """Mix corners until no other corner gains; return hours and the proved gap."""
    # A single point has no prices, so two corners go with it: with and without full credit for
    # what stands on a target.
    after, before = credit.slopes(credit.on_target(spread @ first))
    others = [limits.corner(_returns(spread, gain)) for gain in (after, before)]
    corners = np.unique(np.array([first, *others]), axis=0)
    parts = np.full(len(corners), 1.0 / len(corners))
    best, least = np.array(first), np.inf
    for _ in range(_MOST_CORNERS):
        parts, gain = best_mixture(credit, corners @ spread.T, parts)
        hours = parts @ corners
        gap, corner = prove(credit, limits, spread, hours, gain)
        if gap < least:
            best, least = hours, gap
        known = (np.abs(corners - corner) <= 1e-12 * (1.0 + limits.budget)).all(axis=1).any()
        if gap <= _PROVED * credit.readiness(spread @ hours) or known:
            break
        # A corner without a part stays: it keeps a target between less and more.
        corners = np.concatenate([corners, corner[np.newaxis]])
        parts = np.append(parts, 0.0)
    return best, float(least)


def prove(
    credit: Credit,
    limits: "HourLimits",
    spread: _Floats,
    hours: _Floats,
    gain: _Floats,
) -> tuple[float, _Floats]:
    """
    Return a bound on what any other hours could add, and the corner that would add most.

    On a target every slope between the one before and the one after is a supergradient; the
    mixture knows which, as the price of the skill's next effective hour.
    """
    effective = spread @ hours
    value = float(credit.readiness(effective))
    proofs = []
    for near in (credit.on_target(effective), effective):
        after, before = credit.slopes(near)
        g = np.clip(gain, after, before)
        returns = _returns(spread, g)
        corner = limits.corner(returns)
        at_near = float(credit.readiness(near))
        # Infinite prices bound nothing, but say where to go; of hours nobody may move they say
        # nothing either.
        moved = spread @ corner - near
        with np.errstate(over="ignore", invalid="ignore"):
            gained = np.where(moved == 0.0, 0.0, g * moved)
        bound = at_near - value + float(gained.sum())
        proofs.append((bound if np.isfinite(bound) else np.inf, corner))
    # Either bound is proved; the corner is the one that the mixture's own prices name.
    gap, corner = min(proof[0] for proof in proofs), proofs[0][1]
    if (corner == hours).all():
        gap = 0.0
    return min(max(gap, 0.0), max(1.0 - value, 0.0)), corner


def _returns(spread: _Floats, gain: _Floats) -> _Floats:
    """Return the worth of an hour of practice from that of effective hours, some infinite."""
    worth = np.multiply(spread.T, gain, out=np.zeros_like(spread), where=spread.T > 0.0)
    return np.asarray(worth.sum(axis=-1))


class HourLimits(NamedTuple):
    """What the hours of one learner must keep; arrays of shape (n_skills,)."""

    lower: _Floats
    room: _Floats
    soft: NDArray[np.bool_]
    budget: float
    share: tuple[float, float]

    @classmethod
    def of(cls, problem: Problem) -> "HourLimits":
        """Read the limits of a problem of one row."""
        lower, upper = problem.lower[:, 0], problem.upper[:, 0]
        left = max(float(problem.budget[0] - lower.sum()), 0.0)
        return cls(
            lower=lower,
            room=np.clip(upper - lower, 0.0, left),
            soft=problem.soft[:, 0],
            budget=float(problem.budget[0]),
            share=(float(problem.share_low[0]), float(problem.share_high[0])),
        )

    def corner(self, gain: _Floats, budget: float | None = None) -> _Floats:
        """
        Return the hours that gain most where each hour of a skill gains the same, not negative.

        As :func:`~skillbalance.numeric.allocation.proof.linear_bound` does: fill the skills in the
        order of their gains; where that breaks a limit of the soft share, the limit holds with
        equality.
        """
        total = self.budget if budget is None else budget
        order = np.argsort(-gain, kind="stable")
        everything = np.ones_like(self.soft)
        hours = self.lower + self._fill(order, total - self.lower.sum(), everything)
        of_soft, of_all = hours[self.soft].sum(), hours.sum()
        slack = SLACK * (1.0 + total)
        for limit, broken in (
            (self.share[0], of_soft < self.share[0] * of_all - slack),
            (self.share[1], of_soft > self.share[1] * of_all + slack),
        ):
            if broken:
                return self._on_share(order, limit, total)
        return hours

    def _on_share(self, order: NDArray[np.intp], share: float, total: float) -> _Floats:
        """Fill both kinds apart, as much as the share allows."""
        most = self.lower + self.room
        if share > 0.0:
            total = min(total, float(most[self.soft].sum()) / share)
        if share < 1.0:
            total = min(total, float(most[~self.soft].sum()) / (1.0 - share))
        for_soft = share * total - self.lower[self.soft].sum()
        for_hard = (1.0 - share) * total - self.lower[~self.soft].sum()
        return (
            self.lower
            + self._fill(order, for_soft, self.soft)
            + self._fill(order, for_hard, ~self.soft)
        )

    def _fill(self, order: NDArray[np.intp], amount: float, member: NDArray[np.bool_]) -> _Floats:
        """Give an amount to the members in order."""
        cap = (self.room * member)[order]
        # What went before, not the sum less the last: of nothing not even a rounding is given.
        before = np.concatenate([np.zeros(1), np.cumsum(cap)[:-1]])[: cap.size]
        given = np.empty_like(cap)
        given[order] = np.clip(max(float(amount), 0.0) - before, 0.0, cap)
        return given

    def price(self, gain: _Floats) -> float:
        """Return what one more hour of budget gains at these gains per hour."""
        step = 1e-3
        more = self._replace(room=np.where(self.room > 0.0, self.room + step, 0.0))
        if not np.isfinite(gain).all():
            return float("inf")
        capped = np.minimum(more.room, np.where(self._tight(), self.room, more.room))
        more = more._replace(room=capped)
        raised = more.corner(gain, self.budget + step)
        return max(float(gain @ (raised - self.corner(gain))) / step, 0.0)

    def _tight(self) -> NDArray[np.bool_]:
        """Return where a maximum, and not the budget, is what leaves no more room."""
        return self.room < max(self.budget - float(self.lower.sum()), 0.0)
