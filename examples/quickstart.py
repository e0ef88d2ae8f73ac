# %%
"""From ratings to a week: a profile goes in, a plan with its reasons comes out."""

# Run it as a script, or cell by cell in an editor that knows `# %%`.

# %% A person: skills, a goal with a date, and what people said
from datetime import date

import skillbalance as sb

today = date(2026, 1, 5)

profile = sb.Profile(
    id="ada",
    field="data_science",
    stage="mid",
    skills=[
        sb.Skill(id="sql", kind="hard", name="SQL", half_gap_hours=40, upkeep=0.8),
        sb.Skill(id="statistics", kind="hard", name="Statistics", elements=["2.C.4.a"], upkeep=0.6),
        sb.Skill(id="python", kind="hard", name="Python", elements=["2.B.3.e"], upkeep=0.9),
        sb.Skill(id="presenting", kind="soft", name="Presenting", elements=["2.A.1.d"], upkeep=0.3),
        sb.Skill(id="listening", kind="soft", name="Listening", elements=["2.A.1.b"], upkeep=0.8),
    ],
    goals=[
        sb.Goal(
            id="talk",
            description="Give a talk at the spring meeting",
            targets={"presenting": 0.7, "statistics": 0.75},
            due_on=date(2026, 5, 15),
        ),
    ],
    assessments=[
        sb.Assessment(
            skill_id=skill_id,
            rating=rating,
            scale=scale,
            assessed_on=date(2025, 12, 1),
            rater_kind=rater_kind,
            rater_id=rater_id,
        )
        for skill_id, rating, scale, rater_kind, rater_id in [
            ("sql", 62, sb.scales.PERCENT, "test", ""),
            ("python", 4, sb.scales.ONE_TO_FIVE, "supervisor", "grace"),
            ("presenting", 4, sb.scales.ONE_TO_FIVE, "self", ""),
            ("presenting", "advanced beginner", sb.scales.DREYFUS, "mentor", "mary"),
            ("listening", 3, sb.scales.ONE_TO_FIVE, "peer", "alan"),
        ]
    ],
)

# %% What matters: each weight is the sum of what field, stage and goals put in
weights = sb.weigh_skills(profile)
for weight in weights:
    from_goals = sum(weight.goal_parts.values())
    print(f"{weight.skill_id:<11}{weight.weight:6.1%}   of which goals {from_goals:6.1%}")

# %% Where Ada stands: ratings of all raters fused, with what is still uncertain
estimates = sb.estimate_proficiency(profile, as_of=today)
for estimate in estimates:
    low, high = estimate.interval
    print(f"{estimate.skill_id:<11}{estimate.mean:5.2f}   90 % between {low:.2f} and {high:.2f}")

balance = sb.measure_balance(profile, as_of=today)
print(f"readiness {balance.readiness:.3f}, bottlenecks: {', '.join(balance.bottlenecks)}")

# %% What to do with four hours a week
budget = sb.TimeBudget(hours_per_week=4)
plan = sb.plan_time(profile, budget, as_of=today)
for item in plan.items:
    print(plan.reason(item.skill_id))
print(
    f"readiness {plan.readiness_now:.3f} -> {plan.readiness_then:.3f}, "
    f"at most {plan.optimality_gap:.4f} below the best possible"
)

# %% Would other hours do as well? The same result, for hours of your own
even = {"sql": 1, "statistics": 1, "python": 0, "presenting": 1, "listening": 1}
own = sb.evaluate_plan(profile, budget, even, as_of=today)
print(f"an even split: readiness {own.readiness_then:.3f} instead of {plan.readiness_then:.3f}")

# %% Keep it: what is written is read back equal
document = sb.PlanDocument(profile=profile, budget=budget)
same = sb.from_json(sb.to_json(document), sb.PlanDocument)
print(f"read back equal: {same == document}")
