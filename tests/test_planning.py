"""Plans of records: what the optimiser's promises become once ids, dates and defaults meet."""

import datetime as dt
import json
import math

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.reference.defaults import BALANCE_BAND
from tests import strategies

AS_OF = dt.date(2026, 3, 2)
LATER = dt.date(2026, 9, 7)


def person(*skills: sb.Skill, goals: tuple[sb.Goal, ...] = (), **changes: object) -> sb.Profile:
    """Build a software engineer."""
    fields = {"field": "software_engineering", "stage": "mid", "assessments": (), **changes}
    return sb.Profile(id="ada", skills=skills, goals=goals, **fields)


HARD = sb.Skill(id="sql", name="SQL", kind="hard")
OTHER = sb.Skill(id="excel", name="Excel", kind="hard", elements=("2.C.3.a",))
SOFT = sb.Skill(id="feedback", name="Giving feedback", kind="soft")
THREE = person(HARD, OTHER, SOFT, goals=(sb.Goal(id="g", targets={"sql": 0.7}, due_on=LATER),))


@st.composite
def cases(draw: st.DrawFn) -> tuple[sb.Profile, sb.TimeBudget]:
    """Draw a profile and a budget without limits that could contradict each other."""
    profile = draw(strategies.profiles(max_skills=5))
    budget = sb.TimeBudget(
        hours_per_week=draw(st.floats(0, 12)),
        horizon_weeks=draw(st.floats(1, 60)),
        block_hours=draw(st.sampled_from([0.5, 1.0, None])),
    )
    return profile, budget


@settings(max_examples=60)
@given(cases())
def test_a_plan_keeps_its_promises(case):
    """Hours fit, blocks are whole, costs are not negative, and the gap covers the rounding."""
    profile, budget = case
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    hours = [item.hours_per_week for item in plan]
    assert [item.skill_id for item in plan] == [skill.id for skill in profile.skills]
    assert plan.hours_per_week == pytest.approx(math.fsum(hours), abs=1e-9)
    assert plan.hours_per_week + plan.unused_hours == pytest.approx(budget.hours_per_week, abs=1e-9)
    if budget.block_hours is not None:
        assert all((h / budget.block_hours).is_integer() for h in hours)
        assert plan.unused_hours < budget.block_hours or plan.shadow_price == 0.0
    assert plan.readiness_then >= plan.readiness_idle - 1e-12
    assert 0.0 <= plan.rounding_cost <= plan.optimality_gap + 1e-12
    assert plan.price_of_balance >= 0.0
    assert plan.shadow_price_range[0] <= budget.hours_per_week + 1e-6
    assert plan.shadow_price_range[1] >= budget.hours_per_week - 1e-6
    assert all(item.proficiency_then >= item.proficiency_idle - 1e-12 for item in plan)


@settings(max_examples=30)
@given(cases(), st.randoms())
def test_the_order_of_skills_does_not_matter(case, random):
    """Permuting skills permutes the plan: readiness and, where it is unique, hours."""
    profile, budget = case
    shuffled = list(profile.skills)
    random.shuffle(shuffled)
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    other = sb.plan_time(attrs.evolve(profile, skills=shuffled), budget, as_of=AS_OF)
    assert other.readiness_then == pytest.approx(plan.readiness_then, abs=1e-9)
    assert other.readiness_now == pytest.approx(plan.readiness_now, abs=1e-12)
    for item in plan:
        assert other[item.skill_id].weight == pytest.approx(item.weight, abs=1e-12)
        assert other[item.skill_id].proficiency_idle == pytest.approx(
            item.proficiency_idle, abs=1e-9
        )


@settings(max_examples=30)
@given(cases())
def test_no_even_split_beats_the_plan(case):
    """Hours spread evenly never reach more readiness than the continuous plan without a band."""
    profile, budget = case
    budget = attrs.evolve(budget, block_hours=None, soft_share=(0.0, 1.0))
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    n = len(profile.skills)
    even = {skill.id: budget.hours_per_week / n for skill in profile.skills}
    judged = sb.evaluate_plan(profile, budget, even, as_of=AS_OF)
    assert judged.readiness_then <= plan.readiness_then + 1e-9
    assert judged.left_on_table == pytest.approx(
        plan.readiness_then - judged.readiness_then, abs=1e-9
    )
    assert judged.left_on_table <= judged.optimality_gap + 1e-9


@settings(max_examples=30)
@given(cases(), st.floats(0, 4))
def test_more_hours_never_hurt(case, extra):
    """Within the person's own limits readiness never falls as the budget grows."""
    profile, budget = case
    budget = attrs.evolve(budget, soft_share=(0.0, 1.0))
    more = attrs.evolve(budget, hours_per_week=budget.hours_per_week + extra)
    first = sb.plan_time(profile, budget, as_of=AS_OF).readiness_then
    assert sb.plan_time(profile, more, as_of=AS_OF).readiness_then >= first - 1e-9


@settings(max_examples=40)
@given(cases())
def test_a_plan_is_read_back_equal(case):
    """A plan written as a document comes back the same, types included."""
    profile, budget = case
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    assert sb.from_json(sb.to_json(plan), sb.TimePlan) == plan


def test_the_value_of_one_more_block_is_true():
    """Shadow price and marginal returns are what planning with one block more really adds."""
    budget = sb.TimeBudget(hours_per_week=4, soft_share=(0.0, 1.0))
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    wider = attrs.evolve(budget, hours_per_week=4.5)
    more = sb.plan_time(THREE, wider, as_of=AS_OF)
    gained = more.readiness_then - plan.readiness_then
    assert gained == pytest.approx(0.5 * plan.shadow_price, rel=1e-9)
    hours = {item.skill_id: item.hours_per_week for item in plan}
    for item in plan:
        raised = {**hours, item.skill_id: hours[item.skill_id] + 0.5}
        judged = sb.evaluate_plan(THREE, wider, raised, as_of=AS_OF)
        assert judged.readiness_then - plan.readiness_then == pytest.approx(
            0.5 * item.marginal_return, rel=1e-9
        )


def test_the_default_band_keeps_the_soft_share_near_the_recommended_one():
    """With enough blocks the planned share lies within the band, and its price is told."""
    budget = sb.TimeBudget(hours_per_week=20)
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    assert plan.soft_share_hours is not None
    assert abs(plan.soft_share_hours - plan.soft_share_recommended) <= BALANCE_BAND.value + 1e-9
    free = sb.plan_time(THREE, attrs.evolve(budget, soft_share=(0.0, 1.0)), as_of=AS_OF)
    assert plan.price_of_balance == pytest.approx(
        free.readiness_then - plan.readiness_then, abs=1e-12
    )


@pytest.mark.parametrize("hours", [0.5, 1.0, 1.5])
def test_the_default_band_never_leaves_hours_idle(hours):
    """Where no share of so few blocks lies in the band, the nearest one is taken."""
    plan = sb.plan_time(THREE, sb.TimeBudget(hours_per_week=hours), as_of=AS_OF)
    assert plan.hours_per_week == hours


def test_the_default_band_yields_to_maxima():
    """A default never makes a plan infeasible, nor smaller than it could be."""
    budget = sb.TimeBudget(hours_per_week=10, max_hours={"feedback": 0.0})
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    assert plan.hours_per_week == 10.0
    assert plan.soft_share_hours == 0.0


def test_the_default_band_yields_to_minima():
    """Minima of one kind that fill the budget leave the band no say."""
    budget = sb.TimeBudget(hours_per_week=4, min_hours={"sql": 2, "excel": 2})
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    assert plan.soft_share_hours == 0.0
    assert plan.soft_share_limits[0] == 0.0


@pytest.mark.parametrize("block_hours", [0.5, None])
@pytest.mark.parametrize(
    "limits", [{"max_skills": 1}, {"max_skills": 2, "min_hours": {"sql": 1, "excel": 1}}]
)
def test_the_default_band_yields_to_the_number_of_skills(limits, block_hours):
    """Where so few skills cannot be of both kinds the band neither forbids a plan nor idles it."""
    budget = sb.TimeBudget(hours_per_week=6, block_hours=block_hours, **limits)
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    free = sb.plan_time(THREE, attrs.evolve(budget, soft_share=(0.0, 1.0)), as_of=AS_OF)
    assert plan.hours_per_week == pytest.approx(6.0)
    assert plan.soft_share_hours in {0.0, 1.0}
    assert plan.readiness_then == free.readiness_then
    assert plan.soft_share_limits[0] <= plan.soft_share_hours <= plan.soft_share_limits[1]


def test_limits_of_the_share_are_kept_and_may_be_infeasible():
    """The person's own limits are hard; where no split meets them the conflict is named."""
    budget = sb.TimeBudget(hours_per_week=6, soft_share=(0.5, 0.6))
    plan = sb.plan_time(THREE, budget, as_of=AS_OF)
    assert plan.soft_share_hours is not None
    assert 0.5 <= plan.soft_share_hours <= 0.6
    with pytest.raises(sb.InfeasibleError, match=r"soft_share\[0\]") as caught:
        sb.plan_time(
            THREE,
            attrs.evolve(
                budget, hours_per_week=20, min_hours={"sql": 4}, max_hours={"feedback": 1}
            ),
            as_of=AS_OF,
        )
    named = {conflict.limit for conflict in caught.value.conflicts}
    assert named == {"soft_share[0]", 'min_hours["sql"]', 'max_hours["feedback"]'}


def test_infeasible_minima_name_the_skills_and_the_smallest_ways_out():
    """Of three minima only the two that matter are named, by id, each with what would do."""
    budget = sb.TimeBudget(hours_per_week=4, min_hours={"sql": 3, "excel": 0.5, "feedback": 2})
    with pytest.raises(sb.InfeasibleError) as caught:
        sb.plan_time(THREE, budget, as_of=AS_OF)
    found = {conflict.limit: conflict.relaxed for conflict in caught.value.conflicts}
    assert found == {'min_hours["sql"]': 1.5, 'min_hours["feedback"]': 0.5, "hours_per_week": 5.5}


def relaxed(budget: sb.TimeBudget, conflict: sb.Conflict) -> sb.TimeBudget:
    """Move one limit to what the error says would do."""
    name, _, key = conflict.limit.partition("[")
    if name == "soft_share":
        share = list(budget.soft_share)
        share[int(key[0])] = conflict.relaxed
        return attrs.evolve(budget, soft_share=tuple(share))
    if not key:
        return attrs.evolve(budget, **{name: conflict.relaxed})
    limits = {**getattr(budget, name), json.loads(key[:-1]): conflict.relaxed}
    return attrs.evolve(budget, **{name: limits})


@given(data=st.data())
def test_each_way_out_of_a_conflict_is_one(data):
    """One limit changed as the error says, and all others as they are, there is a plan."""
    budget = data.draw(strategies.budgets(("sql", "excel", "feedback")))
    budget = attrs.evolve(budget, hours_per_week=min(budget.hours_per_week, 12.0), max_skills=None)
    found = conflicts(sb.plan_time, budget)
    assert budget.block_hours or found == conflicts(sb.evaluate_plan, budget, {})
    for conflict in found:
        if not math.isnan(conflict.relaxed) and conflict.relaxed <= 168.0:  # what a week has
            sb.plan_time(THREE, relaxed(budget, conflict), as_of=AS_OF)


def conflicts(verb, budget, *arguments):
    """Return the limits in conflict; none if there is a plan, or if only its hours are refused."""
    try:
        verb(THREE, budget, *arguments, as_of=AS_OF)
    except sb.InfeasibleError as error:
        return error.conflicts
    except sb.InvalidValueError:
        pass
    return ()


def test_unknown_ids_are_named():
    """A limit or hours for a skill the profile lacks name the nearest skill it has."""
    with pytest.raises(sb.UnknownSkillError, match="sql"):
        sb.plan_time(THREE, sb.TimeBudget(hours_per_week=4, max_hours={"sqk": 1}), as_of=AS_OF)
    with pytest.raises(sb.UnknownSkillError, match="excel"):
        sb.evaluate_plan(THREE, sb.TimeBudget(hours_per_week=4), {"exel": 1}, as_of=AS_OF)


@pytest.mark.parametrize(
    ("hours", "match"),
    [
        ({"sql": 5}, r'^hours\["sql"\] must be at most the budget 4, got 5'),
        (
            {"excel": 2, "sql": 1, "feedback": 3},
            r'sum of hours\["feedback"\], hours\["excel"\], hours\["sql"\] must be at most',
        ),
        ({"excel": -1}, r'hours\["excel"\] must be at least 0, got -1'),
        ({"excel": math.nan}, r'hours\["excel"\] must be'),
        ({"excel": "2"}, r'hours\["excel"\] must be'),
        ({"sql": 2.5, "feedback": 0.5}, r'hours\["sql"\] must be at most its maximum 2'),
        ({"sql": 1}, r'hours\["feedback"\] must be at least its minimum 0.5'),
    ],
)
def test_chosen_hours_that_break_a_limit_are_refused(hours, match):
    """Hours outside the budget's limits are named by skill."""
    budget = sb.TimeBudget(hours_per_week=4, max_hours={"sql": 2}, min_hours={"feedback": 0.5})
    with pytest.raises(sb.InvalidValueError, match=match):
        sb.evaluate_plan(THREE, budget, hours, as_of=AS_OF)


def test_a_sum_of_many_hours_names_the_largest():
    """Of many skills with hours an error names the three with most, and counts the rest."""
    skills = [sb.Skill(id=f"s{i}", kind="hard") for i in range(6)]
    hours = {f"s{i}": 1.0 + i for i in range(6)}
    match = r'sum of hours\["s5"\], hours\["s4"\], hours\["s3"\] and 3 more must be at most the'
    with pytest.raises(sb.InvalidValueError, match=match):
        sb.evaluate_plan(person(*skills), sb.TimeBudget(hours_per_week=4), hours, as_of=AS_OF)


def test_chosen_hours_keep_the_share_and_the_number_of_skills():
    """The person's limits on the soft share and on the number of skills hold for chosen hours."""
    budget = sb.TimeBudget(hours_per_week=4, soft_share=(0.5, 1.0))
    with pytest.raises(sb.InvalidValueError, match=r"soft share .* within the limits \[0.5, 1\]"):
        sb.evaluate_plan(THREE, budget, {"sql": 3, "feedback": 1}, as_of=AS_OF)
    budget = sb.TimeBudget(hours_per_week=4, max_skills=1)
    with pytest.raises(sb.InvalidValueError, match=r"at most 1 skills \(max_skills\).*'sql'"):
        sb.evaluate_plan(THREE, budget, {"sql": 1, "feedback": 1}, as_of=AS_OF)
    assert sb.evaluate_plan(THREE, budget, {"sql": 1, "excel": 0}, as_of=AS_OF).left_on_table > 0.0
    none = sb.TimeBudget(hours_per_week=1, min_hours={"sql": 2})
    with pytest.raises(sb.InfeasibleError, match=r'min_hours\["sql"\]'):
        sb.evaluate_plan(THREE, none, {"sql": 1}, as_of=AS_OF)


def test_no_hours_at_all_are_judged():
    """Choosing no hours leaves on the table what the best hours add to standing idle."""
    budget = sb.TimeBudget(hours_per_week=4, block_hours=None, soft_share=(0.0, 1.0))
    judged = sb.evaluate_plan(THREE, budget, {}, as_of=AS_OF)
    best = sb.plan_time(THREE, budget, as_of=AS_OF)
    assert (judged.hours_per_week, judged.unused_hours) == (0.0, 4.0)
    assert judged.soft_share_hours is None
    assert judged.readiness_then == pytest.approx(judged.readiness_idle, abs=1e-12)
    assert judged.left_on_table == pytest.approx(best.readiness_then - judged.readiness_then)
    assert judged.left_on_table <= judged.optimality_gap
    nobody = sb.evaluate_plan(person(), budget, {}, as_of=AS_OF)
    assert (nobody.items, nobody.left_on_table) == ((), 0.0)


@settings(max_examples=30)
@given(cases())
def test_judging_a_plan_finds_its_own_numbers(case):
    """The hours of a plan, chosen again, reach its readiness and leave its rounding behind."""
    profile, budget = case
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    hours = {item.skill_id: item.hours_per_week for item in plan}
    kept = attrs.evolve(budget, soft_share=plan.soft_share_limits)
    judged = sb.evaluate_plan(profile, kept, hours, as_of=AS_OF)
    assert judged.readiness_then == plan.readiness_then
    assert judged.readiness_now == plan.readiness_now
    assert judged.left_on_table == pytest.approx(plan.rounding_cost, abs=1e-12)
    assert judged.price_of_balance >= 0.0


RATED = attrs.evolve(
    THREE,
    assessments=(
        sb.Assessment(skill_id="sql", rating=0.9, assessed_on=AS_OF, rater_kind="self"),
        sb.Assessment(skill_id="feedback", rating=0.1, assessed_on=AS_OF, rater_kind="peer"),
    ),
)


def test_a_rater_model_says_how_far_ratings_move_a_plan():
    """Plans start from the estimates of the rater model asked for, by default `specific`."""
    budget = sb.TimeBudget(hours_per_week=4)
    plans = {}
    for model in ("specific", "job_performance"):
        plan = sb.plan_time(RATED, budget, as_of=AS_OF, rater_model=model)
        judged = sb.evaluate_plan(RATED, budget, {"sql": 1}, as_of=AS_OF, rater_model=model)
        estimates = sb.estimate_proficiency(RATED, as_of=AS_OF, rater_model=model)
        now = [item.mean for item in estimates]
        assert [item.proficiency_now for item in plan] == now
        assert [item.proficiency_now for item in judged] == now
        plans[model] = plan
    assert plans["specific"] == sb.plan_time(RATED, budget, as_of=AS_OF)
    assert (
        plans["specific"]["sql"].proficiency_now > plans["job_performance"]["sql"].proficiency_now
    )
    for verb in (sb.plan_time, lambda *a, **o: sb.evaluate_plan(*a, {}, **o)):
        with pytest.raises(
            sb.InvalidValueError, match="rater_model must be a RaterModel or one of"
        ):
            verb(RATED, budget, as_of=AS_OF, rater_model="nobody")


def test_a_dated_goal_sets_the_horizon_of_its_skills_only():
    """Weeks run to the due date for the goal's skill and to the budget's horizon for the rest."""
    plan = sb.plan_time(THREE, sb.TimeBudget(hours_per_week=4), as_of=AS_OF)
    assert plan["sql"].horizon_weeks == (LATER - AS_OF).days / 7
    assert plan["excel"].horizon_weeks == 26.0
    assert plan["sql"].target == 0.7
    late = sb.plan_time(THREE, sb.TimeBudget(hours_per_week=4), as_of=LATER + dt.timedelta(1))
    assert late.overdue_goals == ("g",)
    assert late["sql"].horizon_weeks == 26.0


@pytest.mark.parametrize("block_hours", [0.5, None])
def test_edges_of_size(block_hours):
    """No skill, one skill, no hours: each has a plan."""
    budget = sb.TimeBudget(hours_per_week=3, block_hours=block_hours)
    empty = sb.plan_time(person(), budget, as_of=AS_OF)
    assert (empty.items, empty.hours_per_week, empty.unused_hours) == ((), 0.0, 3.0)
    one = sb.plan_time(person(SOFT), budget, as_of=AS_OF)
    assert one["feedback"].hours_per_week == pytest.approx(3.0)
    assert one.soft_share_hours == pytest.approx(1.0)
    idle = sb.plan_time(THREE, attrs.evolve(budget, hours_per_week=0), as_of=AS_OF)
    assert idle.hours_per_week == 0.0
    assert idle.soft_share_hours is None
    assert idle.readiness_then == pytest.approx(idle.readiness_idle, abs=1e-12)


def test_reasons_quote_the_plan():
    """Each reason is one sentence that holds the numbers of the plan."""
    plan = sb.plan_time(THREE, sb.TimeBudget(hours_per_week=4, max_hours={"sql": 1.5}), as_of=AS_OF)
    reason = plan.reason("sql")
    item = plan["sql"]
    assert reason.startswith("SQL gets 1.5 h: it carries ")
    assert f"{100 * item.weight:.0f} % of your weight" in reason
    assert f"the next half hour would raise readiness by {0.5 * item.marginal_return:.3f}" in reason
    assert reason.endswith("it stops at the most you allow.")
    for other in plan:
        assert plan.reason(other.skill_id).endswith(".")
        assert "\n" not in plan.reason(other.skill_id)
    with pytest.raises(sb.UnknownSkillError, match="sql"):
        plan.reason("sqll")


def test_reasons_name_what_holds_a_skill_back():
    """None, a minimum, a target, a shut-out skill and a weightless one each get their own words."""
    many = person(
        HARD,
        OTHER,
        SOFT,
        goals=(sb.Goal(id="g", targets={"sql": 0.3, "excel": 0.95}, due_on=LATER),),
        assessments=(
            sb.Assessment(skill_id="sql", rating=0.9, assessed_on=AS_OF, rater_kind="test"),
        ),
    )
    budget = sb.TimeBudget(
        hours_per_week=4, min_hours={"sql": 0.5}, max_hours={"feedback": 0}, soft_share=(0, 1)
    )
    plan = sb.plan_time(many, budget, as_of=AS_OF)
    assert "because you asked for it" in plan.reason("sql")
    assert "you allow it no time" in plan.reason("feedback")
    past = sb.plan_time(
        many,
        sb.TimeBudget(hours_per_week=8, max_hours={"excel": 1, "feedback": 1}, soft_share=(0, 1)),
        as_of=AS_OF,
    )
    assert past["sql"].hours_per_week > 0.0
    assert "it stops at your target 0.30" in past.reason("sql") or past["sql"].binding == "budget"
    nothing = sb.plan_time(person(HARD, goals=()), sb.TimeBudget(hours_per_week=0), as_of=AS_OF)
    assert nothing.reason("sql").startswith("SQL gets none: its first half hour is worth")


def test_a_plan_survives_hostile_names():
    """Control characters in a name are escaped in the reason."""
    odd = person(sb.Skill(id="x", name="a\x1b[31m\nb", kind="hard"))
    reason = sb.plan_time(odd, sb.TimeBudget(hours_per_week=1), as_of=AS_OF).reason("x")
    assert "\x1b" not in reason
    assert "\n" not in reason


def test_a_thousand_skills_are_planned():
    """Size is no obstacle: the plan of 1,000 skills keeps its proof."""
    skills = [
        sb.Skill(id=f"s{i}", kind="soft" if i % 3 else "hard", half_gap_hours=20 + i % 90)
        for i in range(1000)
    ]
    plan = sb.plan_time(person(*skills), sb.TimeBudget(hours_per_week=20), as_of=AS_OF)
    assert plan.hours_per_week == 20.0
    assert plan.optimality_gap < 4e-3
    assert json.loads(sb.to_json(plan))["hours_per_week"] == 20.0
