"""
Career change
=============

A nurse thinks about health informatics first, and leading a team there later. What carries over,
what is missing, and how the balance of hard and soft skills shifts on the way.
"""

# %%
# Where she comes from
# --------------------
from datetime import date

import attrs

import skillbalance as sb

today = date(2026, 1, 5)
skills = [
    sb.Skill(id="care", name="Nursing care", kind="hard", elements=["2.C.5.a"], upkeep=0.9),
    sb.Skill(id="databases", name="Databases", kind="hard", elements=["2.C.3.a"]),
    sb.Skill(id="programming", name="Programming", kind="hard", elements=["2.B.3.e"]),
    sb.Skill(id="listening", name="Listening", kind="soft", elements=["2.A.1.b"], upkeep=0.9),
    sb.Skill(id="explaining", name="Explaining", kind="soft", elements=["2.B.1.e"], upkeep=0.5),
    sb.Skill(id="negotiating", name="Negotiating", kind="soft", elements=["2.B.1.d"]),
]
ratings = [
    ("care", 85, "supervisor"),
    ("databases", 15, "test"),
    ("programming", 10, "test"),
    ("listening", 80, "peer"),
    ("explaining", 60, "peer"),
    ("negotiating", 40, "supervisor"),
]
nurse = sb.Profile(
    id="noa",
    field="nursing",
    stage="senior",
    skills=skills,
    assessments=[
        sb.Assessment(
            skill_id=skill_id,
            rating=rating,
            scale="percent",
            assessed_on=date(2025, 12, 1),
            rater_kind=kind,
            rater_id="ward",
        )
        for skill_id, rating, kind in ratings
    ],
)

# %%
# The same person, two fields
# ---------------------------
# Levels are the same on the first day; what they are worth is not.
analyst = attrs.evolve(nurse, field="software_engineering", stage="entry")
for name, profile in (("nursing", nurse), ("software, entry", analyst)):
    balance = sb.measure_balance(profile, as_of=today)
    print(
        f"{name:16} readiness {balance.readiness:.2f}, "
        f"recommended soft share {balance.recommended_soft_share:.0%}, "
        f"held back by {', '.join(balance.bottlenecks)}"
    )

# %%
sb.measure_balance(analyst, as_of=today).plot()

# %%
# Six hours a week before the move
# --------------------------------
budget = sb.TimeBudget(hours_per_week=6, horizon_weeks=52)
plan = sb.plan_time(analyst, budget, as_of=today)
plan.plot()

# %%
# When will she know enough?
# --------------------------
# The model read backwards: how long databases take at three hours a week.
reached = sb.earliest_date(analyst, "databases", hours_per_week=3, target=0.5, as_of=today)
reached

# %%
# The way as a whole
# ------------------
# A year of preparation, two in the new field, then a team of her own. Every period starts with the
# levels that the one before ends with.
path = sb.roadmap(
    nurse,
    [
        sb.CareerStep(from_on=date(2027, 1, 4), field="software_engineering", stage="entry"),
        sb.CareerStep(from_on=date(2029, 1, 1), field="software_engineering", stage="lead"),
    ],
    budget,
    as_of=today,
)
path.plot()

# %%
for period in path.periods:
    print(
        f"{period.from_on} {period.field}, {period.stage.value}: soft share "
        f"{period.soft_share_recommended:.0%}, readiness then {period.readiness_then:.2f}"
    )
