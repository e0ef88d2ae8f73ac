"""Hours, dates and frontiers: the plan read backwards, and what is honestly out of reach."""

import datetime as dt
import math
from itertools import pairwise

import attrs
import mpmath as mp
import numpy as np
import pytest
from allocation_oracles import exact_level
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.numeric import highest_level, hours_to_reach, proficiency_after, weeks_to_reach

AS_OF = dt.date(2026, 3, 2)
LATER = dt.date(2026, 8, 31)  # 26 weeks

unit = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(1e-6, 1.0)


@st.composite
def curves(draw):
    """Draw a practice curve without its weeks, hours and forgetting near zero among them."""
    return {
        "proficiency": draw(unit),
        "hours": draw(st.sampled_from([0.0, 1e-9]) | st.floats(0.01, 168.0)),
        "learning_rate": math.log(2.0) / draw(st.floats(10.0, 1000.0)),
        "forgetting_rate": draw(st.sampled_from([0.0, 1e-12, 0.0144]) | st.floats(1e-6, 1.0)),
        "floor": draw(unit),
    }


# --- weeks and ceilings ---------------------------------------------------------------------------


@settings(max_examples=200)
@given(curves(), unit)
def test_weeks_lead_to_the_level(curve, level):
    """After the weeks found the level is reached to 1e-9, by mpmath at 60 digits."""
    weeks = float(weeks_to_reach(level, **curve))
    if level <= curve["proficiency"]:
        assert weeks == 0.0
        return
    assume(math.isfinite(weeks) and weeks < 1e15)
    with mp.workdps(60):
        after = exact_level(
            curve["proficiency"],
            curve["hours"],
            curve["learning_rate"],
            curve["forgetting_rate"],
            curve["floor"],
            weeks,
        )
    assert abs(float(after - mp.mpf(level))) <= 1e-9


# Many random curves hardly move, and are left out: that is no fault of the test.
@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much])
@given(curves(), st.floats(1.0, 500.0))
def test_hours_and_weeks_are_inverse_to_each_other(curve, weeks):
    """From hours to a level, to its weeks, to its hours: back to where it began, to 1e-9."""
    rates = {name: value for name, value in curve.items() if name != "hours"}
    level = float(proficiency_after(weeks=weeks, **curve))
    ceiling = float(highest_level(**curve))
    # Where the level hardly moves any more it says little about weeks, but all about hours.
    assume(level > curve["proficiency"] + 1e-6)
    assume(level < ceiling - 1e-9)
    found = float(weeks_to_reach(level, **curve))
    again = float(hours_to_reach(level, weeks=found, **rates))
    assert float(proficiency_after(weeks=found, **curve)) == pytest.approx(level, abs=1e-12)
    assert again == pytest.approx(curve["hours"], rel=1e-9, abs=1e-9)


@settings(max_examples=200)
@given(curves())
def test_nothing_gets_past_the_ceiling(curve):
    """At the ceiling and above the answer is never; a hair below it there is a week."""
    with mp.workdps(400):
        k, h, d, f = (
            mp.mpf(curve[name]) for name in ("learning_rate", "hours", "forgetting_rate", "floor")
        )
        assume(k * h + d > 0)
        exact = (k * h + d * f) / (k * h + d)
        nearest = float(exact)
        for level in (np.nextafter(nearest, 0.0), nearest, np.nextafter(nearest, 1.0)):
            if curve["proficiency"] < level:
                finite = math.isfinite(float(weeks_to_reach(level, **curve)))
                assert finite == (mp.mpf(float(level)) < exact)
    assert float(highest_level(**curve)) == pytest.approx(nearest, abs=1e-15)


def test_without_learning_or_forgetting_nothing_moves():
    """At rest the ceiling is where one stands."""
    still = {"proficiency": 0.4, "hours": 5.0, "learning_rate": 0.0, "forgetting_rate": 0.0}
    assert highest_level(**still).item() == 0.4
    assert weeks_to_reach([0.3, 0.4, 0.5], **still).tolist() == [0.0, 0.0, math.inf]


def test_wrong_arguments_are_refused():
    """A number out of range is named."""
    curve = {"proficiency": 0.4, "hours": 5.0, "learning_rate": 0.01, "forgetting_rate": 0.01}
    with pytest.raises(sb.InvalidValueError, match=r"level must be in \[0, 1\]"):
        weeks_to_reach(1.5, **curve)
    with pytest.raises(sb.InvalidValueError, match="hours must be"):
        weeks_to_reach(0.5, **{**curve, "hours": -1.0})
    with pytest.raises(sb.InvalidValueError, match="forgetting_rate must be"):
        highest_level(**{**curve, "forgetting_rate": math.inf})


# --- answers for people ---------------------------------------------------------------------------

SQL = sb.Skill(id="sql", kind="hard", name="SQL")
LISTENING = sb.Skill(id="listening", kind="soft", half_gap_hours=350, upkeep=0.5)
ADA = sb.Profile(
    id="ada",
    field="software_engineering",
    stage="mid",
    skills=(SQL, LISTENING, sb.Skill(id="excel", kind="hard", half_life_weeks=28)),
    goals=(
        sb.Goal(id="soon", targets={"sql": 0.55}, due_on=dt.date(2026, 5, 4)),
        sb.Goal(id="lead", targets={"sql": 0.6, "listening": 0.6}, due_on=LATER),
    ),
    assessments=(
        sb.Assessment(
            skill_id="sql", rating=0.4, assessed_on=AS_OF, rater_kind="test", evidence="exam"
        ),
    ),
)


def level_of(skill_id, hours, weeks):
    """Follow the curve of one skill of the profile, in plain floats."""
    skill = next(skill for skill in ADA.skills if skill.id == skill_id)
    start = sb.estimate_proficiency(ADA, as_of=AS_OF)[skill_id].mean
    k, d = math.log(2) / skill.half_gap_hours, math.log(2) / skill.half_life_weeks
    d *= 1.0 - skill.upkeep
    return float(exact_level(start, hours, k, d, skill.retained_share * start, weeks))


@settings(max_examples=40)
@given(st.sampled_from(["sql", "listening", "excel"]), st.floats(0.45, 0.9), st.integers(1, 400))
def test_the_hours_needed_are_the_fewest(skill_id, target, days):
    """At the hours the target is held on the day to 1e-9; at a thousandth less it is not."""
    by = AS_OF + dt.timedelta(days=days)
    answer = sb.hours_needed(ADA, skill_id, target=target, by=by, as_of=AS_OF)
    weeks = days / 7
    if not answer.reachable:
        assert answer.hours_per_week is None
        assert level_of(skill_id, 168.0, weeks) < target
        assert answer.ceiling == pytest.approx(level_of(skill_id, 168.0, weeks), abs=1e-12)
    elif answer.hours_per_week == 0.0:
        assert answer.proficiency_idle >= target
    else:
        assert level_of(skill_id, answer.hours_per_week, weeks) == pytest.approx(target, abs=1e-9)
        assert level_of(skill_id, answer.hours_per_week * 0.999, weeks) < target


@settings(max_examples=40)
@given(st.sampled_from(["sql", "listening", "excel"]), st.floats(0.5, 0.9), st.floats(0.5, 20.0))
def test_hours_and_dates_agree(skill_id, target, hours):
    """By the earliest date no more hours are needed than were given; a day before, more are."""
    answer = sb.earliest_date(ADA, skill_id, target=target, hours_per_week=hours, as_of=AS_OF)
    if not answer.reachable:
        assert answer.on is None
        assert answer.ceiling <= target
        return
    assume(answer.weeks > 0.5)
    assert level_of(skill_id, hours, answer.weeks) == pytest.approx(target, abs=1e-9)
    assert answer.on == AS_OF + dt.timedelta(days=math.ceil(answer.weeks * 7))

    def needed(by):
        return sb.hours_needed(ADA, skill_id, target=target, by=by, as_of=AS_OF).hours_per_week

    assert needed(answer.on) <= hours * (1 + 1e-9)
    before = needed(answer.on - dt.timedelta(days=1))
    assert before is None or before > hours * (1 - 1e-9)


def test_the_boundary_of_what_can_be_reached_is_exact():
    """The level of the most hours takes exactly these hours; the next number is out of reach."""
    limits = {"by": LATER, "as_of": AS_OF, "max_hours": 6.0}
    ceiling = sb.hours_needed(ADA, "sql", target=1.0, **limits).ceiling
    at = sb.hours_needed(ADA, "sql", target=ceiling, **limits)
    above = sb.hours_needed(ADA, "sql", target=np.nextafter(ceiling, 1.0), **limits)
    assert at.reachable
    assert at.hours_per_week == pytest.approx(6.0, abs=1e-9)
    assert at.hours_per_week <= 6.0
    assert not above.reachable


def test_what_is_out_of_reach_says_so():
    """The sentences name the ceiling, and otherwise the hours or the day."""

    def needed(target, **changes):
        limits = {"by": LATER, "as_of": AS_OF, "max_hours": 6.0, **changes}
        return sb.hours_needed(ADA, "sql", target=target, **limits)

    answer = needed(0.95)
    ceiling = f"the ceiling at 6 h a week is {answer.ceiling:.2f}"
    assert answer.reason() == f"SQL cannot reach 0.95 by 2026-08-31: {ceiling}."
    assert needed(0.1).reason() == "SQL needs no practice to hold 0.10 on 2026-08-31."
    hours = needed(0.6)
    shown = f"{hours.hours_per_week:.2f}".rstrip("0")
    assert hours.reason() == f"SQL reaches 0.60 by 2026-08-31 with {shown} h a week."

    def earliest(target, hours):
        return sb.earliest_date(ADA, "sql", target=target, hours_per_week=hours, as_of=AS_OF)

    never = earliest(0.95, 6)
    assert (
        never.reason()
        == f"SQL never reaches 0.95 at 6 h a week: the ceiling is {never.ceiling:.2f}."
    )
    assert earliest(0.1, 6).reason() == "SQL is at 0.10 already."
    day = earliest(0.6, 6)
    assert day.reason() == f"SQL reaches 0.60 at 6 h a week on {day.on}."


def test_a_day_after_the_calendar_is_no_day():
    """So slow that the year 10000 comes first: reached, but on no date."""
    slow = sb.Skill(id="slow", kind="hard", half_gap_hours=1e7, upkeep=1.0)
    profile = attrs.evolve(ADA, skills=(slow,), goals=(), assessments=())
    answer = sb.earliest_date(profile, "slow", target=0.99, hours_per_week=1, as_of=AS_OF)
    assert answer.reachable
    assert answer.on is None
    assert "after the last day of the calendar" in answer.reason()


def test_targets_default_to_the_profiles_own():
    """Without a target the highest of the goals counts, else the expected level."""
    assert sb.hours_needed(ADA, "sql", by=LATER, as_of=AS_OF).target == 0.6
    expected = sb.weigh_skills(ADA)["excel"].expected_level
    answer = sb.earliest_date(ADA, "excel", hours_per_week=5, as_of=AS_OF)
    assert answer.target == expected


def test_other_raters_change_the_answer():
    """A rater model that trusts the test less moves the estimate, and the hours with it."""
    model = sb.RaterModel(
        kinds={"test": sb.RaterNoise(own_variance=50.0, severity_part=0.0)},
        prior_sd=0.2,
        ageing_per_year=0.01,
    )
    trusted, doubted = (
        sb.hours_needed(ADA, "sql", by=LATER, as_of=AS_OF, rater_model=each)
        for each in ("specific", model)
    )
    assert trusted.proficiency_now < doubted.proficiency_now
    assert trusted.hours_per_week > doubted.hours_per_week


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": dt.date(2026, 3, 1)}, "by must be on or after 2026-03-02"),
        ({"target": 1.2}, r"target must be in \[0, 1\]"),
        ({"max_hours": 200.0}, r"max_hours must be in \[0, 168\]"),
        ({"by": "2026-08-31"}, "by must be"),
    ],
)
def test_hours_needed_refuses_what_makes_no_sense(change, message):
    """A date in the past and numbers out of range are named."""
    arguments = {"by": LATER, "as_of": AS_OF, **change}
    with pytest.raises(sb.InvalidValueError, match=message):
        sb.hours_needed(ADA, "sql", **arguments)


def test_unknown_skills_are_named():
    """A misspelt id brings the nearest one."""
    with pytest.raises(sb.UnknownSkillError, match="sql"):
        sb.hours_needed(ADA, "sqll", by=LATER, as_of=AS_OF)
    with pytest.raises(sb.UnknownSkillError, match="sql"):
        sb.earliest_date(ADA, "sqll", hours_per_week=1, as_of=AS_OF)
    with pytest.raises(sb.InvalidValueError, match="hours_per_week must be"):
        sb.earliest_date(ADA, "sql", hours_per_week=-1, as_of=AS_OF)


# --- all goals at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_least_hours_meet_every_goal_and_no_fewer_do(turned):
    """Every target is met on its day, whatever the order; a thousandth fewer hours miss one."""
    profile = attrs.evolve(ADA, goals=ADA.goals[::-1] if turned else ADA.goals)
    least = sb.least_hours(profile, as_of=AS_OF)
    assert [item.skill_id for item in least] == ["sql", "listening"]
    assert least.reachable
    assert least.hours_per_week == pytest.approx(
        math.fsum(item.hours_per_week for item in least), abs=1e-12
    )

    def met(skill_id, hours):
        return all(
            level_of(skill_id, hours, (goal.due_on - AS_OF).days / 7)
            >= goal.targets[skill_id] - 1e-9
            for goal in ADA.goals
            if skill_id in goal.targets
        )

    for item in least:
        assert met(item.skill_id, item.hours_per_week)
        assert not met(item.skill_id, item.hours_per_week * 0.999)


def test_a_goal_out_of_reach_has_no_total():
    """What cannot be reached is listed, and the rest still has its hours."""
    hard = attrs.evolve(
        ADA, goals=(*ADA.goals, sb.Goal(id="guru", targets={"excel": 1.0}, due_on=LATER))
    )
    least = sb.least_hours(hard, as_of=AS_OF)
    assert not least.reachable
    assert least.hours_per_week is None
    assert least.unreachable == ("excel",)
    assert least["excel"].hours_per_week is None
    assert least.hours_of_reachable == sb.least_hours(ADA, as_of=AS_OF).hours_per_week


def test_overdue_and_undated_goals_use_the_horizon():
    """A goal whose date has passed is judged at the horizon, like one without a date."""
    undated, overdue = (
        attrs.evolve(ADA, goals=(sb.Goal(id="g", targets={"sql": 0.6}, due_on=due),))
        for due in (None, dt.date(2026, 1, 1))
    )
    first, second = (
        sb.least_hours(profile, as_of=AS_OF, horizon_weeks=10) for profile in (undated, overdue)
    )
    assert first["sql"].by == AS_OF + dt.timedelta(weeks=10)
    assert first.hours_per_week == second.hours_per_week
    assert second.overdue_goals == ("g",)
    assert first.overdue_goals == ()


# --- the frontier ---------------------------------------------------------------------------------


@pytest.mark.parametrize("block_hours", [None, 0.5])
def test_a_point_of_the_frontier_is_a_plan(block_hours):
    """Each point is what plan_time finds for its hours, with the same proof."""
    budget = sb.TimeBudget(hours_per_week=4, block_hours=block_hours)
    found = sb.frontier(ADA, budget, as_of=AS_OF, hours=[7, 0, 2.5])
    assert [point.hours_per_week for point in found.points] == [0.0, 2.5, 7.0]
    for point in found.points:
        plan = sb.plan_time(
            ADA, attrs.evolve(budget, hours_per_week=point.hours_per_week), as_of=AS_OF
        )
        assert point.readiness == plan.readiness_then
        assert point.optimality_gap == plan.optimality_gap
        assert point.soft_share == plan.soft_share_hours
        assert point.hours == {i.skill_id: i.hours_per_week for i in plan if i.hours_per_week > 0}
        # The marginal hour is that of continuous hours.
        smooth = sb.plan_time(
            ADA,
            sb.TimeBudget(hours_per_week=point.hours_per_week, block_hours=None),
            as_of=AS_OF,
        )
        assert point.marginal_return == pytest.approx(smooth.shadow_price, abs=1e-6)
    assert found.readiness_now == pytest.approx(plan.readiness_now, abs=1e-15)
    assert found.readiness_idle == pytest.approx(plan.readiness_idle, abs=1e-15)


def test_readiness_rises_and_its_slope_falls():
    """In continuous hours the frontier is concave, and the marginal hour is its slope."""
    budget = sb.TimeBudget(hours_per_week=6, block_hours=None, soft_share=(0.2, 0.6))
    points = sb.frontier(ADA, budget, as_of=AS_OF).points
    assert len(points) == 49
    for one, other in pairwise(points):
        step = other.hours_per_week - one.hours_per_week
        slope = (other.readiness - one.readiness) / step
        assert other.marginal_return - 1e-7 <= slope <= one.marginal_return + 1e-7
    assert points[24].hours_per_week == 6.0


def test_the_grid_is_in_whole_blocks():
    """By default hours run from none to twice the budget in whole blocks, the budget among them."""
    budget = sb.TimeBudget(hours_per_week=3, block_hours=0.5)
    hours = [point.hours_per_week for point in sb.frontier(ADA, budget, as_of=AS_OF).points]
    assert hours == [0.5 * i for i in range(13)]


def test_hours_that_limits_forbid_are_left_out():
    """Points below the minima are named and left out; without any point the limits are named."""
    budget = sb.TimeBudget(hours_per_week=4, min_hours={"sql": 2.0})
    found = sb.frontier(ADA, budget, as_of=AS_OF, hours=[1, 2, 3])
    assert found.infeasible_hours == (1.0,)
    assert [point.hours_per_week for point in found.points] == [2.0, 3.0]
    with pytest.raises(sb.InfeasibleError, match="sql"):
        sb.frontier(ADA, budget, as_of=AS_OF, hours=[0, 1])


def test_a_frontier_needs_hours():
    """No hours at all, or hours no week has, are refused."""
    budget = sb.TimeBudget(hours_per_week=4)
    with pytest.raises(sb.InvalidValueError, match="hours must be at least one"):
        sb.frontier(ADA, budget, as_of=AS_OF, hours=[])
    with pytest.raises(sb.InvalidValueError, match=r"^hours\[1\] must be in \[0, 168\]"):
        sb.frontier(ADA, budget, as_of=AS_OF, hours=[1, 200])
