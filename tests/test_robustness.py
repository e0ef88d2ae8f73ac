"""How sure the advice is: draws, ties, dependence on assumptions, and the price of limits."""

import datetime as dt

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import profiles

import skillbalance as sb
from skillbalance.coaching.evidence.ratings import fuse_profile
from skillbalance.numeric.allocation.allocate import allocate_hours
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.indices import readiness_of
from skillbalance.numeric.robustness import draw_assumptions, find_ties, spread_hours
from skillbalance.numeric.weights import base_weights, mix_weights
from skillbalance.reference.context import importance, soft_share

TODAY = dt.date(2026, 3, 2)

# --- draws ----------------------------------------------------------------------------------------


def draw(seed: int = 1, n_draws: int = 20_000, **changes: object) -> tuple[np.ndarray, ...]:
    """Draw for three skills, two of them rated by one rater."""
    arguments: dict[str, object] = {
        "weight": [0.5, 0.3, 0.2],
        "mean": [0.5, 0.4, 0.6],
        "covariance_diagonal": [0.003, 0.002, 0.001],
        "covariance_factor": [[0.05], [0.04], [0.0]],
        "learning_rate": [0.006, 0.01, 0.02],
    }
    return draw_assumptions(
        **(arguments | changes), rng=np.random.default_rng(seed), n_draws=n_draws
    )


def test_weights_are_drawn_by_factors():
    """Drawn weights sum to 1; the ratio of two has the spread of two independent factors."""
    weight, _, _ = draw(weight_spread=0.25)
    assert weight.sum(axis=1) == pytest.approx(1.0)
    ratio = np.log(weight[:, 0] / weight[:, 1])
    assert ratio.mean() == pytest.approx(np.log(0.5 / 0.3), abs=0.01)
    assert ratio.std() == pytest.approx(0.25 * np.sqrt(2.0), rel=0.02)


def test_levels_are_drawn_from_the_joint_posterior():
    """Mean and covariance are the posterior's, and no level leaves the scale."""
    _, level, _ = draw()
    factor = np.array([0.05, 0.04, 0.0])
    covariance = np.diag([0.003, 0.002, 0.001]) + np.outer(factor, factor)
    np.testing.assert_allclose(level.mean(axis=0), [0.5, 0.4, 0.6], atol=3e-3)
    np.testing.assert_allclose(np.cov(level.T), covariance, atol=2e-4)
    _, high, _ = draw(mean=[0.99, -0.2, 0.6])
    assert high.min() == 0.0
    assert high.max() == 1.0


def test_learning_rates_are_drawn_with_a_part_in_common():
    """Logarithms have the stated spread, and skills correlate by the person's part of it."""
    _, _, rate = draw(rate_spread=0.5, rate_person_share=0.3)
    logs = np.log(rate / [0.006, 0.01, 0.02])
    np.testing.assert_allclose(logs.std(axis=0), 0.5, rtol=0.02)
    correlation = np.corrcoef(logs.T)
    np.testing.assert_allclose(correlation[np.triu_indices(3, 1)], 0.3, atol=0.03)


def test_the_three_are_independent():
    """A draw's weights say nothing of its levels, nor these of its rates."""
    drawn = [np.log(array[:, 0]) for array in draw()]
    np.testing.assert_allclose(np.corrcoef(drawn), np.eye(3), atol=0.03)


def test_draws_use_one_table_of_normal_numbers_by_rows():
    """The generator moves by the stated table alone, and more draws extend fewer ones."""
    few, more = draw(n_draws=10), draw(n_draws=50)
    for a, b in zip(few, more, strict=True):
        np.testing.assert_array_equal(a, b[:10])
    rng, same = np.random.default_rng(5), np.random.default_rng(5)
    draw_assumptions([1.0], [0.5], [0.1], [[0.1, 0.2]], [0.01], rng=rng, n_draws=7)
    same.standard_normal((7, 3 + 2 + 1))
    assert rng.random() == same.random()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": [[1.0]]}, "^weight must be of one axis"),
        ({"weight": [-1.0, 1.0, 1.0]}, r"^weight\[0\] must be at least 0"),
        ({"mean": [0.5]}, r"^mean must be of shape \(3,\)"),
        ({"covariance_diagonal": [-1.0, 0.0, 0.0]}, r"^covariance_diagonal\[0\] must be at least"),
        ({"covariance_factor": [0.1]}, r"^covariance_factor must be of shape \(3, l\)"),
        ({"learning_rate": [np.nan, 1.0, 1.0]}, r"^learning_rate\[0\] must be a finite number"),
        ({"weight_spread": -0.1}, "^weight_spread must be at least 0"),
        ({"rate_person_share": 1.5}, r"^rate_person_share must be in \[0, 1\]"),
        ({"n_draws": 0}, "^n_draws must be at least 1"),
    ],
)
def test_bad_arguments_are_refused(changes, message):
    """The error names the argument, its rule and the value."""
    with pytest.raises(sb.InvalidValueError, match=message):
        draw(**changes)


def test_a_seed_is_no_generator():
    """Randomness comes as a generator, not as a number."""
    with pytest.raises(sb.InvalidValueError, match=r"^rng must be a .*Generator"):
        draw_assumptions([1.0], [0.5], [0.1], [[0.1]], [0.01], rng=1, n_draws=7)


# --- what many plans have in common ---------------------------------------------------------------

tables = st.integers(1, 30).flatmap(
    lambda n_draws: st.lists(
        st.lists(
            st.sampled_from([0.0, 0.0, 0.5, 1.0, 2.5]) | st.floats(0.1, 9.0),
            min_size=4,
            max_size=4,
        ),
        min_size=n_draws,
        max_size=n_draws,
    )
)


@given(tables)
def test_hours_spread_as_counted(table):
    """Share, mean and interval are those of counting; nine of ten plans lie inside."""
    found = spread_hours(table)
    for i, hours in enumerate(zip(*table, strict=True)):
        assert found.time_share[i] == pytest.approx(sum(h > 0.0 for h in hours) / len(hours))
        assert found.mean[i] == pytest.approx(sum(hours) / len(hours))
        assert found.low[i] in hours
        assert found.high[i] in hours
        inside = sum(found.low[i] <= h <= found.high[i] for h in hours)
        assert inside >= 0.9 * len(hours) - 1e-9


@given(tables, st.sampled_from([0.5, 0.6, 0.75, 0.9, 1.0]))
def test_ties_are_as_counted(table, confidence):
    """Pair by pair: of the plans that give either time, each is ahead in enough of them."""
    expected = []
    for i in range(4):
        for j in range(i + 1, 4):
            raced = [(row[i], row[j]) for row in table if row[i] or row[j]]
            if not raced or len(raced) <= (1.0 - confidence) * len(table):
                continue
            rarer = min(sum(a > b for a, b in raced), sum(a < b for a, b in raced))
            if rarer > (1.0 - confidence) * len(raced):
                expected.append((i, j))
    assert find_ties(table, confidence=confidence) == expected


@pytest.mark.parametrize("hours", [[], [1.0], [[-1.0]], [[np.nan]]])
def test_tables_of_no_plans_are_refused(hours):
    """Hours are a table with a row, of numbers of at least 0."""
    for function in (spread_hours, find_ties):
        with pytest.raises(sb.InvalidValueError, match=r"^hours"):
            function(hours)


# --- records --------------------------------------------------------------------------------------


def person(n: int = 6, seed: int = 1, **changes: object) -> sb.Profile:
    """A person with n skills of both kinds, one rater who knows them all, and a goal."""
    rng = np.random.default_rng(seed)
    skills = [
        sb.Skill(
            id=f"s{i}",
            kind="hard" if i % 2 else "soft",
            half_gap_hours=float(rng.uniform(40, 200)),
            retained_share=float(rng.uniform(0.2, 0.9)),
        )
        for i in range(n)
    ]
    whole: dict[str, object] = {
        "id": "ada",
        "field": "software_engineering",
        "stage": "mid",
        "skills": skills,
        "goals": [sb.Goal(id="g", targets={"s0": 0.7, "s1": 0.8})] if n > 1 else [],
        "assessments": [
            sb.Assessment(
                skill_id=skill.id,
                rating=float(rng.uniform(0.2, 0.8)),
                assessed_on=TODAY,
                rater_kind="peer",
                rater_id="kim",
            )
            for skill in skills
        ],
    }
    return sb.Profile(**(whole | changes))


WEEK = sb.TimeBudget(hours_per_week=6)


def assess(
    profile: sb.Profile, budget: sb.TimeBudget = WEEK, *, seed: int = 1, n_draws: int = 200
) -> sb.Robustness:
    """Assess with a generator of one's own."""
    return sb.assess_robustness(
        profile, budget, as_of=TODAY, rng=np.random.default_rng(seed), n_draws=n_draws
    )


class Alone:
    """The same by planning one row at a time, with nothing of the batch."""

    def __init__(self, profile: sb.Profile, budget: sb.TimeBudget) -> None:
        self.plan = sb.plan_time(profile, budget, as_of=TODAY)
        items, skills = self.plan.items, profile.skills
        self.hours = np.array([item.hours_per_week for item in items])
        self.soft = np.array([item.kind is sb.SkillKind.SOFT for item in items])
        self.retained = np.array([skill.retained_share for skill in skills])
        self.forgetting = np.array(
            [np.log(2.0) / skill.half_life_weeks * (1.0 - skill.upkeep) for skill in skills]
        )
        self.weeks = np.array([item.horizon_weeks for item in items])
        self.target = np.array([item.target for item in items])
        self.weight = np.array([item.weight for item in items])
        self.level = np.array([item.proficiency_now for item in items])
        self.rate = np.array([np.log(2.0) / skill.half_gap_hours for skill in skills])
        self.budget = budget

    def replan(self, **changes: object) -> tuple[np.ndarray, float, float]:
        """Give best hours, readiness with the hours of today, and what these lose."""
        is_ = {
            "weight": self.weight,
            "level": self.level,
            "rate": self.rate,
            "rho": -0.5,
            "beyond": 0.25,
        } | changes
        floor = self.retained * is_["level"]
        best = allocate_hours(
            is_["weight"],
            self.soft,
            is_["level"],
            is_["rate"],
            self.forgetting,
            budget=self.budget.hours_per_week,
            horizon_weeks=self.weeks,
            floor=floor,
            target=self.target,
            beyond=is_["beyond"],
            rho=is_["rho"],
            soft_share=self.plan.soft_share_limits,
            block_hours=self.budget.block_hours,
        )
        then = proficiency_after(
            is_["level"],
            self.hours,
            learning_rate=is_["rate"],
            forgetting_rate=self.forgetting,
            weeks=self.weeks,
            floor=floor,
        )
        kept = float(
            readiness_of(
                is_["weight"],
                self.soft,
                then,
                target=self.target,
                beyond=np.asarray(is_["beyond"]),
                rho=np.asarray(is_["rho"]),
            )
        )
        return best.hours, kept, float(best.readiness) - kept


@pytest.mark.parametrize("block_hours", [0.5, None])
def test_every_draw_is_planned_as_if_alone(block_hours):
    """Shares, means, readiness and regret are those of planning each draw by itself."""
    profile, budget = person(), attrs.evolve(WEEK, block_hours=block_hours)
    found, alone = assess(profile, budget, n_draws=40), Alone(profile, budget)
    posterior = fuse_profile(profile, as_of=TODAY)
    drawn = draw_assumptions(
        alone.weight,
        posterior.mean,
        posterior.covariance_diagonal,
        posterior.covariance_factor,
        alone.rate,
        rng=np.random.default_rng(1),
        n_draws=40,
    )
    plans = [
        alone.replan(weight=weight, level=level, rate=rate)
        for weight, level, rate in zip(*drawn, strict=True)
    ]
    hours = np.array([plan[0] for plan in plans])
    for i, item in enumerate(found):
        assert item.hours_per_week == alone.hours[i]
        assert item.time_share == pytest.approx((hours[:, i] > 1 / 60).mean())
        assert item.hours_mean == pytest.approx(hours[:, i].mean(), abs=1e-6)
        assert item.hours_interval[0] <= np.median(hours[:, i]) <= item.hours_interval[1]
    assert found.regret == pytest.approx(np.mean([plan[2] for plan in plans]), abs=1e-9)
    ends = np.quantile([plan[1] for plan in plans], (0.05, 0.95))
    assert found.readiness_interval == pytest.approx(ends, abs=1e-9)
    for name, changed in (
        ("weights", [{"weight": x} for x in drawn.weight]),
        ("levels", [{"level": x} for x in drawn.proficiency]),
        ("learning_rates", [{"rate": x} for x in drawn.learning_rate]),
        ("rho", [{"rho": x} for x in np.linspace(-1.5, 0.5, 19)[1::2]]),
        ("beyond", [{"beyond": x} for x in np.linspace(0.0, 0.5, 19)[1::2]]),
    ):
        (dependence,) = (x for x in found.assumptions if x.assumption == name)
        plans = [alone.replan(**changes) for changes in changed]
        assert dependence.regret == pytest.approx(np.mean([plan[2] for plan in plans]), abs=1e-9)
        moved = [np.abs(plan[0] - alone.hours).sum() / 2.0 for plan in plans]
        assert dependence.hours_moved == pytest.approx(np.mean(moved), abs=1e-6)


def test_the_goal_share_is_varied_by_weighing_again():
    """Regret is that of weights mixed from importance and goals with another share."""
    profile = person()
    found, alone = assess(profile), Alone(profile, WEEK)
    field, mid = profile.field, sb.CareerStage.MID
    matters = [importance(field, mid, elements=(), kind=skill.kind) for skill in profile.skills]
    base = base_weights(matters, alone.soft, soft_share=soft_share(field, mid))
    regrets = []
    for share in np.linspace(0.2, 0.6, 19)[1::2]:
        weight = mix_weights(
            base, base, priority=[1.0], goal_index=[0, 0], skill_index=[0, 1], goal_share=share
        ).weight
        regrets.append(alone.replan(weight=weight)[2])
    (dependence,) = (x for x in found.assumptions if x.assumption == "goal_share")
    assert dependence.regret == pytest.approx(np.mean(regrets), abs=1e-9)
    aimless = assess(person(goals=[]))
    assert "goal_share" not in {x.assumption for x in aimless.assumptions}


@settings(max_examples=20)
@given(profiles(max_skills=5), st.floats(0.0, 20.0), st.booleans())
def test_results_keep_their_promises(profile, hours, whole):
    """For any person: shares and intervals in range, nothing negative, most important first."""
    budget = sb.TimeBudget(hours_per_week=hours, block_hours=0.5 if whole else None)
    found = assess(profile, budget, n_draws=25)
    assert [item.skill_id for item in found] == [skill.id for skill in profile.skills]
    for item in found:
        assert 0.0 <= item.time_share <= 1.0
        assert 0.0 <= item.hours_interval[0] <= item.hours_interval[1] <= hours + 1e-9
        assert all(item.skill_id in found[other].tied_with for other in item.tied_with)
    assert sum(item.hours_mean for item in found) <= hours + 1e-6
    assert found.readiness_interval[0] <= found.readiness_interval[1]
    regrets = [one.regret for one in found.assumptions]
    prices = [one.price for one in found.limits]
    assert regrets == sorted(regrets, reverse=True)
    assert prices == sorted(prices, reverse=True)
    assert min([found.regret, *regrets, *prices, *(x.hours_moved for x in found.assumptions)]) >= 0


def test_the_same_generator_gives_the_same_answer():
    """Equal states give equal results, other states others; the global state plays no part."""
    first, second, other = assess(person()), assess(person()), assess(person(), seed=2)
    assert first == second
    assert hash(first) == hash(second)
    assert first != other
    assert [x.price for x in first.limits] == [x.price for x in other.limits]


def test_equal_skills_are_tied_and_a_hopeless_one_is_out():
    """Two skills alike change places from draw to draw; one without weight never gets time."""
    skills = [
        sb.Skill(id="a", kind="hard"),
        sb.Skill(id="b", kind="hard"),
        sb.Skill(id="slow", kind="hard", half_gap_hours=100_000),
        sb.Skill(id="talk", kind="soft"),
    ]
    found = assess(person(skills=skills, goals=[], assessments=[]), n_draws=500)
    assert "b" in found["a"].tied_with
    assert "a" in found["b"].tied_with
    assert (found["slow"].time_share, found["slow"].tied_with) == (0.0, ())
    assert found["talk"].time_share > 0.9


def test_what_is_known_matters_less():
    """After three exams the plan depends on levels less than half as much as unrated."""
    skills = person().skills
    exams = [
        sb.Assessment(skill_id=s.id, rating=0.4, assessed_on=TODAY, rater_kind="test")
        for s in skills
    ]

    def regret(found: sb.Robustness) -> float:
        return next(x.regret for x in found.assumptions if x.assumption == "levels")

    unrated, tested = assess(person(assessments=[])), assess(person(assessments=exams * 3))
    assert regret(tested) < 0.5 * regret(unrated)


def test_nothing_matters_where_nothing_can_change():
    """One skill, or no hours: no regret, no dependence, no price."""
    for found in (assess(person(1)), assess(person(), sb.TimeBudget(hours_per_week=0))):
        assert found.depends_most_on == ""
        assert {x.regret for x in found.assumptions} == {0.0}
        assert {x.hours_moved for x in found.assumptions} == {0.0}
        assert {x.price for x in found.limits} <= {0.0}
    assert assess(person(1))["s0"].time_share == 1.0
    nobody = assess(person(0))
    assert (nobody.items, nobody.limits, nobody.regret) == ((), (), 0.0)


def test_complementarity_matters_where_the_share_is_free():
    """Without limits of the soft share, rho decides how hours are split between the kinds."""
    uneven = [
        sb.Assessment(
            skill_id=f"s{i}", rating=0.55 if i % 2 else 0.4, assessed_on=TODAY, rater_kind="test"
        )
        for i in range(6)
    ]
    free = attrs.evolve(WEEK, soft_share=(0.0, 1.0), block_hours=None)
    found = assess(person(assessments=uneven, goals=[]), free)
    (rho,) = (x for x in found.assumptions if x.assumption == "rho")
    assert rho.hours_moved > 0.1
    assert rho.regret > 0.0
    assert rho.varied == "-0.5 ± 1"


# --- limits ---------------------------------------------------------------------------------------


def test_prices_are_what_dropping_a_limit_gains():
    """For every limit: readiness of the plan without it, minus readiness with it."""
    profile = person()
    budget = sb.TimeBudget(
        hours_per_week=6,
        soft_share=(0.5, 0.6),
        min_hours={"s3": 1.5},
        max_hours={"s0": 1.0, "s1": 1.0},
        max_skills=4,
    )

    def then(**changes: object) -> float:
        changed = attrs.evolve(budget, **changes)
        return sb.plan_time(profile, changed, as_of=TODAY).readiness_then

    found = assess(profile, budget, n_draws=3)
    expected = {
        "soft_share": then(soft_share=(0.0, 1.0)),
        'min_hours["s3"]': then(min_hours={}),
        'max_hours["s0"]': then(max_hours={"s1": 1.0}),
        'max_hours["s1"]': then(max_hours={"s0": 1.0}),
        "max_skills": then(max_skills=None),
        "block_hours": then(block_hours=None),
    }
    prices = {one.limit: one.price for one in found.limits}
    gains = {name: readiness - then() for name, readiness in expected.items()}
    assert prices == pytest.approx(gains, abs=1e-9)
    assert sum(price > 1e-6 for price in prices.values()) >= 3


def test_the_default_band_has_its_price():
    """Without limits of one's own the price of the share is the price of balance in the plan."""
    profile = person(seed=3)
    found = assess(profile, n_draws=3)
    plan = sb.plan_time(profile, WEEK, as_of=TODAY)
    (band,) = (one for one in found.limits if one.limit == "soft_share")
    assert band.price == pytest.approx(plan.price_of_balance, abs=1e-9)
    (blocks,) = (one for one in found.limits if one.limit == "block_hours")
    assert blocks.price == pytest.approx(plan.rounding_cost, abs=1e-9)


def test_unlimited_plans_have_no_prices():
    """Continuous hours, any share, no limit on skills: nothing to drop."""
    free = sb.TimeBudget(hours_per_week=6, block_hours=None, soft_share=(0.0, 1.0))
    assert assess(person(), free, n_draws=3).limits == ()


# --- requests -------------------------------------------------------------------------------------


def test_bad_requests_are_refused():
    """A seed is no generator, draws are counted, limits in conflict are named by skill."""
    with pytest.raises(sb.InvalidValueError, match=r"^rng must be a .*Generator"):
        sb.assess_robustness(person(), WEEK, as_of=TODAY, rng=1)
    with pytest.raises(sb.InvalidValueError, match=r"^n_draws must be"):
        assess(person(), n_draws=0)
    with pytest.raises(sb.InfeasibleError, match=r'min_hours\["s0"\]'):
        assess(person(), attrs.evolve(WEEK, min_hours={"s0": 7}))
    with pytest.raises(sb.UnknownSkillError, match="s0"):
        assess(person())["s_0"]
