"""Errors: one family, each also a built-in, each with its facts, each fit to be pickled."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbalance import _checks
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
