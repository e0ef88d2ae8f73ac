"""Plain text of records and results: the tables and summary lines the shell prints."""

from collections import Counter
from collections.abc import Iterable, Sequence

from skillbalance.display._columns import (
    bound_text,
    hours_text,
    percent_text,
    printable,
    readiness_text,
    step_text,
    table_text,
    wrap,
)
from skillbalance.model.balance import Balance
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import ProficiencyEstimate, ProficiencyEstimates
from skillbalance.model.goal import GoalDomain
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.reference.fields import Field, find_field

# A blind spot is worth a line when 0 lies outside its own 90 % interval; nearer to 0 it is noise.
_CLEAR_AT_STANDARD_ERRORS = 1.645
# Below this a change of readiness is rounding of the arithmetic.
_ARITHMETIC_NOISE = 1e-9

_LEGEND = ("", "Then and Idle: the level after that many weeks, with these hours and with none")


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
    items = sorted(plan.items, key=lambda item: (-item.hours_per_week, -item.weight))
    table = table_text(
        ["Skill", "Kind", "A week", "Now", "Then", "Idle", "Weeks", "Target", "Weight", "Held by"],
        [
            [
                item.name,
                item.kind.value,
                hours_text(item.hours_per_week) if item.hours_per_week > 0 else "-",
                percent_text(item.proficiency_now),
                percent_text(item.proficiency_then),
                percent_text(item.proficiency_idle),
                f"{item.horizon_weeks:.0f}",
                percent_text(item.target),
                percent_text(item.weight),
                item.binding.replace("_", " ") or "-",
            ]
            for item in items
        ],
        align="<<>>>>>>><",
        width=width,
        encoding=encoding,
    )
    reasons = [
        wrap(
            printable(plan.reason(item.skill_id), encoding=encoding),
            first="- ",
            indent="  ",
            width=width,
        )
        for item in items
    ]
    title = printable(f"Plan: {plan.profile_id}", encoding=encoding)
    summary = _labelled(_plan_summary(plan), width=width, encoding=encoding)
    body = [title, "", *([table, *_LEGEND, ""] if items else []), *summary]
    return "\n".join([*body, "", "Reasons", *reasons] if items else body)


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
    names = {skill.id: skill.name for skill in profile.skills}
    table = table_text(
        ["Skill", "Kind", "Weight", "Level", "90 % range", "Target", "Gap", "Ratings"],
        [
            [
                names[item.skill_id],
                item.kind.value,
                percent_text(item.weight),
                percent_text(item.proficiency),
                _range_text(estimates[item.skill_id]),
                percent_text(item.target),
                percent_text(item.gap),
                str(estimates[item.skill_id].evidence.n_ratings or "none"),
            ]
            for item in balance.items
        ],
        align="<<>>>>>>",
        width=width,
        encoding=encoding,
    )
    title = _title("Balance", profile, encoding=encoding)
    summary = _labelled(
        [*_balance_summary(balance, names), *_self_views(estimates, names)],
        width=width,
        encoding=encoding,
    )
    return "\n".join([title, "", *([table, ""] if balance.items else []), *summary])


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
        ("Feedback", _plural(len(profile.feedback), "item")),
        (
            "Budget",
            (
                f"{hours_text(budget.hours_per_week)} a week for "
                f"{_plural(budget.horizon_weeks, 'week')}"
            ),
        ),
    ]
    pairs += _limits(document)
    if unrated:
        pairs.append(("Not rated", ", ".join(unrated)))
    title = _title("No faults", profile, encoding=encoding)
    return "\n".join([title, "", *_labelled(pairs, width=width, encoding=encoding)])


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
    field = find_field(profile.field).name
    return printable(f"{what}: {profile.id} ({field}, {profile.stage.value})", encoding=encoding)


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
        pairs.append(("Focus", f"{_plural(budget.max_skills, 'skill')} at most"))
    return pairs


def _plan_summary(plan: TimePlan) -> list[tuple[str, str]]:
    unused = hours_text(plan.unused_hours) if plan.unused_hours > 0 else "nothing"
    weeks = _plural(plan.horizon_weeks, "week")
    readiness = (
        f"{plan.readiness_now:.3f} now -> {plan.readiness_then:.3f} then; "
        f"{plan.readiness_idle:.3f} if nothing is practised"
    )
    # The price is that of the next step of the plan: a whole hour more may be worth less an hour.
    worth = plan.shadow_price * (plan.block_hours or 1.0)
    more = f"one more {step_text(plan.block_hours)} a week would add {readiness_text(worth)}"
    pairs = [
        (
            "Time",
            f"{hours_text(plan.hours_per_week)} a week, {unused} unused, {weeks} from {plan.as_of}",
        ),
        ("Balance", _plan_balance(plan)),
        ("Readiness", readiness),
        ("More time", more),
        ("Proof", _proof(plan)),
    ]
    if plan.left_on_table > _ARITHMETIC_NOISE:
        best = f"the best hours would add {readiness_text(plan.left_on_table)} to these"
        pairs.append(("Left over", best))
    if plan.overdue_goals:
        overdue = f"{', '.join(plan.overdue_goals)}: due before {plan.as_of}, planned for {weeks}"
        pairs.append(("Overdue", overdue))
    return pairs


def _plan_balance(plan: TimePlan) -> str:
    recommended = percent_text(plan.soft_share_recommended)
    if plan.soft_share_hours is None:
        return f"no hours planned, recommended soft share {recommended}"
    text = f"soft share {percent_text(plan.soft_share_hours)}, recommended {recommended}"
    if plan.soft_share_limits == (0.0, 1.0):
        return text
    lowest, highest = map(percent_text, plan.soft_share_limits)
    price = readiness_text(plan.price_of_balance)
    return f"{text}; keeping it in {lowest} to {highest} costs {price}"


def _proof(plan: TimePlan) -> str:
    if plan.optimality_gap <= _ARITHMETIC_NOISE:
        return "no plan within these limits reaches a higher readiness"
    text = f"at most {bound_text(plan.optimality_gap)} below the best possible readiness"
    if plan.rounding_cost > _ARITHMETIC_NOISE:
        text += f"; whole blocks cost {readiness_text(plan.rounding_cost)}"
    return text


def _balance_summary(balance: Balance, names: dict[str, str]) -> list[tuple[str, str]]:
    indices = [
        f"{kind} {index:.3f}"
        for kind, index in (("hard", balance.hard_index), ("soft", balance.soft_index))
        if index is not None
    ]
    if balance.lagging_kind is not None:
        indices.append(f"the {balance.lagging_kind.value} skills lag")
    pairs = [
        ("Readiness", f"{balance.readiness:.3f} on {balance.as_of}"),
        ("Indices", ", ".join(indices) or "no skills yet"),
        (
            "Soft share",
            (
                f"{percent_text(balance.recommended_soft_share)} recommended, "
                f"{percent_text(balance.actual_soft_share)} of the credit held now"
            ),
        ),
    ]
    pairs += _under(
        "Bottlenecks",
        [
            f"{names[skill_id]}: reaching its target would add "
            f"{readiness_text(balance[skill_id].lift)}"
            for skill_id in balance.bottlenecks
        ],
        otherwise="none: every target is met",
    )
    return pairs


def _self_views(estimates: ProficiencyEstimates, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return blind spots and hidden strengths that are clear of the noise in the ratings."""
    above: list[str] = []
    below: list[str] = []
    for item in estimates.items:
        spot = item.blind_spot
        if spot is None or abs(spot.value) < _CLEAR_AT_STANDARD_ERRORS * spot.standard_error:
            continue
        side, lines = ("above", above) if spot.value > 0 else ("below", below)
        lines.append(
            f"{names[item.skill_id]}: own rating {abs(spot.value):.2f} {side} the others', "
            f"give or take {_CLEAR_AT_STANDARD_ERRORS * spot.standard_error:.2f}"
        )
    pairs = _under("Blind spots", above, otherwise="none clear of the noise in the ratings")
    return pairs + (_under("Hidden strengths", below) if below else [])


def _under(label: str, lines: Sequence[str], *, otherwise: str = "") -> list[tuple[str, str]]:
    """Return lines as pairs with the label at the first only."""
    return [(label if n == 0 else "", line) for n, line in enumerate(lines)] or [(label, otherwise)]


def _range_text(estimate: ProficiencyEstimate) -> str:
    low, high = (round(100 * end) for end in estimate.interval)
    return f"{low} to {high} %"


def _counts(total: int, counts: Sequence[tuple[str, int]]) -> str:
    listed = ", ".join(f"{count} {what}" for what, count in counts)
    return f"{total}: {listed}" if counts else str(total)


def _plural(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _labelled(pairs: Sequence[tuple[str, str]], *, width: int, encoding: str) -> list[str]:
    """Return one wrapped paragraph per pair, the texts aligned behind the labels."""
    start = max(len(label) for label, _ in pairs) + 2
    return [
        wrap(
            printable(text, encoding=encoding),
            first=label.ljust(start),
            indent=" " * start,
            width=width,
        )
        for label, text in pairs
    ]
