"""Weights: a mixture of field, stage and goals whose parts add up, whatever the order."""

import datetime as dt
import itertools
from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WeightProblem, profiles, weight_problems

from skillbalance.coaching.targets import find_horizons, find_targets
from skillbalance.coaching.weights import weigh_skills
from skillbalance.errors import (
    InvalidValueError,
    UnknownElementError,
    UnknownFieldError,
    UnknownSkillError,
)
from skillbalance.model.budget import TimeBudget
from skillbalance.model.goal import Goal
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import Assessment
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.numeric.weights import WeightParts, base_weights, goal_shares, mix_weights
from skillbalance.reference.context import expected_level, importance, soft_share
from skillbalance.reference.defaults import GOAL_SHARE

FIELD = "software_engineering"
TODAY = dt.date(2026, 3, 2)
CONTRIBUTORS = [CareerStage(name) for name in ("student", "entry", "mid", "senior")]


def mix(problem: WeightProblem) -> WeightParts:
    """Weights and parts of a problem."""
    return mix_weights(
        base_weights(problem.field_importance, problem.soft, soft_share=problem.field_share),
        base_weights(problem.importance, problem.soft, soft_share=problem.soft_share),
        priority=problem.priority,
        goal_index=[k for k, members in enumerate(problem.members) for _ in members],
        skill_index=[i for members in problem.members for i in members],
        goal_share=problem.goal_share,
    )


def exact_base(importance: list[float], soft: list[bool], share: float) -> list[Fraction]:
    """The definition of a base weight in exact fractions, one skill at a time."""
    weights = []
    for b, kind in zip(importance, soft, strict=True):
        peers = [Fraction(x) for x, other in zip(importance, soft, strict=True) if other == kind]
        of_kind = Fraction(share) if kind else 1 - Fraction(share)
        if len(peers) == len(soft):
            of_kind = Fraction(1)
        part = Fraction(b) / sum(peers) if sum(peers) else Fraction(1, len(peers))
        weights.append(of_kind * part)
    return weights


def exact_weights(problem: WeightProblem) -> list[Fraction]:
    """The definition of a weight in exact fractions."""
    base = exact_base(problem.importance, problem.soft, problem.soft_share)
    named = [
        (Fraction(pi), members)
        for pi, members in zip(problem.priority, problem.members, strict=True)
        if members
    ]
    total = sum(pi for pi, _ in named)
    gamma = Fraction(problem.goal_share) if total else Fraction(0)
    goal = [
        sum((pi / len(members) / total for pi, members in named if i in members), Fraction(0))
        for i in range(len(base))
    ]
    return [(1 - gamma) * b + gamma * g for b, g in zip(base, goal, strict=True)]


# --- numeric floor --------------------------------------------------------------------------------


@given(weight_problems())
def test_weights_are_the_definition(problem):
    """Each weight is the formula, computed in exact fractions, to rounding."""
    assert mix(problem).weight == pytest.approx(
        [float(w) for w in exact_weights(problem)], rel=1e-12, abs=1e-15
    )


@given(weight_problems())
def test_parts_add_up(problem):
    """Weights sum to 1, the parts of each weight to it, the parts of the stage to 0."""
    parts = mix(problem)
    assert abs(parts.weight.sum() - 1.0) <= 1e-12
    assert (parts.weight >= 0.0).all()
    whole = parts.field_part + parts.stage_part
    skills = [i for members in problem.members for i in members]
    for i, part in zip(skills, parts.pair_part, strict=True):
        whole[i] += part
    assert np.abs(whole - parts.weight).max() <= 1e-12
    assert abs(parts.stage_part.sum()) <= 1e-12
    assert parts.pair_part.sum() == pytest.approx(float(parts.goal_share), abs=1e-12)


@given(weight_problems())
def test_soft_weight_is_the_soft_share(problem):
    """Before goals, soft skills have the soft share if both kinds are there, else all or none."""
    soft = np.array(problem.soft)
    base = base_weights(problem.importance, soft, soft_share=problem.soft_share)
    wanted = problem.soft_share if soft.any() and not soft.all() else float(soft.all())
    assert abs(base[soft].sum() - wanted) <= 1e-12


@given(weight_problems())
def test_importance_shares_a_kind_out_in_proportion(problem):
    """Within a kind weights stand in the proportion of importances; equal if all are zero."""
    base = base_weights(problem.importance, problem.soft, soft_share=problem.soft_share)
    for kind in (False, True):
        members = [i for i, soft in enumerate(problem.soft) if soft == kind]
        b = [problem.importance[i] for i in members] if members else []
        b = b if any(b) else [1.0] * len(b)
        for (i, bi), (j, bj) in itertools.combinations(zip(members, b, strict=True), 2):
            assert base[i] * bj == pytest.approx(base[j] * bi, rel=1e-12, abs=1e-300)


@given(weight_problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem, rng):
    """Permuting skills permutes weights and parts bit for bit; permuting goals changes nothing."""
    n, n_goals = len(problem.soft), len(problem.priority)
    skills, goals = rng.sample(range(n), n), rng.sample(range(n_goals), n_goals)
    place = {old: new for new, old in enumerate(skills)}
    moved = attrs.evolve(
        problem,
        importance=[problem.importance[i] for i in skills],
        field_importance=[problem.field_importance[i] for i in skills],
        soft=[problem.soft[i] for i in skills],
        priority=[problem.priority[k] for k in goals],
        members=[[place[i] for i in problem.members[k]] for k in goals],
    )
    before, after = mix(problem), mix(moved)
    assert after.weight.tolist() == before.weight[skills].tolist()
    assert after.field_part.tolist() == before.field_part[skills].tolist()
    assert after.stage_part.tolist() == before.stage_part[skills].tolist()
    assert sorted(after.pair_part.tolist()) == sorted(before.pair_part.tolist())


@given(weight_problems(), st.floats(1e-3, 1e3))
def test_units_cancel(problem, factor):
    """Importances or priorities in another unit give the same weights."""
    scaled = attrs.evolve(
        problem,
        importance=[factor * b for b in problem.importance],
        priority=[factor * pi for pi in problem.priority],
    )
    assert mix(scaled).weight == pytest.approx(mix(problem).weight, rel=1e-12, abs=1e-15)


@given(weight_problems(), st.floats(1.01, 100.0), st.data())
def test_a_heavier_goal_puts_more_in(problem, factor, data):
    """Raising a priority raises what that goal puts in and lowers what each other one does."""
    named = [k for k, members in enumerate(problem.members) if members]
    if len(named) < 2 or problem.goal_share == 0.0:
        return
    k = data.draw(st.sampled_from(named))
    heavier = list(problem.priority)
    heavier[k] *= factor
    before, after = mix(problem), mix(attrs.evolve(problem, priority=heavier))
    owner = np.array([goal for goal, members in enumerate(problem.members) for _ in members])
    assert (after.pair_part[owner == k] > before.pair_part[owner == k]).all()
    assert (after.pair_part[owner != k] < before.pair_part[owner != k]).all()


@given(weight_problems(), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4))
def test_each_row_is_computed_alone(problem, shares):
    """A batch over soft shares and goal shares gives the bits of its rows."""
    goal_index = [k for k, members in enumerate(problem.members) for _ in members]
    goals = {
        "priority": problem.priority,
        "goal_index": goal_index,
        "skill_index": [i for members in problem.members for i in members],
    }
    both = base_weights(problem.importance, problem.soft, soft_share=shares)
    batch = mix_weights(both, both, goal_share=shares, **goals)
    for row, share in enumerate(shares):
        one = base_weights(problem.importance, problem.soft, soft_share=share)
        alone = mix_weights(one, one, goal_share=share, **goals)
        assert alone.weight.tolist() == batch.weight[row].tolist()
        assert alone.pair_part.tolist() == batch.pair_part[row].tolist()


def test_extreme_numbers_stay_in_range():
    """Sums of the largest and of the smallest floats neither overflow nor vanish."""
    for tiny_or_huge in (5e-324, 1e-310, 1.7e308):
        base = base_weights([tiny_or_huge] * 3, [True] * 3, soft_share=0.5)
        assert base == pytest.approx([1 / 3] * 3, rel=1e-12)
        parts = goal_shares([tiny_or_huge] * 4, [0, 1, 2, 3], [0, 0, 1, 1])
        assert parts == pytest.approx([0.25] * 4, rel=1e-12)


def test_many_skills_and_goals_cost_what_they_name():
    """Ten thousand goals over ten thousand skills need no matrix of both."""
    n = 10_000
    rng = np.random.default_rng(1)
    soft = rng.random(n) < 0.5
    base = base_weights(rng.random(n), soft, soft_share=0.37)
    parts = mix_weights(
        base,
        base,
        priority=rng.random(n),
        goal_index=np.repeat(np.arange(n), 2),
        skill_index=np.stack([np.arange(n), (np.arange(n) + 7) % n], axis=1).ravel(),
    )
    assert abs(parts.weight.sum() - 1.0) <= 1e-12
    assert abs(base[soft].sum() - 0.37) <= 1e-12


def test_no_skills_have_no_weights():
    """Nothing in, nothing out."""
    base = base_weights([], [], soft_share=0.4)
    parts = mix_weights(base, base)
    assert parts.weight.shape == (0,)
    assert float(parts.goal_share) == 0.0


def test_goals_without_priority_or_skills_put_nothing_in():
    """A goal of priority zero, or one that names no skill, leaves field and stage alone."""
    for goals in (
        {"priority": [0.0], "goal_index": [0], "skill_index": [1]},
        {"priority": [2.0], "goal_index": [], "skill_index": []},
    ):
        parts = mix_weights([0.6, 0.4], [0.5, 0.5], **goals)
        assert parts.weight.tolist() == [0.5, 0.5]
        assert float(parts.goal_share) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: base_weights([-0.1], [True], soft_share=0.5),
            r"^importance\[0\] must be at least",
        ),
        (lambda: base_weights([np.inf], [True], soft_share=0.5), r"^importance\[0\] must be a fin"),
        (lambda: base_weights([0.5], [1.0], soft_share=0.5), "^soft must be an array of booleans"),
        (lambda: base_weights([0.5], [True], soft_share=1.5), r"^soft_share must be in \[0, 1\]"),
        (lambda: goal_shares([np.nan], [0], [0]), r"^priority\[0\] must be a finite number"),
        (lambda: goal_shares([1.0], [0, 0], [0]), r"^skill_index must be as long as goal_index"),
        (lambda: goal_shares([1.0], [1], [0]), "^goal_index must be at least 0 and below 1, got 1"),
        (lambda: goal_shares([1.0], [0.5], [0]), "^goal_index must be one axis of whole numbers"),
        (
            lambda: mix_weights([1.0], [1.0], priority=[1.0], goal_index=[0], skill_index=[-1]),
            "^skill_index must be at least 0 and below 1, got -1",
        ),
        (lambda: mix_weights([1.0], [1.0], goal_share=-0.1), r"^goal_share must be in \[0, 1\]"),
        (lambda: mix_weights([1.0], [2.0]), r"^stage_base\[0\] must be in \[0, 1\]"),
        (lambda: mix_weights([-1.0], [1.0]), r"^field_base\[0\] must be in \[0, 1\]"),
    ],
)
def test_bad_arrays_are_refused(call, message):
    """The error names the argument, its rule and the value."""
    with pytest.raises(InvalidValueError, match=message):
        call()


# --- records --------------------------------------------------------------------------------------


def person(**changes: object) -> Profile:
    """A profile with two skills of each kind, changed as asked."""
    whole: dict[str, object] = {
        "id": "ada",
        "field": FIELD,
        "stage": "mid",
        "skills": [
            Skill(id="python", kind="hard", elements=["2.B.3.e"]),
            Skill(id="listening", kind="soft", elements=["2.A.1.b"]),
            Skill(id="sql", kind="hard"),
            Skill(id="persuasion", kind="soft", elements=["2.B.1.c"]),
        ],
    }
    return Profile(**(whole | changes))


@given(profiles())
def test_profile_weights_add_up(profile):
    """For any profile: items in profile order, weights sum to 1, parts sum to weights."""
    weights = weigh_skills(profile)
    assert [item.skill_id for item in weights] == [skill.id for skill in profile.skills]
    assert [item.kind for item in weights] == [skill.kind for skill in profile.skills]
    if not profile.skills:
        assert weights.recommended_soft_share == soft_share(profile.field, profile.stage)
        return
    assert abs(sum(item.weight for item in weights) - 1.0) <= 1e-12
    soft = sum(item.weight for item in weights if item.kind is SkillKind.SOFT)
    assert abs(soft - weights.recommended_soft_share) <= 1e-12
    for item in weights:
        goals = sum(item.goal_parts.values())
        assert abs(item.field_part + item.stage_part + goals - item.weight) <= 1e-12
        assert abs(item.career_part + item.personal_part - goals) <= 1e-12
        assert set(item.goal_parts) == {g.id for g in profile.goals if item.skill_id in g.targets}
        if profile.stage in CONTRIBUTORS:
            assert item.stage_part == 0.0


@given(profiles(), st.randoms(use_true_random=False))
def test_profile_order_does_not_matter(profile, rng):
    """Permuting skills and goals permutes the result."""
    moved = attrs.evolve(
        profile,
        skills=rng.sample(profile.skills, len(profile.skills)),
        goals=rng.sample(profile.goals, len(profile.goals)),
    )
    before, after = weigh_skills(profile), weigh_skills(moved)
    assert abs(after.recommended_soft_share - before.recommended_soft_share) <= 1e-12
    for item in after:
        assert item.weight == before[item.skill_id].weight
        assert item.goal_parts == before[item.skill_id].goal_parts


@given(profiles())
def test_weights_do_not_depend_on_ratings(profile):
    """What matters is not a question of how good one is."""
    assert weigh_skills(attrs.evolve(profile, assessments=(), feedback=())) == weigh_skills(profile)


@pytest.mark.parametrize("stage", CareerStage)
def test_recommended_share_without_goals_is_that_of_field_and_stage(stage):
    """With both kinds present and no goal the soft weights sum to the share of field and stage."""
    weights = weigh_skills(person(stage=stage))
    assert abs(weights.recommended_soft_share - soft_share(FIELD, stage)) <= 1e-12
    assert weights.goal_share == 0.0
    assert weights.stage is stage
    assert weights.field == FIELD


def test_stage_part_is_the_change_from_a_contributor():
    """Field parts stay what they are at mid; the part of the stage is the rest of the weight."""
    at_mid, as_lead = weigh_skills(person()), weigh_skills(person(stage="lead"))
    for item in as_lead:
        assert item.field_part == at_mid[item.skill_id].weight
        assert item.stage_part == pytest.approx(item.weight - item.field_part, abs=1e-15)
    assert as_lead["listening"].stage_part > 0.0 > as_lead["python"].stage_part


def test_executive_stage_moves_importances_too():
    """For an executive the importances within a kind shift, and the part of the stage shows it."""
    weights = weigh_skills(person(stage="executive"))
    for item, skill in zip(weights, person().skills, strict=True):
        options = {"elements": skill.elements, "kind": skill.kind}
        assert item.importance == importance(FIELD, CareerStage.EXECUTIVE, **options)
        assert item.expected_level == expected_level(FIELD, CareerStage.EXECUTIVE, **options)
    soft = [item for item in weights if item.kind is SkillKind.SOFT]
    ratio = [item.field_part / item.weight for item in soft]
    assert abs(ratio[0] - ratio[1]) > 1e-6


def test_goals_are_told_apart_by_domain():
    """Career and personal goals each have their own sum, and together the share of goals."""
    goals = [
        Goal(id="lead", targets={"listening": 0.7, "sql": 0.6}, priority=2),
        Goal(id="calm", targets={"listening": 0.8}, domain="personal"),
        Goal(id="someday"),
    ]
    weights = weigh_skills(person(goals=goals))
    gamma = GOAL_SHARE.value
    assert weights.goal_share == gamma
    assert weights["listening"].goal_parts == pytest.approx(
        {"lead": gamma / 3, "calm": gamma / 3}, rel=1e-12
    )
    assert weights["listening"].career_part == pytest.approx(gamma / 3, rel=1e-12)
    assert weights["listening"].personal_part == pytest.approx(gamma / 3, rel=1e-12)
    assert weights["sql"].personal_part == 0.0
    assert dict(weights["python"].goal_parts) == {}
    assert sum(i.career_part + i.personal_part for i in weights) == pytest.approx(gamma, rel=1e-12)


def test_goal_without_targets_changes_nothing():
    """A vague goal is legal and puts no weight in."""
    vague = weigh_skills(person(goals=[Goal(id="grow", priority=5)]))
    assert vague == weigh_skills(person())


def test_one_kind_alone_takes_all_the_weight():
    """Without hard skills the recommended soft share is 1, whatever the field says."""
    soft = [skill for skill in person().skills if skill.kind is SkillKind.SOFT]
    hard = [skill for skill in person().skills if skill.kind is SkillKind.HARD]
    assert weigh_skills(person(skills=soft)).recommended_soft_share == 1.0
    assert weigh_skills(person(skills=hard)).recommended_soft_share == 0.0
    assert sum(item.weight for item in weigh_skills(person(skills=hard))) == pytest.approx(1.0)


def test_unknown_names_are_refused():
    """A field, an element or a skill that does not exist is named with its nearest."""
    with pytest.raises(UnknownFieldError, match="software_engineering"):
        weigh_skills(person(field="software_enginering"))
    odd = Skill(id="odd", kind="hard", elements=["2.B.3.zz"])
    with pytest.raises(UnknownElementError, match=r"2\.B\.3\.zz"):
        weigh_skills(person(skills=[odd]))
    with pytest.raises(UnknownSkillError, match="python"):
        weigh_skills(person())["pyton"]
    with pytest.raises(InvalidValueError, match=r"^profile must be a Profile"):
        weigh_skills("ada")


# --- targets and horizons -------------------------------------------------------------------------


def test_target_is_the_highest_a_goal_sets_else_the_expected_level():
    """Two goals on one skill: the higher target; no goal: what field and stage expect."""
    goals = [
        Goal(id="a", targets={"python": 0.9, "sql": 0.0}),
        Goal(id="b", targets={"python": 0.6}, due_on=dt.date(2020, 1, 1)),
    ]
    for order in (goals, goals[::-1]):
        profile = person(goals=order, stage="senior")
        python, listening, sql, _ = find_targets(profile).tolist()
        assert (python, sql) == (0.9, 0.0)
        assert listening == weigh_skills(profile)["listening"].expected_level
    assert find_targets(person(skills=[])).shape == (0,)


@pytest.mark.parametrize(
    ("due_on", "weeks"),
    [
        ([None], 26.0),
        ([TODAY + dt.timedelta(days=70)], 10.0),
        ([TODAY + dt.timedelta(days=10)], 10 / 7),
        ([TODAY + dt.timedelta(days=3)], 1.0),
        ([TODAY], 1.0),
        ([TODAY - dt.timedelta(days=1)], 26.0),
        ([TODAY + dt.timedelta(days=700)], 100.0),
        ([TODAY + dt.timedelta(days=700), TODAY + dt.timedelta(days=70)], 10.0),
        ([TODAY + dt.timedelta(days=70), TODAY - dt.timedelta(days=1)], 10.0),
        ([None, TODAY + dt.timedelta(days=70)], 10.0),
    ],
)
def test_horizon_runs_to_the_earliest_date_not_past(due_on, weeks):
    """Earliest due date from today on, at least a week; without one the horizon of the budget."""
    goals = [
        Goal(id=f"goal {k}", targets={"sql": 0.7}, due_on=date) for k, date in enumerate(due_on)
    ]
    horizons = find_horizons(person(goals=goals), TimeBudget(hours_per_week=5), as_of=TODAY)
    assert horizons.weeks.tolist() == [26.0, 26.0, weeks, 26.0]
    late = tuple(f"goal {k}" for k, date in enumerate(due_on) if date and date < TODAY)
    assert horizons.overdue == late


def test_horizon_needs_a_day():
    """A moment is not a day: whose midnight would count?"""
    with pytest.raises(InvalidValueError, match=r"^as_of must be a datetime\.date"):
        find_horizons(
            person(),
            TimeBudget(hours_per_week=5),
            as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
        )


def test_ratings_leave_weights_alone_in_a_known_case():
    """The same as the property, on a profile that surely has a rating."""
    rated = person(
        assessments=[
            Assessment(skill_id="sql", rating=0.1, assessed_on=TODAY, rater_kind="supervisor")
        ]
    )
    assert weigh_skills(rated) == weigh_skills(person())


def test_results_are_values():
    """Weights compare, hash and keep the order of the profile."""
    first, second = weigh_skills(person()), weigh_skills(person())
    assert first == second
    assert hash(first) == hash(second)
    shuffled = person().skills[::-1]
    assert [item.skill_id for item in weigh_skills(person(skills=shuffled))] == [
        skill.id for skill in shuffled
    ]
