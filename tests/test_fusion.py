"""Fusing ratings: the mixed-model solution against the plain definition, and what it must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import RatingProblem, rating_problems
from wine import read_wine

from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence.fusion import Fusion, contrast_kind, fuse_ratings


def fuse(problem: RatingProblem, **changes: object) -> Fusion:
    """Fuse the ratings of a problem, some arguments changed."""
    arguments = problem.arguments() | changes
    return fuse_ratings(arguments.pop("prior_mean"), arguments.pop("prior_sd"), **arguments)


class Dense:
    """
    The same posterior from the covariance of the observations: no elimination, one dense inverse.

    All unknowns are stacked, theta then beta; y has covariance Z P Z' + R with P their prior
    covariance and R the shared and the particular noise.
    """

    def __init__(self, problem: RatingProblem) -> None:
        p = {name: np.asarray(value) for name, value in problem.arguments().items()}
        n, k, n_raters = len(p["prior_mean"]), len(p["rating"]), len(p["severity_mean"])
        design = np.zeros((k, n + n_raters))
        design[np.arange(k), p["skill"]] = 1.0
        design[np.arange(k), n + p["rater"]] = 1.0
        sd = np.broadcast_to(p["prior_sd"], (n,)).astype(float)
        prior = np.diag(np.concatenate([sd**2, p["severity_variance"]]))
        together = (p["skill"][:, None] == p["skill"]) & (p["kind"][:, None] == p["kind"])
        noise = np.diag(np.broadcast_to(p["noise_variance"], (k,)).astype(float))
        noise = noise + together * p["shared_variance"][p["kind"]]
        center = np.concatenate([p["prior_mean"], p["severity_mean"]])
        covariance = design @ prior @ design.T + noise
        self.gain = prior @ design.T @ np.linalg.inv(covariance)
        self.mean = center + self.gain @ (p["rating"] - design @ center)
        self.covariance = prior - self.gain @ design @ prior
        self.n = n


# --- the definition -------------------------------------------------------------------------------


@given(rating_problems())
def test_equals_the_dense_formula(problem):
    """Means, covariance and severities are those of the observation-space formula."""
    result, dense = fuse(problem), Dense(problem)
    n = dense.n
    np.testing.assert_allclose(result.mean, dense.mean[:n], rtol=0, atol=1e-8)
    np.testing.assert_allclose(result.covariance(), dense.covariance[:n, :n], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result.severity_mean, dense.mean[n:], rtol=0, atol=1e-8)
    np.testing.assert_allclose(
        result.severity_variance, np.diag(dense.covariance)[n:], rtol=0, atol=1e-9
    )


@settings(max_examples=50)
@given(rating_problems())
def test_variance_is_the_diagonal_of_the_covariance(problem):
    """The covariance is symmetric, diagonal plus low rank, and its diagonal is the variance."""
    result = fuse(problem)
    covariance = result.covariance()
    np.testing.assert_array_equal(np.diag(covariance), result.variance)
    np.testing.assert_array_equal(covariance, covariance.T)
    low_rank = result.covariance_factor @ result.covariance_factor.T
    np.testing.assert_allclose(
        covariance, np.diag(result.covariance_diagonal) + low_rank, rtol=1e-12, atol=1e-15
    )


@settings(max_examples=50)
@given(rating_problems())
def test_shares_are_the_gains_of_the_own_ratings(problem):
    """A kind's share is the sum of its gains, never negative; with the prior they sum to 1."""
    result, dense = fuse(problem), Dense(problem)
    for i in range(dense.n):
        for s in range(len(problem.shared_variance)):
            own = (problem.skill == i) & (problem.kind == s)
            assert result.kind_share[i, s] == pytest.approx(dense.gain[i, own].sum(), abs=1e-8)
            assert dense.gain[i, own].sum() >= -1e-9  # proved in the notes of fuse_ratings
    assert (result.kind_share >= 0.0).all()
    assert (result.prior_share > 0.0).all()
    np.testing.assert_allclose(
        result.kind_share.sum(axis=1) + result.prior_share, 1.0, rtol=0, atol=1e-10
    )


@settings(max_examples=50)
@given(rating_problems())
def test_the_share_of_each_rating_is_its_gain(problem):
    """What one rating contributed to its skill is what moving it alone would move the mean by."""
    result, dense = fuse(problem), Dense(problem)
    expected = dense.gain[problem.skill, np.arange(len(problem.rating))]
    np.testing.assert_allclose(result.rating_share, expected, rtol=0, atol=1e-8)


def test_a_single_gain_may_be_negative_though_no_kind_is():
    """With raters known from elsewhere one rating may count against itself; its kind never does."""
    problem = RatingProblem(
        prior_mean=np.zeros(2),
        prior_sd=np.full(2, 10.0),
        skill=np.array([1, 0, 0, 1, 1]),
        rater=np.array([0, 1, 0, 2, 1]),
        kind=np.array([1, 0, 1, 0, 0]),
        rating=np.zeros(5),
        noise_variance=np.array([0.1, 0.1, 0.1, 0.1, 1.0]),
        severity_mean=np.zeros(3),
        severity_variance=np.array([100.0, 100.0, 0.1]),
        shared_variance=np.array([10.0, 0.01]),
    )
    assert Dense(problem).gain[1, 4] < -0.3
    assert fuse(problem).rating_share[4] == pytest.approx(Dense(problem).gain[1, 4], abs=1e-9)
    assert fuse(problem).kind_share[1, 0] > 0.4


@settings(max_examples=50)
@given(rating_problems(min_ratings=1))
def test_the_posterior_maximizes_the_joint_density(problem):
    """Moving any proficiency or severity away from its posterior mean lowers the log density."""
    result = fuse(problem)
    theta, beta = result.mean, result.severity_mean
    free = problem.severity_variance > 0.0
    at_best = _log_density(problem, theta, beta)
    for i in range(len(theta)):
        for step in (-0.05, 0.05):
            moved = theta.copy()
            moved[i] += step
            assert _log_density(problem, moved, beta) < at_best
    for r in np.flatnonzero(free):
        for step in (-0.05, 0.05):
            moved = beta.copy()
            moved[r] += step
            assert _log_density(problem, theta, moved) < at_best


def _log_density(problem: RatingProblem, theta: np.ndarray, beta: np.ndarray) -> float:
    """Joint log density of theta, beta and the ratings, up to a constant, u integrated out."""
    total = -0.5 * np.sum(((theta - problem.prior_mean) / problem.prior_sd) ** 2)
    free = problem.severity_variance > 0.0
    total -= 0.5 * np.sum(
        (beta - problem.severity_mean)[free] ** 2 / problem.severity_variance[free]
    )
    left = problem.rating - theta[problem.skill] - beta[problem.rater]
    for i in range(len(theta)):
        for s, phi in enumerate(problem.shared_variance):
            own = (problem.skill == i) & (problem.kind == s)
            noise = np.diag(problem.noise_variance[own]) + phi
            total -= 0.5 * left[own] @ np.linalg.solve(noise, left[own])
    return float(total)


# --- what follows from it -------------------------------------------------------------------------


@settings(max_examples=50)
@given(rating_problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem, random):
    """Permuting ratings changes nothing; permuting skills, raters and kinds permutes the result."""
    before, after = fuse(problem), None
    ratings = np.array(random.sample(range(len(problem.rating)), len(problem.rating)), dtype=int)
    skills, raters, kinds = (
        np.array(random.sample(range(len(x)), len(x)), dtype=int)
        for x in (problem.prior_mean, problem.severity_mean, problem.shared_variance)
    )
    after = fuse(
        RatingProblem(
            prior_mean=problem.prior_mean[skills],
            prior_sd=problem.prior_sd[skills],
            skill=np.argsort(skills)[problem.skill[ratings]],
            rater=np.argsort(raters)[problem.rater[ratings]],
            kind=np.argsort(kinds)[problem.kind[ratings]],
            rating=problem.rating[ratings],
            noise_variance=problem.noise_variance[ratings],
            severity_mean=problem.severity_mean[raters],
            severity_variance=problem.severity_variance[raters],
            shared_variance=problem.shared_variance[kinds],
        )
    )
    for name in ("mean", "variance", "prior_share"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name)[skills], atol=1e-9)
    np.testing.assert_allclose(after.kind_share, before.kind_share[skills][:, kinds], atol=1e-9)
    for name in ("severity_mean", "severity_variance"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name)[raters], atol=1e-9)


@settings(max_examples=50)
@given(rating_problems(min_ratings=1))
def test_a_rating_never_widens_a_posterior(problem):
    """Without the last rating no variance, of proficiency or severity, is smaller."""
    more, less = fuse(problem), fuse(problem.without(len(problem.rating) - 1))
    assert (more.variance <= less.variance * (1 + 1e-10)).all()
    assert (more.severity_variance <= less.severity_variance * (1 + 1e-10) + 1e-18).all()


@settings(max_examples=50)
@given(rating_problems(), st.floats(0.01, 100.0), st.floats(-5.0, 5.0))
def test_units_and_origin_do_not_matter(problem, scale, origin):
    """Measured in another unit from another zero, the same posterior comes out."""
    before = fuse(problem)
    after = fuse(
        problem,
        prior_mean=origin + scale * problem.prior_mean,
        prior_sd=scale * problem.prior_sd,
        rating=origin + scale * problem.rating,
        noise_variance=scale**2 * problem.noise_variance,
        severity_mean=scale * problem.severity_mean,
        severity_variance=scale**2 * problem.severity_variance,
        shared_variance=scale**2 * problem.shared_variance,
    )
    unit = max(scale, abs(origin))
    np.testing.assert_allclose(after.mean, origin + scale * before.mean, rtol=0, atol=1e-8 * unit)
    np.testing.assert_allclose(after.variance, scale**2 * before.variance, rtol=1e-7)
    np.testing.assert_allclose(after.kind_share, before.kind_share, rtol=0, atol=1e-8)


@settings(max_examples=50)
@given(
    st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-0.2, 0.2)),
    st.tuples(st.floats(0.0, 0.3), st.floats(0.0, 0.3), st.floats(1e-4, 1.0)),
)
def test_one_rating_pulls_from_prior_towards_rating(values, variances):
    """The posterior mean lies between the prior and the rating less its expected leniency."""
    prior, rating, bias = values
    severity, shared, noise = variances
    result = fuse_ratings(
        [prior], 0.2, skill=[0], rater=[0], kind=[0], rating=[rating], noise_variance=noise,
        severity_mean=[bias], severity_variance=[severity], shared_variance=[shared],
    )  # fmt: skip
    gain = 0.04 / (0.04 + severity + shared + noise)
    assert result.mean[0] == pytest.approx(prior + gain * (rating - bias - prior), abs=1e-12)
    assert result.kind_share[0, 0] == pytest.approx(gain, abs=1e-12)


@settings(max_examples=50)
@given(rating_problems(min_ratings=1), st.floats(1.0, 50.0))
def test_a_noisier_rating_counts_less(problem, factor):
    """More noise in one rating, as age or doubt brings, never makes any posterior narrower."""
    noise = problem.noise_variance.copy()
    noise[0] *= factor
    before, after = fuse(problem), fuse(problem, noise_variance=noise)
    assert (after.variance >= before.variance * (1 - 1e-10)).all()


def test_nothing_rated_is_the_prior():
    """Without ratings means, variances and severities are what they were expected to be."""
    result = fuse_ratings(
        [0.3, 0.6], [0.2, 0.1], skill=[], rater=[], kind=[], rating=[], noise_variance=[],
        severity_mean=[0.05], severity_variance=[0.01], shared_variance=[0.0, 0.1],
    )  # fmt: skip
    np.testing.assert_array_equal(result.mean, [0.3, 0.6])
    np.testing.assert_allclose(result.variance, [0.04, 0.01], rtol=1e-14)
    np.testing.assert_allclose(result.prior_share, 1.0, rtol=1e-14)
    np.testing.assert_array_equal(result.kind_share, np.zeros((2, 2)))
    np.testing.assert_array_equal(result.severity_mean, [0.05])
    np.testing.assert_array_equal(result.severity_variance, [0.01])


def test_no_skills_at_all():
    """An empty problem has an empty answer."""
    result = fuse_ratings(
        [], 0.2, skill=[], rater=[], kind=[], rating=[], noise_variance=[],
        severity_mean=[], severity_variance=[], shared_variance=[],
    )  # fmt: skip
    assert result.mean.shape == result.variance.shape == (0,)
    assert result.covariance().shape == (0, 0)


def test_blocks_change_nothing(monkeypatch):
    """Cut into blocks of one row the answer is the same as in one block."""
    problem = _many_raters(n_skills=12, n_raters=5, seed=4)
    whole = fuse(problem)
    monkeypatch.setattr("skillbalance.numeric.evidence.mixed._BLOCK_ENTRIES", 1)
    cut = fuse(problem)
    np.testing.assert_allclose(cut.mean, whole.mean, rtol=0, atol=1e-13)
    np.testing.assert_allclose(cut.severity_variance, whole.severity_variance, rtol=1e-12)


def test_results_are_read_only():
    """No array of a result can be written to."""
    result = fuse(_many_raters(n_skills=3, n_raters=2, seed=1))
    for array in (*result, result.covariance()):
        assert not array.flags.writeable


def test_arguments_are_not_changed():
    """The arrays handed in stay writable and as they were."""
    problem = _many_raters(n_skills=3, n_raters=2, seed=1)
    before = {name: np.array(value) for name, value in problem.arguments().items()}
    fuse(problem)
    for name, value in problem.arguments().items():
        np.testing.assert_array_equal(value, before[name])
        assert value.flags.writeable


# --- blind spots ----------------------------------------------------------------------------------


@settings(max_examples=50)
@given(rating_problems(), st.integers(0, 2))
def test_contrast_is_generalized_least_squares(problem, of_kind):
    """
    The contrast equals that of a dense solve in which the skill has no prior.

    The kind's own ratings are compared skill by skill; everybody else's jointly.
    """
    arguments = problem.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    of_kind %= len(problem.shared_variance)
    result = contrast_kind(mean, sd, of_kind=of_kind, **arguments)
    mine = problem.kind == of_kind
    for i in range(len(mean)):
        own = mine & (problem.skill == i)
        if not own.any() or not (~mine & (problem.skill == i)).any():
            assert np.isnan(result.value[i])
            assert np.isnan(result.standard_error[i])
            continue
        a, a_variance = _flat_estimate(problem.keep(own), i)
        b, b_variance = _flat_estimate(problem.keep(~mine), i)
        assert result.value[i] == pytest.approx(a - b, abs=1e-6)
        assert result.standard_error[i] ** 2 == pytest.approx(a_variance + b_variance, rel=1e-6)


def _flat_estimate(problem: RatingProblem, i: int) -> tuple[float, float]:
    """Generalised least squares for one proficiency, everything else integrated out."""
    k = len(problem.rating)
    theta = (problem.skill[:, None] == problem.skill) & (problem.skill != i)
    same_rater = problem.rater[:, None] == problem.rater
    same_kind = (problem.skill[:, None] == problem.skill) & (problem.kind[:, None] == problem.kind)
    covariance = (
        np.diag(problem.noise_variance)
        + theta * problem.prior_sd[problem.skill] ** 2
        + same_rater * problem.severity_variance[problem.rater]
        + same_kind * problem.shared_variance[problem.kind]
    )
    y = problem.rating - problem.severity_mean[problem.rater]
    y = y - np.where(problem.skill == i, 0.0, problem.prior_mean[problem.skill])
    x = (problem.skill == i).astype(float)
    assert k
    weight = np.linalg.solve(covariance, x)
    return float(weight @ y / (weight @ x)), float(1.0 / (weight @ x))


@settings(max_examples=50)
@given(rating_problems(), st.floats(-0.5, 0.5))
def test_contrast_knows_no_prior_of_its_skill(problem, shift):
    """Moving a skill's expected level does not move its own blind spot."""
    one = problem.keep(problem.skill == 0)
    arguments = one.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    before = contrast_kind(mean, sd, of_kind=0, **arguments)
    after = contrast_kind(mean + shift, sd, of_kind=0, **arguments)
    np.testing.assert_allclose(after.value[0], before.value[0], rtol=0, atol=1e-6)


# --- simulation and real raters -------------------------------------------------------------------


def _many_raters(n_skills: int, n_raters: int, seed: int) -> RatingProblem:
    """Draw truth and ratings from the model: every rater rates every skill, two kinds."""
    return _simulated(n_skills, n_raters, np.random.default_rng(seed))[0]


def _simulated(
    n_skills: int, n_raters: int, rng: np.random.Generator, severity_sd: float = 0.15
) -> tuple[RatingProblem, np.ndarray, np.ndarray]:
    """Draw proficiencies, severities and ratings from the model."""
    skill, rater = (x.ravel() for x in np.mgrid[:n_skills, :n_raters])
    kind = rater % 2
    shared_variance = np.array([0.004, 0.01])
    theta = rng.normal(0.5, 0.2, n_skills)
    beta = rng.normal(0.0, severity_sd, n_raters)
    common = rng.normal(size=(n_skills, 2)) * np.sqrt(shared_variance)
    noise = rng.normal(0.0, 0.1, len(skill))
    problem = RatingProblem(
        prior_mean=np.full(n_skills, 0.5),
        prior_sd=np.full(n_skills, 0.2),
        skill=skill,
        rater=rater,
        kind=kind,
        rating=theta[skill] + beta[rater] + common[skill, kind] + noise,
        noise_variance=np.full(len(skill), 0.01),
        severity_mean=np.zeros(n_raters),
        severity_variance=np.full(n_raters, severity_sd**2),
        shared_variance=shared_variance,
    )
    return problem, theta, beta


def test_a_harsh_rater_seen_on_many_skills_is_corrected():
    """Severities are recovered, and the fused error is far below that of the plain mean."""
    rng = np.random.default_rng(7)
    fused, plain, found, true = [], [], [], []
    for _ in range(60):
        problem, theta, beta = _simulated(12, 4, rng, severity_sd=0.25)
        # Two thirds of the ratings are missing: each skill meets other raters.
        seen = rng.random(len(problem.rating)) < 0.4
        result = fuse(problem.keep(seen))
        for i in np.unique(problem.skill[seen]):
            own = seen & (problem.skill == i)
            plain.append(problem.rating[own].mean() - theta[i])
            fused.append(result.mean[i] - theta[i])
        found.extend(result.severity_mean)
        true.extend(beta)
    assert np.corrcoef(found, true)[0, 1] > 0.8
    assert np.sqrt(np.mean(np.square(fused))) < 0.65 * np.sqrt(np.mean(np.square(plain)))


def test_intervals_cover_as_often_as_they_say():
    """Of 90 % intervals in simulation from the model 87-93 % hold, severities' as well."""
    rng = np.random.default_rng(11)
    inside: list[bool] = []
    severities: list[bool] = []
    for _ in range(300):
        problem, theta, beta = _simulated(10, 4, rng)
        result = fuse(problem.keep(rng.random(len(problem.rating)) < 0.5))
        inside.extend(np.abs(result.mean - theta) < 1.645 * np.sqrt(result.variance))
        severities.extend(
            np.abs(result.severity_mean - beta) < 1.645 * np.sqrt(result.severity_variance)
        )
    assert 0.87 < np.mean(inside) < 0.93
    assert 0.87 < np.mean(severities) < 0.93


@pytest.fixture
def wine() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bottle, judge and rating in [0, 1] of the 72 ratings; judges are peers, bottles skills."""
    found = read_wine()
    return found.bottle, found.judge, found.percent / 100


def _fuse_wine(bottle: np.ndarray, judge: np.ndarray, rating: np.ndarray) -> Fusion:
    """Fuse with variances that nine judges could have: 0.2 for wines, 0.1 for judges and noise."""
    return fuse_ratings(
        np.full(8, rating.mean()), 0.2,
        skill=bottle, rater=judge, kind=np.zeros(len(judge), int), rating=rating,
        noise_variance=0.01, severity_mean=np.zeros(9), severity_variance=np.full(9, 0.01),
        shared_variance=[0.0],
    )  # fmt: skip


def test_nine_judges_are_told_apart(wine):
    """Severities follow the judges' mean residuals, and wines rank as their means do."""
    bottle, judge, rating = wine
    result = _fuse_wine(bottle, judge, rating)
    wine_mean = np.bincount(bottle, rating) / 9
    residual = np.bincount(judge, rating - wine_mean[bottle]) / 8
    assert np.corrcoef(result.severity_mean, residual)[0, 1] > 0.99
    assert np.argsort(result.mean).tolist() == np.argsort(wine_mean).tolist()
    # Every judge tasted every wine, so the order of the wines is not corrected, only shrunk.
    assert np.ptp(result.mean) < np.ptp(wine_mean)


def test_nine_judges_predict_what_they_were_not_asked(wine):
    """Held-out ratings: bottle and judge together beat the bottle's mean."""
    bottle, judge, rating = wine
    fused, plain = [], []
    for j in range(len(rating)):
        kept = np.arange(len(rating)) != j
        result = _fuse_wine(bottle[kept], judge[kept], rating[kept])
        predicted = result.mean[bottle[j]] + result.severity_mean[judge[j]]
        fused.append(predicted - rating[j])
        plain.append(rating[kept & (bottle == bottle[j])].mean() - rating[j])
    assert np.mean(np.square(fused)) < 0.9 * np.mean(np.square(plain))


def test_ten_thousand_skills_are_fused_at_once():
    """Four raters on 10,000 skills and 20,000 one-off ratings: a factor of four columns."""
    rng = np.random.default_rng(3)
    n = 10_000
    skill = np.concatenate([np.tile(np.arange(n), 4), rng.integers(n, size=2 * n)])
    rater = np.concatenate([np.repeat(np.arange(4), n), 4 + np.arange(2 * n)])
    result = fuse_ratings(
        np.full(n, 0.5), 0.2, skill=skill, rater=rater, kind=np.minimum(rater, 4),
        rating=rng.random(6 * n), noise_variance=0.02,
        severity_mean=np.zeros(4 + 2 * n), severity_variance=np.full(4 + 2 * n, 0.01),
        shared_variance=np.full(5, 0.005),
    )  # fmt: skip
    assert result.covariance_factor.shape == (n, 4)
    np.testing.assert_allclose(result.kind_share.sum(axis=1) + result.prior_share, 1.0, atol=1e-10)


@settings(max_examples=50)
@given(rating_problems(min_ratings=1, extreme=True))
def test_extreme_precision_stays_finite(problem):
    """Noise between 1e-9 and 1e6 gives finite, sane answers: no variance above the prior's."""
    result = fuse(problem)
    assert np.isfinite(result.mean).all()
    assert np.isfinite(result.severity_mean).all()
    assert (result.variance > 0.0).all()
    assert (result.variance <= problem.prior_sd**2 * (1 + 1e-9)).all()
    assert (result.severity_variance <= problem.severity_variance * (1 + 1e-9)).all()
    np.testing.assert_allclose(
        result.kind_share.sum(axis=1) + result.prior_share, 1.0, rtol=0, atol=1e-5
    )


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("prior_mean", [[0.5]], r"^prior_mean must be"),
        ("prior_mean", [float("nan")], r"^prior_mean\[0\] must be a finite number"),
        ("prior_sd", 0.0, r"^prior_sd must be greater than 0, got 0.0"),
        ("prior_sd", [0.2, 0.2], r"^prior_sd must be of shape \(1,\), got \(2,\)"),
        ("skill", [1], r"^skill must be positions below 1, got 1"),
        ("skill", [-1], r"^skill must be positions below 1, got -1"),
        ("skill", [0.0], r"^skill must be an array of integers"),
        ("rater", [0, 0], r"^rater must be of shape \(1,\), got \(2,\)"),
        ("kind", [True], r"^kind must be an array of integers"),
        ("rating", [float("inf")], r"^rating\[0\] must be a finite number"),
        ("rating", 0.5, r"^rating must be of one axis"),
        ("noise_variance", [0.0], r"^noise_variance\[0\] must be greater than 0"),
        ("severity_mean", [0.0, 0.0], r"^severity_variance must be of shape \(2,\)"),
        ("severity_variance", [-0.1], r"^severity_variance\[0\] must be at least 0"),
        ("shared_variance", [-0.1], r"^shared_variance\[0\] must be at least 0"),
    ],
)
def test_bad_arguments_are_refused(name, value, match):
    """Each argument out of range, not finite or of the wrong shape is named."""
    arguments = {
        "prior_mean": [0.5], "prior_sd": 0.2, "skill": [0], "rater": [0], "kind": [0],
        "rating": [0.5], "noise_variance": [0.1], "severity_mean": [0.0],
        "severity_variance": [0.1], "shared_variance": [0.1], name: value,
    }  # fmt: skip
    with pytest.raises(InvalidValueError, match=match):
        fuse_ratings(arguments.pop("prior_mean"), arguments.pop("prior_sd"), **arguments)


def test_unknown_kind_of_contrast_is_refused():
    """The kind to compare must be one of the kinds."""
    problem = _many_raters(n_skills=2, n_raters=2, seed=0)
    arguments = problem.arguments()
    mean, sd = arguments.pop("prior_mean"), arguments.pop("prior_sd")
    with pytest.raises(InvalidValueError, match=r"^of_kind must be positions below 2, got 2"):
        contrast_kind(mean, sd, of_kind=2, **arguments)
