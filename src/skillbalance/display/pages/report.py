"""A plan as one page for a learner and a coach: complete in itself, for a screen and for A4."""

from collections.abc import Sequence
from typing import Final

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.display._fields import work_of
from skillbalance.display._words import hours_text, percent_text, plural, readiness_text
from skillbalance.display.pages.escaping import flow, say
from skillbalance.display.pages.parts import PART_STYLE, part_html, style_text
from skillbalance.display.pages.pictures import HARD_COLOR
from skillbalance.display.views.future import goals_table, readiness_chart, skills_table
from skillbalance.display.views.levels import balance_view
from skillbalance.display.views.parts import Facts, Lines, Note, Part, Table
from skillbalance.display.views.plan import plan_facts, plan_table, ranked, readiness_cell
from skillbalance.display.views.week import week_view
from skillbalance.errors import InvalidValueError
from skillbalance.model.estimates import RaterModel
from skillbalance.model.forecast import Forecast
from skillbalance.model.goal import Goal
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.week import Week
from skillbalance.reference import defaults
from skillbalance.reference.defaults import RaterPreset
from skillbalance.reference.parameter import OWN_CHOICE, Parameter

# Colours are the system's for a light or a dark page; paper is always light.
_PAGE_STYLE: Final = """
html{color-scheme:light dark}
body{background:Canvas;color:CanvasText;font:15px/1.45 system-ui,sans-serif;margin:0 auto;
padding:1.5em;max-width:66em}
h1{font-size:1.7em;margin:0 0 .1em;overflow-wrap:anywhere}
h2{font-size:1.2em;margin:1.6em 0 .3em;border-bottom:2px solid;padding-bottom:.15em}
h3{font-size:1em;margin:.9em 0 .2em}
header p,footer p{margin:.2em 0;overflow-wrap:anywhere}
.skillbalance table{font-size:.9em}
.skillbalance th,.skillbalance td{padding:.25em .5em}
footer{margin-top:2em;border-top:1px solid rgba(128,128,128,.5);font-size:.85em}
@page{size:A4;margin:13mm 12mm 14mm}
@page{@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif}}
@media print{
html{color-scheme:light}
body{font-size:9pt;max-width:none;padding:0}
h2{margin-top:1.1em;break-after:avoid}
h3,caption,.sb-head{break-after:avoid}
tr,dd,li,svg{break-inside:avoid}
thead{display:table-header-group}
.skillbalance table{font-size:7.6pt}
.skillbalance table.sb-many{width:100%}
.skillbalance th,.skillbalance td{padding:.2em .45em}
.skillbalance tbody th,.skillbalance td.sb-w{min-width:5em}
.skillbalance .sb-chart{width:150mm}
}
"""
_LINE_STYLE: Final = f"h2{{border-bottom-color:{HARD_COLOR}}}"

# What every plan rests on; a forecast and a week rest on more.
_ALWAYS: Final = (
    defaults.GOAL_SHARE,
    defaults.RHO,
    defaults.BEYOND,
    defaults.BALANCE_BAND,
    defaults.PRIOR_SD,
    defaults.AGEING_PER_YEAR,
    defaults.LENIENCY_SELF,
    defaults.HALF_GAP_MODERATE,
    defaults.HALF_LIFE_MIXED,
    defaults.RETAINED_SHARE,
    defaults.UPKEEP,
)
_OF_FORECASTS: Final = (defaults.RATE_SPREAD, defaults.RATE_PERSON_SHARE)
_OF_WEEKS: Final = (
    defaults.FEEDBACK_SHARE_HARD,
    defaults.FEEDBACK_SHARE_SOFT,
    defaults.LOAD_WARNING,
)
_MOST_NAMES = 6


def report_html(
    plan: TimePlan,
    *,
    profile: Profile | None = None,
    week: Week | None = None,
    forecast: Forecast | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> str:
    """
    Return a plan as a page of HTML: before and after, hours, reasons, week, forecast, assumptions.

    Parameters
    ----------
    plan : TimePlan
        The plan.
    profile : Profile, optional
        Whose plan it is: adds goals in words, levels with their ranges against targets, blind
        spots, and which skills rest on defaults.
    week : Week, optional
        Adds the sessions.
    forecast : Forecast, optional
        Adds readiness and levels week by week and the chances of the goals.
    rater_model : RaterModel or str
        What the plan was made with; used where the profile is given.

    Returns
    -------
    str
        A whole document: nothing is fetched, no script runs, all text is escaped. It names no
        rater but those whom sessions of the week are with.

    Raises
    ------
    InvalidValueError
        If the profile, the week or the forecast is of somebody else, or the profile lacks a skill
        of the plan.
    """
    _check_owner(plan, profile, week, forecast)
    sections = [
        _section("Before and after", _before_after(plan, profile, rater_model)),
        _section("The plan", [plan_table(ranked(plan.items)), Facts(tuple(plan_facts(plan)))]),
        _section("The reasons", [_reasons(plan)]),
    ]
    if week is not None:
        sections.append(_section(f"The week of {week.starts_on}", week_view(week).parts))
    if forecast is not None:
        chart: list[Part] = [readiness_chart(forecast)] if forecast.dates else []
        tables = [goals_table(forecast), skills_table(forecast)]
        sections.append(_section("The forecast", [*chart, *tables]))
    sections.append(
        _section(
            "What was assumed",
            _assumed(plan, profile, with_week=week is not None, forecast=forecast is not None),
        )
    )
    title_text = f"Learning plan: {plan.profile_id}"
    title = say(title_text)
    style = style_text(PART_STYLE, _PAGE_STYLE, _LINE_STYLE)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head>\n"
        f'<body class="skillbalance"><header><h1>{flow(title_text)}</h1>'
        f"{_lead(plan, profile)}</header>\n"
        f"<main>{''.join(sections)}</main>\n"
        f"<footer><p>{say(_FOOT)}</p></footer></body></html>\n"
    )


_FOOT: Final = (
    "Made by skillbalance. Levels and readiness are estimates from 0 to 1 or 100 %, to learn by: "
    "they are no grounds for hiring, pay or dismissal."
)


def _section(title: str, parts: Sequence[Part]) -> str:
    inside = "".join(part_html(part, heading="h3") for part in parts)
    return f'<section aria-label="{say(title)}"><h2>{say(title)}</h2>{inside}</section>\n'


def _lead(plan: TimePlan, profile: Profile | None) -> str:
    parts = [
        (
            f"{hours_text(plan.hours_per_week)} a week for {plural(plan.horizon_weeks, 'week')} "
            f"from {plan.as_of}"
        )
    ]
    if profile is not None:
        parts.insert(0, f"{work_of(profile)}, {profile.stage.value}")
    return f"<p>{say('; '.join(parts))}</p>"


def _before_after(
    plan: TimePlan, profile: Profile | None, rater_model: RaterModel | RaterPreset
) -> list[Part]:
    soft = plan.soft_share_hours
    rows = (
        (f"Before, on {plan.as_of}", readiness_cell(plan.readiness_now)),
        ("After, with this plan", readiness_cell(plan.readiness_then)),
        ("After, without any practice", readiness_cell(plan.readiness_idle)),
    )
    parts: list[Part] = [
        Table(
            caption="Readiness, from 0 to 1",
            header=("When", "Readiness"),
            align="<>",
            rows=rows,
        ),
        Note(
            "Readiness is how far all that matters is where it should be. "
            f"The plan adds {readiness_text(max(plan.readiness_then - plan.readiness_now, 0.0))} "
            f"to today, and {readiness_text(max(plan.readiness_then - plan.readiness_idle, 0.0))} "
            "to doing nothing. "
            + (
                "No hours are planned."
                if soft is None
                else f"{percent_text(soft)} of its hours go to soft skills; field, stage and "
                f"goals recommend {percent_text(plan.soft_share_recommended)}."
            )
        ),
    ]
    if profile is None:
        return parts
    names = {skill.id: skill.name for skill in profile.skills}
    balance = measure_balance(profile, as_of=plan.as_of, rater_model=rater_model)
    estimates = estimate_proficiency(profile, as_of=plan.as_of, rater_model=rater_model)
    goals = Lines("Goals", tuple(map(_goal_text, profile.goals)))
    return [*parts, goals, *balance_view(balance, estimates, names=names).parts]


def _goal_text(goal: Goal) -> str:
    words = goal.description or goal.id
    due = "" if goal.due_on is None else f", by {goal.due_on}"
    targets = plural(len(goal.targets), "target")
    return f"{words}{due} ({goal.domain.value}, {targets})"


def _reasons(plan: TimePlan) -> Lines:
    return Lines("", tuple(plan.reason(item.skill_id) for item in ranked(plan.items)))


def _assumed(
    plan: TimePlan, profile: Profile | None, *, with_week: bool, forecast: bool
) -> list[Part]:
    said = [] if profile is None else _rests_on_defaults(plan, profile)
    numbers = [*_ALWAYS, *(_OF_FORECASTS if forecast else ()), *(_OF_WEEKS if with_week else ())]
    table = Table(
        caption="Defaults that stand where nobody gave a number",
        header=("Default", "Value", "What it does", "Label, and source"),
        align="<<<<",
        rows=tuple(map(_default_row, numbers)),
        key="Published: taken from the source. Computed: from published numbers or data. "
        "Assumption: our choice, to be replaced by what you know.",
    )
    return [Lines("", tuple(said)), table]


def _default_row(number: Parameter) -> tuple[str, ...]:
    unit = "" if number.unit in {"1", "share"} else f" {number.unit}"
    source = number.source.removeprefix(OWN_CHOICE).removeprefix("; ")
    return (
        number.name,
        f"{number.value:g}{unit}",
        number.meaning,
        f"{number.label}: {source}" if source else number.label,
    )


def _rests_on_defaults(plan: TimePlan, profile: Profile) -> list[str]:
    """Say which skills of the person rest on defaults."""
    heard = {one.skill_id for one in profile.assessments if one.assessed_on <= plan.as_of}
    heard |= {
        skill_id
        for item in profile.feedback
        if item.given_on <= plan.as_of
        for skill_id in item.skill_ids
    }
    groups = (
        (
            [skill.name for skill in profile.skills if skill.id not in heard],
            "nobody has rated: their level is what field and stage expect",
        ),
        (
            [
                skill.name
                for skill in profile.skills
                if skill.half_gap_hours == defaults.HALF_GAP_MODERATE.value
            ],
            f"take {defaults.HALF_GAP_MODERATE.value:g} h for half of the gap, as by default",
        ),
        (
            [
                skill.name
                for skill in profile.skills
                if skill.half_life_weeks == defaults.HALF_LIFE_MIXED.value
            ],
            f"fade with a half-life of {defaults.HALF_LIFE_MIXED.value:g} weeks, as by default",
        ),
    )
    return [f"{_names(names, len(profile.skills))}: {what}." for names, what in groups if names]


def _names(names: Sequence[str], total: int) -> str:
    if len(names) == total:
        return "All skills"
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"


def _check_owner(
    plan: TimePlan,
    profile: Profile | None,
    week: Week | None,
    forecast: Forecast | None,
) -> None:
    rule = f"of {plan.profile_id!r}, whose plan it is"
    if profile is not None and profile.id != plan.profile_id:
        raise InvalidValueError("profile", rule, profile.id)
    if week is not None and week.profile_id != plan.profile_id:
        raise InvalidValueError("week", rule, week.profile_id)
    if forecast is not None and forecast.profile_id != plan.profile_id:
        raise InvalidValueError("forecast", rule, forecast.profile_id)
    if profile is not None:
        known = {skill.id for skill in profile.skills}
        missing = [item.skill_id for item in plan.items if item.skill_id not in known]
        if missing:
            raise InvalidValueError("profile", f"one with {missing[0]!r}, a skill of the plan", "")
