"""The public types from the user's chair: read by mypy, never run."""

from datetime import date
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import skillbalance as sb

today = date(2026, 1, 5)

# Records take enums or their exact values, and widen numbers.
skill = sb.Skill(id="sql", kind="hard", half_gap_hours=40)
assert_type(skill, sb.Skill)
assert_type(skill.kind, sb.SkillKind)
assert_type(skill.half_gap_hours, float)
assert_type(skill.elements, tuple[str, ...])
sb.Skill(id="sql", kind=sb.SkillKind.HARD, elements=["2.B.3.e"])
sb.Skill("sql", "hard")  # type: ignore[call-arg]  # keyword-only, must stay an error
skill.id = "python"  # type: ignore[misc]  # frozen, must stay an error

goal = sb.Goal(id="lead", targets={"sql": 0.8}, due_on=today)
assert_type(goal.targets["sql"], float)
assert_type(goal.due_on, date | None)

assessment = sb.Assessment(
    skill_id="sql", rating="B2", scale=sb.scales.CEFR, assessed_on=today, rater_kind="peer"
)
assert_type(assessment.rating, float)
assert_type(assessment.proficiency, float)

profile = sb.Profile(
    id="ana",
    field="software_engineering",
    stage="mid",
    skills=[skill],
    goals=[goal],
    assessments=[assessment],
)
assert_type(profile.skills, tuple[sb.Skill, ...])

budget = sb.TimeBudget(hours_per_week=6, max_hours={"sql": 3})
assert_type(budget.soft_share, tuple[float, float] | None)

# Verbs give results whose items are reached by skill id.
plan = sb.plan_time(profile, budget, as_of=today)
assert_type(plan, sb.TimePlan)
assert_type(plan["sql"].hours_per_week, float)
assert_type(plan.reason("sql"), str)
assert_type([item.skill_id for item in plan], list[str])
assert_type(sb.evaluate_plan(profile, budget, {"sql": 2}, as_of=today), sb.TimePlan)
sb.plan_time(profile, budget)  # type: ignore[call-arg]  # no clock: the date must be given
sb.plan_time(profile, budget, today)  # type: ignore[call-arg]  # options are keyword-only

assert_type(sb.weigh_skills(profile)["sql"].weight, float)
assert_type(sb.estimate_proficiency(profile, as_of=today)["sql"].interval, tuple[float, float])
assert_type(sb.estimate_proficiency(profile, as_of=today)["sql"].trail[0].weight, float)
assert_type(sb.estimate_history(profile)["sql"].points, tuple[sb.EstimatePoint, ...])
assert_type(
    sb.break_down_sources(profile, as_of=today)["sql"].view_of("peer"), sb.SourceView | None
)
assert_type(sb.find_rater_model("specific").huber_threshold, float | None)
assert_type(sb.measure_balance(profile, as_of=today).readiness, float)
assert_type(sb.fields()[0].soft_share, float)

# Advice holds what to change.
advice = sb.suggest_actions(profile, plan, as_of=today, budget=budget)
assert_type(advice, sb.Advice)
assert_type([action.value for action in advice], list[float])
assert_type(advice.of_kind("bottleneck"), tuple[sb.Action, ...])
assert_type(advice.items[0].changed(profile), sb.Profile)
assert_type(advice.items[0].budget, sb.TimeBudget | None)
move = sb.compare_contexts(profile, stage="lead", as_of=today)
assert_type(move["sql"].hours_after, float | None)
assert_type(sb.find_partners(profile, kind="soft"), tuple[sb.PartnerElement, ...])
sb.suggest_actions(profile, plan)  # type: ignore[call-arg]  # no clock: the date must be given

log = sb.read_practice_log(b"")
assert_type(log.records, tuple[sb.PracticeRecord, ...])
review = sb.review_progress(plan, log, profile, as_of=today)
assert_type(review["sql"].hours.slippage, float | None)
assert_type(review.goals[0].probability, float)
again = sb.replan(plan, review, profile, budget, as_of=today, max_change=0.5)
assert_type(again.plan, sb.TimePlan)
assert_type(again.changes[0].reason, str)
sb.replan(plan, review, profile, budget)  # type: ignore[call-arg]  # no clock here either

# A document read as a type is of that type.
assert_type(sb.from_json("{}", sb.Profile), sb.Profile)
assert_type(sb.to_json(profile), str)

# The exact layer takes whatever NumPy turns into arrays.
allocation = sb.numeric.allocate_hours(
    [0.6, 0.4], [False, True], [0.3, 0.5], 0.01, 0.002, budget=5.0, horizon_weeks=26
)
assert_type(allocation.hours, NDArray[np.float64])
