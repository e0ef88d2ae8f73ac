"""The practice curve against mpmath at 50 digits, and the shape the optimizer rests on."""

import mpmath as mp
import numpy as np
import pytest
from allocation_oracles import exact_curvature, exact_level, exact_slope
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from skillbalance.errors import InvalidValueError
from skillbalance.numeric.curve import (
    hours_to_reach,
    marginal_proficiency,
    mix,
    moments,
    proficiency_after,
    proficiency_curvature,
    quick_moments,
)

RATES = {"learning_rate": 0.006, "forgetting_rate": 0.0144, "weeks": 26.0, "floor": 0.2}

unit = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(1e-6, 1.0)
hours_of_a_week = st.sampled_from([0.0, 1e-12, 1e-6, 168.0]) | st.floats(0.0, 168.0)
learning_rates = st.floats(-6.0, 0.0).map(lambda x: 10.0**x)
forgetting_rates = st.sampled_from([0.0, 1e-300, 1e-15, 7.0 * np.log(2.0)]) | st.floats(
    -12.0, 0.0
).map(lambda x: 10.0**x)
weeks = st.sampled_from([1.0, 26.0, 1e4]) | st.floats(1.0, 1e4)


def exact(function, p0, h, rates):
    """Evaluate a reference to 50 digits or more after the cancellation in it, up to r^-3."""
    with mp.workdps(120 if rates["forgetting_rate"] > 1e-100 else 1100):
        return function(
            p0, h, rates["learning_rate"], rates["forgetting_rate"], rates["floor"], rates["weeks"]
        )


def relative_error(value, reference):
    """Compare a float with many digits; below the normal range only the size is known."""
    return float(abs(mp.mpf(float(value)) - reference) / max(abs(reference), mp.mpf("1e-290")))


@st.composite
def rates(draw):
    """Draw the parameters of a curve, decay and hours near 0 and long horizons among them."""
    return {
        "learning_rate": draw(learning_rates),
        "forgetting_rate": draw(forgetting_rates),
        "weeks": draw(weeks),
        "floor": draw(unit),
    }


@pytest.mark.parametrize(
    ("function", "reference"),
    [
        (proficiency_after, exact_level),
        (marginal_proficiency, exact_slope),
        (proficiency_curvature, exact_curvature),
    ],
)
@settings(max_examples=150)
@given(p0=unit, h=hours_of_a_week, rates=rates())
@example(p0=0.3, h=0.0, rates=RATES | {"forgetting_rate": 0.0})
@example(p0=0.0, h=1e-12, rates=RATES | {"forgetting_rate": 1e-15, "weeks": 1e4})
@example(p0=1.0, h=168.0, rates=RATES | {"weeks": 1e4})
def test_level_and_derivatives_equal_fifty_digits(function, reference, p0, h, rates):
    """Level, slope and curvature keep 13 digits wherever decay, hours and horizon may be."""
    z = (rates["learning_rate"] * h + rates["forgetting_rate"]) * rates["weeks"]
    # Rounding of z itself, one part in 2^53, is what e^-z multiplies by z.
    allowed = 1e-14 * (10.0 + min(z, 700.0))
    value = function(p0, h, **rates)
    assert relative_error(value, exact(reference, p0, h, rates)) <= allowed


@pytest.mark.parametrize("z", [0.0, 1e-300, 1e-12, 1e-3, 0.0999, 0.1, 0.999, 1.0, 1.001, 30, 1e4])
def test_moments_equal_their_integrals(z):
    """All moments are right to 15 digits on both sides of the switch to the series."""
    with mp.workdps(50):
        decay = mp.exp(-mp.mpf(z))
        reference = [decay] + [
            mp.quad(lambda t, n=n: t**n * mp.exp(-mp.mpf(z) * t), [0, 1 / (1 + mp.mpf(z)), 1])
            for n in range(3)
        ]
    for value, wanted in zip(moments(np.array([z])), reference, strict=True):
        assert relative_error(value[0], wanted) <= 1e-14


@settings(max_examples=100)
@given(st.lists(st.floats(-15.0, 4.0).map(lambda x: 10.0**x), min_size=1, max_size=20))
def test_quick_moments_lose_three_digits_at_most(z):
    """The quick moments agree with the exact ones to rounding relative to a sum they enter."""
    z = np.array([0.0, *z])
    for quick, exact_moment in zip(quick_moments(z), moments(z), strict=True):
        np.testing.assert_allclose(quick, exact_moment, rtol=1e-12)


@settings(max_examples=100)
@given(p0=unit, h=hours_of_a_week, rates=rates())
def test_mix_is_the_level(p0, h, rates):
    """The level with one exponential differs from the exact one by a few units of 1e-16."""
    k, d, w = rates["learning_rate"], rates["forgetting_rate"], rates["weeks"]
    start, pull, z = (np.array(x) for x in (p0, (k * h + d * rates["floor"]) * w, (k * h + d) * w))
    assert abs(mix(start, pull, z) - proficiency_after(p0, h, **rates)) <= 1e-15


@settings(max_examples=150)
@given(p0=unit, rates=rates(), part=st.floats(0.0, 1.0))
def test_the_inverse_comes_back_to_the_level(p0, rates, part):
    """Hours that reach a level reach it to 1e-12, and no level below the idle one needs any."""
    idle = float(proficiency_after(p0, 0.0, **rates))
    ceiling = float(proficiency_after(p0, 168.0, **rates))
    level = idle + part * (ceiling - idle)
    hours = hours_to_reach(level, proficiency=p0, **rates)
    if level >= 1.0:
        assert np.isinf(hours) or hours == 0.0
    else:
        assert hours <= 168.0 * (1.0 + 1e-9) or 1.0 - level < 1e-8  # there hours hardly matter
        assert proficiency_after(p0, hours, **rates) == pytest.approx(level, abs=1e-12)


@settings(max_examples=100)
@given(p0=st.floats(0.0, 0.9), rates=rates(), h=st.floats(0.01, 40.0))
def test_the_inverse_gives_the_hours_back(p0, rates, h):
    """Where the level tells hours apart at all, the inverse returns the hours put in."""
    assume(marginal_proficiency(p0, h, **rates) * h > 1e-4)
    level = proficiency_after(p0, h, **rates)
    assert hours_to_reach(level, proficiency=p0, **rates) == pytest.approx(h, rel=1e-10)


def test_the_inverse_is_the_fewest_hours():
    """A hair fewer hours than the inverse says do not reach the level."""
    hours = hours_to_reach(0.7, proficiency=0.4, **RATES)
    assert proficiency_after(0.4, hours * (1.0 + 1e-12), **RATES) >= 0.7
    assert proficiency_after(0.4, hours * (1.0 - 1e-9), **RATES) < 0.7


def test_what_no_hours_reach_is_infinite():
    """Mastery, no learning and no time give infinity; a level held anyway gives zero."""
    rates = {"proficiency": 0.4, "forgetting_rate": 0.0}
    assert np.isinf(hours_to_reach(1.0, learning_rate=0.01, weeks=10.0, **rates))
    assert np.isinf(hours_to_reach(0.5, learning_rate=0.0, weeks=10.0, **rates))
    assert np.isinf(hours_to_reach(0.5, learning_rate=0.01, weeks=0.0, **rates))
    assert hours_to_reach(0.4, learning_rate=0.0, weeks=10.0, **rates) == 0.0
    assert hours_to_reach(1.0, proficiency=1.0, learning_rate=0.1, forgetting_rate=0, weeks=1) == 0


def test_levels_just_short_of_mastery_are_inverted():
    """The last representable level below 1 needs finite hours that come back to it."""
    level = 1.0 - 2.0**-53
    hours = hours_to_reach(level, proficiency=0.0, learning_rate=0.01, forgetting_rate=0.0, weeks=1)
    assert np.isfinite(hours)
    assert hours == pytest.approx(53.0 * np.log(2.0) / 0.01, rel=1e-14)


@settings(max_examples=100)
@given(p0=unit, rates=rates(), h=hours_of_a_week, more=st.floats(1e-6, 100.0))
def test_practice_helps_less_and_less(p0, rates, h, more):
    """The level never falls with hours, its slope never rises, its curvature is never positive."""
    assert proficiency_after(p0, h + more, **rates) >= proficiency_after(p0, h, **rates) - 1e-15
    before, after = (float(marginal_proficiency(p0, x, **rates)) for x in (h, h + more))
    assert 0.0 <= after <= before * (1.0 + 1e-12)
    assert proficiency_curvature(p0, h, **rates) <= 0.0


@settings(max_examples=50)
@given(p0=unit, rates=rates(), h=st.floats(1.0, 100.0))
def test_the_log_of_the_slope_is_convex(p0, rates, h):
    """Tangents of log p' lie below it, which is what the optimizer rests on."""
    ends = [marginal_proficiency(p0, h + step, **rates) for step in (-1.0, 0.0, 1.0)]
    assume(min(ends) > 1e-200)
    left, middle, right = np.log(ends)
    assert middle <= 0.5 * (left + right) + 1e-11 * (1.0 + abs(middle))


@settings(max_examples=50)
@given(p0=unit, rates=rates(), h=hours_of_a_week)
def test_levels_stay_between_what_pulls_at_them(p0, rates, h):
    """A level lies between the smallest and the largest of level now, floor and mastery."""
    level = proficiency_after(p0, h, **rates)
    assert min(p0, rates["floor"]) - 1e-15 <= level <= 1.0
    assert proficiency_after(p0, 0.0, **rates) <= max(p0, rates["floor"]) + 1e-15


def test_everything_broadcasts():
    """Skills by horizons by hours give one array, equal to its entries one by one."""
    p0, h, w = np.array([0.2, 0.5]), np.array([0.0, 1.0, 5.0])[:, None], np.ones((4, 1, 1)) * 9.0
    rates = {"learning_rate": 0.01, "forgetting_rate": 0.01, "weeks": w}
    for function in (proficiency_after, marginal_proficiency, proficiency_curvature):
        together = function(p0, h, **rates)
        assert together.shape == (4, 3, 2)
        alone = function(0.5, 5.0, learning_rate=0.01, forgetting_rate=0.01, weeks=9.0)
        assert together[3, 2, 1] == alone
    assert hours_to_reach(0.6, proficiency=p0, **rates).shape == (4, 1, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proficiency", 1.5),
        ("proficiency", np.nan),
        ("hours", -1.0),
        ("learning_rate", -0.1),
        ("forgetting_rate", [0.1, -0.1]),
        ("weeks", -1.0),
        ("floor", 2.0),
    ],
)
@pytest.mark.parametrize("function", [proficiency_after, marginal_proficiency, hours_to_reach])
def test_arguments_out_of_range_are_named(function, name, value):
    """Every argument out of its range is refused by name."""
    given_ = {"proficiency": 0.5, "hours": 1.0} | RATES | {name: value}
    if function is hours_to_reach:
        given_.pop("hours")
        if name == "hours":
            name, given_ = "level", given_ | {"level": 1.5}
        given_.setdefault("level", 0.5)
    with pytest.raises(InvalidValueError, match=name):
        function(**given_)


@pytest.mark.parametrize("name", ["hours", "learning_rate", "forgetting_rate", "weeks"])
def test_infinite_arguments_are_refused(name):
    """Infinity is no number of hours, weeks or a rate: it is refused, not turned into NaN."""
    with pytest.raises(InvalidValueError, match=name):
        proficiency_after(**({"proficiency": 0.5, "hours": 1.0} | RATES | {name: np.inf}))
