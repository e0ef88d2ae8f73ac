"""A profile: a person's skills, goals and everything said about them."""

import enum
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._record import Record
from skillbalance.model.goal import Goal
from skillbalance.model.occupation import Occupation
from skillbalance.model.rating import Assessment, FeedbackItem
from skillbalance.model.skill import Skill

__all__ = ["CareerStage", "Profile"]


class CareerStage(enum.Enum):
    """How far along a career somebody is."""

    STUDENT = "student"
    ENTRY = "entry"
    MID = "mid"
    SENIOR = "senior"
    LEAD = "lead"
    MANAGER = "manager"
    EXECUTIVE = "executive"


def _as_stage(value: CareerStage | str) -> CareerStage:
    return _checks.as_member(CareerStage, value)


def _as_skills(value: Iterable[Skill]) -> tuple[Skill, ...]:
    return _checks.as_tuple(value)


def _as_goals(value: Iterable[Goal]) -> tuple[Goal, ...]:
    return _checks.as_tuple(value)


def _as_assessments(value: Iterable[Assessment]) -> tuple[Assessment, ...]:
    return _checks.as_tuple(value)


def _as_feedback(value: Iterable[FeedbackItem]) -> tuple[FeedbackItem, ...]:
    return _checks.as_tuple(value)


@attrs.frozen(kw_only=True)
class Profile(Record):
    """
    A person: field and stage, skills, goals, ratings and feedback.

    Attributes
    ----------
    id : str
        Who it is.
    field : str
        The field of work: one of ``skillbalance.fields()``, or the id of the occupation. Looked
        up only when it is used, so that a profile can be built before its field is settled.
    stage : CareerStage
        ``"student"`` to ``"executive"``.
    skills : tuple of Skill
        The skills in question; results keep their order.
    goals : tuple of Goal
        What the person wants.
    assessments : tuple of Assessment
        Every rating ever given; history is kept.
    feedback : tuple of FeedbackItem
        Everything said in words.
    occupation : Occupation or None
        What the person's own occupation asks for, in the place of a built-in field; *field* is
        its id then.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, two skills or two goals share an id, a goal, a rating or
        a piece of feedback names a skill that is not there, or *field* is not the id of the
        occupation.

    Examples
    --------
    >>> profile = Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[Skill(id="sql", kind="hard")],
    ... )
    >>> profile.skills[0].name
    'sql'
    """

    id: str = attrs.field(validator=_checks.by(_checks.identifier))
    field: str = attrs.field(validator=_checks.by(_checks.identifier))
    stage: CareerStage = attrs.field(
        converter=_as_stage, validator=_checks.by(_checks.member, CareerStage)
    )
    skills: tuple[Skill, ...] = attrs.field(
        default=(), converter=_as_skills, validator=_checks.by(_checks.instances, Skill)
    )
    goals: tuple[Goal, ...] = attrs.field(
        default=(), converter=_as_goals, validator=_checks.by(_checks.instances, Goal)
    )
    assessments: tuple[Assessment, ...] = attrs.field(
        default=(),
        converter=_as_assessments,
        validator=_checks.by(_checks.instances, Assessment),
    )
    feedback: tuple[FeedbackItem, ...] = attrs.field(
        default=(),
        converter=_as_feedback,
        validator=_checks.by(_checks.instances, FeedbackItem),
    )
    occupation: Occupation | None = attrs.field(
        default=None, validator=_checks.optionally(_checks.instance, Occupation)
    )

    @property
    def work(self) -> Occupation | str:
        """The occupation, else the field, in which to look up what the work asks for."""
        return self.field if self.occupation is None else self.occupation

    def __attrs_post_init__(self) -> None:
        """Check the ids against each other."""
        values = {
            "field": self.field,
            "skills": self.skills,
            "goals": self.goals,
            "assessments": self.assessments,
            "feedback": self.feedback,
            "occupation": self.occupation,
        }
        for error in self._faults(values):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """
        Give every fault between fields; the reader of documents calls it too.

        The reader's values may lack what it could not read: a whole field, or an attribute of
        one item. What is missing is not compared.
        """
        occupation = values.get("occupation")
        own_id = getattr(occupation, "id", None)
        if own_id is not None and values.get("field", own_id) != own_id:
            rule = f"the id of the occupation, {_checks.shorten(own_id)}"
            yield InvalidValueError("field", rule, values["field"])
        skills = values.get("skills")
        goals = values.get("goals", ())
        skill_ids: list[Any] = [getattr(skill, "id", None) for skill in skills or ()]
        yield from _checks.unique("skills", skill_ids, ".id")
        yield from _checks.unique("goals", [getattr(goal, "id", None) for goal in goals], ".id")
        # An id that could not be read may be the very one a goal names: then nothing can be
        # said about references, and a false fault is worse than a late one.
        if skills is None or None in skill_ids:
            return
        strangers = list(_strangers(values, frozenset(skill_ids)))
        if strangers:
            finder = _checks.NameFinder(skill_ids)
            for name, skill_id in strangers:
                rule = f"the id of a skill of the profile{finder.suggest(skill_id)}"
                yield InvalidValueError(name, rule, skill_id)


def _strangers(values: Mapping[str, Any], known: Container[str]) -> Iterator[tuple[str, str]]:
    """Give the place and the id of every mention of a skill that is not there."""
    for position, goal in enumerate(values.get("goals", ())):
        for skill_id in getattr(goal, "targets", ()):
            if skill_id not in known:
                yield _checks.entry(f"goals[{position}].targets", skill_id), skill_id
    for position, assessment in enumerate(values.get("assessments", ())):
        skill_id = getattr(assessment, "skill_id", None)
        if skill_id is not None and skill_id not in known:
            yield f"assessments[{position}].skill_id", skill_id
    for position, item in enumerate(values.get("feedback", ())):
        for place, skill_id in enumerate(getattr(item, "skill_ids", ())):
            # The reader leaves in its place what is no string at all.
            if isinstance(skill_id, str) and skill_id not in known:
                yield f"feedback[{position}].skill_ids[{place}]", skill_id
