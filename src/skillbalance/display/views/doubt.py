"""What robustness, questions, road maps and learned rater models show."""

from skillbalance.display._fields import field_name
from skillbalance.display._words import (
    amount_text,
    hours_text,
    percent_text,
    plural,
    readiness_text,
    signed_percent,
)
from skillbalance.display.views.parts import (
    Bar,
    Cell,
    Facts,
    Lines,
    Note,
    Part,
    Table,
    Track,
    View,
    short,
)
from skillbalance.display.views.plan import hours_cell
from skillbalance.model.questions import Question, Questions
from skillbalance.model.rater_fit import RaterFit
from skillbalance.model.roadmap import Roadmap, RoadmapPeriod
from skillbalance.model.robustness import Robustness, RobustSkill
from skillbalance.model.skill import SkillKind

# Beyond these nobody reads on; the record has them all.
_MOST_QUESTIONS = 10
_MOST_REASONS = 5


def robustness_view(found: Robustness) -> View:
    """Show how sure the plan is: hours over all draws, what it depends on, what limits cost."""
    top = max(
        (max(item.hours_interval[1], item.hours_per_week) for item in found.items), default=0.0
    )
    skills = Table(
        caption="Hours of each skill when what the plan assumes is off",
        header=("Skill", "Kind", "A week", "Any time", "Mean", "90 % of draws", "Tied with"),
        align="<<>>>><",
        rows=tuple(_robust_row(item, top, found) for item in found.items),
        key="Dot: the plan's hours. Band: the hours in 90 % of the draws.",
    )
    regrets = max((one.regret for one in found.assumptions), default=0.0)
    assumptions = Table(
        caption="What the plan depends on",
        header=("If off", "Loses", "Hours moved", "Varied by"),
        align="<>><",
        rows=tuple(
            (
                one.assumption.replace("_", " "),
                Cell(amount_text(one.regret), Bar(one.regret, regrets)),
                hours_text(one.hours_moved),
                one.varied,
            )
            for one in found.assumptions
        ),
    )
    prices = max((one.price for one in found.limits), default=0.0)
    limits = Table(
        caption="What each limit costs",
        header=("Limit", "Readiness"),
        align="<>",
        rows=tuple(
            (one.limit, Cell(amount_text(one.price), Bar(one.price, prices)))
            for one in found.limits
        ),
    )
    low, high = found.readiness_interval
    facts = Facts(
        (
            (
                "Readiness",
                (
                    f"{found.readiness_then:.3f} promised; {low:.3f} to {high:.3f} in 90 % of "
                    f"{plural(found.n_draws, 'draw')}"
                ),
            ),
            ("Regret", f"{readiness_text(found.regret)} lost on average to the best plan"),
            ("Depends on", found.depends_most_on.replace("_", " ") or "nothing: no hour changes"),
        )
    )
    title = f"How sure the plan is: {found.profile_id} on {found.as_of}"
    return View(title, (skills, assumptions, limits, facts))


def _robust_row(item: RobustSkill, top: float, found: Robustness) -> tuple[str | Cell, ...]:
    soft = item.kind is SkillKind.SOFT
    low, high = item.hours_interval
    tied = ", ".join(found[other].name for other in item.tied_with) or "-"
    return (
        item.name,
        item.kind.value,
        hours_text(item.hours_per_week) if item.hours_per_week > 0 else "-",
        percent_text(item.time_share),
        hours_text(item.hours_mean),
        Cell(
            f"{hours_text(low)} to {hours_text(high)}",
            Track(end=item.hours_per_week, low=low, high=high, top=top, soft=soft),
        ),
        short(tied),
    )


def questions_view(found: Questions) -> View:
    """Show the questions most worth asking, and why."""
    best = found.items[:_MOST_QUESTIONS]
    top = max((item.value for item in best), default=0.0)
    table = Table(
        caption="Questions, the most valuable first",
        header=("Skill", "Ask", "Worth", "Hours moved", "Doubt now", "Doubt then", "Last heard"),
        align="<<>>>>>",
        rows=tuple(_question_row(item, top) for item in best),
    )
    reasons = Lines("Reasons", tuple(item.reason for item in best[:_MOST_REASONS]))
    left = len(found.items) - len(best)
    parts: list[Part] = [table, reasons]
    if left:
        parts.append(Note(f"And {plural(left, 'question')} worth less.", small=True))
    if not best:
        parts = [Note("There is nothing to ask.")]
    return View(f"Questions: {found.profile_id} on {found.as_of}", tuple(parts))


def _question_row(item: Question, top: float) -> tuple[str | Cell, ...]:
    who = f"{item.rater_kind.value} {item.rater_id}".strip()
    heard = "never" if item.days_since_heard is None else plural(item.days_since_heard, "day")
    return (
        item.skill_id,
        short(who),
        Cell(amount_text(item.value), Bar(item.value, top)),
        hours_text(item.hours_moved),
        f"{item.sd_now:.2f}",
        f"{item.sd_then:.2f}",
        heard,
    )


def roadmap_view(found: Roadmap) -> View:
    """Show the periods of a path: the soft share, readiness, and the hours of every skill."""
    periods = Table(
        caption="Fields and stages in order of time",
        header=(
            "Field",
            "Stage",
            "From",
            "Until",
            "Soft share",
            "Shift",
            "Of hours",
            "Readiness",
        ),
        align="<<<<>>>>",
        rows=tuple(_period_row(one) for one in found.periods),
    )
    shift = found.largest_shift
    facts = Facts(
        (("Soft share", f"moves by {signed_percent(shift)} at most from one to the next"),)
    )
    title = f"Road map: {found.profile_id} from {found.as_of}"
    return View(title, (periods, _hours_by_period(found), facts))


def _period_row(one: RoadmapPeriod) -> tuple[str | Cell, ...]:
    share = one.soft_share_hours
    return (
        field_name(one.field),
        one.stage.value,
        str(one.from_on),
        str(one.until_on),
        Cell(
            percent_text(one.soft_share_recommended),
            Bar(one.soft_share_recommended, 1.0, soft=True),
        ),
        signed_percent(one.shift),
        "-" if share is None else percent_text(share),
        f"{one.plan.readiness_now:.2f} -> {one.readiness_then:.2f}",
    )


def _hours_by_period(found: Roadmap) -> Table:
    if not found.periods:
        return Table("Hours a week", (), "", ())
    plans = [one.plan for one in found.periods]
    most = max((item.hours_per_week for plan in plans for item in plan.items), default=0.0)
    return Table(
        caption="Hours a week of each skill, by period",
        header=("Skill", "Kind", *(f"{one.from_on:%Y-%m}" for one in found.periods)),
        align="<<" + ">" * len(plans),
        rows=tuple(
            (
                item.name,
                item.kind.value,
                *(
                    hours_cell(
                        plan[item.skill_id].hours_per_week, most, soft=item.kind is SkillKind.SOFT
                    )
                    for plan in plans
                ),
            )
            for item in plans[0].items
        ),
    )


def rater_fit_view(found: RaterFit) -> View:
    """Show what an organization's ratings taught: every number with its error, or why not."""
    table = Table(
        caption="Numbers of the rater model",
        header=("Number", "Kind", "Value", "Error", "Status"),
        align="<<>><",
        rows=tuple(
            (
                one.name.replace("_", " "),
                one.rater_kind or "all",
                f"{one.value:.3g}",
                "-" if one.standard_error is None else f"{one.standard_error:.2g}",
                one.status,
            )
            for one in found.parameters
        ),
    )
    reasons = tuple(dict.fromkeys(one.reason for one in found.parameters if one.reason))
    facts = [
        (
            "Learned from",
            (
                f"{plural(found.n_ratings, 'rating')} by {plural(found.n_raters, 'rater')}; "
                f"people: {found.n_people}, skills: {found.n_skills}"
            ),
        ),
        ("Reference", f"{found.reference}: its leniency was held"),
    ]
    if not found.converged:
        facts.append(("Unfinished", "the fit stopped before it had settled"))
    if found.n_raters_cut:
        facts.append(("Cut", f"{plural(found.n_raters_cut, 'rater')} treated as several"))
    return View("Rater model", (table, Facts(tuple(facts)), Lines("Not learned", reasons)))
