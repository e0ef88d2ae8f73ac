"""
360-degree feedback
===================

Four colleagues, a supervisor, a report and the person herself rate four skills. They disagree, as
people do.
"""

# %%
# Who said what
# -------------
# The same ``rater_id`` throughout shows who is severe: Ivo gives everybody little.
from datetime import date

import skillbalance as sb

today = date(2026, 1, 5)
skills = ["presenting", "writing", "listening", "planning"]
said = {
    ("self", ""): [85, 70, 75, 60],
    ("peer", "ann"): [55, 62, 70, 58],
    ("peer", "bob"): [58, 60, 72, 61],
    ("peer", "ivo"): [38, 42, 50, 40],
    ("peer", "kim"): [60, 64, 69, 57],
    ("supervisor", "lee"): [52, 66, 71, 63],
    ("report", "mia"): [62, 58, 78, 55],
}
eva = sb.Profile(
    id="eva",
    field="software_engineering",
    stage="lead",
    skills=[sb.Skill(id=skill, name=skill.capitalize(), kind="soft") for skill in skills],
    assessments=[
        sb.Assessment(
            skill_id=skill,
            rating=rating,
            scale="percent",
            assessed_on=date(2025, 12, 1),
            rater_kind=kind,
            rater_id=by,
        )
        for (kind, by), ratings in said.items()
        for skill, rating in zip(skills, ratings, strict=True)
    ],
)

# %%
# One estimate for each skill
# ---------------------------
# Four peers are not four times the information, a self-rating runs high, a severe rater is put
# right: the estimate is no plain mean.
estimates = sb.estimate_proficiency(eva, as_of=today)
estimates.plot()

# %%
for item in estimates:
    plain = sum(ratings[skills.index(item.skill_id)] for ratings in said.values()) / len(said)
    low, high = item.interval
    print(
        f"{item.skill_id:11} {item.mean:.2f}, from {low:.2f} to {high:.2f}"
        f"   (plain mean {plain / 100:.2f})"
    )

# %%
# Who is severe
# -------------
for rater in sorted(estimates.severities, key=lambda rater: rater.leniency):
    who = rater.rater_id or "herself"
    print(f"{who:8} {rater.leniency:+.2f}, give or take {rater.sd:.2f}")

# %%
# Where she and others differ
# ---------------------------
# A difference is told only where it is larger than noise would make it.
for item in estimates:
    if item.blind_spot is not None and item.blind_spot.finding is not None:
        spot = item.blind_spot
        print(f"{item.skill_id}: {spot.finding}, {spot.value:+.2f} above what others say")

# %%
# What Eva may see
# ----------------
# Groups of raters are shown from three people on, and nothing can be subtracted from anything.
sources = sb.break_down_sources(eva, as_of=today)
sources.plot()

# %%
# Whom to ask next
# ----------------
# One more answer is worth what it lets her plan better.
questions = sb.ask_next(eva, sb.TimeBudget(hours_per_week=3), as_of=today)
for question in questions.items[:3]:
    print(question.reason)
