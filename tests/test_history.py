"""Estimates over time: each point is the estimate of its day, and the band follows the ratings."""

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import profiles

import skillbalance as sb
from skillbalance.errors import InvalidValueError, UnknownSkillError

FIRST, SECOND = dt.date(2025, 3, 3), dt.date(2026, 3, 2)


def person(*said: tuple[dt.date, float], feedback: tuple[sb.FeedbackItem, ...] = ()) -> sb.Profile:
    """Make an engineer with two skills and tests of the first."""
    return sb.Profile(
        id="ada",
        field="software_engineering",
        stage="mid",
        skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="listening", kind="soft")],
        assessments=[
            sb.Assessment(skill_id="sql", rating=rating, assessed_on=on, rater_kind="test")
            for on, rating in said
        ],
        feedback=feedback,
    )


@settings(max_examples=30, deadline=None)
@given(profiles(), st.lists(st.dates(dt.date(1999, 1, 1), dt.date(2041, 1, 1)), max_size=3))
def test_each_point_is_the_estimate_of_its_day(profile, days):
    """Mean, sd and interval of a point are the bits of the estimate as of that day."""
    history = sb.estimate_history(profile, dates=days)
    assert history.dates == tuple(sorted(set(days)))
    assert [item.skill_id for item in history] == [skill.id for skill in profile.skills]
    for place, day in enumerate(history.dates):
        for item in sb.estimate_proficiency(profile, as_of=day):
            point = history[item.skill_id].points[place]
            assert (point.as_of, point.mean, point.sd) == (day, item.mean, item.sd)
            assert point.interval == item.interval
            assert point.n_ratings == item.evidence.n_ratings


@settings(max_examples=30, deadline=None)
@given(profiles())
def test_the_past_does_not_change(profile):
    """What is said after a day leaves the history until that day as it was."""
    history = sb.estimate_history(profile)
    if not history.dates:
        return
    middle = history.dates[len(history.dates) // 2]
    earlier = attrs.evolve(
        profile,
        assessments=[a for a in profile.assessments if a.assessed_on <= middle],
        feedback=[item for item in profile.feedback if item.given_on <= middle],
    )
    until = [day for day in history.dates if day <= middle]
    before = sb.estimate_history(earlier)
    assert before.dates == tuple(until)
    for item in history:
        assert item.points[: len(until)] == before[item.skill_id].points


def test_by_default_every_day_on_which_something_was_said():
    """Ratings and feedback both make a point, on each day one."""
    words = sb.FeedbackItem(
        skill_ids=["sql", "listening"],
        tone="strength",
        given_on=dt.date(2025, 9, 1),
        rater_kind="peer",
    )
    history = sb.estimate_history(
        person((SECOND, 0.7), (FIRST, 0.5), (FIRST, 0.6), feedback=(words,))
    )
    assert history.dates == (FIRST, dt.date(2025, 9, 1), SECOND)
    assert [point.n_ratings for point in history["sql"].points] == [2, 3, 4]
    assert [point.n_ratings for point in history["listening"].points] == [0, 1, 1]


def test_the_band_widens_between_ratings_and_narrows_with_one():
    """Age makes an estimate less certain, the next rating more certain."""
    days = [FIRST, dt.date(2025, 9, 1), dt.date(2026, 3, 1), SECOND]
    points = sb.estimate_history(person((FIRST, 0.7), (SECOND, 0.7)), dates=days)["sql"].points
    widths = [point.interval[1] - point.interval[0] for point in points]
    assert widths[0] < widths[1] < widths[2] > widths[3]
    assert points[0].mean > points[1].mean > points[2].mean  # back towards the expected level


def test_before_anything_was_said_there_is_the_prior():
    """A day before the first rating has the expected level, at the prior's width, and says so."""
    (point,) = sb.estimate_history(person((SECOND, 0.9)), dates=[FIRST])["sql"].points
    nobody = sb.estimate_proficiency(person(), as_of=FIRST)["sql"]
    assert (point.mean, point.sd, point.n_ratings) == (nobody.mean, nobody.sd, 0)


def test_nothing_said_is_no_history():
    """Without ratings there are no days; without skills there is no series."""
    history = sb.estimate_history(person())
    assert (history.dates, history["sql"].points) == ((), ())
    with pytest.raises(UnknownSkillError, match="sq"):
        _ = history["sq"]


def test_the_rater_model_is_used():
    """Another preset gives another history."""
    specific, general = (
        sb.estimate_history(person((FIRST, 0.9)), rater_model=model)["sql"].points[0]
        for model in (
            "specific",
            sb.RaterModel(
                kinds={"test": sb.RaterNoise(own_variance=2.0, severity_part=0.0)},
                prior_sd=0.2,
                ageing_per_year=0.01,
            ),
        )
    )
    assert general.sd > specific.sd


@pytest.mark.parametrize(
    ("dates", "match"),
    [
        (["2026-03-02"], r"^dates\[0\] must be a datetime\.date"),
        ([FIRST, None], r"^dates\[1\] must be a datetime\.date"),
        (FIRST, r"^dates must be an iterable of dates"),
        ("2026-03-02", r"^dates must be an iterable of dates"),
    ],
)
def test_what_is_no_date_is_refused(dates, match):
    """Each wrong day is named by its place."""
    with pytest.raises(InvalidValueError, match=match):
        sb.estimate_history(person(), dates=dates)


def test_what_is_no_profile_is_refused():
    """A profile must be one."""
    with pytest.raises(InvalidValueError, match=r"^profile must be a Profile"):
        sb.estimate_history({"id": "ada"})
