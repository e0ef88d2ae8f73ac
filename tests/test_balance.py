"""Balance: the indices planning maximizes, what closing one gap would change, and who lags."""

import datetime as dt
import itertools
import math
import statistics

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import StandingProblem, profiles, standing_problems

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.evidence.ratings import fuse_profile
from skillbalance.coaching.targets import find_targets
from skillbalance.coaching.weights import weigh_skills
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.estimates import RaterModel, RaterNoise
from skillbalance.model.goal import Goal
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import Assessment
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.numeric.balance import (
    Standing,
    StandingSpread,
    measure_standing,
    spread_standing,
)
from skillbalance.numeric.indices import readiness_of
from skillbalance.reference.context import soft_share
from skillbalance.reference.defaults import BEYOND, RHO

TODAY = dt.date(2026, 3, 2)


def measure(problem: StandingProblem, **changes: object) -> Standing:
    """Measure a problem, some of it changed."""
    values = attrs.asdict(problem) | changes
    return measure_standing(
        values.pop("weight"), values.pop("soft"), values.pop("proficiency"), **values
    )


def readiness(problem: StandingProblem, proficiency: list[float]) -> float:
    """Readiness as planning computes it, at other proficiencies."""
    return float(
        readiness_of(
            np.array(problem.weight),
            np.array(problem.soft),
            np.array(proficiency),
            target=np.array(problem.target),
            beyond=np.array(problem.beyond),
            rho=np.array(problem.rho),
        )
    )


# --- numeric floor --------------------------------------------------------------------------------


@given(standing_problems())
def test_readiness_is_the_one_planning_maximizes(problem):
    """Balance and planning compute the same readiness."""
    now = measure(problem).readiness
    assert float(now) == pytest.approx(readiness(problem, problem.proficiency), abs=1e-14)


@given(standing_problems())
def test_readiness_lies_between_the_indices(problem):
    """Readiness is a mean of the indices of the kinds that have weight."""
    found = measure(problem)
    share = float(found.recommended_soft_share)
    indices = [float(found.hard_index)] * (share < 1.0) + [float(found.soft_index)] * (share > 0.0)
    assert min(indices) - 1e-12 <= float(found.readiness) <= max(indices) + 1e-12
    assert 0.0 <= float(found.readiness) <= 1.0 + 1e-12


@given(standing_problems())
def test_gap_is_signed_and_shortfall_is_not(problem):
    """Gap is target minus proficiency; shortfall is its positive part."""
    found = measure(problem)
    assert found.gap.tolist() == [
        t - p for t, p in zip(problem.target, problem.proficiency, strict=True)
    ]
    assert found.shortfall.tolist() == [max(gap, 0.0) for gap in found.gap.tolist()]


@given(standing_problems())
def test_closing_a_shortfall_changes_readiness_by_its_lift(problem):
    """For each skill: readiness with that skill at its target, minus readiness now."""
    found = measure(problem)
    for i, target in enumerate(problem.target):
        closed = list(problem.proficiency)
        closed[i] = max(closed[i], target)
        change = readiness(problem, closed) - float(found.readiness)
        assert found.lift[i] == pytest.approx(change, abs=1e-12)
        assert found.lift[i] >= 0.0
        if found.shortfall[i] == 0.0:
            assert found.lift[i] == 0.0


@given(standing_problems(), st.data())
def test_raising_a_proficiency_never_lowers_readiness(problem, data):
    """More of any skill is never worse."""
    i = data.draw(st.integers(0, len(problem.weight) - 1))
    better = list(problem.proficiency)
    better[i] = data.draw(st.floats(better[i], 1.0))
    before, after = measure(problem), measure(problem, proficiency=better)
    assert after.readiness >= before.readiness - 1e-12
    raised = "soft_index" if problem.soft[i] else "hard_index"
    assert getattr(after, raised) >= getattr(before, raised) - 1e-15


@given(standing_problems(), st.just(0.0) | st.floats(1e-6, 1.0))
def test_equal_indices_hold_the_recommended_share(problem, level):
    """With every skill at one level below its target the actual share is the recommended one."""
    n = len(problem.weight)
    found = measure(problem, proficiency=[level] * n, target=[1.0] * n)
    assert float(found.actual_soft_share) == pytest.approx(
        float(found.recommended_soft_share), rel=1e-12, abs=1e-15
    )
    exact = measure(problem, proficiency=[0.0] * n)
    assert float(exact.actual_soft_share) == float(exact.recommended_soft_share)


@given(standing_problems())
def test_actual_share_is_above_the_recommended_when_soft_is_ahead(problem):
    """The kind with the higher index holds more than its recommended share."""
    found = measure(problem)
    share = float(found.recommended_soft_share)
    ahead = float(found.soft_index - found.hard_index)
    apart = float(found.actual_soft_share) - share
    assert 0.0 <= float(found.actual_soft_share) <= 1.0
    if 1e-9 < share < 1.0 - 1e-9 and abs(ahead) > 1e-9:
        assert apart * ahead > 0.0


@given(standing_problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem, rng):
    """Permuting skills permutes gaps and lifts and leaves the rest."""
    order = rng.sample(range(len(problem.weight)), len(problem.weight))
    moved = {
        name: [getattr(problem, name)[i] for i in order]
        for name in ("weight", "soft", "proficiency", "target", "beyond")
    }
    before, after = measure(problem), measure(problem, **moved)
    for name in ("hard_index", "soft_index", "readiness", "actual_soft_share"):
        assert float(getattr(after, name)) == pytest.approx(float(getattr(before, name)), abs=1e-12)
    assert after.gap.tolist() == before.gap[order].tolist()
    assert after.lift == pytest.approx(before.lift[order], abs=1e-12)


@given(standing_problems(), st.floats(1e-6, 1e6))
def test_only_proportions_of_weights_count(problem, factor):
    """Weights in another unit give the same standing."""
    scaled = measure(problem, weight=[factor * w for w in problem.weight])
    for name, value in measure(problem)._asdict().items():
        assert getattr(scaled, name) == pytest.approx(value, abs=1e-12)


@given(standing_problems(), st.lists(st.floats(-5.0, 1.0), min_size=1, max_size=4))
def test_each_row_is_measured_alone(problem, rhos):
    """A batch over rho gives its rows."""
    batch = measure(problem, rho=rhos)
    assert batch.lift.shape == (len(rhos), len(problem.weight))
    for row, rho in enumerate(rhos):
        alone = measure(problem, rho=rho)
        assert float(batch.readiness[row]) == float(alone.readiness)
        assert batch.lift[row].tolist() == alone.lift.tolist()


def test_a_kind_at_zero_holds_everything_back():
    """With complements and no soft proficiency at all, only soft skills lift readiness."""
    found = measure_standing(
        [0.5, 0.25, 0.25], [False, True, True], [0.4, 0.0, 0.0], target=[0.8, 0.5, 0.5]
    )
    assert float(found.readiness) == 0.0
    assert found.lift[0] == 0.0
    assert (found.lift[1:] > 0.0).all()
    nothing = measure_standing([0.5, 0.5], [False, True], [0.0, 0.0], target=[1.0, 1.0])
    assert nothing.lift.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": [-1.0]}, r"^weight\[0\] must be at least 0"),
        ({"weight": [np.inf]}, r"^weight\[0\] must be a finite number"),
        ({"soft": [1]}, "^soft must be an array of booleans"),
        ({"proficiency": [1.1]}, r"^proficiency\[0\] must be in \[0, 1\]"),
        ({"target": [np.nan]}, r"^target\[0\] must be in \[0, 1\]"),
        ({"beyond": 2.0}, r"^beyond must be in \[0, 1\]"),
        ({"rho": 1.5}, "^rho must be at most 1"),
    ],
)
def test_bad_arrays_are_refused(changes, message):
    """The error names the argument, its rule and the value."""
    good = {"weight": [1.0], "soft": [True], "proficiency": [0.5], "target": [0.5]}
    values = good | changes
    with pytest.raises(InvalidValueError, match=message):
        measure_standing(
            values.pop("weight"), values.pop("soft"), values.pop("proficiency"), **values
        )


# --- how sure -------------------------------------------------------------------------------------


@attrs.frozen
class Posterior:
    """A random person: weights, and the joint posterior of up to 12 proficiencies."""

    weight: np.ndarray
    soft: np.ndarray
    mean: np.ndarray
    covariance_diagonal: np.ndarray
    covariance_factor: np.ndarray
    target: np.ndarray

    @classmethod
    def random(cls, seed: int) -> "Posterior":
        """Draw one; a third of the levels stand exactly at their target."""
        rng = np.random.default_rng(seed)
        n = int(rng.integers(2, 13))
        soft = rng.random(n) < 0.5
        soft[:2] = True, False
        mean = rng.uniform(0.0, 1.0, n)
        target = np.where(rng.random(n) < 1 / 3, mean, rng.uniform(0.3, 0.9, n))
        return cls(
            rng.uniform(0.1, 1.0, n),
            soft,
            mean,
            rng.uniform(0.02, 0.2, n) ** 2,
            rng.normal(0.0, 0.07, (n, int(rng.integers(0, 4)))),
            target,
        )

    def spread(self, **changes: object) -> StandingSpread:
        """Carry it over to the indices."""
        values = {**attrs.asdict(self), **changes}
        names = ("weight", "soft", "mean", "covariance_diagonal", "covariance_factor")
        given_ = [values.pop(name) for name in names]
        return spread_standing(*given_, **values)

    def draw(self, n_draws: int, rng: np.random.Generator) -> Standing:
        """Draw people and measure each."""
        own = rng.normal(size=(n_draws, len(self.mean))) * np.sqrt(self.covariance_diagonal)
        n_factors = self.covariance_factor.shape[1]
        shared = rng.normal(size=(n_draws, n_factors)) @ self.covariance_factor.T
        level = np.clip(self.mean + own + shared, 0.0, 1.0)
        return measure_standing(self.weight, self.soft, level, target=self.target)


@pytest.mark.parametrize("seed", range(20))
def test_spread_is_that_of_drawn_people(seed):
    """Spreads, probability and intervals are those of 50,000 draws, within the stated accuracy."""
    person_ = Posterior.random(seed)
    found = person_.spread()
    drawn = person_.draw(50_000, np.random.default_rng([seed, 1]))
    ends = (0.05, 0.95)
    gap = drawn.hard_index - drawn.soft_index
    assert found.hard_index_sd == pytest.approx(drawn.hard_index.std(), abs=2e-3)
    assert found.soft_index_sd == pytest.approx(drawn.soft_index.std(), abs=2e-3)
    assert found.hard_ahead == pytest.approx((gap > 0.0).mean(), abs=0.022)
    assert found.index_gap_interval == pytest.approx(np.quantile(gap, ends), abs=0.012)
    assert found.readiness_interval == pytest.approx(np.quantile(drawn.readiness, ends), abs=0.012)
    shares = np.quantile(drawn.actual_soft_share, ends)
    assert found.actual_share_interval == pytest.approx(shares, abs=0.02)


@settings(max_examples=30)
@given(st.integers(0, 9999))
def test_spread_of_a_linear_credit_is_normal(seed):
    """Where points past the target count in full and no level ends, all is a closed form."""
    drawn = Posterior.random(seed)
    person_ = attrs.evolve(
        drawn,
        mean=0.4 + 0.2 * drawn.mean,
        covariance_diagonal=drawn.covariance_diagonal / 9.0,
        covariance_factor=drawn.covariance_factor / 6.0,
    )
    hard, soft = (
        np.where(of, person_.weight, 0.0) / person_.weight[of].sum()
        for of in (~person_.soft, person_.soft)
    )
    factor = person_.covariance_factor
    covariance = np.diag(person_.covariance_diagonal) + factor @ factor.T

    def sd(direction: np.ndarray) -> float:
        return math.sqrt(direction @ covariance @ direction)

    found = person_.spread(beyond=1.0)
    assert found.hard_index_sd == pytest.approx(sd(hard), rel=0.02)
    assert found.soft_index_sd == pytest.approx(sd(soft), rel=0.02)
    gap = statistics.NormalDist((hard - soft) @ person_.mean, sd(hard - soft))
    assert found.hard_ahead == pytest.approx(1.0 - gap.cdf(0.0), abs=0.015)
    expected = [gap.inv_cdf(0.05), gap.inv_cdf(0.95)]
    assert found.index_gap_interval == pytest.approx(expected, abs=0.05 * gap.stdev)


@settings(max_examples=30)
@given(st.integers(0, 9999))
def test_spread_mirrors_when_the_kinds_change_places(seed):
    """With hard and soft exchanged the probability is the other one and the gap is mirrored."""
    person_ = Posterior.random(seed)
    found, other = person_.spread(), person_.spread(soft=~person_.soft)
    assert other.hard_ahead == pytest.approx(1.0 - found.hard_ahead, abs=0.03)
    low, high = found.index_gap_interval
    assert other.index_gap_interval == pytest.approx((-high, -low), abs=0.02)
    assert other.hard_index_sd == pytest.approx(found.soft_index_sd, abs=3e-3)


def test_certain_levels_have_no_spread():
    """Without variance every interval is a point; equal indices are ahead of each other by half."""
    still = spread_standing(
        [0.5, 0.5], [False, True], [0.6, 0.4], [0.0, 0.0], np.zeros((2, 0)), target=[1.0, 1.0]
    )
    spreads = (still.hard_index_sd, still.soft_index_sd)
    assert (still.hard_ahead, *spreads) == pytest.approx((1.0, 0.0, 0.0), abs=1e-15)
    assert still.index_gap_interval == pytest.approx((0.2, 0.2))
    equal = spread_standing(
        [0.5, 0.5], [False, True], [0.5, 0.5], [0.0, 0.0], np.zeros((2, 0)), target=[1.0, 1.0]
    )
    assert equal.hard_ahead == 0.5
    assert equal.actual_share_interval == (0.5, 0.5)


def test_doubt_about_one_rater_moves_both_kinds_together():
    """What a rater of both kinds may have got wrong widens readiness and leaves the gap alone."""
    common = {"weight": [0.5, 0.5], "soft": [False, True], "mean": [0.5, 0.5], "target": [1.0, 1.0]}
    names = ("weight", "soft", "mean")
    apart = spread_standing(
        *(common[n] for n in names), [0.01, 0.01], np.zeros((2, 0)), target=common["target"]
    )
    together = spread_standing(
        *(common[n] for n in names), [0.0, 0.0], [[0.1], [0.1]], target=common["target"]
    )
    assert together.index_gap_interval == pytest.approx((0.0, 0.0), abs=1e-12)
    widths = [x.readiness_interval[1] - x.readiness_interval[0] for x in (apart, together)]
    assert widths[1] == pytest.approx(math.sqrt(2.0) * widths[0], rel=0.05)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": [[1.0, 1.0]]}, "^weight must be of one axis"),
        ({"soft": [True]}, r"^soft must be of shape \(2,\)"),
        ({"mean": [0.5]}, r"^mean must be of shape \(2,\)"),
        ({"mean": [np.nan, 0.5]}, r"^mean\[0\] must be a finite number"),
        ({"covariance_diagonal": [-1.0, 0.0]}, r"^covariance_diagonal\[0\] must be at least 0"),
        ({"covariance_factor": [0.1, 0.1]}, r"^covariance_factor must be of shape \(2, l\)"),
        ({"coverage": 2.0}, r"^coverage must be in \[0, 1\]"),
        ({"n_points": 0}, "^n_points must be at least 1"),
    ],
)
def test_bad_posteriors_are_refused(changes, message):
    """The error names the argument, its rule and the value."""
    good = {
        "weight": [1.0, 1.0],
        "soft": [True, False],
        "mean": [0.5, 0.5],
        "covariance_diagonal": [0.1, 0.1],
        "covariance_factor": np.zeros((2, 1)),
        "target": [0.5, 0.5],
    }
    values = good | changes
    names = ("weight", "soft", "mean", "covariance_diagonal", "covariance_factor")
    given_ = [values.pop(name) for name in names]
    with pytest.raises(InvalidValueError, match=message):
        spread_standing(*given_, **values)


# --- records --------------------------------------------------------------------------------------


def rated(ratings: dict[str, float]) -> list[Assessment]:
    """A test result today for each skill."""
    return [
        Assessment(skill_id=skill_id, rating=rating, assessed_on=TODAY, rater_kind="test")
        for skill_id, rating in ratings.items()
    ]


def person(**changes: object) -> Profile:
    """A profile with three skills of each kind and one goal on all of them, changed as asked."""
    ids = ["python", "sql", "css", "listening", "negotiation", "feedback"]
    whole: dict[str, object] = {
        "id": "ada",
        "field": "software_engineering",
        "stage": "mid",
        "skills": [
            Skill(id=skill_id, kind="hard" if place < 3 else "soft")
            for place, skill_id in enumerate(ids)
        ],
        "goals": [Goal(id="lead", targets=dict.fromkeys(ids, 0.7))],
    }
    return Profile(**(whole | changes))


@settings(max_examples=40)
@given(profiles())
def test_balance_is_made_of_weights_estimates_and_targets(profile):
    """For any profile the items repeat the other verbs, and the indices are what items give."""
    balance = measure_balance(profile, as_of=TODAY)
    weights, estimates = weigh_skills(profile), estimate_proficiency(profile, as_of=TODAY)
    assert [item.skill_id for item in balance] == [skill.id for skill in profile.skills]
    assert [item.weight for item in balance] == [item.weight for item in weights]
    assert [item.proficiency for item in balance] == [item.mean for item in estimates]
    assert [item.target for item in balance] == find_targets(profile).tolist()
    assert balance.recommended_soft_share == weights.recommended_soft_share
    assert balance.as_of == TODAY
    for kind, index in ((SkillKind.HARD, balance.hard_index), (SkillKind.SOFT, balance.soft_index)):
        of_kind = [item for item in balance if item.kind is kind]
        if not of_kind:
            assert index is None
            continue
        held = sum(
            i.weight * (min(i.proficiency, i.target) + BEYOND.value * max(-i.gap, 0.0))
            for i in of_kind
        )
        assert index == pytest.approx(held / sum(i.weight for i in of_kind), abs=1e-12)


@settings(max_examples=40)
@given(profiles())
def test_bottlenecks_are_the_largest_lifts(profile):
    """At most three, each with a lift, none outside larger than one inside."""
    balance = measure_balance(profile, as_of=TODAY)
    inside = [balance[skill_id].lift for skill_id in balance.bottlenecks]
    outside = [item.lift for item in balance if item.skill_id not in balance.bottlenecks]
    assert len(inside) == min(3, sum(item.lift > 5e-13 for item in balance))
    assert all(lift > 0.0 for lift in inside)
    assert all(first >= second - 1e-12 for first, second in itertools.pairwise(inside))
    if inside:
        assert max(outside, default=0.0) <= min(inside) + 1e-12


@settings(max_examples=40)
@given(profiles(), st.randoms(use_true_random=False))
def test_profile_order_does_not_matter(profile, rng):
    """Permuting the skills permutes the items and changes nothing else."""
    moved = attrs.evolve(profile, skills=rng.sample(profile.skills, len(profile.skills)))
    before = measure_balance(profile, as_of=TODAY)
    after = measure_balance(moved, as_of=TODAY)
    assert after.readiness == pytest.approx(before.readiness, abs=1e-9)
    assert after.actual_soft_share == pytest.approx(before.actual_soft_share, abs=1e-9)
    for item in after:
        assert item.lift == pytest.approx(before[item.skill_id].lift, abs=1e-9)


def test_unrated_profile_without_goals_stands_where_it_is_expected():
    """Knowing nothing, the estimate is the expected level, so no gap is claimed."""
    balance = measure_balance(person(goals=[]), as_of=TODAY)
    assert all(item.gap == pytest.approx(0.0, abs=1e-12) for item in balance)
    assert balance.bottlenecks == ()


def test_the_weaker_kind_lags():
    """Strong in hard skills, weak in soft ones: soft lags, and the other way round."""
    hard_first = {"python": 0.9, "sql": 0.9, "css": 0.9, "listening": 0.1, "negotiation": 0.1}
    balance = measure_balance(person(assessments=rated(hard_first)), as_of=TODAY)
    assert balance.lagging_kind is SkillKind.SOFT
    assert balance.hard_index > balance.readiness > balance.soft_index
    assert balance.actual_soft_share < balance.recommended_soft_share
    assert balance["listening"].lift > balance["python"].lift
    soft_first = dict(zip(hard_first, [0.1, 0.1, 0.1, 0.9, 0.9], strict=True))
    balance = measure_balance(person(assessments=rated(soft_first)), as_of=TODAY)
    assert balance.lagging_kind is SkillKind.HARD
    assert balance.actual_soft_share > balance.recommended_soft_share


def test_equal_kinds_lag_nowhere():
    """A hard and a soft skill expected at one level, both unrated: no kind is weaker."""
    skills = [
        Skill(id="review", kind="hard", elements=["2.A.1.b"]),
        Skill(id="listening", kind="soft", elements=["2.A.1.b"]),
    ]
    balance = measure_balance(person(skills=skills, goals=[]), as_of=TODAY)
    assert balance.hard_index == pytest.approx(balance.soft_index, abs=1e-13)
    assert balance.lagging_kind is None
    assert balance.actual_soft_share == pytest.approx(balance.recommended_soft_share, abs=1e-13)


def test_one_kind_alone_has_one_index():
    """Without soft skills there is no soft index, nobody lags, readiness is the hard index."""
    hard = [skill for skill in person().skills if skill.kind is SkillKind.HARD]
    balance = measure_balance(person(skills=hard, goals=[]), as_of=TODAY)
    assert balance.soft_index is None
    assert balance.lagging_kind is None
    assert balance.readiness == pytest.approx(balance.hard_index, abs=1e-15)
    assert (balance.recommended_soft_share, balance.actual_soft_share) == (0.0, 0.0)
    soft = [skill for skill in person().skills if skill.kind is SkillKind.SOFT]
    balance = measure_balance(person(skills=soft, goals=[]), as_of=TODAY)
    assert balance.hard_index is None
    assert (balance.recommended_soft_share, balance.actual_soft_share) == (1.0, 1.0)


def test_empty_profile_has_a_balance():
    """No skills: no items, no index, and the share of field and stage."""
    profile = person(skills=[], goals=[])
    balance = measure_balance(profile, as_of=TODAY)
    assert (balance.items, balance.bottlenecks, balance.lagging_kind) == ((), (), None)
    assert (balance.hard_index, balance.soft_index, balance.readiness) == (None, None, 0.0)
    share = soft_share(profile.field, profile.stage)
    assert (balance.recommended_soft_share, balance.actual_soft_share) == (share, share)


def test_equal_lifts_rank_by_id():
    """A tie does not depend on the order of the skills."""
    skills = [Skill(id=skill_id, kind="hard") for skill_id in "dbcae"]
    goals = [Goal(id="up", targets=dict.fromkeys("abcde", 0.9))]
    for order in (skills, skills[::-1]):
        balance = measure_balance(person(skills=order, goals=goals), as_of=TODAY)
        assert balance.bottlenecks == ("a", "b", "c")


def test_defaults_are_those_of_planning():
    """Balance uses the credit beyond targets and the complementarity planning uses."""
    found = measure_standing([0.5, 0.5], [False, True], [0.9, 0.2], target=[0.6, 0.6])
    hard = 0.6 + BEYOND.value * 0.3
    mean = (0.5 * hard**RHO.value + 0.5 * 0.2**RHO.value) ** (1.0 / RHO.value)
    assert float(found.readiness) == pytest.approx(mean, rel=1e-12)


def test_bad_requests_are_refused():
    """A moment is no day, and a misspelt skill is answered with the nearest."""
    with pytest.raises(InvalidValueError, match=r"^as_of must be a datetime\.date"):
        measure_balance(person(), as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    with pytest.raises(UnknownSkillError, match="listening"):
        measure_balance(person(), as_of=TODAY)["lisening"]


def test_balance_is_a_value():
    """Equal inputs give equal, hashable results."""
    first, second = (measure_balance(person(), as_of=TODAY) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)


@settings(max_examples=40)
@given(profiles())
def test_uncertainty_and_parts_belong_to_the_numbers(profile):
    """Intervals are in order and range, gap and parts add up, and one kind alone has no gap."""
    balance = measure_balance(profile, as_of=TODAY)
    for interval in (balance.readiness_interval, balance.actual_soft_share_interval):
        assert 0.0 <= interval[0] <= interval[1] <= 1.0 + 1e-12
    assert math.fsum(balance.recommended_parts.values()) == pytest.approx(
        balance.recommended_soft_share, abs=1e-12
    )
    assert (balance.hard_index_sd is None) == (balance.hard_index is None)
    assert (balance.soft_index_sd is None) == (balance.soft_index is None)
    both = balance.hard_index is not None and balance.soft_index is not None
    assert (balance.index_gap is None, balance.hard_ahead_probability is None) == (not both,) * 2
    if both:
        assert balance.index_gap == balance.hard_index - balance.soft_index
        low, high = balance.index_gap_interval
        assert -1.0 <= low <= high <= 1.0
        assert 0.0 <= balance.hard_ahead_probability <= 1.0
    else:
        assert balance.index_gap_interval is None


def test_spread_is_that_of_the_estimates():
    """Intervals are those of draws from the joint posterior, which reaches past the scale."""
    ids = [skill.id for skill in person().skills]
    said = rated(dict.fromkeys(ids[:5], 0.9)) + [
        Assessment(
            skill_id=skill_id,
            rating=rating,
            assessed_on=TODAY,
            rater_kind="peer",
            rater_id="severe",
        )
        for skill_id, rating in zip(ids, [0.7, 0.7, 0.7, 0.7, 0.7, 1.0], strict=True)
    ]
    profile = person(assessments=said, goals=[Goal(id="up", targets={"feedback": 1.0})])
    model = RaterModel(
        kinds={
            "peer": RaterNoise(own_variance=1.0, severity_part=0.95),
            "test": RaterNoise(own_variance=0.1, severity_part=0.0),
        },
        prior_sd=0.3,
        ageing_per_year=0.0,
    )
    posterior = fuse_profile(profile, as_of=TODAY, rater_model=model)
    assert posterior.mean[5] > 1.0
    rng = np.random.default_rng(1)
    level = rng.multivariate_normal(posterior.mean, posterior.covariance(), 100_000)
    drawn = measure_standing(
        [item.weight for item in weigh_skills(profile)],
        [skill.kind is SkillKind.SOFT for skill in profile.skills],
        np.clip(level, 0.0, 1.0),
        target=find_targets(profile),
    )
    balance = measure_balance(profile, as_of=TODAY, rater_model=model)
    gap = drawn.hard_index - drawn.soft_index
    assert balance.hard_ahead_probability == pytest.approx((gap > 0.0).mean(), abs=0.01)
    assert balance.index_gap_interval == pytest.approx(np.quantile(gap, (0.05, 0.95)), abs=4e-3)
    ends = np.quantile(drawn.readiness, (0.05, 0.95))
    assert balance.readiness_interval == pytest.approx(ends, abs=4e-3)


def test_ratings_settle_which_kind_is_ahead():
    """Unrated nobody can tell; high hard and low soft test results leave little doubt."""
    unrated = measure_balance(person(), as_of=TODAY)
    assert 0.2 < unrated.hard_ahead_probability < 0.8
    results = dict.fromkeys(["python", "sql", "css"], 0.9)
    results |= dict.fromkeys(["listening", "negotiation", "feedback"], 0.2)
    rated_ = measure_balance(person(assessments=rated(results)), as_of=TODAY)
    assert rated_.hard_ahead_probability > 0.99
    assert rated_.index_gap_interval[0] > 0.0
    assert rated_.hard_index_sd < unrated.hard_index_sd
    assert rated_.soft_index_sd < unrated.soft_index_sd


def test_noisier_raters_leave_more_doubt():
    """The rater model decides how much a rating settles."""
    said = [
        Assessment(skill_id=skill.id, rating=0.6, assessed_on=TODAY, rater_kind="self")
        for skill in person().skills
    ]
    specific, work = (
        measure_balance(person(assessments=said), as_of=TODAY, rater_model=model)
        for model in ("specific", "job_performance")
    )
    widths = [b.readiness_interval[1] - b.readiness_interval[0] for b in (specific, work)]
    assert widths[1] > widths[0]


def test_recommended_share_says_who_asks_for_it():
    """Field, stage and both sorts of goals put in their own parts; a lead's stage adds some."""
    goals = [
        Goal(id="work", targets={"listening": 0.7}),
        Goal(id="home", targets={"feedback": 0.7, "css": 0.5}, domain="personal"),
    ]
    parts = measure_balance(person(goals=goals), as_of=TODAY).recommended_parts
    share = soft_share("software_engineering", CareerStage.MID)
    assert parts["field"] == pytest.approx(0.6 * share)
    assert parts["stage"] == pytest.approx(0.0, abs=1e-12)
    assert (parts["career_goals"], parts["personal_goals"]) == pytest.approx((0.2, 0.1))
    lead = measure_balance(person(goals=[], stage="lead"), as_of=TODAY).recommended_parts
    of_lead = soft_share("software_engineering", CareerStage.LEAD)
    assert lead["stage"] == pytest.approx(of_lead - share)
    nobody = measure_balance(person(skills=[], goals=[], stage="lead"), as_of=TODAY)
    assert nobody.recommended_parts["stage"] == pytest.approx(lead["stage"])
    assert nobody.actual_soft_share_interval == (nobody.recommended_soft_share,) * 2
