"""A review: what was planned, done and learned from it; and the plan that follows."""

import datetime as dt
from collections.abc import Mapping

import attrs

from skillbalance.model._items import ItemsBySkill, freeze
from skillbalance.model._record import Record, Result
from skillbalance.model.budget import TimeBudget
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind

__all__ = [
    "HoursReview",
    "Replan",
    "Review",
    "ReviewedGoal",
    "ReviewedSkill",
    "ReviewedWeek",
    "SkillChange",
]


@attrs.frozen(kw_only=True)
class HoursReview(Record):
    """
    Hours that were due against hours that were done. [h]

    Attributes
    ----------
    planned : float
        Hours the plan gave to the days looked at.
    done, missed, excused : float
        Hours recorded with that outcome.
    unrecorded : float
        Planned hours of which the log says nothing.
    slippage : float or None
        Done as a part of planned, excused hours taken off the plan: 1 is to plan, above 1 is more.
        None where nothing was due.
    """

    planned: float
    done: float
    missed: float
    excused: float
    unrecorded: float
    slippage: float | None


@attrs.frozen(kw_only=True)
class ReviewedWeek(Record):
    """
    One week of the plan, all skills together.

    Attributes
    ----------
    starts_on : datetime.date
        Its first day.
    n_days : int
        Days of it that have passed, 1 to 7.
    hours : HoursReview
        Planned and actual hours of those days.
    """

    starts_on: dt.date
    n_days: int
    hours: HoursReview


@attrs.frozen(kw_only=True)
class ReviewedSkill(Record):
    """
    How one skill went.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    hours : HoursReview
        Planned and actual hours since the plan was made.
    level_before : float
        Estimate on the day of the plan, by the plan.
    level_expected, level_expected_sd : float
        Level to be expected on the day of the review from what was known on the day of the plan
        and the hours that were really done, and its standard deviation.
    level_estimated, level_estimated_sd : float
        The same with the ratings given since.
    n_new_ratings : int
        Ratings since the plan was made.
    half_gap_before : float
        Hours that halve the gap to mastery, as believed on the day of the plan. [h]
    half_gap_hours : float
        The same as learned since; the median of the posterior. [h]
    half_gap_interval : tuple of two floats
        90 % credible interval of it. [h]
    reassess_on : datetime.date
        First day on which a new rating would tell enough to be worth asking for.
    """

    skill_id: str
    name: str
    kind: SkillKind
    hours: HoursReview
    level_before: float
    level_expected: float
    level_expected_sd: float
    level_estimated: float
    level_estimated_sd: float
    n_new_ratings: int
    half_gap_before: float
    half_gap_hours: float
    half_gap_interval: tuple[float, float]
    reassess_on: dt.date


@attrs.frozen(kw_only=True)
class ReviewedGoal(Record):
    """
    Whether a goal is on track.

    Attributes
    ----------
    goal_id : str
        The goal.
    by : datetime.date
        Day the chances are for: its due date, the day of the review where that has passed, and
        the end of the plan's horizon where it has none.
    overdue : bool
        Whether the due date has passed.
    probability : float
        Chance that all its targets are reached by then, at the hours of the plan times the
        adherence found.
    on_track : bool
        Whether that is at least one half.
    chances : mapping of str to float
        Chance of each target alone, by skill id.
    """

    goal_id: str
    by: dt.date
    overdue: bool
    probability: float
    on_track: bool
    chances: Mapping[str, float] = attrs.field(converter=freeze)


@attrs.frozen(kw_only=True)
class Review(ItemsBySkill[ReviewedSkill]):
    """
    What became of a plan, and what it taught.

    Attributes
    ----------
    items : tuple of ReviewedSkill
        One per skill, in profile order; ``review["sql"]`` finds one.
    profile_id : str
        Whose review it is.
    plan_as_of, as_of : datetime.date
        The day of the plan, and of the review: practice before it and ratings until it count.
    learned_since : datetime.date
        First day of the practice that rates were learned from.
    hours : HoursReview
        All hours.
    hard_hours, soft_hours : HoursReview
        Planned and actual hours: of all skills, and of each kind.
    weeks : tuple of ReviewedWeek
        The same week by week.
    adherence : float
        Part of the planned hours to be expected from now on: what was seen, shrunk towards 1 by
        the weight that a person's word has against few weeks.
    rate_factor : float
        How much faster the person learns than their skills were believed to allow, in all of
        them alike: the median, 1 for as believed.
    rate_factor_interval : tuple of two floats
        90 % credible interval of it.
    goals : tuple of ReviewedGoal
        One per goal that has targets, in profile order.
    """

    profile_id: str
    plan_as_of: dt.date
    as_of: dt.date
    learned_since: dt.date
    hours: HoursReview
    hard_hours: HoursReview
    soft_hours: HoursReview
    weeks: tuple[ReviewedWeek, ...]
    adherence: float
    rate_factor: float
    rate_factor_interval: tuple[float, float]
    goals: tuple[ReviewedGoal, ...]

    def sentences(self) -> tuple[str, ...]:
        """Say what the review found, one plain sentence a finding, with its numbers."""
        # A record may look up how it is shown; see the floors test.
        from skillbalance.display.text.review import review_sentences

        return review_sentences(self)


@attrs.frozen(kw_only=True)
class SkillChange(Record):
    """
    How the hours of one skill changed, and through what.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    hours_before, hours_after : float
        In the last plan and in the new one. [h/week]
    by_time : float
        Hours changed by the calendar alone: goals nearer, or changed. [h/week]
    by_capacity : float
        By the hours there really are. [h/week]
    by_level : float
        By the levels reached. [h/week]
    by_rate : float
        By the learning rates found. [h/week]
    by_limit : float
        Held back by the most a skill may change at once. [h/week]
    level_before, level_after : float
        Level on the day of the last plan, and now.
    half_gap_before, half_gap_after : float
        Hours that halve the gap, as believed then and as learned. [h]
    """

    skill_id: str
    name: str
    hours_before: float
    hours_after: float
    by_time: float
    by_capacity: float
    by_level: float
    by_rate: float
    by_limit: float
    level_before: float
    level_after: float
    half_gap_before: float
    half_gap_after: float

    @property
    def reason(self) -> str:
        """The change in one plain sentence with its numbers."""
        from skillbalance.display.text.review import change_sentence

        return change_sentence(self)


@attrs.frozen(kw_only=True)
class Replan(Result):
    """
    The plan that follows a review.

    Attributes
    ----------
    plan : TimePlan
        The new plan.
    budget : TimeBudget
        The limits it was made within: the capacity found, and hours near those of the last plan.
    profile : Profile
        The profile with the learned ``half_gap_hours``.
    changes : tuple of SkillChange
        One per skill, in profile order. Their parts sum to the change.
    hours_stated, capacity : float
        Hours a week the person says they have, and those planned with. [h/week]
    max_change, max_change_used : float
        The most the hours of a skill were to change, and the most that had to be allowed for any
        plan to exist. [h/week]
    forgiven_hours : float
        Hours missed or never recorded since the last plan, which nobody has to catch up. [h]
    """

    plan: TimePlan
    budget: TimeBudget
    profile: Profile
    changes: tuple[SkillChange, ...]
    hours_stated: float
    capacity: float
    max_change: float
    max_change_used: float
    forgiven_hours: float

    def sentences(self) -> tuple[str, ...]:
        """Say what changed and why: the hours in all first, then each skill that changed."""
        from skillbalance.display.text.review import replan_sentences

        return replan_sentences(self)
