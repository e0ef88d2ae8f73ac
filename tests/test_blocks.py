"""Whole blocks: equal to every feasible plan tried, and to a dynamic program on larger problems."""

import attrs
import numpy as np
import pytest
from allocation_oracles import every_block_plan, levels, readiness_at, soft_weight, within_limits
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import allocation_problems, random_allocation_problem

from skillbalance.numeric import BINDING, allocate_hours

PLAIN = {
    "proficiency": 0.3,
    "learning_rate": 0.006,
    "forgetting_rate": 0.0144,
    "horizon_weeks": 26.0,
    "block_hours": 0.5,
}


def solve(problem, block_hours=0.5, **changes):
    """Allocate the hours of a problem in whole blocks; rows without a plan are marked."""
    arguments = problem.arguments() | changes
    return allocate_hours(**arguments, block_hours=block_hours, errors="mark")


@settings(max_examples=300)
@given(
    problem=allocation_problems(max_skills=4),
    n_blocks=st.integers(0, 8),
    rest=st.sampled_from([0.0, 0.2]),
    block_hours=st.sampled_from([0.25, 0.5, 0.7, 1.0]),
)
def test_blocks_equal_brute_force(problem, n_blocks, rest, block_hours):
    """No feasible plan in whole blocks is better, and none exists where none is found."""
    budget = (n_blocks + rest) * block_hours
    problem = attrs.evolve(problem, budget=budget)
    found = solve(problem, block_hours)
    plans = every_block_plan(problem, block_hours)
    if len(plans) == 0:
        assert found.status == 2
        assert np.isnan(found.hours).all()
        return
    assert found.status == 0
    assert within_limits(problem, found.hours, 1e-9)
    blocks = found.hours / block_hours
    np.testing.assert_allclose(blocks, np.rint(blocks), atol=1e-12)
    best = readiness_at(problem, plans).max()
    assert found.readiness == pytest.approx(best, rel=1e-12, abs=1e-12)
    assert readiness_at(problem, found.hours) == pytest.approx(best, rel=1e-12, abs=1e-12)


def best_by_dynamic_program(problem, block_hours):
    """Fill a table per kind, skill after skill, then try every split of the blocks."""
    n_blocks = int(problem.budget / block_hours + 1e-9)
    hours = np.arange(n_blocks + 1)[:, None] * block_hours
    p = levels(problem, hours)
    credit = np.minimum(p, problem.target) + problem.beyond * np.maximum(p - problem.target, 0.0)
    lower = np.ceil(problem.min_hours / block_hours - 1e-9)
    upper = np.floor(np.minimum(problem.max_hours, 1e6) / block_hours + 1e-9)
    tables = []
    for member in (~problem.soft, problem.soft):
        table = np.full(n_blocks + 1, -np.inf)
        table[0] = 0.0
        for i in np.nonzero(member)[0]:
            after = np.full(n_blocks + 1, -np.inf)
            for count in range(int(lower[i]), int(min(upper[i], n_blocks)) + 1):
                gained = table[: n_blocks + 1 - count] + problem.weight[i] * credit[count, i]
                after[count:] = np.maximum(after[count:], gained)
            table = after
        tables.append(np.maximum.accumulate(table) / max(problem.weight[member].sum(), 1e-300))
    hard, soft = tables[0][::-1], tables[1]
    possible = np.isfinite(hard) & np.isfinite(soft)
    if not possible.any():
        return None
    s, rho = soft_weight(problem), problem.rho
    H, S = hard[possible], soft[possible]
    if s in (0.0, 1.0) or rho == 1.0:
        return float(((1.0 - s) * H + s * S).max())
    if abs(rho) < 1e-8:
        return float((H ** (1.0 - s) * S**s).max())
    with np.errstate(divide="ignore"):
        return float((((1.0 - s) * H**rho + s * S**rho) ** (1.0 / rho)).max())


@pytest.mark.parametrize("seed", range(30))
def test_blocks_equal_a_dynamic_program(seed):
    """On 12 skills and up to 80 blocks, without limits of the share, another method agrees."""
    rng = np.random.default_rng(seed)
    problem = random_allocation_problem(rng, 12, within="soft_share")
    problem = attrs.evolve(problem, budget=float(rng.choice([12.0, 40.0])))
    best = best_by_dynamic_program(problem, 0.5)
    found = solve(problem)
    if best is None:
        assert found.status == 2
    else:
        assert found.readiness == pytest.approx(best, rel=1e-12, abs=1e-13)


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=4), n_blocks=st.integers(0, 6))
def test_the_shadow_price_is_the_value_of_one_more_block(problem, n_blocks):
    """Per hour, the price is what the optimum gains from a budget one block larger."""
    problem = attrs.evolve(problem, budget=0.5 * n_blocks)
    found = solve(problem)
    larger = solve(problem, budget=problem.budget + 0.5)
    if found.status == 0:
        gain = (larger.readiness - found.readiness) / 0.5
        assert found.shadow_price == pytest.approx(gain, abs=1e-12)


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=4), n_blocks=st.integers(0, 6))
def test_useless_hours_are_never_planned(problem, n_blocks):
    """Without limits that ask for it, only skills that count and can move get blocks."""
    problem = attrs.evolve(
        problem, budget=0.5 * n_blocks, min_hours=0.0 * problem.weight, soft_share=(0.0, 1.0)
    )
    found = solve(problem)
    for i in np.nonzero(found.hours)[0]:
        fewer = found.hours - 0.5 * (np.arange(len(found.hours)) == i)
        assert problem.weight[i] > 0.0
        assert problem.proficiency[i] < 1.0 or problem.forgetting_rate[i] > 0.0
        assert readiness_at(problem, fewer) <= found.readiness + 1e-15
    idle = float(readiness_at(problem, np.zeros_like(found.hours)))
    # Where one kind stays at zero so may readiness, though the index of the other rises.
    assert found.readiness > idle or not found.hours.any() or found.readiness == 0.0


def test_hours_stay_unused_when_every_target_is_met():
    """With *beyond* 0 the plan stops at the targets and reports the rest of the budget."""
    found = allocate_hours([0.6, 0.4], [False, True], budget=20.0, target=0.4, beyond=0.0, **PLAIN)
    assert (found.proficiency >= 0.4).all()
    assert found.unused_hours == 20.0 - found.hours.sum() > 0.0
    assert found.shadow_price == 0.0
    fewer = allocate_hours(
        [0.6, 0.4], [False, True], budget=found.hours.sum(), target=0.4, beyond=0.0, **PLAIN
    )
    np.testing.assert_array_equal(fewer.hours, found.hours)


@pytest.mark.parametrize("n_blocks", range(10))
def test_equal_skills_share_evenly(n_blocks):
    """Equal skills differ by one block at most, and the earlier ones have it."""
    found = allocate_hours([1.0] * 4, [False] * 4, budget=0.5 * n_blocks, **PLAIN)
    blocks = found.hours / 0.5
    assert blocks.sum() == n_blocks
    assert blocks.max() - blocks.min() <= 1.0
    assert (np.diff(blocks) <= 0.0).all()


def test_limits_that_are_no_multiple_of_a_block_are_rounded_inwards():
    """A minimum is rounded up, maximum and budget down, binary fractions notwithstanding."""
    found = allocate_hours(
        [1.0, 0.01, 1.0],
        [False] * 3,
        budget=3.2,
        min_hours=[0, 0.6, 0],
        max_hours=[0.9, 9, 9],
        **PLAIN,
    )
    np.testing.assert_array_equal(found.hours, [0.5, 1.0, 1.5])
    assert found.unused_hours == pytest.approx(0.2)
    tenths = PLAIN | {"block_hours": 0.1}
    found = allocate_hours(
        [1.0, 0.5], [False] * 2, budget=0.1 + 0.2, min_hours=[0.0, 0.3], **tenths
    )
    np.testing.assert_allclose(found.hours, [0.0, 0.3])
    found = allocate_hours([1.0, 0.5], [False] * 2, budget=0.7 + 0.1, max_hours=0.4, **tenths)
    np.testing.assert_allclose(found.hours, [0.4, 0.4])


def test_what_binds_is_named():
    """Minimum, maximum, target, share and budget are each named where they hold a skill."""

    def binding(*args, **changes):
        found = allocate_hours(*args, **PLAIN | changes)
        return [BINDING[code] for code in found.binding]

    two = ([0.9, 0.1], [False, False])
    assert binding(*two, budget=3.0, min_hours=[0.0, 1.0]) == ["budget", "min"]
    assert binding(*two, budget=3.0, max_hours=[1.0, 9.0]) == ["max", "budget"]
    assert binding(*two, budget=30.0, target=[0.4, 1.0], beyond=0.0) == ["target", "budget"]
    assert binding([0.9, 0.1], [False, True], budget=4.0, rho=1.0, soft_share=(0.5, 1.0)) == [
        "soft_share",
        "soft_share",
    ]
    assert binding(*two, budget=3.0) == ["budget", "budget"]
    assert binding([1.0, 0.0], [False, False], budget=3.0) == ["budget", ""]


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=6), order=st.permutations(range(6)))
def test_the_order_of_skills_does_not_matter(problem, order):
    """Permuted skills give the same readiness, and the same hours up to ties."""
    n = len(problem.weight)
    order = np.array([i for i in order if i < n])
    found, permuted = solve(problem), solve(problem.take(order))
    assert found.status == permuted.status
    if found.status == 0:
        assert permuted.readiness == pytest.approx(found.readiness, rel=1e-13, abs=1e-15)
        assert permuted.hours.sum() == pytest.approx(found.hours.sum())


def test_rows_do_not_influence_each_other():
    """A row alone has the same bits as among a thousand with larger budgets and other limits."""
    rng = np.random.default_rng(5)
    problems = [random_allocation_problem(rng, 5) for _ in range(400)]
    stacked = {
        name: np.stack([np.asarray(p.arguments()[name]) for p in problems])
        for name in problems[0].arguments()
        if name != "soft_share"
    }
    shares = np.array([p.soft_share for p in problems])
    together = allocate_hours(
        **stacked, soft_share=(shares[:, 0], shares[:, 1]), block_hours=0.5, errors="mark"
    )
    for i in range(0, 400, 7):
        alone = solve(problems[i])
        for name in ("hours", "readiness", "shadow_price", "optimality_gap", "binding"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(together, name)[i])


@settings(max_examples=100)
@given(problem=allocation_problems(max_skills=5, extreme=True))
def test_blocks_hold_every_limit_on_extreme_problems(problem):
    """Whatever the rates, horizons and limits, a plan is feasible and its proof is a number."""
    found = solve(problem, 2.0 if problem.budget > 20.0 else 0.5)
    assert found.status in (0, 2)
    if found.status == 0:
        assert within_limits(problem, found.hours, 1e-9 * (1.0 + problem.budget))
        for value in (found.readiness, found.optimality_gap, found.shadow_price):
            assert value >= 0.0
        assert found.optimality_gap <= 1.0 + 1e-12
