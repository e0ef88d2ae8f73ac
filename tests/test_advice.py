"""Advice: each step of the guide, values that come true, numbers that can be recomputed."""

import datetime as dt
import itertools
import math
import re
from pathlib import Path

import attrs
import numpy as np
import pytest
from advice_oracles import TODAY, Kind, Scene, numbers_of, realized
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import budgets, profiles

import skillbalance as sb
from skillbalance.coaching.advice.suggest import budget_of
from skillbalance.reference.context import importance
from skillbalance.reference.demand import RISING
from skillbalance.reference.elements import elements, find_element
from skillbalance.reference.exercises import EXERCISES, find_exercise

EXAMPLES = Path(__file__).parent.parent / "examples" / "profiles"

# --- people ---------------------------------------------------------------------------------------


def person(skills, *, goals=(), said=(), stage="mid", **more):
    """A software engineer."""
    return sb.Profile(
        id="ada",
        field="software_engineering",
        stage=stage,
        skills=skills,
        goals=goals,
        assessments=said,
        **more,
    )


def hard(skill_id, **more):
    """A hard skill."""
    return sb.Skill(id=skill_id, kind="hard", **more)


def soft(skill_id, **more):
    """A soft skill."""
    return sb.Skill(id=skill_id, kind="soft", **more)


def rated(skill_id, level, kind="test", rater_id="", *, days_ago=30):
    """What somebody said of a skill."""
    return sb.Assessment(
        skill_id=skill_id,
        rating=level,
        rater_kind=kind,
        rater_id=rater_id,
        assessed_on=TODAY - dt.timedelta(days=days_ago),
    )


def due(weeks):
    """A day some weeks from now."""
    return TODAY + dt.timedelta(weeks=weeks)


def goal(goal_id="goal", *, weeks=26, **fields):
    """A goal with a date."""
    return sb.Goal(id=goal_id, due_on=due(weeks), **fields)


def shipped(name):
    """A shipped profile with its plan."""
    text = (EXAMPLES / f"{name}.json").read_text(encoding="utf-8")
    document = sb.from_json(text, sb.PlanDocument)
    return Scene(document.profile, document.budget)


EVENINGS = [
    sb.TimeWindow(weekday=day, start="18:00", end="19:30")
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
]


def free(n_evenings, **more):
    """Time on so many evenings of a week."""
    return sb.Availability(time_zone="Europe/Berlin", windows=EVENINGS[:n_evenings], **more)


def log(share, *, weeks=4, plan):
    """Practice of part of a plan's hours, in each of some weeks until today."""
    return [
        sb.PracticeRecord(
            skill_id=item.skill_id,
            on=plan.as_of + dt.timedelta(weeks=week),
            hours=share * item.hours_per_week,
            activity="practice",
        )
        for week in range(weeks)
        for item in plan
        if item.hours_per_week > 0.0
    ]


# Levels as tests tell them, so that little is unknown.
TOLD = [rated("sql", 0.4), rated("listening", 0.4)]
PAIR = [hard("sql"), soft("listening")]


def old_scene(**more):
    """A plan of eight weeks ago, since when a test found one skill far better."""
    before = TODAY - dt.timedelta(weeks=8)
    early = person(
        PAIR, said=[rated("sql", 0.3, days_ago=90), rated("listening", 0.4, days_ago=90)]
    )
    plan = sb.plan_time(early, sb.TimeBudget(hours_per_week=5), as_of=before)
    now = attrs.evolve(early, assessments=(*early.assessments, rated("sql", 0.9, days_ago=3)))
    return Scene(now, sb.TimeBudget(hours_per_week=5), plan=plan, **more)


def slipping(share=0.3):
    """A plan of eight weeks ago of which a part was done."""
    profile = person(
        PAIR, said=[rated("sql", 0.3, days_ago=90), rated("listening", 0.4, days_ago=90)]
    )
    budget = sb.TimeBudget(hours_per_week=6)
    plan = sb.plan_time(profile, budget, as_of=TODAY - dt.timedelta(weeks=8))
    return Scene(profile, budget, plan=plan, practice=log(share, weeks=8, plan=plan))


def chosen():
    """Hours somebody chose, all on a skill that carries little."""
    profile = person(PAIR, said=TOLD)
    budget = sb.TimeBudget(hours_per_week=4)
    plan = sb.evaluate_plan(profile, budget, {"listening": 4}, as_of=TODAY)
    return Scene(profile, budget, plan=plan)


FOUR = sb.TimeBudget(hours_per_week=4)

# By step of the guide: a scene whose advice must have it, and one whose advice must not.
MUST = {
    1: lambda: Scene(person(PAIR, said=TOLD, goals=[goal(weeks=8, targets={"sql": 0.9})]), FOUR),
    2: lambda: Scene(
        person(
            [*PAIR, hard("python")],
            said=[rated("sql", 0.1), rated("python", 0.5), rated("listening", 0.3)],
        ),
        FOUR,
    ),
    3: chosen,
    4: lambda: Scene(
        person(
            [*PAIR, hard("cobol", half_life_weeks=20), hard("go", upkeep=1)],
            said=[*TOLD, rated("cobol", 0.95)],
            goals=[goal(targets={"cobol": 0.8}), goal("other", targets={"sql": 0.7}, priority=9)],
        ),
        sb.TimeBudget(hours_per_week=4, max_hours={"cobol": 0}),
    ),
    5: lambda: Scene(person(PAIR, said=TOLD), FOUR),
    6: lambda: Scene(
        person(
            [hard("sql"), hard("python"), soft("listening")],
            said=[rated("sql", 0.4, "peer", "kim"), rated("listening", 0.3, "mentor", "ruth")],
        ),
        FOUR,
    ),
    7: lambda: Scene(
        person(
            PAIR, said=TOLD, goals=[goal("calm", targets={"listening": 0.6}, domain="personal")]
        ),
        sb.TimeBudget(hours_per_week=6),
    ),
    8: lambda: Scene(person(PAIR, said=[rated("sql", 0.9), rated("listening", 0.2)]), FOUR),
    9: lambda: Scene(person([hard("sql"), hard("python"), soft("listening")]), FOUR),
    10: old_scene,
    11: lambda: Scene(person(PAIR, said=TOLD), FOUR),
    12: lambda: Scene(person(PAIR, said=TOLD), FOUR, availability=free(2)),
}
# Far above what is expected, and beyond doubt.
MET = [rated(one.id, 0.97, days_ago=days) for one in PAIR for days in range(8)]
MUST_NOT = {
    1: lambda: Scene(
        person(PAIR, said=TOLD, goals=[goal(targets={"sql": 0.5, "listening": 0.45})]),
        sb.TimeBudget(hours_per_week=8),
    ),
    2: lambda: Scene(person([hard("sql", upkeep=1), soft("listening", upkeep=1)], said=MET), FOUR),
    3: lambda: Scene(person(PAIR, said=TOLD), FOUR),
    4: lambda: Scene(person([hard("sql", upkeep=1), soft("listening", upkeep=1)], said=MET), FOUR),
    5: lambda: Scene(person([hard("sql"), hard("python")], said=[rated("sql", 0.4)]), FOUR),
    6: lambda: Scene(person([hard("sql"), hard("python"), soft("listening")]), FOUR),
    7: lambda: Scene(
        person(
            PAIR, said=TOLD, goals=[goal("calm", targets={"listening": 0.4}, domain="personal")]
        ),
        sb.TimeBudget(hours_per_week=8),
        availability=free(5, day_hours=4),
    ),
    8: lambda: Scene(person(PAIR, said=[rated("sql", 0.5), rated("listening", 0.5)]), FOUR),
    9: lambda: Scene(
        person(
            PAIR,
            said=[
                *TOLD,
                *(
                    rated(skill, 0.4, kind, f"{kind} 1")
                    for skill in ("sql", "listening")
                    for kind in ("peer", "mentor", "supervisor", "client")
                ),
            ],
        ),
        FOUR,
    ),
    10: lambda: Scene(person(PAIR, said=TOLD), FOUR),
    11: lambda: Scene(person(PAIR, said=TOLD), sb.TimeBudget(hours_per_week=0)),
    12: lambda: Scene(person(PAIR, said=TOLD), FOUR, availability=free(5)),
}


@pytest.mark.parametrize("step", MUST)
def test_each_step_has_its_advice(step):
    """Where there is something to say of a step of the guide, it is said."""
    assert MUST[step]().advice.of_step(step)


@pytest.mark.parametrize("step", MUST_NOT)
def test_each_step_keeps_quiet(step):
    """Where there is nothing to say of a step, nothing is said."""
    assert MUST_NOT[step]().advice.of_step(step) == ()


# --- kinds ----------------------------------------------------------------------------------------

STRAINED = {"rest_days": 4}
KINDS = {
    Kind.UNREACHABLE_GOAL: MUST[1],
    Kind.CONFLICTING_GOALS: lambda: Scene(
        person(
            [hard("sql", upkeep=0.9), soft("listening", upkeep=0.9)],
            said=TOLD,
            goals=[
                goal("a", weeks=20, targets={"sql": 0.56}, priority=2),
                goal("b", weeks=24, targets={"listening": 0.56}),
            ],
        ),
        sb.TimeBudget(hours_per_week=4),
    ),
    Kind.VAGUE_GOAL: lambda: Scene(
        person(
            PAIR,
            said=TOLD,
            goals=[
                sb.Goal(id="no targets", description="be better", domain="personal"),
                sb.Goal(id="no date", targets={"sql": 0.6}),
                goal("passed", weeks=-2, targets={"listening": 0.6}),
            ],
        ),
        FOUR,
    ),
    Kind.MISSING_GOAL: lambda: Scene(
        person(
            [*PAIR, soft("teaching")],
            said=[rated("sql", 0.2), rated("listening", 0.2), rated("teaching", 0.2)],
            goals=[goal(targets={"listening": 0.4})],
        ),
        sb.TimeBudget(hours_per_week=6),
    ),
    Kind.BOTTLENECK: MUST[2],
    Kind.BLIND_SPOT: lambda: Scene(
        person(
            [hard("sql"), hard("python"), soft("listening")],
            said=[
                rated("sql", 0.95, "self"),
                rated("sql", 0.2, "peer", "kim"),
                rated("sql", 0.2, "supervisor", "jo"),
                rated("python", 0.45),
            ],
        ),
        FOUR,
    ),
    Kind.HIDDEN_STRENGTH: lambda: Scene(
        person(
            [hard("sql"), hard("python"), soft("listening")],
            said=[
                rated("sql", 0.1, "self"),
                rated("sql", 0.9, "peer", "kim"),
                rated("sql", 0.9, "supervisor", "jo"),
                rated("python", 0.45),
            ],
        ),
        FOUR,
    ),
    Kind.TAKE_A_TEST: lambda: Scene(person([hard("sql"), hard("python"), soft("listening")]), FOUR),
    Kind.PRIORITIZE: chosen,
    Kind.COSTLY_LIMIT: lambda: Scene(
        person([*PAIR, hard("go")], said=TOLD),
        sb.TimeBudget(
            hours_per_week=6,
            max_hours={"sql": 1},
            min_hours={"go": 2},
            soft_share=(0.6, 0.9),
            max_skills=2,
        ),
    ),
    Kind.FADING_SKILL: MUST[4],
    Kind.SOFT_PRACTICE: MUST[5],
    Kind.FEEDBACK: MUST[6],
    Kind.PERSONAL_TIME: MUST[7],
    Kind.OVERLOAD: lambda: Scene(person(PAIR, said=TOLD), FOUR, availability=free(3, rest_days=5)),
    Kind.CROSS_TRAINING: lambda: Scene(
        person(
            [hard("sql", elements=["2.C.3.a"]), hard("hiring", elements=["2.C.1.f"]), PAIR[1]],
            said=[rated("sql", 0.9), rated("hiring", 0.8), rated("listening", 0.2)],
        ),
        FOUR,
    ),
    Kind.NETWORKING: MUST[9],
    Kind.REPLAN: old_scene,
    Kind.RISING_DEMAND: lambda: Scene(
        person(
            [hard("python", elements=["2.B.3.e"]), hard("sql"), PAIR[1]],
            said=[rated("python", 0.55), rated("sql", 0.2), rated("listening", 0.2)],
        ),
        sb.TimeBudget(hours_per_week=1),
    ),
    Kind.NEXT_STAGE: lambda: Scene(
        person(
            [hard("sql"), hard("python"), PAIR[1]],
            said=[rated("sql", 0.9), rated("python", 0.58), rated("listening", 0.9)],
        ),
        sb.TimeBudget(hours_per_week=5),
    ),
    Kind.LEARNING_GOAL: MUST[11],
    Kind.SCHEDULE: MUST[12],
    Kind.SLIPPAGE: slipping,
}


def lasting_conflict():
    """Two goals that fade as fast as they are reached, so that no later date helps."""
    goals = [goal("a", weeks=20, targets={"sql": 0.56}), goal("b", targets={"listening": 0.56})]
    return Scene(person(PAIR, said=TOLD, goals=goals), sb.TimeBudget(hours_per_week=5))


def test_every_kind_has_a_scene():
    """The scenes below show all kinds, and each kind has the step it says."""
    assert set(KINDS) == set(Kind)
    assert {kind.step for kind in Kind} == set(range(1, 13))


@pytest.fixture(name="scenes", scope="module")
def _scenes():
    shown = {kind.value: make() for kind, make in KINDS.items()}
    shown["lasting conflict"] = lasting_conflict()
    for name in ("software_engineer", "nurse", "sales_representative"):
        shown[name] = shipped(name)
    return shown


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_appears(kind, scenes):
    """What a kind is for is found where it is."""
    assert scenes[kind.value].of(kind)


# --- values come true -----------------------------------------------------------------------------


def test_values_come_true(scenes):
    """Doing what an action says changes readiness by its value."""
    seen = set()
    for scene in scenes.values():
        for action in scene.advice:
            assert realized(action, scene) == pytest.approx(action.value, abs=1e-9), action
            assert action.numbers["value"] == action.value
            seen.add(action.kind)
    assert seen == set(Kind)


# --- numbers --------------------------------------------------------------------------------------


def test_numbers_can_be_recomputed(scenes):
    """Every number of a reason is what public functions give."""
    for scene in scenes.values():
        for action in scene.advice:
            again = numbers_of(action, scene)
            for name, value in action.numbers.items():
                assert again[name] == pytest.approx(value, abs=1e-7), (action, name)


NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?")


def test_sentences_say_numbers_they_have(scenes):
    """Every number written is one of the action's, rounded; dates and sources aside."""
    for scene in scenes.values():
        for action in scene.advice:
            text = f"{action.action} {action.reason}"
            text = re.sub(r"The form: .*|list of 2025|\d{4}-\d{2}-\d{2}|\"[^\"]*\"", "", text)
            for skill in scene.profile.skills:
                text = text.replace(skill.name, "")
            values = [sign * value for value in action.numbers.values() for sign in (1, -1)]
            values += [100 * value for value in values]
            for written in NUMBER.findall(text):
                digits = len(written.partition(".")[2])
                near = 0.5000001 * 10.0 ** -(min(digits, 6))
                if "e" in written:
                    near = 0.05 * abs(float(written))
                # Two significant digits of a large value, as ``ask_next`` writes them.
                assert any(
                    abs(float(written) - value) <= max(near, 0.0)
                    or f"{value:.2g}" == written
                    or f"{round(value, 2):g}" == written
                    for value in values
                ), (written, action)


# --- the list -------------------------------------------------------------------------------------


def test_advice_is_ranked_and_never_says_a_thing_twice(scenes):
    """Values fall, and no two actions ask the same of the same skill, goal or rater."""
    for scene in scenes.values():
        items = scene.advice.items
        values = [item.value for item in items]
        assert all(
            one >= other or one == pytest.approx(other, abs=1e-11)
            for one, other in itertools.pairwise(values)
        )
        extra = [
            item.skill_ids[0]
            for item in items
            if item.kind
            in {Kind.BOTTLENECK, Kind.CROSS_TRAINING, Kind.RISING_DEMAND, Kind.FADING_SKILL}
        ]
        asked = [item.skill_ids[0] for item in items if item.rater_kind is not None]
        told = [item.action for item in items]
        practised = [
            item.skill_ids[0]
            for item in items
            if item.kind in {Kind.LEARNING_GOAL, Kind.SOFT_PRACTICE}
        ]
        for once in (extra, asked, told, practised):
            assert len(once) == len(set(once))


def test_nothing_is_said_where_nothing_is_worth_it():
    """Somebody at the top of the ladder with all they need and no doubt hears nothing."""
    done = person([hard("sql", upkeep=1), soft("listening", upkeep=1)], said=MET, stage="executive")
    scene = Scene(done, sb.TimeBudget(hours_per_week=0))
    assert scene.advice.items == ()
    assert "Nothing is worth changing." in scene.advice.summary()


def test_a_profile_without_skills_hears_nothing():
    """No skills, no advice."""
    assert len(Scene(person([]), FOUR).advice) == 0


def test_small_gains_are_left_out(scenes):
    """Below a thousandth only broken promises and questions are told."""
    small = {item.kind for scene in scenes.values() for item in scene.advice if item.value < 0.001}
    assert small <= {
        Kind.UNREACHABLE_GOAL,
        Kind.CONFLICTING_GOALS,
        Kind.VAGUE_GOAL,
        Kind.OVERLOAD,
        Kind.SCHEDULE,
        Kind.FEEDBACK,
        Kind.NETWORKING,
        Kind.TAKE_A_TEST,
    }


def test_groups_and_text(scenes):
    """Steps and kinds split the list; the text has each action, reason and step."""
    advice = scenes["software_engineer"].advice
    assert sum(len(found) for found in advice.by_step().values()) == len(advice)
    assert all(
        item.step == step == item.kind.step
        for step, found in advice.by_step().items()
        for item in found
    )
    text = " ".join(advice.summary().split())
    for item in advice:
        assert item.action in text
        assert item.reason in text
    with pytest.raises(sb.InvalidValueError, match=r"^kind must be one of .*, got 'nonsense'$"):
        advice.of_kind("nonsense")


def test_advice_goes_through_json(scenes):
    """A document of advice reads back equal."""
    advice = scenes["nurse"].advice
    assert sb.from_json(sb.to_json(advice), sb.Advice) == advice


# --- what is not given ----------------------------------------------------------------------------


def test_the_budget_is_read_from_the_plan(scenes):
    """Planning with the budget that a plan tells of gives the plan again, minima aside."""
    for scene in scenes.values():
        if scene.budget.min_hours:
            continue  # where a skill is past its target too, the plan names the target
        again = sb.plan_time(scene.profile, budget_of(scene.best), as_of=TODAY)
        assert again.readiness_then == pytest.approx(scene.best.readiness_then, abs=1e-9)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_anybody_gets_advice(data):
    """Whoever can be planned for can be advised, with values that are numbers, and twice alike."""
    profile = data.draw(profiles(min_skills=1, max_skills=4))
    budget = data.draw(budgets(tuple(skill.id for skill in profile.skills)))
    budget = attrs.evolve(budget, max_skills=None)  # each a search of its own, and slow
    try:
        plan = sb.plan_time(profile, budget, as_of=TODAY)
    except sb.InfeasibleError:
        return
    advice = sb.suggest_actions(profile, plan, as_of=TODAY, budget=budget)
    assert all(math.isfinite(item.value) for item in advice)
    assert all(item.value > 0 or item.kind.step in {1, 7, 12} for item in advice)
    assert advice == sb.suggest_actions(profile, plan, as_of=TODAY, budget=budget)


def test_a_plan_of_somebody_else_is_refused():
    """Plan and profile must have the same skills."""
    plan = MUST[5]().plan
    with pytest.raises(sb.InvalidValueError, match="plan must be a plan for the skills"):
        sb.suggest_actions(person([hard("go")]), plan, as_of=TODAY)


def test_feedback_is_due_on_the_day_of_a_feedback_session():
    """With time to be scheduled, a question has the day of the next feedback session."""
    scene = MUST[6]()
    with_time = Scene(scene.profile, scene.budget, availability=free(5))
    found = False
    for action in with_time.of(Kind.FEEDBACK):
        days = [
            session.start.date()
            for week in range(4)
            for session in sb.schedule_week(
                scene.plan,
                free(5),
                week_of=TODAY + dt.timedelta(weeks=week),
                profile=scene.profile,
            ).sessions
            if session.activity is sb.Activity.FEEDBACK and session.skill_id == action.skill_ids[0]
        ]
        if days:
            found = True
            assert action.due_on == min(days)
    assert found


# --- partners, exercises, demand ------------------------------------------------------------------


def test_skills_of_one_name_are_told_apart():
    """Cross-training names the skills that gain by their ids, whatever people call them."""
    alike = [hard("sql", name="Data"), hard("hiring", name="Data"), soft("listening", name="Data")]
    told = [rated("sql", 0.9), rated("hiring", 0.8), rated("listening", 0.2)]
    (action,) = Scene(person(alike, said=told), FOUR).of(Kind.CROSS_TRAINING)
    assert action.skill_ids[0] == "listening"
    assert sorted(action.skill_ids[1:]) == ["hiring", "sql"]


def test_a_goal_proposed_has_an_id_of_its_own():
    """Where goals have the id a new one would get, it gets a number, however many there are."""
    next_stage = KINDS[Kind.NEXT_STAGE]()
    taken = attrs.evolve(next_stage.profile, goals=[goal("senior", targets={"sql": 0.5})])
    (action,) = Scene(taken, next_stage.budget).of(Kind.NEXT_STAGE)
    assert action.goal_id == "senior 2"
    missing = KINDS[Kind.MISSING_GOAL]()
    (wanted,) = missing.of(Kind.MISSING_GOAL)
    ids = [wanted.goal_id, *(f"{wanted.goal_id} {number}" for number in range(2, 100))]
    many = [sb.Goal(id=one, targets={"listening": 0.4}, priority=1e-6) for one in ids]
    (action,) = Scene(attrs.evolve(missing.profile, goals=many), missing.budget).of(
        Kind.MISSING_GOAL
    )
    assert action.goal_id == f"{wanted.goal_id} 100"
    assert [one.id for one in action.changed(missing.profile).goals].count(action.goal_id) == 1


def test_partners_are_correlations_across_fields():
    """Co-importance is the weighted mean of plain correlations over the fields."""
    profile = shipped("software_engineer").profile
    partners = sb.find_partners(profile, kind="soft", limit=84)
    assert len(partners) == sum(
        one.kind == "soft" and one.domain != "workstyle" for one in elements()
    )

    def row(element_id):
        return [
            importance(
                field.field, sb.CareerStage.MID, elements=[element_id], kind=sb.SkillKind.HARD
            )
            for field in sb.fields()
        ]

    weights = sb.weigh_skills(profile)
    bases = [one for one in profile.skills if one.kind is sb.SkillKind.HARD and one.elements]
    for partner in partners:
        r = [
            np.mean([np.corrcoef(row(partner.element_id), row(e))[0, 1] for e in one.elements])
            for one in bases
        ]
        wanted = np.average(r, weights=[weights[one.id].weight for one in bases])
        assert partner.co_importance == pytest.approx(wanted, abs=1e-12)
        near = np.corrcoef(row(partner.element_id), row(partner.nearest_element_id))[0, 1]
        assert partner.nearest_correlation == pytest.approx(near, abs=1e-12)
        assert near == pytest.approx(
            max(
                np.corrcoef(row(partner.element_id), row(e))[0, 1]
                for one in bases
                for e in one.elements
            )
        )
    values = [partner.co_importance for partner in partners]
    assert values == sorted(values, reverse=True)
    assert {"mentoring"} <= {one for partner in partners for one in partner.skill_ids}


def test_partners_of_nothing():
    """Without elements there is nothing to go by; an unknown kind is refused."""
    assert sb.find_partners(person(PAIR), kind="soft") == ()
    with pytest.raises(sb.InvalidValueError, match="kind must be one of"):
        sb.find_partners(person(PAIR), kind="firm")


def test_reference_tables_name_known_elements():
    """Exercises are for soft elements, each for one; rising skills name elements there are."""
    listed = [element for exercise in EXERCISES for element in exercise.elements]
    assert len(listed) == len(set(listed))
    assert all(find_element(element).kind == "soft" for element in listed)
    skills = [one for one in elements() if one.kind == "soft" and one.domain == "skill"]
    assert {one.element_id for one in skills} <= set(listed)
    assert all("doi:10." in exercise.source for exercise in EXERCISES)
    assert find_exercise(["2.B.1.d"]).form == "observed negotiation"
    assert [one.rank for one in RISING] == list(range(1, 11))
    for one in RISING:
        assert all(find_element(element) for element in one.elements)
        assert "World Economic Forum" in one.source
