"""
Profiles read and written, 10,000 of 2.4 KB each: ``python -m benchmarks.documents``.

Each profile has texts, ids and numbers of its own, so that nothing is met twice but what real
people share: scales, fields, elements.
"""

import datetime as dt
import json
import time
from pathlib import Path

import attrs

from benchmarks.machine import machine_line, versions_line
from skillbalance import PlanDocument, Profile, from_json, to_json

SHIPPED = Path(__file__).parent.parent / "examples" / "profiles" / "nurse.json"
N_PROFILES = 10_000
N_SKILLS, N_RATINGS = 4, 6


def small_profile() -> Profile:
    """Cut the shipped nurse down to a profile of some 2.4 KB."""
    whole = from_json(SHIPPED, PlanDocument).profile
    skills = whole.skills[:N_SKILLS]
    ids = {skill.id for skill in skills}
    return attrs.evolve(
        whole,
        skills=skills,
        goals=[
            attrs.evolve(goal, targets={k: v for k, v in goal.targets.items() if k in ids})
            for goal in whole.goals[:1]
        ],
        assessments=[one for one in whole.assessments if one.skill_id in ids][:N_RATINGS],
        feedback=[],
    )


def many_profiles(count: int) -> list[Profile]:
    """Give each a person's own id, days, rates and ratings."""
    base = small_profile()
    return [
        attrs.evolve(
            base,
            id=f"person {number}",
            skills=[
                attrs.evolve(skill, half_gap_hours=40.0 + (number + place) % 997 / 7)
                for place, skill in enumerate(base.skills)
            ],
            assessments=[
                attrs.evolve(one, assessed_on=one.assessed_on - dt.timedelta(number % 300))
                for one in base.assessments
            ],
        )
        for number in range(count)
    ]


def main() -> None:
    """Print seconds for reading and writing all of them, and for JSON alone."""
    profiles = many_profiles(N_PROFILES)
    texts = [to_json(profile, indent=None) for profile in profiles]
    size = sum(len(text.encode("utf-8")) for text in texts) / N_PROFILES
    print(machine_line(), versions_line(), sep="\n", end="\n\n")
    start = time.process_time()
    for text in texts:
        json.loads(text)
    parsed = time.process_time()
    read = [from_json(text, Profile) for text in texts]
    read_at = time.process_time()
    written = [to_json(profile, indent=None) for profile in read]
    end = time.process_time()
    if written != texts or read != profiles:
        raise AssertionError("what was read is not what was written")
    print(f"{N_PROFILES:,} profiles of {size:,.0f} bytes, processor time")
    print(f"json.loads alone {parsed - start:6.2f} s")
    print(f"read             {read_at - parsed:6.2f} s")
    print(f"written          {end - read_at:6.2f} s")


if __name__ == "__main__":
    main()
