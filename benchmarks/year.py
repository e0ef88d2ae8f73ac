"""
A simulated year: plan, practise, review, re-plan, against never revising and an even spread.

``python -m benchmarks.year [--learners N] [--reading capacity|share] [--keep-hours] [--seed S]``

Learners differ from what their skills are believed to need: log rates have a standard deviation
of 0.5, half of the variance a person's own. They say they have ten hours a week and have 70 % of
it. Two readings of that: *capacity* (each week has so many hours; a plan beyond them is done in
part) and *share* (of whatever is planned, a session in ten out of three is missed). All ways of
planning meet the same weeks, and the even spread gets the very hours that re-planning got done.
"""

import argparse
import datetime as dt
import math
from typing import Final, Literal, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

import skillbalance as sb
from benchmarks.tables import Table
from skillbalance.coaching.planning.inputs import gather_inputs
from skillbalance.model.rating import RaterKind
from skillbalance.numeric.progress.rates import practice_levels
from skillbalance.reference.context import expected_level
from skillbalance.reference.defaults import (
    LENIENCY_SELF,
    OWN_VARIANCE,
    PRIOR_SD,
    RATE_PERSON_SHARE,
    RATE_SPREAD,
    SEVERITY_PART,
    SHARED_VARIANCE,
)

Reading = Literal["capacity", "share"]
Floats = NDArray[np.float64]

START: Final = dt.date(2026, 1, 5)
WEEKS: Final = 52
CYCLE: Final = 4
HOURS: Final = 10.0
ADHERENCE: Final = 0.7
KINDS: Final = ("hard",) * 5 + ("soft",) * 3
HALF_GAPS: Final = (40.0, 120.0, 350.0)
LATER: Final = {"hard": RaterKind.TEST, "soft": RaterKind.SUPERVISOR}
WAYS: Final = ("re-planned", "re-planned, rates not learned", "never revised", "even")


class Learner(NamedTuple):
    """A person as the program knows them, and as they are."""

    profile: sb.Profile
    level: Floats
    log_rate: Floats
    weeks: Floats  # part of the stated hours that each week has
    off: Floats  # by how much the one who rates a skill later on is off about it, always


def draw_learner(rng: np.random.Generator, number: int) -> Learner:
    """Draw somebody of eight skills, rated once by themselves and by their supervisor."""
    skills = tuple(
        sb.Skill(id=f"s{i}", kind=kind, half_gap_hours=float(rng.choice(HALF_GAPS)))
        for i, kind in enumerate(KINDS)
    )
    profile = sb.Profile(id=f"p{number}", field="software_engineering", stage="mid", skills=skills)
    expected = np.array(
        [
            expected_level(profile.field, profile.stage, elements=(), kind=skill.kind)
            for skill in skills
        ]
    )
    n, tau = len(skills), PRIOR_SD.value
    level = np.clip(rng.normal(expected, tau), 0.02, 0.95)
    sigma, part = RATE_SPREAD.value, RATE_PERSON_SHARE.value
    own = rng.normal(0.0, sigma * math.sqrt(1.0 - part), n)
    apart = rng.normal(0.0, sigma * math.sqrt(part)) + own
    log_rate = np.log(math.log(2.0) / np.array([skill.half_gap_hours for skill in skills])) + apart
    off = {kind: draw_bias(rng, kind, n) for kind in (RaterKind.SELF, RaterKind.SUPERVISOR)}
    hard = np.array([kind == "hard" for kind in KINDS])
    first = tuple(
        rate(rng, level[i] + off[kind][i], skills[i].id, kind, START)
        for i in range(n)
        for kind in off
    )
    aims = rng.choice(n, 3, replace=False)
    targets = {skills[i].id: float(np.clip(expected[i] + 0.25, 0.0, 1.0)) for i in aims}
    goal = sb.Goal(id="goal", targets=targets)
    return Learner(
        profile=attrs.evolve(profile, assessments=first, goals=(goal,)),
        level=level,
        log_rate=log_rate,
        # Standard deviation 0.1: weeks of 50 to 90 % of the stated hours.
        weeks=rng.beta(20.0 * ADHERENCE, 20.0 * (1.0 - ADHERENCE), WEEKS),
        off=np.where(hard, 0.0, off[RaterKind.SUPERVISOR]),
    )


def draw_bias(rng: np.random.Generator, kind: RaterKind, n: int) -> Floats:
    """Draw what a rater is off by: leniency, severity, and what their kind shares of a skill."""
    tau, leniency = PRIOR_SD.value, LENIENCY_SELF.value if kind is RaterKind.SELF else 0.0
    severity = math.sqrt(SEVERITY_PART.value * OWN_VARIANCE["specific"][kind].value)
    shared = math.sqrt(SHARED_VARIANCE["specific"][kind].value)
    return np.asarray(
        tau * (leniency + rng.normal(0.0, severity) + rng.normal(0.0, shared, n)), dtype=np.float64
    )


def rate(
    rng: np.random.Generator, near: float, skill_id: str, kind: RaterKind, on: dt.date
) -> sb.Assessment:
    """Rate a skill somewhere near a level."""
    part = 0.0 if kind is RaterKind.TEST else SEVERITY_PART.value
    own = (1.0 - part) * OWN_VARIANCE["specific"][kind].value
    said = near + PRIOR_SD.value * rng.normal(0.0, math.sqrt(own))
    return sb.Assessment(
        skill_id=skill_id,
        rating=float(np.clip(said, 0.0, 1.0)),
        assessed_on=on,
        rater_kind=kind,
        rater_id="boss" if kind is RaterKind.SUPERVISOR else "",
    )


def levels(learner: Learner, hours: Floats) -> Floats:
    """Return the true levels after some weeks of (n, weeks) hours."""
    skills = learner.profile.skills
    found = practice_levels(
        learner.level,
        hours,
        weeks=np.ones(hours.shape[1]),
        learning_rate=np.exp(learner.log_rate),
        forgetting_rate=np.array([math.log(2.0) / skill.half_life_weeks for skill in skills]),
        retained_share=np.array([skill.retained_share for skill in skills]),
    )
    return found[:, -1]


def done_of(planned: Floats, share: float, reading: Reading) -> Floats:
    """Return the hours done in a week of a plan."""
    if reading == "share":
        return planned * share
    total = planned.sum()
    return planned * (min(1.0, share * HOURS / total) if total > 0.0 else 0.0)


def replanned_year(
    learner: Learner, reading: Reading, rng: np.random.Generator, *, learn: bool, keep: bool
) -> Floats:
    """Plan, practise four weeks, renew the ratings that are due, review, plan again; give hours."""
    profile, budget = learner.profile, sb.TimeBudget(hours_per_week=HOURS, horizon_weeks=WEEKS)
    plan = sb.plan_time(profile, budget, as_of=START)
    due = [i for i, item in enumerate(plan) if item.hours_per_week > 0.0]
    log: list[sb.PracticeRecord] = []
    done = np.zeros((len(profile.skills), WEEKS))
    for first in range(0, WEEKS - CYCLE, CYCLE):
        now = first + CYCLE
        log += practice_weeks(learner, plan, done, range(first, now), reading)
        today = START + dt.timedelta(7 * now)
        level = levels(learner, done[:, :now]) + learner.off
        new = [rate(rng, level[i], profile.skills[i].id, LATER[KINDS[i]], today) for i in due]
        profile = attrs.evolve(profile, assessments=(*profile.assessments, *new))
        # The whole log with the rates as they were believed at first: nothing counts twice.
        review = sb.review_progress(plan, log, profile, as_of=today, since=START)
        next_on = today + dt.timedelta(7 * CYCLE)
        due = [i for i, item in enumerate(review) if item.reassess_on <= next_on]
        if not learn:
            review = forget_rates(review, profile)
        ahead = attrs.evolve(budget, horizon_weeks=float(WEEKS - now))
        hours = HOURS if keep else None
        plan = sb.replan(plan, review, profile, ahead, as_of=today, capacity=hours).plan
    practice_weeks(learner, plan, done, range(WEEKS - CYCLE, WEEKS), reading)
    return done


def forget_rates(review: sb.Review, profile: sb.Profile) -> sb.Review:
    """Put the rates that were believed at first in the place of those learned."""
    believed = (skill.half_gap_hours for skill in profile.skills)
    items = tuple(
        attrs.evolve(item, half_gap_before=hours, half_gap_hours=hours)
        for item, hours in zip(review, believed, strict=True)
    )
    return attrs.evolve(review, items=items)


def practice_weeks(
    learner: Learner, plan: sb.TimePlan, done: Floats, weeks: range, reading: Reading
) -> list[sb.PracticeRecord]:
    """Practise some weeks: note the hours done, and return what the log says."""
    planned = np.array([item.hours_per_week for item in plan])
    records = []
    for week in weeks:
        done[:, week] = done_of(planned, float(learner.weeks[week]), reading)
        records += [
            sb.PracticeRecord(
                skill_id=skill.id,
                on=START + dt.timedelta(7 * week + 1 + i % 6),
                hours=float(hours),
                activity="practice",
                outcome=outcome,
            )
            for i, skill in enumerate(learner.profile.skills)
            for hours, outcome in (
                (done[i, week], sb.Outcome.DONE),
                (planned[i] - done[i, week], sb.Outcome.MISSED),
            )
            if hours > 1e-9
        ]
    return records


class Year(NamedTuple):
    """How ready each learner truly is after a year (n_learners, n_ways), and their hours."""

    readiness: Floats
    hours: Floats

    def line(self, way: int) -> tuple[str, str, str, str]:
        """Give mean, standard error, the paired gain of re-planning over it, and the hours."""
        size = math.sqrt(len(self.readiness))
        of, lead = self.readiness[:, way], self.readiness[:, 0] - self.readiness[:, way]
        error = of.std(ddof=1) / size
        gain = f"{lead.mean():+.4f} ({lead.std(ddof=1) / size:.4f})" if way else ""
        return WAYS[way], f"{of.mean():.4f} ({error:.4f})", gain, f"{self.hours[:, way].mean():.0f}"


def simulate(
    n_learners: int, *, reading: Reading = "capacity", keep: bool = False, seed: int = 1
) -> Year:
    """Live the year of each learner in every way of planning."""
    readiness = np.zeros((n_learners, len(WAYS)))
    hours = np.zeros_like(readiness)
    budget = sb.TimeBudget(hours_per_week=HOURS, horizon_weeks=WEEKS)
    for number in range(n_learners):
        learner = draw_learner(np.random.default_rng([seed, number]), number)
        inputs = gather_inputs(learner.profile, budget, as_of=START)
        first = sb.plan_time(learner.profile, budget, as_of=START)
        never = np.zeros((len(KINDS), WEEKS))
        practice_weeks(learner, first, never, range(WEEKS), reading)
        learned, known = (
            replanned_year(
                learner,
                reading,
                np.random.default_rng([seed, number, 1]),
                learn=learn,
                keep=keep,
            )
            for learn in (True, False)
        )
        even = np.broadcast_to(learned.mean(axis=0), learned.shape)
        for way, done in enumerate((learned, known, never, even)):
            readiness[number, way] = inputs.readiness_at(levels(learner, done))
            hours[number, way] = done.sum()
    return Year(readiness, hours)


def year_table(n_learners: int, *, reading: Reading, keep: bool, seed: int) -> Table:
    """Lay the year out."""
    year = simulate(n_learners, reading=reading, keep=keep, seed=seed)
    before = f"{n_learners} learners, 70 % adherence as {reading}{', hours kept' * keep}"
    return Table(
        title=f"A year of practice ({before})",
        head=("way", "true readiness (s.e.)", "re-planning is ahead by (s.e.)", "hours done"),
        rows=tuple(year.line(way) for way in range(len(WAYS))),
    )


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--learners", type=int, default=500)
    parser.add_argument("--reading", choices=("capacity", "share"), default="capacity")
    parser.add_argument("--keep-hours", action="store_true", help="plan the stated hours always")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    table = year_table(
        options.learners, reading=options.reading, keep=options.keep_hours, seed=options.seed
    )
    print(table.as_text())


if __name__ == "__main__":
    main()
