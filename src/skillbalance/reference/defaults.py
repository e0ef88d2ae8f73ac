"""
Every default number of the model: its unit, its source and how far to trust it.

A number is ``published`` (taken from the source named), ``computed`` (from published numbers or
from data, by the rule named) or an ``assumption``. Numbers that are defaults of a record are read
from that record, so each is written once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import attrs

from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.goal import Goal
from skillbalance.model.profile import CareerStage
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import Skill
from skillbalance.reference import _advice, _doubt, _loop, _week
from skillbalance.reference.parameter import (
    COMPLEMENTS,
    CONWAY_HUFFCUTT,
    HEIDEMEIER_MOSER,
    ONET,
    OWN_CHOICE,
    TATEL_ACKERMAN,
    ZELL_KRIZAN,
    Label,
    Parameter,
)

RaterPreset = Literal["specific", "job_performance"]


def _record_default(record: type[attrs.AttrsInstance], name: str) -> float:
    """Read the default of a record's field, where the number is written."""
    default: Any = attrs.fields_dict(record)[name].default
    return float(default)


# --- What matters: weights --------------------------------------------------------------------

GOAL_SHARE = Parameter(
    name="goal share",
    value=0.4,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Part of the weight that goals distribute when there are any; field and stage have "
    "the rest.",
)
GOAL_PRIORITY = Parameter(
    name="goal priority",
    value=_record_default(Goal, "priority"),
    unit="1",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Importance of a goal against the other goals, where none is given.",
)
RELEVANT_IMPORTANCE = Parameter(
    name="relevant importance",
    value=0.5,
    unit="share",
    source=f"{OWN_CHOICE}; the middle of O*NET's importance scale, 3 of 1 to 5",
    label="assumption",
    meaning="An element counts for an occupation or field from this importance on.",
)
# The two rules are those of the design. Fitted to release 29.3 again, with 14 first-line
# supervisors by SOC prefix and 27 managers matched by title, they come out as 0.375 + 0.10 s and
# 0.286 + 0.26 s: within 0.02 of the rules for s from 0.2 to 0.45, as far as the match is a choice.
LEAD_SHARE_BASE = Parameter(
    name="lead soft share, constant",
    value=0.384,
    unit="share",
    source=f"{ONET}; regression of first-line supervisors on their field",
    label="computed",
    meaning="Recommended soft share of a lead: this plus the slope times the field's soft share.",
)
LEAD_SHARE_SLOPE = Parameter(
    name="lead soft share, slope",
    value=0.075,
    unit="1",
    source=LEAD_SHARE_BASE.source,
    label="computed",
    meaning="How much of a difference between fields is left among leads.",
)
MANAGER_SHARE_BASE = Parameter(
    name="manager soft share, constant",
    value=0.246,
    unit="share",
    source=f"{ONET}; regression of managers on their field",
    label="computed",
    meaning="Recommended soft share of a manager or executive: this plus the slope times the "
    "field's soft share.",
)
MANAGER_SHARE_SLOPE = Parameter(
    name="manager soft share, slope",
    value=0.384,
    unit="1",
    source=MANAGER_SHARE_BASE.source,
    label="computed",
    meaning="How much of a difference between fields is left among managers and executives.",
)
# Likewise; fitted again, 0.039, 0.050 and 0.049 (relevant elements, slope within fields).
LEVEL_STEP_SOFT = Parameter(
    name="level step, soft",
    value=0.036,
    unit="proficiency per step",
    source=f"{ONET}; slope over job zones within fields",
    label="computed",
    meaning="Rise of the expected level of a soft element per step of preparation.",
)
LEVEL_STEP_HARD = Parameter(
    name="level step, hard",
    value=0.055,
    unit="proficiency per step",
    source=LEVEL_STEP_SOFT.source,
    label="computed",
    meaning="Rise of the expected level of a hard element per step of preparation.",
)
LEVEL_STEP_COGNITIVE = Parameter(
    name="level step, cognitive",
    value=0.058,
    unit="proficiency per step",
    source=LEVEL_STEP_SOFT.source,
    label="computed",
    meaning="Rise of the expected level of a cognitive element per step of preparation.",
)


def _stage_step(stage: CareerStage, value: float) -> Parameter:
    return Parameter(
        name=f"stage step, {stage.value}",
        value=value,
        unit="step",
        source=OWN_CHOICE,
        label="assumption",
        meaning=f"Steps of preparation at the stage {stage.value}, counted from mid; they move "
        "expected levels.",
    )


STAGE_STEP_STUDENT = _stage_step(CareerStage.STUDENT, -2.0)
STAGE_STEP_ENTRY = _stage_step(CareerStage.ENTRY, -1.0)
STAGE_STEP_MID = _stage_step(CareerStage.MID, 0.0)
STAGE_STEP_SENIOR = _stage_step(CareerStage.SENIOR, 1.0)
STAGE_STEP_LEAD = _stage_step(CareerStage.LEAD, 1.0)
STAGE_STEP_MANAGER = _stage_step(CareerStage.MANAGER, 1.0)
STAGE_STEP_EXECUTIVE = _stage_step(CareerStage.EXECUTIVE, 2.0)

# --- Where you stand: estimates ---------------------------------------------------------------

PRIOR_SD = Parameter(
    name="prior standard deviation, tau",
    value=0.20,
    unit="proficiency",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Spread of people around the expected level of their field and stage; the unit of "
    "the rater variances below is its square.",
)
SEVERITY_PART = Parameter(
    name="severity part",
    value=0.3,
    unit="share",
    source=f"{OWN_CHOICE}; large rater effects are well established, the split is not",
    label="assumption",
    meaning="Part of a rater's own variance that all ratings of this rater have in common.",
)
SEVERITY_PART_TEST = Parameter(
    name="severity part, test",
    value=0.0,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="The same for a test: it has no severity.",
)
LENIENCY_SELF = Parameter(
    name="leniency, self",
    value=0.32,
    unit="tau",
    source=HEIDEMEIER_MOSER,
    label="published",
    meaning="How far people rate themselves above what others say, on average (d = 0.32).",
)
AGEING_PER_YEAR = Parameter(
    name="ageing",
    value=0.01,
    unit="proficiency^2 per year",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Variance that a rating gains with each year of age.",
)
FEEDBACK_SHIFT = Parameter(
    name="feedback shift",
    value=0.75,
    unit="tau",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A strength is read as a rating this far above the expected level, a growth area as "
    "one this far below.",
)
FEEDBACK_VARIANCE_FACTOR = Parameter(
    name="feedback variance factor",
    value=2.0,
    unit="1",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Own variance of a feedback item against that of a rating by the same rater kind.",
)
HUBER_THRESHOLD = Parameter(
    name="robust threshold",
    value=_record_default(RaterModel, "huber_threshold"),
    unit="standard deviations",
    source=f"{OWN_CHOICE}; costs 1 % of accuracy where nobody errs, gains 10 % where 1 in 20 does, "
    "in simulation; the idea is that of Huber 1964",
    label="assumption",
    meaning="A rating farther than this from what everything else leads one to expect loses "
    "weight.",
)
MIN_RATERS = Parameter(
    name="smallest group shown",
    value=3.0,
    unit="raters",
    source=f"{OWN_CHOICE}; the custom of multi-source feedback, which protects raters",
    label="assumption",
    meaning="A breakdown by source shows a group of raters from this size on.",
)
FEWEST_LEARNED = Parameter(
    name="fewest to learn from",
    value=5.0,
    unit="ratings, skills or raters",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A number of the rater model is learned where at least so many ratings, skills or "
    "raters tell of it, and held at its default elsewhere.",
)
INTERVAL_COVERAGE = Parameter(
    name="interval coverage",
    value=0.90,
    unit="probability",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Probability that the interval of an estimate is meant to hold.",
)
# Conway & Huffcutt give reliabilities within a source, (1 + shared) / (1 + shared + own), and
# correlations between sources, 1 / sqrt of the product of both 1 + shared + own. Kind: own, shared.
_JOB_PERFORMANCE = {
    RaterKind.SELF: (6.9, 0.0),
    RaterKind.PEER: (2.0, 0.18),
    RaterKind.SUPERVISOR: (1.39, 0.39),
    RaterKind.REPORT: (4.85, 1.08),
}
_SAME_AS = {RaterKind.MENTOR: RaterKind.SUPERVISOR, RaterKind.CLIENT: RaterKind.PEER}
# A self-rating of one specific, anchored skill: r = .63 = 1 / sqrt(1 + 1.5), the highest
# self-insight that Zell & Krizan report. It sets the scale of the preset "specific".
_SPECIFIC_SELF = 1.5
# A reliability of .85 means own / (1 + own) = .15, so own = 0.18. A test shares nothing.
_TEST = (0.18, 0.0)


def _rater_variances(
    part: Literal["own", "shared"], preset: RaterPreset
) -> Mapping[RaterKind, Parameter]:
    """Make the variances of one preset, every rater kind in the order of the enum."""
    place = ("own", "shared").index(part)
    scale, rule = 1.0, f"reliabilities and correlations of {CONWAY_HUFFCUTT}"
    if preset == "specific":
        # The ratios between the kinds stay; a self-rating gets the variance of a specific one.
        scale = _SPECIFIC_SELF / _JOB_PERFORMANCE[RaterKind.SELF][0]
        rule = f"job performance times 1.5 / 6.9; {CONWAY_HUFFCUTT}; self r = .63: {ZELL_KRIZAN}"
    variances = {}
    for kind in RaterKind:
        label: Label = "computed"
        if kind is RaterKind.TEST:
            value, source, label = _TEST[place], f"{OWN_CHOICE}; reliability .85", "assumption"
        elif kind in _SAME_AS:
            like = _SAME_AS[kind]
            value, label = scale * _JOB_PERFORMANCE[like][place], "assumption"
            source = f"{OWN_CHOICE}; as {like.value}"
        else:
            value, source = scale * _JOB_PERFORMANCE[kind][place], rule
        variances[kind] = Parameter(
            name=f"{part} variance, {kind.value}, {preset.replace('_', ' ')}",
            value=value,
            unit="tau^2",
            source=source,
            label=label,
            meaning=f"Noise of one {kind.value} rating that is the rater's own."
            if part == "own"
            else f"Noise that {kind.value} ratings of one skill have in common.",
        )
    return MappingProxyType(variances)


OWN_VARIANCE: Mapping[RaterPreset, Mapping[RaterKind, Parameter]] = MappingProxyType(
    {
        "specific": _rater_variances("own", "specific"),
        "job_performance": _rater_variances("own", "job_performance"),
    }
)
SHARED_VARIANCE: Mapping[RaterPreset, Mapping[RaterKind, Parameter]] = MappingProxyType(
    {
        "specific": _rater_variances("shared", "specific"),
        "job_performance": _rater_variances("shared", "job_performance"),
    }
)

# --- What an hour does: practice and forgetting -----------------------------------------------

HALF_GAP_NARROW = Parameter(
    name="half-gap hours, narrow skill",
    value=40.0,
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Hours of practice that halve the gap to mastery in a narrow skill.",
)
HALF_GAP_MODERATE = Parameter(
    name="half-gap hours, moderate skill",
    value=_record_default(Skill, "half_gap_hours"),
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Hours of practice that halve the gap to mastery in a skill of moderate breadth; the "
    "default of a skill.",
)
HALF_GAP_BROAD = Parameter(
    name="half-gap hours, broad skill",
    value=350.0,
    unit="h",
    source="fitted to the guided learning hours Cambridge English gives for CEFR levels 1 to 6: "
    "95, 190, 375, 550, 750, 1100",
    label="computed",
    meaning="The same for a broad skill, such as a language.",
)
HALF_LIFE_ACCURACY = Parameter(
    name="half-life, accuracy-like skill",
    value=28.0,
    unit="weeks",
    source=f"{TATEL_ACKERMAN}: 6.5 months",
    label="published",
    meaning="Weeks without practice that halve a new gain, where being right is what counts.",
)
HALF_LIFE_MIXED = Parameter(
    name="half-life, mixed skill",
    value=_record_default(Skill, "half_life_weeks"),
    unit="weeks",
    source=f"{TATEL_ACKERMAN}: 11 months",
    label="published",
    meaning="Weeks without practice that halve a new gain, where being right and being fast count; "
    "the default of a skill.",
)
HALF_LIFE_SPEED = Parameter(
    name="half-life, speed-like skill",
    value=56.0,
    unit="weeks",
    source=f"{TATEL_ACKERMAN}: 13 months",
    label="published",
    meaning="The same where being fast is what counts.",
)
UPKEEP = Parameter(
    name="upkeep",
    value=_record_default(Skill, "upkeep"),
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Share of forgetting that everyday use prevents.",
)
RETAINED_SHARE = Parameter(
    name="retained share",
    value=_record_default(Skill, "retained_share"),
    unit="share",
    source=f"{OWN_CHOICE}; retention studies over decades find a durable part",
    label="assumption",
    meaning="Share of today's proficiency that does not fade.",
)
RATE_SPREAD = Parameter(
    name="spread of learning rates",
    value=0.5,
    unit="sd of log rate",
    source=f"{OWN_CHOICE}; wide on purpose",
    label="assumption",
    meaning="How much people differ in how fast they learn (lognormal).",
)

# --- What to do with the week: allocation -----------------------------------------------------

BEYOND = Parameter(
    name="credit beyond target",
    value=0.25,
    unit="1",
    source=OWN_CHOICE,
    label="assumption",
    meaning="What a point past the target counts, against one before it.",
)
RHO = Parameter(
    name="complementarity, rho",
    value=-0.5,
    unit="1",
    source=COMPLEMENTS,
    label="assumption",
    meaning="How far one kind of skill can stand in for the other: 1 fully, below 0 little; the "
    "elasticity of substitution is 1 / (1 - rho).",
)
BALANCE_BAND = Parameter(
    name="balance band",
    value=0.10,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="How far the soft share of planned hours may be from the recommended one when the "
    "person sets no limits.",
)
HORIZON_WEEKS = Parameter(
    name="horizon",
    value=_record_default(TimeBudget, "horizon_weeks"),
    unit="weeks",
    source=OWN_CHOICE,
    label="assumption",
    meaning="How far ahead a plan looks where no due date says otherwise.",
)
BLOCK_HOURS = Parameter(
    name="block",
    value=_record_default(TimeBudget, "block_hours"),
    unit="h",
    source=OWN_CHOICE,
    label="assumption",
    meaning="Hours are planned in whole blocks of this length.",
)

# --- The week ---------------------------------------------------------------------------------

SESSION_MIN_HOURS = _week.SESSION_MIN_HOURS
SESSION_MAX_HOURS = _week.SESSION_MAX_HOURS
SKILL_DAY_HOURS = _week.SKILL_DAY_HOURS
DAY_HOURS = _week.DAY_HOURS
REVIEW_GAP_SCALE = _week.REVIEW_GAP_SCALE
REVIEW_GAP_EXPONENT = _week.REVIEW_GAP_EXPONENT
REVIEW_MIN_LOSS = _week.REVIEW_MIN_LOSS
REVIEW_SHARE = _week.REVIEW_SHARE
SESSION_USUAL_HOURS = _week.SESSION_USUAL_HOURS
LOAD_WARNING = _week.LOAD_WARNING
INSTRUCTION_NOVICE = _week.INSTRUCTION_NOVICE
INSTRUCTION_EXPERT = _week.INSTRUCTION_EXPERT
PRACTICE_SHARE = _week.PRACTICE_SHARE
FEEDBACK_SHARE_SOFT = _week.FEEDBACK_SHARE_SOFT
FEEDBACK_SHARE_HARD = _week.FEEDBACK_SHARE_HARD

# --- Review and re-plan -----------------------------------------------------------------------

RATE_PERSON_SHARE = _loop.RATE_PERSON_SHARE
CAPACITY_PRIOR_WEEKS = _loop.CAPACITY_PRIOR_WEEKS
MAX_CHANGE = _loop.MAX_CHANGE
ON_TRACK = _loop.ON_TRACK
REASSESS_GAIN = _loop.REASSESS_GAIN
REASSESS_GAP = _loop.REASSESS_GAP

# --- How sure the advice is -------------------------------------------------------------------

WEIGHT_SPREAD = _doubt.WEIGHT_SPREAD
GOAL_SHARE_SPREAD = _doubt.GOAL_SHARE_SPREAD
RHO_SPREAD = _doubt.RHO_SPREAD
BEYOND_SPREAD = _doubt.BEYOND_SPREAD
TIE_CONFIDENCE = _doubt.TIE_CONFIDENCE

# --- Advice -----------------------------------------------------------------------------------

WORTH_SAYING = _advice.WORTH_SAYING
WORTH_ASKING = _advice.WORTH_ASKING
LONG_SILENCE = _advice.LONG_SILENCE
KIND_AHEAD = _advice.KIND_AHEAD

# In the order of this module, with no entry forgotten; the rater variances stand together.
_SINGLE = [value for value in list(globals().values()) if isinstance(value, Parameter)]
_PLACE = _SINGLE.index(INTERVAL_COVERAGE) + 1
PARAMETERS: tuple[Parameter, ...] = (
    *_SINGLE[:_PLACE],
    *(
        variances[preset][kind]
        for preset in OWN_VARIANCE
        for kind in RaterKind
        for variances in (OWN_VARIANCE, SHARED_VARIANCE)
    ),
    *_SINGLE[_PLACE:],
)
