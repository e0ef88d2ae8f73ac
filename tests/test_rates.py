"""Learning rates from practice and ratings: against brute force, ODEs, and simulated people."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.stats import multivariate_normal, norm

import skillbalance as sb
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.progress.rates import (
    learn_rates,
    practice_levels,
    probability_of_all,
    probability_of_each,
)

K = math.log(2.0) / 120.0
D = math.log(2.0) / 48.0


def problem(seed: int, n: int = 2, n_segments: int = 6, q: int = 3) -> dict[str, np.ndarray]:
    """Build a person with uneven weeks, idle skills, correlated noise and a place not rated."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, q, q))
    observed = np.ones((n, q), dtype=np.bool_)
    observed[-1, -1] = False
    return {
        "log_rate": np.log(K) + rng.normal(0.0, 0.5, n),
        "hours": rng.uniform(0.0, 8.0, (n, n_segments)) * (rng.random((n, n_segments)) < 0.8),
        "weeks": rng.uniform(0.2, 6.0, n_segments),
        "forgetting_rate": rng.uniform(0.0, 0.03, n),
        "retained_share": rng.uniform(0.0, 1.0, n),
        "start": rng.uniform(0.2, 0.6, n),
        "start_sd": rng.uniform(0.05, 0.3, n),
        "rating": rng.uniform(0.2, 0.9, (n, q)),
        "at": rng.integers(0, n_segments, (n, q)),
        "noise": 0.01 * (root @ np.swapaxes(root, 1, 2) + np.eye(q)),
        "observed": observed,
    }


# --- levels -----------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_levels_solve_the_differential_equation(seed):
    """Level at every cut equals a fine numerical solution of the practice equation."""
    given_ = problem(seed, n=1)
    p0, k = float(given_["start"][0]), math.exp(given_["log_rate"][0])
    d, c = float(given_["forgetting_rate"][0]), float(given_["retained_share"][0])
    found = practice_levels(
        p0,
        given_["hours"][0],
        weeks=given_["weeks"],
        learning_rate=k,
        forgetting_rate=d,
        retained_share=c,
    )
    level = p0
    for s, (hours, length) in enumerate(zip(given_["hours"][0], given_["weeks"], strict=True)):
        solved = solve_ivp(
            lambda _, p, h=hours: k * h * (1.0 - p) - d * (p - c * p0),
            (0.0, length),
            [level],
            rtol=1e-11,
            atol=1e-13,
        )
        level = float(solved.y[0, -1])
        assert found[s + 1] == pytest.approx(level, abs=1e-9)


@given(
    st.floats(0, 1), st.floats(0, 40), st.floats(0, 100), st.sampled_from([0.0, D]), st.floats(0, 1)
)
def test_one_segment_is_the_practice_curve(p0, hours, weeks, d, c):
    """With one segment, or one cut in two, the level is that of the closed form."""
    rates = {"learning_rate": K, "forgetting_rate": d}
    whole = proficiency_after(p0, hours, weeks=weeks, floor=c * p0, **rates)
    for lengths in ([weeks], [0.3 * weeks, 0.7 * weeks]):
        found = practice_levels(
            p0, [hours] * len(lengths), weeks=lengths, retained_share=c, **rates
        )
        assert found[0] == p0
        assert found[-1] == pytest.approx(float(whole), abs=1e-13)


# --- the posterior ----------------------------------------------------------------------------


def brute_force(given_: dict[str, np.ndarray], share: float, sigma: float = 0.5, m: int = 181):
    """Integrate over both rates on a fine joint grid; levels and evidence without shortcuts."""
    delta = np.linspace(-6.0 * sigma, 6.0 * sigma, m)
    cov = sigma**2 * (share * np.ones((2, 2)) + (1.0 - share) * np.eye(2))
    grid = np.stack(np.meshgrid(delta, delta, indexing="ij"), axis=-1)
    log_weight = multivariate_normal(np.zeros(2), cov).logpdf(grid)
    ends, spreads = [], []
    for i in range(2):
        rate = np.exp(given_["log_rate"][i] + delta)
        zero, one = (
            practice_levels(
                np.full(m, first),
                np.broadcast_to(given_["hours"][i], (m, len(given_["weeks"]))),
                weeks=given_["weeks"],
                learning_rate=rate,
                forgetting_rate=given_["forgetting_rate"][i],
                retained_share=given_["retained_share"][i],
            )
            for first in (0.0, 1.0)
        )
        seen = given_["observed"][i]
        at, said = given_["at"][i][seen], given_["rating"][i][seen]
        noise = given_["noise"][i][np.ix_(seen, seen)]
        tau2, end, spread, log_like = given_["start_sd"][i] ** 2, [], [], []
        for j in range(m):
            carry = one[j] - zero[j]
            mean = zero[j] + carry * given_["start"][i]
            joint = tau2 * np.outer(carry, carry)
            total = joint[np.ix_(at, at)] + noise
            log_like.append(multivariate_normal(mean[at], total).logpdf(said))
            gain = np.linalg.solve(total, joint[at, -1])
            end.append(mean[-1] + gain @ (said - mean[at]))
            spread.append(joint[-1, -1] - gain @ joint[at, -1])
        shape = (m, 1) if i == 0 else (1, m)
        log_weight = log_weight + np.array(log_like).reshape(shape)
        ends.append(np.array(end))
        spreads.append(np.array(spread))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return delta, weight, ends, spreads


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_the_posterior_equals_brute_force(seed, share):
    """Rates, their doubt, levels and chances agree with a joint grid over both skills."""
    given_ = problem(seed)
    fit = learn_rates(**given_, person_share=share)
    delta, weight, ends, spreads = brute_force(given_, share)
    aim = np.array([0.55, 0.5])
    above = []
    for i in range(2):
        marginal = weight.sum(axis=1 - i)
        mean = marginal @ delta
        sd = math.sqrt(marginal @ (delta - mean) ** 2)
        assert fit.log_rate[i] - given_["log_rate"][i] == pytest.approx(mean, abs=2e-5)
        assert fit.log_rate_sd[i] == pytest.approx(sd, abs=2e-5)
        level = marginal @ ends[i]
        variance = marginal @ (spreads[i] + (ends[i] - level) ** 2)
        assert fit.level[i, -1] == pytest.approx(level, abs=1e-5)
        assert fit.level_sd[i, -1] == pytest.approx(math.sqrt(variance), abs=1e-5)
        above.append(norm.cdf((ends[i] - aim[i]) / np.sqrt(spreads[i])))
        each = probability_of_each(fit, aim, fit.level.shape[-1] - 1)
        assert each[i] == pytest.approx(marginal @ above[i], abs=1e-5)
    both = above[0] @ weight @ above[1]
    assert probability_of_all(fit, aim, fit.level.shape[-1] - 1) == pytest.approx(both, abs=1e-5)
    one = probability_of_all(fit, aim, fit.level.shape[-1] - 1, named=[True, False])
    assert one == pytest.approx(weight.sum(axis=1) @ above[0], abs=1e-5)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 0.9]))
@settings(max_examples=25)
def test_without_ratings_nothing_is_learned(seed, share):
    """With no rating the rates keep their prior, and levels spread as rates and starts do."""
    given_ = problem(seed) | {"observed": np.zeros((2, 3), dtype=np.bool_)}
    fit = learn_rates(**given_, person_share=share)
    np.testing.assert_allclose(fit.log_rate, given_["log_rate"], atol=1e-9)
    np.testing.assert_allclose(fit.log_rate_sd, 0.5, rtol=2e-5)
    np.testing.assert_allclose(fit.level[:, 0], given_["start"], atol=1e-12)
    np.testing.assert_allclose(fit.level_sd[:, 0], given_["start_sd"], atol=1e-12)
    assert fit.person_effect == pytest.approx(0.0, abs=1e-9)
    assert fit.person_effect_sd == pytest.approx(0.5 * math.sqrt(share), rel=2e-5, abs=1e-12)


@given(st.integers(0, 10_000), st.permutations(range(3)))
@settings(max_examples=25)
def test_the_order_of_ratings_does_not_matter(seed, order):
    """Ratings in another order, and what stands in unrated places, change nothing."""
    given_ = problem(seed)
    order = list(order)
    other = given_ | {
        "rating": np.where(given_["observed"], given_["rating"], 77.0)[:, order],
        "at": given_["at"][:, order],
        "noise": given_["noise"][:, order][:, :, order],
        "observed": given_["observed"][:, order],
    }
    one, two = learn_rates(**given_), learn_rates(**other)
    np.testing.assert_allclose(two.log_rate, one.log_rate, atol=1e-10)
    np.testing.assert_allclose(two.level, one.level, atol=1e-10)


def test_people_do_not_influence_each_other():
    """Rows of a batch are what each person gets alone."""
    people = [problem(seed) for seed in range(5)]
    together = learn_rates(**{name: np.array([p[name] for p in people]) for name in people[0]})
    for i, person in enumerate(people):
        alone = learn_rates(**person)
        np.testing.assert_allclose(together.log_rate[i], alone.log_rate, atol=1e-12)
        np.testing.assert_allclose(together.level_sd[i], alone.level_sd, atol=1e-12)
        assert together.person_effect[i] == pytest.approx(float(alone.person_effect), abs=1e-12)


@given(st.integers(0, 10_000), st.floats(-0.3, 0.3))
@settings(max_examples=25)
def test_a_rater_who_is_off_by_the_same_each_time_says_nothing_of_rates(seed, off):
    """What all ratings of a skill share cancels: only the change between them tells a rate."""
    given_ = problem(seed) | {"start_sd": np.full(2, 0.2)}
    given_["observed"] = np.ones((2, 3), dtype=np.bool_)
    given_["noise"] = np.broadcast_to(0.01 * np.eye(3) + 1e4, (2, 3, 3))
    one = learn_rates(**given_)
    two = learn_rates(**(given_ | {"rating": given_["rating"] + off}))
    np.testing.assert_allclose(two.log_rate, one.log_rate, atol=1e-4)


def test_a_skill_learns_from_its_neighbours_only_if_pooled():
    """A fast first skill speeds up an unrated second one in part, and not at all unpooled."""
    given_ = problem(1)
    at = np.array([0, 3, 6])
    level = practice_levels(
        given_["start"][0],
        given_["hours"][0],
        weeks=given_["weeks"],
        learning_rate=2.0 * math.exp(given_["log_rate"][0]),
        forgetting_rate=given_["forgetting_rate"][0],
        retained_share=given_["retained_share"][0],
    )
    given_["at"] = np.array([at, at])
    given_["rating"] = np.array([level[at], np.zeros(3)])
    given_["observed"] = np.array([[True] * 3, [False] * 3])
    given_["noise"] = np.broadcast_to(1e-4 * np.eye(3), (2, 3, 3))
    moved = {
        share: learn_rates(**given_, person_share=share).log_rate - given_["log_rate"]
        for share in (0.0, 0.5)
    }
    assert moved[0.0][0] > 0.1
    assert moved[0.0][1] == pytest.approx(0.0, abs=1e-9)
    # b given a: with half of the variance common, half of what is known moves the neighbour.
    assert moved[0.5][1] == pytest.approx(0.5 * moved[0.5][0], rel=1e-3)


# --- simulated people -------------------------------------------------------------------------


def test_pooled_rates_beat_the_default_and_the_unpooled_fit():
    """Over 26 weeks with noisy ratings pooling has the least error, and honest intervals."""
    rng = np.random.default_rng(5)
    people, n, n_weeks = 400, 6, 26
    believed = np.log(math.log(2.0) / rng.choice([40.0, 120.0, 350.0], (people, n)))
    person, own = rng.normal(0.0, 0.5 * math.sqrt(0.5), (2, people, n))
    true = believed + person[:, :1] + own
    hours = rng.uniform(0.0, 2.0, (people, n, 1)) * (rng.random((people, n, n_weeks)) < 0.8)
    start = rng.normal(0.4, 0.2, (people, n))
    shape = {"forgetting_rate": D, "retained_share": 0.5, "weeks": np.ones(n_weeks)}
    level = practice_levels(np.clip(start, 0.0, 1.0), hours, learning_rate=np.exp(true), **shape)
    at = np.array([0, 8, 17, 26])
    noise = 0.085**2
    rating = level[..., at] + rng.normal(0.0, math.sqrt(noise), (people, n, 4))
    fits = {
        share: learn_rates(
            believed,
            hours=hours,
            start=0.4,
            start_sd=0.2,
            rating=rating,
            at=at,
            noise=noise * np.eye(4),
            person_share=share,
            n_nodes=81,
            **shape,
        )
        for share in (0.5, 0.0)
    }
    errors = {share: np.square(fit.log_rate - true).mean(axis=1) for share, fit in fits.items()}
    default = np.square(believed - true).mean(axis=1)
    for other in (default, errors[0.0]):
        ahead = other - errors[0.5]
        assert ahead.mean() > 3.0 * ahead.std(ddof=1) / math.sqrt(people)
    z = (true - fits[0.5].log_rate) / fits[0.5].log_rate_sd
    assert 0.88 < (np.abs(z) < 1.645).mean() < 0.92
    assert np.square(z).mean() == pytest.approx(1.0, abs=0.08)


# --- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"log_rate": [math.nan, 0.0]}, "log_rate"),
        ({"hours": [-1.0]}, r"hours\[0\] must be at least 0"),
        ({"hours": [1.0]}, r"hours must be of shape \(\.\.\., n, n_segments\)"),
        ({"hours": np.ones((3, 6))}, r"hours must be of shape \(\.\.\., n, n_segments\)"),
        ({"weeks": [1.0, -1.0]}, r"weeks\[1\] must be at least 0"),
        ({"retained_share": 1.5}, "retained_share must be in"),
        ({"start_sd": -0.1}, "start_sd must be at least 0"),
        ({"at": 7}, r"at must be in \[0, 6\], got 7"),
        ({"at": 0.5}, "at must be an array of integers"),
        ({"noise": np.zeros((2, 3, 3))}, "noise must be positive definite"),
        ({"rating": np.zeros((2, 5))}, "rating must be of shape"),
        ({"observed": 1}, "observed must be an array of booleans"),
        ({"spread": 0.0}, "spread must be greater than 0"),
        ({"person_share": 1.0}, r"person_share must be in \[0, 0.95\]"),
        ({"n_nodes": 2}, "n_nodes must be at least 3"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, match):
    """Each argument is named with its rule."""
    with pytest.raises(sb.InvalidValueError, match=match):
        learn_rates(**(problem(0) | changes))


def test_results_are_read_only():
    """Nobody can change a fit by accident."""
    fit = learn_rates(**problem(0))
    with pytest.raises(ValueError, match="read-only"):
        fit.log_rate[0] = 0.0
    with pytest.raises(sb.InvalidValueError, match=r"at must be in \[0, 6\]"):
        probability_of_each(fit, 0.5, 9)
