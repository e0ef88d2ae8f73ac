"""How sure the advice is: how a plan fares when what it assumes is off."""

import datetime as dt

import attrs

from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.skill import SkillKind


@attrs.frozen(kw_only=True)
class RobustSkill(Record):
    """
    The hours of one skill over all draws.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    hours_per_week : float
        Hours in the plan of today. [h/week]
    time_share : float
        Share of the draws in which the best plan gives the skill any time.
    hours_mean : float
        Mean of its hours in the best plans. [h/week]
    hours_interval : tuple of two floats
        Between these lie its hours in 90 % of the best plans. [h/week]
    tied_with : tuple of str
        Skills that change places with this one, so that the numbers do not decide between them:
        each gets more hours than the other in over a quarter of the draws that give either time.
    """

    skill_id: str
    name: str
    kind: SkillKind
    hours_per_week: float
    time_share: float
    hours_mean: float
    hours_interval: tuple[float, float]
    tied_with: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Dependence(Record):
    """
    What it would mean for the plan if one assumption alone were off.

    Attributes
    ----------
    assumption : str
        ``weights``, ``levels``, ``learning_rates``, ``goal_share``, ``rho`` or ``beyond``.
    varied : str
        How far it was varied.
    regret : float
        Readiness that the plan of today loses on average against the best plan for what is
        then true; not negative.
    hours_moved : float
        Hours a week that the best plan then moves from some skills to others, on average. [h/week]
    """

    assumption: str
    varied: str
    regret: float
    hours_moved: float


@attrs.frozen(kw_only=True)
class LimitPrice(Record):
    """
    What one limit costs.

    Attributes
    ----------
    limit : str
        ``soft_share``, ``max_skills``, ``block_hours``, ``min_hours["sql"]`` or
        ``max_hours["sql"]``.
    price : float
        Readiness of the best plan without this limit minus readiness of the plan with it, all
        others kept; not negative.
    """

    limit: str
    price: float


@attrs.frozen(kw_only=True)
class Robustness(ItemsBySkill[RobustSkill]):
    """
    How sure the plan of today is; ``robustness["sql"]`` is one skill's item.

    Attributes
    ----------
    items : tuple of RobustSkill
        One per skill, in profile order.
    profile_id : str
        Whose plan it is.
    as_of : datetime.date
        The day of the plan.
    n_draws : int
        How many ways to be off were drawn.
    readiness_then : float
        Readiness at the horizon that the plan promises if all it assumes is right.
    readiness_interval : tuple of two floats
        Between these lies in 90 % of the draws the readiness that the plan of today leads to.
    regret : float
        Readiness that it loses on average against the best plan for each draw; not negative.
    assumptions : tuple of Dependence
        One per assumption, that with the largest regret first.
    limits : tuple of LimitPrice
        One per limit that the plan keeps, the most expensive first.
    """

    profile_id: str
    as_of: dt.date
    n_draws: int
    readiness_then: float
    readiness_interval: tuple[float, float]
    regret: float
    assumptions: tuple[Dependence, ...]
    limits: tuple[LimitPrice, ...]

    @property
    def depends_most_on(self) -> str:
        """The assumption that the plan depends on most; empty if none changes an hour."""
        if not self.assumptions or self.assumptions[0].regret == 0.0:
            return ""
        return self.assumptions[0].assumption
