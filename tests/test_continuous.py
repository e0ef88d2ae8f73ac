"""Continuous hours: proved optimal, by other means too, whatever the problem and its neighbors."""

import attrs
import numpy as np
import pytest
from allocation_oracles import (
    as_row,
    has_plan,
    indices,
    levels,
    most_gained,
    readiness_at,
    slopes,
    soft_weight,
    within_limits,
)
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import AllocationProblem, allocation_problems, random_allocation_problem

from skillbalance.numeric import allocate_hours, evaluate_hours, proficiency_after
from skillbalance.numeric.allocation import continuous
from skillbalance.numeric.allocation.proof import linear_bound, stand

# Readiness below this is beneath the rounding of its own parts: a plan that is worth less than
# 1e-12 in all is right if its gap is.
BENEATH_NOTICE = 1e-16
PER_SKILL = ("hours", "proficiency", "marginal_return", "binding")
PER_ROW = ("readiness", "shadow_price", "optimality_gap", "unused_hours", "status")


def solve(problem, **changes):
    """Allocate the hours of a problem; one without a plan is marked."""
    return allocate_hours(**problem.arguments() | changes, errors="mark")


def stack(problems):
    """Stack problems of as many skills as the rows of one call."""
    rows = {
        name: np.stack([np.asarray(p.arguments()[name]) for p in problems])
        for name in problems[0].arguments()
        if name != "soft_share"
    }
    shares = np.array([p.soft_share for p in problems])
    return rows | {"soft_share": (shares[:, 0], shares[:, 1])}


def take(rows, which):
    """Choose rows of a stack."""
    low, high = rows["soft_share"]
    chosen = {name: value[which] for name, value in rows.items() if name != "soft_share"}
    return chosen | {"soft_share": (low[which], high[which])}


def plain(**changes):
    """Build two hard skills and a soft one, half a year, all features at their simplest."""
    n = len(changes.get("weight", [0.5, 0.3, 0.2]))

    def per_skill(value):
        return np.broadcast_to(np.asarray(value, dtype=float), (n,)).copy()

    given_ = {
        "weight": [0.5, 0.3, 0.2],
        "proficiency": 0.3,
        "learning_rate": 0.006,
        "forgetting_rate": 0.0144,
        "horizon_weeks": 26.0,
        "floor": 0.15,
        "target": 1.0,
        "beyond": 0.25,
        "min_hours": 0.0,
        "max_hours": np.inf,
    } | changes
    rest = {
        "soft": np.array(given_.pop("soft", [False, False, True])),
        "budget": float(given_.pop("budget", 6.0)),
        "rho": given_.pop("rho", -0.5),
        "soft_share": given_.pop("soft_share", (0.0, 1.0)),
    }
    return AllocationProblem(**{k: per_skill(v) for k, v in given_.items()}, **rest)


def check_proved(problem, found):
    """Assert what every answer must show: limits held and a gap that is nothing."""
    assert found.status == 0
    assert within_limits(problem, found.hours, 1e-9 * (1.0 + problem.budget))
    assert found.hours.sum() + found.unused_hours == pytest.approx(problem.budget, abs=1e-9)
    # Just below rho = 1 an index of zero has an infinite price, for hours beneath any float.
    if np.isfinite(found.marginal_return).all():
        assert found.optimality_gap <= 1e-10 * found.readiness + BENEATH_NOTICE
    assert found.readiness == pytest.approx(
        float(readiness_at(problem, found.hours)), rel=1e-11, abs=1e-13
    )
    np.testing.assert_allclose(found.proficiency, levels(problem, found.hours), atol=1e-13)
    for values in (found.marginal_return, found.shadow_price):
        assert (values >= 0.0).all()


@settings(max_examples=300)
@given(problem=allocation_problems(max_skills=8))
def test_every_answer_is_proved(problem):
    """For every combination of features the gap is at most 1e-10 of readiness, limits to 1e-9."""
    found = solve(problem)
    if has_plan(problem):
        check_proved(problem, found)
    else:
        assert found.status == 2


@settings(max_examples=300)
@given(problem=allocation_problems(max_skills=8, extreme=True))
def test_every_answer_is_proved_at_the_extremes(problem):
    """The same with rates, horizons, weights and limits at the ends of what they may be."""
    found = solve(problem)
    if has_plan(problem):
        check_proved(problem, found)
    else:
        assert found.status == 2


@settings(max_examples=200)
@given(
    learning_rate=st.lists(st.floats(1e-5, 1e-2), min_size=2, max_size=4),
    proficiency=st.lists(st.sampled_from([0.0, 0.3, 0.8]), min_size=4, max_size=4),
    half_life_days=st.sampled_from([1.0, 7.0, 400.0]),
    weeks=st.floats(10.0, 60.0),
    budget=st.sampled_from([0.01, 0.1, 1.0]),
    rho=st.sampled_from([0.5, 0.0, -0.5, -3.0]),
)
@example([1.07e-05, 2.77e-04], [0.0] * 4, 1.0, 41.8, 0.01, 0.5)
@example([2.03e-03, 3.47e-03], [0.0] * 4, 1.0, 45.5, 0.01, -3.0)
def test_next_to_level_zero_no_digits_are_lost(
    learning_rate, proficiency, half_life_days, weeks, budget, rho
):
    """However little is left of a level, gap and levels are right to all digits of their own."""
    n = len(learning_rate)
    problem = plain(
        weight=[1.0] * n,
        soft=[i % 2 == 1 for i in range(n)],
        proficiency=proficiency[:n],
        learning_rate=learning_rate,
        forgetting_rate=7.0 * np.log(2.0) / half_life_days,
        floor=0.0,
        horizon_weeks=weeks,
        budget=budget,
        rho=rho,
    )
    found = solve(problem)
    assert found.optimality_gap <= 1e-10 * found.readiness
    level = proficiency_after(
        problem.proficiency,
        found.hours,
        learning_rate=problem.learning_rate,
        forgetting_rate=problem.forgetting_rate,
        weeks=problem.horizon_weeks,
    )
    np.testing.assert_allclose(found.proficiency, level, rtol=1e-12)


EXTREMES = {
    "one skill": plain(weight=[1.0], soft=[False]),
    "one skill, a soft one": plain(weight=[1.0], soft=[True]),
    "no soft skill": plain(soft=[False] * 3),
    "only soft skills": plain(soft=[True] * 3),
    "no budget": plain(budget=0.0),
    "next to no budget": plain(budget=1e-9),
    "a whole week": plain(budget=168.0),
    "a weight of zero": plain(weight=[0.5, 0.0, 0.5]),
    "a kind without weight": plain(weight=[0.5, 0.5, 0.0]),
    "no weights": plain(weight=[0.0, 0.0, 0.0]),
    "weights far apart": plain(weight=[1e-12, 1.0, 1e-6]),
    "huge weights": plain(weight=[1e300, 1e300, 1e300]),
    "nobody forgets": plain(forgetting_rate=0.0),
    "half-lives of a day": plain(forgetting_rate=7.0 * np.log(2.0)),
    "half-lives of a day, no floor": plain(forgetting_rate=7.0 * np.log(2.0), floor=0.0),
    "beginners": plain(proficiency=0.0, floor=0.0),
    "beginners who do not forget": plain(proficiency=0.0, floor=0.0, forgetting_rate=0.0),
    "masters": plain(proficiency=1.0, floor=0.5),
    "masters who do not forget": plain(proficiency=1.0, forgetting_rate=0.0),
    "levels of 0 and 1": plain(proficiency=[0.0, 1.0, 0.0], floor=0.0),
    "no learning": plain(learning_rate=0.0),
    "one skill cannot be learned": plain(learning_rate=[0.006, 0.0, 0.006]),
    "a kind that cannot be learned": plain(learning_rate=[0.006, 0.006, 0.0]),
    "targets of 0": plain(target=0.0),
    "targets of 0 and nothing beyond": plain(target=0.0, beyond=0.0),
    "targets reached already": plain(target=0.2, beyond=0.0),
    "targets reached soon": plain(target=0.31, beyond=0.0),
    "targets of 0, 0.5 and 1": plain(target=[0.0, 0.5, 1.0]),
    "targets at the level now": plain(target=0.3, forgetting_rate=0.0),
    "maxima of 0": plain(max_hours=0.0),
    "a kind with maxima of 0": plain(max_hours=[0.0, 0.0, np.inf]),
    "minima that use the budget": plain(min_hours=2.0),
    "minima equal to maxima": plain(min_hours=1.0, max_hours=1.0),
    "no soft hours": plain(soft_share=(0.0, 0.0)),
    "soft hours only": plain(soft_share=(1.0, 1.0)),
    "a fixed share": plain(soft_share=(0.3, 0.3)),
    "a fixed share of targets": plain(soft_share=(0.3, 0.3), target=0.32, beyond=0.0),
    "a share no budget can use": plain(soft_share=(0.5, 0.5), max_hours=[9.0, 9.0, 0.5]),
    "complements to the limit": plain(rho=-20.0),
    "complements far apart": plain(rho=-20.0, proficiency=[0.9, 0.8, 0.001], floor=0.0),
    "nearly substitutes": plain(rho=0.999),
    "nearly geometric": plain(rho=1e-12),
    "substitutes": plain(rho=1.0),
    "beginners at a thing": plain(rho=0.5, proficiency=[0.5, 0.5, 0.0], floor=0.0),
    "beginners, no soft hours, substitutes": plain(
        rho=0.5, proficiency=0.0, floor=0.0, forgetting_rate=0.0, soft_share=(0.0, 0.0)
    ),
    "beginners, no soft hours, complements": plain(
        rho=-0.5, proficiency=0.0, floor=0.0, forgetting_rate=0.0, soft_share=(0.0, 0.0)
    ),
    "beginners in a band, substitutes": plain(
        rho=0.5, proficiency=0.0, floor=0.0, soft_share=(0.2, 0.4)
    ),
    "beginners in a band, complements": plain(proficiency=0.0, floor=0.0, soft_share=(0.2, 0.4)),
    "a week ahead": plain(horizon_weeks=1.0),
    "ages ahead": plain(horizon_weeks=1e4),
    "ages ahead, a whole week": plain(horizon_weeks=1e4, budget=168.0),
    "ages ahead, a whole week, no forgetting": plain(
        horizon_weeks=1e4, budget=168.0, forgetting_rate=0.0
    ),
    "ages ahead, a full floor": plain(horizon_weeks=1e4, budget=91.0, floor=1.0),
    "ages ahead for fast learners": plain(
        horizon_weeks=1e4, budget=168.0, learning_rate=1.0, forgetting_rate=0.0
    ),
    "horizons far apart": plain(horizon_weeks=[1.0, 100.0, 1e4]),
    "slow and fast learners": plain(learning_rate=[1e-8, 0.006, 10.0]),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_named_extremes_are_proved(name):
    """Each extreme by itself is solved or refused as the limits say, and proved where solved."""
    problem = EXTREMES[name]
    assert has_plan(problem)
    check_proved(problem, solve(problem))


@pytest.mark.parametrize("rho", [1.0, -0.5, -20.0])
def test_five_hundred_skills_are_proved(rho):
    """Size alone breaks nothing."""
    problem = random_allocation_problem(
        np.random.default_rng(3), 500, within="weight proficiency limits soft_share target"
    )
    problem = attrs.evolve(problem, rho=rho, budget=40.0)
    check_proved(problem, solve(problem))


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=5, within="soft_share"))
def test_no_hour_is_better_spent_elsewhere(problem):
    """The optimality conditions hold for derivatives computed to 40 digits from the text."""
    assume(has_plan(problem) and problem.weight.any())
    found = solve(problem)
    assume(found.readiness > 1e-6)
    # Between rho = 0 and 1 the price of an index of zero is infinite: nothing to compare.
    parts = (1.0 - soft_weight(problem), soft_weight(problem))
    weighed = zip(indices(problem, found.hours), parts, strict=True)
    assume(all(index > 0.0 for index, part in weighed if part > 0.0))
    last, following = slopes(problem, found.hours)
    can_rise = found.hours < np.minimum(problem.max_hours, problem.budget) - 1e-7
    can_fall = found.hours > problem.min_hours + 1e-7
    price = np.max(following[can_rise], initial=0.0)
    scale = 1e-7 * max(price, last.max())
    assert (last[can_fall] >= price - scale).all() or found.hours.max() < 1e-6
    if found.unused_hours > 1e-7:
        assert price <= scale


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=5))
def test_moving_hours_gains_nothing(problem):
    """Readiness by finite differences: no exchange of hours between two skills, none less."""
    found = solve(problem)
    assume(found.status == 0)
    n = len(problem.weight)
    pairs = np.eye(n)[:, None, :] - np.eye(n)[None, :, :]
    moves = np.concatenate([pairs.reshape(-1, n), np.eye(n), -np.eye(n)])
    for size in (1e-4, 0.02, 0.5):
        moved = found.hours + size * moves
        allowed = within_limits(problem, moved, 0.0)
        gained = readiness_at(problem, moved[allowed]) - readiness_at(problem, found.hours)
        assert (gained <= 1e-10 * found.readiness + 1e-15).all()


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=6, within="target"))
def test_the_gap_is_that_of_a_linear_program(problem):
    """A linear program over the limits finds no more to gain than the closed form says."""
    pytest.importorskip("scipy", reason="compares with scipy.optimize.linprog")
    found = solve(problem)
    assume(found.status == 0 and np.isfinite(found.marginal_return).all())
    gained = most_gained(problem, found.marginal_return, found.hours)
    scale = 1e-7 * (1e-3 + float(found.marginal_return.max()) * (1.0 + problem.budget))
    assert gained <= found.optimality_gap + scale


@settings(max_examples=100)
@given(problem=allocation_problems(max_skills=6))
def test_the_proof_of_the_solver_is_the_proof_of_its_hours(problem):
    """The gap that comes with a plan is the one its hours get from the bound for any hours."""
    found = solve(problem)
    assume(found.status == 0)
    judged = evaluate_hours(found.hours, **problem.arguments())
    assert judged.optimality_gap <= found.optimality_gap + 1e-9 * found.readiness + BENEATH_NOTICE


@pytest.mark.parametrize("seed", range(40))
def test_slsqp_is_never_better(seed):
    """A general solver started at several points finds nothing better by more than 1e-10."""
    optimize = pytest.importorskip("scipy.optimize", reason="compares with SLSQP")
    rng = np.random.default_rng(seed)
    while True:
        problem = random_allocation_problem(rng, int(rng.integers(2, 9)))
        if problem.budget > 0.0 and problem.weight.any() and has_plan(problem):
            break
    found = solve(problem)
    low, high = problem.soft_share
    soft = problem.soft.astype(float)
    limits = [
        {"type": "ineq", "fun": lambda h, a=a, b=b: a @ h + b, "jac": lambda _, a=a: a}
        for a, b in ((-np.ones_like(soft), problem.budget), (soft - low, 0.0), (high - soft, 0.0))
    ]
    upper = np.minimum(problem.max_hours, problem.budget)
    for start in (found.hours, problem.min_hours, np.full(len(soft), problem.budget / len(soft))):
        with np.errstate(all="ignore"):
            other = optimize.minimize(
                lambda h: -float(readiness_at(problem, np.maximum(h, 0.0))),
                np.clip(start, problem.min_hours, upper),
                method="SLSQP",
                bounds=np.stack([problem.min_hours, upper], axis=1),
                constraints=limits,
                options={"ftol": 1e-14, "maxiter": 200},
            )
        if np.isfinite(other.x).all() and within_limits(problem, other.x, 1e-12):
            assert readiness_at(problem, other.x) <= found.readiness + 1e-10


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=5))
def test_blocks_are_never_better(problem):
    """Whole blocks are plans like others: readiness between theirs and theirs plus their gap."""
    blocks = solve(problem, block_hours=0.5)
    assume(blocks.status == 0)
    free = solve(problem)
    assert free.status == 0
    assert blocks.readiness <= free.readiness + 1e-10 * free.readiness
    assert free.readiness <= blocks.readiness + blocks.optimality_gap + 1e-12


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=6), more=st.floats(0.01, 5.0))
def test_more_budget_is_never_worse(problem, more):
    """Readiness rises with the budget, by at most what the shadow price promises."""
    found, richer = solve(problem), solve(problem, budget=problem.budget + more)
    assume(found.status == 0 and richer.status == 0)
    assert richer.readiness >= found.readiness - 1e-10 * found.readiness
    # Hours that a share limit pins are worth more once the budget lets both kinds grow.
    if problem.soft_share == (0.0, 1.0):
        promised = found.shadow_price * more
        assert richer.readiness <= found.readiness + promised * (1.0 + 1e-6) + 1e-9


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=5, within="soft_share limits"))
def test_the_shadow_price_is_the_slope_in_the_budget(problem):
    """One more minute is worth the price, up to curvature, wherever no kink is near."""
    assume(problem.budget > 0.0 and problem.weight.any())
    step = 1e-5
    found, richer = solve(problem), solve(problem, budget=problem.budget + step)
    assume(found.readiness > 1e-4)
    slope = float(richer.readiness - found.readiness) / step
    assert slope == pytest.approx(float(found.shadow_price), rel=2e-3, abs=1e-8)


@settings(max_examples=80)
@given(problem=allocation_problems(max_skills=6), order=st.permutations(range(6)))
def test_the_order_of_skills_does_not_matter(problem, order):
    """Permuting skills permutes their hours."""
    order = np.array([i for i in order if i < len(problem.weight)])
    found, permuted = solve(problem), solve(problem.take(order))
    assert found.status == permuted.status
    assume(found.status == 0)
    assert permuted.readiness == pytest.approx(found.readiness, rel=1e-10)
    # Hours that gain nothing, asked for by a share, may go to any skill of their kind.
    if problem.soft_share == (0.0, 1.0):
        np.testing.assert_allclose(permuted.hours, found.hours[order], atol=2e-4)


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=6), scale=st.sampled_from([1e-9, 3.0, 1e9]))
def test_only_ratios_of_weights_count(problem, scale):
    """Scaling all weights changes nothing."""
    found, scaled = solve(problem), solve(problem, weight=scale * problem.weight)
    assert found.status == scaled.status
    assume(found.status == 0)
    assert scaled.readiness == pytest.approx(found.readiness, rel=1e-10)
    assert scaled.optimality_gap <= 1e-10 * scaled.readiness + BENEATH_NOTICE


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=3), n=st.integers(2, 4))
def test_equal_skills_get_equal_hours(problem, n):
    """Copies of a skill share evenly, to the last bit."""
    copies = problem.take(np.repeat(np.arange(len(problem.weight)), n))
    found = solve(copies)
    assume(found.status == 0)
    by_skill = found.hours.reshape(-1, n)
    # Hours that gain nothing, asked for by a share, go to skills in order.
    if copies.soft_share == (0.0, 1.0):
        np.testing.assert_allclose(by_skill - by_skill[:, :1], 0.0, atol=1e-9)


@settings(max_examples=40)
@given(problem=allocation_problems(max_skills=5, within="rho"))
def test_readiness_is_continuous_in_rho(problem):
    """Nearly substitutes differ from substitutes by nearly nothing; likewise around 0."""
    for rho, near in ((1.0, 1.0 - 1e-9), (0.0, 1e-11), (0.0, -1e-11)):
        found, close = solve(problem, rho=rho), solve(problem, rho=near)
        assert found.status == close.status
        if found.status == 0 and found.readiness > 1e-3:
            assert close.readiness == pytest.approx(float(found.readiness), rel=1e-6)


@settings(max_examples=40)
@given(problem=allocation_problems(max_skills=6, within="soft_share"))
def test_one_kind_makes_rho_irrelevant(problem):
    """With skills of one kind only, readiness is their index whatever rho is."""
    problem = attrs.evolve(problem, soft=np.zeros_like(problem.soft))
    assume(has_plan(problem) and problem.weight.any())
    wanted = solve(problem, rho=1.0)
    for rho in (0.0, -0.5, -20.0):
        found = solve(problem, rho=rho)
        np.testing.assert_allclose(found.hours, wanted.hours, atol=1e-6)
        assert found.readiness == pytest.approx(float(wanted.readiness), rel=1e-12)
        assert found.shadow_price == pytest.approx(float(wanted.shadow_price), rel=1e-6)


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=6, within="limits"), low=st.floats(0.0, 1.0))
def test_a_share_that_is_kept_anyway_costs_nothing(problem, low):
    """Limits of the share around the free optimum leave it as it is; others cost readiness."""
    free = solve(problem, soft_share=(0.0, 1.0))
    assume(free.hours.sum() > 0.0)
    share = min(float((free.hours * problem.soft).sum() / free.hours.sum()), 1.0)
    kept = solve(problem, soft_share=(low * share, 1.0))
    assert kept.readiness == pytest.approx(float(free.readiness), rel=1e-12)
    forced = solve(problem, soft_share=(share + low * (1.0 - share), 1.0))
    if forced.status == 0:
        assert forced.readiness <= free.readiness * (1.0 + 1e-10)


def same_bits(part, whole, which):
    """Assert that results are those of some rows of a larger call, bit by bit."""
    for name in (*PER_SKILL, *PER_ROW):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[which])


@pytest.mark.parametrize("extreme", [False, True])
@pytest.mark.parametrize("n", [1, 2, 7])
def test_rows_are_independent_to_the_bit(n, extreme):
    """Any order, chunk, leading shape or single row gives the same bits as all rows together."""
    rng = np.random.default_rng(n)
    problems = [random_allocation_problem(rng, n, extreme=extreme) for _ in range(240)]
    rows = stack(problems)
    whole = allocate_hours(**rows, errors="mark")
    order = rng.permutation(240)
    same_bits(allocate_hours(**take(rows, order), errors="mark"), whole, order)
    for start, stop in ((0, 1), (1, 2), (3, 90), (90, 91), (91, 240)):
        part = slice(start, stop)
        same_bits(allocate_hours(**take(rows, part), errors="mark"), whole, part)
    cube = take(rows, np.arange(240).reshape(3, 4, 20))
    same_bits(allocate_hours(**cube, errors="mark"), whole, np.arange(240).reshape(3, 4, 20))
    for i in range(0, 240, 20):
        same_bits(solve(problems[i]), whole, i)


def test_rows_beyond_one_part_are_the_same():
    """Rows are solved in parts; where the cut falls leaves no trace."""
    rng = np.random.default_rng(8)
    problems = [random_allocation_problem(rng, 3) for _ in range(300)]
    rows = take(stack(problems), np.arange(5000) % 300)
    whole = allocate_hours(**rows, errors="mark")
    for name in (*PER_SKILL, *PER_ROW):
        values = getattr(whole, name)
        np.testing.assert_array_equal(values[300:5000], values[: 5000 - 300])


def test_marked_rows_leave_their_neighbors_alone():
    """An invalid and an infeasible row are blank and explained; all others keep their bits."""
    rng = np.random.default_rng(4)
    problems = [
        random_allocation_problem(rng, 4, within="limits soft_share budget") for _ in range(60)
    ]
    rows = stack(problems) | {"budget": np.full(60, 6.0)}
    clean = allocate_hours(**rows)
    bad = {name: value.copy() for name, value in rows.items() if name != "soft_share"}
    bad["proficiency"][7, 2] = np.nan
    bad["weight"][20, 0] = -1.0
    bad["rho"][21] = 1.5
    bad["min_hours"][33] = 5.0
    bad["budget"][59] = np.inf
    marked = allocate_hours(**bad, soft_share=rows["soft_share"], errors="mark")
    faulty = np.array([7, 20, 21, 33, 59])
    np.testing.assert_array_equal(np.nonzero(marked.status)[0], faulty)
    assert marked.status[faulty].tolist() == [1, 1, 1, 2, 1]
    assert list(marked.faults) == faulty.tolist()
    for row, word in zip(
        faulty, ("proficiency", "weight", "rho", "hours_per_week", "budget"), strict=True
    ):
        assert word in marked.faults[row]
    assert np.isnan(marked.hours[faulty]).all()
    assert np.isnan(marked.optimality_gap[faulty]).all()
    good = np.setdiff1d(np.arange(60), faulty)
    for name in (*PER_SKILL, *PER_ROW):
        np.testing.assert_array_equal(getattr(marked, name)[good], getattr(clean, name)[good])


def test_hours_beyond_every_target_stay_unused():
    """With nothing to gain past the targets the rest of the budget is reported, not padded."""
    problem = plain(target=0.35, beyond=0.0, budget=100.0)
    found = solve(problem)
    np.testing.assert_allclose(found.proficiency, 0.35, atol=1e-12)
    assert found.unused_hours == pytest.approx(100.0 - found.hours.sum())
    assert found.unused_hours > 1.0
    assert found.shadow_price == 0.0


@settings(max_examples=40)
@given(problem=allocation_problems(max_skills=5, within="soft_share"))
@example(problem=plain(weight=[0.5, 0.5], soft=[False, True], proficiency=[0.9, 0.1], rho=-20.0))
def test_complements_pull_towards_the_weaker_kind(problem):
    """The smaller rho, the nearer the indices: the weaker one never falls."""
    assume(has_plan(problem) and 0.0 < soft_weight(problem) < 1.0)

    def weaker(rho):
        hours = solve(problem, rho=rho).hours
        credit = np.minimum(levels(problem, hours), problem.target)
        past = np.maximum(levels(problem, hours) - problem.target, 0.0)
        worth = problem.weight * (credit + problem.beyond * past)
        return min(
            worth[member].sum() / problem.weight[member].sum()
            for member in (problem.soft, ~problem.soft)
        )

    assert weaker(-3.0) >= weaker(0.0) - 1e-6
    assert weaker(0.0) >= weaker(1.0) - 1e-6


@pytest.mark.parametrize("rho", [-3.0, -0.5, 0.0, 0.5])
def test_coupled_kinds_settle_in_a_few_newton_steps(rho, monkeypatch):
    """The digits of the coupling double each step; the slow bracket is left for rare learners."""
    steps, brackets = [], []
    step, bracket = continuous._coupling_step, continuous._bracket

    def counted_step(*arguments):
        steps.append(1)
        return step(*arguments)

    def counted_bracket(columns):
        brackets.append(columns.room.size)
        return bracket(columns)

    monkeypatch.setattr(continuous, "_coupling_step", counted_step)
    monkeypatch.setattr(continuous, "_bracket", counted_bracket)
    taken = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        problem = random_allocation_problem(rng, 12, within="limits soft_share proficiency weight")
        before = len(steps)
        solve(attrs.evolve(problem, rho=rho))
        taken.append(len(steps) - before)
    assert any(taken)
    assert np.quantile(taken, 0.9) <= 12
    assert len(brackets) <= 4


@settings(max_examples=60)
@given(problem=allocation_problems(), seed=st.integers(0, 999))
def test_the_linear_bound_is_what_a_linear_program_finds(problem, seed):
    """At any hours within the limits, the most that the tangent plane promises, no more or less."""
    rng = np.random.default_rng(seed)
    room = rng.choice([0.0, 0.3, 1.0, np.inf], len(problem.weight))
    problem = attrs.evolve(problem, max_hours=problem.min_hours + room)
    somewhere = solve(problem, weight=rng.random(len(problem.weight)), rho=1.0)
    assume(somewhere.status == 0)
    row, hours = as_row(problem), somewhere.hours[:, None]
    at = stand(row, row.shares(), hours)
    assume(np.isfinite(at.gain).all() and not at.at_target.any())
    bound = linear_bound(row, hours, at, np.zeros(1))[0]
    most = most_gained(problem, at.gain[:, 0], somewhere.hours)
    assert bound == pytest.approx(max(most, 0.0), rel=1e-6, abs=1e-7 * at.gain.max(initial=1e-3))
