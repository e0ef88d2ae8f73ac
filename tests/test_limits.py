"""Limits: the verdict of a linear program, conflicts that are smallest, and defaults that give."""

import re

import attrs
import numpy as np
import pytest
from allocation_oracles import as_row, every_block_plan, has_plan, is_feasible
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import AllocationProblem

from skillbalance.errors import InfeasibleError, InvalidValueError
from skillbalance.numeric import allocate_hours
from skillbalance.numeric.allocation.limits import find_conflicts, widen_soft_share
from skillbalance.numeric.allocation.problem import read_arguments

halves = st.integers(0, 8).map(lambda x: 0.5 * x)
shares = st.sampled_from([0.0, 0.2, 0.25, 0.3, 0.5, 0.75, 1.0])


@st.composite
def limited(draw, max_skills=4):
    """Draw limits on a grid, where sums meet exactly or miss by far; many are infeasible."""
    n = draw(st.integers(1, max_skills))

    def numbers(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=float)

    minimum = numbers(st.just(0.0) | halves)
    return AllocationProblem(
        weight=np.ones(n),
        soft=numbers(st.booleans()) > 0.0,
        proficiency=np.full(n, 0.3),
        learning_rate=np.full(n, 0.006),
        forgetting_rate=np.full(n, 0.01),
        budget=draw(halves),
        horizon_weeks=np.full(n, 26.0),
        floor=np.zeros(n),
        target=np.ones(n),
        beyond=np.full(n, 0.25),
        rho=-0.5,
        min_hours=minimum,
        max_hours=np.maximum(numbers(st.just(np.inf) | halves), minimum)
        if draw(st.integers(0, 9))
        else numbers(halves),
        soft_share=tuple(sorted(draw(st.tuples(shares, shares)))),
    )


@settings(max_examples=150)
@given(problem=limited())
def test_feasible_equals_the_verdict_of_a_linear_program(problem):
    """Continuous hours exist exactly where a linear program finds some."""
    pytest.importorskip("scipy", reason="compares with scipy.optimize.linprog")
    assert has_plan(problem, None) == is_feasible(problem)


@settings(max_examples=150)
@given(problem=limited(), block_hours=st.sampled_from([0.5, 0.75, 1.0]))
def test_feasible_in_blocks_equals_trying_every_plan(problem, block_hours):
    """A plan in whole blocks exists exactly where one of all combinations meets the limits."""
    exists = len(every_block_plan(problem, block_hours)) > 0
    assert has_plan(problem, block_hours) == exists
    assert exists <= has_plan(problem, None)


def change(problem, limit, value):
    """Move one limit, named as in a conflict; the block size is returned beside the problem."""
    if limit == "hours_per_week":
        return attrs.evolve(problem, budget=value)
    if limit.startswith("soft_share"):
        pair = list(problem.soft_share)
        pair[int(limit[-2])] = value
        return attrs.evolve(problem, soft_share=tuple(pair))
    name, i = re.fullmatch(r"(min_hours|max_hours)\[(\d+)\]", limit).groups()
    changed = getattr(problem, name).copy()
    changed[int(i)] = value
    return attrs.evolve(problem, **{name: changed})


FREE = {"hours_per_week": 1000.0, "soft_share[0]": 0.0, "soft_share[1]": 1.0}


def free(limit):
    """Give the value at which a limit no longer limits."""
    return FREE.get(limit, 0.0 if limit.startswith("min") else np.inf)


def only(problem, kept):
    """Keep the named limits, free all others."""
    n = len(problem.weight)
    every = [*FREE, *(f"{name}[{i}]" for name in ("min_hours", "max_hours") for i in range(n))]
    for limit in every:
        if limit not in kept:
            problem = change(problem, limit, free(limit))
    return problem


@settings(max_examples=150)
@given(problem=limited(max_skills=5))
def test_conflicts_are_irreducible(problem):
    """The named limits alone are impossible; without any one of them they are possible."""
    assume(not has_plan(problem, None))
    conflicts = [conflict.limit for conflict in find_conflicts(as_row(problem), None)]
    assert conflicts
    assert not has_plan(only(problem, conflicts), None)
    for dropped in conflicts:
        rest = [limit for limit in conflicts if limit != dropped]
        assert has_plan(only(problem, rest), None), (conflicts, dropped)


@settings(max_examples=150)
@given(problem=limited(max_skills=5), block_hours=st.sampled_from([None, 0.5, 1.0]))
def test_relaxations_are_smallest(problem, block_hours):
    """A relaxed limit admits a plan, slightly less does not, and NaN means it never does."""
    assume(not has_plan(problem, block_hours))
    for conflict in find_conflicts(as_row(problem), block_hours):
        if conflict.limit == "block_hours":
            assert conflict.value == block_hours
            if conflict.relaxed == conflict.relaxed:
                assert conflict.relaxed < block_hours
                assert has_plan(problem, conflict.relaxed)
            continue
        if conflict.relaxed != conflict.relaxed:
            # Half of the scale of what these problems hold is far more than any needs.
            freed = change(problem, conflict.limit, free(conflict.limit))
            assert not has_plan(freed, block_hours)
            continue
        assert has_plan(change(problem, conflict.limit, conflict.relaxed), block_hours)
        step = 1e-5 * np.sign(conflict.relaxed - conflict.value)
        almost = change(problem, conflict.limit, conflict.relaxed - step)
        assert not has_plan(almost, block_hours)


@settings(max_examples=60)
@given(problem=limited(), block_hours=st.sampled_from([None, 0.5]))
def test_a_plan_is_found_where_one_exists(problem, block_hours):
    """The solver raises the conflicts exactly where there is no plan."""
    if has_plan(problem, block_hours):
        assert find_conflicts(as_row(problem), block_hours) == ()
        assert allocate_hours(**problem.arguments(), block_hours=block_hours).status == 0
    else:
        with pytest.raises(InfeasibleError, match="no plan meets these limits together") as caught:
            allocate_hours(**problem.arguments(), block_hours=block_hours)
        assert caught.value.conflicts == find_conflicts(as_row(problem), block_hours)


BASE = {
    "proficiency": 0.3,
    "learning_rate": 0.006,
    "forgetting_rate": 0.01,
    "horizon_weeks": 26.0,
}


def conflicts_of(soft, **limits):
    """Name the conflicts of a plain problem, each with its relaxation."""
    with pytest.raises(InfeasibleError, match="no plan") as caught:
        allocate_hours(np.ones(len(soft)), soft, **BASE, **limits)
    return {conflict.limit: conflict.relaxed for conflict in caught.value.conflicts}


def test_minima_above_the_budget_name_the_fewest():
    """Of five minima only the two large ones that exceed the budget by themselves are named."""
    found = conflicts_of([False] * 5, budget=4.0, min_hours=[0.1, 3.0, 0.1, 2.0, 0.1])
    assert found == {
        "min_hours[1]": pytest.approx(1.7, abs=1e-6),
        "min_hours[3]": pytest.approx(0.7, abs=1e-6),
        "hours_per_week": pytest.approx(5.3, abs=1e-6),
    }


@pytest.mark.parametrize("i", [0, 1, 2])
def test_a_minimum_above_its_maximum_is_a_conflict_of_two(i):
    """Crossed limits are named as a pair, whichever skill they belong to."""
    lower, upper = np.zeros(3), np.full(3, 9.0)
    lower[i], upper[i] = 2.0, 1.0
    found = conflicts_of([False, True, False], budget=4.0, min_hours=lower, max_hours=upper)
    assert found == {f"min_hours[{i}]": pytest.approx(1.0), f"max_hours[{i}]": pytest.approx(2.0)}


def test_a_share_without_a_skill_of_its_kind_names_the_share():
    """A soft share above zero with no soft skill, and a minimum that forbids the empty plan."""
    found = conflicts_of([False, False], budget=4.0, min_hours=[1, 0], soft_share=(0.2, 0.4))
    assert set(found) == {"min_hours[0]", "soft_share[0]"}
    assert found["soft_share[0]"] == pytest.approx(0.0, abs=1e-6)


def test_thousands_of_limits_are_searched_in_no_time():
    """A conflict of two among 3,000 skills is found by halving, not one by one."""
    lower = np.full(3000, 1e-4)
    lower[1234] = 5.0
    found = conflicts_of([False] * 3000, budget=4.0, min_hours=lower)
    assert set(found) == {"min_hours[1234]", "hours_per_week"}


@pytest.mark.parametrize("names", [None, ["sql", "talks"]])
def test_conflicts_carry_the_names_of_skills(names):
    """Ids are quoted in the limit's name; without ids the position stands there."""
    problem = read_arguments(
        1.0,
        [False, True],
        0.3,
        0.006,
        0.01,
        budget=1.0,
        horizon_weeks=26.0,
        floor=0.0,
        target=1.0,
        beyond=0.0,
        rho=1.0,
        min_hours=[2.0, 0.0],
        max_hours=np.inf,
        soft_share=(0.0, 1.0),
    ).problem
    found = [conflict.limit for conflict in find_conflicts(problem, None, names)]
    wanted = "min_hours[0]" if names is None else 'min_hours["sql"]'
    assert found == [wanted, "hours_per_week"]


@settings(max_examples=100)
@given(problem=limited(), block_hours=st.sampled_from([None, 0.5, 1.0]))
def test_widened_shares_never_cost_a_plan(problem, block_hours):
    """With the widened limits a plan of the used hours exists; where one did, nothing moves."""
    without = attrs.evolve(problem, soft_share=(0.0, 1.0))
    assume(has_plan(without, block_hours))
    used = float(allocate_hours(**without.arguments(), block_hours=block_hours).hours.sum())
    low, high = widen_soft_share(
        problem.soft_share,
        problem.soft,
        used_hours=used,
        budget=problem.budget,
        min_hours=problem.min_hours,
        max_hours=problem.max_hours,
        block_hours=block_hours,
    )
    assert 0.0 <= low <= problem.soft_share[0]
    assert problem.soft_share[1] <= high <= 1.0
    widened = attrs.evolve(problem, soft_share=(float(low), float(high)))
    assert has_plan(widened, block_hours)
    as_much = attrs.evolve(widened, budget=used)
    assert has_plan(as_much, block_hours)


def test_a_band_that_can_be_kept_is_kept():
    """Where the wished band is reachable it comes back unchanged."""
    low, high = widen_soft_share((0.2, 0.4), [False, True], used_hours=10.0, budget=10.0)
    assert (low, high) == (0.2, 0.4)
    low, high = widen_soft_share(
        (0.2, 0.4), [False, True], used_hours=10.0, budget=10.0, block_hours=0.5
    )
    assert (low, high) == (0.2, 0.4)


def test_a_band_is_widened_to_the_nearest_share():
    """The band moves by the distance to the nearest share, on both sides alike."""
    low, high = widen_soft_share(
        (0.3, 0.4), [False, True], used_hours=10.0, budget=10.0, max_hours=[5.0, 9.0]
    )
    assert (low, high) == (pytest.approx(0.2), pytest.approx(0.5))
    low, high = widen_soft_share((0.3, 0.4), [False, False], used_hours=10.0, budget=10.0)
    assert (low, high) == (pytest.approx(0.0), pytest.approx(0.7))


def test_widening_works_on_rows():
    """Leading axes give one band per row."""
    low, high = widen_soft_share(
        (np.array([0.2, 0.5]), 0.6),
        [False, True],
        used_hours=[4.0, 4.0],
        budget=4.0,
        max_hours=[9.0, 1.0],
    )
    np.testing.assert_allclose(low, [0.2, 0.25])
    np.testing.assert_allclose(high, [0.6, 0.85])


def test_widening_refuses_nonsense():
    """Hours that are no number are refused by name."""
    with pytest.raises(InvalidValueError, match="used_hours"):
        widen_soft_share((0.2, 0.4), [False, True], used_hours=-1.0, budget=10.0)


@pytest.mark.parametrize("block_hours", [None, 0.5])
@pytest.mark.parametrize("max_skills", [None, 2])
@pytest.mark.parametrize("tiny", [5e-324, 1e-300])
def test_a_share_too_small_to_divide_by_plans_like_none(tiny, max_skills, block_hours):
    """A share whose inverse is infinite holds soft hours at none, without a warning."""
    skills = ([0.4, 0.3, 0.2, 0.1], [True, False, True, False], [0.2, 0.3, 0.4, 0.1], 0.05, 0.01)
    limits = {"budget": 6.0, "horizon_weeks": 12.0, "block_hours": block_hours}
    found, wanted = (
        allocate_hours(*skills, **limits, max_skills=max_skills, soft_share=(0.0, high))
        for high in (tiny, 0.0)
    )
    assert found.hours == pytest.approx(wanted.hours, abs=1e-9)
    assert found.readiness == pytest.approx(wanted.readiness, rel=1e-12)
