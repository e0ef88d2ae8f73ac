"""Career paths: the balance shifts with field and stage, and levels go on where they were."""

import datetime as dt
import math
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from tests import strategies

AS_OF = dt.date(2026, 1, 5)
SKILLS = (
    sb.Skill(id="python", kind="hard", elements=("2.B.3.e",)),
    sb.Skill(id="excel", kind="hard", elements=("2.C.3.a",), half_gap_hours=40),
    sb.Skill(id="listening", kind="soft", elements=("2.A.1.b",)),
    sb.Skill(id="coaching", kind="soft", elements=("2.B.1.e",), half_gap_hours=350),
)
BUDGET = sb.TimeBudget(hours_per_week=5, horizon_weeks=52, block_hours=None)


def person(field="software_engineering", **changes):
    """Build somebody at the stage mid."""
    return sb.Profile(**{"id": "ada", "field": field, "stage": "mid", "skills": SKILLS} | changes)


def path_of(field):
    """From mid to lead after a year, to manager after two more."""
    return [
        sb.CareerStep(from_on=dt.date(2027, 1, 4), field=field, stage="lead"),
        sb.CareerStep(from_on=dt.date(2029, 1, 1), field=field, stage="manager"),
    ]


def walk(field, budget=BUDGET):
    """Plan the path."""
    return sb.roadmap(person(field), path_of(field), budget, as_of=AS_OF)


def test_the_share_of_a_software_engineer_shifts_and_hours_follow():
    """Mid, lead, manager: .24, .40, .34 to 0.01; the soft hours rise and fall with it."""
    path = walk("software_engineering")
    assert [period.stage.value for period in path.periods] == ["mid", "lead", "manager"]
    shares = [period.soft_share_recommended for period in path.periods]
    assert shares == pytest.approx([0.24, 0.40, 0.34], abs=0.01)
    mid, lead, manager = (period.soft_share_hours for period in path.periods)
    assert mid < manager < lead
    for period in path.periods:
        assert abs(period.soft_share_hours - period.soft_share_recommended) <= 0.10 + 1e-9
    assert path.largest_shift == pytest.approx(0.16, abs=0.01)


def test_the_shift_over_sales_is_small():
    """Sales is soft from the start: no step moves its share as much as a software engineer's."""
    sales, software = walk("sales"), walk("software_engineering")
    assert abs(sales.largest_shift) < 0.07 < abs(software.largest_shift)


def test_shares_are_the_tables_own():
    """Without goals the recommended share is that of field and stage."""
    from skillbalance.reference.context import soft_share

    for field in ("software_engineering", "sales", "nursing"):
        for period in walk(field).periods:
            assert period.soft_share_recommended == pytest.approx(
                soft_share(field, period.stage), abs=1e-12
            )


def test_levels_are_carried_over():
    """Each period starts at the levels the one before ends at, and follows the curve."""
    periods = walk("software_engineering").periods
    estimates = sb.estimate_proficiency(person(), as_of=AS_OF)
    level = {item.skill_id: item.mean for item in estimates}
    for period in periods:
        for skill in SKILLS:
            planned = period.plan[skill.id]
            assert planned.proficiency_now == pytest.approx(level[skill.id], abs=1e-12)
            level[skill.id] = float(
                sb.numeric.proficiency_after(
                    planned.proficiency_now,
                    planned.hours_per_week,
                    learning_rate=math.log(2) / skill.half_gap_hours,
                    forgetting_rate=math.log(2) / skill.half_life_weeks,
                    weeks=period.weeks,
                    floor=0.5 * estimates[skill.id].mean,
                )
            )
            assert period.levels_then[skill.id] == pytest.approx(level[skill.id], abs=1e-12)


def test_periods_follow_each_other_without_gaps():
    """Each ends where the next begins; the last runs for the budget's horizon."""
    periods = walk("software_engineering").periods
    assert [period.from_on for period in periods] == [
        AS_OF,
        dt.date(2027, 1, 4),
        dt.date(2029, 1, 1),
    ]
    for one, other in pairwise(periods):
        assert one.until_on == other.from_on
        assert other.shift == pytest.approx(
            other.soft_share_recommended - one.soft_share_recommended, abs=1e-15
        )
        assert other.hours_shift == pytest.approx(
            other.soft_share_hours - one.soft_share_hours, abs=1e-15
        )
    assert periods[0].shift == 0.0
    assert periods[0].hours_shift is None
    assert periods[-1].until_on == dt.date(2029, 1, 1) + dt.timedelta(weeks=52)
    assert periods[0].weeks == 52.0


def test_a_path_of_one_stage_is_a_plan():
    """Without steps the only period is plan_time's plan."""
    path = sb.roadmap(person(), [], BUDGET, as_of=AS_OF)
    assert len(path.periods) == 1
    assert path.periods[0].plan == sb.plan_time(person(), BUDGET, as_of=AS_OF)
    assert path.periods[0].readiness_then == pytest.approx(
        path.periods[0].plan.readiness_then, abs=1e-12
    )
    assert path.largest_shift == 0.0


def test_the_order_of_steps_does_not_matter():
    """Steps are sorted by day."""
    steps = path_of("sales")
    there, back = (
        sb.roadmap(person("sales"), order, BUDGET, as_of=AS_OF) for order in (steps, steps[::-1])
    )
    assert there == back


def test_a_step_in_the_past_counts_from_today():
    """The last step on or before the first day takes the place of the profile's own stage."""
    steps = [
        sb.CareerStep(from_on=dt.date(2020, 1, 1), field="sales", stage="entry"),
        sb.CareerStep(from_on=AS_OF, field="sales", stage="lead"),
    ]
    path = sb.roadmap(person(), steps, BUDGET, as_of=AS_OF)
    assert len(path.periods) == 1
    assert path.periods[0].field == "sales"
    assert path.periods[0].stage is sb.CareerStage.LEAD
    asked = sb.plan_time(person("sales", stage="lead"), BUDGET, as_of=AS_OF)
    assert path.periods[0].soft_share_recommended == asked.soft_share_recommended


def test_a_promotion_asks_for_more():
    """On its first day a higher stage finds less readiness than the day before."""
    mid, lead, _ = walk("software_engineering").periods
    assert lead.plan.readiness_now < mid.readiness_then


def test_the_level_of_the_first_day_is_what_is_retained():
    """Without hours levels fall towards half of the first day's, however many steps there are."""
    nothing = attrs.evolve(BUDGET, hours_per_week=0)
    steps = [
        sb.CareerStep(from_on=AS_OF + dt.timedelta(weeks=8 * i), field="sales", stage=stage)
        for i, stage in enumerate(["senior", "lead", "manager", "lead", "manager"], start=1)
    ]
    path = sb.roadmap(person("sales"), steps, nothing, as_of=AS_OF)
    weeks = sum(period.weeks for period in path.periods)
    start = sb.estimate_proficiency(person("sales"), as_of=AS_OF)["python"].mean
    kept = 0.5 + 0.5 * math.exp(-math.log(2) / 48 * weeks)
    assert path.periods[-1].levels_then["python"] == pytest.approx(kept * start, abs=1e-12)
    assert all(period.hours_shift is None for period in path.periods)


def test_goals_keep_their_dates():
    """A goal that falls due in the first period is overdue in the second."""
    goal = sb.Goal(id="pass", targets={"excel": 0.8}, due_on=dt.date(2026, 6, 1))
    periods = sb.roadmap(
        person(goals=(goal,)), path_of("software_engineering"), BUDGET, as_of=AS_OF
    ).periods
    assert periods[0].plan["excel"].horizon_weeks == 21.0
    assert [period.plan.overdue_goals for period in periods] == [(), ("pass",), ("pass",)]


@settings(max_examples=20)
@given(strategies.profiles(max_skills=4), st.lists(st.integers(-50, 400), max_size=3, unique=True))
def test_any_profile_can_walk_a_path(profile, days):
    """Random profiles and steps give contiguous periods with plans that hold their promises."""
    steps = [
        sb.CareerStep(from_on=AS_OF + dt.timedelta(days=day), field="nursing", stage="senior")
        for day in days
    ]
    budget = sb.TimeBudget(hours_per_week=4, horizon_weeks=10)
    path = sb.roadmap(profile, steps, budget, as_of=AS_OF)
    assert path.periods[0].from_on == AS_OF
    assert len(path.periods) == 1 + sum(day > 0 for day in days)
    for period in path.periods:
        assert period.weeks == (period.until_on - period.from_on).days / 7
        assert 0.0 <= period.readiness_then <= 1.0
        assert set(period.levels_then) == {skill.id for skill in profile.skills}
        assert period.plan.hours_per_week <= 4.0 + 1e-9


def test_wrong_paths_are_refused():
    """Two steps on a day, an unknown field, and what is no step at all."""
    step = path_of("sales")[0]
    with pytest.raises(sb.InvalidValueError, match="steps on different days"):
        sb.roadmap(person(), [step, step], BUDGET, as_of=AS_OF)
    with pytest.raises(sb.UnknownFieldError, match="sales"):
        sb.roadmap(person(), [attrs.evolve(step, field="sale")], BUDGET, as_of=AS_OF)
    with pytest.raises(sb.InvalidValueError, match=r"stages\[0\] must be"):
        sb.roadmap(person(), ["lead"], BUDGET, as_of=AS_OF)
    with pytest.raises(sb.InvalidValueError, match="stage must be"):
        sb.CareerStep(from_on=AS_OF, field="sales", stage="boss")
    with pytest.raises(sb.InvalidValueError, match="from_on must be"):
        sb.CareerStep(from_on="2027-01-01", field="sales", stage="lead")
