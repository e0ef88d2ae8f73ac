"""Real raters: nine judges of eight wines, against a mixed model fitted by somebody else."""

import numpy as np
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec
from wine import read_wine

import skillbalance as sb

# Judges of one kind have nothing to share that could be told from the wine itself.
BASE = sb.RaterModel(
    kinds={"peer": sb.RaterNoise(own_variance=1.0, shared_variance=0.0, severity_part=0.3)},
    prior_sd=0.2,
    ageing_per_year=0.0,
    huber_threshold=None,
)


@pytest.fixture
def wine() -> dict[str, np.ndarray]:
    """The 72 ratings as columns: a bottle is a person with one skill, a judge a peer."""
    found = read_wine()
    n = len(found.percent)
    return {
        "person_id": found.bottle,
        "skill_id": np.array(["taste"] * n),
        "rater_id": found.judge,
        "rater_kind": np.array(["peer"] * n),
        "rating": found.percent,
    }


def fit(columns: dict[str, np.ndarray]) -> sb.RaterFit:
    """Learn from ratings in percent."""
    return sb.fit_rater_model(columns, rater_model=BASE, scale="percent")


def components(found: sb.RaterFit) -> tuple[float, float, float]:
    """Variances of bottles, judges and noise. [proficiency squared]"""
    unit = found.rater_model.prior_sd**2
    judge = found.rater_model.kinds["peer"]
    own = judge.own_variance * unit
    return unit, judge.severity_part * own, (1.0 - judge.severity_part) * own


def mixed_model(columns: dict[str, np.ndarray]) -> MixedLM:
    """Crossed bottles and judges, as statsmodels wants them: one group with two components."""
    everybody = np.ones(len(columns["rating"]))
    names, numbers, indicators = ["bottle", "judge"], [], []
    for column in ("person_id", "rater_id"):
        known = np.unique(columns[column])
        numbers.append([[f"{column} {one}" for one in known]])
        indicators.append([(columns[column][:, None] == known).astype(float)])
    return MixedLM(
        columns["rating"],  # in percent: it takes variances below 0.01 for absent
        everybody[:, None],
        everybody,
        exog_vc=VCSpec(names, numbers, indicators),
    )


def test_variances_and_severities_are_those_of_statsmodels(wine):
    """Fitted by REML, both agree on the variances, and to 1e-3 on how severe each judge is."""
    found = fit(wine)
    theirs = mixed_model(wine).fit(reml=True, method=["lbfgs", "powell"])
    bottle, judge, noise = components(found)
    assert found.converged
    variances = np.array([*theirs.vcomp, theirs.scale]) / 100.0**2
    np.testing.assert_allclose([bottle, judge, noise], variances, rtol=1e-3)
    assert found.levels["taste"] == pytest.approx(theirs.fe_params[0] / 100.0, abs=1e-6)
    # Components come by name: bottles first, judges after them.
    severities = theirs.random_effects[1.0].to_numpy()[8:] / 100.0
    assert found.raters.rater_id.tolist() == list(range(9))
    np.testing.assert_allclose(found.raters.leniency, severities, rtol=0, atol=1e-3)
    assert np.ptp(severities) > 0.15  # there is something to agree on


def test_held_out_ratings_are_predicted_better_than_by_the_bottle(wine):
    """
    Each judge's rating of each bottle, learned from the other 71, beats the bottle's mean.

    Variances, severities and bottles are all learned without the rating that is predicted.
    """
    learned, plain = [], []
    for j in range(len(wine["rating"])):
        kept = np.arange(len(wine["rating"])) != j
        rest = {name: column[kept] for name, column in wine.items()}
        found = fit(rest)
        bottles = sb.estimate_many(
            rest,
            prior_mean=found.levels["taste"],
            rater_model=found.rater_model,
            scale="percent",
        )
        judge = found.raters.leniency[found.raters.rater_id == wine["rater_id"][j]]
        bottle = bottles.mean[bottles.person_id == wine["person_id"][j]]
        rating = wine["rating"][j] / 100.0
        learned.append((bottle + judge - rating).item())
        same = rest["person_id"] == wine["person_id"][j]
        plain.append(rest["rating"][same].mean() / 100.0 - rating)
    ratio = np.sqrt(np.mean(np.square(learned)) / np.mean(np.square(plain)))
    assert ratio < 0.9, ratio


def test_judges_weigh_as_the_data_say(wine):
    """The learned model goes where a preset goes, and estimates follow it."""
    found = fit(wine)
    bottles = sb.estimate_many(
        wine, prior_mean=found.levels["taste"], rater_model=found.rater_model, scale="percent"
    )
    bottle, judge, noise = components(found)
    # Bottles are estimated one by one, and each judge says one thing about each: severity is
    # noise there, and a bottle's mean shrinks towards the level of all.
    means = np.array([wine["rating"][wine["person_id"] == b].mean() for b in range(8)]) / 100.0
    shrink = bottle / (bottle + (judge + noise) / 9.0)
    level = found.levels["taste"]
    np.testing.assert_allclose(bottles.mean, level + shrink * (means - level), rtol=0, atol=1e-12)
