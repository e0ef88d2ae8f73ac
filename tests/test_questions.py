"""Whom to ask next: predicted answers against dense conditioning, values against Monte Carlo."""

import datetime as dt
import itertools
import math
from collections.abc import Iterator

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import RatingProblem, profiles, rating_problems

import skillbalance as sb
from skillbalance.coaching.evidence.ratings import gather_ratings
from skillbalance.numeric.allocation.allocate import allocate_hours
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.evidence.fusion import fuse_ratings
from skillbalance.numeric.evidence.information import (
    SOMEBODY_NEW,
    Answers,
    normal_nodes,
    predict_answers,
)
from skillbalance.numeric.indices import readiness_of

TODAY = dt.date(2026, 3, 2)

# --- what an answer tells -------------------------------------------------------------------------


@attrs.frozen
class Asked:
    """Questions to go with a problem of ratings, as keyword arguments."""

    asked_skill: np.ndarray
    asked_rater: np.ndarray
    asked_kind: np.ndarray
    asked_noise_variance: np.ndarray
    new_severity_mean: np.ndarray
    new_severity_variance: np.ndarray


@st.composite
def asked_problems(draw: st.DrawFn) -> tuple[RatingProblem, Asked]:
    """Draw ratings and up to five questions about them."""
    problem = draw(rating_problems())
    n, n_raters = len(problem.prior_mean), len(problem.severity_mean)
    n_kinds, q = len(problem.shared_variance), draw(st.integers(0, 5))

    def positions(low: int, below: int) -> np.ndarray:
        numbers = st.lists(st.integers(low, below - 1), min_size=q, max_size=q)
        return np.array(draw(numbers), dtype=int)

    rng = np.random.default_rng(draw(st.integers(0, 999)))
    return problem, Asked(
        positions(0, n),
        positions(SOMEBODY_NEW, n_raters),
        positions(0, n_kinds),
        rng.uniform(1e-3, 0.5, q),
        rng.uniform(-0.2, 0.2, n_kinds),
        rng.uniform(0.0, 0.3, n_kinds) * rng.integers(0, 2, n_kinds),
    )


def predict(problem: RatingProblem, asked: Asked) -> Answers:
    """Predict the answers."""
    return predict_answers(**problem.arguments(), **attrs.asdict(asked))


class Dense:
    """
    Everything unknown and everything rated as one normal vector, conditioned in one step.

    Unknowns are proficiencies, severities (the one of each question's new rater apart), what is
    shared by each skill and kind, and nothing is eliminated.
    """

    def __init__(self, problem: RatingProblem, asked: Asked) -> None:
        p = problem
        n, r, s = len(p.prior_mean), len(p.severity_mean), len(p.shared_variance)
        q = len(asked.asked_skill)
        by = np.where(
            asked.asked_rater >= 0, asked.asked_rater, r + np.arange(q)
        )  # new raters after the known
        new_mean = asked.new_severity_mean[asked.asked_kind]
        new_variance = asked.new_severity_variance[asked.asked_kind]
        prior = np.concatenate(
            [
                np.broadcast_to(p.prior_sd, n) ** 2,
                p.severity_variance,
                new_variance,
                np.tile(p.shared_variance, n),
            ]
        )
        center = np.concatenate([p.prior_mean, p.severity_mean, new_mean, np.zeros(n * s)])

        def design(skill: np.ndarray, rater: np.ndarray, kind: np.ndarray) -> np.ndarray:
            rows = np.zeros((len(skill), len(prior)))
            at = np.arange(len(skill))
            rows[at, skill] = 1.0
            rows[at, n + rater] = 1.0
            rows[at, n + r + q + skill * s + kind] = 1.0
            return rows

        given_ = design(p.skill, p.rater, p.kind)
        asked_ = design(asked.asked_skill, by, asked.asked_kind)
        observed = given_ @ (prior[:, None] * given_.T) + np.diag(
            np.broadcast_to(p.noise_variance, len(p.rating))
        )
        gain = (prior[:, None] * given_.T) @ np.linalg.inv(observed)
        self.mean = center + gain @ (p.rating - given_ @ center)
        self.covariance = np.diag(prior) - gain @ given_ * prior
        self.answer_mean = asked_ @ self.mean
        self.answer_variance = (
            np.einsum("qm,mk,qk->q", asked_, self.covariance, asked_) + asked.asked_noise_variance
        )
        self.together = (asked_ @ self.covariance)[:, :n]


def append(problem: RatingProblem, asked: Asked, q: int, rating: float) -> RatingProblem:
    """Add the answer to question q to the ratings; somebody new becomes a rater."""
    by, kind = int(asked.asked_rater[q]), int(asked.asked_kind[q])
    return attrs.evolve(
        problem,
        skill=np.append(problem.skill, asked.asked_skill[q]),
        rater=np.append(problem.rater, len(problem.severity_mean) if by == SOMEBODY_NEW else by),
        kind=np.append(problem.kind, kind),
        rating=np.append(problem.rating, rating),
        noise_variance=np.append(problem.noise_variance, asked.asked_noise_variance[q]),
        severity_mean=np.append(problem.severity_mean, asked.new_severity_mean[kind]),
        severity_variance=np.append(problem.severity_variance, asked.new_severity_variance[kind]),
    )


@given(asked_problems())
def test_answers_are_those_of_dense_conditioning(case):
    """Mean, spread and what moves are those of one big normal vector, nothing eliminated."""
    problem, asked = case
    found, dense = predict(problem, asked), Dense(problem, asked)
    np.testing.assert_allclose(found.mean, dense.answer_mean, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.sd, np.sqrt(dense.answer_variance), rtol=1e-8)
    np.testing.assert_allclose(found.gain * found.sd[:, None], dense.together, rtol=0, atol=1e-9)
    assert not any(array.flags.writeable for array in found)


@settings(max_examples=50)
@given(asked_problems(), st.floats(-3.0, 3.0))
def test_hearing_the_answer_moves_the_estimates_along_the_gain(case, surprise):
    """Fusing the answer in, all means move by gain times surprise, and variances fall by gain^2."""
    problem, asked = case
    found = predict(problem, asked)
    before = fuse_ratings(**problem.arguments())
    for q in range(len(asked.asked_skill)):
        rating = float(found.mean[q] + surprise * found.sd[q])
        after = fuse_ratings(**append(problem, asked, q, rating).arguments())
        np.testing.assert_allclose(
            after.mean, before.mean + surprise * found.gain[q], rtol=0, atol=1e-8
        )
        np.testing.assert_allclose(
            after.covariance(),
            before.covariance() - np.outer(found.gain[q], found.gain[q]),
            rtol=0,
            atol=1e-9,
        )


def test_an_answer_about_one_skill_tells_about_another_through_its_rater():
    """Who rated both skills is found severe or not by one answer; somebody new tells of one."""
    problem = RatingProblem(
        prior_mean=np.full(2, 0.5),
        prior_sd=np.full(2, 0.2),
        skill=np.array([0, 1]),
        rater=np.array([0, 0]),
        kind=np.array([0, 0]),
        rating=np.array([0.4, 0.4]),
        noise_variance=np.full(2, 0.01),
        severity_mean=np.zeros(1),
        severity_variance=np.array([0.04]),
        shared_variance=np.zeros(1),
    )
    asked = Asked(
        np.array([0, 0]),
        np.array([0, SOMEBODY_NEW]),
        np.array([0, 0]),
        np.full(2, 0.01),
        np.zeros(1),
        np.array([0.04]),
    )
    known, new = predict(problem, asked).gain
    # A high answer by the known rater says they are lenient: less credit for the other skill.
    assert known[0] > 0.0 > known[1]
    # One by somebody new says the skill is better and so the old rater severe: more credit.
    assert new[0] > new[1] > 0.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"asked_skill": [[0]]}, "^asked_skill must be of one axis"),
        ({"asked_skill": [9]}, "^asked_skill must be positions below 2"),
        ({"asked_rater": [-2]}, "^asked_rater must be positions from -1 to below 1, got -2$"),
        ({"asked_rater": [1]}, "^asked_rater must be positions from -1 to below 1, got 1$"),
        ({"asked_rater": ["ada"]}, "^asked_rater must be an array of integers"),
        ({"asked_kind": [0.5]}, "^asked_kind must be an array of integers"),
        ({"asked_noise_variance": [0.0]}, r"^asked_noise_variance\[0\] must be greater than 0"),
        ({"asked_noise_variance": [0.1, 0.1]}, "^asked_noise_variance must be of shape"),
        ({"new_severity_mean": [0.0, 0.0]}, "^new_severity_mean must be of shape"),
        ({"new_severity_variance": [-1.0]}, r"^new_severity_variance\[0\] must be at least 0"),
    ],
)
def test_bad_questions_are_refused(changes, message):
    """The error names the argument, its rule and the value."""
    ratings = {
        "skill": [0],
        "rater": [0],
        "kind": [0],
        "rating": [0.5],
        "noise_variance": 0.1,
        "severity_mean": [0.0],
        "severity_variance": [0.1],
        "shared_variance": [0.0],
    }
    asked = {
        "asked_skill": [0],
        "asked_rater": [0],
        "asked_kind": [0],
        "asked_noise_variance": [0.1],
        "new_severity_mean": [0.0],
        "new_severity_variance": [0.1],
    }
    with pytest.raises(sb.InvalidValueError, match=message):
        predict_answers([0.5, 0.5], 0.2, **ratings, **(asked | changes))


# --- the integral over answers --------------------------------------------------------------------


def test_nodes_integrate_smooth_functions():
    """Moments and a moment generating function are those of the standard normal."""
    nodes, weights = normal_nodes()
    assert weights.sum() == pytest.approx(1.0, abs=1e-15)
    assert weights @ nodes == pytest.approx(0.0, abs=1e-15)
    for power, moment in ((2, 1.0), (4, 3.0), (6, 15.0)):
        assert weights @ nodes**power == pytest.approx(moment, rel=5e-3)
    assert weights @ np.exp(0.5 * nodes) == pytest.approx(math.exp(0.125), rel=1e-5)


@given(st.floats(-3.0, 3.0))
def test_nodes_integrate_kinks_within_the_stated_error(kink):
    """For max(z - c, 0) the error is at most that of its slope change, which the notes bound."""
    nodes, weights = normal_nodes()
    density = math.exp(-0.5 * kink**2) / math.sqrt(2.0 * math.pi)
    exact = density - kink * 0.5 * math.erfc(kink / math.sqrt(2.0))
    found = weights @ np.maximum(nodes - kink, 0.0)
    assert abs(found - exact) <= density * 0.2**2 / 12.0 * 1.1 + 2e-6


# --- the value of a question ----------------------------------------------------------------------


def random_case(seed: int) -> tuple[sb.Profile, sb.TimeBudget]:
    """Build a person with named and unnamed raters who link skills, and a budget with limits."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 9))
    skills = [
        sb.Skill(
            id=f"s{i}",
            kind="hard" if i % 2 else "soft",
            half_gap_hours=float(rng.uniform(30, 200)),
            retained_share=float(rng.uniform(0, 1)),
        )
        for i in range(n)
    ]
    kinds = ["self", "peer", "supervisor", "report", "test", "mentor"]
    assessments = [
        sb.Assessment(
            skill_id=f"s{rng.integers(n)}",
            rating=float(rng.uniform(0.2, 0.9)),
            assessed_on=TODAY - dt.timedelta(days=int(rng.integers(1000))),
            rater_kind=kinds[rng.integers(len(kinds))],
            rater_id=["", "kim", "lee"][rng.integers(3)],
        )
        for _ in range(int(rng.integers(0, 16)))
    ]
    goals = [
        sb.Goal(id="g", targets={"s0": float(rng.uniform(0.4, 0.8)), "s1": 0.7}),
        sb.Goal(id="h", targets={"s2": 0.6}, due_on=TODAY + dt.timedelta(weeks=10)),
    ]
    profile = sb.Profile(
        id=f"person {seed}",
        field=["software_engineering", "nursing", "sales"][seed % 3],
        stage="mid",
        skills=skills,
        assessments=assessments,
        goals=goals[: int(rng.integers(0, 3))],
    )
    budget = sb.TimeBudget(
        hours_per_week=float(rng.uniform(1, 12)),
        soft_share=(0.2, 0.6) if rng.integers(2) else None,
        max_hours={"s1": 1.5} if rng.integers(2) else {},
        block_hours=0.5,
    )
    return profile, budget


class Simulated:
    """
    The same expectation by drawing answers: each is rated into the profile's arrays, and planned.

    Of the code under test only the optimizer is used: what answers are to be expected comes from
    dense conditioning, what they change from fusing them in as ratings like any other.
    """

    def __init__(self, profile: sb.Profile, budget: sb.TimeBudget) -> None:
        self.profile, self.budget = profile, budget
        self.heard = Listener(profile)
        plan = sb.plan_time(profile, attrs.evolve(budget, block_hours=None), as_of=TODAY)
        self.limits = plan.soft_share_limits
        self.hours = np.array([item.hours_per_week for item in plan])
        self.weight = np.array([item.weight for item in plan])
        self.target = np.array([item.target for item in plan])
        self.weeks = np.array([item.horizon_weeks for item in plan])
        self.soft = np.array([item.kind is sb.SkillKind.SOFT for item in plan])
        skills = profile.skills
        self.retained = np.array([skill.retained_share for skill in skills])
        self.learning = np.log(2.0) / np.array([skill.half_gap_hours for skill in skills])
        self.forgetting = np.log(2.0) / np.array([skill.half_life_weeks for skill in skills])
        self.forgetting *= 1.0 - np.array([skill.upkeep for skill in skills])
        ids = [skill.id for skill in skills]
        self.most = np.array([budget.max_hours.get(skill_id, np.inf) for skill_id in ids])

    def readiness(self, level: np.ndarray, hours: np.ndarray) -> np.ndarray:
        """Readiness at the horizon with given hours, from given levels."""
        then = proficiency_after(
            level,
            hours,
            learning_rate=self.learning,
            forgetting_rate=self.forgetting,
            weeks=self.weeks,
            floor=self.retained * level,
        )
        return readiness_of(
            self.weight,
            self.soft,
            then,
            target=self.target,
            beyond=np.array(0.25),
            rho=np.array(-0.5),
        )

    def value(
        self, question: sb.Question, n_draws: int, rng: np.random.Generator
    ) -> tuple[float, float]:
        """Draw answers, plan for each, and give the mean gain with its standard error."""
        mean, sd = self.heard.answer(question)
        assert (question.expected_answer, question.answer_sd) == pytest.approx((mean, sd))
        level = self.heard.levels_after(question, rng.normal(mean, sd, n_draws))
        best = allocate_hours(
            self.weight,
            np.broadcast_to(self.soft, level.shape),
            level,
            self.learning,
            self.forgetting,
            budget=self.budget.hours_per_week,
            horizon_weeks=self.weeks,
            floor=self.retained * level,
            target=self.target,
            max_hours=self.most,
            soft_share=self.limits,
        )
        gain = best.readiness - self.readiness(level, self.hours)
        moved = np.abs(best.hours - self.hours).sum(axis=1) / 2.0
        error = float(moved.std() / math.sqrt(n_draws))
        assert question.hours_moved == pytest.approx(moved.mean(), abs=4.0 * error + 1e-6)
        return float(gain.mean()), float(gain.std() / math.sqrt(n_draws))


class Listener:
    """A profile's ratings with one more among them, in arrays."""

    def __init__(self, profile: sb.Profile) -> None:
        self.skills = [skill.id for skill in profile.skills]
        ratings = gather_ratings(profile, as_of=TODAY)
        self.raters, self.model = ratings.raters, ratings.model
        columns = {name: np.array(x) for name, x in ratings.weighted.items()}
        unit = self.model.prior_sd**2
        noises = [self.model.noise_of(kind) for kind in sb.RaterKind]
        columns["shared_variance"] = np.array([noise.shared_variance * unit for noise in noises])
        self.problem = RatingProblem(
            prior_mean=ratings.prior_mean,
            prior_sd=np.full(len(self.skills), self.model.prior_sd),
            **columns,
        )

    def ask(self, question: sb.Question) -> Asked:
        """Put a record's question in numbers."""
        kinds = list(sb.RaterKind)
        kind, unit = kinds.index(question.rater_kind), self.model.prior_sd**2
        whom = kind, question.rater_id
        named = question.rater_id or question.rater_kind is sb.RaterKind.SELF
        noises = [self.model.noise_of(kind) for kind in kinds]
        own = (1.0 - noises[kind].severity_part) * noises[kind].own_variance * unit
        return Asked(
            np.array([self.skills.index(question.skill_id)]),
            np.array([self.raters.index(whom) if named and whom in self.raters else SOMEBODY_NEW]),
            np.array([kind]),
            np.array([own]),
            np.array([noise.leniency * self.model.prior_sd for noise in noises]),
            np.array([noise.severity_part * noise.own_variance * unit for noise in noises]),
        )

    def answer(self, question: sb.Question) -> tuple[float, float]:
        """Give mean and standard deviation of an answer."""
        dense = Dense(self.problem, self.ask(question))
        return float(dense.answer_mean[0]), math.sqrt(dense.answer_variance[0])

    def levels_after(self, question: sb.Question, answers: np.ndarray) -> np.ndarray:
        """Fuse answers in, each as a rating like any other; estimates are linear in ratings."""
        at_zero, at_one = (
            fuse_ratings(**append(self.problem, self.ask(question), 0, rating).arguments()).mean
            for rating in (0.0, 1.0)
        )
        return np.clip(at_zero + answers[:, None] * (at_one - at_zero), 0.0, 1.0)


def agrees(seed: int, n_questions: int, n_draws: int) -> list[float]:
    """Compare values of some questions with simulated ones: differences in standard errors."""
    rng = np.random.default_rng([seed, 1])
    profile, budget = random_case(seed)
    questions = sb.ask_next(profile, budget, as_of=TODAY)
    simulated = Simulated(profile, budget)
    worth = [question for question in questions if question.value > 1e-5]
    chosen = worth[:: max(len(worth) // n_questions, 1)][:n_questions]
    differences = []
    for question in chosen:
        mean, error = simulated.value(question, n_draws, rng)
        differences.append((question.value - mean) / error)
    return differences


def test_values_are_those_of_simulated_answers():
    """On ten people, values lie as far from the mean of drawn answers as chance has it."""
    differences = [z for seed in range(10) for z in agrees(seed, n_questions=3, n_draws=2000)]
    assert len(differences) >= 20
    assert max(map(abs, differences)) < 4.0
    # Were the values biased by half a standard error, this would show it.
    assert abs(np.mean(differences)) < 2.5 / math.sqrt(len(differences))
    assert np.mean(np.square(differences)) < 1.8


@settings(max_examples=25)
@given(profiles(min_skills=1, max_skills=4), st.floats(0.5, 20.0))
def test_questions_are_ranked_and_never_worth_less_than_nothing(profile, hours):
    """For any person: every skill and kind is asked once, values fall and are not negative."""
    questions = sb.ask_next(profile, sb.TimeBudget(hours_per_week=hours), as_of=TODAY)
    values = [question.value for question in questions]
    assert all(value >= 0.0 for value in values)
    assert values == pytest.approx(sorted(values, reverse=True), abs=2e-12)
    whom = [(q.skill_id, q.rater_kind, q.rater_id) for q in questions]
    assert len(set(whom)) == len(whom)
    assert {(skill_id, kind) for skill_id, kind, _ in whom} == {
        (skill.id, kind) for skill in profile.skills for kind in sb.RaterKind
    }
    for question in questions:
        assert 0.0 < question.sd_then <= question.sd_now
        assert (question.value == 0.0) <= (question.hours_moved == 0.0)
    estimates = sb.estimate_proficiency(profile, as_of=TODAY)
    assert all(q.sd_now == pytest.approx(estimates[q.skill_id].sd) for q in questions)


def team(**changes: object) -> sb.Profile:
    """Two hard and two soft skills; kim rated three of them lately, lee one long ago."""

    def said(skill_id: str, rater_id: str, days: int, rating: float = 0.5) -> sb.Assessment:
        return sb.Assessment(
            skill_id=skill_id,
            rating=rating,
            assessed_on=TODAY - dt.timedelta(days=days),
            rater_kind="peer",
            rater_id=rater_id,
        )

    whole: dict[str, object] = {
        "id": "ada",
        "field": "software_engineering",
        "stage": "mid",
        "skills": [
            sb.Skill(id="python", name="Python", kind="hard"),
            sb.Skill(id="sql", kind="hard"),
            sb.Skill(id="listening", kind="soft"),
            sb.Skill(id="feedback", kind="soft"),
        ],
        "assessments": [
            said("python", "kim", 10),
            said("sql", "kim", 10),
            said("listening", "kim", 10),
            said("listening", "lee", 700),
        ],
    }
    return sb.Profile(**(whole | changes))


WEEK = sb.TimeBudget(hours_per_week=5)


def find(questions: sb.Questions, skill_id: str, kind: str, rater_id: str = "") -> sb.Question:
    """Find one question."""
    (found,) = (
        q
        for q in questions.about(skill_id)
        if q.rater_kind.value == kind and q.rater_id == rater_id
    )
    return found


@pytest.mark.parametrize(
    ("skills", "budget"),
    [
        ("python sql listening feedback", {"hours_per_week": 0}),
        ("python", {}),
        ("python listening", {"soft_share": (0.3, 0.3)}),
        ("python sql", {"max_hours": {"sql": 0}}),
        ("python sql", {"min_hours": {"sql": 2, "python": 3}}),
    ],
    ids=["no hours", "one skill", "split fixed", "one allowed", "minima use all"],
)
def test_an_answer_that_cannot_change_an_hour_is_worth_exactly_nothing(skills, budget):
    """Without hours, with one skill, or with limits that leave no choice every value is 0.0."""
    profile = team(
        skills=[skill for skill in team().skills if skill.id in skills.split()], assessments=()
    )
    limits = sb.TimeBudget(**({"hours_per_week": 5} | budget))
    questions = sb.ask_next(profile, limits, as_of=TODAY)
    assert len(questions) == 7 * len(profile.skills)
    assert {(q.value, q.hours_moved) for q in questions} == {(0.0, 0.0)}
    assert all("would change no hour" in q.reason for q in questions)


def test_the_more_precise_of_two_answers_is_worth_more():
    """Nobody linked, one skill: less noise, more value (Blackwell), for any kind of rater."""
    questions = sb.ask_next(team(assessments=()), WEEK, as_of=TODAY)
    for skill in team().skills:
        about = questions.about(skill.id)
        by_noise = sorted(about, key=lambda q: q.sd_then)
        values = [q.value for q in by_noise]
        # Up to the error of the quadrature.
        assert all(a >= b * (1 - 5e-3) - 1e-9 for a, b in itertools.pairwise(values))
    assert questions.items[0].value > 0.0


def test_a_rater_whose_severity_is_known_tells_more():
    """Of two peers, the one with ratings elsewhere narrows a skill unrated by both more."""
    questions = sb.ask_next(team(), WEEK, as_of=TODAY)
    known, new = find(questions, "feedback", "peer", "kim"), find(questions, "feedback", "peer")
    assert known.sd_then < new.sd_then
    assert known.answer_sd < new.answer_sd


def test_equals_rank_by_silence():
    """Of raters who tell the same, those never heard come first, then those silent longest."""

    def said(skill_id: str, kind: str, days: int) -> sb.Assessment:
        return sb.Assessment(
            skill_id=skill_id,
            rating=0.5,
            assessed_on=TODAY - dt.timedelta(days=days),
            rater_kind=kind,
        )

    # Client = peer and mentor = supervisor, in the table of defaults; all heard on one skill only.
    heard = [said("python", kind, 20 + 5 * n) for n, kind in enumerate(["peer", "supervisor"])]
    questions = sb.ask_next(team(assessments=heard), WEEK, as_of=TODAY)
    for skill_id in ("sql", "listening", "feedback"):
        about = [q.rater_kind.value for q in questions.about(skill_id)]
        assert find(questions, skill_id, "peer").value == find(questions, skill_id, "client").value
        assert about.index("client") == about.index("peer") - 1
        assert about.index("mentor") == about.index("supervisor") - 1
    days = {q.rater_kind.value: q.days_since_heard for q in questions}
    assert (days["peer"], days["supervisor"], days["client"]) == (20, 25, None)


def test_days_are_those_of_the_rater_asked():
    """A rater known by an id was silent since their last word; somebody new since their kind's."""
    questions = sb.ask_next(team(), WEEK, as_of=TODAY)
    assert find(questions, "sql", "peer", "kim").days_since_heard == 10
    assert find(questions, "sql", "peer", "lee").days_since_heard == 700
    assert find(questions, "sql", "peer").days_since_heard == 10
    assert find(questions, "sql", "report").days_since_heard is None
    later = sb.ask_next(team(), WEEK, as_of=TODAY - dt.timedelta(days=100))
    assert find(later, "sql", "peer", "lee").days_since_heard == 600
    assert all(q.rater_id != "kim" for q in later)


def test_order_of_skills_and_ratings_does_not_matter():
    """Permuted, the same questions have the same values."""
    profile = team()
    moved = attrs.evolve(
        profile, skills=profile.skills[::-1], assessments=profile.assessments[::-1]
    )
    before = {(q.skill_id, q.rater_kind, q.rater_id): q.value for q in _ask(profile)}
    after = {(q.skill_id, q.rater_kind, q.rater_id): q.value for q in _ask(moved)}
    assert after == pytest.approx(before, abs=1e-11)


def _ask(profile: sb.Profile) -> Iterator[sb.Question]:
    return iter(sb.ask_next(profile, WEEK, as_of=TODAY))


def test_reasons_quote_the_numbers():
    """One sentence names whom, about what, and quotes value, answer and hours."""
    questions = sb.ask_next(team(), WEEK, as_of=TODAY)
    asked = find(questions, "python", "peer", "kim")
    assert asked.reason.startswith(
        "Asking kim (peer) about Python (last heard 10 days ago) is worth "
    )
    for number in (f"{asked.value:.2g} readiness", f"{asked.hours_moved:.2g} h a week"):
        assert number in asked.reason
    assert f"{asked.expected_answer:.2f} give or take {asked.answer_sd:.2f}" in asked.reason
    assert f"from {asked.sd_now:.2f} to {asked.sd_then:.2f}" in asked.reason
    assert "Asking yourself about sql (never heard)" in find(questions, "sql", "self").reason
    assert "Asking a test about sql" in find(questions, "sql", "test").reason
    odd = team(skills=[sb.Skill(id="x", name="a\nb\x1b", kind="hard")], assessments=())
    reason = sb.ask_next(odd, WEEK, as_of=TODAY).items[0].reason
    assert r"a\nb\x1b" in reason


def test_readiness_is_that_of_todays_plan():
    """Values come on top of the plan that continuous hours make today, by the same rater model."""
    for model in ("specific", "job_performance"):
        found = sb.ask_next(team(), WEEK, as_of=TODAY, rater_model=model)
        plan = sb.plan_time(
            team(), attrs.evolve(WEEK, block_hours=None), as_of=TODAY, rater_model=model
        )
        assert found.readiness == pytest.approx(plan.readiness_then, abs=1e-12)
        assert (found.profile_id, found.as_of) == ("ada", TODAY)


def test_only_kinds_of_the_model_are_asked():
    """A rater model of one's own names whom one can ask at all."""
    model = sb.RaterModel(
        kinds={
            "peer": sb.RaterNoise(own_variance=0.5, severity_part=0.3),
            "test": sb.RaterNoise(own_variance=0.2, severity_part=0.0),
        },
        prior_sd=0.2,
        ageing_per_year=0.0,
    )
    questions = sb.ask_next(team(), WEEK, as_of=TODAY, rater_model=model)
    assert {q.rater_kind.value for q in questions} == {"peer", "test"}


def test_limits_on_the_number_of_skills_are_kept():
    """With a limit on skills the value is that of the best plans within it."""
    budget = attrs.evolve(WEEK, max_skills=2)
    limited = sb.ask_next(team(), budget, as_of=TODAY)
    assert limited.items[0].value > 0.0
    assert limited.readiness < sb.ask_next(team(), WEEK, as_of=TODAY).readiness


def test_nobody_to_ask_about_nothing():
    """Without skills there are no questions."""
    empty = sb.ask_next(team(skills=(), assessments=()), WEEK, as_of=TODAY)
    assert (empty.items, len(empty)) == ((), 0)


def test_impossible_requests_are_refused():
    """Conflicting limits are named by skill; a moment is no day; a preset must exist."""
    too_much = attrs.evolve(WEEK, min_hours={"sql": 6})
    with pytest.raises(sb.InfeasibleError, match=r'min_hours\["sql"\]'):
        sb.ask_next(team(), too_much, as_of=TODAY)
    with pytest.raises(sb.InvalidValueError, match=r"^as_of must be a datetime\.date"):
        sb.ask_next(team(), WEEK, as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    with pytest.raises(sb.InvalidValueError, match=r"^rater_model must be"):
        sb.ask_next(team(), WEEK, as_of=TODAY, rater_model="best")
    with pytest.raises(sb.UnknownSkillError, match="sql"):
        sb.ask_next(team(), attrs.evolve(WEEK, max_hours={"sqll": 1}), as_of=TODAY)


def test_the_answer_is_a_value():
    """Equal inputs give equal, hashable results."""
    first, second = (sb.ask_next(team(), WEEK, as_of=TODAY) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
