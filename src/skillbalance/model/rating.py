"""What people say about a skill: ratings on a scale, and feedback in words."""

import datetime as dt
import enum
from collections.abc import Iterator, Mapping
from typing import Any, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import READ_AS
from skillbalance.model._record import Record
from skillbalance.model.scales import UNIT, Scale, as_scale, check_scale

__all__ = ["Assessment", "FeedbackItem", "RaterKind", "Tone"]


class RaterKind(enum.Enum):
    """From where a rater sees the person."""

    SELF = "self"
    PEER = "peer"
    MENTOR = "mentor"
    SUPERVISOR = "supervisor"
    REPORT = "report"
    CLIENT = "client"
    TEST = "test"


class Tone(enum.Enum):
    """What a piece of feedback calls a skill."""

    STRENGTH = "strength"
    NEUTRAL = "neutral"
    GROWTH = "growth"


def _as_rater_kind(value: RaterKind | str) -> RaterKind:
    return _checks.as_member(RaterKind, value)


def _as_tone(value: Tone | str) -> Tone:
    return _checks.as_member(Tone, value)


def _as_rating(value: float | str) -> float:
    # A label waits for its scale, which is converted after it.
    return cast(float, value) if isinstance(value, str) else _checks.widen(value)


def _check_rating(name: str, value: object) -> None:
    if not isinstance(value, str):
        _checks.number_in(name, value)


@attrs.frozen(kw_only=True)
class Assessment(Record):
    """
    What one rater said about one skill on one day.

    Attributes
    ----------
    skill_id : str
        The skill rated.
    rating : float
        The rating on its scale. A label of the scale is accepted and turned into its number.
    scale : Scale
        The scale the rating lives on; the name of a ready-made one will do.
    assessed_on : datetime.date
        The day of the rating.
    rater_kind : RaterKind
        From where the rater sees the person.
    rater_id : str
        Who rated, so that two ratings of one person are known as such. Empty: somebody new.
    evidence : str
        What the rating rests on, in words.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, or the rating is outside its scale.

    Examples
    --------
    >>> from datetime import date
    >>> said = Assessment(
    ...     skill_id="spanish",
    ...     rating="B1",
    ...     scale="cefr",
    ...     assessed_on=date(2026, 1, 5),
    ...     rater_kind="mentor",
    ... )
    >>> said.rating, said.proficiency
    (3.0, 0.5)
    """

    skill_id: str = attrs.field(validator=_checks.by(_checks.identifier))
    rating: float = attrs.field(
        converter=_as_rating,
        validator=_checks.by(_check_rating),
        metadata={READ_AS: float | str},
    )
    scale: Scale = attrs.field(
        default=UNIT,
        converter=as_scale,
        validator=_checks.by(check_scale),
        metadata={READ_AS: Scale | str},
    )
    assessed_on: dt.date = attrs.field(validator=_checks.by(_checks.calendar_date))
    rater_kind: RaterKind = attrs.field(
        converter=_as_rater_kind, validator=_checks.by(_checks.member, RaterKind)
    )
    rater_id: str = attrs.field(default="", validator=_checks.by(_checks.text))
    evidence: str = attrs.field(default="", validator=_checks.by(_checks.text))

    def __attrs_post_init__(self) -> None:
        """Check the rating against its scale and turn a label into its number."""
        # The one write after construction has begun: a rating needs its scale to be read.
        object.__setattr__(self, "rating", self.scale.number(self.rating))

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        if "rating" in values and isinstance(values.get("scale"), Scale):
            try:
                values["scale"].number(values["rating"])
            except InvalidValueError as error:
                yield error

    @property
    def proficiency(self) -> float:
        """The rating as a proficiency in [0, 1]."""
        return self.scale.proficiency(self.rating)


@attrs.frozen(kw_only=True)
class FeedbackItem(Record):
    """
    What somebody said about some skills in words, with its tone.

    Attributes
    ----------
    skill_ids : tuple of str
        The skills it is about, at least one.
    tone : Tone
        ``"strength"``, ``"neutral"`` or ``"growth"``.
    given_on : datetime.date
        The day it was given.
    rater_kind : RaterKind
        From where the speaker sees the person.
    rater_id : str
        Who said it; empty: somebody new.
    comment : str
        The words, carried as evidence and never parsed.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> from datetime import date
    >>> FeedbackItem(
    ...     skill_ids=["listening"], tone="growth", given_on=date(2026, 1, 5), rater_kind="peer"
    ... ).tone
    <Tone.GROWTH: 'growth'>
    """

    skill_ids: tuple[str, ...] = attrs.field(
        converter=_checks.as_strings, validator=_checks.by(_checks.identifiers, fewest=1)
    )
    tone: Tone = attrs.field(converter=_as_tone, validator=_checks.by(_checks.member, Tone))
    given_on: dt.date = attrs.field(validator=_checks.by(_checks.calendar_date))
    rater_kind: RaterKind = attrs.field(
        converter=_as_rater_kind, validator=_checks.by(_checks.member, RaterKind)
    )
    rater_id: str = attrs.field(default="", validator=_checks.by(_checks.text))
    comment: str = attrs.field(default="", validator=_checks.by(_checks.text))
