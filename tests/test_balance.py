"""Balance: the indices planning maximizes, what closing one gap would change, and who lags."""

import datetime as dt
import itertools

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import StandingProblem, profiles, standing_problems

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.estimates import estimate_proficiency
from skillbalance.coaching.targets import find_targets
from skillbalance.coaching.weights import weigh_skills
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.goal import Goal
from skillbalance.model.profile import Profile
from skillbalance.model.rating import Assessment
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.numeric.balance import Standing, measure_standing
from skillbalance.numeric.readiness import readiness_of
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
