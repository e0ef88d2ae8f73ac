"""A skill: what can be practised and forgotten."""

import enum
from typing import Final

import attrs

from skillbalance import _checks
from skillbalance.model._record import Record

__all__ = ["Skill", "SkillKind"]


class SkillKind(enum.Enum):
    """Whether a skill is about things and knowledge or about people and oneself."""

    HARD = "hard"
    SOFT = "soft"


def _as_kind(value: SkillKind | str) -> SkillKind:
    return _checks.as_member(SkillKind, value)


# Of both times below: shorter ones would be faster than any clock, and than the arithmetic.
_SHORTEST: Final = 1e-6


@attrs.frozen(kw_only=True)
class Skill(Record):
    """
    One skill of a person, and how it is learnt and forgotten.

    Attributes
    ----------
    id : str
        The key by which goals, ratings and results refer to it.
    kind : SkillKind
        ``"hard"`` or ``"soft"``.
    name : str
        What people call it; the id if not given.
    elements : tuple of str
        Ids of the O*NET elements it is made of (``"2.A.1.b"``); they tell how important it is in
        the field. Without any, the mean of the field's elements of its kind stands in.
    half_gap_hours : float
        Hours of practice that halve the distance to mastery. [h]
    half_life_weeks : float
        Weeks without practice in which half of what can fade has faded. [weeks]
    upkeep : float
        Share of the forgetting that everyday use prevents, in [0, 1].
    retained_share : float
        Share of today's proficiency that never fades, in [0, 1].

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> Skill(id="sql", kind="hard", half_gap_hours=40).name
    'sql'
    """

    id: str = attrs.field(validator=_checks.by(_checks.identifier))
    kind: SkillKind = attrs.field(
        converter=_as_kind, validator=_checks.by(_checks.member, SkillKind)
    )
    name: str = attrs.field(validator=_checks.by(_checks.identifier))
    elements: tuple[str, ...] = attrs.field(
        default=(), converter=_checks.as_strings, validator=_checks.by(_checks.identifiers)
    )
    half_gap_hours: float = attrs.field(
        default=120.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, _SHORTEST),
    )
    half_life_weeks: float = attrs.field(
        default=48.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, _SHORTEST),
    )
    upkeep: float = attrs.field(
        default=0.0, converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, 1)
    )
    retained_share: float = attrs.field(
        default=0.5, converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, 1)
    )

    @name.default
    def _name_is_id(self) -> str:
        return self.id
