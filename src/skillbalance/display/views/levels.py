"""What weights, estimates, balances, histories and sources show."""

from collections.abc import Mapping, Sequence

from skillbalance.display._words import (
    percent_text,
    plural,
    range_text,
    readiness_text,
    signed_percent,
)
from skillbalance.display.views.parts import (
    Bar,
    Cell,
    Change,
    Facts,
    Lines,
    Note,
    Part,
    Spark,
    Table,
    Track,
    View,
)
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.estimates import ProficiencyEstimate, ProficiencyEstimates
from skillbalance.model.history import EstimateHistory
from skillbalance.model.skill import SkillKind
from skillbalance.model.sources import SkillSources, SourceBreakdown
from skillbalance.model.weights import SkillWeights

_RANGE_KEY = "Dot: the level. Band: its 90 % range."


def weights_view(weights: SkillWeights) -> View:
    """Show how much each skill matters and who says so."""
    heaviest = max((item.weight for item in weights.items), default=0.0)
    rows = tuple(
        (
            item.skill_id,
            item.kind.value,
            Cell(
                percent_text(item.weight),
                Bar(item.weight, heaviest, item.kind is SkillKind.SOFT),
            ),
            percent_text(item.field_part),
            signed_percent(item.stage_part),
            percent_text(item.career_part),
            percent_text(item.personal_part),
            percent_text(item.importance),
            percent_text(item.expected_level),
        )
        for item in sorted(weights.items, key=lambda item: -item.weight)
    )
    table = Table(
        caption="Weight of each skill, and the parts that add up to it",
        header=(
            "Skill",
            "Kind",
            "Weight",
            "Field",
            "Stage",
            "Career",
            "Personal",
            "Importance",
            "Expected",
        ),
        align="<<>>>>>>>",
        rows=rows,
    )
    note = Note(
        "Weight: the sum of what field, stage, career goals and personal goals put in", small=True
    )
    facts = Facts(
        (
            ("Goals", f"{percent_text(weights.goal_share)} of all weight"),
            ("Soft share", f"{percent_text(weights.recommended_soft_share)} recommended"),
        )
    )
    title = f"Weights: {weights.field}, {weights.stage.value}"
    return View(title, (table, note, facts) if rows else (facts,))


def estimates_view(estimates: ProficiencyEstimates) -> View:
    """Show what is known about each skill; raters are counted and never named."""
    rows = tuple(
        (
            item.skill_id,
            Cell(percent_text(item.mean), _range_of(item)),
            range_text(*item.interval),
            str(item.evidence.n_ratings or "none"),
            str(item.evidence.n_raters or "-"),
            str(item.evidence.latest_on or "-"),
            item.evidence.level,
        )
        for item in estimates.items
    )
    table = Table(
        caption="Estimated level of each skill, with its 90 % range",
        header=("Skill", "Level", "90 % range", "Ratings", "Raters", "Latest", "Who spoke"),
        align="<>>>>><",
        rows=rows,
        key=_RANGE_KEY,
    )
    names = {item.skill_id: item.skill_id for item in estimates.items}
    facts = tuple(_self_views(estimates, names))
    parts: tuple[Part, ...] = (table, Facts(facts)) if rows else (Note("No skills yet."),)
    return View(f"Estimates on {estimates.as_of}", parts)


def balance_view(
    balance: Balance,
    estimates: ProficiencyEstimates | None = None,
    *,
    names: Mapping[str, str] | None = None,
    title: str = "",
) -> View:
    """Show where a person stands; ranges and blind spots where the estimates are given."""
    if names is None:
        names = {item.skill_id: item.skill_id for item in balance.items}
    facts = _balance_facts(balance, names)
    if estimates is not None:
        facts += _self_views(estimates, names)
    parts: tuple[Part, ...] = (Facts(tuple(facts)),)
    if balance.items:
        parts = (_balance_table(balance, estimates, names), *parts)
    return View(title or f"Balance on {balance.as_of}", parts)


def _balance_table(
    balance: Balance, estimates: ProficiencyEstimates | None, names: Mapping[str, str]
) -> Table:
    widest = max((abs(item.gap) for item in balance.items), default=0.0)
    rows = []
    for item in balance.items:
        estimate = None if estimates is None else estimates[item.skill_id]
        soft = item.kind is SkillKind.SOFT
        row: list[str | Cell] = [
            names[item.skill_id],
            item.kind.value,
            percent_text(item.weight),
            Cell(percent_text(item.proficiency), _standing(item, estimate)),
        ]
        if estimate is not None:
            row.append(range_text(*estimate.interval))
        row += [
            percent_text(item.target),
            Cell(percent_text(item.gap), Change(item.gap, widest, soft)),
        ]
        if estimate is not None:
            row.append(str(estimate.evidence.n_ratings or "none"))
        rows.append(tuple(row))
    known = estimates is not None
    header = ("Skill", "Kind", "Weight", "Level", "90 % range", "Target", "Gap", "Ratings")
    return Table(
        caption="Levels against targets",
        header=header if known else (*header[:4], *header[5:7]),
        align="<<>>>>>>" if known else "<<>>>>",
        rows=tuple(rows),
        key="Dot: the level. Tall line: the target. Gap: right of the middle is missing, left of "
        "it is more than asked." + (" Band: the 90 % range." if known else ""),
    )


def _standing(item: SkillBalance, estimate: ProficiencyEstimate | None) -> Track:
    low, high = (None, None) if estimate is None else estimate.interval
    return Track(
        end=item.proficiency,
        low=low,
        high=high,
        target=item.target,
        soft=item.kind is SkillKind.SOFT,
    )


def history_view(history: EstimateHistory) -> View:
    """Show how the estimate of each skill went from the first day to the last."""
    rows = []
    for item in history.items:
        if not item.points:
            continue
        first, last = item.points[0], item.points[-1]
        spark = Spark(
            level=[point.mean for point in item.points],
            low=[point.interval[0] for point in item.points],
            high=[point.interval[1] for point in item.points],
        )
        rows.append(
            (
                item.skill_id,
                percent_text(first.mean),
                Cell(percent_text(last.mean), spark),
                signed_percent(last.mean - first.mean),
                range_text(*last.interval),
                str(last.n_ratings or "none"),
            )
        )
    if not history.dates:
        return View("Estimates over time", (Note("No days."),))
    table = Table(
        caption="Estimated levels from the first day to the last",
        header=("Skill", "First", "Last", "Change", "90 % range", "Ratings"),
        align="<>>>>>",
        rows=tuple(rows),
        key="Line: the level over the days. Band: its 90 % range.",
    )
    title = f"Estimates over time: {history.dates[0]} to {history.dates[-1]}"
    days = Facts((("Days", f"{len(history.dates)}"),))
    return View(title, (table, days))


def sources_view(found: SourceBreakdown) -> View:
    """Show what each group of raters says, and who is too few to be shown."""
    rows = tuple(
        (
            item.skill_id,
            ", ".join(kind.value for kind in view.kinds),
            str(view.n_raters),
            Cell(percent_text(view.mean), Bar(view.mean, 1.0)),
            str(view.latest_on),
        )
        for item in found.items
        for view in item.views
    )
    said = tuple(
        f"{item.skill_id}: {words}"
        for item in found.items
        for view in item.views
        for words in view.words
        if words
    )
    withheld = tuple(_withheld(item, found.min_raters) for item in found.items if item.withheld)
    table = Table(
        caption="What each group of raters says",
        header=("Skill", "Who", "Raters", "Mean", "Latest"),
        align="<<>><",
        rows=rows,
    )
    parts: tuple[Part, ...] = (table, Lines("Words", said), Lines("Withheld", withheld))
    return View(f"Sources on {found.as_of}", parts if rows or withheld else (Note("No ratings."),))


def _withheld(item: SkillSources, fewest: int) -> str:
    kinds = ", ".join(kind.value for kind in item.withheld)
    return f"{item.skill_id}: {kinds} (fewer than {plural(fewest, 'rater')})"


def _balance_facts(balance: Balance, names: Mapping[str, str]) -> list[tuple[str, str]]:
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


def _self_views(estimates: ProficiencyEstimates, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return blind spots and hidden strengths that are clear of the noise in the ratings."""
    above: list[str] = []
    below: list[str] = []
    for item in estimates.items:
        spot = item.blind_spot
        if spot is None or spot.finding is None:
            continue
        side, lines = ("above", above) if spot.finding == "blind spot" else ("below", below)
        lines.append(
            f"{names[item.skill_id]}: own rating {abs(spot.value):.2f} {side} the others', "
            f"give or take {spot.standard_error:.2f}"
        )
    pairs = _under("Blind spots", above, otherwise="none clear of the noise in the ratings")
    return pairs + (_under("Hidden strengths", below) if below else [])


def _under(label: str, lines: Sequence[str], *, otherwise: str = "") -> list[tuple[str, str]]:
    """Return lines as pairs with the label at the first only."""
    return [(label if n == 0 else "", line) for n, line in enumerate(lines)] or [(label, otherwise)]


def _range_of(item: ProficiencyEstimate) -> Track:
    return Track(end=item.mean, low=item.interval[0], high=item.interval[1])
