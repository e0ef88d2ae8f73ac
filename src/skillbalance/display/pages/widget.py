"""The what-if widget of a notebook: move a slider, and see what the plan makes of it."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, Final

import attrs

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.display._words import hours_text, percent_text, plural
from skillbalance.display.pages.parts import view_html
from skillbalance.display.views.parts import Cell, Facts, Lines, Note, Table, View
from skillbalance.display.views.plan import (
    LEVELS_KEY,
    held_by,
    hours_cell,
    levels_cell,
    plan_facts,
    readiness_cell,
)
from skillbalance.errors import InfeasibleError, MissingExtraError
from skillbalance.model.balance import Balance
from skillbalance.model.budget import HOURS_IN_A_WEEK, TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import SkillKind
from skillbalance.reference.defaults import RaterPreset

# How far the sliders reach where the budget itself asks for no more.
_MOST_HOURS: Final = 20.0
_MOST_WEEKS: Final = 104.0
# Steps of the sliders of hours where the budget has no blocks. [h]
_STEP_HOURS: Final = 0.25
_SHARE_STEP: Final = 0.01


def explore(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> "Explorer":
    """
    Open a what-if in a notebook: change hours, horizon, stage or limits, and watch the plan.

    Needs the extra ``notebook``. Each change plans anew with :func:`~skillbalance.plan_time`; what
    is shown is that plan, nothing else. Profile and budget stay as they were.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    budget : TimeBudget
        Where to start from. A skill whose fewest and most hours are equal starts pinned.
    as_of : datetime.date
        The day of the plans.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Explorer
        To be shown as the last line of a cell; its ``plan``, ``budget`` and ``profile`` are those
        on view, for the cells that follow.

    Raises
    ------
    MissingExtraError
        If ipywidgets is not installed.
    UnknownSkillError, UnknownFieldError, UnknownElementError, InvalidValueError
        As :func:`~skillbalance.plan_time` raises them.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> what_if = sb.explore(
    ...     profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2)
    ... )  # doctest: +SKIP
    >>> what_if.hours.value = 6  # what the slider does  # doctest: +SKIP
    >>> what_if.plan.hours_per_week  # doctest: +SKIP
    6.0
    """
    return Explorer(profile, budget, as_of=as_of, rater_model=rater_model)


class Explorer:
    """
    A what-if on view: controls, and the plan they lead to.

    Attributes
    ----------
    hours : ipywidgets.FloatSlider
        Hours a week. [h/week]
    horizon : ipywidgets.FloatSlider
        Weeks to plan for. [week]
    stage : ipywidgets.Dropdown
        Career stage.
    limit_share : ipywidgets.Checkbox
        Whether the soft share has limits of one's own.
    share : ipywidgets.FloatRangeSlider
        Those limits; the default band while there are none.
    pins : mapping of str to ipywidgets.Checkbox
        By skill id: whether the hours of the skill are held.
    skill_hours : mapping of str to ipywidgets.FloatSlider
        By skill id: the hours it is held at, or those the plan gives. Moving the slider of a skill
        pins it. [h/week]
    profile : Profile
        The person as the controls say.
    budget : TimeBudget
        The budget as the controls say.
    plan : TimePlan or None
        The plan of that profile and budget; None where their limits contradict each other.
    balance : Balance
        The balance of that profile.
    message : str
        Which limits contradict each other and what would mend it; empty where there is a plan.
    """

    def __init__(
        self,
        profile: Profile,
        budget: TimeBudget,
        *,
        as_of: dt.date,
        rater_model: RaterModel | RaterPreset = "specific",
    ) -> None:
        self._start = (profile, budget)
        self._as_of = as_of
        self._rater_model: RaterModel | RaterPreset = rater_model
        self._moving = False
        self.profile, self.budget = profile, budget
        self.plan: TimePlan | None = None
        self.message = ""
        self.balance: Balance
        self._balanced: Profile | None = None
        widgets = _ipywidgets()
        self._make_controls(widgets)
        self._outcome = widgets.HTML()
        self._root = self._arrange(widgets)
        self._put(profile, budget)
        self._renew()
        for control in self._controls:
            control.observe(self._on_change, names="value")
        for skill_id, slider in self.skill_hours.items():
            slider.observe(self._pinner(skill_id), names="value")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Show the widget where a notebook can, and say what it is elsewhere."""
        return self._root._repr_mimebundle_(**options)

    def reset(self, _button: object = None) -> None:
        """Put every control back to where it started."""
        self._put(*self._start)
        self._renew()

    # --- the controls -------------------------------------------------------------------------

    def _make_controls(self, widgets: Any) -> None:
        profile, budget = self._start
        step = budget.block_hours or _STEP_HOURS
        most = min(max(_MOST_HOURS, math.ceil(2 * budget.hours_per_week)), HOURS_IN_A_WEEK)
        wide = {"style": {"description_width": "9.5em"}, "layout": {"width": "95%"}}
        self.hours = widgets.FloatSlider(
            description="Hours a week", min=0.0, max=most, step=step, **wide
        )
        self.horizon = widgets.FloatSlider(
            description="Weeks",
            min=1.0,
            max=max(_MOST_WEEKS, budget.horizon_weeks),
            step=1.0,
            readout_format=".0f",
            **wide,
        )
        self.stage = widgets.Dropdown(
            description="Stage",
            options=[(stage.value.capitalize(), stage) for stage in CareerStage],
            **wide,
        )
        self.limit_share = widgets.Checkbox(
            description="Limit the soft share of the hours", indent=False, layout={"width": "95%"}
        )
        self.share = widgets.FloatRangeSlider(
            description="Soft share",
            min=0.0,
            max=1.0,
            step=_SHARE_STEP,
            readout_format=".0%",
            **wide,
        )
        self.pins: Mapping[str, Any] = {
            skill.id: widgets.Checkbox(
                description="Pin",
                tooltip=f"Hold {skill.name}",
                indent=False,
                layout={"width": "4em", "flex": "0 0 auto"},
            )
            for skill in profile.skills
        }
        self.skill_hours: Mapping[str, Any] = {
            skill.id: widgets.FloatSlider(
                description=skill.name,
                tooltip=skill.name,
                min=0.0,
                max=most,
                step=step,
                style={"description_width": "9.5em"},
                layout={"flex": "1 1 auto", "width": "auto"},
            )
            for skill in profile.skills
        }
        self._controls = (
            self.hours,
            self.horizon,
            self.stage,
            self.limit_share,
            self.share,
            *self.pins.values(),
        )

    def _arrange(self, widgets: Any) -> Any:
        back = widgets.Button(description="Start again", tooltip="Put every control back")
        back.on_click(self.reset)
        rows = [
            widgets.HBox([self.skill_hours[skill_id], pin], layout={"width": "95%"})
            for skill_id, pin in self.pins.items()
        ]
        left = widgets.VBox(
            [self.hours, self.horizon, self.stage, self.limit_share, self.share, *rows, back],
            layout={"flex": "1 1 340px", "min_width": "300px"},
        )
        right = widgets.Box(
            [self._outcome], layout={"flex": "2 1 440px", "min_width": "0", "overflow": "auto"}
        )
        return widgets.Box([left, right], layout={"flex_flow": "row wrap", "width": "100%"})

    def _put(self, profile: Profile, budget: TimeBudget) -> None:
        """Set the controls to a profile and budget, without planning."""
        self._moving = True
        try:
            self.hours.value = budget.hours_per_week
            self.horizon.value = budget.horizon_weeks
            self.stage.value = profile.stage
            self.limit_share.value = budget.soft_share is not None
            if budget.soft_share is not None:
                self.share.value = budget.soft_share
            for skill_id, pin in self.pins.items():
                held = _pinned(budget, skill_id)
                pin.value = held is not None
                if held is not None:
                    self.skill_hours[skill_id].value = held
        finally:
            self._moving = False

    def _on_change(self, _change: object) -> None:
        if not self._moving:
            self._renew()

    def _pinner(self, skill_id: str) -> Any:
        """Return what moving the hours of a skill does: it pins them."""

        def pin(_change: object) -> None:
            if self._moving:
                return
            if self.pins[skill_id].value:
                self._renew()
            else:
                self.pins[skill_id].value = True

        return pin

    # --- the plan -----------------------------------------------------------------------------

    def _renew(self) -> None:
        """Read the controls, plan, and show the plan."""
        self.profile, self.budget = self._read()
        if self.profile != self._balanced:  # the balance of today knows nothing of hours
            self.balance = measure_balance(
                self.profile, as_of=self._as_of, rater_model=self._rater_model
            )
            self._balanced = self.profile
        self.plan, self.message = None, ""
        try:
            self.plan = plan_time(
                self.profile, self.budget, as_of=self._as_of, rater_model=self._rater_model
            )
        except InfeasibleError as error:
            self.message = str(error)
        self._show()

    def _read(self) -> tuple[Profile, TimeBudget]:
        profile, budget = self._start
        fewest = {name: h for name, h in budget.min_hours.items() if _pinned(budget, name) is None}
        most = {name: h for name, h in budget.max_hours.items() if _pinned(budget, name) is None}
        for skill_id, pin in self.pins.items():
            if pin.value:
                fewest[skill_id] = most[skill_id] = self.skill_hours[skill_id].value
        return attrs.evolve(profile, stage=self.stage.value), attrs.evolve(
            budget,
            hours_per_week=self.hours.value,
            horizon_weeks=self.horizon.value,
            soft_share=tuple(self.share.value) if self.limit_share.value else None,
            min_hours=fewest,
            max_hours=most,
        )

    def _show(self) -> None:
        self._moving = True
        try:
            if self.plan is not None:
                for item in self.plan.items:
                    if not self.pins[item.skill_id].value:
                        self.skill_hours[item.skill_id].value = item.hours_per_week
                if not self.limit_share.value:
                    self.share.value = self.plan.soft_share_limits
            self.share.disabled = not self.limit_share.value
        finally:
            self._moving = False
        self._outcome.value = view_html(what_if_view(self.plan, self.balance, self.message))


def what_if_view(plan: TimePlan | None, balance: Balance, message: str) -> View:
    """Say what a what-if leads to: the plan in short, and the balance it starts from."""
    standing = (
        ("Hard", _index(balance.hard_index)),
        ("Soft", _index(balance.soft_index)),
    )
    if plan is None:
        first, *others = message.splitlines()
        limits = tuple(line.strip() for line in others)
        return View("No plan", (Note(first), Lines("Limits in conflict", limits), Facts(standing)))
    most = max((item.hours_per_week for item in plan.items), default=0.0)
    table = Table(
        caption="Hours a week, and the levels they lead to",
        header=("Skill", "A week", "Now", "Then", "Target", "Held by"),
        align="<>>>><",
        rows=tuple(_row(item, most) for item in plan.items),
        key=LEVELS_KEY,
    )
    readiness = Table(
        caption="Readiness",
        header=("Readiness", "Value"),
        align="<>",
        rows=tuple(
            (name, readiness_cell(value))
            for name, value in (
                ("now", plan.readiness_now),
                ("then", plan.readiness_then),
                ("if nothing is practised", plan.readiness_idle),
            )
        ),
    )
    title = f"{hours_text(plan.hours_per_week)} a week for {plural(plan.horizon_weeks, 'week')}"
    return View(title, (readiness, table, Facts((*plan_facts(plan), *standing))))


def _row(item: PlannedSkill, most: float) -> tuple[str | Cell, ...]:
    return (
        item.name,
        hours_cell(item.hours_per_week, most, soft=item.kind is SkillKind.SOFT),
        percent_text(item.proficiency_now),
        levels_cell(item),
        percent_text(item.target),
        held_by(item),
    )


def _index(value: float | None) -> str:
    return "no such skill" if value is None else f"index {value:.3f} today"


def _pinned(budget: TimeBudget, skill_id: str) -> float | None:
    """Return the hours at which a budget holds a skill, if it does."""
    fewest = budget.min_hours.get(skill_id, 0.0)
    most = budget.max_hours.get(skill_id)
    return most if most is not None and most == fewest else None


def _ipywidgets() -> Any:
    try:
        import ipywidgets
    except ImportError as error:
        raise MissingExtraError("ipywidgets", "notebook") from error
    return ipywidgets
