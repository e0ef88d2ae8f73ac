"""How much each skill matters to a person, and who says so."""

from collections.abc import Mapping

import attrs

from skillbalance.model._items import ItemsBySkill, freeze
from skillbalance.model._record import Record
from skillbalance.model.profile import CareerStage
from skillbalance.model.skill import SkillKind


@attrs.frozen(kw_only=True)
class SkillWeight(Record):
    """
    The weight of one skill and the parts that add up to it.

    Attributes
    ----------
    skill_id : str
        The skill.
    kind : SkillKind
        Hard or soft.
    weight : float
        Weight in [0, 1]; the weights of a profile sum to 1. Equal to ``field_part + stage_part``
        plus all of ``goal_parts``.
    importance : float
        Importance in the field at the stage, in [0, 1].
    expected_level : float
        Proficiency expected in the field at the stage, in [0, 1].
    field_part : float
        What the field puts in, at a stage of individual contributors.
    stage_part : float
        What the career stage adds to that; negative where it takes away.
    goal_parts : Mapping[str, float]
        What each goal that names the skill puts in, by goal id, in profile order.
    career_part, personal_part : float
        Sums of ``goal_parts`` over career and over personal goals.
    """

    skill_id: str
    kind: SkillKind
    weight: float
    importance: float
    expected_level: float
    field_part: float
    stage_part: float
    goal_parts: Mapping[str, float] = attrs.field(converter=freeze)
    career_part: float
    personal_part: float


@attrs.frozen(kw_only=True)
class SkillWeights(ItemsBySkill[SkillWeight]):
    """
    The weights of a profile, in profile order; ``weights["sql"]`` is one of them.

    Attributes
    ----------
    items : tuple of SkillWeight
        One per skill, in profile order.
    field : str
        Field the importances are of.
    stage : CareerStage
        Stage the soft share and the expected levels are of.
    goal_share : float
        Part of all weight that goals put in, in [0, 1]; 0 when no goal names a skill.
    recommended_soft_share : float
        Sum of the soft weights, in [0, 1]: field, stage and goals together. Without skills, the
        soft share of field and stage.
    """

    field: str
    stage: CareerStage
    goal_share: float
    recommended_soft_share: float
