"""What planning a 12-skill profile from records costs, after import."""

import time
from datetime import date

import skillbalance as sb
from benchmarks.timing import Spread

ROUNDS = 200
TODAY = date(2026, 1, 5)


def profile_of(n_skills: int) -> sb.Profile:
    """Make a profile with every second skill soft, three ratings a skill and two goals."""
    ids = [f"skill{position:02d}" for position in range(n_skills)]
    raters = (("self", "", 0.6), ("peer", "kim", 0.5), ("supervisor", "lee", 0.4))
    return sb.Profile(
        id="bench",
        field="software_engineering",
        stage="mid",
        skills=[
            sb.Skill(
                id=skill_id, kind=("hard", "soft")[position % 2], half_gap_hours=40 + 20 * position
            )
            for position, skill_id in enumerate(ids)
        ],
        goals=[
            sb.Goal(id="lead", targets={ids[0]: 0.8, ids[1]: 0.7}, due_on=date(2026, 9, 1)),
            sb.Goal(id="calm", targets={ids[3]: 0.6}, domain="personal"),
        ],
        assessments=[
            sb.Assessment(
                skill_id=skill_id,
                rating=rating + 0.02 * (position % 7),
                assessed_on=date(2025, 6, 1 + position % 28),
                rater_kind=kind,
                rater_id=rater_id,
            )
            for position, skill_id in enumerate(ids)
            for kind, rater_id, rating in raters
        ],
    )


def measure_plans() -> dict[str, Spread]:
    """Return the time of the first call, which loads the reference table, and of others. [s]"""
    budget = sb.TimeBudget(hours_per_week=6)

    def seconds(profile: sb.Profile) -> float:
        start = time.process_time()
        sb.plan_time(profile, budget, as_of=TODAY)
        return time.process_time() - start

    found = {"first plan_time, 12 skills": Spread.of([seconds(profile_of(12))])}
    for n_skills in (12, 30):
        profile = profile_of(n_skills)
        found[f"plan_time, {n_skills} skills"] = Spread.of(
            [seconds(profile) for _ in range(ROUNDS)]
        )
    return found
