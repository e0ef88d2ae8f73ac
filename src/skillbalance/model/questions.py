"""Whom to ask about what: what each answer is expected to be worth."""

import datetime as dt
from collections.abc import Iterator

import attrs

from skillbalance.model._record import Record, Result
from skillbalance.model.rating import RaterKind


@attrs.frozen(kw_only=True)
class Question(Record):
    """
    One question to one rater: how good is this person at this skill?

    Attributes
    ----------
    skill_id : str
        What the question is about.
    rater_kind : RaterKind
        From where the rater sees the person.
    rater_id : str
        Whom to ask; empty for somebody of the kind who has not been heard yet, and for the
        person's own rating.
    value : float
        Expected gain: readiness at the horizon from planning again with the answer, minus
        readiness from keeping the plan of today, over all answers to be expected; not negative.
    hours_moved : float
        Hours a week that the answer is expected to move from some skills to others. [h/week]
    expected_answer : float
        Mean of the answer, leniency of the rater included; may leave [0, 1]. [proficiency]
    answer_sd : float
        Standard deviation of the answer. [proficiency]
    sd_now, sd_then : float
        Standard deviation of the skill's estimate without and with the answer. [proficiency]
    days_since_heard : int or None
        Days since this rater last said anything about any skill, or, for somebody new and for
        the person, anybody of the kind; None if never. [day]
    reason : str
        The same in one sentence.
    """

    skill_id: str
    rater_kind: RaterKind
    rater_id: str
    value: float
    hours_moved: float
    expected_answer: float
    answer_sd: float
    sd_now: float
    sd_then: float
    days_since_heard: int | None
    reason: str


@attrs.frozen(kw_only=True)
class Questions(Result):
    """
    All questions that can be asked about a profile, the most valuable first.

    Attributes
    ----------
    items : tuple of Question
        Ranked by value; among equals, those first who were never heard or not for long.
    profile_id : str
        Whom they are about.
    as_of : datetime.date
        Day the answers are expected on.
    readiness : float
        Readiness at the horizon that the plan of today leads to, hours being continuous: what
        every value comes on top of.
    """

    items: tuple[Question, ...]
    profile_id: str
    as_of: dt.date
    readiness: float

    def __iter__(self) -> Iterator[Question]:
        """Go through the questions, the most valuable first."""
        return iter(self.items)

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.items)

    def about(self, skill_id: str) -> tuple[Question, ...]:
        """Give the questions about one skill, the most valuable first."""
        return tuple(item for item in self.items if item.skill_id == skill_id)
