"""Reviews: hours that add up, levels by an independent road, rates, goals, dates, the shell."""

import datetime as dt
import itertools
import json
import math

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance import cli
from skillbalance.display.text.documents import review_text
from skillbalance.model.review import HoursReview
from skillbalance.numeric.curve import proficiency_after
from skillbalance.reference.context import expected_level

MONDAY = dt.date(2026, 3, 2)
TODAY = MONDAY + dt.timedelta(56)
BUDGET = sb.TimeBudget(hours_per_week=6)
SKILLS = (
    sb.Skill(id="sql", name="SQL", kind="hard", half_gap_hours=40),
    sb.Skill(id="python", name="Python", kind="hard"),
    sb.Skill(id="listening", name="Listening", kind="soft"),
)


def person(**changes: object) -> sb.Profile:
    """Build a software engineer."""
    fields = {"field": "software_engineering", "stage": "mid", "skills": SKILLS, **changes}
    return sb.Profile(id="ada", **fields)


def rated(skill_id: str, rating: float, day: int, kind: str = "test") -> sb.Assessment:
    """Rate a skill some days after the plan, always by the same rater of a kind."""
    return sb.Assessment(
        skill_id=skill_id,
        rating=rating,
        assessed_on=MONDAY + dt.timedelta(day),
        rater_kind=kind,
        rater_id="kim",
    )


def session(skill_id: str, day: int, hours: float = 1.0, outcome: str = "done"):
    """Log a session some days after the plan."""
    return sb.PracticeRecord(
        skill_id=skill_id,
        on=MONDAY + dt.timedelta(day),
        hours=hours,
        activity="practice",
        outcome=outcome,
    )


ADA = person()
PLAN = sb.plan_time(ADA, BUDGET, as_of=MONDAY)

sessions = st.builds(
    session,
    st.sampled_from([skill.id for skill in SKILLS]),
    st.integers(-20, 70),
    st.floats(0.0, 5.0),
    st.sampled_from(["done", "missed", "excused"]),
)
assessments = st.builds(
    rated,
    st.sampled_from([skill.id for skill in SKILLS]),
    st.sampled_from([0.0, 0.4, 0.8]) | st.floats(0.0, 1.0),
    st.integers(-100, 70),
    st.sampled_from(["self", "peer", "test", "supervisor"]),
)


# --- hours ------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.lists(sessions, max_size=30), st.lists(assessments, max_size=6), st.integers(0, 60))
def test_hours_add_up(log, said, days):
    """Skills, kinds and weeks sum to the whole; outcomes stay apart; nothing else counts."""
    today = MONDAY + dt.timedelta(days)
    review = sb.review_progress(PLAN, log, person(assessments=said), as_of=today)
    counted = [one for one in log if MONDAY <= one.on < today]
    for name in ("done", "missed", "excused"):
        wanted = math.fsum(one.hours for one in counted if one.outcome.value == name)
        assert getattr(review.hours, name) == pytest.approx(wanted, abs=1e-9)
        by_week = math.fsum(getattr(week.hours, name) for week in review.weeks)
        assert by_week == pytest.approx(wanted, abs=1e-9)
    for name in ("planned", "done", "missed", "excused", "unrecorded"):
        whole = getattr(review.hours, name)
        by_kind = getattr(review.hard_hours, name) + getattr(review.soft_hours, name)
        by_skill = math.fsum(getattr(item.hours, name) for item in review)
        assert by_kind == pytest.approx(whole, abs=1e-9)
        assert by_skill == pytest.approx(whole, abs=1e-9)
    assert review.hours.planned == pytest.approx(PLAN.hours_per_week * days / 7.0, abs=1e-9)
    assert sum(week.n_days for week in review.weeks) == days
    for item in review:
        hours = item.hours
        recorded = hours.done + hours.missed + hours.excused
        assert hours.unrecorded == pytest.approx(max(hours.planned - recorded, 0.0), abs=1e-9)
        assert (hours.slippage is None) == (hours.planned <= hours.excused)
        assert 0.0 <= item.level_expected <= 1.0
        assert 0.0 <= item.level_estimated <= 1.0
        assert item.half_gap_interval[0] < item.half_gap_hours < item.half_gap_interval[1]
        assert item.reassess_on >= today


@settings(max_examples=20)
@given(st.lists(sessions, max_size=12), st.lists(assessments, max_size=5), st.randoms())
def test_the_order_of_the_log_does_not_matter(log, said, random):
    """A log and ratings in another order give the same review, to the last bit."""
    shuffled, other = list(log), list(said)
    random.shuffle(shuffled)
    random.shuffle(other)
    one = sb.review_progress(PLAN, log, person(assessments=said), as_of=TODAY)
    assert sb.review_progress(PLAN, shuffled, person(assessments=other), as_of=TODAY) == one


def test_the_future_is_not_looked_at():
    """What comes later changes no review of an earlier day: a log can be played again."""
    log = [session("sql", day) for day in range(0, 70, 3)]
    said = [rated("sql", 0.5, 0), rated("sql", 0.9, 28)]
    then = MONDAY + dt.timedelta(28)
    known = sb.review_progress(PLAN, log[:10], person(assessments=said), as_of=then)
    later = [*said, rated("sql", 0.1, 29)]
    assert sb.review_progress(PLAN, log, person(assessments=later), as_of=then) == known
    read = sb.read_practice_log(sb.write_practice_log(log))
    assert sb.review_progress(PLAN, read, person(assessments=later), as_of=then) == known


def test_an_excuse_is_no_failure():
    """Missed hours lower slippage and adherence, excused ones leave both alone."""
    weeks = range(0, 56, 7)
    hours = {item.skill_id: item.hours_per_week for item in PLAN if item.hours_per_week > 0.0}
    half = [session(i, day, h / 2) for day in weeks for i, h in hours.items()]
    rest = {
        outcome: [session(i, day + 1, h / 2, outcome) for day in weeks for i, h in hours.items()]
        for outcome in ("missed", "excused")
    }
    missed = sb.review_progress(PLAN, half + rest["missed"], ADA, as_of=TODAY)
    excused = sb.review_progress(PLAN, half + rest["excused"], ADA, as_of=TODAY)
    silent = sb.review_progress(PLAN, half, ADA, as_of=TODAY)
    assert missed.hours.slippage == pytest.approx(0.5)
    assert excused.hours.slippage == pytest.approx(1.0)
    assert silent.hours.slippage == pytest.approx(0.5)
    assert silent.hours.unrecorded == pytest.approx(24.0)
    assert (missed.hours.unrecorded, excused.hours.unrecorded) == (0.0, 0.0)
    # Eight weeks of one half against a word that counts like two weeks.
    assert missed.adherence == pytest.approx((2.0 + 8 * 0.5) / 10.0)
    assert excused.adherence == pytest.approx(1.0)


def test_nothing_due_has_no_slippage():
    """On the day of the plan, and for a skill without hours, there is nothing to be late with."""
    review = sb.review_progress(PLAN, [], ADA, as_of=MONDAY)
    assert review.hours == HoursReview(
        planned=0.0, done=0.0, missed=0.0, excused=0.0, unrecorded=0.0, slippage=None
    )
    assert (review.weeks, review.adherence) == ((), 1.0)
    empty = sb.review_progress(
        sb.plan_time(person(skills=()), BUDGET, as_of=MONDAY), [], person(skills=()), as_of=TODAY
    )
    assert (len(empty), empty.goals, empty.rate_factor) == (0, (), 1.0)


# --- levels and rates -------------------------------------------------------------------------


def expected_by_hand(skill: sb.Skill, weekly: list[float], start: float) -> float:
    """Average the practice curve, week by week, over the spread of rates, by Gauss-Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    level = np.full(nodes.shape, start)
    for hours in weekly:
        level = proficiency_after(
            level,
            hours,
            learning_rate=math.log(2.0) / skill.half_gap_hours * np.exp(0.5 * nodes),
            forgetting_rate=math.log(2.0) / skill.half_life_weeks * (1.0 - skill.upkeep),
            weeks=1.0,
            floor=skill.retained_share * start,
        )
    return float(weights @ level / weights.sum())


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 8.0), min_size=8, max_size=8), st.sampled_from(SKILLS))
def test_the_expected_level_is_the_curve_over_the_hours_done(weekly, skill):
    """Unrated, a skill is expected where the exact curve takes its hours, rates being unsure."""
    log = [session(skill.id, 7 * week + 2, hours) for week, hours in enumerate(weekly)]
    missed = [session(skill.id, 7 * week + 3, 2.0, "missed") for week in range(8)]
    item = sb.review_progress(PLAN, log + missed, ADA, as_of=TODAY)[skill.id]
    start = expected_level(ADA.field, ADA.stage, elements=skill.elements, kind=skill.kind)
    assert item.level_expected == pytest.approx(expected_by_hand(skill, weekly, start), abs=1e-6)
    assert item.level_estimated == pytest.approx(item.level_expected, abs=1e-12)
    assert item.half_gap_before == pytest.approx(skill.half_gap_hours, rel=1e-9)
    assert item.half_gap_hours == pytest.approx(skill.half_gap_hours, rel=1e-9)


def practiced(rating: float) -> sb.Review:
    """Review eight weeks of three hours of SQL, tested before and after."""
    log = [session("sql", day, 1.0) for day in range(0, 56, 7) for _ in range(3)]
    said = [rated("sql", 0.4, -1), rated("sql", rating, 56)]
    return sb.review_progress(PLAN, log, person(assessments=said), as_of=TODAY)


def test_a_better_rating_means_a_higher_level_and_a_faster_learner():
    """Level, rate, and the rates of other skills rise with what a test found."""
    reviews = [practiced(rating) for rating in (0.2, 0.4, 0.6, 0.8)]
    for before, after in itertools.pairwise(reviews):
        assert after["sql"].level_estimated > before["sql"].level_estimated
        assert after["sql"].half_gap_hours < before["sql"].half_gap_hours
        assert after["python"].half_gap_hours < before["python"].half_gap_hours
        assert after.rate_factor > before.rate_factor
        assert after["sql"].level_expected == before["sql"].level_expected
    assert reviews[0].rate_factor < 1.0 < reviews[-1].rate_factor
    assert reviews[0]["sql"].n_new_ratings == 1


def test_learning_from_the_whole_log_counts_what_came_before_the_plan():
    """With the day the log began, practice and ratings before the plan tell rates as well."""
    early = [session("sql", day, 1.0) for day in range(-56, 0, 7) for _ in range(3)]
    said = [rated("sql", 0.3, -56), rated("sql", 0.9, 0), rated("sql", 0.9, 56)]
    profile = person(assessments=said)
    plan = sb.plan_time(profile, BUDGET, as_of=MONDAY)
    window = sb.review_progress(plan, early, profile, as_of=TODAY)
    whole = sb.review_progress(plan, early, profile, as_of=TODAY, since=MONDAY - dt.timedelta(56))
    assert whole.learned_since == MONDAY - dt.timedelta(56)
    assert whole["sql"].half_gap_before < 40.0  # known on the day of the plan already
    assert window["sql"].half_gap_before == pytest.approx(40.0)
    assert (whole.hours, whole.weeks) == (window.hours, window.weeks)


def test_a_severe_rater_who_stays_severe_says_that_nothing_was_lost():
    """The same rater twice tells a change better than two strangers: severity cancels."""
    log = [session("sql", day, 2.0) for day in range(0, 56, 7)]
    same = [rated("sql", 0.1, 0, "supervisor"), rated("sql", 0.3, 56, "supervisor")]
    strange = [attrs.evolve(same[0], rater_id="lee"), same[1]]
    sds = []
    for said in (same, strange):
        review = sb.review_progress(PLAN, log, person(assessments=said), as_of=TODAY)
        width = np.log(review["sql"].half_gap_interval)
        sds.append(width[1] - width[0])
    assert sds[0] < sds[1]


# --- goals and dates --------------------------------------------------------------------------


def with_goal(target: float, due: int | None, **targets: float) -> sb.Review:
    """Review eight weeks of SQL under a goal."""
    due_on = None if due is None else MONDAY + dt.timedelta(due)
    goal = sb.Goal(id="g", targets={"sql": target, **targets}, due_on=due_on)
    profile = person(goals=[goal, sb.Goal(id="vague")], assessments=[rated("sql", 0.5, 0)])
    log = [session("sql", day, 2.0) for day in range(0, 56, 7)]
    plan = sb.plan_time(profile, BUDGET, as_of=MONDAY)
    return sb.review_progress(plan, log, profile, as_of=TODAY)


def test_chances_fall_with_the_target_and_rise_with_time():
    """P(target) is monotone in target and date, 1 and 0 at the ends, and sets on and off track."""
    chances = [with_goal(target, 120).goals[0].probability for target in (0.0, 0.5, 0.6, 0.9, 1.0)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.99
    assert chances[-1] < 0.01
    later = [with_goal(0.65, due).goals[0].probability for due in (60, 120, 300)]
    assert later == sorted(later)
    for target in (0.3, 0.9):
        (goal,) = with_goal(target, 120).goals
        assert goal.on_track is (goal.probability >= 0.5)
        assert goal.chances["sql"] == pytest.approx(goal.probability, abs=1e-9)


def test_all_targets_are_less_likely_than_each_and_more_than_apart():
    """Skills of one person go together: the joint chance beats the product of the single ones."""
    (goal,) = with_goal(0.62, 200, python=0.55).goals
    low, high = goal.chances["sql"] * goal.chances["python"], min(goal.chances.values())
    assert low - 1e-9 <= goal.probability <= high + 1e-9


def test_dates_of_goals():
    """A passed date is judged today, no date by the plan's horizon."""
    (overdue,) = with_goal(0.6, 30).goals
    assert (overdue.overdue, overdue.by) == (True, TODAY)
    (undated,) = with_goal(0.6, None).goals
    assert (undated.overdue, undated.by) == (False, MONDAY + dt.timedelta(182))


@pytest.mark.parametrize("weeks", [1.5, 10.2, 26.0, 30.35, 10_000.0])
def test_a_goal_without_a_date_has_the_same_day_everywhere(weeks):
    """Review, forecast and least hours end a horizon on one day, whole weeks or not."""
    profile = person(goals=[sb.Goal(id="someday", targets={"sql": 0.6})])
    budget = sb.TimeBudget(hours_per_week=4, horizon_weeks=weeks)
    plan = sb.plan_time(profile, budget, as_of=MONDAY)
    (reviewed,) = sb.review_progress(plan, [], profile, as_of=MONDAY).goals
    (promised,) = sb.forecast(plan, profile, weeks=1).goals
    (asked,) = sb.least_hours(profile, as_of=MONDAY, horizon_weeks=weeks).items
    assert reviewed.by == promised.on == asked.by
    assert abs((reviewed.by - MONDAY).days - 7 * weeks) <= 0.5


def test_asking_again():
    """Unrated skills are asked about now; a rated one rests four weeks; doubt grows with time."""
    review = sb.review_progress(PLAN, [], person(assessments=[rated("sql", 0.5, 50)]), as_of=TODAY)
    assert review["python"].reassess_on == TODAY
    assert review["sql"].reassess_on >= MONDAY + dt.timedelta(50 + 28)
    many = [rated("sql", 0.5, day) for day in range(0, 56, 7)]
    sure = sb.review_progress(PLAN, [], person(assessments=many), as_of=TODAY)
    assert sure["sql"].reassess_on >= review["sql"].reassess_on
    own = [rated("sql", 0.5, 20, "self")]
    weak = sb.review_progress(PLAN, [], person(assessments=own), as_of=TODAY)
    # One more rating of one's own would hardly tell: not worth asking for in a year.
    assert weak["sql"].reassess_on > review["sql"].reassess_on


# --- words, documents, the shell --------------------------------------------------------------


@settings(max_examples=20)
@given(st.lists(sessions, max_size=12), st.lists(assessments, max_size=5))
def test_a_review_is_read_back_equal_and_speaks_in_sentences(log, said):
    """A review survives its document; every finding is one sentence on one line."""
    goal = sb.Goal(id="g", targets={"sql": 0.7, "python": 0.4}, due_on=TODAY)
    review = sb.review_progress(PLAN, log, person(assessments=said, goals=[goal]), as_of=TODAY)
    assert sb.from_json(sb.to_json(review), sb.Review) == review
    assert all(one.endswith(".") and "\n" not in one for one in review.sentences())
    text = review_text(review, width=90)
    assert max(map(len, text.splitlines())) <= 110
    assert text.startswith(f"Review: ada, {MONDAY} to {TODAY}")


def test_sentences_for_what_is_rare():
    """Overdue goals, unplanned practice, nothing at all, and a slow learner are told as well."""
    goal = sb.Goal(id="g", targets={"sql": 0.7}, due_on=MONDAY)
    none = sb.plan_time(ADA, sb.TimeBudget(hours_per_week=0), as_of=MONDAY)
    said = sb.review_progress(none, [], person(goals=[goal]), as_of=TODAY).sentences()
    assert said[0] == f"Nothing was planned before {TODAY} and nothing done."
    assert f"Goal g is overdue, and on {TODAY} " in said[1]
    said = sb.review_progress(none, [session("sql", 3)], ADA, as_of=TODAY).sentences()
    assert said[0].endswith("0 min planned, 1 h were done.")
    assert said[1] == "SQL got 1 h and had none planned."
    many = [sb.Skill(id=f"s{i}", kind="hard", half_gap_hours=40) for i in range(5)]
    log = [session(skill.id, day, 4.0) for skill in many for day in range(0, 56, 7)]
    tests = [rated(skill.id, 0.3, day) for skill in many for day in (0, 1, 54, 55, 56)]
    slow = person(skills=many, assessments=tests)
    review = sb.review_progress(sb.plan_time(slow, BUDGET, as_of=MONDAY), log, slow, as_of=TODAY)
    said = " ".join(review.sentences())
    assert f"You learn {1.0 / review.rate_factor:.2f} times more slowly than assumed" in said
    unrated = sb.review_progress(PLAN, [], person(skills=many), as_of=TODAY).sentences()
    assert unrated[-1].endswith(f"tell enough: s0, s1 and 3 more, {TODAY}.")


def test_sentences_quote_the_review():
    """Hours, rates, levels and goals are told with the numbers of the review."""
    said = " ".join(practiced(0.85).sentences())
    sql = practiced(0.85)["sql"]
    assert "Of 48 h planned, 24 h were done" in said
    assert f"SQL seems to halve its gap in {sql.half_gap_hours:.0f} h, not 40 h" in said
    assert f"SQL is at {sql.level_estimated:.2f}" in said
    assert "above what the hours done promised" in said
    assert "The next rating that would tell enough: Python and Listening" in said


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"as_of": MONDAY - dt.timedelta(1)}, sb.InvalidValueError, "as_of must be the day of"),
        ({"as_of": dt.date.max}, sb.InvalidValueError, "as_of must be at most 10000 weeks after"),
        ({"since": TODAY}, sb.InvalidValueError, "since must be the day of the plan, 2026-03-02"),
        ({"rater_model": "none"}, sb.InvalidValueError, "rater_model"),
        ({"as_of": "2026-03-02"}, sb.InvalidValueError, "as_of must be a datetime.date"),
    ],
)
def test_wrong_days_are_refused(options, error, match):
    """A review looks back on a plan."""
    with pytest.raises(error, match=match):
        sb.review_progress(PLAN, [], ADA, **{"as_of": TODAY, **options})


def test_the_calendar_may_end_during_the_plan():
    """Goals and the next rating fall on the last day there is, and no error is raised."""
    start = dt.date(9999, 12, 1)
    said = sb.Assessment(skill_id="sql", rating=0.5, assessed_on=start, rater_kind="test")
    ada = person(goals=[sb.Goal(id="report", targets={"sql": 0.9})], assessments=[said])
    plan = sb.plan_time(ada, BUDGET, as_of=start)
    review = sb.review_progress(plan, [], ada, as_of=dt.date(9999, 12, 20))
    assert all(item.reassess_on <= dt.date.max for item in review)
    assert review.goals[0].by == dt.date.max


def test_unknown_skills_are_named():
    """Practice of a skill nobody has raises; of one given up since the plan it is passed over."""
    with pytest.raises(sb.UnknownSkillError, match="nearest: 'sql'"):
        sb.review_progress(PLAN, [session("sqll", 1)], ADA, as_of=TODAY)
    fewer = person(skills=SKILLS[1:])
    review = sb.review_progress(PLAN, [session("sql", 1)], fewer, as_of=TODAY)
    assert "sql" not in review
    new = person(skills=(*SKILLS, sb.Skill(id="rust", kind="hard")))
    grown = sb.review_progress(PLAN, [session("rust", 1)], new, as_of=TODAY)
    assert grown["rust"].hours.planned == 0.0
    with pytest.raises(sb.InvalidValueError, match=r"practice\[0\] must be a PracticeRecord"):
        sb.review_progress(PLAN, ["sql"], ADA, as_of=TODAY)


@pytest.fixture
def files(tmp_path):
    """Write a plan document, a log and the plan."""
    document = sb.PlanDocument(profile=ADA, budget=BUDGET)
    sb.to_json(document, tmp_path / "ada.json")
    sb.append_practice(tmp_path / "log.jsonl", [session("sql", day) for day in range(0, 28, 2)])
    sb.to_json(PLAN, tmp_path / "plan.json")
    return tmp_path


def test_the_shell_reviews(files, capsys):
    """The plan of a file and the plan made again are reviewed alike; JSON is the record."""
    common = ["review", str(files / "ada.json"), "--log", str(files / "log.jsonl")]
    common += ["--as-of", str(TODAY)]
    outputs = []
    for plan in (["--plan", str(files / "plan.json")], ["--since", str(MONDAY)], []):
        assert cli.main([*common, *plan]) == 0
        outputs.append(capsys.readouterr())
    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0].out.startswith("Review: ada, 2026-03-02 to 2026-04-27\n")
    assert outputs[0].err == ""
    assert cli.main([*common, "--json"]) == 0
    assert sb.from_json(capsys.readouterr().out, sb.Review)["sql"].hours.done == 14.0
    assert cli.main([*common, "--replan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hours_stated"] == 6.0
    assert cli.main([*common, "--replan"]) == 0
    shown = capsys.readouterr().out
    assert "\nRe-plan: ada, 2026-04-27\n" in shown
    assert "\nPlan: ada\n" in shown


def test_the_shell_reports_a_line_cut_off_and_refuses_wrong_ones(files, capsys):
    """What is no JSON is left out with a note; a wrong value refuses the log by line."""
    log = files / "log.jsonl"
    common = ["review", str(files / "ada.json"), "--log", str(log), "--as-of", str(TODAY)]
    with log.open("a", encoding="utf-8") as file:
        file.write('{"skill_id": "sq')
    assert cli.main(common) == 0
    assert "line 15: half-written: not JSON" in capsys.readouterr().err
    with log.open("a", encoding="utf-8") as file:
        file.write('\n{"skill_id": "sql", "on": "2026-03-02", "hours": "1"}\n')
    assert cli.main(common) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "line 16: $.hours: must be a finite number, got '1'" in shown.err
    assert "line 16: $.activity: missing" in shown.err
    common[3] = str(files / "none.jsonl")
    assert cli.main(common) == 2
    assert f"cannot read {files / 'none.jsonl'}" in capsys.readouterr().err
