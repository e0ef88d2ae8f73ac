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

An occupation that a profile brings along takes the place of a field, by the same rules.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from skillbalance.errors import InvalidValueError
from skillbalance.model.occupation import Occupation
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


def soft_share(field: str | Occupation, stage: CareerStage) -> float:
    r"""
    Return the recommended soft share of a field at a stage, before any goal.

    With :math:`s_f` the field's own share, :math:`s_f` for ``student``, ``entry``, ``mid`` and
    ``senior``; :math:`0.384 + 0.075\,s_f` for ``lead``; :math:`0.246 + 0.384\,s_f` for
    ``manager`` and ``executive``.

    Parameters
    ----------
    field : str or Occupation
        Key of a built-in field, or an occupation that stands for one.
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
    InvalidValueError
        When an occupation lacks an element of the table.

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
    return constant + slope * _asked(field).soft_share


def importance(
    field: str | Occupation, stage: CareerStage, *, elements: Sequence[str], kind: SkillKind
) -> float:
    r"""
    Return the importance of a skill in a field at a stage.

    The mean of the field's importance over the skill's elements, or over the field's relevant
    elements of the skill's kind if it names none.

    Parameters
    ----------
    field : str or Occupation
        Key of a built-in field, or an occupation that stands for one.
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
    InvalidValueError
        When an occupation lacks an element of the table.

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
    if isinstance(field, str):
        return _importance_in_field(field, stage, tuple(elements), kind)
    return _importance_of(_of_occupation(field), stage, tuple(elements), kind)


def expected_level(
    field: str | Occupation, stage: CareerStage, *, elements: Sequence[str], kind: SkillKind
) -> float:
    r"""
    Return the level that a field expects of a skill at a stage.

    The mean over the skill's elements of

    .. math:: \text{level}_{f,e} + \text{step}(\text{stage})\, \text{rise}(\text{kind of } e),

    clipped to [0, 1]; over the field's relevant elements of the skill's kind if it names none, or
    none that has a level (Work Styles have none in O*NET).

    Parameters
    ----------
    field : str or Occupation
        Key of a built-in field, or an occupation that stands for one.
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
    InvalidValueError
        When an occupation lacks an element of the table.

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
    if isinstance(field, str):
        return _level_in_field(field, stage, tuple(elements), kind)
    return _level_of(_of_occupation(field), stage, tuple(elements), kind)


class _Asked(NamedTuple):
    """What a field or an occupation asks for, styles rescaled: element id -> number."""

    soft_share: float
    importance: Mapping[str, float]
    executive: Mapping[str, float]
    level: Mapping[str, float]
    relevant: Mapping[str, tuple[str, ...]]


# Profiles come with occupations of their own; few of them are in use at a time.
_MOST_OCCUPATIONS = 64
# The same few skills of the same few fields are asked for again and again, in a plan three times.
_MOST_KEPT = 10_000


def _asked(work: str | Occupation) -> _Asked:
    return _of_field(work) if isinstance(work, str) else _of_occupation(work)


@cache
def _of_field(field: str) -> _Asked:
    share = find_field(field).soft_share
    table = load_table()
    return _read(share, table.importance[field], table.level[field])


@lru_cache(_MOST_OCCUPATIONS)
def _of_occupation(occupation: Occupation) -> _Asked:
    given = {"importance": occupation.importance, "level": occupation.level}
    for error in occupation_faults(given):
        raise InvalidValueError(f"occupation.{error.name}", error.rule, error.value)
    return _read(occupation.soft_share, occupation.importance, occupation.level)


def _read(share: float, raw: Mapping[str, float], level: Mapping[str, float]) -> _Asked:
    table = load_table()
    row = _rescale_styles(raw, table.elements)
    chief, management = _importance(EXECUTIVE_COLUMN), _importance(_MANAGEMENT_FIELD)
    return _Asked(
        soft_share=share,
        importance=row,
        executive={
            element: min(1.0, value + max(0.0, chief[element] - management[element]))
            for element, value in row.items()
        },
        level=level,
        relevant={kind: _pick_relevant(raw, table.elements, kind) for kind in ("hard", "soft")},
    )


def occupation_faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
    """
    Give the faults of an occupation's elements: those of the table, each once, no others.

    Parameters
    ----------
    values : mapping of str to object
        What is known of its attributes ``importance`` and ``level``.
    """
    for name, of in (("importance", "elements"), ("level", "skills and knowledge areas")):
        wanted = rated_elements(name)
        given = values.get(name, wanted)
        if not isinstance(given, Mapping):
            continue
        for element_id in given:
            if element_id not in wanted:
                rule = f"a number for each of the {len(wanted)} {of} of the table, and no other"
                yield InvalidValueError(name, rule, element_id)
                break
        missing = next((one for one in wanted if one not in given), None)
        if missing is not None:
            rule = f"a number for each of the {len(wanted)} {of} of the table, {missing} too"
            yield InvalidValueError(name, rule, f"{len(given)} of them")


@cache
def rated_elements(measure: str) -> Mapping[str, None]:
    """Name the elements that have an importance (all), or a level (all but Work Styles)."""
    rows = load_table().elements
    return {
        element_id: None
        for element_id, row in rows.items()
        if measure == "importance" or row.domain != "workstyle"
    }


@lru_cache(_MOST_KEPT)
def _importance_in_field(
    field: str, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind
) -> float:
    return _importance_of(_of_field(field), stage, elements, kind)


def _importance_of(
    asked: _Asked, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind
) -> float:
    row = asked.executive if stage is CareerStage.EXECUTIVE else asked.importance
    known = [find_element(element).element_id for element in elements]
    return _mean([row[element] for element in known or asked.relevant[kind.value]])


@lru_cache(_MOST_KEPT)
def _level_in_field(
    field: str, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind
) -> float:
    return _level_of(_of_field(field), stage, elements, kind)


def _level_of(
    asked: _Asked, stage: CareerStage, elements: tuple[str, ...], kind: SkillKind
) -> float:
    known = [
        element for element in elements if find_element(element).domain != "workstyle"
    ] or asked.relevant[kind.value]
    step = _STAGE_STEP[stage]
    level = _mean([asked.level[element] + step * _LEVEL_STEP[_kind(element)] for element in known])
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

    of_styles = soft_mean("workstyle")
    # An occupation may say that no style matters: nothing to rescale.
    factor = soft_mean("skill") / of_styles if of_styles > 0.0 else 1.0
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
