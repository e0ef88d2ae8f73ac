"""Readiness: its limits, its gradient, and the laws of a mean."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skillbalance.errors import InvalidValueError
from skillbalance.numeric.indices import (
    checked_rho,
    combine,
    credit,
    kind_shares,
    prices,
    readiness,
    readiness_of,
)

RHOS = [1.0, 0.999, 0.5, 1e-12, 0.0, -1e-12, -0.5, -3.0, -20.0]

# Nearer to 0 the 80 digits of the reference do not tell readiness from the geometric mean.
rhos = st.sampled_from(RHOS) | st.floats(-20.0, 1.0).map(lambda x: x if abs(x) > 1e-13 else 0.0)
positive = st.floats(1e-9, 1.0)
unit = st.sampled_from([0.0, 1.0]) | positive
inner_shares = st.floats(1e-6, 1.0 - 1e-6)


def arrays(*values):
    """Turn numbers into arrays, as the functions without checks expect them."""
    return tuple(np.asarray(value, dtype=float) for value in values)


def exact(H, S, s, rho):
    """Readiness and its derivatives to 50 digits, straight from the definition."""
    with mp.workdps(80):
        H, S, s, rho = (mp.mpf(float(x)) for x in (H, S, s, rho))
        F = H ** (1 - s) * S**s if rho == 0 else ((1 - s) * H**rho + s * S**rho) ** (1 / rho)
        return F, (1 - s) * (F / H) ** (1 - rho), s * (F / S) ** (1 - rho)


def close(value, reference, tolerance):
    """Compare a float with many digits, relatively."""
    return abs(mp.mpf(float(value)) - reference) <= tolerance * abs(reference)


@settings(max_examples=300)
@given(H=positive, S=positive, s=inner_shares, rho=rhos)
@example(H=1e-9, S=1.0, s=0.5, rho=1e-12)
@example(H=1.0, S=1e-9, s=0.5, rho=-20.0)
@example(H=0.5, S=0.5, s=0.3, rho=-0.5)
def test_readiness_and_gradient_equal_fifty_digits(H, S, s, rho):
    """Readiness keeps its digits but those a tiny share takes, its derivatives lose the power's."""
    tolerance = 1e-14 + 1e-15 / min(s, 1.0 - s)
    F, to_H, to_S = exact(H, S, s, rho)
    assert close(readiness(H, S, s, rho), F, tolerance)
    found = prices(*arrays(H, S, s, rho))
    assert close(found.hard, to_H, tolerance * (20.0 + 20.0 * abs(rho)))
    assert close(found.soft, to_S, tolerance * (20.0 + 20.0 * abs(rho)))


@pytest.mark.parametrize("rho", RHOS)
def test_the_gradient_is_that_of_finite_differences(rho):
    """A small step in either index moves readiness as the derivative says."""
    H, S, s, step = 0.6, 0.3, 0.35, 1e-6
    found = prices(*arrays(H, S, s, rho))
    by_hard = (readiness(H + step, S, s, rho) - readiness(H - step, S, s, rho)) / (2.0 * step)
    by_soft = (readiness(H, S + step, s, rho) - readiness(H, S - step, s, rho)) / (2.0 * step)
    assert found.hard == pytest.approx(by_hard, rel=1e-4)
    assert found.soft == pytest.approx(by_soft, rel=1e-4)


@settings(max_examples=200)
@given(H=unit, S=unit, s=unit, rho=rhos)
def test_readiness_lies_between_the_indices(H, S, s, rho):
    """Readiness is a mean: between the indices, and equal to them where they are equal."""
    F = float(readiness(H, S, s, rho))
    if 0.0 < s < 1.0:
        assert min(H, S) * (1.0 - 1e-14) <= F <= max(H, S) * (1.0 + 1e-14)
    else:
        assert pytest.approx(S if s == 1.0 else H, rel=1e-15) == F
    assert readiness(H, H, s, rho) == pytest.approx(H, rel=1e-15)


@settings(max_examples=100)
@given(H=unit, S=unit, s=unit, rho=rhos, factor=st.floats(1e-6, 1.0))
def test_readiness_is_homogeneous(H, S, s, rho, factor):
    """Scaling both indices scales readiness."""
    scaled = readiness(factor * H, factor * S, s, rho)
    assert scaled == pytest.approx(factor * float(readiness(H, S, s, rho)), rel=1e-12, abs=1e-300)


@settings(max_examples=100)
@given(H=unit, S=unit, s=unit, rhos=st.tuples(rhos, rhos))
def test_less_substitution_is_never_more_readiness(H, S, s, rhos):
    """Readiness rises with rho: power means are ordered."""
    low, high = sorted(rhos)
    assert readiness(H, S, s, low) <= readiness(H, S, s, high) * (1.0 + 1e-13)


@settings(max_examples=100)
@given(H=unit, S=unit, s=unit, rho=rhos)
def test_the_kinds_are_interchangeable(H, S, s, rho):
    """Exchanging the kinds and their shares changes nothing."""
    other = readiness(S, H, 1.0 - s, rho)
    # 1 - s is rounded, which counts where one index is tiny and rho is large.
    if 1.0 - (1.0 - s) == s:
        assert readiness(H, S, s, rho) == pytest.approx(other, rel=1e-13)


@settings(max_examples=100)
@given(ends=st.tuples(unit, unit, unit, unit), t=st.floats(0.0, 1.0), s=inner_shares, rho=rhos)
def test_readiness_is_concave(ends, t, s, rho):
    """Readiness at a mixture is at least the mixture of readinesses."""
    H, S, H2, S2 = ends
    mixed = readiness(min(t * H + (1 - t) * H2, 1.0), min(t * S + (1 - t) * S2, 1.0), s, rho)
    assert mixed >= t * readiness(H, S, s, rho) + (1 - t) * readiness(H2, S2, s, rho) - 1e-13


@settings(max_examples=50)
@given(H=positive, S=positive, s=inner_shares)
def test_readiness_is_smooth_through_rho_zero(H, S, s):
    """A rho of 1e-12 either side of 0 differs from the geometric mean by about as little."""
    at_zero = float(readiness(H, S, s, 0.0))
    assert at_zero == pytest.approx(H ** (1.0 - s) * S**s, rel=1e-12)
    for rho in (1e-12, -1e-12, 1e-300, -1e-300):
        assert readiness(H, S, s, rho) == pytest.approx(at_zero, rel=1e-9)


@pytest.mark.parametrize("rho", [0.0, -1e-12, -0.5, -20.0])
def test_a_kind_at_zero_makes_complements_worthless(rho):
    """With rho at most 0 an index of zero makes readiness zero, whichever kind it is."""
    assert readiness(0.0, 0.7, 0.4, rho) == 0.0
    assert readiness(0.7, 0.0, 0.4, rho) == 0.0
    assert readiness(0.0, 0.0, 0.4, rho) == 0.0


@pytest.mark.parametrize("rho", [1.0, 0.999, 0.5, 0.1])
def test_a_kind_at_zero_leaves_substitutes_their_part(rho):
    """With rho above 0 the other kind alone gives (its share)^(1/rho) of its index."""
    assert readiness(0.0, 0.7, 0.4, rho) == pytest.approx(0.7 * 0.4 ** (1.0 / rho), rel=1e-13)
    assert readiness(0.7, 0.0, 0.4, rho) == pytest.approx(0.7 * 0.6 ** (1.0 / rho), rel=1e-13)


@pytest.mark.parametrize("rho", RHOS)
@pytest.mark.parametrize("indices", [(0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (1.0, 1.0), (0.5, 0.5)])
@pytest.mark.parametrize("s", [0.0, 0.3, 1.0])
def test_prices_are_never_negative_nor_undefined(rho, indices, s):
    """At every corner the prices are numbers, infinite at most where the first hour is."""
    found = prices(*arrays(*indices, s, rho))
    for price, index in zip(found, indices, strict=True):
        assert price >= 0.0
        assert np.isfinite(price) or index == 0.0
    if s == 0.0:
        assert found.soft == 0.0
        assert found.hard == pytest.approx(1.0)
    if s == 1.0:
        assert found.hard == 0.0
        assert found.soft == pytest.approx(1.0)


@pytest.mark.parametrize("s", [0.0, 1.0])
@pytest.mark.parametrize("rho", RHOS)
def test_a_kind_without_share_does_not_count(s, rho):
    """At a share of 0 or 1 the absent kind's index, even 0, changes nothing."""
    present = (
        {"hard_index": 0.6, "soft_index": 0.0}
        if s == 0.0
        else {
            "hard_index": 0.0,
            "soft_index": 0.6,
        }
    )
    assert readiness(**present, soft_share=s, rho=rho) == pytest.approx(0.6, rel=1e-15)


def test_everything_broadcasts():
    """Indices by shares by rhos give one array, equal to its entries one by one."""
    H, s, rho = np.array([0.2, 0.8]), np.array([0.0, 0.5, 1.0])[:, None], np.array(RHOS)
    together = readiness(H, 0.5, s, rho[:, None, None])
    assert together.shape == (len(RHOS), 3, 2)
    assert together[3, 1, 0] == readiness(0.2, 0.5, 0.5, RHOS[3])
    np.testing.assert_array_equal(combine(*arrays(0.2, 0.5, 0.5, RHOS)), together[:, 1, 0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hard_index", 1.2),
        ("soft_index", -0.1),
        ("soft_share", np.nan),
        ("rho", 1.01),
        ("rho", np.nan),
        ("rho", -np.inf),
    ],
)
def test_arguments_out_of_range_are_named(name, value):
    """Indices and shares outside [0, 1] and a rho above 1 are refused by name."""
    good = {"hard_index": 0.5, "soft_index": 0.5, "soft_share": 0.5, "rho": 0.5}
    with pytest.raises(InvalidValueError, match=name):
        readiness(**good | {name: value})


def test_a_rho_is_returned_as_an_array():
    """A legal rho passes unchanged."""
    np.testing.assert_array_equal(checked_rho([1, -2.5]), [1.0, -2.5])


@settings(max_examples=50)
@given(p=unit, t=unit, beyond=unit)
def test_credit_is_full_up_to_the_target_and_less_past_it(p, t, beyond):
    """Credit equals the level below the target and rises by *beyond* per point past it."""
    expected = p if p <= t else t + beyond * (p - t)
    assert credit(*arrays(p, t, beyond)) == pytest.approx(expected, rel=1e-15)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 1e-300, 1.0, 1e300]), st.booleans()), min_size=1),
    st.sampled_from([1e-5, 1.0, 1e5]),
)
def test_weights_are_split_by_kind(skills, scale):
    """Parts of a kind sum to 1, or to 0 where it has no weight; only ratios count."""
    weight = np.array([w for w, _ in skills]) * scale
    soft = np.array([is_soft for _, is_soft in skills])
    shares = kind_shares(weight, soft)
    for part, member in ((shares.hard, ~soft), (shares.soft, soft)):
        assert (part[~member] == 0.0).all()
        relative = weight[member] / max(weight.max(), 1e-320)
        assert part.sum() == pytest.approx(1.0 if (relative > 0.0).any() else 0.0, rel=1e-12)
    assert 0.0 <= shares.soft_share <= 1.0
    np.testing.assert_allclose(
        kind_shares(weight * 4.0, soft).soft_share, shares.soft_share, rtol=1e-15
    )


def test_readiness_of_skills_is_the_composition():
    """Straight from skills equals credit, weighted means and combination by hand."""
    weight, soft = np.array([0.4, 0.1, 0.5]), np.array([False, False, True])
    p, t, beyond = np.array([0.9, 0.2, 0.3]), np.array([0.5, 0.8, 0.6]), np.array(0.25)
    H = (0.4 * (0.5 + 0.25 * 0.4) + 0.1 * 0.2) / 0.5
    found = readiness_of(weight, soft, p, target=t, beyond=beyond, rho=np.array(-0.5))
    assert found == pytest.approx((0.5 * H**-0.5 + 0.5 * 0.3**-0.5) ** -2.0, rel=1e-14)
