"""What became of a plan: hours, levels, learning rates, goals, and when to ask again."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.days import DAYS_PER_WEEK, DAYS_PER_YEAR, days_later, weeks_later
from skillbalance.coaching.evidence.ratings import find_rater_model
from skillbalance.coaching.progress.learning import (
    WEEKS_AHEAD,
    Learned,
    judged_on,
    learn_from_practice,
    planned_hours,
)
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import Outcome, PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.model.review import (
    HoursReview,
    Review,
    ReviewedGoal,
    ReviewedSkill,
    ReviewedWeek,
)
from skillbalance.model.skill import SkillKind
from skillbalance.numeric.normal import HALF_WIDTH
from skillbalance.numeric.progress.rates import (
    probability_of_all,
    probability_of_each,
)
from skillbalance.reference.defaults import (
    CAPACITY_PRIOR_WEEKS,
    ON_TRACK,
    REASSESS_GAIN,
    REASSESS_GAP,
    RaterPreset,
)

# Every week is looked at: more of them than the longest plan has are a slip of the pen.
_MOST_WEEKS = 10_000

_Hours = Mapping[Outcome, float]


def review_progress(
    plan: TimePlan,
    practice: Iterable[PracticeRecord],
    profile: Profile,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
    since: dt.date | None = None,
) -> Review:
    """
    Compare a plan with what was done, and learn from both how fast the person learns.

    Parameters
    ----------
    plan : TimePlan
        The plan that was followed, or was to be.
    practice : iterable of PracticeRecord
        The practice log, in any order. What lies before *since* or not before *as_of* is not used.
    profile : Profile
        Skills, goals and all ratings so far. The ``half_gap_hours`` of a skill is what was
        believed before the practice that is learned from.
    as_of : datetime.date
        Day of the review: practice before it and ratings until it count.
    rater_model : RaterModel or str
        As for :func:`estimate_proficiency`.
    since : datetime.date, optional
        First day of the practice to learn rates from; the day of the plan if not given. That is
        right for a profile that already holds what earlier practice taught, as that of
        :func:`replan` does. With the profile as it was before the log began, give the day the log
        began: the whole log is then learned from, which tells more. Nothing must count twice.

    Returns
    -------
    Review
        One item per skill, in profile order.

    Raises
    ------
    InvalidValueError
        If *as_of* lies before the plan, *since* after it, or 10,000 weeks between the two.
    UnknownSkillError
        If the practice is of a skill that neither profile nor plan has.
    UnknownFieldError, UnknownElementError
        If the profile's field or an element is not in the reference table.

    Notes
    -----
    Days not practised are told apart by the log: missed, excused, or not recorded at all.
    Between two ratings or weeks the hours count as spread evenly, and the practice curve is exact;
    see :func:`skillbalance.numeric.learn_rates`. A rater's severity and what raters of a
    kind share cancel where the same rater, or kind, rated a skill before. Feedback items are not
    used, and ratings are not weighed down for being far off.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> monday = dt.date(2026, 1, 5)
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=monday)
    >>> log = [
    ...     sb.PracticeRecord(
    ...         skill_id="sql", on=monday + dt.timedelta(days), hours=1, activity="practice"
    ...     )
    ...     for days in range(0, 28, 7)
    ... ]
    >>> review = sb.review_progress(plan, log, profile, as_of=monday + dt.timedelta(28))
    >>> review.hours.planned, review.hours.done, review["sql"].hours.done
    (16.0, 4.0, 4.0)
    >>> review.hours.slippage, round(review.adherence, 2)
    (0.25, 0.5)
    """
    instance("plan", plan, TimePlan)
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    if as_of < plan.as_of:
        raise InvalidValueError("as_of", f"the day of the plan, {plan.as_of}, or later", as_of)
    since = plan.as_of if since is None else calendar_date("since", since)
    if since > plan.as_of:
        raise InvalidValueError("since", f"the day of the plan, {plan.as_of}, or earlier", since)
    if (as_of - since).days > _MOST_WEEKS * DAYS_PER_WEEK:
        raise InvalidValueError("as_of", f"at most {_MOST_WEEKS} weeks after {since}", as_of)
    records = _relevant(practice, profile, plan, since=since, as_of=as_of)

    counted = [record for record in records if record.on >= plan.as_of]
    weeks = _weeks(plan, counted, as_of=as_of)
    adherence = _adherence(weeks)
    by_skill = _hours_by_skill(plan, profile, counted, as_of=as_of)
    learned = learn_from_practice(
        plan,
        records,
        profile,
        model=find_rater_model(rater_model),
        since=since,
        as_of=as_of,
        adherence=adherence,
    )
    return Review(
        items=_items(plan, profile, learned, by_skill, as_of=as_of),
        profile_id=profile.id,
        plan_as_of=plan.as_of,
        as_of=as_of,
        learned_since=since,
        hours=_total(by_skill),
        hard_hours=_total(_of_kind(profile, by_skill, SkillKind.HARD)),
        soft_hours=_total(_of_kind(profile, by_skill, SkillKind.SOFT)),
        weeks=weeks,
        adherence=adherence,
        rate_factor=math.exp(float(learned.now.person_effect)),
        rate_factor_interval=_interval(
            float(learned.now.person_effect), float(learned.now.person_effect_sd)
        ),
        goals=_goals(plan, profile, learned, as_of=as_of),
    )


# --- hours ------------------------------------------------------------------------------------


def _relevant(
    practice: Iterable[PracticeRecord],
    profile: Profile,
    plan: TimePlan,
    *,
    since: dt.date,
    as_of: dt.date,
) -> list[PracticeRecord]:
    """Keep the days looked at, in order of time, so that sums do not depend on the log's order."""
    ids = tuple(skill.id for skill in profile.skills)
    known = frozenset(ids)
    kept = []
    for position, record in enumerate(practice):
        instance(f"practice[{position}]", record, PracticeRecord)
        if record.skill_id in known:
            if since <= record.on < as_of:
                kept.append(record)
        elif record.skill_id not in plan:  # a skill that was given up since is passed over
            raise UnknownSkillError(record.skill_id, ids)
    return sorted(kept, key=lambda one: (one.on, one.skill_id, one.outcome.value, one.hours))


def _hours(planned: float, recorded: _Hours) -> HoursReview:
    done, missed, excused = (recorded.get(outcome, 0.0) for outcome in Outcome)
    unrecorded = max(planned - done - missed - excused, 0.0)
    return _reviewed(planned, done, missed, excused, unrecorded)


def _reviewed(
    planned: float, done: float, missed: float, excused: float, unrecorded: float
) -> HoursReview:
    due = planned - excused
    return HoursReview(
        planned=planned,
        done=done,
        missed=missed,
        excused=excused,
        unrecorded=unrecorded,
        slippage=done / due if due > 0.0 else None,
    )


def _sum_by_outcome(records: Iterable[PracticeRecord]) -> _Hours:
    summed: dict[Outcome, float] = {}
    for record in records:
        summed[record.outcome] = summed.get(record.outcome, 0.0) + record.hours
    return summed


def _hours_by_skill(
    plan: TimePlan, profile: Profile, records: Sequence[PracticeRecord], *, as_of: dt.date
) -> list[HoursReview]:
    weeks = (as_of - plan.as_of).days / DAYS_PER_WEEK
    of: dict[str, list[PracticeRecord]] = {skill.id: [] for skill in profile.skills}
    for record in records:
        of[record.skill_id].append(record)
    return [
        _hours(weekly * weeks, _sum_by_outcome(of[skill.id]))
        for skill, weekly in zip(profile.skills, planned_hours(plan, profile), strict=True)
    ]


def _of_kind(
    profile: Profile, by_skill: Sequence[HoursReview], kind: SkillKind
) -> list[HoursReview]:
    pairs = zip(profile.skills, by_skill, strict=True)
    return [hours for skill, hours in pairs if skill.kind is kind]


def _total(several: Sequence[HoursReview]) -> HoursReview:
    """Add up skills. What one lacks in its records another's extra hours do not record."""
    return _reviewed(
        *(
            math.fsum(getattr(hours, name) for hours in several)
            for name in ("planned", "done", "missed", "excused", "unrecorded")
        )
    )


def _weeks(
    plan: TimePlan, records: Sequence[PracticeRecord], *, as_of: dt.date
) -> tuple[ReviewedWeek, ...]:
    n_days = (as_of - plan.as_of).days
    by_week: dict[int, list[PracticeRecord]] = {}
    for record in records:
        by_week.setdefault((record.on - plan.as_of).days // DAYS_PER_WEEK, []).append(record)
    found = []
    for week in range(math.ceil(n_days / DAYS_PER_WEEK)):
        days = min(n_days - week * DAYS_PER_WEEK, DAYS_PER_WEEK)
        planned = plan.hours_per_week * days / DAYS_PER_WEEK
        found.append(
            ReviewedWeek(
                starts_on=plan.as_of + dt.timedelta(week * DAYS_PER_WEEK),
                n_days=days,
                hours=_hours(planned, _sum_by_outcome(by_week.get(week, ()))),
            )
        )
    return tuple(found)


def _adherence(weeks: Sequence[ReviewedWeek]) -> float:
    """Shrink the part of the hours due that was done towards 1, by weeks of evidence."""
    due = math.fsum(max(week.hours.planned - week.hours.excused, 0.0) for week in weeks)
    planned = math.fsum(week.hours.planned for week in weeks)
    if due <= 0.0:
        return 1.0
    # A week that was half excused is half a week of evidence.
    n_weeks = math.fsum(week.n_days for week in weeks) / DAYS_PER_WEEK * due / planned
    done = math.fsum(week.hours.done for week in weeks)
    prior = CAPACITY_PRIOR_WEEKS.value
    return (prior + n_weeks * done / due) / (prior + n_weeks)


# --- results ----------------------------------------------------------------------------------


def _items(
    plan: TimePlan,
    profile: Profile,
    learned: Learned,
    by_skill: Sequence[HoursReview],
    *,
    as_of: dt.date,
) -> tuple[ReviewedSkill, ...]:
    start, today = learned.cut(plan.as_of), learned.cut(as_of)
    believed, now = learned.believed, learned.now
    before = np.clip(believed.level[:, start], 0.0, 1.0).tolist()
    return tuple(
        ReviewedSkill(
            skill_id=skill.id,
            name=skill.name,
            kind=skill.kind,
            hours=by_skill[i],
            level_before=plan[skill.id].proficiency_now if skill.id in plan else before[i],
            level_expected=_clip(believed.level[i, today]),
            level_expected_sd=float(believed.level_sd[i, today]),
            level_estimated=_clip(now.level[i, today]),
            level_estimated_sd=float(now.level_sd[i, today]),
            n_new_ratings=sum(said.assessed_on > plan.as_of for said in learned.heard[i]),
            half_gap_before=_half_gap(believed.log_rate[i]),
            half_gap_hours=_half_gap(now.log_rate[i]),
            half_gap_interval=(
                _half_gap(now.log_rate[i] + HALF_WIDTH * now.log_rate_sd[i]),
                _half_gap(now.log_rate[i] - HALF_WIDTH * now.log_rate_sd[i]),
            ),
            reassess_on=_reassess_on(learned, i, as_of=as_of),
        )
        for i, skill in enumerate(profile.skills)
    )


def _reassess_on(learned: Learned, skill: int, *, as_of: dt.date) -> dt.date:
    """
    Find the first day on which one more rating would shrink the doubt about a level enough.

    A rating of variance v turns a variance s^2 into s^2 v / (s^2 + v). The doubt grows with what
    is not known about the rate and, as for ratings, with disuse and whatever else time brings.
    """
    heard = learned.heard[skill]
    if not heard:
        return as_of
    latest = max(said.assessed_on for said in heard)
    earliest = days_later(latest, math.ceil(REASSESS_GAP.value * DAYS_PER_WEEK))
    enough = learned.noise[skill] * (1.0 / (1.0 - REASSESS_GAIN.value) ** 2 - 1.0)
    today = learned.cut(as_of)
    for place in range(today, len(learned.days)):
        day = days_later(learned.first, learned.days[place])
        years = (day - as_of).days / DAYS_PER_YEAR
        doubt = float(learned.now.level_sd[skill, place]) ** 2 + learned.ageing * years
        if day >= earliest and doubt >= enough:
            return day
        if (day - as_of).days >= WEEKS_AHEAD * DAYS_PER_WEEK:
            break
    return weeks_later(as_of, WEEKS_AHEAD)


def _goals(
    plan: TimePlan, profile: Profile, learned: Learned, *, as_of: dt.date
) -> tuple[ReviewedGoal, ...]:
    found = []
    for goal in profile.goals:
        if not goal.targets:
            continue
        by = judged_on(goal.due_on, plan, as_of)
        at = np.full(len(profile.skills), learned.cut(by))
        named = np.array([skill.id in goal.targets for skill in profile.skills], dtype=np.bool_)
        target = np.array([goal.targets.get(skill.id, 0.0) for skill in profile.skills])
        each = probability_of_each(learned.now, target, at).tolist()
        together = float(probability_of_all(learned.now, target, at, named=named))
        found.append(
            ReviewedGoal(
                goal_id=goal.id,
                by=by,
                overdue=goal.due_on is not None and goal.due_on < as_of,
                probability=together,
                on_track=together >= ON_TRACK.value,
                chances={
                    skill.id: each[i]
                    for i, skill in enumerate(profile.skills)
                    if skill.id in goal.targets
                },
            )
        )
    return tuple(found)


def _clip(level: float) -> float:
    return min(max(float(level), 0.0), 1.0)


def _half_gap(log_rate: float) -> float:
    return math.log(2.0) / math.exp(float(log_rate))


def _interval(log: float, sd: float) -> tuple[float, float]:
    return math.exp(log - HALF_WIDTH * sd), math.exp(log + HALF_WIDTH * sd)
