"""
What if?
========

In a notebook, sliders for hours, weeks, stage and limits; the plan moves as they move. Needs
``pip install 'skillbalance[notebook]'``.
"""

# %%
# The widget
# ----------
# On this page nothing can move, because no kernel stands behind it: download the notebook and run
# it in JupyterLab. Every slider works with the arrow keys. Moving the hours of a skill pins them;
# its box lets go again.
from datetime import date

import skillbalance as sb

today = date(2026, 1, 5)
profile = sb.Profile(
    id="ana",
    field="data_science",
    stage="mid",
    skills=[
        sb.Skill(id="sql", name="SQL", kind="hard", half_gap_hours=40),
        sb.Skill(id="statistics", name="Statistics", kind="hard"),
        sb.Skill(id="presenting", name="Presenting", kind="soft"),
        sb.Skill(id="negotiating", name="Negotiating", kind="soft"),
    ],
)
budget = sb.TimeBudget(hours_per_week=5)
try:
    what_if = sb.explore(profile, budget, as_of=today)
except sb.MissingExtraError as error:
    what_if = None
    print(error)
what_if

# %%
# What is on view can be used
# ---------------------------
# The controls can be moved from code as well, and the plan is the one of ``plan_time``.
if what_if is not None:
    what_if.hours.value = 8
    what_if.skill_hours["negotiating"].value = 2
    same = sb.plan_time(what_if.profile, what_if.budget, as_of=today) == what_if.plan
    print(f"{what_if.plan.hours_per_week:g} h planned, the plan of plan_time: {same}")

# %%
# The same questions without a widget
# -----------------------------------
# What would more hours buy? The slope of the line is what the next hour is worth.
sb.frontier(profile, budget, as_of=today).plot()

# %%
# And what must be given for two hours of negotiating?
free = sb.plan_time(profile, budget, as_of=today)
held = sb.plan_time(
    profile,
    sb.TimeBudget(hours_per_week=5, min_hours={"negotiating": 2}),
    as_of=today,
)
print(f"it costs {free.readiness_then - held.readiness_then:.4f} of readiness")

# %%
# How sure is the advice?
# -----------------------
# The same plan again and again, with weights, levels and learning rates a little off.
import numpy as np

robust = sb.assess_robustness(
    profile, budget, as_of=today, rng=np.random.default_rng(1), n_draws=200
)
robust.plot()
