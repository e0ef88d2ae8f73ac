"""Default parameters: complete, labelled, and in agreement with the publications they name."""

import re

import attrs
import pytest

from skillbalance.model.budget import TimeBudget
from skillbalance.model.profile import CareerStage
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import Skill
from skillbalance.reference import defaults
from skillbalance.reference.defaults import OWN_VARIANCE, PARAMETERS, SHARED_VARIANCE

# What the model states, section by section.
CONTRACT = {
    "GOAL_SHARE": 0.4,
    "RELEVANT_IMPORTANCE": 0.5,
    "LEAD_SHARE_BASE": 0.384,
    "LEAD_SHARE_SLOPE": 0.075,
    "MANAGER_SHARE_BASE": 0.246,
    "MANAGER_SHARE_SLOPE": 0.384,
    "LEVEL_STEP_SOFT": 0.036,
    "LEVEL_STEP_HARD": 0.055,
    "LEVEL_STEP_COGNITIVE": 0.058,
    "STAGE_STEP_STUDENT": -2,
    "STAGE_STEP_ENTRY": -1,
    "STAGE_STEP_MID": 0,
    "STAGE_STEP_SENIOR": 1,
    "STAGE_STEP_LEAD": 1,
    "STAGE_STEP_MANAGER": 1,
    "STAGE_STEP_EXECUTIVE": 2,
    "PRIOR_SD": 0.2,
    "SEVERITY_PART": 0.3,
    "SEVERITY_PART_TEST": 0,
    "LENIENCY_SELF": 0.32,
    "AGEING_PER_YEAR": 0.01,
    "FEEDBACK_SHIFT": 0.75,
    "FEEDBACK_VARIANCE_FACTOR": 2,
    "HUBER_THRESHOLD": 1.75,
    "MIN_RATERS": 3,
    "FEWEST_LEARNED": 5,
    "INTERVAL_COVERAGE": 0.9,
    "HALF_GAP_NARROW": 40,
    "HALF_GAP_MODERATE": 120,
    "HALF_GAP_BROAD": 350,
    "HALF_LIFE_ACCURACY": 28,
    "HALF_LIFE_MIXED": 48,
    "HALF_LIFE_SPEED": 56,
    "UPKEEP": 0,
    "RETAINED_SHARE": 0.5,
    "RATE_SPREAD": 0.5,
    "BEYOND": 0.25,
    "RHO": -0.5,
    "BALANCE_BAND": 0.1,
    "HORIZON_WEEKS": 26,
    "BLOCK_HOURS": 0.5,
    "SESSION_MIN_HOURS": 0.5,
    "SESSION_MAX_HOURS": 2,
    "SKILL_DAY_HOURS": 2,
    "DAY_HOURS": 4,
    "REVIEW_GAP_SCALE": 0.593,
    "REVIEW_GAP_EXPONENT": 0.649,
    "REVIEW_MIN_LOSS": 0.01,
    "REVIEW_SHARE": 0.1,
    "SESSION_USUAL_HOURS": 1,
    "LOAD_WARNING": 0.85,
    "INSTRUCTION_NOVICE": 0.505,
    "INSTRUCTION_EXPERT": -0.428,
    "PRACTICE_SHARE": 0.4,
    "FEEDBACK_SHARE_SOFT": 0.2,
    "FEEDBACK_SHARE_HARD": 0.1,
    "RATE_PERSON_SHARE": 0.5,
    "CAPACITY_PRIOR_WEEKS": 2,
    "MAX_CHANGE": 1,
    "ON_TRACK": 0.5,
    "REASSESS_GAIN": 0.2,
    "REASSESS_GAP": 4,
    "WEIGHT_SPREAD": 0.25,
    "GOAL_SHARE_SPREAD": 0.2,
    "RHO_SPREAD": 1,
    "BEYOND_SPREAD": 0.25,
    "TIE_CONFIDENCE": 0.75,
    "WORTH_SAYING": 0.001,
    "WORTH_ASKING": 0.0001,
    "LONG_SILENCE": 365,
    "KIND_AHEAD": 0.75,
}


@pytest.mark.parametrize("name", CONTRACT)
def test_values_of_the_model(name):
    """Each parameter has the value that the model states."""
    assert getattr(defaults, name).value == pytest.approx(CONTRACT[name], abs=1e-15)


def test_every_parameter_is_listed_once():
    """PARAMETERS holds each named parameter and each rater variance, with names of their own."""
    named = [value for value in vars(defaults).values() if isinstance(value, defaults.Parameter)]
    variances = [
        table[preset][kind]
        for table in (OWN_VARIANCE, SHARED_VARIANCE)
        for preset in ("specific", "job_performance")
        for kind in RaterKind
    ]
    assert len(named) == len(CONTRACT) + 1  # and the priority of a goal
    assert len(PARAMETERS) == len(named) + len(variances)
    assert {id(entry) for entry in PARAMETERS} == {id(entry) for entry in named + variances}
    names = [entry.name for entry in PARAMETERS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", PARAMETERS, ids=lambda entry: entry.name)
def test_every_parameter_says_what_it_is(entry):
    """Value, unit, source, label and a sentence; whatever is published names author and year."""
    assert isinstance(entry.value, float)
    assert entry.unit
    assert entry.source
    assert entry.label in {"published", "computed", "assumption"}
    assert re.fullmatch(r"[A-Z].*\.", entry.meaning)
    if entry.label == "published":
        assert re.search(r"[A-Z][a-z]+.* (19|20)\d\d, .*doi:10\.\d{4}/\S+", entry.source)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        entry.value = 1.0


def test_each_stage_has_a_step():
    """No career stage is without its step of preparation."""
    for stage in CareerStage:
        assert hasattr(defaults, f"STAGE_STEP_{stage.name}")


def test_record_defaults_are_the_parameters():
    """A skill and a budget made without options carry the listed defaults."""
    skill = Skill(id="sql", kind="hard")
    assert skill.half_gap_hours == defaults.HALF_GAP_MODERATE.value
    assert skill.half_life_weeks == defaults.HALF_LIFE_MIXED.value
    assert skill.upkeep == defaults.UPKEEP.value
    assert skill.retained_share == defaults.RETAINED_SHARE.value
    budget = TimeBudget(hours_per_week=5)
    assert budget.horizon_weeks == defaults.HORIZON_WEEKS.value
    assert budget.block_hours == defaults.BLOCK_HOURS.value


def _variances(preset, kind):
    return OWN_VARIANCE[preset][kind].value, SHARED_VARIANCE[preset][kind].value


def _total(kind):
    return 1 + sum(_variances("job_performance", kind))


@pytest.mark.parametrize(
    ("kind", "reliability"),
    [(RaterKind.SUPERVISOR, 0.50), (RaterKind.PEER, 0.37), (RaterKind.REPORT, 0.30)],
)
def test_job_performance_gives_the_published_reliabilities(kind, reliability):
    """Two raters of one kind correlate as Conway & Huffcutt (1997) report."""
    _, shared = _variances("job_performance", kind)
    assert (1 + shared) / _total(kind) == pytest.approx(reliability, abs=0.005)


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [
        (RaterKind.SUPERVISOR, RaterKind.PEER, 0.34),
        (RaterKind.SUPERVISOR, RaterKind.REPORT, 0.22),
        (RaterKind.PEER, RaterKind.REPORT, 0.22),
        (RaterKind.SELF, RaterKind.SUPERVISOR, 0.22),
        (RaterKind.SELF, RaterKind.PEER, 0.19),
    ],
)
def test_job_performance_gives_the_published_correlations(first, second, correlation):
    """Raters of two kinds correlate as Conway & Huffcutt (1997) report, to 0.015."""
    found = 1 / (_total(first) * _total(second)) ** 0.5
    assert found == pytest.approx(correlation, abs=0.015)


def test_specific_keeps_the_ratios():
    """The specific preset is job performance times 1.5 / 6.9, own and shared alike."""
    for kind in RaterKind:
        if kind is not RaterKind.TEST:
            general = _variances("job_performance", kind)
            expected = [1.5 / 6.9 * value for value in general]
            assert _variances("specific", kind) == pytest.approx(expected, rel=1e-12)
    own, shared = _variances("specific", RaterKind.SELF)
    assert own == pytest.approx(1.5, rel=1e-12)
    assert shared == 0
    assert 1 / (1 + own) ** 0.5 == pytest.approx(0.63, abs=0.005)  # Zell & Krizan (2014)


@pytest.mark.parametrize("preset", ["specific", "job_performance"])
def test_like_kinds_and_tests(preset):
    """Mentors are as supervisors, clients as peers; a test has reliability .85, nothing shared."""
    assert _variances(preset, RaterKind.MENTOR) == _variances(preset, RaterKind.SUPERVISOR)
    assert _variances(preset, RaterKind.CLIENT) == _variances(preset, RaterKind.PEER)
    own, shared = _variances(preset, RaterKind.TEST)
    assert 1 / (1 + own) == pytest.approx(0.85, abs=0.005)
    assert shared == 0
    assert set(OWN_VARIANCE[preset]) == set(SHARED_VARIANCE[preset]) == set(RaterKind)


def test_tables_are_read_only():
    """Nobody changes a default for everybody else."""
    with pytest.raises(TypeError, match="does not support item assignment"):
        OWN_VARIANCE["specific"] = {}
    with pytest.raises(TypeError, match="does not support item assignment"):
        OWN_VARIANCE["specific"][RaterKind.SELF] = None


def test_broad_skills_fit_the_language_hours():
    """350 hours to halve the gap fits the Cambridge hours for levels 1 to 6 of 6, least squares."""
    hours = (95, 190, 375, 550, 750, 1100)

    def misfit(half_gap):
        return sum(
            (level / 6 - (1 - 0.5 ** (h / half_gap))) ** 2 for level, h in enumerate(hours, 1)
        )

    best = min(range(100, 1000, 5), key=misfit)
    assert best == pytest.approx(defaults.HALF_GAP_BROAD.value, rel=0.1)


@pytest.mark.parametrize(
    ("name", "months"),
    [("HALF_LIFE_ACCURACY", 6.5), ("HALF_LIFE_MIXED", 11), ("HALF_LIFE_SPEED", 13)],
)
def test_half_lives_are_the_published_months(name, months):
    """Weeks are the months of Tatel & Ackerman, to a week."""
    weeks = months * 365.25 / 12 / 7
    assert getattr(defaults, name).value == pytest.approx(weeks, abs=1)
