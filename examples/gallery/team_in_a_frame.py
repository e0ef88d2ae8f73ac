"""
A team of 1,000 in a frame
==========================

Many people, one table in and one table out. Every row is planned for itself: nobody is compared
with anybody, and a person gets the same hours alone as among a thousand.
"""

# %%
# Numbers that a company has
# --------------------------
# Made up here, with a seed: levels of eight skills, and the hours each person has.
import numpy as np

import skillbalance as sb

rng = np.random.default_rng(7)
n_people, n_skills = 1_000, 8
skill_id = [f"hard {i}" for i in range(1, 6)] + [f"soft {i}" for i in range(1, 4)]
columns = {
    "person_id": [f"p{i:04}" for i in range(n_people)],
    "skill_id": skill_id,
    "weight": rng.dirichlet(np.full(n_skills, 4.0), n_people),
    "soft": [name.startswith("soft") for name in skill_id],
    "proficiency": rng.beta(2.5, 2.5, (n_people, n_skills)),
    "learning_rate": np.log(2) / 120,
    "forgetting_rate": np.log(2) / 48,
    "target": 0.8,
    "horizon_weeks": 26.0,
    "budget": rng.integers(2, 11, n_people).astype(float),
    "block_hours": 0.5,
}

# %%
# Planned at once
# ---------------
plans = sb.plan_many(columns)
print(f"{n_people} people planned, {plans.people.hours_per_week.sum():g} hours a week")

# %%
# As a data frame
# ---------------
# ``as_dict()`` is what pandas, polars and pyarrow take; pandas is not needed for anything else.
try:
    import pandas as pd
except ImportError:
    print("pip install pandas to see the tables")
    people = plans.people.as_dict()
else:
    people = pd.DataFrame(plans.people.as_dict())
    by_hours = people.assign(gain=people.readiness_then - people.readiness_idle)
    print(by_hours.groupby("hours_per_week")[["gain", "shadow_price"]].mean().round(4))

# %%
# One person among them
# ---------------------
row = 41
one = plans.rows_of(row)
for name, hours in zip(plans.skills.skill_id[one], plans.skills.hours_per_week[one], strict=True):
    print(f"{name}: {hours:g} h")

# %%
# The same person alone: the same bits.
alone = sb.plan_many(
    {
        name: np.asarray(value)[row : row + 1] if np.shape(value)[:1] == (n_people,) else value
        for name, value in columns.items()
    }
)
print(np.array_equal(alone.skills.hours_per_week, plans.skills.hours_per_week[one]))

# %%
# Where the next hour would do most
# ---------------------------------
# Not a ranking of people: it says whose *time* is shortest, where a company gives time to learn.
price = np.asarray(plans.people.shadow_price)
hours = np.asarray(plans.people.hours_per_week)
for least, most in ((2, 4), (5, 7), (8, 10)):
    among = (hours >= least) & (hours <= most)
    print(f"{least} to {most} h a week: one more hour adds {price[among].mean():.4f} readiness")

# %%
# What the hours do: each dot is a person, compared with nobody but themselves without practice.
from matplotlib.figure import Figure

figure = Figure(figsize=(7, 3.2), layout="constrained")
axes = figure.subplots()
gain = plans.people.readiness_then - plans.people.readiness_idle
axes.scatter(hours + rng.uniform(-0.2, 0.2, n_people), gain, s=6, alpha=0.5, color="#0072B2")
axes.set(xlabel="Hours a week", ylabel="Readiness gained")
axes.spines[["top", "right"]].set_visible(False)
figure
