"""Estimates on any past day, from the ratings that had been given by then."""

import datetime as dt
from collections.abc import Iterable

import numpy as np

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.evidence.estimates import interval_of
from skillbalance.coaching.evidence.ratings import gather_ratings
from skillbalance.errors import InvalidValueError
from skillbalance.model.estimates import RaterModel
from skillbalance.model.history import EstimateHistory, EstimatePoint, SkillHistory
from skillbalance.model.profile import Profile
from skillbalance.reference.defaults import RaterPreset


def estimate_history(
    profile: Profile,
    *,
    dates: Iterable[dt.date] | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> EstimateHistory:
    """
    Estimate every proficiency as it was known on each of several days.

    A profile keeps every rating, so the past can be asked about: each day sees the ratings and
    feedback given until then, aged to that day, and gives the numbers of
    :func:`~skillbalance.estimate_proficiency` as of that day.

    Parameters
    ----------
    profile : Profile
        Field, stage, skills, assessments and feedback. Field and stage are today's on every day.
    dates : iterable of datetime.date, optional
        The days, in any order; repeated ones count once. By default every day on which something
        was said.
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted, as in ``estimate_proficiency``.

    Returns
    -------
    EstimateHistory
        One series per skill, in profile order, oldest day first.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in.
    UnknownElementError
        If a skill names an O*NET element that is not in the table.
    InvalidValueError
        If a day is not a date, *rater_model* is no preset, or lacks a kind that rated.

    Notes
    -----
    Between two ratings the band widens, because ratings age, and the mean drifts back towards the
    expected level.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ...     assessments=[
    ...         sb.Assessment(
    ...             skill_id="sql", rating=rating, assessed_on=on, rater_kind="test"
    ...         )
    ...         for on, rating in [(dt.date(2025, 3, 3), 0.5), (dt.date(2026, 3, 2), 0.7)]
    ...     ],
    ... )
    >>> history = sb.estimate_history(profile)
    >>> [(str(point.as_of), round(point.mean, 2)) for point in history["sql"].points]
    [('2025-03-03', 0.51), ('2026-03-02', 0.63)]
    """
    instance("profile", profile, Profile)
    days = _days_of(profile) if dates is None else _checked(dates)
    snapshots = []
    for day in days:
        inputs = gather_ratings(profile, as_of=day, rater_model=rater_model)
        fusion = inputs.fuse()
        sd = np.sqrt(fusion.variance)
        heard = np.bincount(inputs.data.skill, minlength=len(profile.skills))
        snapshots.append([a.tolist() for a in (*interval_of(fusion.mean, sd), sd, heard)])
    return EstimateHistory(
        items=tuple(
            SkillHistory(
                skill_id=skill.id,
                points=tuple(
                    EstimatePoint(
                        as_of=day,
                        mean=mean[i],
                        sd=sd[i],
                        interval=(low[i], high[i]),
                        n_ratings=heard[i],
                    )
                    for day, (mean, low, high, sd, heard) in zip(days, snapshots, strict=True)
                ),
            )
            for i, skill in enumerate(profile.skills)
        ),
        dates=days,
    )


def _days_of(profile: Profile) -> tuple[dt.date, ...]:
    """List the days on which something was said."""
    rated = {said.assessed_on for said in profile.assessments}
    return tuple(sorted(rated | {item.given_on for item in profile.feedback}))


def _checked(dates: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """Sort days, each once."""
    whatever: object = dates
    if not isinstance(whatever, Iterable) or isinstance(whatever, str):
        raise InvalidValueError("dates", "an iterable of dates", dates)
    days = [calendar_date(f"dates[{place}]", day) for place, day in enumerate(dates)]
    return tuple(sorted(set(days)))
