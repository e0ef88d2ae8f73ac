"""The focus limit: the best choice of at most m skills, and the proof that it is the best."""

import itertools

import attrs
import numpy as np
import pytest
from allocation_oracles import is_feasible
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    AllocationProblem,
    allocation_problems,
    build_allocation_problem,
    random_allocation_problem,
)

from skillbalance.numeric import allocate_hours
from skillbalance.numeric.allocation import focus, focus_blocks
from skillbalance.numeric.allocation.focus import FocusPlan, solve_focus
from skillbalance.numeric.allocation.focus_bounds import Quote, cap_gains, price_skills
from skillbalance.numeric.allocation.problem import Problem, read_arguments
from skillbalance.numeric.indices import readiness_of

block_sizes = st.sampled_from([None, 0.5, 1.0])
# Ties, kinks and kinds that start from nothing: what leaves bounds open.
_HARD = {
    "weight": "equal",
    "proficiency": "plain",
    "learning_rate": "plain",
    "forgetting_rate": "plain",
    "horizon_weeks": "equal",
    "floor": "half",
    "target": "plain",
    "beyond": "none",
    "rho": -0.5,
    "budget": 168.0,
    "limits": "none",
    "soft_share": (0.0, 1.0),
}


def as_problem(*learners: AllocationProblem) -> Problem:
    """Stack learners with equally many skills as the rows of one problem."""
    arguments = [x.arguments() for x in learners]
    low, high = zip(*(x["soft_share"] for x in arguments), strict=True)
    stacked = {name: np.stack([x[name] for x in arguments]) for name in arguments[0]}
    stacked["soft_share"] = (np.array(low), np.array(high))
    return read_arguments(**stacked).problem


def value_of(x: AllocationProblem, allowed: np.ndarray, block_hours: float | None) -> np.ndarray:
    """Readiness with hours for the *allowed* skills, (..., n), only; -inf where impossible."""
    limited = x.arguments() | {"max_hours": np.where(allowed, x.max_hours, 0.0)}
    plan = allocate_hours(**limited, block_hours=block_hours, errors="mark")
    return np.where(plan.status == 0, plan.readiness, -np.inf)


def value_of_plan(x: AllocationProblem, plan: FocusPlan, block_hours: float | None) -> float:
    """Readiness of the choice of a plan with one row; -inf where there is none."""
    return float(value_of(x, plan.allowed[:, 0], block_hours)) if plan.solved[0] else -np.inf


def best_of_all(x: AllocationProblem, max_skills: int, block_hours: float | None) -> float:
    """Readiness of the best choice, by trying them all."""
    n = len(x.weight)
    sets = np.array(list(itertools.product([False, True], repeat=n)))
    sets = sets[(sets.sum(axis=1) <= max_skills) & (sets | (x.min_hours == 0.0)).all(axis=1)]
    return float(value_of(x, sets, block_hours).max(initial=-np.inf)) if len(sets) else -np.inf


@given(allocation_problems(7) | allocation_problems(6, extreme=True), st.data(), block_sizes)
@settings(max_examples=120)
def test_no_choice_of_skills_is_better(x, data, block_hours):
    """The choice found is as good as the best of all choices, tried one by one."""
    max_skills = data.draw(st.integers(1, len(x.weight)))
    plan = solve_focus(as_problem(x), max_skills, block_hours)
    found = value_of_plan(x, plan, block_hours)
    assert found == pytest.approx(best_of_all(x, max_skills, block_hours), abs=1e-10, rel=0)
    assert plan.complete[0]
    assert plan.bound_gap[0] == 0.0


@given(allocation_problems(7), st.integers(1, 9), block_sizes)
@settings(max_examples=60)
def test_at_most_m_skills_and_every_forced_one(x, max_skills, block_hours):
    """A plan allows at most m skills, those with a minimum among them; too many are impossible."""
    plan = solve_focus(as_problem(x), max_skills, block_hours)
    forced = x.min_hours > 0.0
    if forced.sum() > max_skills:
        assert not plan.solved[0]
    if not plan.solved[0]:
        assert not plan.allowed.any()
        return
    assert plan.allowed.sum() <= max_skills or len(x.weight) <= max_skills
    assert plan.allowed[forced, 0].all()


@given(allocation_problems(6), block_sizes)
@settings(max_examples=40)
def test_a_place_for_every_skill_is_no_limit(x, block_hours):
    """With as many places as skills, every skill is allowed and a plan exists where one did."""
    plan = solve_focus(as_problem(x), len(x.weight), block_hours)
    free = allocate_hours(**x.arguments(), block_hours=block_hours, errors="mark")
    assert plan.solved[0] == (free.status == 0)
    assert (plan.allowed == plan.solved).all()


@given(allocation_problems(10), block_sizes)
@settings(max_examples=25)
def test_more_places_never_hurt(x, block_hours):
    """Readiness does not fall as the limit is raised."""
    problem = as_problem(x)
    values = [
        value_of_plan(x, solve_focus(problem, m, block_hours), block_hours)
        for m in range(1, len(x.weight) + 1)
    ]
    assert all(b >= a - 1e-10 for a, b in itertools.pairwise(values))


@given(allocation_problems(8), st.data(), block_sizes)
@settings(max_examples=30)
def test_the_order_of_the_skills_does_not_matter(x, data, block_hours):
    """Reordered skills give a choice that is as good."""
    n = len(x.weight)
    max_skills = data.draw(st.integers(1, n))
    other = x.take(np.array(data.draw(st.permutations(range(n)))))
    values = [
        value_of_plan(y, solve_focus(as_problem(y), max_skills, block_hours), block_hours)
        for y in (x, other)
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-10, rel=0)


@pytest.mark.parametrize("block_hours", [None, 0.5])
@pytest.mark.parametrize("max_skills", [1, 2, 3, 5, 8])
def test_thirty_skills_are_decided(max_skills, block_hours):
    """Learners with 30 skills and random features are all decided within the limits of search."""
    rngs = [np.random.default_rng(seed) for seed in range(40)]
    learners = [random_allocation_problem(rng, 30) for rng in rngs[:20]]
    # Half of them with nothing in the way, and enough hours for the limit to matter.
    free = [
        random_allocation_problem(rng, 30, within="limits weight soft_share") for rng in rngs[20:]
    ]
    learners += [attrs.evolve(x, budget=40.0) for x in free]
    plan = solve_focus(as_problem(*learners), max_skills, block_hours)
    assert plan.complete.all()
    assert (plan.bound_gap == 0.0).all()
    assert (plan.allowed.sum(axis=0)[20:] == max_skills).sum() > 15


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_rows_do_not_influence_each_other(block_hours, monkeypatch):
    """A learner among others gets the same choice as alone, in whatever parts they are solved."""
    learners = [random_allocation_problem(np.random.default_rng(seed), 12) for seed in range(12)]
    monkeypatch.setattr(focus, "_CASES_PER_PART", 20)
    monkeypatch.setattr(focus_blocks, "_TABLE_SIZE", 3000)
    together = solve_focus(as_problem(*learners), 3, block_hours)
    for i, x in enumerate(learners):
        alone = solve_focus(as_problem(x), 3, block_hours)
        for ours, theirs in zip(together, alone, strict=True):
            np.testing.assert_array_equal(ours[..., i], theirs[..., 0])


def test_the_gap_of_an_unfinished_search_bounds_what_is_missed(monkeypatch):
    """What a search that gives up early reports covers what the full one finds."""
    learners = [
        build_allocation_problem(_HARD | {"rho": rho}, 16, np.random.default_rng(seed))
        for seed, rho in enumerate([1.0, 0.0, -0.5, -3.0] * 3)
    ]
    full = solve_focus(as_problem(*learners), 6, None)
    monkeypatch.setattr(focus, "_RANKING_ROUNDS", 1)
    monkeypatch.setattr(focus, "_NARROWING_ROUNDS", 0)
    monkeypatch.setattr(focus, "_WIDEST", 2)
    monkeypatch.setattr(focus, "_MOST_SOLVED", 0)
    hasty = solve_focus(as_problem(*learners), 6, None)
    assert full.complete.all()
    assert not hasty.complete.all()
    assert (hasty.bound_gap[~hasty.complete] > 0.0).all()
    assert (hasty.bound_gap[hasty.complete] == 0.0).all()
    for i, x in enumerate(learners):
        reached, best = (value_of(x, plan.allowed[:, i], None) for plan in (hasty, full))
        assert best <= reached + hasty.bound_gap[i] + 1e-12


@given(allocation_problems(6), st.integers(1, 4))
@settings(max_examples=30)
def test_blocks_too_fine_for_the_table_are_searched(x, max_skills):
    """The search, which takes over where the table would be too large, bounds the table's best."""
    problem = as_problem(x)
    exact = solve_focus(problem, max_skills, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(focus_blocks, "_MOST_WORK", 0.0)
        searched = solve_focus(problem, max_skills, 1.0)
    best, found = (value_of_plan(x, plan, 1.0) for plan in (exact, searched))
    if searched.solved[0]:
        assert found <= best + 1e-12
        assert best <= found + searched.bound_gap[0] + 1e-12
    else:
        assert best == -np.inf or not searched.complete[0]


@given(
    allocation_problems(5, within="limits"),
    st.floats(-3.0, 3.0),
    st.floats(0.0, 0.02),
    st.floats(0.0, 0.02),
    st.sampled_from([None, 1.0]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=80)
def test_priced_skills_bound_every_plan(x, apart, hard, soft, block_hours, random):
    """No hours within the limits have a readiness above the bound, whatever the prices."""
    quote = Quote(*(np.array([price]) for price in (apart, hard, soft)))
    gains = price_skills(as_problem(x), quote, block_hours)
    bound = gains.base[0] + gains.skill.sum()
    low, high = x.soft_share
    for _ in range(20):
        hours = np.array([random.random() for _ in x.weight])
        share = random.uniform(low, high)
        for member, part in ((~x.soft, 1.0 - share), (x.soft, share)):
            hours[member] *= x.budget * part / max(hours[member].sum(), 1e-300)
        if x.soft.all() or not x.soft.any():
            hours *= float(low == 0.0 if not x.soft.any() else high == 1.0)
        if block_hours is not None:
            hours = np.floor(hours)
            of_soft, total = hours[x.soft].sum(), hours.sum()
            hours *= float(low * total <= of_soft <= high * total)
        rates = np.maximum(x.learning_rate * hours + x.forgetting_rate, 1e-300)
        z = rates * x.horizon_weeks
        grown = (x.learning_rate * hours + x.forgetting_rate * x.floor) / rates
        level = x.proficiency * np.exp(-z) - grown * np.expm1(-z)
        reached = readiness_of(
            x.weight, x.soft, level, target=x.target, beyond=x.beyond, rho=np.array(x.rho)
        )
        assert reached <= bound + 1e-9


@given(
    allocation_problems(5, within="limits soft_share"),
    st.data(),
    st.sampled_from([(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0), (0.5, 0.5)]),
)
@settings(max_examples=100)
def test_caps_tell_the_choices_that_leave_no_plan(x, data, shares):
    """A bound is below 0 where a linear program finds no plan; elsewhere both are at least 1."""
    n = len(x.weight)
    # Whole hours and quarters: a limit is met, or broken by far more than any slack.
    some = st.lists(st.integers(0, 4), min_size=n, max_size=n)
    least = np.array(data.draw(some), dtype=float)
    most = least + np.array(data.draw(some), dtype=float)
    chosen = (least > 0.0) | np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    x = attrs.evolve(x, min_hours=least, max_hours=most, soft_share=shares, budget=8.0)
    bounds = [
        gains.base[0] + gains.skill[chosen, 0].sum()
        for gains in cap_gains(as_problem(x), least[:, None])
    ]
    # The bounds know nothing of the budget in all, only that no skill takes more.
    capped = np.where(chosen, np.maximum(least, np.minimum(most, x.budget)), 0.0)
    if is_feasible(attrs.evolve(x, max_hours=capped, budget=1e3)):
        assert min(bounds) >= 1.0
    else:
        assert min(bounds) < 0.0
