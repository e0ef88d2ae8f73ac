"""
First plan
==========

Five skills, one goal with a date, what five people said, and four hours a week.
"""

# %%
# A person
# --------
# A skill says how fast it is learned and how much of it daily work keeps alive. A rating says who
# gave it, when and on which scale.
from datetime import date

import skillbalance as sb

today = date(2026, 1, 5)
skills = [
    sb.Skill(id="sql", name="SQL", kind="hard", half_gap_hours=40, upkeep=0.8),
    sb.Skill(id="statistics", name="Statistics", kind="hard", upkeep=0.6),
    sb.Skill(id="python", name="Python", kind="hard", upkeep=0.9),
    sb.Skill(id="presenting", name="Presenting", kind="soft", upkeep=0.3),
    sb.Skill(id="listening", name="Listening", kind="soft", upkeep=0.8),
]
talk = sb.Goal(
    id="talk",
    description="Give a talk at the spring meeting",
    targets={"presenting": 0.55},
    due_on=date(2026, 5, 15),
)
said = [
    ("sql", 62, "percent", "test", ""),
    ("python", 4, "one_to_five", "supervisor", "grace"),
    ("presenting", 4, "one_to_five", "self", ""),
    ("presenting", "advanced beginner", "dreyfus", "mentor", "mary"),
    ("listening", 3, "one_to_five", "peer", "alan"),
]
ada = sb.Profile(
    id="ada",
    field="data_science",
    stage="mid",
    skills=skills,
    goals=[talk],
    assessments=[
        sb.Assessment(
            skill_id=skill_id,
            rating=rating,
            scale=scale,
            assessed_on=date(2025, 12, 1),
            rater_kind=rater_kind,
            rater_id=rater_id,
        )
        for skill_id, rating, scale, rater_kind, rater_id in said
    ],
)

# %%
# What matters
# ------------
# Each weight is the sum of what the field of work, the stage and the goals put in.
sb.weigh_skills(ada).plot()

# %%
# Where Ada stands
# ----------------
# Ratings of all kinds become one estimate for each skill, with the range that it means. Nobody has
# rated statistics: the estimate is what is usual in the field, and the range is wide.
estimates = sb.estimate_proficiency(ada, as_of=today)
estimates.plot()

# %%
# The week
# --------
# The best hours under the model, each with the reason for it.
plan = sb.plan_time(ada, sb.TimeBudget(hours_per_week=4), as_of=today)
plan

# %%
plan.plot()

# %%
# Each curve shows what more hours would do for a skill; the dot is where the plan stands.
plan.plot(view="curves", profile=ada)

# %%
# Is it the best?
# ---------------
# The plan carries a bound that holds for every other plan within the same limits. An even split
# shows what is at stake.
even = sb.evaluate_plan(
    ada,
    sb.TimeBudget(hours_per_week=4),
    {"sql": 1, "statistics": 1, "presenting": 1, "listening": 1},
    as_of=today,
)
print(f"planned:      readiness {plan.readiness_then:.3f}")
print(f"even split:   readiness {even.readiness_then:.3f}")
print(f"no practice:  readiness {plan.readiness_idle:.3f}")
print(f"no other plan is more than {plan.optimality_gap:.4f} better")

# %%
# What follows
# ------------
# Week by week, with the range of what may be, and the chance of the goal on its day.
forecast = sb.forecast(plan, ada)
forecast.plot()

# %%
for goal in forecast.goals:
    print(f"{goal.goal_id}: reached in time with a probability of {goal.probability:.0%}")
