"""Robust weights: closed forms against leaving out one by one, and what a wild rating may do."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import RatingProblem, rating_problems

from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence import robust
from skillbalance.numeric.evidence.fusion import Fusion, fuse_ratings
from skillbalance.numeric.evidence.ratings import check_ratings
from skillbalance.numeric.evidence.robust import RobustWeights, weigh_dense, weigh_ratings


def weigh(problem: RatingProblem, threshold: float | None = 1.5) -> RobustWeights:
    """Weigh the ratings of a problem."""
    arguments = problem.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    return weigh_ratings(mean, sd, threshold=threshold, **arguments)


def fuse(problem: RatingProblem, weight: np.ndarray) -> Fusion:
    """Fuse at given robust weights."""
    arguments = problem.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    arguments["noise_variance"] = arguments["noise_variance"] / weight
    return fuse_ratings(mean, sd, **arguments)


def left_out(problem: RatingProblem, weight: np.ndarray) -> np.ndarray:
    """Standardize each rating by really leaving it out: conditioning on all others, one by one."""
    p = {name: np.asarray(value) for name, value in problem.arguments().items()}
    same_skill = p["skill"][:, None] == p["skill"]
    total = same_skill * p["prior_sd"][p["skill"]] ** 2
    total = total + (p["rater"][:, None] == p["rater"]) * p["severity_variance"][p["rater"]]
    together = same_skill & (p["kind"][:, None] == p["kind"])
    total = total + together * p["shared_variance"][p["kind"]]
    without_noise = np.diag(total).copy()
    total = total + np.diag(p["noise_variance"] / weight)
    off = p["rating"] - p["prior_mean"][p["skill"]] - p["severity_mean"][p["rater"]]
    deviation = []
    for j in range(len(off)):
        others = np.arange(len(off)) != j
        gain = np.linalg.solve(total[np.ix_(others, others)], total[others, j])
        variance = without_noise[j] - gain @ total[others, j] + p["noise_variance"][j]
        deviation.append((off[j] - gain @ off[others]) / np.sqrt(variance))
    return np.array(deviation)


# --- the definition -------------------------------------------------------------------------------


@settings(max_examples=50)
@given(rating_problems(), st.sampled_from([0.5, 1.5, 3.0]))
def test_weights_are_those_of_leaving_out_one_by_one(problem, threshold):
    """Six rounds of literal leaving out give the same weights and deviations."""
    weight = np.ones(len(problem.rating))
    t = weight
    for _ in range(6):
        t = left_out(problem, weight)
        weight = np.minimum(1.0, threshold / np.maximum(np.abs(t), 1e-12)) ** 2
    result = weigh(problem, threshold)
    np.testing.assert_allclose(result.deviation, t, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(result.weight, weight, rtol=1e-6, atol=1e-9)


@settings(max_examples=50)
@given(rating_problems(min_ratings=1), st.sampled_from([None, 0.5, 1.5]))
def test_the_sparse_equations_give_the_same(problem, threshold):
    """Above a certain size another road is taken; it leads to the same weights."""
    arguments = problem.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    data = check_ratings(mean, sd, **arguments)
    dense, sparse = robust.robust_weights(data, threshold), robust._weigh_many(data, threshold)
    np.testing.assert_allclose(sparse.deviation, dense.deviation, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(sparse.weight, dense.weight, rtol=1e-6, atol=1e-9)


def test_blocks_change_nothing(monkeypatch):
    """Cut into blocks of one row the sparse equations weigh as in one block."""
    rng = np.random.default_rng(2)
    problem = crowd(rng.normal(0.5, 0.2, 120))
    problem = attrs.evolve(problem, skill=np.arange(120) % 12, rater=np.arange(120) % 5)
    whole = weigh(problem)
    assert (whole.weight < 1.0).any()
    monkeypatch.setattr("skillbalance.numeric.evidence.mixed._BLOCK_ENTRIES", 1)
    np.testing.assert_allclose(weigh(problem).weight, whole.weight, rtol=1e-10)


def test_deviations_are_standard_normal_where_the_model_holds():
    """On ratings drawn from the model the deviations have mean 0, variance 1 and normal tails."""
    rng = np.random.default_rng(8)
    deviations = []
    for _ in range(400):
        skill, rater = rng.integers(4, size=15), rng.integers(5, size=15)
        kind = rater % 2
        beta, theta = rng.normal(0.0, 0.1, 5), rng.normal(0.5, 0.2, 4)
        shared = rng.normal(0.0, 0.07, (4, 2))
        problem = RatingProblem(
            prior_mean=np.full(4, 0.5), prior_sd=np.full(4, 0.2), skill=skill, rater=rater,
            kind=kind, rating=theta[skill] + beta[rater] + shared[skill, kind]
            + rng.normal(0.0, 0.12, 15), noise_variance=np.full(15, 0.0144),
            severity_mean=np.zeros(5), severity_variance=np.full(5, 0.01),
            shared_variance=np.full(2, 0.0049),
        )  # fmt: skip
        deviations.extend(weigh(problem, None).deviation)
    assert abs(np.mean(deviations)) < 0.05
    assert np.var(deviations) == pytest.approx(1.0, abs=0.05)
    assert np.mean(np.abs(deviations) > 1.645) == pytest.approx(0.10, abs=0.015)


# --- what follows from it -------------------------------------------------------------------------


@settings(max_examples=50)
@given(rating_problems())
def test_weights_follow_from_the_deviations(problem):
    """A rating within the threshold has weight 1, one beyond it the square of the ratio."""
    result = weigh(problem)
    far = np.abs(result.deviation) > 1.5
    assert (result.weight[~far] == 1.0).all()
    np.testing.assert_allclose(result.weight[far], (1.5 / result.deviation[far]) ** 2, rtol=1e-12)


@settings(max_examples=50)
@given(rating_problems())
def test_without_a_threshold_every_weight_is_one(problem):
    """None turns robust weights off and still tells how far each rating lies."""
    result = weigh(problem, None)
    assert (result.weight == 1.0).all()
    np.testing.assert_allclose(
        result.deviation, left_out(problem, np.ones(len(problem.rating))), rtol=1e-6, atol=1e-7
    )


@settings(max_examples=50)
@given(rating_problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem, random):
    """Shuffled ratings have the weights they had."""
    order = np.array(random.sample(range(len(problem.rating)), len(problem.rating)), dtype=int)
    before, after = weigh(problem), weigh(problem.keep(order))
    np.testing.assert_allclose(after.weight, before.weight[order], rtol=1e-6)


@settings(max_examples=50)
@given(rating_problems(), st.floats(0.01, 100.0), st.floats(-5.0, 5.0))
def test_units_and_origin_do_not_matter(problem, scale, origin):
    """Measured in another unit from another zero, every rating is as wild as before."""
    moved = attrs.evolve(
        problem,
        prior_mean=origin + scale * problem.prior_mean,
        prior_sd=scale * problem.prior_sd,
        rating=origin + scale * problem.rating,
        noise_variance=scale**2 * problem.noise_variance,
        severity_mean=scale * problem.severity_mean,
        severity_variance=scale**2 * problem.severity_variance,
        shared_variance=scale**2 * problem.shared_variance,
    )
    np.testing.assert_allclose(weigh(moved).weight, weigh(problem).weight, rtol=1e-5)


@settings(max_examples=50)
@given(rating_problems(min_ratings=1, extreme=True))
def test_extreme_precision_stays_finite(problem):
    """Noise between 1e-9 and 1e6 gives weights in (0, 1] and finite deviations."""
    result = weigh(problem)
    assert np.isfinite(result.deviation).all()
    assert ((result.weight > 0.0) & (result.weight <= 1.0)).all()


def test_no_ratings_have_no_weights():
    """An empty problem has an empty answer."""
    result = weigh_ratings(
        [0.5], 0.2, threshold=1.5, skill=[], rater=[], kind=[], rating=[], noise_variance=[],
        severity_mean=[], severity_variance=[], shared_variance=[0.0],
    )  # fmt: skip
    assert result.weight.shape == result.deviation.shape == (0,)


# --- one wild rating ------------------------------------------------------------------------------


def crowd(ratings: np.ndarray) -> RatingProblem:
    """Make one skill expected at 0.5, rated by as many different people of one kind."""
    k = len(ratings)
    return RatingProblem(
        prior_mean=np.full(12, 0.5), prior_sd=np.full(12, 0.2), skill=np.zeros(k, int),
        rater=np.arange(k), kind=np.zeros(k, int), rating=np.asarray(ratings, dtype=float),
        noise_variance=np.full(k, 0.012), severity_mean=np.zeros(k),
        severity_variance=np.full(k, 0.005), shared_variance=np.array([0.002]),
    )  # fmt: skip


@pytest.mark.parametrize("others", [1, 2, 3, 6])
def test_one_wild_rating_does_not_swing_the_estimate(others):
    """The farther a rating lies beyond the threshold, the less it moves the estimate in the end."""
    calm = [0.55] * others
    base = fuse(crowd(calm), weigh(crowd(calm)).weight).mean[0]
    moved = []
    for wild in (0.9, 1.0, 2.0, 4.0):
        problem = crowd([*calm, wild])
        plain = fuse(problem, np.ones(others + 1)).mean[0] - base
        moved.append(fuse(problem, weigh(problem).weight).mean[0] - base)
        assert moved[-1] < plain
    # Nobody would give 2 on a scale to 1; but the bound holds and it falls off again.
    assert max(moved) < 0.11
    assert moved[-1] < moved[0]
    assert moved[-1] < 0.05


def test_the_wild_one_of_several_is_the_one_that_loses():
    """Among five, four of whom agree, the fifth alone loses weight, though far from the prior."""
    weight = weigh(crowd([0.9, 0.88, 0.92, 0.9, 0.2])).weight
    assert (weight[:4] > 0.8).all()
    assert weight[4] < 0.2


def test_a_lone_rating_is_compared_with_the_prior():
    """One rating loses weight only where the prior makes it unlikely, by the closed form."""
    sd = np.sqrt(0.04 + 0.002 + 0.005 + 0.012)
    for rating in (0.5, 0.7, 1.0):
        result = weigh(crowd([rating]))
        t = (rating - 0.5) / sd
        assert result.deviation[0] == pytest.approx(t, abs=1e-12)
        assert result.weight[0] == pytest.approx(min(1.0, (1.5 / max(t, 0.1)) ** 2), abs=1e-12)


def test_agreement_gives_weight_back():
    """A rating far from the prior counts more once somebody else says the same."""
    alone = weigh(crowd([0.95])).weight[0]
    together = weigh(crowd([0.95, 0.95])).weight
    assert alone < 0.8 < together.min()


def test_two_who_contradict_each_other_equally_lose_the_same():
    """With the prior in the middle nobody is right, and the mean stays there."""
    problem = crowd([0.0, 1.0])
    weight = weigh(problem).weight
    assert weight[0] == pytest.approx(weight[1], rel=1e-12)
    assert weight[0] < 0.5
    assert fuse(problem, weight).mean[0] == pytest.approx(0.5, abs=1e-12)


# --- many at once, refusals -----------------------------------------------------------------------


def test_many_sets_at_once_are_each_alone():
    """Stacked sets give the bits that each gives alone, and those of the other entrance."""
    rng = np.random.default_rng(3)
    problems = [crowd(rng.normal(0.5, 0.3, 6)) for _ in range(5)]
    arguments = [problem.arguments() for problem in problems]
    data = [
        check_ratings(each.pop("prior_mean"), each.pop("prior_sd"), **each) for each in arguments
    ]
    covariance = np.stack([robust.covariance_without_noise(each) for each in data])
    noise, off = (np.stack([getattr(d, name) for d in data]) for name in ("noise", "deviation"))
    together = weigh_dense(covariance, noise, off, threshold=1.5)
    for i, problem in enumerate(problems):
        alone = weigh_dense(covariance[i], noise[i], off[i], threshold=1.5)
        np.testing.assert_array_equal(together.weight[i], alone.weight)
        np.testing.assert_array_equal(together.weight[i], weigh(problem).weight)
        np.testing.assert_array_equal(together.deviation[i], alone.deviation)


def test_results_are_read_only():
    """No array of a result can be written to, whichever road was taken."""
    for size in (3, 200):
        for array in weigh(crowd(np.linspace(0.0, 1.0, size))):
            assert not array.flags.writeable


@pytest.mark.parametrize("threshold", [0.0, -1.0, float("nan"), float("inf"), "1.5", True])
def test_a_bad_threshold_is_refused(threshold):
    """A threshold is a number above 0."""
    with pytest.raises(InvalidValueError, match=r"^threshold must be"):
        weigh(crowd([0.5]), threshold)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"covariance": [[0.04]]}, r"^covariance must be of shape \(1, 1, 1\), got \(1, 1\)"),
        ({"noise_variance": [0.1]}, r"^noise_variance must be of shape \(1, 1\), got \(1,\)"),
        ({"noise_variance": [[0.0]]}, r"^noise_variance\[0, 0\] must be greater than 0"),
        ({"deviation": [[float("nan")]]}, r"^deviation\[0, 0\] must be a finite number"),
        ({"deviation": 0.1, "noise_variance": 0.1}, r"^noise_variance must be of shape \(k,\)"),
    ],
)
def test_bad_sets_are_refused(changes, match):
    """Arguments of the entrance for many are named when out of range or of the wrong shape."""
    good = {"covariance": [[[0.04]]], "noise_variance": [[0.1]], "deviation": [[0.2]]}
    with pytest.raises(InvalidValueError, match=match):
        weigh_dense(**(good | changes), threshold=1.5)
