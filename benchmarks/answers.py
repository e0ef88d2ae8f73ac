"""
What each answer costs for one person, after import: ``python -m benchmarks.answers``.

Twelve skills, three ratings each, half hours. The what-if of a notebook moves its slider of hours;
robustness is asked with 1,000 draws of 20 skills. Fastest of some rounds, in processor time.
"""

import datetime as dt
from collections.abc import Callable

import attrs
import numpy as np

import skillbalance as sb
from benchmarks.machine import machine_line, versions_line
from benchmarks.plan_time import TODAY, profile_of
from benchmarks.tables import Table
from benchmarks.timing import digits, take_turns

ROUNDS = 5
N_SKILLS, N_DRAWN_SKILLS, N_DRAWS = 12, 20, 1_000
MOVES = 15
SLIDERS = (3, 12, 30)
# Seconds of a processor, where a figure was wanted.
WANTED = {f"explore, a move, {n} skills": 0.1 for n in SLIDERS} | {
    f"assess_robustness, {N_DRAWS:,} draws of {N_DRAWN_SKILLS} skills": 0.2
}


def tasks() -> dict[str, Callable[[int], int]]:
    """Give every answer a task that asks for it once."""
    profile, budget = profile_of(N_SKILLS), sb.TimeBudget(hours_per_week=6)
    drawn = profile_of(N_DRAWN_SKILLS)
    plan = sb.plan_time(profile, budget, as_of=TODAY)
    evening = {"start": dt.time(18), "end": dt.time(20)}
    availability = sb.Availability(
        time_zone="Europe/Berlin",
        windows=[
            sb.TimeWindow(weekday=day, **evening) for day in ("monday", "wednesday", "saturday")
        ],
    )
    log = [
        sb.PracticeRecord(
            skill_id=profile.skills[0].id,
            on=TODAY + dt.timedelta(day),
            hours=1,
            activity=sb.Activity.LEARN,
        )
        for day in range(0, 28, 7)
    ]
    later = TODAY + dt.timedelta(weeks=4)
    review = sb.review_progress(plan, log, profile, as_of=later)
    found: dict[str, Callable[[], object]] = {
        "weigh_skills": lambda: sb.weigh_skills(profile),
        "estimate_proficiency": lambda: sb.estimate_proficiency(profile, as_of=TODAY),
        "measure_balance": lambda: sb.measure_balance(profile, as_of=TODAY),
        "plan_time": lambda: sb.plan_time(profile, budget, as_of=TODAY),
        "forecast": lambda: sb.forecast(plan, profile),
        "schedule_week": lambda: sb.schedule_week(plan, availability, week_of=TODAY),
        "review_progress": lambda: sb.review_progress(plan, log, profile, as_of=later),
        "replan": lambda: sb.replan(plan, review, profile, budget, as_of=later),
        "ask_next": lambda: sb.ask_next(profile, budget, as_of=TODAY),
        "suggest_actions": lambda: sb.suggest_actions(profile, plan, budget=budget, as_of=TODAY),
        f"assess_robustness, {N_DRAWS:,} draws of {N_DRAWN_SKILLS} skills": lambda: (
            sb.assess_robustness(
                drawn, budget, as_of=TODAY, n_draws=N_DRAWS, rng=np.random.default_rng(1)
            )
        ),
    }
    asked = {name: _once(ask) for name, ask in found.items()}
    return asked | {f"explore, a move, {n} skills": _moves(n) for n in SLIDERS}


def _once(ask: Callable[[], object]) -> Callable[[int], int]:
    def task(_turn: int) -> int:
        ask()
        return 1

    return task


def _moves(n_skills: int) -> Callable[[int], int]:
    profile = profile_of(max(SLIDERS))
    bare = attrs.evolve(profile, skills=profile.skills[:n_skills], goals=[], assessments=[])
    what_if = sb.explore(bare, sb.TimeBudget(hours_per_week=6), as_of=TODAY)

    def task(_turn: int) -> int:
        for hours in range(1, MOVES + 1):
            what_if.hours.value = hours / 2
        return MOVES

    return task


def main() -> None:
    """Measure every answer in turn and print the table."""
    measured = take_turns(tasks(), ROUNDS)
    table = Table(
        title=f"One person, {N_SKILLS} skills unless said",
        head=("answer", "ms", "wanted below"),
        rows=tuple(
            (
                name,
                digits(1e3 * min(times)),
                digits(1e3 * WANTED[name]) if name in WANTED else "-",
            )
            for name, times in measured.items()
        ),
    )
    print(machine_line(), versions_line(), "", table.as_text(), sep="\n")


if __name__ == "__main__":
    main()
