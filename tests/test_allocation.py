"""The front of the engine: arguments, shapes, and the judgement of hours that others chose."""

import math
import pickle

import numpy as np
import pytest
from allocation_oracles import has_plan, readiness_at, within_limits
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import allocation_problems

import skillbalance as sb
from skillbalance.errors import InvalidValueError
from skillbalance.numeric import BINDING, STATUS, allocate_hours, evaluate_hours
from skillbalance.numeric.sums import column_sums

GOOD = {
    "weight": [0.5, 0.3, 0.2],
    "soft": [False, False, True],
    "proficiency": [0.3, 0.6, 0.2],
    "learning_rate": 0.006,
    "forgetting_rate": 0.01,
    "budget": 6.0,
    "horizon_weeks": 26.0,
}
PER_SKILL = ("hours", "proficiency", "marginal_return", "binding")
PER_ROW = ("readiness", "shadow_price", "optimality_gap", "unused_hours", "status")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weight", [0.5, -0.1, 0.2]),
        ("weight", [0.5, np.nan, 0.2]),
        ("weight", [0.5, np.inf, 0.2]),
        ("weight", ["a", "b", "c"]),
        ("weight", None),
        ("soft", [0, 0, 1]),
        ("soft", [0.5, 0.5, 0.5]),
        ("proficiency", 1.1),
        ("proficiency", -1e-9),
        ("learning_rate", -0.1),
        ("forgetting_rate", [0.1, np.nan, 0.1]),
        ("budget", -1.0),
        ("budget", np.inf),
        ("horizon_weeks", 0.0),
        ("floor", 1.5),
        ("target", 2.0),
        ("beyond", 1.5),
        ("rho", 1.0001),
        ("rho", np.nan),
        ("min_hours", -1.0),
        ("min_hours", np.inf),
        ("max_hours", -1.0),
        ("max_hours", np.nan),
        ("soft_share", (0.5, 0.4)),
        ("soft_share", (-0.1, 0.4)),
        ("soft_share", (0.1, 1.4)),
        ("soft_share", 0.3),
        ("soft_share", (0.1, 0.2, 0.3)),
        ("block_hours", 0.0),
        ("block_hours", -0.5),
        ("block_hours", np.nan),
        ("block_hours", True),
        ("errors", "ignore"),
        ("max_skills", 0),
        ("max_skills", 1.5),
    ],
)
def test_arguments_out_of_range_are_named(name, value):
    """Every wrong argument is refused by its own name."""
    with pytest.raises(InvalidValueError, match=name):
        allocate_hours(**GOOD | {name: value})


@pytest.mark.parametrize(
    ("name", "shape"),
    [("weight", 2), ("proficiency", (2, 4)), ("budget", 4), ("rho", (2, 3)), ("min_hours", 5)],
)
def test_shapes_that_do_not_fit_are_named(name, shape):
    """An argument without a place in the broadcast shape is refused by name."""
    rows = GOOD | {"soft": np.zeros((2, 3), dtype=bool), "rho": 0.5, "min_hours": 0.0}
    value = np.full(shape, 0.1)
    with pytest.raises(InvalidValueError, match=name):
        allocate_hours(**rows | {name: value})


@pytest.mark.parametrize("block_hours", [None, 0.5])
@pytest.mark.parametrize("lead", [(), (1,), (4,), (2, 3), (2, 1, 3)])
def test_results_have_the_broadcast_shape(lead, block_hours):
    """Leading axes of any argument are those of the results; the skill axis is last."""
    weight = np.broadcast_to(GOOD["weight"], (*lead, 3))
    for rows in (
        GOOD | {"weight": weight},
        GOOD | {"budget": np.full(lead, 6.0)},
        GOOD | {"horizon_weeks": np.full((*lead, 1), 26.0)},
        GOOD | {"soft_share": (np.zeros(lead), 1.0)},
    ):
        found = allocate_hours(**rows, block_hours=block_hours)
        for name in PER_SKILL:
            assert getattr(found, name).shape == (*lead, 3)
        for name in PER_ROW:
            assert getattr(found, name).shape == lead
        alone = allocate_hours(**GOOD, block_hours=block_hours)
        np.testing.assert_array_equal(found.hours, np.broadcast_to(alone.hours, (*lead, 3)))


@pytest.mark.parametrize("block_hours", [None, 0.5])
@pytest.mark.parametrize("rho", [1.0, -0.5])
def test_one_number_for_all_counts_as_a_full_array_to_the_last_bit(rho, block_hours):
    """What is kept once in memory is added and compared as if it stood at every skill."""
    rng = np.random.default_rng(3)
    size = (33, 19)
    own = {
        "weight": 0.05 + rng.random(size),
        "soft": rng.random(size) < 0.4,
        "proficiency": rng.random(size),
    }
    once = {
        "learning_rate": 0.007,
        "forgetting_rate": 0.013,
        "horizon_weeks": 21.7,
        "floor": 0.1,
        "target": 0.7,
        "beyond": 0.3,
        "min_hours": 0.1,
        "max_hours": 2.3,
    }
    full = {name: np.full(size, value) for name, value in once.items()}
    repeated = {name: np.broadcast_to(value, size) for name, value in once.items()}
    by_row = {name: np.broadcast_to(np.full((33, 1), value), size) for name, value in once.items()}
    rest = {"budget": 12.3, "rho": rho, "block_hours": block_hours, "soft_share": (0.1, 0.9)}
    found = allocate_hours(**own, **full, **rest)
    for same in (once, repeated, by_row):
        again = allocate_hours(**own, **same, **rest)
        for name in (*PER_SKILL, *PER_ROW):
            assert np.array_equal(getattr(again, name), getattr(found, name), equal_nan=True)


def test_arguments_broadcast_against_each_other():
    """Budgets along one axis and exponents along another give their table."""
    budgets, rhos = np.array([2.0, 6.0, 12.0])[:, None], np.array([1.0, -0.5])
    found = allocate_hours(**GOOD | {"budget": budgets}, rho=rhos)
    assert found.hours.shape == (3, 2, 3)
    alone = allocate_hours(**GOOD | {"budget": 12.0}, rho=1.0)
    np.testing.assert_array_equal(found.hours[2, 0], alone.hours)


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_no_rows_and_no_skills_are_legal(block_hours):
    """An empty batch gives empty arrays, and a learner without skills an empty plan."""
    found = allocate_hours(
        **GOOD | {"weight": np.empty((0, 3))}, block_hours=block_hours, errors="mark"
    )
    assert found.hours.shape == (0, 3)
    assert found.readiness.shape == (0,)
    none = allocate_hours(
        [],
        np.zeros(0, dtype=bool),
        [],
        [],
        [],
        budget=6.0,
        horizon_weeks=26.0,
        block_hours=block_hours,
    )
    assert none.hours.shape == (0,)
    assert none.readiness == 0.0
    assert none.unused_hours == 6.0
    assert none.optimality_gap == 0.0


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_results_are_read_only(block_hours):
    """No array of a result can be written to, nor the mapping of faults."""
    found = allocate_hours(**GOOD, block_hours=block_hours)
    for name in (*PER_SKILL, *PER_ROW):
        assert not getattr(found, name).flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        found.hours[0] = 1.0
    with pytest.raises(TypeError, match="assignment"):
        found.faults[0] = "x"
    with pytest.raises(AttributeError):
        found.hours = None


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_arguments_are_left_alone(block_hours):
    """Nothing is written into what the caller passed, marked rows included."""
    weight = np.array([[0.5, 0.3, 0.2], [0.5, np.nan, 0.2]])
    before = weight.copy()
    weight.flags.writeable = False
    allocate_hours(**GOOD | {"weight": weight}, block_hours=block_hours, errors="mark")
    np.testing.assert_array_equal(weight, before)


def test_the_function_pickles_by_import():
    """Engines that ship functions to workers can ship this one, and results come back whole."""
    assert pickle.loads(pickle.dumps(allocate_hours)) is allocate_hours
    assert sb.numeric.allocate_hours is allocate_hours


def test_results_pickle():
    """A result survives pickling, faults included: it crosses processes."""
    found = allocate_hours(**GOOD | {"budget": [6.0, -1.0]}, errors="mark")
    back = pickle.loads(pickle.dumps(found))
    for name in (*PER_SKILL, *PER_ROW):
        np.testing.assert_array_equal(getattr(back, name), getattr(found, name))
    assert dict(back.faults) == dict(found.faults)


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget": -1.0},
        {"weight": [0.5, np.nan, 0.2]},
        {"max_hours": [1.0, -2.0, 3.0]},
        {"rho": 1.5},
        {"soft_share": (0.5, 0.25)},
    ],
)
def test_a_marked_row_says_what_an_error_says(wrong):
    """The fault of a row names the same argument, rule and value."""
    with pytest.raises(InvalidValueError, match=next(iter(wrong))) as caught:
        allocate_hours(**GOOD | wrong)
    found = allocate_hours(**GOOD | wrong, errors="mark")
    assert dict(found.faults) == {0: str(caught.value)}


def test_an_argument_of_another_shape_is_named_with_the_shape_it_needs():
    """What does not broadcast says to what it should have, and what it has."""
    rule = r"^learning_rate must be of a shape that broadcasts to \(3,\), skills last, got \(4,\)$"
    with pytest.raises(InvalidValueError, match=rule):
        allocate_hours(**GOOD | {"learning_rate": [0.1] * 4})


def test_codes_have_names():
    """The codes of status and binding are positions in tuples of words."""
    found = allocate_hours(
        **GOOD | {"budget": [6.0, -1.0, 6.0]}, min_hours=[[0], [0], [5.0]], errors="mark"
    )
    assert [STATUS[code] for code in found.status] == ["solved", "invalid", "infeasible"]
    assert [BINDING[code] for code in found.binding[1]] == ["", "", ""]
    assert list(found.faults) == [1, 2]


def test_what_binds_is_named():
    """Minimum, maximum, target, share and budget are each named where they hold a skill."""

    def binding(**changes):
        arguments = GOOD | {"weight": [0.9, 0.1], "soft": [False, False], "proficiency": 0.3}
        found = allocate_hours(**arguments | changes)
        return [BINDING[code] for code in found.binding]

    assert binding() == ["budget", "budget"]
    assert binding(min_hours=[0.0, 2.0]) == ["budget", "min"]
    assert binding(max_hours=[1.0, 9.0]) == ["max", "budget"]
    assert binding(target=[0.4, 1.0], beyond=0.0, budget=40.0) == ["target", "budget"]
    assert binding(soft=[False, True], rho=1.0, soft_share=(0.5, 1.0)) == ["soft_share"] * 2
    assert binding(weight=[1.0, 0.0]) == ["budget", ""]
    assert binding(target=0.0, beyond=0.0) == ["target", "target"]


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_the_plan_judged_again_is_the_plan(block_hours):
    """Judging the solver's own hours gives its own levels, readiness and, continuous, its gap."""
    found = allocate_hours(**GOOD, block_hours=block_hours)
    judged = evaluate_hours(found.hours, **GOOD)
    np.testing.assert_array_equal(judged.proficiency, found.proficiency)
    assert judged.readiness == found.readiness
    assert judged.unused_hours == found.unused_hours
    if block_hours is None:
        assert judged.optimality_gap <= 1e-10 * judged.readiness
        assert judged.shadow_price == pytest.approx(float(found.shadow_price), rel=1e-6)


@settings(max_examples=150)
@given(problem=allocation_problems(max_skills=6), seed=st.integers(0, 9999))
def test_the_gap_bounds_what_any_hours_leave_on_the_table(problem, seed):
    """For arbitrary feasible hours, readiness plus gap is at least the optimum."""
    assume(has_plan(problem))
    best = allocate_hours(**problem.arguments())
    hours = some_feasible_hours(problem, best.hours, np.random.default_rng(seed))
    judged = evaluate_hours(hours, **problem.arguments())
    assert judged.readiness == pytest.approx(
        float(readiness_at(problem, hours)), rel=1e-11, abs=1e-13
    )
    assert judged.readiness <= best.readiness * (1.0 + 1e-10) + 1e-15
    assert judged.readiness + judged.optimality_gap >= best.readiness - 1e-12


def some_feasible_hours(problem, best, rng):
    """Walk from the optimum in random directions as far as the limits allow, then half way."""
    n = len(best)
    hours = np.clip(best, problem.min_hours, problem.max_hours)
    for _ in range(6):
        direction = rng.normal(size=n)
        if rng.random() < 0.5:
            direction -= direction.mean()
        reach = np.geomspace(1e-4, 20.0, 40)
        allowed = within_limits(problem, hours + reach[:, None] * direction, 0.0)
        if allowed.any():
            hours = hours + 0.5 * reach[allowed].max() * direction
    return hours


@settings(max_examples=60)
@given(problem=allocation_problems(max_skills=4), n_blocks=st.integers(0, 6))
def test_the_gap_of_blocks_covers_what_rounding_cost(problem, n_blocks):
    """What continuous hours add to the best whole blocks never exceeds the gap of the blocks."""
    arguments = problem.arguments() | {"budget": 0.5 * n_blocks}
    blocks = allocate_hours(**arguments, block_hours=0.5, errors="mark")
    assume(blocks.status == 0)
    free = allocate_hours(**arguments)
    assert free.readiness - blocks.readiness <= blocks.optimality_gap + 1e-12


@pytest.mark.parametrize(
    ("hours", "changes", "what"),
    [
        ([3.0, 3.0, 1.0], {}, "sum of hours must be at most the budget 6"),
        ([1.0, 1.0, 1.0], {"min_hours": [0.0, 2.0, 0.0]}, r"hours\[1\] must be at least"),
        ([1.0, 1.0, 1.0], {"max_hours": [9.0, 9.0, 0.5]}, r"hours\[2\] must be at most"),
        ([1.0, 1.0, 2.0], {"soft_share": (0.0, 0.4)}, "soft share of the hours"),
        ([1.0, 1.0, 0.0], {"soft_share": (0.1, 0.4)}, "soft share of the hours"),
        ([1.0, -1.0, 0.0], {}, "hours"),
        ([1.0, np.nan, 0.0], {}, "hours"),
        ([1.0, np.inf, 0.0], {}, "hours"),
        ([1.0, 1.0], {}, "shape"),
        ([1.0, 1.0, 1.0, 1.0], {}, "shape"),
    ],
)
def test_hours_that_break_a_limit_are_refused(hours, changes, what):
    """Given hours must meet the limits; the message names the one they break."""
    with pytest.raises(InvalidValueError, match=what):
        evaluate_hours(hours, **GOOD | changes)


def test_hours_are_judged_in_rows():
    """Many plans for one learner are judged in one call, each as if alone."""
    hours = np.array([[6.0, 0.0, 0.0], [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]])
    judged = evaluate_hours(hours, **GOOD)
    assert judged.readiness.shape == (3,)
    for i in range(3):
        alone = evaluate_hours(hours[i], **GOOD)
        for name in (*PER_SKILL, *PER_ROW):
            np.testing.assert_array_equal(getattr(judged, name)[i], getattr(alone, name))


def test_idle_hours_are_judged_too():
    """Doing nothing leaves the whole budget unused and the best first hour as its price."""
    judged = evaluate_hours(np.zeros(3), **GOOD)
    assert judged.unused_hours == 6.0
    assert judged.shadow_price == judged.marginal_return.max()
    best = allocate_hours(**GOOD)
    assert judged.optimality_gap >= best.readiness - judged.readiness > 0.0


@settings(max_examples=50)
@given(st.integers(1, 300), st.integers(2, 4), st.integers(0, 999))
def test_sums_over_skills_know_nothing_of_other_learners(n_skills, n_rows, seed):
    """A learner's sum has the same bits alone as in company, however many the skills."""
    x = np.random.default_rng(seed).random((n_skills, n_rows))
    together = column_sums(x)
    for i in range(n_rows):
        assert column_sums(x[:, i : i + 1]).tolist() == [together[i]]
    np.testing.assert_allclose(together, [math.fsum(column) for column in x.T], rtol=1e-12)
