"""
Scales on which people rate skills, and the ready-made ones.

``sb.scales.CEFR`` and its neighbors are the scales people have; :class:`Scale` makes others.
Where a scale is expected its name will do (``scale="cefr"``).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError, nearest_names, suggestion
from skillbalance.model._items import FrozenMapping
from skillbalance.model._record import Record

__all__ = [
    "BY_NAME",
    "CEFR",
    "DREYFUS",
    "ONET_LEVEL",
    "ONE_TO_FIVE",
    "PERCENT",
    "SFIA",
    "UNIT",
    "Scale",
]


@attrs.frozen(kw_only=True)
class Scale(Record):
    r"""
    The numbers, and perhaps the labels, a rating is made of.

    A rating :math:`r` stands for the proficiency

    .. math:: \frac{r - \mathrm{minimum}}{\mathrm{maximum} - \mathrm{minimum}},

    and of :math:`L` labels the one at position :math:`j` (from 0) for the rating
    :math:`\mathrm{minimum} + j (\mathrm{maximum} - \mathrm{minimum}) / (L - 1)`.

    Attributes
    ----------
    minimum : float
        The lowest rating: no proficiency at all.
    maximum : float
        The highest rating: mastery.
    labels : tuple of str
        Names of evenly spaced ratings, lowest first; empty if the scale has none, else two or
        more, all different.

    Raises
    ------
    InvalidValueError
        If the maximum is not above the minimum, or the labels are not as said.

    Examples
    --------
    >>> scale = Scale(minimum=0, maximum=10)
    >>> scale.proficiency(7)
    0.7
    >>> CEFR.proficiency("B1")
    0.5
    """

    minimum: float = attrs.field(converter=_checks.widen, validator=_checks.by(_checks.number_in))
    maximum: float = attrs.field(converter=_checks.widen, validator=_checks.by(_checks.number_in))
    labels: tuple[str, ...] = attrs.field(
        default=(), converter=_checks.as_strings, validator=_checks.by(_checks.identifiers)
    )

    def __attrs_post_init__(self) -> None:
        """Check the fields against each other."""
        values = {"minimum": self.minimum, "maximum": self.maximum, "labels": self.labels}
        for error in self._faults(values):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        minimum, maximum = values.get("minimum"), values.get("maximum")
        if minimum is not None and maximum is not None:
            if not minimum < maximum:
                rule = f"greater than the minimum, {minimum:g}"
                yield InvalidValueError("maximum", rule, maximum)
            elif not math.isfinite(maximum - minimum):
                yield InvalidValueError("maximum", "a finite distance from the minimum", maximum)
        if len(values.get("labels", ())) == 1:
            yield InvalidValueError("labels", "empty or two or more", values["labels"])

    def number(self, rating: float | str) -> float:
        """
        Give a rating as a number of this scale, reading a label.

        Parameters
        ----------
        rating : float or str
            A number in ``[minimum, maximum]`` or one of `labels`, spelt exactly.

        Returns
        -------
        float
            The rating.

        Raises
        ------
        InvalidValueError
            If the label is unknown or the number lies outside the scale; it is never clipped.

        Examples
        --------
        >>> CEFR.number("B2"), CEFR.number(4)
        (4.0, 4.0)
        """
        if not isinstance(rating, str):
            return _checks.number_in("rating", rating, self.minimum, self.maximum)
        if not self.labels:
            rule = f"a number in [{self.minimum:g}, {self.maximum:g}] (the scale has no labels)"
            raise InvalidValueError("rating", rule, rating)
        if rating not in self.labels:
            listed = ", ".join(map(repr, self.labels))
            near = suggestion(nearest_names(rating, self.labels, limit=1))
            rule = f"a number in [{self.minimum:g}, {self.maximum:g}] or one of {listed}{near}"
            raise InvalidValueError("rating", rule, rating)
        position, last = self.labels.index(rating), len(self.labels) - 1
        # The last label is the maximum itself, whatever rounding says.
        if position == last:
            return self.maximum
        return self.minimum + position * (self.maximum - self.minimum) / last

    def proficiency(self, rating: float | str) -> float:
        """
        Give the proficiency in [0, 1] that a rating or a label stands for.

        Raises
        ------
        InvalidValueError
            As :meth:`number` does.

        Examples
        --------
        >>> ONE_TO_FIVE.proficiency(4)
        0.75
        """
        return (self.number(rating) - self.minimum) / (self.maximum - self.minimum)


UNIT: Final = Scale(minimum=0, maximum=1)
"""Proficiency itself, 0 to 1."""

PERCENT: Final = Scale(minimum=0, maximum=100)
"""0 to 100."""

ONE_TO_FIVE: Final = Scale(minimum=1, maximum=5)
"""1 to 5, as in most appraisal forms; forms differ in their labels, so it has none."""

DREYFUS: Final = Scale(
    minimum=1,
    maximum=5,
    labels=("novice", "advanced beginner", "competent", "proficient", "expert"),
)
"""The five stages of Dreyfus & Dreyfus (1980)."""

SFIA: Final = Scale(
    minimum=1,
    maximum=7,
    labels=(
        "follow",
        "assist",
        "apply",
        "enable",
        "ensure, advise",
        "initiate, influence",
        "set strategy, inspire, mobilise",
    ),
)
"""The seven levels of responsibility of the Skills Framework for the Information Age."""

ONET_LEVEL: Final = Scale(minimum=0, maximum=7)
"""The level scale of O*NET, 0 to 7; its anchors differ from element to element."""

CEFR: Final = Scale(minimum=0, maximum=6, labels=("pre-A1", "A1", "A2", "B1", "B2", "C1", "C2"))
"""The Common European Framework for languages, pre-A1 (0) to C2 (6)."""

BY_NAME: Final[Mapping[str, Scale]] = FrozenMapping(
    {
        "unit": UNIT,
        "percent": PERCENT,
        "one_to_five": ONE_TO_FIVE,
        "dreyfus": DREYFUS,
        "sfia": SFIA,
        "onet_level": ONET_LEVEL,
        "cefr": CEFR,
    }
)
"""The ready-made scales by the name that stands for them in a document."""


def as_scale(value: Scale | str) -> Scale:
    """Turn the name of a ready-made scale into the scale; leave anything else as it is."""
    if isinstance(value, str):
        return BY_NAME.get(value, cast(Scale, value))
    return value


def check_scale(name: str, value: object) -> Scale:
    """
    Check that a value is a scale.

    Raises
    ------
    InvalidValueError
        If it is not; the rule lists the names that would do.
    """
    if not isinstance(value, Scale):
        near = suggestion(nearest_names(value, BY_NAME, limit=1)) if isinstance(value, str) else ""
        rule = f"a Scale or one of {', '.join(map(repr, BY_NAME))}{near}"
        raise InvalidValueError(name, rule, value)
    return value
