"""The types of what the verbs give, from the user's chair: read by mypy, never run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import skillbalance as sb

today = date(2026, 1, 5)
sql = sb.Skill(id="sql", kind="hard")
profile = sb.Profile(id="ana", field="nursing", stage="mid", skills=[sql])
budget = sb.TimeBudget(hours_per_week=6)
plan = sb.plan_time(profile, budget, as_of=today)

# --- doors: documents, tools, schemas ---

assert_type(sb.to_data(plan), dict[str, Any])
assert_type(sb.from_data({}, sb.TimeBudget), sb.TimeBudget)
assert_type(sb.from_json(Path("x.json"), sb.PlanDocument).profile, sb.Profile)
assert_type(sb.json_schema(sb.Profile), dict[str, Any])
assert_type(sb.agent_tools(), list[dict[str, Any]])
assert_type(sb.call_tool("plan_time", {"as_of": "2026-01-05"}), dict[str, Any])
sb.call_tool("plan_time", [1])  # type: ignore[arg-type]  # a mapping or JSON text
sb.from_data({}, "Profile")  # type: ignore[arg-type]  # a type, not its name
sb.json_schema("Profile")  # type: ignore[arg-type]  # likewise
sb.from_json("{}", sb.Profile, 10)  # type: ignore[call-arg]  # limits are keyword-only

# --- frames and columns ---

frames = sb.plan_frame(object(), as_of=today, field="nursing", stage="mid", hours_per_week=3)
assert_type(frames, sb.FramePlans)
assert_type(frames.columns.people.status, NDArray[np.int8])
assert_type(sb.profiles_from_frames(object()), tuple[sb.Profile, ...])
sb.plan_frame(object())  # type: ignore[call-arg]  # no clock: the date must be given
sb.plan_frame(object(), as_of=today, errors="ignore")  # type: ignore[arg-type]  # mark or raise
frames.columns.to_frame("dask")  # type: ignore[arg-type]  # one of three kinds
plans = sb.plan_many([(profile, budget)], as_of=today, progress="bar")
assert_type(plans, sb.PlanColumns)
assert_type(plans.skills.hours_per_week, NDArray[np.float64])
assert_type(sb.plan_batches([(profile, budget)], as_of=today), Iterator[sb.PlanColumns])
assert_type(sb.plan_many({"soft": [True]}), sb.PlanColumns)
sb.plan_many([(profile, budget)])  # type: ignore[call-overload]  # records need a day
sb.plan_many({"soft": [True]}, as_of=today)  # type: ignore[dict-item]  # columns say the weeks
sb.plan_many([profile], as_of=today)  # type: ignore[list-item]  # pairs, or documents
estimates = sb.estimate_many({"person_id": ["a"]}, prior_mean=0.5)
assert_type(estimates, sb.EstimateColumns)
assert_type(estimates.mean, NDArray[np.float64])
fit = sb.fit_rater_model({"person_id": ["a"]})
assert_type(fit.rater_model, sb.RaterModel)
assert_type(fit.raters, sb.RaterColumns)
assert_type(fit.parameters[0].standard_error, float | None)
sb.estimate_many({"person_id": ["a"]}, rater_model="gut")  # type: ignore[arg-type]  # a preset

# --- fields and frameworks ---

release = sb.read_onet("onet.zip")
assert_type(release, sb.OnetRelease)
assert_type(release.occupation("29-1141.00"), sb.Occupation)
assert_type(sb.suggest_skills(release.occupation("29-1141.00")), tuple[sb.Skill, ...])
assert_type(sb.suggest_skills("nursing", kind="soft", limit=3), tuple[sb.Skill, ...])
framework = sb.read_framework("ladder.csv", scale="percent")
assert_type(framework, sb.Framework)
assert_type(framework.role("lead").levels["sql"], float)
sb.suggest_skills("nursing", 3)  # type: ignore[call-arg]  # options are keyword-only

# --- the week ---

availability = sb.Availability(time_zone="Europe/Berlin")
week = sb.schedule_week(plan, availability, week_of=today)
assert_type(week, sb.Week)
assert_type(week.sessions, tuple[sb.Session, ...])
assert_type(sb.to_calendar([week], stamped_at=datetime.now(UTC)), str)
assert_type(sb.read_calendar(b""), tuple[sb.Session, ...])
sb.to_calendar(week)  # type: ignore[call-arg]  # no clock: when it is written must be given
sb.schedule_week(plan, week_of=today)  # type: ignore[call-arg]  # in which hours?

# --- forecasts, and the model read backwards ---

seen = sb.forecast(plan, profile)
assert_type(seen, sb.Forecast)
assert_type(seen["sql"].planned.low, tuple[float, ...])
assert_type(seen.goals[0].probability, float)
assert_type(sb.hours_needed(profile, "sql", by=today, as_of=today).hours_per_week, float | None)
assert_type(sb.earliest_date(profile, "sql", hours_per_week=2, as_of=today).on, date | None)
assert_type(sb.least_hours(profile, as_of=today).unreachable, tuple[str, ...])
assert_type(sb.frontier(profile, budget, as_of=today).points, tuple[sb.FrontierPoint, ...])
sb.forecast(profile, plan)  # type: ignore[arg-type]  # the plan comes first
sb.hours_needed(profile, "sql", as_of=today)  # type: ignore[call-arg]  # by when?

# --- review, roads, robustness ---

review = sb.review_progress(plan, [], profile, as_of=today)
assert_type(review, sb.Review)
assert_type(review.rate_factor_interval, tuple[float, float])
assert_type(sb.replan(plan, review, profile, budget, as_of=today), sb.Replan)
sb.review_progress(plan, [plan], profile, as_of=today)  # type: ignore[list-item]  # practice
step = sb.CareerStep(from_on=today, field="nursing", stage="lead")
road = sb.roadmap(profile, [step], budget, as_of=today)
assert_type(road.periods[0].plan, sb.TimePlan)
sb.roadmap(profile, ["lead"], budget, as_of=today)  # type: ignore[list-item]  # steps have a day
robust = sb.assess_robustness(profile, budget, as_of=today, rng=np.random.default_rng(1))
assert_type(robust["sql"].tied_with, tuple[str, ...])
sb.assess_robustness(profile, budget, as_of=today)  # type: ignore[call-arg]  # chance is given
sb.assess_robustness(profile, budget, as_of=today, rng=1)  # type: ignore[arg-type]  # no bare seed
moved = sb.plan_with_transfer(profile, budget, {"sql": {"css": 0.2}}, as_of=today)
assert_type(moved.without, sb.TimePlan)

# --- questions, advice, sources ---

questions = sb.ask_next(profile, budget, as_of=today)
assert_type(questions, sb.Questions)
assert_type([one.rater_kind for one in questions], list[sb.RaterKind])
sb.ask_next(profile, as_of=today)  # type: ignore[call-arg]  # worth depends on the hours
assert_type(sb.break_down_sources(profile, as_of=today)["sql"].withheld, tuple[sb.RaterKind, ...])
advice = sb.suggest_actions(profile, plan, as_of=today, availability=availability)
assert_type(advice.items, tuple[sb.Action, ...])
advice.items[0].reason = "because"  # type: ignore[misc]  # frozen, must stay an error
assert_type(sb.explore(profile, budget, as_of=today), sb.Explorer)
sb.explore(profile, budget)  # type: ignore[call-arg]  # no clock here either

# --- what may go wrong ---

try:
    sb.from_json("{}", sb.Profile)
except sb.InvalidDocumentError as error:
    assert_type(error.faults, tuple[sb.Fault, ...])
except sb.SkillbalanceError as error:
    assert_type(error.args, tuple[Any, ...])
sb.plan_tim()  # type: ignore[attr-defined]  # a misspelt name is found before anything runs
