"""A plan: hours per skill, what they lead to, and the proof."""

import datetime as dt
import os
from typing import Literal, TypeAlias

import attrs

from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.estimates import RaterModel
from skillbalance.model.forecast import Forecast
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import Week

Binding: TypeAlias = Literal["", "budget", "min", "max", "target", "soft_share", "max_skills"]


@attrs.frozen(kw_only=True)
class PlannedSkill(Record):
    """
    What a plan gives one skill, and why not more or less.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    hours_per_week : float
        Hours planned. [h/week]
    weight : float
        Share of all that matters; weights sum to 1.
    proficiency_now : float
        Estimate on the day of the plan.
    proficiency_then : float
        Level at the skill's horizon with the planned hours.
    proficiency_idle : float
        Level at the skill's horizon with no practice at all.
    target : float
        Level up to which a point counts in full.
    horizon_weeks : float
        Weeks until the level counts. [week]
    marginal_return : float
        Readiness that the next hour a week would add: the gain of the next block divided by its
        length, or the derivative where hours are continuous. [1/(h/week)]
    binding : str
        What holds the hours where they are: ``budget``, ``min``, ``max``, ``target``,
        ``soft_share``, ``max_skills``, or nothing.
    """

    skill_id: str
    name: str
    kind: SkillKind
    hours_per_week: float
    weight: float
    proficiency_now: float
    proficiency_then: float
    proficiency_idle: float
    target: float
    horizon_weeks: float
    marginal_return: float
    binding: Binding


@attrs.frozen(kw_only=True)
class TimePlan(ItemsBySkill[PlannedSkill]):
    """
    Hours per skill for a week, their effect at the horizon, prices, and the proof.

    Attributes
    ----------
    items : tuple of PlannedSkill
        One per skill, in profile order; ``plan["sql"]`` finds one.
    profile_id : str
        Whose plan it is.
    as_of : datetime.date
        The day it was made for.
    hours_per_week : float
        Hours planned in all. [h/week]
    unused_hours : float
        Hours of the budget that would add nothing, or that limits and blocks leave over. [h/week]
    horizon_weeks : float
        The budget's horizon; skills of a dated goal have their own. [week]
    block_hours : float or None
        Length of a block; None where hours are continuous. [h]
    soft_share_hours : float or None
        Soft part of the planned hours; None where none are planned.
    soft_share_recommended : float
        What field, stage and goals recommend: the soft part of the weights.
    soft_share_limits : tuple of two floats
        Limits the planned hours kept: the person's own, or the default band, widened to the
        nearest share that blocks and limits allow.
    readiness_now, readiness_then, readiness_idle : float
        Readiness on the day, at the horizon, and at the horizon without any practice.
    shadow_price : float
        Readiness that one more hour a week would add, per hour. [1/(h/week)]
    shadow_price_range : tuple of two floats
        Budgets between which the same limits bind, so that the price tells the right story; the
        budget itself for hours somebody chose. [h/week]
    optimality_gap : float
        Proved: no plan within the same limits, whole blocks aside, adds more readiness than this.
    rounding_cost : float
        Readiness that whole blocks cost against continuous hours.
    price_of_balance : float
        Readiness that the limits of the soft share cost.
    left_on_table : float
        Readiness that the best hours would add to hours somebody chose; 0 in an optimal plan.
    overdue_goals : tuple of str
        Ids of goals whose date has passed; their skills use the budget's horizon.
    """

    profile_id: str
    as_of: dt.date
    hours_per_week: float
    unused_hours: float
    horizon_weeks: float
    block_hours: float | None
    soft_share_hours: float | None
    soft_share_recommended: float
    soft_share_limits: tuple[float, float]
    readiness_now: float
    readiness_then: float
    readiness_idle: float
    shadow_price: float
    shadow_price_range: tuple[float, float]
    optimality_gap: float
    rounding_cost: float
    price_of_balance: float
    left_on_table: float
    overdue_goals: tuple[str, ...]

    def reason(self, skill_id: str) -> str:
        """
        Say in one sentence, with its numbers, why a skill gets the hours it gets.

        Raises
        ------
        UnknownSkillError
            If the plan has no such skill.
        """
        # A record may look up how it is shown; see the floors test.
        from skillbalance.display.text.reasons import explain_hours

        return explain_hours(self, self[skill_id])

    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        profile: Profile | None = None,
        week: Week | None = None,
        forecast: Forecast | None = None,
        rater_model: RaterModel | Literal["specific", "job_performance"] = "specific",
    ) -> str:
        """
        Write the plan as one page for a learner and a coach, for a screen and for A4 paper.

        It shows what is given: of the plan alone before and after, the hours, the reasons, and
        what was assumed.

        Parameters
        ----------
        path : path or str, optional
            The file to write, replaced in one step.
        profile : Profile, optional
            Whose plan it is; adds goals, levels against targets, blind spots, and which skills
            rest on defaults.
        week : Week, optional
            Adds the sessions of a week, the result of ``schedule_week``.
        forecast : Forecast, optional
            Adds readiness week by week and the chances of the goals, the result of ``forecast``.
        rater_model : RaterModel or str
            What the plan was made with; used where the profile is given.

        Returns
        -------
        str
            The page: complete in itself, without scripts, nothing fetched, all text escaped.

        Raises
        ------
        InvalidValueError
            If the profile, the week or the forecast is of somebody else.
        OSError
            If the file cannot be written; an older one stays as it is.
        """
        from skillbalance.display.pages.report import report_html

        page = report_html(
            self, profile=profile, week=week, forecast=forecast, rater_model=rater_model
        )
        if path is not None:
            from skillbalance.formats.documents import replace_file

            replace_file(path, page)
        return page
