"""Practice and ratings of a person laid out on one axis of time, and the rates learned there."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.days import DAYS_PER_WEEK, DAYS_PER_YEAR, weeks_later
from skillbalance.coaching.rates import rates_of
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import Outcome, PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.model.rating import Assessment, RaterKind
from skillbalance.numeric.progress.rates import RateFit, learn_rates
from skillbalance.reference.context import expected_level

WEEKS_AHEAD = 52  # how far levels are carried beyond the last rating
_NODES = 101  # a person's rates are never known better than to a twentieth


class Learned(NamedTuple):
    """The fits before and after the ratings of the plan's time, and where in them the days are."""

    believed: RateFit
    now: RateFit
    days: list[int]  # of each cut, from the first day on
    first: dt.date
    noise: NDArray[np.float64]  # (n,) of one more rating by the best kind heard; 0 if none
    ageing: float
    heard: list[list[Assessment]]

    def cut(self, day: dt.date) -> int:
        """Find the cut of a day."""
        return self.days.index((day - self.first).days)


def learn_from_practice(
    plan: TimePlan,
    records: Sequence[PracticeRecord],
    profile: Profile,
    *,
    model: RaterModel,
    since: dt.date,
    as_of: dt.date,
    adherence: float,
) -> Learned:
    """Lay practice and ratings out on one axis of time and fit the rates to them."""
    skills = profile.skills
    position = {skill.id: i for i, skill in enumerate(skills)}
    heard: list[list[Assessment]] = [[] for _ in skills]
    for said in sorted(profile.assessments, key=_canonical_order):
        if said.assessed_on <= as_of:
            heard[position[said.skill_id]].append(said)
    days = _cut_days(profile, plan, heard, since=since, as_of=as_of)
    today = days.index((as_of - since).days)

    hours = np.zeros((len(skills), len(days) - 1))
    for record in records:
        if record.outcome is Outcome.DONE:
            place = int(np.searchsorted(days, (record.on - since).days, side="right")) - 1
            hours[position[record.skill_id], place] += record.hours
    weeks = np.diff(days) / DAYS_PER_WEEK
    hours /= weeks
    hours[:, today:] = adherence * np.array(planned_hours(plan, profile))[:, None]

    rating, at, noise, seen = _ratings(heard, model, days, since)
    rates = rates_of(skills)
    arguments: dict[str, Any] = {
        "hours": hours,
        "weeks": weeks,
        "forgetting_rate": rates.forgetting,
        "retained_share": rates.retained,
        "start": np.array(
            [
                expected_level(
                    profile.work, profile.stage, elements=skill.elements, kind=skill.kind
                )
                for skill in skills
            ],
            dtype=np.float64,
        ),
        "start_sd": model.prior_sd,
        "rating": rating,
        "at": at,
        "noise": noise,
        "n_nodes": _NODES,
    }
    log_rate = np.log(rates.learning)
    by_plan = at <= days.index((plan.as_of - since).days)
    return Learned(
        believed=learn_rates(log_rate, **arguments, observed=seen & by_plan),
        now=learn_rates(log_rate, **arguments, observed=seen),
        days=days,
        first=since,
        noise=np.array([_least_noise(said, model) for said in heard]),
        ageing=model.ageing_per_year,
        heard=heard,
    )


def _canonical_order(said: Assessment) -> tuple[dt.date, str, str, float]:
    return said.assessed_on, said.rater_kind.value, said.rater_id, said.proficiency


def _cut_days(
    profile: Profile,
    plan: TimePlan,
    heard: Sequence[Sequence[Assessment]],
    *,
    since: dt.date,
    as_of: dt.date,
) -> list[int]:
    """List the days between which hours are constant: weeks, ratings, both plans, due dates."""
    days = {0, (plan.as_of - since).days, (as_of - since).days}
    days.update(range(0, (as_of - since).days, DAYS_PER_WEEK))
    days.update(
        (said.assessed_on - since).days
        for of_skill in heard
        for said in of_skill
        if said.assessed_on > since
    )
    ahead = (as_of - since).days
    days.update(ahead + DAYS_PER_WEEK * week for week in range(1, WEEKS_AHEAD + 1))
    days.update((judged_on(goal.due_on, plan, as_of) - since).days for goal in profile.goals)
    return sorted(days)


def judged_on(due_on: dt.date | None, plan: TimePlan, as_of: dt.date) -> dt.date:
    """Return the day a goal is judged for."""
    if due_on is None:
        due_on = weeks_later(plan.as_of, plan.horizon_weeks)
    return max(due_on, as_of)


def _ratings(
    heard: Sequence[Sequence[Assessment]], model: RaterModel, days: Sequence[int], since: dt.date
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_]]:
    """
    Lay ratings out as arrays (n, q) with their covariance (n, q, q), leniency taken off.

    What one rater's severity, and what raters of one kind share about a skill, are the same
    before and after the practice: this is where a change is seen better than a level.
    """
    size = max(map(len, heard), default=0)
    rating, noise = np.zeros((len(heard), size)), np.zeros((len(heard), size, size))
    at, seen = np.zeros((len(heard), size), dtype=np.intp), np.zeros((len(heard), size), np.bool_)
    unit = model.prior_sd**2
    cut = {day: place for place, day in enumerate(days)}
    for i, of_skill in enumerate(heard):
        for j, said in enumerate(of_skill):
            kind = model.noise_of(said.rater_kind)
            age = max((since - said.assessed_on).days, 0)
            rating[i, j] = said.proficiency - kind.leniency * model.prior_sd
            at[i, j] = cut[max((said.assessed_on - since).days, 0)]
            seen[i, j] = True
            noise[i, j, j] += (1.0 - kind.severity_part) * kind.own_variance * unit
            noise[i, j, j] += model.ageing_per_year * age / DAYS_PER_YEAR
            for other, before in enumerate(of_skill):
                if before.rater_kind is said.rater_kind:
                    noise[i, j, other] += kind.shared_variance * unit
                    if other == j or _same_rater(said, before):
                        noise[i, j, other] += kind.severity_part * kind.own_variance * unit
    return rating, at, noise, seen


def _same_rater(one: Assessment, other: Assessment) -> bool:
    """Say whether two ratings of one kind are by one rater; without an id it is somebody new."""
    return one.rater_kind is RaterKind.SELF or one.rater_id == other.rater_id != ""


def _least_noise(heard: Sequence[Assessment], model: RaterModel) -> float:
    """Return the variance of one more rating by the most reliable kind that rated the skill."""
    kinds = [model.noise_of(said.rater_kind) for said in heard]
    unit = model.prior_sd**2
    return min((unit * (kind.own_variance + kind.shared_variance) for kind in kinds), default=0.0)


def planned_hours(plan: TimePlan, profile: Profile) -> list[float]:
    """Return the hours a week that a plan gives each skill of a profile, 0 to new ones."""
    return [plan[skill.id].hours_per_week if skill.id in plan else 0.0 for skill in profile.skills]
