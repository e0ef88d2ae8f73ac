"""What a field of work asks for at a stage of a career.

Everything comes from the reference table (means over the field's O*NET occupations) and from the
parameters in `skillbalance.reference.defaults`. Two adjustments are made when the table is read:

- Work Styles are rated high everywhere by those who hold a job. Their importances are multiplied,
  in each field, by the factor that gives its soft styles the mean of its soft skills.
- At the stage ``executive`` an element's importance rises by as much as it is higher for chief
  executives (SOC 11-1011.00) than in the field ``management``, never falls, and stops at 1. That
  raises 64 of the 84 elements, most of all (by 0.33 to 0.20) management of financial resources,
  of material resources, sales and marketing, personnel and human resources, judgment and decision
  making, economics and accounting, systems evaluation, public safety, systems analysis and
  negotiation: the business and strategic ones.

The *relevant* elements of a field and a kind are its skills and knowledge areas of that kind with
a mean importance of at least 0.5; if a field had none, the single most important one would stand
for the kind. (In the shipped table each field has at least one of each kind.)
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from skillbalance.model.profile import CareerStage
from skillbalance.model.skill import SkillKind
from skillbalance.reference import defaults
from skillbalance.reference._table import EXECUTIVE_COLUMN, ElementRow, load_table
from skillbalance.reference.elements import find_element
from skillbalance.reference.fields import find_field

_STAGE_STEP = {
    CareerStage.STUDENT: defaults.STAGE_STEP_STUDENT.value,
    CareerStage.ENTRY: defaults.STAGE_STEP_ENTRY.value,
    CareerStage.MID: defaults.STAGE_STEP_MID.value,
    CareerStage.SENIOR: defaults.STAGE_STEP_SENIOR.value,
    CareerStage.LEAD: defaults.STAGE_STEP_LEAD.value,
    CareerStage.MANAGER: defaults.STAGE_STEP_MANAGER.value,
    CareerStage.EXECUTIVE: defaults.STAGE_STEP_EXECUTIVE.value,
}
_LEAD_RULE = (defaults.LEAD_SHARE_BASE.value, defaults.LEAD_SHARE_SLOPE.value)
_MANAGER_RULE = (defaults.MANAGER_SHARE_BASE.value, defaults.MANAGER_SHARE_SLOPE.value)
# Constant and slope over the field's share. Within a field the share does not depend on
# preparation, so individual contributors have the field's at every stage.
_SHARE_RULE = {
    CareerStage.STUDENT: (0.0, 1.0),
    CareerStage.ENTRY: (0.0, 1.0),
    CareerStage.MID: (0.0, 1.0),
    CareerStage.SENIOR: (0.0, 1.0),
    CareerStage.LEAD: _LEAD_RULE,
    CareerStage.MANAGER: _MANAGER_RULE,
    CareerStage.EXECUTIVE: _MANAGER_RULE,
}
_LEVEL_STEP = {
    "soft": defaults.LEVEL_STEP_SOFT.value,
    "hard": defaults.LEVEL_STEP_HARD.value,
    "cognitive": defaults.LEVEL_STEP_COGNITIVE.value,
}
_MANAGEMENT_FIELD = "management"


def soft_share(field: str, stage: CareerStage) -> float:
    r"""
    Return the recommended soft share of a field at a stage, before any goal.

    With :math:`s_f` the field's own share, :math:`s_f` for ``student``, ``entry``, ``mid`` and
    ``senior``; :math:`0.384 + 0.075\,s_f` for ``lead``; :math:`0.246 + 0.384\,s_f` for
    ``manager`` and ``executive``.

    Parameters
    ----------
    field : str
        Key of a built-in field.
    stage : CareerStage
        Stage of the career.

    Returns
    -------
    float
        Share in [0, 1].

    Raises
    ------
    UnknownFieldError
        When there is no such field.

    Notes
    -----
    The ranking of fields is robust; the level is a convention.

    References
    ----------
    Computed from the O*NET 29.3 Database.

    Examples
    --------
    >>> from skillbalance.model.profile import CareerStage
    >>> [
    ...     round(soft_share("software_engineering", CareerStage(stage)), 2)
    ...     for stage in ("mid", "lead", "manager")
    ... ]
    [0.24, 0.4, 0.34]
    """
    constant, slope = _SHARE_RULE[stage]
    return constant + slope * find_field(field).soft_share


def importance(
    field: str, stage: CareerStage, *, elements: Sequence[str], kind: SkillKind
) -> float:
    r"""
    Return the importance of a skill in a field at a stage.

    The mean of the field's importance over the skill's elements, or over the field's relevant
    elements of the skill's kind if it names none.

    Parameters
    ----------
    field : str
        Key of a built-in field.
    stage : CareerStage
        Only ``executive`` changes importances: see the head of this module.
    elements : sequence of str
        O*NET element ids of the skill, possibly none.
    kind : SkillKind
        Used when there are no elements.

    Returns
    -------
    float
        Importance in [0, 1]. The order of *elements* does not matter.

    Raises
    ------
    UnknownFieldError
        When there is no such field.
    UnknownElementError
        When an element is not in the reference table.

    Examples
    --------
    >>> from skillbalance.model.profile import CareerStage
    >>> from skillbalance.model.skill import SkillKind
    >>> round(
    ...     importance(
    ...         "software_engineering", CareerStage.MID, elements=["2.B.3.e"], kind=SkillKind.HARD
    ...     ),
    ...     2,
    ... )
    0.79
    """
    return _importance_of(field, stage, tuple(elements), kind)


def expected_level(
    field: str, stage: CareerStage, *, elements: Sequence[str], kind: SkillKind
) -> float:
    r"""
    Return the level that a field expects of a skill at a stage.

    The mean over the skill's elements of

    .. math:: \text{level}_{f,e} + \text{step}(\text{stage})\, \text{rise}(\text{kind of } e),

    clipped to [0, 1]; over the field's relevant elements of the skill's kind if it names none, or
    none that has a level (Work Styles have none in O*NET).

    Parameters
    ----------
    field : str
        Key of a built-in field.
    stage : CareerStage
        Stage of the career: -2 steps for ``student`` to +2 for ``executive``.
    elements : sequence of str
        O*NET element ids of the skill, possibly none.
    kind : SkillKind
        Used when no element has a level. A rise per step is that of each element's own kind.

    Returns
    -------
    float
        Proficiency in [0, 1]. The order of *elements* does not matter.

    Raises
    ------
    UnknownFieldError
        When there is no such field.
    UnknownElementError
        When an element is not in the reference table.

    Examples
    --------
    >>> from skillbalance.model.profile import CareerStage
    >>> from skillbalance.model.skill import SkillKind
    >>> [
    ...     round(
    ...         expected_level(
    ...             "software_engineering",
    ...             CareerStage(stage),
    ...             elements=["2.B.3.e"],
    ...             kind=SkillKind.HARD,
    ...         ),
    ...         3,
    ...     )
    ...     for stage in ("entry", "mid", "senior")
    ... ]
    [0.558, 0.613, 0.668]
    """
    return _level_of(field, stage, tuple(elements), kind)


# The same few skills of the same few fields are asked for again and again, in a plan three times.
_MOST_KEPT = 10_000


@lru_cache(_MOST_KEPT)
def _importance_of(
    field: str, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind
) -> float:
    find_field(field)
    row = _executive_importance(field) if stage is CareerStage.EXECUTIVE else _importance(field)
    known = [find_element(element).element_id for element in elements]
    return _mean([row[element] for element in known or _relevant(field, kind.value)])


@lru_cache(_MOST_KEPT)
def _level_of(field: str, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind) -> float:
    find_field(field)
    row = load_table().level[field]
    known = [
        element for element in elements if find_element(element).domain != "workstyle"
    ] or _relevant(field, kind.value)
    step = _STAGE_STEP[stage]
    level = _mean([row[element] + step * _LEVEL_STEP[_kind(element)] for element in known])
    return min(max(level, 0.0), 1.0)


def _kind(element_id: str) -> str:
    return load_table().elements[element_id].kind


def _mean(values: Sequence[float]) -> float:
    # An exact sum, so that the order of a skill's elements never changes a bit of the result.
    return math.fsum(values) / len(values)


def _rescale_styles(
    row: Mapping[str, float], elements: Mapping[str, ElementRow]
) -> dict[str, float]:
    """Multiply the Work Styles of a field: its soft styles get the mean of its soft skills."""

    def soft_mean(domain: str) -> float:
        return _mean(
            [
                row[element_id]
                for element_id, element in elements.items()
                if element.kind == "soft" and element.domain == domain
            ]
        )

    factor = soft_mean("skill") / soft_mean("workstyle")
    # A field of quiet incumbents could have a factor above 1, hence the limit; none has.
    return {
        element_id: min(1.0, factor * value)
        if elements[element_id].domain == "workstyle"
        else value
        for element_id, value in row.items()
    }


@cache
def _importance(column: str) -> dict[str, float]:
    """Read the importance of each element in one column of the table, styles rescaled."""
    table = load_table()
    return _rescale_styles(table.importance[column], table.elements)


@cache
def _executive_importance(field: str) -> dict[str, float]:
    """Compute the importance of each element for an executive of the field."""
    chief, management = _importance(EXECUTIVE_COLUMN), _importance(_MANAGEMENT_FIELD)
    return {
        element: min(1.0, value + max(0.0, chief[element] - management[element]))
        for element, value in _importance(field).items()
    }


@cache
def _relevant(field: str, kind: str) -> tuple[str, ...]:
    """Relevant elements of a field and a kind."""
    table = load_table()
    return _pick_relevant(table.importance[field], table.elements, kind)


def _pick_relevant(
    row: Mapping[str, float], elements: Mapping[str, ElementRow], kind: str
) -> tuple[str, ...]:
    """Skills and knowledge of the kind with importance >= 0.5, else the most important one."""
    candidates = [
        element_id
        for element_id, element in elements.items()
        if element.kind == kind and element.domain != "workstyle"
    ]
    relevant = tuple(
        element_id
        for element_id in candidates
        if row[element_id] >= defaults.RELEVANT_IMPORTANCE.value
    )
    return relevant or (max(candidates, key=row.__getitem__),)
