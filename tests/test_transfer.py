"""Cross-training: hours that transfer, against SLSQP, grids, and plans without transfer."""

import datetime as dt
import itertools
import math

import attrs
import numpy as np
import pytest
from allocation_oracles import (
    as_row,
    has_plan,
    indices,
    levels,
    readiness_at,
    within_limits,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.numeric import allocate_hours, allocate_with_transfer
from skillbalance.numeric.allocation.mixture import expand, read_credit
from skillbalance.numeric.allocation.transfer import HourLimits, prove
from tests import strategies

AS_OF = dt.date(2026, 3, 2)


@st.composite
def transfers(draw, n):
    """Draw a matrix: none, sparse, dense, or of skills that teach each other fully."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    density = draw(st.sampled_from([0.0, 0.2, 1.0]))
    matrix = np.where(rng.random((n, n)) < density, rng.random((n, n)), 0.0)
    matrix *= draw(st.sampled_from([0.3, 1.0, 3.0]))
    np.fill_diagonal(matrix, 0.0)
    return matrix


@st.composite
def cases(draw, *, extreme=False):
    """Draw a learner whose limits can be met, and a transfer matrix."""
    x = draw(strategies.allocation_problems(extreme=extreme))
    assume(has_plan(x))
    return x, draw(transfers(len(x.weight)))


@settings(max_examples=30)
@given(cases())
def test_the_proof_is_tight(case):
    """Hours keep the limits, and no others can have more readiness than 1e-8 above."""
    x, matrix = case
    found = allocate_with_transfer(**x.arguments(), transfer=matrix)
    assert within_limits(x, found.hours, 1e-7)
    assert found.optimality_gap <= 1e-8
    effective = found.hours + matrix @ found.hours
    assert found.effective_hours == pytest.approx(effective, abs=1e-12)
    assert found.proficiency == pytest.approx(levels(x, effective), abs=1e-9)
    assert found.readiness == pytest.approx(float(readiness_at(x, effective)), abs=1e-9)


@settings(max_examples=30)
@given(cases(), st.integers(0, 999))
def test_no_random_plan_beats_the_bound(case, seed):
    """Random mixtures of feasible corners never have more readiness than proved possible."""
    x, matrix = case
    found = allocate_with_transfer(**x.arguments(), transfer=matrix)
    rng = np.random.default_rng(seed)
    plain = [found.hours]
    for _ in range(4):
        changed = attrs.evolve(x, weight=rng.random(len(x.weight)) ** 4)
        plain.append(allocate_hours(**changed.arguments()).hours)
    hours = rng.dirichlet(np.full(len(plain), 0.5), size=200) @ np.array(plain)
    best = readiness_at(x, hours + hours @ matrix.T).max()
    assert best <= found.readiness + found.optimality_gap + 1e-12


@settings(max_examples=30)
@given(cases(), st.sampled_from([1e-3, 1.0]), st.integers(0, 999))
def test_the_bound_covers_what_other_hours_miss(case, scale, seed):
    """Of hours that are not the best the bound is at least what the best would add."""
    x, matrix = case
    # With few hours readiness is all but linear, and a bound that is too small shows.
    x = attrs.evolve(
        x,
        budget=scale * x.budget,
        min_hours=scale * x.min_hours,
        max_hours=scale * x.max_hours,
    )
    assume(has_plan(x))
    best = allocate_with_transfer(**x.arguments(), transfer=matrix)
    other = attrs.evolve(x, weight=np.random.default_rng(seed).random(len(x.weight)) ** 4)
    hours = np.array(allocate_hours(**other.arguments()).hours)
    spread = np.eye(len(hours)) + matrix
    credit = read_credit(as_row(x))
    after, _ = credit.slopes(spread @ hours)
    bound, corner = prove(credit, HourLimits.of(as_row(x)), spread, hours, after)
    missed = best.readiness - credit.readiness(spread @ hours)
    assert bound >= missed * (1.0 - 1e-9) - 1e-12
    assert within_limits(x, corner, 1e-9 * (1.0 + x.budget))


def test_the_mixture_knows_its_derivatives():
    """Gradient and Hessian of readiness in the parts agree with differences, targets bent."""
    rng = np.random.default_rng(3)
    x = strategies.build_allocation_problem({**PLAIN, "target": "plain"}, 6, rng)
    x = attrs.evolve(x, soft=np.arange(6) < 2)
    credit = read_credit(as_row(x))
    points = rng.uniform(0.0, 3.0, (4, 6))
    split = np.array([0, 3])
    past = np.arange(6) == 5
    credit = credit._replace(at_target=np.where(past, 0.0, np.array([1.0, 9, 9, 1.0, 9, 0.0])))
    credit = credit._replace(
        target=np.where(np.isin(np.arange(6), split), credit.level(credit.at_target), credit.target)
    )
    v = np.concatenate([rng.dirichlet(np.ones(4)), [0.2, 0.3]])
    gradient, hessian, gain = expand(credit, points, split, past, v)
    step = 1e-5
    for i in range(v.size):
        moved = np.eye(v.size)[i] * step
        up, down = (expand(credit, points, split, past, v + d) for d in (moved, -moved))
        assert hessian[i] == pytest.approx((up[0] - down[0]) / (2 * step), abs=1e-7)
    # Parts move hours of every skill; hours past a target move from one piece to the other.
    assert gradient[:4] == pytest.approx(points @ gain, abs=1e-12)


@settings(max_examples=30)
@given(strategies.allocation_problems())
def test_without_transfer_it_is_the_plain_plan(x):
    """A matrix of zeros gives the readiness of allocate_hours, found by another method."""
    assume(has_plan(x))
    plain = allocate_hours(**x.arguments())
    n = len(x.weight)
    found = allocate_with_transfer(**x.arguments(), transfer=np.zeros((n, n)))
    assert found.readiness == pytest.approx(float(plain.readiness), abs=1e-9)
    assert found.optimality_gap <= 1e-8


def test_without_transfer_the_hours_are_the_same_too():
    """Where the optimum is unique the hours agree to 1e-6, the shadow price with them."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        x = strategies.build_allocation_problem(PLAIN, 8, rng)
        plain = allocate_hours(**x.arguments())
        found = allocate_with_transfer(**x.arguments(), transfer=np.zeros((8, 8)))
        assert found.hours == pytest.approx(plain.hours, abs=1e-6)
        assert found.shadow_price == pytest.approx(float(plain.shadow_price), rel=1e-6)


PLAIN = {
    "weight": "plain",
    "proficiency": "plain",
    "learning_rate": "plain",
    "forgetting_rate": "plain",
    "horizon_weeks": "plain",
    "floor": "half",
    "target": "full",
    "beyond": "default",
    "rho": -0.5,
    "budget": 6.0,
    "limits": "none",
    "soft_share": (0.2, 0.4),
}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("target", ["full", "plain"])
def test_slsqp_finds_nothing_better(seed, target):
    """SciPy's SLSQP, from three starts, comes near and never above, kinks or not."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    n = 6
    x = strategies.build_allocation_problem({**PLAIN, "target": target}, n, rng)
    matrix = np.where(rng.random((n, n)) < 0.4, 0.6 * rng.random((n, n)), 0.0)
    np.fill_diagonal(matrix, 0.0)
    if x.soft.all() or not x.soft.any():
        x = attrs.evolve(x, soft=np.arange(n) < 2)
    found = allocate_with_transfer(**x.arguments(), transfer=matrix)

    def loss(hours):
        hours = np.maximum(hours, 0.0)
        return -float(readiness_at(x, hours + matrix @ hours))

    low, high = x.soft_share
    rows = [
        {"type": "ineq", "fun": lambda h: x.budget - h.sum()},
        {"type": "ineq", "fun": lambda h: h[x.soft].sum() - low * h.sum()},
        {"type": "ineq", "fun": lambda h: high * h.sum() - h[x.soft].sum()},
    ]
    plain = allocate_hours(**x.arguments()).hours
    best = max(
        -minimize(
            loss,
            start,
            method="SLSQP",
            bounds=[(0.0, None)] * n,
            constraints=rows,
            options={"maxiter": 300, "ftol": 1e-13},
        ).fun
        for start in (plain, found.hours, np.full(n, x.budget / n))
    )
    assert best <= found.readiness + 1e-8
    assert best >= found.readiness - (1e-6 if target == "full" else 1e-3)


def test_a_grid_of_two_skills_agrees():
    """Of 10,001 ways to split the hours of two skills none is better."""
    x = strategies.build_allocation_problem(PLAIN, 2, np.random.default_rng(4))
    x = attrs.evolve(x, soft=np.array([False, True]), soft_share=(0.0, 1.0))
    matrix = np.array([[0.0, 0.1], [0.4, 0.0]])
    share = np.linspace(0.0, 1.0, 10_001)
    hours = x.budget * np.stack([share, 1.0 - share], axis=1)
    values = readiness_at(x, hours + hours @ matrix.T)
    found = allocate_with_transfer(**x.arguments(), transfer=matrix)
    assert values.max() <= found.readiness + 1e-12
    assert found.hours[0] == pytest.approx(hours[values.argmax(), 0], abs=1e-3)


def test_more_transfer_never_hurts():
    """Readiness rises with every entry of the matrix, and the price is a derivative."""
    x = strategies.build_allocation_problem(PLAIN, 5, np.random.default_rng(1))
    x = attrs.evolve(x, soft=np.arange(5) < 2)
    matrix = np.triu(np.full((5, 5), 0.3), 1)

    def ready(scale, budget=x.budget):
        changed = {**x.arguments(), "budget": budget}
        return allocate_with_transfer(**changed, transfer=scale * matrix)

    values = [ready(scale).readiness for scale in (0.0, 0.5, 1.0, 2.0)]
    assert all(a < b for a, b in itertools.pairwise(values))
    step = 1e-3
    slope = (ready(1.0, x.budget + step).readiness - ready(1.0, x.budget - step).readiness) / (
        2 * step
    )
    assert ready(1.0).shadow_price == pytest.approx(slope, rel=1e-4)


@settings(max_examples=25)
@given(cases(extreme=True))
def test_extreme_learners_get_an_answer(case):
    """Whatever the numbers, hours keep the limits and the gap is a number in [0, 1]."""
    x, matrix = case
    found = allocate_with_transfer(**x.arguments(), transfer=matrix)
    assert within_limits(x, found.hours, 1e-6 * (1.0 + x.budget))
    assert 0.0 <= found.optimality_gap <= 1.0
    H, S = indices(x, found.effective_hours)
    assert min(H, S) - 1e-9 <= found.readiness <= max(H, S) + 1e-9


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros((3, 3)), "transfer must be of shape"),
        (np.array([[0.0, -0.1], [0.0, 0.0]]), r"transfer\[0, 1\] must be"),
        (np.array([[1.0, 0.0], [0.0, 0.0]]), "transfer must be 0 on the diagonal"),
        (np.array([[0.0, math.nan], [0.0, 0.0]]), r"transfer\[0, 1\] must be a finite"),
    ],
)
def test_wrong_matrices_are_refused(matrix, message):
    """Shape, sign and diagonal are checked."""
    x = strategies.build_allocation_problem(PLAIN, 2, np.random.default_rng(0))
    x = attrs.evolve(x, soft=np.array([False, True]))
    with pytest.raises(sb.InvalidValueError, match=message):
        allocate_with_transfer(**x.arguments(), transfer=matrix)
    many = {**x.arguments(), "proficiency": np.full((3, 2), 0.5)}
    with pytest.raises(sb.InvalidValueError, match="of one learner"):
        allocate_with_transfer(**many, transfer=np.zeros((2, 2)))


# --- plans of people ------------------------------------------------------------------------------

ADA = sb.Profile(
    id="ada",
    field="software_engineering",
    stage="mid",
    skills=(
        sb.Skill(id="python", kind="hard", elements=("2.B.3.e",)),
        sb.Skill(id="sql", kind="hard", half_gap_hours=40, elements=("2.C.3.a",)),
        sb.Skill(id="writing", kind="soft", elements=("2.A.1.c",)),
        sb.Skill(id="listening", kind="soft"),
    ),
    goals=(sb.Goal(id="dba", targets={"sql": 0.9, "listening": 0.7}, due_on=dt.date(2026, 9, 7)),),
)
BUDGET = sb.TimeBudget(hours_per_week=5, block_hours=None)


def test_a_plan_without_transfer_is_plan_times_own():
    """With nothing to transfer the plan is plan_time's, to 1e-8 in readiness and 1e-5 in hours."""
    crossed = sb.plan_with_transfer(ADA, BUDGET, {}, as_of=AS_OF)
    plain = sb.plan_time(ADA, BUDGET, as_of=AS_OF)
    assert crossed.without == plain
    assert crossed.plan.readiness_then == pytest.approx(plain.readiness_then, abs=1e-8)
    assert crossed.gain == pytest.approx(0.0, abs=1e-8)
    assert crossed.hours_moved == pytest.approx(0.0, abs=1e-5)
    for item in plain:
        planned = crossed.plan[item.skill_id]
        assert planned.hours_per_week == pytest.approx(item.hours_per_week, abs=1e-5)
        assert planned.marginal_return == pytest.approx(item.marginal_return, rel=1e-4)
        assert planned.binding == item.binding
    assert crossed.plan.price_of_balance == pytest.approx(plain.price_of_balance, abs=1e-8)


def test_hours_move_towards_the_teacher():
    """What an hour of Python does for SQL moves hours to Python, and readiness knows it."""
    crossed = sb.plan_with_transfer(ADA, BUDGET, {"python": {"sql": 0.8}}, as_of=AS_OF)
    python, sql = crossed["python"], crossed["sql"]
    assert python.hours_per_week > python.hours_without
    assert sql.effective_hours == pytest.approx(
        sql.hours_per_week + 0.8 * python.hours_per_week, abs=1e-12
    )
    assert crossed.gain > 0.0
    assert crossed.plan.readiness_then == pytest.approx(
        crossed.readiness_without + crossed.gain, abs=1e-12
    )
    assert crossed.readiness_without >= crossed.without.readiness_then - 1e-12
    assert crossed.plan.optimality_gap < 1e-8
    moved = sum(abs(item.hours_per_week - item.hours_without) for item in crossed) / 2
    assert crossed.hours_moved == pytest.approx(moved, abs=1e-12)
    low, high = crossed.plan.soft_share_limits
    assert low - 1e-9 <= crossed.plan.soft_share_hours <= high + 1e-9


def test_a_second_plan_with_the_levels_confirms_the_first():
    """The levels are the curve's at the effective hours."""
    crossed = sb.plan_with_transfer(ADA, BUDGET, {"writing": {"listening": 0.5}}, as_of=AS_OF)
    for item, skill in zip(crossed, ADA.skills, strict=True):
        planned = crossed.plan[item.skill_id]
        level = sb.numeric.proficiency_after(
            planned.proficiency_now,
            item.effective_hours,
            learning_rate=math.log(2) / skill.half_gap_hours,
            forgetting_rate=math.log(2) / skill.half_life_weeks,
            weeks=planned.horizon_weeks,
            floor=0.5 * planned.proficiency_now,
        )
        assert item.proficiency_then == pytest.approx(float(level), abs=1e-12)


def test_limits_bind_by_name():
    """A minimum, a maximum and the soft share that hold a skill are named."""
    budget = attrs.evolve(
        BUDGET, min_hours={"listening": 1.5}, max_hours={"python": 0.5}, soft_share=(0.2, 0.4)
    )
    crossed = sb.plan_with_transfer(ADA, budget, {"python": {"sql": 0.9}}, as_of=AS_OF)
    assert crossed.plan["python"].hours_per_week == pytest.approx(0.5, abs=1e-6)
    assert crossed.plan["python"].binding == "max"
    assert crossed.plan["listening"].hours_per_week >= 1.5 - 1e-7
    assert {item.binding for item in crossed.plan} <= {
        "",
        "budget",
        "min",
        "max",
        "target",
        "soft_share",
    }


@pytest.mark.parametrize(
    ("transfer", "error", "message"),
    [
        ({"pyton": {"sql": 0.5}}, sb.UnknownSkillError, "python"),
        ({"python": {"sqll": 0.5}}, sb.UnknownSkillError, "sql"),
        ({"python": {"python": 0.5}}, sb.InvalidValueError, "about another skill"),
        ({"python": {"sql": -0.5}}, sb.InvalidValueError, r"must be in \[0, 10\]"),
        ({"python": 0.5}, sb.InvalidValueError, "a mapping by skill id"),
        (0.5, sb.InvalidValueError, "transfer must be a mapping"),
    ],
)
def test_wrong_transfers_are_refused(transfer, error, message):
    """Skills and shares are checked by name."""
    with pytest.raises(error, match=message):
        sb.plan_with_transfer(ADA, BUDGET, transfer, as_of=AS_OF)


def test_a_limit_on_the_number_of_skills_is_refused():
    """Nobody is told a plan keeps a limit that it does not know."""
    budget = attrs.evolve(BUDGET, max_skills=2)
    with pytest.raises(sb.InvalidValueError, match="max_skills must be None"):
        sb.plan_with_transfer(ADA, budget, {}, as_of=AS_OF)
