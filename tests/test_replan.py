"""Re-plans: near the last plan, within real hours, without debt, and accounted for."""

import datetime as dt

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import skillbalance as sb
from benchmarks.typing_curves import DATA, MODELS, read_typists, score
from benchmarks.year import WAYS, simulate
from skillbalance.display.text.documents import replan_text
from tests import strategies

MONDAY = dt.date(2026, 3, 2)
TODAY = MONDAY + dt.timedelta(28)
SKILLS = (
    sb.Skill(id="sql", name="SQL", kind="hard", half_gap_hours=40),
    sb.Skill(id="python", name="Python", kind="hard"),
    sb.Skill(id="listening", name="Listening", kind="soft"),
)
ADA = sb.Profile(
    id="ada",
    field="software_engineering",
    stage="mid",
    skills=SKILLS,
    goals=[sb.Goal(id="g", targets={"sql": 0.8, "listening": 0.7})],
)
BUDGET = sb.TimeBudget(hours_per_week=6)
PLAN = sb.plan_time(ADA, BUDGET, as_of=MONDAY)


def practiced(share: float, *, weeks: int = 4, outcome: str = "missed") -> list[sb.PracticeRecord]:
    """Practise a part of what PLAN asks, every week; the rest has another outcome."""
    return [
        sb.PracticeRecord(
            skill_id=item.skill_id,
            on=MONDAY + dt.timedelta(7 * week + 1),
            hours=hours,
            activity="practice",
            outcome=became,
        )
        for week in range(weeks)
        for item in PLAN
        for hours, became in (
            (share * item.hours_per_week, "done"),
            ((1.0 - share) * item.hours_per_week, outcome),
        )
        if hours > 0.0
    ]


def again(log: list[sb.PracticeRecord], profile: sb.Profile = ADA, **options: object) -> sb.Replan:
    """Review PLAN and plan again."""
    budget = options.pop("budget", BUDGET)
    review = sb.review_progress(PLAN, log, profile, as_of=TODAY)
    return sb.replan(PLAN, review, profile, budget, as_of=TODAY, **options)


@st.composite
def cases(draw: st.DrawFn):
    """Draw a person with a plan, ratings and practice since."""
    profile = draw(strategies.profiles(max_skills=4))
    budget = sb.TimeBudget(
        hours_per_week=draw(st.floats(0, 12)),
        horizon_weeks=draw(st.floats(5, 60)),
        block_hours=draw(st.sampled_from([0.5, 1.0, None])),
    )
    plan = sb.plan_time(profile, budget, as_of=MONDAY)
    share = draw(st.floats(0.0, 1.5))
    log = [
        sb.PracticeRecord(
            skill_id=item.skill_id,
            on=MONDAY + dt.timedelta(draw(st.integers(0, 27))),
            hours=min(4.0 * share * item.hours_per_week, 24.0),
            activity="practice",
        )
        for item in plan
    ]
    return profile, budget, plan, log


@settings(max_examples=40)
@given(cases(), st.sampled_from([0.0, 0.5, 1.0, 3.0]))
def test_a_replan_keeps_its_promises(case, max_change):
    """Hours stay near the last ones and within the capacity; parts of a change sum to it."""
    profile, budget, plan, log = case
    review = sb.review_progress(plan, log, profile, as_of=TODAY)
    new = sb.replan(plan, review, profile, budget, as_of=TODAY, max_change=max_change)
    assert new.capacity <= new.hours_stated == budget.hours_per_week
    assert new.plan.hours_per_week <= new.capacity + 1e-9
    assert new.max_change == max_change <= new.max_change_used
    for item, change in zip(new.plan, new.changes, strict=True):
        assert change.skill_id == item.skill_id
        assert change.hours_before == plan[item.skill_id].hours_per_week
        assert change.hours_after == item.hours_per_week
        moved = change.hours_after - change.hours_before
        assert abs(moved) <= new.max_change_used + 1e-9
        parts = (
            change.by_time,
            change.by_capacity,
            change.by_level,
            change.by_rate,
            change.by_limit,
        )
        assert sum(parts) == pytest.approx(moved, abs=1e-9)
        assert change.reason.endswith(".")
        assert item.proficiency_now == review[item.skill_id].level_estimated
    for skill in new.profile.skills:
        assert skill.half_gap_hours == review[skill.id].half_gap_hours
    learned = {"skills": profile.skills}
    assert attrs.evolve(new.profile, **learned) == profile
    assert new.plan.optimality_gap >= 0.0
    assert sb.from_json(sb.to_json(new), sb.Replan) == new
    assert replan_text(new).startswith("Re-plan: ")


def test_the_plan_is_optimal_within_its_own_limits():
    """Among all hours near the last ones none reach more readiness than the re-plan proves."""
    new = again(practiced(0.7), max_change=1.0)
    rng = np.random.default_rng(3)
    before = np.array([item.hours_per_week for item in PLAN])
    ready = []
    for _ in range(300):
        hours = np.clip(before + 0.5 * rng.integers(-2, 3, 3), 0.0, None)
        if hours.sum() > new.capacity or new.plan.soft_share_limits is None:
            continue
        low, high = new.plan.soft_share_limits
        if not low * hours.sum() - 1e-9 <= hours[2] <= high * hours.sum() + 1e-9:
            continue
        # The same levels and rates, as ratings that leave no doubt.
        ready.append(readiness(new, hours))
    assert len(ready) > 10
    mine = readiness(new, np.array([item.hours_per_week for item in new.plan]))
    assert mine == pytest.approx(new.plan.readiness_then, abs=1e-12)
    assert max(ready) <= mine + 1e-12


def readiness(new: sb.Replan, hours: np.ndarray) -> float:
    """Compute readiness from the plan's own levels and the profile's rates, from scratch."""
    items = list(new.plan)
    rate = np.log(2.0) / np.array([skill.half_gap_hours for skill in new.profile.skills])
    d = np.log(2.0) / 48.0
    p0 = np.array([item.proficiency_now for item in items])
    weeks = np.array([item.horizon_weeks for item in items])
    r = rate * hours + d
    p = p0 * np.exp(-r * weeks) + (rate * hours + d * 0.5 * p0) / r * (1.0 - np.exp(-r * weeks))
    target = np.array([item.target for item in items])
    credit = np.minimum(p, target) + 0.25 * np.maximum(p - target, 0.0)
    weight = np.array([item.weight for item in items])
    soft = np.array([item.kind is sb.SkillKind.SOFT for item in items])
    s = weight[soft].sum()
    hard_index = (weight * credit)[~soft].sum() / weight[~soft].sum()
    soft_index = (weight * credit)[soft].sum() / weight[soft].sum()
    return float(((1.0 - s) * hard_index**-0.5 + s * soft_index**-0.5) ** -2.0)


# --- capacity ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("weeks", [1, 4])
def test_capacity_is_the_mean_of_what_was_said_and_what_was_seen(share, weeks):
    """Stated hours count like two weeks of practice, each full week like itself."""
    today = MONDAY + dt.timedelta(7 * weeks)
    review = sb.review_progress(PLAN, practiced(share, weeks=weeks), ADA, as_of=today)
    budget = attrs.evolve(BUDGET, block_hours=None)
    found = sb.replan(PLAN, review, ADA, budget, as_of=today).capacity
    assert found == pytest.approx(6.0 * (2.0 + weeks * share) / (2.0 + weeks), abs=1e-6)


def test_weeks_to_plan_only_say_that_there_was_time_for_it():
    """A cut capacity grows back when the smaller plan is kept, but never past what was stated."""
    small = sb.plan_time(ADA, attrs.evolve(BUDGET, hours_per_week=3), as_of=MONDAY)
    log = [
        sb.PracticeRecord(
            skill_id=item.skill_id,
            on=MONDAY + dt.timedelta(7 * week),
            hours=item.hours_per_week * part,
            activity="practice",
        )
        for week, part in enumerate((1.0, 1.0, 0.5, 2.0))
        for item in small
        if item.hours_per_week > 0.0
    ]
    review = sb.review_progress(small, log, ADA, as_of=TODAY)
    budget = attrs.evolve(BUDGET, block_hours=None)
    found = sb.replan(small, review, ADA, budget, as_of=TODAY, max_change=3).capacity
    # Two weeks of at least 3 h, one of 1.5 h, one of 6 h, and a word that counts like two.
    wanted = brentq(lambda c: (12.0 + 2.0 * max(c, 3.0) + 1.5 + max(c, 6.0)) / 6.0 - c, 0.0, 6.0)
    assert found == pytest.approx(wanted, abs=1e-6)
    assert found > 3.0


def test_the_capacity_can_be_given():
    """Somebody who knows better says how many hours to plan, up to those stated."""
    new = again([], capacity=6.0)
    assert (new.capacity, new.plan.hours_per_week) == (6.0, 6.0)
    with pytest.raises(sb.InvalidValueError, match=r"capacity must be in \[0, 6\], got 7"):
        again([], capacity=7)


def test_excused_weeks_cut_nothing():
    """Hours excused say nothing about the hours there are, hours missed or silent do."""
    assert again(practiced(0.5, outcome="excused")).capacity == 6.0
    assert again(practiced(0.5)).capacity == 4.0
    assert again([]).capacity == 2.0


def test_missed_hours_never_stack_as_debt():
    """The more was missed, the fewer hours are planned; none are added to catch up."""
    planned = [again(practiced(share)).plan.hours_per_week for share in (1.0, 0.75, 0.5, 0.0)]
    assert planned == sorted(planned, reverse=True)
    assert max(planned) <= BUDGET.hours_per_week
    late = again(practiced(0.5))
    assert late.forgiven_hours == pytest.approx(12.0)
    assert "The 12 h not done since the last plan are gone" in " ".join(late.sentences())


def test_capacity_keeps_what_the_person_insists_on():
    """Minima of the budget are met before anything is cut."""
    budget = attrs.evolve(BUDGET, min_hours={"sql": 4.0})
    new = again([], budget=budget, max_change=4.0)
    assert new.capacity == 4.0
    assert new.plan["sql"].hours_per_week == 4.0


# --- limits of change -------------------------------------------------------------------------


def test_the_limit_of_change_is_relaxed_no_more_than_needed():
    """Where too few hours are left for small steps, the least larger step is taken and told."""
    new = again([], max_change=0.0)
    assert new.max_change_used > 0.0
    before = [item.hours_per_week for item in PLAN]

    def least(change: float) -> float:
        return sum(max(hours - change, 0.0) for hours in before)

    assert least(new.max_change_used) <= new.capacity < least(new.max_change_used - 0.5)
    assert "with less no plan meets the limits" in " ".join(new.sentences())


def test_limits_of_the_budget_come_before_small_steps():
    """A new maximum or minimum is kept at once, however far the last hours were."""
    budget = attrs.evolve(
        BUDGET, max_hours={"sql": 0.0}, min_hours={"python": 4.0}, soft_share=(0.0, 1.0)
    )
    new = again(practiced(1.0), budget=budget, max_change=0.5)
    assert new.plan["sql"].hours_per_week == 0.0
    assert new.plan["python"].hours_per_week >= 4.0
    with pytest.raises(sb.InfeasibleError, match="min_hours"):
        again([], budget=attrs.evolve(BUDGET, min_hours={"sql": 7.0}))


def test_nothing_new_changes_nothing():
    """Everything done, nothing rated, no step allowed: the plan stays, and says so."""
    new = again(practiced(1.0), max_change=0.0)
    assert [item.hours_per_week for item in new.plan] == [item.hours_per_week for item in PLAN]
    assert "No skill changes its hours." in new.sentences()
    assert new.sentences()[0] == "The plan is for the 6 h a week that were stated."


# --- what was learned -------------------------------------------------------------------------


def test_a_change_is_laid_at_the_door_of_what_caused_it():
    """With all hours done and a test at the target, the level alone moves the hours."""
    done = practiced(1.0)
    best = sb.Assessment(skill_id="sql", rating=0.99, assessed_on=TODAY, rater_kind="test")
    profile = attrs.evolve(ADA, assessments=(best,))
    new = again(done, profile)
    change = next(change for change in new.changes if change.skill_id == "sql")
    assert change.by_level < 0.0
    assert change.by_capacity == 0.0
    assert change.level_after > change.level_before
    assert f"as its level went from {change.level_before:.2f} to" in change.reason
    assert change.half_gap_after < change.half_gap_before == pytest.approx(40.0)


def test_skills_come_and_go():
    """A new skill starts from nothing, one given up takes its hours with it."""
    new = sb.Skill(id="rust", kind="hard", half_gap_hours=40)
    profile = attrs.evolve(ADA, skills=(*SKILLS, new))
    found = again(practiced(1.0), profile)
    assert next(one for one in found.changes if one.skill_id == "rust").hours_before == 0.0
    fewer = attrs.evolve(ADA, skills=SKILLS[:1] + SKILLS[2:])
    assert [one.skill_id for one in again(practiced(1.0), fewer).changes] == ["sql", "listening"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"as_of": MONDAY}, "as_of must be the day of the review, 2026-03-30, or later"),
        ({"max_change": -1.0}, "max_change must be at least 0"),
        ({"review": "none"}, "review must be a Review"),
    ],
)
def test_wrong_arguments_are_refused(options, match):
    """Each argument is named with its rule."""
    review = sb.review_progress(PLAN, [], ADA, as_of=TODAY)
    arguments = {"as_of": TODAY, "review": review, **options}
    with pytest.raises(sb.InvalidValueError, match=match):
        sb.replan(PLAN, profile=ADA, budget=BUDGET, **arguments)
    later = sb.plan_time(ADA, BUDGET, as_of=MONDAY + dt.timedelta(1))
    with pytest.raises(sb.InvalidValueError, match="review must be of the plan of 2026-03-03"):
        sb.replan(later, review, ADA, BUDGET, as_of=TODAY)


# --- a year, and two typists ------------------------------------------------------------------


def test_a_year_of_replanning_beats_an_even_spread():
    """Four simulated learners with 70 % adherence end readier than with the same hours spread."""
    year = simulate(4, seed=4)
    ahead = year.readiness[:, 0] - year.readiness[:, WAYS.index("even")]
    assert ahead.mean() > 3.0 * ahead.std(ddof=1) / np.sqrt(len(ahead)) > 0.0
    np.testing.assert_allclose(year.hours[:, 0], year.hours[:, -1])
    assert 0.6 < year.hours[:, 2].mean() / 520.0 < 0.8


@pytest.mark.skipif(not DATA.exists(), reason="the typing tests lie beside the project only")
def test_who_wins_for_two_real_typists():
    """For neither typist does the fitted curve look ahead best; the docs tell by how much."""
    typists = {typist.name: typist for typist in read_typists(DATA)}
    assert {name: len(typist.speed) for name, typist in typists.items()} == {
        "Lasse": 99,
        "Villads": 126,
    }
    best = {name: MODELS[int(np.argmin(score(typist)[1]))] for name, typist in typists.items()}
    assert best == {"Lasse": "no change (all so far)", "Villads": "no change (last session)"}
