"""
Re-plan after a bad month
=========================

Two good months, then flu and a project that ate the evenings. The review says what happened, the
next plan starts from there, and no debt is carried over.
"""

# %%
# The plan of January
# -------------------
import datetime as dt

import attrs

import skillbalance as sb

january, april = dt.date(2026, 1, 5), dt.date(2026, 3, 30)


def tested(skill_id, rating, on):
    """A test of one skill."""
    return sb.Assessment(skill_id=skill_id, rating=rating, assessed_on=on, rater_kind="test")


ana = sb.Profile(
    id="ana",
    field="data_science",
    stage="mid",
    skills=[
        sb.Skill(id="sql", name="SQL", kind="hard", half_gap_hours=40),
        sb.Skill(id="statistics", name="Statistics", kind="hard"),
        sb.Skill(id="presenting", name="Presenting", kind="soft"),
    ],
    goals=[sb.Goal(id="analyst", targets={"sql": 0.7}, due_on=dt.date(2026, 7, 31))],
    assessments=[tested("sql", 0.35, january), tested("statistics", 0.45, january)],
)
budget = sb.TimeBudget(hours_per_week=6)
plan = sb.plan_time(ana, budget, as_of=january)
plan.plot()

# %%
# What was done
# -------------
# Eight weeks to plan, two of illness (excused: nobody counts them), two that were simply missed.
outcomes = ["done"] * 8 + ["excused"] * 2 + ["missed"] * 2
log = [
    sb.PracticeRecord(
        skill_id=item.skill_id,
        on=january + dt.timedelta(7 * week + 2),
        hours=item.hours_per_week,
        activity="practice",
        outcome=outcome,
    )
    for week, outcome in enumerate(outcomes)
    for item in plan
    if item.hours_per_week > 0
]
rated = attrs.evolve(ana, assessments=[*ana.assessments, tested("sql", 0.66, april)])
review = sb.review_progress(plan, log, rated, as_of=april)
review.plot()

# %%
review.plot(view="weeks")

# %%
for sentence in review.sentences():
    print(sentence)

# %%
# The plan of April
# -----------------
# Hours that fit the weeks there really are, the learning rate that the tests show, and small steps.
renewed = sb.replan(plan, review, rated, budget, as_of=april)
renewed.plot()

# %%
print(f"hours a week to count on: {renewed.capacity:g} of {budget.hours_per_week:g}")
print(f"hours forgiven: {renewed.forgiven_hours:g}")
for change in renewed.changes:
    print(f"{change.skill_id}: {change.hours_before:g} h -> {change.hours_after:g} h")
