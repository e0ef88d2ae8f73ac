"""Plain text of records and results: the tables and summary lines the shell prints."""

from collections import Counter
from collections.abc import Iterable, Sequence

from skillbalance.display._fields import work_of
from skillbalance.display._words import hours_text, percent_text, plural, printable
from skillbalance.display.text.columns import table_text
from skillbalance.display.text.layout import labelled, view_text
from skillbalance.display.views.levels import balance_view
from skillbalance.display.views.plan import plan_view
from skillbalance.display.views.review import replan_view, review_view
from skillbalance.display.views.week import week_view
from skillbalance.model.balance import Balance
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import ProficiencyEstimates
from skillbalance.model.goal import GoalDomain
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.review import Replan, Review
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import Week
from skillbalance.reference.fields import Field


def plan_text(plan: TimePlan, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a plan as a person reads it: the table, the summary, the reasons.

    Skills stand in the order of their hours, then of their weight. Names are cut to keep the
    table within *width*, never in the reasons.

    Parameters
    ----------
    plan : TimePlan
        Result of ``plan_time`` or ``evaluate_plan``.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    return view_text(plan_view(plan), width=width, encoding=encoding)


def balance_text(
    balance: Balance,
    estimates: ProficiencyEstimates,
    profile: Profile,
    *,
    width: int = 100,
    encoding: str = "utf-8",
) -> str:
    """
    Return where a person stands: levels and gaps, indices and shares, bottlenecks, blind spots.

    Parameters
    ----------
    balance : Balance
        Result of ``measure_balance``.
    estimates : ProficiencyEstimates
        Result of ``estimate_proficiency`` for the same profile and day.
    profile : Profile
        The profile both were made from: it has the names.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    view = balance_view(
        balance,
        estimates,
        names={skill.id: skill.name for skill in profile.skills},
        title=_title("Balance", profile, encoding=encoding),
    )
    return view_text(view, width=width, encoding=encoding)


def week_text(week: Week, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a week as a person reads it: the sessions by day, the summary, the warnings.

    Parameters
    ----------
    week : Week
        Result of ``schedule_week``.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    return view_text(week_view(week), width=width, encoding=encoding)


def review_text(review: Review, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a review as a person reads it: the table of skills, then the findings.

    Parameters
    ----------
    review : Review
        Result of ``review_progress``.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    return view_text(review_view(review), width=width, encoding=encoding)


def replan_text(replan: Replan, *, width: int = 100, encoding: str = "utf-8") -> str:
    """Return what a re-plan changed and why, as a list; arguments as of :func:`review_text`."""
    return view_text(replan_view(replan), width=width, encoding=encoding)


def document_text(document: PlanDocument, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return what a plan document holds, counted, so that a reader can see nothing was missed.

    Parameters
    ----------
    document : PlanDocument
        The document.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    profile, budget = document.profile, document.budget
    rated = {assessment.skill_id for assessment in profile.assessments}
    unrated = [skill.name for skill in profile.skills if skill.id not in rated]
    raters = Counter(assessment.rater_kind.value for assessment in profile.assessments)
    kinds = Counter(skill.kind for skill in profile.skills)
    n_personal = sum(goal.domain is GoalDomain.PERSONAL for goal in profile.goals)
    n_career = len(profile.goals) - n_personal
    pairs = [
        (
            "Skills",
            f"{len(profile.skills)}: {kinds[SkillKind.HARD]} hard, {kinds[SkillKind.SOFT]} soft",
        ),
        ("Goals", f"{len(profile.goals)}: {n_career} career, {n_personal} personal"),
        ("Ratings", _counts(len(profile.assessments), raters.most_common())),
        ("Feedback", plural(len(profile.feedback), "item")),
        (
            "Budget",
            (
                f"{hours_text(budget.hours_per_week)} a week for "
                f"{plural(budget.horizon_weeks, 'week')}"
            ),
        ),
    ]
    pairs += _limits(document)
    if unrated:
        pairs.append(("Not rated", ", ".join(unrated)))
    title = _title("No faults", profile, encoding=encoding)
    return "\n".join([title, "", *labelled(pairs, width=width, encoding=encoding)])


def fields_text(fields: Iterable[Field], *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return the table of fields: the id a profile names, the name, soft share and size.

    Parameters
    ----------
    fields : iterable of Field
        Fields, in the order to show.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    return table_text(
        ["Field", "Name", "Soft share", "Occupations"],
        [
            [field.field, field.name, percent_text(field.soft_share), str(field.n_occupations)]
            for field in fields
        ],
        align="<<>>",
        width=width,
        encoding=encoding,
    )


def _title(what: str, profile: Profile, *, encoding: str) -> str:
    return printable(
        f"{what}: {profile.id} ({work_of(profile)}, {profile.stage.value})", encoding=encoding
    )


def _limits(document: PlanDocument) -> list[tuple[str, str]]:
    """Return the limits of the budget in words, one pair each, the default ones left out."""
    budget = document.budget
    names = {skill.id: skill.name for skill in document.profile.skills}
    pairs = [
        (label, ", ".join(f"{names[skill]} {hours_text(hours)}" for skill, hours in given.items()))
        for label, given in (("At least", budget.min_hours), ("At most", budget.max_hours))
        if given
    ]
    if budget.soft_share is not None:
        lowest, highest = map(percent_text, budget.soft_share)
        pairs.append(("Soft share", f"{lowest} to {highest} of the planned hours"))
    if budget.max_skills is not None:
        pairs.append(("Focus", f"{plural(budget.max_skills, 'skill')} at most"))
    return pairs


def _counts(total: int, counts: Sequence[tuple[str, int]]) -> str:
    listed = ", ".join(f"{count} {what}" for what, count in counts)
    return f"{total}: {listed}" if counts else str(total)
