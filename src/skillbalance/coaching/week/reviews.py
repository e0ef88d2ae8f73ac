"""When what fades without hours is to be reviewed: spaced, and what is at stake most first."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from skillbalance.coaching.days import DAYS_PER_WEEK, days_later
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.practice import Outcome, PracticeRecord
from skillbalance.numeric.week.activity import review_gap
from skillbalance.reference.defaults import REVIEW_MIN_LOSS


class Due(NamedTuple):
    """
    One review to come.

    Attributes
    ----------
    skill : PlannedSkill
        The skill, as planned.
    last_on : datetime.date
        When it was last practised, as far as known.
    gap_days : float
        How long after that the review is worth most. [days]
    due_on : datetime.date
        The day.
    """

    skill: PlannedSkill
    last_on: dt.date
    gap_days: float
    due_on: dt.date


def find_reviews(
    plan: TimePlan,
    practice: Iterable[PracticeRecord],
    *,
    monday: dt.date,
    practised: Collection[str],
) -> list[Due]:
    """
    Say when each skill that fades and is not practised in a week is due for review.

    A skill fades if without practice it would lose more than 0.01 by its horizon. The gap is
    0.593 D^0.649 days, with the skill's horizon as D: what is reviewed is to last as long as the
    plan looks ahead. It is counted from the last practice in the log. Without any log the reviews
    that were due before count as done, the first one counted from the day of the plan; with a log
    that lacks the skill, the review is overdue until it is done.

    Parameters
    ----------
    plan : TimePlan
        The plan: levels now and without practice, horizons, weights.
    practice : iterable of PracticeRecord
        What was done; missed and excused sessions do not count.
    monday : datetime.date
        The first day of the week.
    practised : collection of str
        Ids of skills with a session in the week, which need no review.

    Returns
    -------
    list of Due
        The largest expected loss, times weight, first.
    """
    log = [record for record in practice if record.on < monday + dt.timedelta(days=DAYS_PER_WEEK)]
    last_on: dict[str, dt.date] = {}
    for record in log:
        if record.outcome is Outcome.DONE:
            last_on[record.skill_id] = max(record.on, last_on.get(record.skill_id, record.on))
    due = []
    for skill in plan.items:
        loss = skill.proficiency_now - skill.proficiency_idle
        if skill.skill_id in practised or loss <= REVIEW_MIN_LOSS.value:
            continue
        gap = float(review_gap(DAYS_PER_WEEK * skill.horizon_weeks))
        last = last_on.get(skill.skill_id, plan.as_of)
        kept = 0 if log else max(int((monday - last).days // gap) - 1, 0)
        while not log and days_later(last, gap * (kept + 1)) < monday:
            kept += 1
        before, due_on = (days_later(last, gap * count) for count in (kept, kept + 1))
        due.append(Due(skill, before, gap, due_on))
    return sorted(
        due,
        key=lambda one: (
            -one.skill.weight * (one.skill.proficiency_now - one.skill.proficiency_idle)
        ),
    )
