"""Estimates over time: one series per skill, each point with its band."""

import datetime as dt

import attrs

from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record

__all__ = ["EstimateHistory", "EstimatePoint", "SkillHistory"]


@attrs.frozen(kw_only=True)
class EstimatePoint(Record):
    """
    What was known about one skill on one day.

    Attributes
    ----------
    as_of : datetime.date
        The day; what was said later is ignored.
    mean : float
        Posterior mean, clipped to [0, 1].
    sd : float
        Posterior standard deviation, before any clipping. [proficiency]
    interval : tuple of float
        90 % credible interval, clipped to [0, 1].
    n_ratings : int
        Ratings and feedback on the skill until that day; 0: nobody had spoken, and the point is
        what field and stage expect.
    """

    as_of: dt.date
    mean: float
    sd: float
    interval: tuple[float, float]
    n_ratings: int


@attrs.frozen(kw_only=True)
class SkillHistory(Record):
    """
    The series of one skill.

    Attributes
    ----------
    skill_id : str
        The skill.
    points : tuple of EstimatePoint
        One per day, oldest first.
    """

    skill_id: str
    points: tuple[EstimatePoint, ...]


@attrs.frozen(kw_only=True)
class EstimateHistory(ItemsBySkill[SkillHistory]):
    """
    The estimates of a profile over time; ``history["sql"].points`` is the series of one skill.

    Attributes
    ----------
    items : tuple of SkillHistory
        One per skill, in profile order, all over the same days.
    dates : tuple of datetime.date
        The days, oldest first.
    """

    dates: tuple[dt.date, ...]
