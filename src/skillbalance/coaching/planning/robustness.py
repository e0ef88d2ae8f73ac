"""How sure the advice is: the same plan when what it assumes is off, and what each limit costs."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import instance, integer_in
from skillbalance.coaching.evidence.ratings import fuse_profile
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.coaching.planning.scenarios import allocate_rows, imagine_rows, readiness_with
from skillbalance.coaching.rates import rates_of
from skillbalance.coaching.weights import weigh_skills
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.robustness import Dependence, LimitPrice, Robustness, RobustSkill
from skillbalance.model.weights import SkillWeights
from skillbalance.numeric.robustness import Draws, draw_assumptions, find_ties, spread_hours
from skillbalance.reference.defaults import (
    BEYOND,
    BEYOND_SPREAD,
    GOAL_SHARE_SPREAD,
    INTERVAL_COVERAGE,
    RATE_SPREAD,
    RHO,
    RHO_SPREAD,
    WEIGHT_SPREAD,
    RaterPreset,
)

_Floats = NDArray[np.float64]

# One assumption alone needs fewer draws than all together: only means are asked for.
_DRAWS_ALONE = 250
# A range of one number is gone through in so many equal steps.
_STEPS = 9
# Regrets and prices that differ by less are ties; smaller ones are rounding.
_DECIMALS = 12


def assess_robustness(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rng: np.random.Generator,
    n_draws: int = 1000,
    rater_model: RaterModel | RaterPreset = "specific",
) -> Robustness:
    r"""
    Assess how sure a plan is: plan again and again with what it assumes a little off.

    Weights may be off by a factor each, levels by what the ratings leave open, learning rates by
    how much people differ. For each draw the best plan is found, all in one batch: a skill that
    gets time in nearly all of them is a safe choice, two that change places are tied.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    budget : TimeBudget
        Hours and limits.
    as_of : datetime.date
        Day of the plan.
    rng : numpy.random.Generator
        Where the draws come from: ``numpy.random.default_rng(1)``. The same state gives the same
        answer. One table of normal numbers is drawn, see
        :func:`skillbalance.numeric.robustness.draw_assumptions`.
    n_draws : int
        How many draws, 1 to 1,000,000.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Robustness
        One item per skill, in profile order; what each assumption and each limit means.

    Raises
    ------
    InfeasibleError, UnknownSkillError
        As :func:`~skillbalance.plan_time` raises them.
    UnknownFieldError, UnknownElementError
        If the field or an element is not in the reference table.
    InvalidValueError
        If *rng* is no generator, *n_draws* out of range, *as_of* no date, or *rater_model* no
        preset and no model of all kinds that rated.

    Notes
    -----
    The limits of the soft share are those of the plan of today in every draw, so that it stays
    one of the plans to choose from and no regret is negative.

    The first 250 draws are planned once more for weights, levels and learning rates, each varied
    alone; the goal share, rho and the credit beyond the target go through their range in nine
    equal steps. ``regret`` is measured in readiness; rho and the credit change what readiness
    means, so compare ``hours_moved`` too.

    With a limit on the number of skills every draw is a search of its own and takes longer.

    Examples
    --------
    >>> import datetime as dt
    >>> import numpy as np
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[
    ...         sb.Skill(id="python", kind="hard"),
    ...         sb.Skill(id="sql", kind="hard"),
    ...         sb.Skill(id="listening", kind="soft"),
    ...     ],
    ... )
    >>> robustness = sb.assess_robustness(
    ...     profile,
    ...     sb.TimeBudget(hours_per_week=4),
    ...     as_of=dt.date(2026, 3, 2),
    ...     rng=np.random.default_rng(1),
    ... )
    >>> "sql" in robustness["python"].tied_with, robustness["listening"].time_share > 0.9
    (True, True)
    """
    instance("rng", rng, np.random.Generator)
    integer_in("n_draws", n_draws, 1, 1_000_000)
    inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    plan = plan_inputs(profile, budget, inputs, as_of=as_of)
    case = _Case(
        inputs=inputs,
        budget=budget,
        hours=np.array([item.hours_per_week for item in plan.items], dtype=np.float64),
        limits=plan.soft_share_limits,
        retained=rates_of(profile.skills).retained,
    )
    posterior = fuse_profile(profile, as_of=as_of, rater_model=rater_model)
    draws = draw_assumptions(
        case.inputs.weight,
        posterior.mean,
        posterior.covariance_diagonal,
        posterior.covariance_factor,
        case.inputs.learning_rate,
        rng=rng,
        n_draws=n_draws,
    )
    together = case.replan(
        n_draws, case.weights(draws) | case.levels(draws) | case.learning_rates(draws)
    )
    return Robustness(
        items=_items(plan, together.hours),
        profile_id=profile.id,
        as_of=as_of,
        n_draws=n_draws,
        readiness_then=plan.readiness_then,
        readiness_interval=_interval(together.kept),
        regret=_mean(together.regret),
        assumptions=_assumptions(case, draws, weigh_skills(profile)),
        limits=_limit_prices(case, profile),
    )


class _Replanned(NamedTuple):
    """Best hours in each row, readiness with the hours of today, and what these lose."""

    hours: _Floats
    kept: _Floats
    regret: _Floats


class _Case(NamedTuple):
    """The plan of today and what it rests on."""

    inputs: PlanningInputs
    budget: TimeBudget
    hours: _Floats
    limits: tuple[float, float]
    retained: _Floats

    def replan(self, n_rows: int, changes: dict[str, _Floats]) -> _Replanned:
        """Find the best hours for each row, and compare them with those of today."""
        rows = imagine_rows(
            self.inputs,
            self.budget,
            n_rows,
            soft_share=self.limits,
            block_hours=self.budget.block_hours,
            changes=changes,
        )
        if not self.hours.size:
            nothing = np.zeros(n_rows)
            return _Replanned(np.zeros((n_rows, 0)), nothing, nothing)
        best = allocate_rows(rows)
        kept = readiness_with(rows, self.hours)
        return _Replanned(best.hours, kept, np.maximum(best.readiness - kept, 0.0))

    def weights(self, draws: Draws) -> dict[str, _Floats]:
        """Return what changes where weights are off."""
        return {"weight": draws.weight}

    def levels(self, draws: Draws) -> dict[str, _Floats]:
        """Return what changes where levels are off: also what forgetting leaves."""
        return {"proficiency": draws.proficiency, "floor": self.retained * draws.proficiency}

    def learning_rates(self, draws: Draws) -> dict[str, _Floats]:
        """Return what changes where learning rates are off."""
        return {"learning_rate": draws.learning_rate}


def _items(plan: TimePlan, hours: _Floats) -> tuple[RobustSkill, ...]:
    """Say of each skill how its hours vary, and with whom it is tied."""
    ids = [item.skill_id for item in plan.items]
    spread = spread_hours(hours)
    tied: list[list[str]] = [[] for _ in ids]
    for i, j in find_ties(hours):
        tied[i].append(ids[j])
        tied[j].append(ids[i])
    return tuple(
        RobustSkill(
            skill_id=item.skill_id,
            name=item.name,
            kind=item.kind,
            hours_per_week=item.hours_per_week,
            time_share=float(spread.time_share[i]),
            hours_mean=float(spread.mean[i]),
            hours_interval=(float(spread.low[i]), float(spread.high[i])),
            tied_with=tuple(tied[i]),
        )
        for i, item in enumerate(plan.items)
    )


def _assumptions(case: _Case, draws: Draws, weights: SkillWeights) -> tuple[Dependence, ...]:
    """Vary one assumption at a time, the one with the largest regret first."""
    few = Draws(*(array[:_DRAWS_ALONE] for array in draws))
    groups: list[tuple[str, str, dict[str, _Floats]]] = [
        ("weights", f"sd of log weight {WEIGHT_SPREAD.value:g}", case.weights(few)),
        ("levels", "what the ratings leave open", case.levels(few)),
        ("learning_rates", f"sd of log rate {RATE_SPREAD.value:g}", case.learning_rates(few)),
        (
            "rho",
            f"{RHO.value:g} ± {RHO_SPREAD.value:g}",
            {"rho": _range(RHO.value, RHO_SPREAD.value)},
        ),
        (
            "beyond",
            f"{BEYOND.value:g} ± {BEYOND_SPREAD.value:g}",
            {"beyond": _range(BEYOND.value, BEYOND_SPREAD.value)[:, None]},
        ),
    ]
    if weights.goal_share > 0.0:
        share = _range(weights.goal_share, GOAL_SHARE_SPREAD.value)
        varied = f"{weights.goal_share:g} ± {GOAL_SHARE_SPREAD.value:g}"
        groups.append(("goal_share", varied, {"weight": _mixed_weights(weights, share)}))
    found = []
    for name, varied, changes in groups:
        replanned = case.replan(len(next(iter(changes.values()))), changes)
        moved = 0.5 * np.abs(replanned.hours - case.hours).sum(axis=1)
        found.append(
            Dependence(
                assumption=name,
                varied=varied,
                regret=_mean(replanned.regret),
                hours_moved=_mean(moved),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.regret, -one.hours_moved, one.assumption)))


def _range(middle: float, spread: float) -> _Floats:
    """Return the middles of equal steps through a range; none of the numbers may be above 1."""
    steps = (2.0 * np.arange(_STEPS) + 1.0) / _STEPS - 1.0
    return np.minimum(middle + spread * steps, 1.0)


def _mixed_weights(weights: SkillWeights, goal_share: _Floats) -> _Floats:
    """Mix the weights again, goals having another part; (rows, n)."""
    base = np.array([item.field_part + item.stage_part for item in weights.items])
    goals = np.array([item.weight for item in weights.items]) - base
    share = goal_share[:, None]
    # Rounding may leave a goal's part of nothing a little below 0.
    mixed = (1.0 - share) / (1.0 - weights.goal_share) * base + share / weights.goal_share * goals
    return np.asarray(np.maximum(mixed, 0.0))


def _limit_prices(case: _Case, profile: Profile) -> tuple[LimitPrice, ...]:
    """Drop one limit at a time, all others kept, and see what readiness gains."""
    if not case.hours.size:
        return ()
    budget, inputs = case.budget, case.inputs
    names, changes = _without_each(case, profile)
    rows = imagine_rows(
        inputs,
        budget,
        len(names),
        block_hours=budget.block_hours,
        changes=changes,
    )
    found = allocate_rows(rows).readiness
    with_all = float(found[0])
    without = dict(zip(names[1:], found[1:].tolist(), strict=True))
    first = rows.take(np.array([0]))
    if budget.max_skills is not None:
        without["max_skills"] = float(allocate_rows(first._replace(max_skills=None)).readiness[0])
    if budget.block_hours is not None:
        without["block_hours"] = float(allocate_rows(first._replace(block_hours=None)).readiness[0])
    prices = [
        LimitPrice(limit=name, price=max(round(readiness - with_all, _DECIMALS), 0.0))
        for name, readiness in without.items()
    ]
    return tuple(sorted(prices, key=lambda one: (-one.price, one.limit)))


def _without_each(case: _Case, profile: Profile) -> tuple[list[str], dict[str, _Floats]]:
    """List the limits that are arrays, a row without each; the first row has them all."""
    dropped = list(_droppable(case, profile))
    n_rows = 1 + len(dropped)
    least, most = (
        np.tile(limit, (n_rows, 1)) for limit in (case.inputs.min_hours, case.inputs.max_hours)
    )
    low, high = (np.full(n_rows, limit) for limit in case.limits)
    for row, (_, kind, position) in enumerate(dropped, start=1):
        if kind == "min_hours":
            least[row, position] = 0.0
        elif kind == "max_hours":
            most[row, position] = np.inf
        else:
            low[row], high[row] = 0.0, 1.0
    names = ["", *(name for name, _, _ in dropped)]
    changes = {"min_hours": least, "max_hours": most, "share_low": low, "share_high": high}
    return names, changes


def _droppable(case: _Case, profile: Profile) -> Iterator[tuple[str, str, int]]:
    """Name each limit of a skill or of the soft share, with its sort and the skill's position."""
    if case.limits != (0.0, 1.0):
        yield "soft_share", "soft_share", 0
    for position, skill in enumerate(profile.skills):
        if case.inputs.min_hours[position] > 0.0:
            yield f'min_hours["{skill.id}"]', "min_hours", position
        if np.isfinite(case.inputs.max_hours[position]):
            yield f'max_hours["{skill.id}"]', "max_hours", position


def _mean(values: _Floats) -> float:
    """Return the mean, rounding taken off."""
    return round(float(values.mean()), _DECIMALS)


def _interval(values: _Floats) -> tuple[float, float]:
    """Return the central 90 %."""
    outside = 0.5 - 0.5 * INTERVAL_COVERAGE.value
    low, high = np.quantile(values, (outside, 1.0 - outside)).tolist()
    return low, high
