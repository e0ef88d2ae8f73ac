"""Two contexts compared: each side is what the verbs say, and moving teaches nothing."""

import datetime as dt
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FIELDS, profiles

import skillbalance as sb

TODAY = dt.date(2026, 1, 5)
EXAMPLES = Path(__file__).parent.parent / "examples" / "profiles"
BUDGET = sb.TimeBudget(hours_per_week=5)


@pytest.fixture(name="maya", scope="module")
def _maya():
    text = (EXAMPLES / "software_engineer.json").read_text(encoding="utf-8")
    return sb.from_json(text, sb.PlanDocument)


@settings(max_examples=40, deadline=None)
@given(profiles(max_skills=5), st.sampled_from(FIELDS), st.sampled_from(sb.CareerStage))
def test_each_side_is_what_the_verbs_say_of_it(profile, field, stage):
    """Weights and expected levels are those of the moved profile, levels those of today."""
    move = sb.compare_contexts(profile, field=field, stage=stage, as_of=TODAY)
    there = attrs.evolve(profile, field=field, stage=stage)
    before, after = sb.weigh_skills(profile), sb.weigh_skills(there)
    balance = sb.measure_balance(profile, as_of=TODAY)
    targets = {
        skill_id: max(goal.targets.get(skill_id, 0.0) for goal in profile.goals)
        for goal in profile.goals
        for skill_id in goal.targets
    }
    assert move.soft_share_before == before.recommended_soft_share
    assert move.soft_share_after == after.recommended_soft_share
    assert move.readiness_before == pytest.approx(balance.readiness, abs=1e-12)
    assert (move.hours_moved, move.readiness_then_after) == (None, None)
    for item in move:
        one = item.skill_id
        assert (item.weight_before, item.weight_after) == (before[one].weight, after[one].weight)
        assert item.expected_level_before == before[one].expected_level
        assert item.expected_level_after == after[one].expected_level
        assert item.proficiency == pytest.approx(balance[one].proficiency, abs=1e-12)
        assert item.target_after == targets.get(one, after[one].expected_level)
        assert item.gap_before == pytest.approx(balance[one].gap, abs=1e-12)
        assert item.gap_after == pytest.approx(item.target_after - item.proficiency, abs=1e-12)


def test_going_nowhere_changes_nothing(maya):
    """The same field and stage on both sides are the same to the last bit."""
    move = sb.compare_contexts(
        maya.profile, field=maya.profile.field, as_of=TODAY, budget=maya.budget
    )
    assert move.hours_moved == 0.0
    assert move.readiness_then_before == move.readiness_then_after
    assert move.grown() == ()
    plan = sb.plan_time(maya.profile, maya.budget, as_of=TODAY)
    for item in move:
        assert item.hours_before == item.hours_after == plan[item.skill_id].hours_per_week


@pytest.mark.parametrize("stage", ["lead", "manager", "executive"])
def test_hours_after_are_those_of_the_road(maya, stage):
    """A roadmap that moves up on the next day plans the same hours."""
    move = sb.compare_contexts(maya.profile, stage=stage, as_of=TODAY, budget=BUDGET)
    step = sb.CareerStep(
        from_on=TODAY + dt.timedelta(days=1), field=maya.profile.field, stage=stage
    )
    later = sb.roadmap(maya.profile, [step], BUDGET, as_of=TODAY).periods[-1]
    apart = sum(abs(item.hours_after - later.plan[item.skill_id].hours_per_week) for item in move)
    # A day of practice lies between; it may tip a block from one skill to another.
    assert apart <= 2 * BUDGET.block_hours
    assert move.soft_share_after == pytest.approx(later.soft_share_recommended, abs=1e-12)
    assert move.readiness_after == pytest.approx(later.plan.readiness_now, abs=0.01)
    moved = sum(abs(item.hours_after - item.hours_before) for item in move) / 2
    assert move.hours_moved == pytest.approx(moved)


def test_moving_teaches_nothing():
    """A skill nobody rated stays where the field of today has it, wherever one goes."""
    profile = sb.Profile(
        id="ada",
        field="food_service" if "food_service" in FIELDS else FIELDS[-1],
        stage="entry",
        skills=[sb.Skill(id="statistics", kind="hard", elements=["2.A.1.e"])],
    )
    move = sb.compare_contexts(profile, field="data_science", stage="senior", as_of=TODAY)
    item = move["statistics"]
    assert item.proficiency == item.expected_level_before
    assert item.gap_before == pytest.approx(0.0, abs=1e-12)
    assert item.gap_after > 0.1
    assert move.grown() == (item,)


def test_skills_whose_gap_grows_come_by_how_much(maya):
    """Growth of the shortfall ranks, and surplus that shrinks is no growth."""
    grown = sb.compare_contexts(maya.profile, stage="executive", as_of=TODAY).grown()
    growth = [max(item.gap_after, 0.0) - max(item.gap_before, 0.0) for item in grown]
    assert growth == sorted(growth, reverse=True)
    assert all(value > 0.0 for value in growth)
    assert growth


def test_what_is_no_move_is_refused(maya):
    """Field or stage must be given, and be ones that exist."""
    with pytest.raises(sb.InvalidValueError, match="field must be given, or stage"):
        sb.compare_contexts(maya.profile, as_of=TODAY)
    with pytest.raises(sb.UnknownFieldError, match="nursing"):
        sb.compare_contexts(maya.profile, field="nursin", as_of=TODAY)
    with pytest.raises(sb.InvalidValueError, match="stage must be one of"):
        sb.compare_contexts(maya.profile, stage="boss", as_of=TODAY)


def test_a_comparison_goes_through_json(maya):
    """A document of a comparison reads back equal."""
    move = sb.compare_contexts(maya.profile, stage="lead", as_of=TODAY, budget=BUDGET)
    assert sb.from_json(sb.to_json(move), sb.ContextComparison) == move
