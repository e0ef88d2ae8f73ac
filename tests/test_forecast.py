"""Forecasts: bands and chances against integrals, simulated learners and the plan itself."""

import datetime as dt
import math
from itertools import pairwise

import attrs
import mpmath as mp
import numpy as np
import pytest
from allocation_oracles import exact_level
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.numeric import chance_to_reach, proficiency_quantile
from skillbalance.numeric.normal import normal_cdf, normal_points, normal_quantile
from skillbalance.numeric.progress.forecast import Uncertain, joint_chance
from skillbalance.reference.defaults import PRIOR_SD, RATE_SPREAD
from tests import strategies

AS_OF = dt.date(2026, 3, 2)
Z90 = 1.6448536269514722
CURVE = {"hours": 3.0, "learning_rate": 0.006, "forgetting_rate": 0.0144, "weeks": 26.0}


@st.composite
def uncertain(draw):
    """Draw an uncertain curve, with spreads from nothing to more than anybody has."""
    spread = st.sampled_from([0.0, 1e-3]) | st.floats(0.01, 0.5)
    return {
        "mean": draw(st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0)),
        "sd": draw(spread),
        "hours": draw(st.sampled_from([0.0, 1e-6]) | st.floats(0.1, 20.0)),
        "learning_rate": math.log(2.0) / draw(st.floats(20.0, 400.0)),
        "forgetting_rate": draw(st.sampled_from([0.0, 0.0144]) | st.floats(1e-4, 0.5)),
        "weeks": draw(st.sampled_from([0.0, 26.0]) | st.floats(0.1, 60.0)),
        "rate_sd": draw(spread),
        "retained_share": draw(st.sampled_from([0.0, 0.5, 1.0])),
    }


def exact_chance(level, x):
    """
    Integrate over the start, the other way round than the library, with tanh-sinh at 25 digits.

    The rate that a start needs is found by bisection of the curve as in the model's text.
    """

    def rate_needed(start):
        def reached(log_rate):
            k = mp.mpf(x["learning_rate"]) * mp.exp(x["rate_sd"] * log_rate)
            floor = x["retained_share"] * start
            return exact_level(start, x["hours"], k, x["forgetting_rate"], floor, x["weeks"])

        low, high = mp.mpf(-40), mp.mpf(40)
        if reached(low) >= level:
            return -mp.inf
        if reached(high) < level:
            return mp.inf
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if reached(middle) >= level else (middle, high)
        return high

    def chance_given(start):
        u = rate_needed(start)
        return mp.mpf(u == -mp.inf) if mp.isinf(u) else mp.ncdf(-u)

    mean, sd = mp.mpf(x["mean"]), mp.mpf(x["sd"])
    grid = [mean + j * sd for j in (-9, -4, -2, -1, 0, 1, 2, 4, 9)]
    grid = sorted({min(max(point, mp.mpf(0)), mp.mpf(1)) for point in [0, *grid, 1]})

    def density(start):
        return mp.npdf(start, mean, sd) * chance_given(start)

    nodes = [tuple(map(mp.mpf, pair)) for pair in np.transpose(np.polynomial.legendre.leggauss(10))]
    inside = mp.fsum(
        (b - a) / 2 * w * density((a + b) / 2 + (b - a) / 2 * t)
        for a, b in pairwise(grid)
        for t, w in nodes
    )
    below, above = mp.ncdf(-mean / sd), mp.ncdf((mean - 1) / sd)
    return inside + below * chance_given(mp.mpf(0)) + above * chance_given(mp.mpf(1))


@pytest.mark.parametrize(
    ("mean", "sd", "hours", "level"),
    [(0.5, 0.1, 3.0, 0.6), (0.2, 0.15, 6.0, 0.5), (0.9, 0.12, 1.0, 0.9), (0.1, 0.2, 2.0, 0.05)],
)
def test_chances_are_the_integral(mean, sd, hours, level):
    """The chance of a level agrees with the integral in the other order, to 1e-7."""
    x = {**CURVE, "mean": mean, "sd": sd, "hours": hours, "rate_sd": 0.5, "retained_share": 0.5}
    with mp.workdps(25):
        exact = float(exact_chance(level, x))
    assert float(chance_to_reach(level, **x)) == pytest.approx(exact, abs=1e-7)


@settings(max_examples=60)
@given(uncertain(), st.floats(0.02, 0.98))
def test_quantiles_invert_chances(x, probability):
    """Just below a quantile lies less than its probability, just above it more."""
    quantile = float(proficiency_quantile(probability, **x))
    below, above = (
        1.0 - float(chance_to_reach(np.clip(quantile + step, 0.0, 1.0), **x))
        for step in (-1e-8, 1e-8)
    )
    assert 0.0 <= quantile <= 1.0
    assert quantile <= 1e-8 or below <= probability + 1e-4
    assert quantile >= 1.0 - 1e-8 or above >= probability - 1e-4


@settings(max_examples=40)
@given(uncertain(), st.floats(0.0, 1.0))
def test_chances_agree_with_random_learners(x, level):
    """Of 20,000 random learners as many reach a level as the chance says."""
    rng = np.random.default_rng(7)
    start, u = rng.standard_normal((2, 20_000))
    start = np.clip(x["mean"] + x["sd"] * start, 0.0, 1.0)
    after = sb.numeric.proficiency_after(
        start,
        x["hours"],
        learning_rate=x["learning_rate"] * np.exp(x["rate_sd"] * u),
        forgetting_rate=x["forgetting_rate"],
        weeks=x["weeks"],
        floor=x["retained_share"] * start,
    )
    assume((np.abs(after - level) < 1e-9).mean() < 1e-3)  # an atom on the level is a matter of bits
    assert abs((after >= level).mean() - float(chance_to_reach(level, **x))) < 0.018


@settings(max_examples=40)
@given(uncertain(), st.floats(0.0, 0.99), st.floats(0.01, 1.0))
def test_chances_are_ordered(x, level, step):
    """More hours, a better start and a lower level never lower the chance."""
    base = float(chance_to_reach(level, **x))
    better = {**x, "hours": x["hours"] * (1.0 + step)}
    assert float(chance_to_reach(level, **better)) >= base - 2e-4
    better = {**x, "mean": x["mean"] + step * (1.0 - x["mean"])}
    assert float(chance_to_reach(level, **better)) >= base - 2e-4
    assert float(chance_to_reach(level * (1.0 - step), **x)) >= base - 2e-4


def test_a_known_start_and_rate_leave_no_band():
    """Without spread every quantile is the curve itself, and a chance is 0 or 1."""
    x = {**CURVE, "mean": 0.5, "sd": 0.0, "rate_sd": 0.0, "retained_share": 0.5}
    level = sb.numeric.proficiency_after(0.5, floor=0.25, **CURVE)
    assert proficiency_quantile([0.05, 0.5, 0.95], **x) == pytest.approx([level] * 3, abs=1e-12)
    assert chance_to_reach([level - 1e-9, level + 1e-9], **x).tolist() == [1.0, 0.0]


def test_the_band_of_today_is_the_interval_of_the_estimate():
    """At week 0 and without practice the band is the clipped normal one, in closed form."""
    now = proficiency_quantile([0.05, 0.95], mean=0.9, sd=0.1, **{**CURVE, "weeks": 0.0})
    assert now == pytest.approx([0.9 - Z90 * 0.1, 1.0], abs=1e-12)
    kept = 0.5 + 0.5 * math.exp(-0.0144 * 26.0)
    idle = {**CURVE, "hours": 0.0, "retained_share": 0.5}
    band = proficiency_quantile([0.05, 0.95], mean=0.5, sd=0.1, **idle)
    assert band == pytest.approx([kept * (0.5 - Z90 * 0.1), kept * (0.5 + Z90 * 0.1)], abs=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": 1.1}, r"mean must be in \[0, 1\]"),
        ({"sd": -0.1}, "sd must be"),
        ({"rate_sd": math.nan}, "rate_sd must be"),
        ({"retained_share": 2.0}, "retained_share must be"),
        ({"hours": math.inf}, "hours must be"),
    ],
)
def test_wrong_arguments_are_refused(change, message):
    """A number out of range is named."""
    x = {**CURVE, "mean": 0.5, "sd": 0.1, **change}
    with pytest.raises(sb.InvalidValueError, match=message):
        chance_to_reach(0.5, **x)
    with pytest.raises(sb.InvalidValueError, match="probability must be between 0 and 1"):
        proficiency_quantile(1.0, **{**CURVE, "mean": 0.5, "sd": 0.1})


def test_the_normal_distribution_is_right():
    """Distribution and quantile agree with each other and with mpmath in both tails."""
    x = np.linspace(-30.0, 8.0, 39)
    exact = [float(mp.ncdf(value)) for value in x]
    assert normal_cdf(x) == pytest.approx(exact, rel=1e-14)
    assert normal_cdf(normal_quantile(np.array(exact[5:]))) == pytest.approx(exact[5:], rel=1e-10)
    next_to_one = float(np.nextafter(1.0, 0.0))
    ends = normal_quantile(np.array([0.0, 5e-324, next_to_one, 1.0]))
    assert ends[[0, 3]].tolist() == [-np.inf, np.inf]
    assert ends[2] == pytest.approx(float(mp.sqrt(2) * mp.erfinv(2 * mp.mpf(next_to_one) - 1)))
    assert np.isfinite(ends[1])
    points = normal_points(2048, 5)
    assert np.allclose(np.cov(points.T), np.eye(5), atol=0.01)


# --- several skills at once -----------------------------------------------------------------------


def curves(n, **changes):
    """Give n skills of one person, the default spreads."""
    values = {
        "mean": np.linspace(0.3, 0.6, n),
        "sd": np.full(n, 0.12),
        "speed": np.full(n, 0.012),
        "rate_sd": np.full(n, RATE_SPREAD.value),
        "forgetting_rate": np.full(n, 0.0144),
        "weeks": np.full(n, 26.0),
        "retained_share": np.full(n, 0.5),
    }
    return Uncertain(**{**values, **changes})


def random_levels(x, covariance, n, rng):
    """Draw the levels of n learners."""
    start = rng.multivariate_normal(x.mean, covariance, size=n)
    return x.level(rng.standard_normal(start.shape), np.clip(start, 0.0, 1.0))


@pytest.mark.parametrize("shared", [0.0, 0.6])
@pytest.mark.parametrize("n", [2, 4])
def test_joint_chances_agree_with_random_learners(n, shared):
    """All targets at once, doubts of the starts shared: within 0.004 of 200,000 random learners."""
    x = curves(n)
    covariance = 0.12**2 * (shared + (1.0 - shared) * np.eye(n))
    target = x.level(np.zeros(n), x.mean) - 0.02
    drawn = random_levels(x, covariance, 200_000, np.random.default_rng(3))
    simulated = (drawn >= target).all(axis=1).mean()
    assert joint_chance(target, x, covariance) == pytest.approx(simulated, abs=0.004)


def test_shared_doubt_helps_the_joint_chance():
    """The more the doubts go together, the likelier all targets; between product and smallest."""
    x = curves(3)
    target = x.level(np.zeros(3), x.mean) + 0.02
    each = [joint_chance(target[[i]], x.take(slice(i, i + 1)), np.eye(1)) for i in range(3)]
    chances = [
        joint_chance(target, x, 0.12**2 * (shared + (1.0 - shared) * np.eye(3)))
        for shared in (0.0, 0.5, 1.0)
    ]
    assert math.prod(each) * (1.0 - 1e-12) <= chances[0] < chances[1] < chances[2] <= min(each)
    assert chances[0] == pytest.approx(math.prod(each), abs=0.002)


# --- simulated learners ---------------------------------------------------------------------------


def simulate(n, rng):
    """
    Draw learners, rate each once, estimate them, and let them practise for a year.

    What is true of a learner comes from the spreads the model states: the level around the
    expected one, the rating around the level, the rate around its default.
    """
    tau = PRIOR_SD.value
    expected = rng.uniform(0.35, 0.65, n)
    truth = expected + tau * rng.standard_normal(n)
    noise = tau**2 * rng.choice([0.18, 0.5, 1.5], n)
    rating = truth + np.sqrt(noise) * rng.standard_normal(n)
    believed = tau**2 / (tau**2 + noise)
    mean = expected + believed * (rating - expected)
    keep = (mean > 0.0) & (mean < 1.0)  # where the reported mean is clipped, something is lost
    skill = {
        "hours": rng.choice([0.0, 1.0, 3.0, 6.0], n),
        "learning_rate": math.log(2.0) / rng.choice([40.0, 120.0, 350.0], n),
        "forgetting_rate": math.log(2.0) / 48.0 * rng.choice([1.0, 0.4, 0.0], n),
        "retained_share": rng.choice([0.0, 0.5], n),
    }
    rate = skill["learning_rate"] * np.exp(RATE_SPREAD.value * rng.standard_normal(n))
    start = np.clip(truth, 0.0, 1.0)

    def level(weeks):
        return sb.numeric.proficiency_after(
            start,
            skill["hours"],
            learning_rate=rate,
            forgetting_rate=skill["forgetting_rate"],
            weeks=weeks,
            floor=skill["retained_share"] * start,
        )[keep]

    known = {"mean": mean, "sd": np.sqrt(believed * noise), **skill}
    return level, {name: value[keep] for name, value in known.items()}


@pytest.mark.parametrize("weeks", [4.0, 13.0, 26.0, 52.0])
def test_bands_cover_nine_of_ten_learners(weeks):
    """The 90 % band holds the true level of 87 to 93 % of 2,000 simulated learners."""
    level, known = simulate(2_000, np.random.default_rng(11))
    low, high = proficiency_quantile([[0.05], [0.95]], weeks=weeks, **known)
    truth = level(weeks)
    covered = ((truth >= low - 1e-9) & (truth <= high + 1e-9)).mean()
    assert 0.87 <= covered <= 0.93


def test_chances_are_calibrated():
    """In ten bins of P(target) the share that reaches it is within 5 points, 5,000 learners."""
    level, known = simulate(5_000, np.random.default_rng(5))
    known["weeks"] = 26.0
    # Targets of every difficulty, so that each bin holds some 500 learners.
    target = proficiency_quantile(np.random.default_rng(6).random(level(0.0).size), **known)
    chance = chance_to_reach(target, **known)
    reached = level(26.0) >= target
    ten = np.clip((chance * 10).astype(int), 0, 9)
    counts = np.bincount(ten, minlength=10)
    assert (counts > 0).all()
    errors = np.abs(np.bincount(ten, reached, minlength=10) - np.bincount(ten, chance)) / counts
    assert errors.max() < 0.05


# --- forecasts of plans ---------------------------------------------------------------------------

SQL = sb.Skill(id="sql", kind="hard", name="SQL")
LISTENING = sb.Skill(id="listening", kind="soft", half_gap_hours=350, upkeep=0.5)
TARGETS = {"sql": 0.65, "listening": 0.5}
GOALS = (
    sb.Goal(id="lead", targets=TARGETS, due_on=dt.date(2026, 6, 1)),
    sb.Goal(id="some day", targets={"sql": 0.6}),
    sb.Goal(id="late", targets={"listening": 0.5}, due_on=dt.date(2026, 1, 1)),
    sb.Goal(id="vague"),
)
RATED = tuple(
    sb.Assessment(
        skill_id=skill_id,
        rating=rating,
        assessed_on=dt.date(2026, 2, 1),
        rater_kind="supervisor",
        rater_id="kim",
    )
    for skill_id, rating in (("sql", 0.5), ("listening", 0.4))
)
ADA = sb.Profile(
    id="ada",
    field="software_engineering",
    stage="mid",
    skills=(SQL, LISTENING),
    goals=GOALS,
    assessments=RATED,
)
BUDGET = sb.TimeBudget(hours_per_week=5)
PLAN = sb.plan_time(ADA, BUDGET, as_of=AS_OF)
PROMISE = sb.forecast(PLAN, ADA)


@settings(max_examples=15)
@given(strategies.profiles(max_skills=3), st.sampled_from([0.0, 1.0, 8.0]), st.integers(1, 4))
def test_a_forecast_keeps_the_shape_of_its_plan(profile, hours, weeks):
    """Levels lie in their bands, practice never lowers one, chances are probabilities."""
    plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=hours, horizon_weeks=8), as_of=AS_OF)
    promise = sb.forecast(plan, profile, weeks=weeks)
    assert [item.skill_id for item in promise] == [skill.id for skill in profile.skills]
    assert promise.dates == tuple(AS_OF + dt.timedelta(weeks=i) for i in range(weeks + 1))
    for item in promise:
        for path in (item.planned, item.idle):
            assert len(path.level) == len(path.low) == len(path.high) == weeks + 1
            assert all(a <= b + 1e-9 for a, b in zip(path.low, path.level, strict=True))
            assert all(a <= b + 1e-9 for a, b in zip(path.level, path.high, strict=True))
        for mine, none in zip(item.planned.low, item.idle.low, strict=True):
            assert mine >= none - 1e-9
    for goal in promise.goals:
        each = [target.probability for target in goal.targets]
        assert math.prod(each) - 1e-12 <= goal.probability <= min(each) + 1e-12
        # Mastery itself is an atom of those who have it already: a matter of the last bit.
        below = [target for target in goal.targets if target.target < 1.0]
        assert all(target.probability >= target.probability_idle - 1e-4 for target in below)
    for path in (promise.readiness, promise.readiness_idle):
        assert all(0.0 <= a <= b <= 1.0 for a, b in zip(path.low, path.high, strict=True))


def test_the_trajectory_ends_where_the_plan_says():
    """At a skill's horizon the level is the plan's, at the planned hours and at none."""
    plan = sb.plan_time(attrs.evolve(ADA, goals=()), BUDGET, as_of=AS_OF)
    promise = sb.forecast(plan, attrs.evolve(ADA, goals=()))
    for item in plan:
        assert promise[item.skill_id].planned.level[26] == pytest.approx(
            item.proficiency_then, abs=1e-12
        )
        assert promise[item.skill_id].idle.level[26] == pytest.approx(
            item.proficiency_idle, abs=1e-12
        )
        assert promise[item.skill_id].planned.level[0] == pytest.approx(item.proficiency_now)
    assert promise.readiness.level[26] == pytest.approx(plan.readiness_then, abs=1e-12)
    assert promise.readiness.level[0] == pytest.approx(plan.readiness_now, abs=1e-12)
    assert promise.readiness_idle.level[26] == pytest.approx(plan.readiness_idle, abs=1e-12)


def test_today_is_the_estimate():
    """The band of week 0 is the 90 % interval of the estimate."""
    estimates = sb.estimate_proficiency(ADA, as_of=AS_OF)
    for item in PROMISE:
        assert (item.planned.low[0], item.planned.high[0]) == pytest.approx(
            estimates[item.skill_id].interval, abs=1e-9
        )


def test_goals_are_judged_on_their_dates():
    """A goal counts on its due date, else at the horizon; without targets it promises nothing."""
    assert [goal.goal_id for goal in PROMISE.goals] == ["lead", "some day", "late"]
    assert PROMISE.goal("lead").on == dt.date(2026, 6, 1)
    assert PROMISE.goal("some day").on == AS_OF + dt.timedelta(weeks=26)
    assert PROMISE.goal("late").overdue
    assert not PROMISE.goal("lead").overdue
    with pytest.raises(sb.InvalidValueError, match="nearest: 'lead'"):
        PROMISE.goal("leed")


def test_the_chance_of_a_target_is_the_numeric_one():
    """Ids meet positions: each target has the chance of its own skill on the goal's day."""
    estimates = sb.estimate_proficiency(ADA, as_of=AS_OF)
    for target in PROMISE.goal("lead").targets:
        skill = next(skill for skill in ADA.skills if skill.id == target.skill_id)
        chance = chance_to_reach(
            TARGETS[skill.id],
            mean=estimates[skill.id].mean,
            sd=estimates[skill.id].sd,
            hours=PLAN[skill.id].hours_per_week,
            learning_rate=math.log(2.0) / skill.half_gap_hours,
            forgetting_rate=math.log(2.0) / skill.half_life_weeks * (1.0 - skill.upkeep),
            weeks=13.0,
            retained_share=skill.retained_share,
        )
        assert target.probability == pytest.approx(float(chance), abs=1e-9)


def test_the_band_of_readiness_holds_random_learners():
    """90 % of 20,000 random learners, doubts shared as the raters are, lie in the band."""
    estimates = sb.estimate_proficiency(ADA, as_of=AS_OF)
    rng = np.random.default_rng(2)
    rates = np.array([math.log(2.0) / skill.half_gap_hours for skill in ADA.skills])
    x = Uncertain(
        mean=np.array([item.mean for item in estimates]),
        sd=np.array([item.sd for item in estimates]),
        speed=rates * [item.hours_per_week for item in PLAN],
        rate_sd=np.full(2, 0.5),
        forgetting_rate=math.log(2.0) / 48.0 * np.array([1.0, 0.5]),
        weeks=np.full(2, 26.0),
        retained_share=np.full(2, 0.5),
    )
    levels = random_levels(x, estimates.covariance, 20_000, rng)
    target = np.array([item.target for item in PLAN])
    credit = np.minimum(levels, target) + 0.25 * np.maximum(levels - target, 0.0)
    share = PLAN["listening"].weight
    readiness = ((1 - share) * credit[:, 0] ** -0.5 + share * credit[:, 1] ** -0.5) ** -2.0
    low, high = PROMISE.readiness.low[26], PROMISE.readiness.high[26]
    assert [low, high] == pytest.approx(np.quantile(readiness, [0.05, 0.95]), abs=0.004)


def test_a_known_rate_narrows_the_band():
    """The spread of the rate can be given for all skills or for one."""
    known = sb.forecast(PLAN, ADA, weeks=26, rate_sd=0.1)
    one = sb.forecast(PLAN, ADA, weeks=26, rate_sd={"sql": 0.1})

    def width(promise, skill_id):
        path = promise[skill_id].planned
        return path.high[26] - path.low[26]

    assert width(known, "sql") < width(PROMISE, "sql")
    assert width(one, "sql") == width(known, "sql")
    assert width(one, "listening") == width(PROMISE, "listening")


def test_a_forecast_refuses_what_does_not_fit():
    """Another person's plan, too many weeks and unknown skills are named."""
    with pytest.raises(sb.InvalidValueError, match="plan must be a plan for the skills"):
        sb.forecast(PLAN, attrs.evolve(ADA, skills=(LISTENING, SQL)))
    with pytest.raises(sb.InvalidValueError, match=r"weeks must be in \[1, 520\]"):
        sb.forecast(PLAN, ADA, weeks=0)
    with pytest.raises(sb.InvalidValueError, match="where the calendar ends"):
        sb.forecast(attrs.evolve(PLAN, as_of=dt.date(9999, 12, 1)), ADA, weeks=26)
    with pytest.raises(sb.UnknownSkillError, match="sqll"):
        sb.forecast(PLAN, ADA, rate_sd={"sqll": 0.1})
    with pytest.raises(sb.InvalidValueError, match=r"rate_sd\[.*sql.*\] must be"):
        sb.forecast(PLAN, ADA, rate_sd={"sql": -1.0})
    with pytest.raises(sb.InvalidValueError, match="rate_sd must be"):
        sb.forecast(PLAN, ADA, rate_sd=-1.0)


def test_a_profile_without_skills_has_an_empty_forecast():
    """Nothing to follow is no error."""
    nobody = sb.Profile(id="nobody", field="nursing", stage="mid")
    plan = sb.plan_time(nobody, sb.TimeBudget(hours_per_week=0), as_of=AS_OF)
    promise = sb.forecast(plan, nobody, weeks=2)
    assert len(promise) == 0
    assert promise.readiness.level == (0.0, 0.0, 0.0)
