"""Default numbers of the week: sessions, their activities, and reviews of what fades."""

from typing import Any

import attrs

from skillbalance.model.availability import Availability
from skillbalance.reference.parameter import CEPEDA, ERICSSON, OWN_CHOICE, TETZLAFF, Parameter


def _default(name: str) -> float:
    """Read the default of a limit of availability, where the number is written."""
    default: Any = attrs.fields_dict(Availability)[name].default
    return float(default)


SESSION_MIN_HOURS = Parameter(
    name="shortest session",
    value=_default("min_session_hours"),
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A scheduled session is at least this long.",
)
SESSION_MAX_HOURS = Parameter(
    name="longest session",
    value=_default("max_session_hours"),
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A scheduled session is at most this long.",
)
SKILL_DAY_HOURS = Parameter(
    name="most hours a day, one skill",
    value=_default("skill_day_hours"),
    unit="h/day",
    source=ERICSSON,
    label="published",
    meaning="Scheduled practice of one skill on one day.",
)
DAY_HOURS = Parameter(
    name="most hours a day, all skills",
    value=_default("day_hours"),
    unit="h/day",
    source=ERICSSON,
    label="published",
    meaning="Scheduled practice on one day.",
)
REVIEW_GAP_SCALE = Parameter(
    name="review gap, factor",
    value=0.593,
    unit="days^(1 - exponent)",
    source=f"power law fitted to {CEPEDA}",
    label="computed",
    meaning="A review that is to last D days comes after this times D to the exponent, in days.",
)
REVIEW_GAP_EXPONENT = Parameter(
    name="review gap, exponent",
    value=0.649,
    unit="1",
    source=REVIEW_GAP_SCALE.source,
    label="computed",
    meaning="Exponent of the same rule.",
)
REVIEW_MIN_LOSS = Parameter(
    name="loss worth a review",
    value=0.01,
    unit="proficiency",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A skill without hours is reviewed if it would lose more than this by its horizon.",
)
REVIEW_SHARE = Parameter(
    name="time for reviews",
    value=0.10,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Reviews of a week take at most this part of the planned hours, on top of them, "
    "but one shortest session always may.",
)
SESSION_USUAL_HOURS = Parameter(
    name="usual session",
    value=1.0,
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Hours are cut into sessions of about this length where the days allow it.",
)
LOAD_WARNING = Parameter(
    name="load warning",
    value=_default("load_warning"),
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Planned hours above this part of the free time give a warning.",
)
INSTRUCTION_NOVICE = Parameter(
    name="effect of instruction, novices",
    value=0.505,
    unit="sd",
    source=TETZLAFF,
    label="published",
    meaning="What much instruction gains over little with low prior knowledge; sets how far "
    "learning falls with the level.",
)
INSTRUCTION_EXPERT = Parameter(
    name="effect of instruction, experts",
    value=-0.428,
    unit="sd",
    source=TETZLAFF,
    label="published",
    meaning="The same with high prior knowledge.",
)
PRACTICE_SHARE = Parameter(
    name="practice share",
    value=0.4,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Part of a skill's time that is practice at any level; learning and applying share the "
    "rest with feedback.",
)
FEEDBACK_SHARE_SOFT = Parameter(
    name="feedback share, soft",
    value=0.2,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Part of a soft skill's time that is for feedback; at least one session of a week in "
    "which it has two.",
)
FEEDBACK_SHARE_HARD = Parameter(
    name="feedback share, hard",
    value=0.1,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Part of a hard skill's time that is for feedback, over the weeks.",
)
