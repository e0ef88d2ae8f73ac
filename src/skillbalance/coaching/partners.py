"""Which skills of the other kind go with a person's own: co-importance across fields."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import as_member, instance, integer_in, member
from skillbalance.coaching.weights import weigh_skills
from skillbalance.model.advice import PartnerElement
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.skill import SkillKind
from skillbalance.reference.context import importance
from skillbalance.reference.elements import elements, find_element
from skillbalance.reference.fields import fields

_DECIMALS = 12


def find_partners(
    profile: Profile, *, kind: SkillKind | str, limit: int = 5
) -> tuple[PartnerElement, ...]:
    r"""
    Find the elements of one kind that matter where a person's skills of the other kind matter.

    .. math:: \text{co-importance}_e = \frac{\sum_i w_i \, \bar r_{ie}}{\sum_i w_i}

    over the person's skills :math:`i` of the other kind, with their weights and the mean
    correlation :math:`\bar r_{ie}`, across the 33 fields, of the importance of element :math:`e`
    with that of the skill's elements. Work Styles are left out: everybody rates them high.

    Parameters
    ----------
    profile : Profile
        The skills; those of the other kind that name elements count.
    kind : SkillKind
        The kind to find: ``"soft"`` for partners of hard skills.
    limit : int
        The most elements to give.

    Returns
    -------
    tuple of PartnerElement
        Those that go together most first; empty where no skill of the other kind names elements.

    Raises
    ------
    UnknownFieldError, UnknownElementError
        If the field or an element is not in the reference table.
    InvalidValueError
        If an argument is out of range.

    Notes
    -----
    That two elements matter in the same fields does not say that practice of one teaches the
    other; that would be transfer, see :func:`~skillbalance.plan_with_transfer`.

    Examples
    --------
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="hiring", kind="hard", elements=["2.C.1.f"])],
    ... )
    >>> sb.find_partners(profile, kind="soft", limit=1)[0].name
    'Management of Personnel Resources'
    """
    instance("profile", profile, Profile)
    wanted = as_member(SkillKind, kind)
    member("kind", wanted, SkillKind)
    integer_in("limit", limit, 1, 84)
    weights = weigh_skills(profile)
    bases = [
        (weights[skill.id].weight, known)
        for skill in profile.skills
        if skill.kind is not wanted and (known := [one for one in skill.elements if _varies(one)])
    ]
    # Skills without any weight say nothing, unless there are no others.
    in_all = math.fsum(weight for weight, _ in bases)
    if not bases:
        return ()
    if in_all == 0.0:
        bases, in_all = [(1.0, known) for _, known in bases], float(len(bases))
    found = []
    for element in elements():
        if element.kind != wanted.value or element.domain == "workstyle":
            continue
        together = [(weight, _correlations(element.element_id, known)) for weight, known in bases]
        score = math.fsum(weight * math.fsum(r) / len(r) for weight, r in together) / in_all
        nearest = max(
            (
                (r, one)
                for (_, known), (_, rs) in zip(bases, together, strict=True)
                for r, one in zip(rs, known, strict=True)
            ),
            key=lambda pair: (round(pair[0], _DECIMALS), pair[1]),
        )
        found.append(
            PartnerElement(
                element_id=element.element_id,
                name=element.name,
                kind=wanted,
                co_importance=score,
                nearest_element_id=nearest[1],
                nearest_name=find_element(nearest[1]).name,
                nearest_correlation=nearest[0],
                skill_ids=tuple(
                    skill.id
                    for skill in profile.skills
                    if skill.kind is wanted and element.element_id in skill.elements
                ),
            )
        )
    found.sort(key=lambda one: (-round(one.co_importance, _DECIMALS), one.element_id))
    return tuple(found[:limit])


@cache
def _standardized() -> dict[str, NDArray[np.float64]]:
    """Return each element's importance across the fields, centered, of length 1; 0 if constant."""
    rows = {}
    for element in elements():
        values = np.array(
            [
                importance(
                    field.field,
                    CareerStage.MID,
                    elements=[element.element_id],
                    kind=SkillKind.HARD,
                )
                for field in fields()
            ],
            dtype=np.float64,
        )
        values -= values.mean()
        length = float(np.linalg.norm(values))
        rows[element.element_id] = values / length if length > 0.0 else values * 0.0
    return rows


def _varies(element_id: str) -> bool:
    """Say whether an element differs between fields; the error names one that is unknown."""
    return bool(_standardized()[find_element(element_id).element_id].any())


def _correlations(element_id: str, others: Sequence[str]) -> list[float]:
    """Return the correlation of one element with each of the others, across fields."""
    rows = _standardized()
    return [float(rows[element_id] @ rows[other]) for other in others]
