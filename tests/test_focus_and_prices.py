"""The limit on the number of skills through the front door, and how far a price reaches."""

import datetime as dt

import attrs
import numpy as np
import pytest

import skillbalance as sb
from skillbalance.numeric import BINDING, allocate_hours, find_price_range

AS_OF = dt.date(2026, 3, 2)
RATES = {"horizon_weeks": 26.0, "floor": 0.1}


def bindings(plan):
    """Return the names of what binds each skill."""
    return [BINDING[code] for code in plan.binding]


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_a_skill_shut_out_by_the_focus_says_so(block_hours):
    """With one place for three hard skills the best gets the hours, the next best says why not."""
    plan = allocate_hours(
        [0.5, 0.4, 0.001],
        [False, False, False],
        0.3,
        0.01,
        0.01,
        budget=4.0,
        max_skills=1,
        block_hours=block_hours,
        **RATES,
    )
    assert (plan.hours > 0.0).tolist() == [True, False, False]
    assert bindings(plan) == ["budget", "max_skills", "budget"]


def test_more_minima_than_places_are_named_with_the_number_that_would_do():
    """The conflict is the limit on skills and as many minima as show it, by id."""
    skills = tuple(sb.Skill(id=name, kind="hard") for name in "abc")
    profile = sb.Profile(id="ada", field="design", stage="mid", skills=skills)
    budget = sb.TimeBudget(hours_per_week=6, max_skills=1, min_hours={"a": 1, "c": 1})
    with pytest.raises(sb.InfeasibleError) as caught:
        sb.plan_time(profile, budget, as_of=AS_OF)
    found = {conflict.limit: conflict.relaxed for conflict in caught.value.conflicts}
    assert found == {"max_skills": 2.0, 'min_hours["a"]': 0.0, 'min_hours["c"]': 0.0}
    enough = attrs.evolve(budget, max_skills=2)
    assert sb.plan_time(profile, enough, as_of=AS_OF).hours_per_week == 6.0


def test_one_place_cannot_meet_a_share_of_both_kinds():
    """Where a share asks for both kinds, one skill is too few, and two would do."""
    with pytest.raises(sb.InfeasibleError, match="max_skills = 1 would have to be 2"):
        allocate_hours(
            [0.5, 0.5],
            [False, True],
            0.3,
            0.01,
            0.01,
            budget=4.0,
            min_hours=[1.0, 0.0],
            soft_share=(0.4, 0.6),
            max_skills=1,
            **RATES,
        )


def test_beginners_get_hours_of_both_kinds():
    """With both indices at zero and complements, a plan that leaves one there would be worth 0."""
    for rho in (-3.0, -0.5, 0.0):
        plan = allocate_hours(
            [0.5, 0.3, 0.2],
            [False, False, True],
            0.0,
            0.006,
            0.0144,
            budget=6.0,
            horizon_weeks=26.0,
            rho=rho,
        )
        assert plan.readiness > 0.1
        assert plan.optimality_gap <= 1e-10 * plan.readiness


def test_a_row_without_hours_leaves_its_neighbor_alone():
    """A budget of zero beside one of three is no trouble to either."""
    plan = allocate_hours([0.5, 0.5], [False, True], 0.3, 0.01, 0.01, budget=[0.0, 3.0], **RATES)
    assert plan.hours.sum(axis=-1) == pytest.approx([0.0, 3.0])


def test_the_price_keeps_its_story_inside_its_range_and_not_beyond():
    """Just inside the range the same limits bind the same skills; just outside they do not."""
    arguments = ([0.5, 0.3, 0.2], [False, False, True], [0.3, 0.5, 0.2], 0.01, 0.01)
    options = {**RATES, "target": [0.6, 0.9, 0.9], "max_hours": [3.0, np.inf, 2.0]}
    here = allocate_hours(*arguments, budget=4.0, **options)
    low, high = find_price_range(*arguments, budget=4.0, **options)
    assert 0.0 <= low < 4.0 < high < 168.0

    def story(budget):
        plan = allocate_hours(*arguments, budget=budget, **options)
        return bindings(plan), (plan.hours > 1e-9).tolist()

    wanted = (bindings(here), (here.hours > 1e-9).tolist())
    for inside in (low + 1e-4, high - 1e-4):
        assert story(inside) == wanted
    for outside in (low - 1e-4, high + 1e-4):
        assert story(outside) != wanted


def test_a_price_may_keep_its_story_to_the_ends_of_the_week():
    """A skill that the budget binds at any hours has the price of its budget from 0 to 168 h."""
    low, high = find_price_range([1.0], [False], 0.3, 0.001, 0.01, budget=4.0, **RATES)
    assert float(low) == pytest.approx(0.0, abs=1e-5)
    assert float(high) == 168.0


def test_ranges_of_many_are_those_of_each():
    """Rows of a batch get the range they get alone."""
    arguments = ([0.6, 0.4], [False, True], [[0.2, 0.4], [0.5, 0.1]], 0.01, 0.01)
    low, high = find_price_range(*arguments, budget=[2.0, 5.0], target=0.6, **RATES)
    for i, (levels, budget) in enumerate(zip(arguments[2], (2.0, 5.0), strict=True)):
        alone = find_price_range(
            *arguments[:2], levels, *arguments[3:], budget=budget, target=0.6, **RATES
        )
        assert (low[i], high[i]) == pytest.approx((float(alone[0]), float(alone[1])), abs=1e-9)


def test_the_range_of_a_block_plan_is_its_block():
    """With whole blocks the plan is the same until one more block fits."""
    low, high = find_price_range(
        [1.0], [False], 0.3, 0.01, 0.01, budget=4.3, block_hours=0.5, **RATES
    )
    assert (float(low), float(high)) == (4.0, 4.5)


@pytest.mark.parametrize("n_skills", [0, 2])
def test_where_nothing_can_be_gained_one_story_lasts_the_week(n_skills):
    """Without skills, or where practice teaches nothing, no budget changes anything."""
    low, high = find_price_range(
        np.full(n_skills, 0.5), np.zeros(n_skills, bool), 0.3, 0.0, 0.01, budget=4.0, **RATES
    )
    assert (float(low), float(high)) == (0.0, 168.0)


def test_budgets_below_the_minima_are_not_explained(monkeypatch):
    """The range ends above the sum of the minima, and no conflict is looked for on the way."""
    explained = []
    monkeypatch.setattr(
        "skillbalance.numeric.allocation.allocate.find_conflicts",
        lambda *_: explained.append(1) or (),
    )
    arguments = ([0.5, 0.3, 0.2], [False, False, True], [0.3, 0.5, 0.2], 0.01, 0.01)
    low, high = find_price_range(
        *arguments, budget=4.0, min_hours=[1.0, 0.5, 0.0], soft_share=(0.4, 1.0), **RATES
    )
    assert 1.5 / 0.6 - 1e-5 <= low <= 4.0 <= high
    assert not explained


def test_ends_agree_with_halving():
    """Each end is where a search by halves from the last budget alike finds a change."""
    arguments = ([0.5, 0.3, 0.2], [False, False, True], [0.3, 0.5, 0.2], 0.01, 0.01)
    options = {**RATES, "target": [0.6, 0.7, 0.5], "beyond": 0.2, "min_hours": [0.0, 0.2, 0.0]}

    def story(budget):
        plan = allocate_hours(*arguments, budget=budget, errors="mark", **options)
        return plan.binding.tolist(), (plan.hours > 1e-9).tolist()

    for budget in (0.5, 3.0, 7.0, 20.0):
        wanted = story(budget)
        for end in find_price_range(*arguments, budget=budget, **options):
            outward = 1.0 if end > budget else -1.0
            alike, other = float(end) - outward * 0.01, float(end) + outward * 0.01
            if not 0.0 <= other <= 168.0:
                continue
            while abs(other - alike) > 1e-8:
                middle = 0.5 * (alike + other)
                alike, other = (middle, other) if story(middle) == wanted else (alike, middle)
            assert float(end) == pytest.approx(alike, abs=2e-6)
