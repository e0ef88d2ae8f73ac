"""Errors: one family, each also a built-in, each with its facts, each fit to be pickled."""

import contextlib
import copy
import math
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbalance import _checks, numeric
from skillbalance.errors import (
    Conflict,
    Fault,
    InfeasibleError,
    InvalidDocumentError,
    InvalidValueError,
    MissingExtraError,
    SkillbalanceError,
    SkillbalanceWarning,
    UnknownElementError,
    UnknownFieldError,
    UnknownSkillError,
    nearest_names,
    shorten,
)
from skillbalance.numeric.balance import measure_standing, spread_standing
from skillbalance.numeric.evidence.fusion import fuse_ratings
from skillbalance.numeric.evidence.information import predict_answers
from skillbalance.numeric.evidence.robust import weigh_dense
from skillbalance.numeric.robustness import draw_assumptions, find_ties, spread_hours
from skillbalance.numeric.week.activity import activity_mix, review_gap
from skillbalance.numeric.weights import base_weights, goal_shares, mix_weights

CONFLICTS = (Conflict("hours_per_week", 4.0, 6.0), Conflict('min_hours["sql"]', 5.0, math.nan))
ERRORS = [
    (InvalidValueError("upkeep", "in [0, 1]", 7), ValueError, "upkeep must be in [0, 1], got 7"),
    (
        UnknownSkillError("sqll", ("sql", "css")),
        KeyError,
        "no skill has the id 'sqll' (nearest: 'sql')",
    ),
    (UnknownSkillError("x", ()), KeyError, "no skill has the id 'x'"),
    (
        UnknownFieldError("nursng", ["nursing", "sales"]),
        KeyError,
        "no field is called 'nursng' (nearest: 'nursing')",
    ),
    (
        UnknownElementError("2.A.1", ("2.A.1.a",)),
        KeyError,
        "no O*NET element has the id '2.A.1' (nearest: '2.A.1.a')",
    ),
    (
        InvalidDocumentError((Fault("$.id", "missing"), Fault("$.kind", "missing"))),
        ValueError,
        "2 faults in the document\n  $.id: missing\n  $.kind: missing",
    ),
    (
        InfeasibleError(CONFLICTS),
        ValueError,
        (
            "no plan meets these limits together\n"
            "  hours_per_week = 4 would have to be 6\n"
            '  min_hours["sql"] = 5 (relaxing it alone would not do)'
        ),
    ),
    (
        MissingExtraError("matplotlib", "plot"),
        ImportError,
        "matplotlib is not installed; install it with: pip install 'skillbalance[plot]'",
    ),
]


@pytest.mark.parametrize(("error", "builtin", "message"), ERRORS)
def test_error_says_its_facts_and_is_also_a_builtin(error, builtin, message):
    """Each error is caught as one of ours or as the built-in it refines, and reads as said."""
    assert isinstance(error, SkillbalanceError)
    assert isinstance(error, builtin)
    assert str(error) == message


@pytest.mark.parametrize(
    "error", [error for error, _, _ in ERRORS], ids=[str(n) for n in range(len(ERRORS))]
)
@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_error_survives_a_pickle(error, again):
    """An error that went to another process and back is the same error."""
    back = again(error)
    assert back == error
    assert hash(back) == hash(error)
    assert vars(back) == vars(error)
    assert str(back) == str(error)


def test_errors_differ_by_class_and_facts():
    """Neither another class of error nor another fact is equal."""
    assert UnknownSkillError("a", ("b",)) != UnknownFieldError("a", ("b",))
    assert UnknownSkillError("a", ("b",)) != UnknownSkillError("a", ("c",))
    assert UnknownSkillError("a", ()) != "no skill has the id 'a'"
    assert CONFLICTS[0] != CONFLICTS[1]
    assert len({*CONFLICTS, *pickle.loads(pickle.dumps(CONFLICTS))}) == 2
    assert CONFLICTS[0] != "hours_per_week = 4 would have to be 6"


def test_errors_keep_their_facts():
    """What the text says in words is there as attributes, iterables as tuples."""
    assert UnknownFieldError("a", iter(["b"])).known == ("b",)
    assert InvalidDocumentError([Fault("$", "x")]).faults == (Fault("$", "x"),)
    assert InfeasibleError(list(CONFLICTS)).conflicts == CONFLICTS
    error = InvalidValueError("hours", "at least 0", -1)
    assert (error.name, error.rule, error.value) == ("hours", "at least 0", -1)
    assert error.complaint == "must be at least 0, got -1"
    assert MissingExtraError("pandas", "frames").extra == "frames"


def test_long_lists_are_cut_in_the_text_and_kept_on_the_error():
    """Ten thousand faults print fifty lines and a count."""
    faults = [Fault(f"$[{n}]", "missing") for n in range(10_000)]
    error = InvalidDocumentError(faults)
    assert len(error.faults) == 10_000
    lines = str(error).splitlines()
    assert len(lines) == 52
    assert lines[0] == "10000 faults in the document"
    assert lines[-1] == "  and 9950 more"
    conflicts = [Conflict(f'min_hours["{n}"]', 1.0, 0.0) for n in range(60)]
    assert str(InfeasibleError(conflicts)).splitlines()[-1] == "  and 10 more"


def test_warning_is_a_user_warning():
    """A warning of ours is shown by default and can be filtered apart."""
    assert issubclass(SkillbalanceWarning, UserWarning)


# --- values and names in messages -----------------------------------------------------------------


def _nest(depth):
    nested = []
    for _ in range(depth):
        nested = [nested]
    return nested


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "7"),
        (np.float64(0.5), "0.5"),
        ("a" * 1000, repr("a" * 120 + "...")),
        ([1] * 1000, "[" + "1, " * 39 + "1,..."),
        (10**5000, "an integer of more than 4300 digits"),
        ([10**5000], "a list too large to show"),
        (_nest(100_000), "a list too large to show"),
    ],
    ids=["int", "float", "text", "list", "integer", "list of one integer", "nest"],
)
def test_no_value_is_too_large_for_a_message(value, shown):
    """Huge strings, integers and nests are shown short, never a second error or a megabyte."""
    assert shorten(value).replace(" ", "") == shown.replace(" ", "")
    assert len(str(InvalidValueError("x", "small", value))) < 200


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pyhton", ("python",)),
        ("PYTHON", ("python",)),
        ("writing", ("writing", "Writing")),
        ("quantum", ()),
        ("python" * 50, ()),
    ],
)
def test_nearest_names(name, expected):
    """A slip of a letter or of case finds the name, best first; a name unlike all finds none."""
    known = ["python", "writing", "Writing", "selling", "x" * 500]
    assert nearest_names(name, known) == expected


@given(st.lists(st.text(max_size=8), unique=True, max_size=10), st.data())
def test_a_known_name_is_among_its_own_nearest(known, data):
    """Whatever the names, the result is a part of them, at most three."""
    name = data.draw(st.text(max_size=8) | st.sampled_from(known or [""]))
    nearest = nearest_names(name, known)
    assert len(nearest) <= 3
    assert set(nearest) <= set(known)
    assert not known or name not in known or nearest


def test_name_finder_stops_suggesting_before_it_takes_hours():
    """Look-ups go on for ever, suggestions for some thousands of comparisons."""
    finder = _checks.NameFinder(f"skill {n}" for n in range(10_000))
    suggested = [finder.suggest(f"skill {n}x") for n in range(100)]
    assert suggested[0] == " (nearest: 'skill 0')"
    assert [bool(one) for one in suggested] == [True] * 4 + [False] * 96
    assert "skill 7" in finder
    assert "skill 7x" not in finder


# --- checks of arrays, which have no record to be tested through -----------


@pytest.mark.parametrize("value", [[0, 1], (0.5, 0.25), 1, np.float32(0.5), [], [[0.1], [0.2]]])
def test_arrays_of_numbers_become_float64(value):
    """Ints and narrower floats widen; shape and content stay."""
    for array in (_checks.finite_array("x", value), _checks.array_in("x", value, 0, 1)):
        assert array.dtype == np.float64
        assert np.array_equal(array, np.asarray(value, dtype=float))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0, math.nan], r"^x\[1\] must be a finite number, got nan$"),
        ([[1.0, 2.0], [math.inf, 3.0]], r"^x\[1, 0\] must be a finite number, got inf$"),
        (math.nan, r"^x must be a finite number, got nan$"),
        ([True, False], r"^x must be an array of numbers, got \[True, False\]$"),
        (["1"], r"^x must be an array of numbers, got \['1'\]$"),
        ([None], r"^x must be an array of numbers"),
        ([1j], r"^x must be an array of numbers"),
        ([10**400], r"^x must be an array of numbers"),
        ([[1.0], [1.0, 2.0]], r"^x must be a rectangular array of numbers"),
    ],
)
def test_finite_array_names_the_first_bad_value(value, message):
    """What is no finite number is refused with its index; nothing is guessed."""
    with pytest.raises(InvalidValueError, match=message):
        _checks.finite_array("x", value)


@pytest.mark.parametrize(
    ("value", "limits", "options", "message"),
    [
        ([0.5, 1.5, -1], (0, 1), {}, r"^x\[1\] must be in \[0, 1\], got 1\.5$"),
        ([math.nan], (0, 1), {}, r"^x\[0\] must be in \[0, 1\], got nan$"),
        ([0.0], (0, math.inf), {"open_low": True}, r"^x\[0\] must be greater than 0, got 0\.0$"),
        ([0.0], (0, 1), {"open_low": True}, r"^x\[0\] must be in \(0, 1\], got 0\.0$"),
        ([-1.0], (0, math.inf), {}, r"^x\[0\] must be at least 0, got -1\.0$"),
        ([2.0], (-math.inf, 1), {}, r"^x\[0\] must be at most 1, got 2\.0$"),
        ([math.nan], (), {}, r"^x\[0\] must be a number, got nan$"),
    ],
)
def test_array_in_names_the_rule(value, limits, options, message):
    """Each kind of interval has its words; NaN lies in none."""
    with pytest.raises(InvalidValueError, match=message):
        _checks.array_in("x", value, *limits, **options)


def test_array_in_takes_an_infinity_the_limits_allow():
    """No upper limit on hours is written as infinity."""
    assert _checks.array_in("max_hours", [1.0, math.inf], 0).tolist() == [1.0, math.inf]
    assert _checks.array_in("x", -math.inf).tolist() == -math.inf


def test_boolean_array_takes_booleans_only():
    """0 and 1 are not read as truth."""
    assert _checks.boolean_array("soft", [True, False]).tolist() == [True, False]
    assert _checks.boolean_array("soft", []).dtype == np.bool_
    with pytest.raises(
        InvalidValueError, match=r"^soft must be an array of booleans, got \[0, 1\]$"
    ):
        _checks.boolean_array("soft", [0, 1])
    with pytest.raises(InvalidValueError, match=r"^soft must be a rectangular array of booleans"):
        _checks.boolean_array("soft", [[True], [True, False]])


UNIT, NOT_NEGATIVE, ANY = (0.0, 1.0), (0.0, math.inf), (-math.inf, math.inf)
INSIDE = (float(np.nextafter(0.0, 1.0)), float(np.nextafter(1.0, 0.0)))
CURVE = {
    "proficiency": (0.4, UNIT),
    "hours": (5.0, NOT_NEGATIVE),
    "learning_rate": (0.01, NOT_NEGATIVE),
    "forgetting_rate": (0.02, NOT_NEGATIVE),
    "floor": (0.2, UNIT),
}
WEEKS = {"weeks": (10.0, NOT_NEGATIVE)}
LEVEL = {"level": (0.5, UNIT)}
KEPT = {"retained_share": (0.2, UNIT)}
FORECAST = {
    "mean": (0.4, UNIT),
    "sd": (0.1, NOT_NEGATIVE),
    "rate_sd": (0.5, NOT_NEGATIVE),
    **{name: CURVE[name] for name in ("hours", "learning_rate", "forgetting_rate")},
    **WEEKS,
    **KEPT,
}
PLAN = {
    "weight": ([0.7, 0.3], NOT_NEGATIVE),
    "proficiency": ([0.4, 0.5], UNIT),
    "learning_rate": ([0.01, 0.01], (0.0, 1e6)),
    "forgetting_rate": ([0.02, 0.0], (0.0, 1e6)),
    "budget": (4.0, (0.0, 1e6)),
    "horizon_weeks": ([10.0, 10.0], (1e-6, 1e6)),
    "floor": ([0.1, 0.1], UNIT),
    "target": ([0.9, 0.9], UNIT),
    "beyond": ([0.2, 0.2], UNIT),
    "rho": (-0.5, (-1e3, 1.0)),
    "min_hours": ([0.0, 0.0], (0.0, 1e6)),
}
STANDING = {
    "weight": ([0.7, 0.3], NOT_NEGATIVE),
    "target": ([0.9, 0.9], UNIT),
    "beyond": (0.2, UNIT),
    "rho": (-0.5, (-math.inf, 1.0)),
}
DOUBT = {
    "mean": ([0.4, 0.5], ANY),
    "covariance_diagonal": ([0.01, 0.01], NOT_NEGATIVE),
    "covariance_factor": ([[0.1], [0.1]], ANY),
}
POSITIVE = (float(np.nextafter(0.0, 1.0)), math.inf)
RATINGS = {
    "prior_sd": ([0.2, 0.2], POSITIVE),
    "noise_variance": ([0.01, 0.01], POSITIVE),
    "prior_mean": ([0.4, 0.5], ANY),
    "severity_mean": ([0.0], ANY),
    "severity_variance": ([0.01], NOT_NEGATIVE),
    "shared_variance": ([0.01], NOT_NEGATIVE),
    "rating": ([0.5, 0.6], ANY),
}
# What a function takes besides numbers with a range.
SOFT = {"soft": [False, True]}
BESIDE = {
    "fuse_ratings": {
        "skill": [0, 1],
        "rater": [0, 0],
        "kind": [0, 0],
    },
    "draw_assumptions": {"rng": np.random.default_rng(1), "n_draws": 3},
    "spread_standing": {"n_points": 16} | SOFT,
    "goal_shares": {"goal_index": [0, 1], "skill_index": [0, 1]},
    "mix_weights": {"priority": [1.0], "goal_index": [0], "skill_index": [0]},
    **dict.fromkeys(
        (
            *("allocate_hours", "evaluate_hours", "allocate_with_transfer", "find_price_range"),
            *("base_weights", "widen_soft_share", "measure_standing"),
        ),
        SOFT,
    ),
    "activity_mix": {"soft": False},
}
RANGES = {
    numeric.proficiency_after: CURVE | WEEKS,
    numeric.marginal_proficiency: CURVE | WEEKS,
    numeric.proficiency_curvature: CURVE | WEEKS,
    numeric.hours_to_reach: {k: v for k, v in CURVE.items() if k != "hours"} | WEEKS | LEVEL,
    numeric.weeks_to_reach: CURVE | LEVEL,
    numeric.highest_level: CURVE,
    numeric.readiness: {
        **dict.fromkeys(("hard_index", "soft_index", "soft_share"), (0.5, UNIT)),
        "rho": (-0.5, (-math.inf, 1.0)),
    },
    numeric.chance_to_reach: FORECAST | LEVEL,
    numeric.proficiency_quantile: FORECAST | {"probability": (0.5, INSIDE)},
    numeric.practice_levels: {
        "proficiency": (0.4, UNIT),
        "hours": ([2.0, 3.0], NOT_NEGATIVE),
        "weeks": ([1.0, 1.0], NOT_NEGATIVE),
        "learning_rate": (0.01, NOT_NEGATIVE),
        "forgetting_rate": (0.02, NOT_NEGATIVE),
        **KEPT,
    },
    numeric.widen_soft_share: {"used_hours": (2.0, NOT_NEGATIVE)},
    numeric.allocate_hours: PLAN,
    # Given hours, minima must not pass them.
    numeric.evaluate_hours: {k: v for k, v in PLAN.items() if k != "min_hours"}
    | {"hours": ([0.0, 0.0], NOT_NEGATIVE)},
    numeric.allocate_with_transfer: PLAN | {"transfer": ([[0.0, 0.1], [0.1, 0.0]], NOT_NEGATIVE)},
    numeric.find_price_range: PLAN | {"budget": (4.0, (0.0, 168.0))},
    base_weights: {"importance": ([0.5, 0.5], NOT_NEGATIVE), "soft_share": (0.4, UNIT)},
    goal_shares: {"priority": ([1.0, 2.0], NOT_NEGATIVE)},
    mix_weights: {
        "field_base": ([0.5, 0.5], UNIT),
        "stage_base": ([0.5, 0.5], UNIT),
        "goal_share": (0.4, UNIT),
        "priority": ([1.0], NOT_NEGATIVE),
    },
    measure_standing: STANDING | {"proficiency": ([0.4, 0.5], UNIT)},
    spread_standing: STANDING | DOUBT | {"coverage": (0.9, UNIT)},
    draw_assumptions: DOUBT
    | {
        "weight": ([0.7, 0.3], NOT_NEGATIVE),
        "learning_rate": ([0.01, 0.01], NOT_NEGATIVE),
        "weight_spread": (0.2, NOT_NEGATIVE),
        "rate_spread": (0.2, NOT_NEGATIVE),
        "rate_person_share": (0.5, UNIT),
    },
    spread_hours: {"hours": ([[1.0, 2.0], [2.0, 1.0]], NOT_NEGATIVE), "coverage": (0.9, UNIT)},
    find_ties: {"hours": ([[1.0, 2.0], [2.0, 1.0]], NOT_NEGATIVE), "confidence": (0.7, (0.5, 1.0))},
    fuse_ratings: RATINGS,
    weigh_dense: {
        "covariance": ([[[0.04]]], ANY),
        "noise_variance": ([[0.01]], POSITIVE),
        "deviation": ([[0.0]], ANY),
        "threshold": (1.5, POSITIVE),
    },
    activity_mix: {"proficiency": (0.4, UNIT)},
    review_gap: {"delay_days": (4.0, NOT_NEGATIVE)},
}
WISHED = {"wished": (0.2, 0.4), "budget": 6.0}


@pytest.mark.parametrize(
    ("function", "name"),
    [(function, name) for function, names in RANGES.items() for name in names],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_number_out_of_its_range_is_named(function, name):
    """The nearest floats outside, NaN, text and truth are refused by name; the ends are not."""
    good = {key: value for key, (value, _) in RANGES[function].items()}
    good |= BESIDE.get(function.__name__, {})
    if function is numeric.widen_soft_share:
        good |= WISHED
    value, (low, high) = RANGES[function][name]

    def call(other):
        changed = np.array(value, dtype=type(other) if isinstance(other, (str, bool)) else float)
        changed[(-1,) * changed.ndim] = other
        return function(**good | {name: changed if changed.ndim else changed.item()})

    outside = [math.nan, np.nextafter(low, -math.inf), np.nextafter(high, math.inf)]
    for wrong in outside:
        if not low <= wrong <= high:
            with pytest.raises(InvalidValueError, match=rf"^{name}\b") as caught:
                call(float(wrong))
            assert repr(float(wrong)) in str(caught.value)
    for wrong in ("0.5", True):
        with pytest.raises(InvalidValueError, match=rf"^{name}\b"):
            call(wrong)
    for end in (low, high):
        if not math.isfinite(end) or 0.0 < end < 1e-100:  # open, or too small to be squared
            continue
        # A million hours at least leave no plan.
        with contextlib.suppress(InfeasibleError):
            call(end)


@pytest.mark.parametrize(
    "function",
    [one for one in RANGES if "soft" in BESIDE.get(one.__name__, ())],
    ids=lambda one: one.__name__,
)
def test_kinds_that_are_no_truth_values_are_refused(function):
    """Zeros and ones are not read as hard and soft."""
    good = {key: value for key, (value, _) in RANGES[function].items()} | BESIDE[function.__name__]
    good |= WISHED if function is numeric.widen_soft_share else {}
    kinds = 1 if function is activity_mix else [0, 1]
    with pytest.raises(InvalidValueError, match=r"^soft must be"):
        function(**good | {"soft": kinds})


@pytest.mark.parametrize("name", ["prior_mean", "severity_mean", "shared_variance", "rating"])
def test_ratings_with_a_second_axis_are_named_with_their_shape(name):
    """Rows of people have a function of their own; here the shape given is shown."""
    good = {key: value for key, (value, _) in RATINGS.items()} | BESIDE["fuse_ratings"]
    shape = re.escape(str((1, len(good[name]))))
    with pytest.raises(InvalidValueError, match=rf"^{name} must be of one axis, got {shape}$"):
        fuse_ratings(**good | {name: [good[name]]})


@pytest.mark.parametrize("name", ["asked_noise_variance", "new_severity_mean"])
def test_a_question_of_another_shape_is_named_with_both_shapes(name):
    """The shape that the other arguments ask for, and the one given."""
    good = {key: value for key, (value, _) in RATINGS.items()} | BESIDE["fuse_ratings"]
    good |= {"asked_skill": [0], "asked_rater": [0], "asked_kind": [0]}
    good |= {"asked_noise_variance": [0.01], "new_severity_mean": [0.0]}
    good |= {"new_severity_variance": [0.01]}
    predict_answers(**good)
    rule = rf"^{name} must be of shape \(1,\), got \(2,\)$"
    with pytest.raises(InvalidValueError, match=rule):
        predict_answers(**good | {name: [0.01, 0.01]})
