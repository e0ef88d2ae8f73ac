"""
My own scale
============

A company rates its people from A to F, a school from 1 (best) to 6. Both are read as they are.
"""

# %%
# A scale of words
# ----------------
# Labels stand from the lowest to the highest and are evenly spaced.
from datetime import date

import skillbalance as sb

today = date(2026, 1, 5)
company = sb.Scale(minimum=0, maximum=5, labels=("F", "E", "D", "C", "B", "A"))

# %%
# A scale that runs downwards
# ---------------------------
# A scale goes from the lowest to the highest proficiency, so a German school grade is turned round
# on the way in: 1 becomes 5 and 6 becomes 0.
school = sb.Scale(minimum=0, maximum=5)


def from_grade(grade):
    """Return the rating of a grade from 1 (best) to 6."""
    return 6 - grade


# %%
# Both in one profile
# -------------------
jo = sb.Profile(
    id="jo",
    field="sales",
    stage="entry",
    skills=[
        sb.Skill(id="spreadsheets", name="Spreadsheets", kind="hard", half_gap_hours=40),
        sb.Skill(id="english", name="English", kind="hard", half_gap_hours=350),
        sb.Skill(id="persuading", name="Persuading", kind="soft"),
    ],
    assessments=[
        sb.Assessment(
            skill_id="persuading",
            rating="C",
            scale=company,
            assessed_on=date(2025, 12, 1),
            rater_kind="supervisor",
            rater_id="ines",
        ),
        sb.Assessment(
            skill_id="english",
            rating=from_grade(2),
            scale=school,
            assessed_on=date(2025, 7, 1),
            rater_kind="test",
        ),
        sb.Assessment(
            skill_id="english",
            rating="B2",
            scale="cefr",
            assessed_on=date(2025, 11, 1),
            rater_kind="test",
        ),
    ],
)
for item in sb.estimate_proficiency(jo, as_of=today):
    for heard in item.trail:
        print(f"{item.skill_id}: {heard.proficiency:.2f} from a {heard.rater_kind.value}")

# %%
# What is off the scale is refused
# --------------------------------
# Nothing is clipped or guessed.
try:
    sb.Assessment(
        skill_id="persuading",
        rating="G",
        scale=company,
        assessed_on=today,
        rater_kind="peer",
    )
except sb.InvalidValueError as error:
    print(error)

# %%
# And the plan
# ------------
sb.plan_time(jo, sb.TimeBudget(hours_per_week=3), as_of=today).plot(view="levels")

# %%
# The scales that come along
# --------------------------
for name, scale in sb.scales.BY_NAME.items():
    print(f"{name:14} {scale.minimum:g} to {scale.maximum:g}  {' '.join(scale.labels)}")
