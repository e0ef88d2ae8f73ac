"""
A whole life: a profile grows, is rated, planned, practised, reviewed and planned anew.

Hypothesis chooses what happens next; after each step what must always hold is checked.
"""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import skillbalance as sb

START = dt.date(2026, 1, 5)
WEEKDAYS = [sb.TimeWindow(weekday=day, start="08:00", end="20:00") for day in sb.Weekday]
FREE = sb.Availability(time_zone="UTC", windows=WEEKDAYS)
CLOSE = 1e-9
_levels = st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0])


class Life(RuleBasedStateMachine):
    """One person, the days passing; every verb is called in an order nobody thought of."""

    def __init__(self) -> None:
        super().__init__()
        self.day = START
        self.log: list[sb.PracticeRecord] = []
        self.plan: sb.TimePlan | None = None
        self.most_hours = 0.0

    @initialize(
        kinds=st.lists(st.sampled_from(sb.SkillKind), min_size=1, max_size=4),
        field=st.sampled_from(["nursing", "software_engineering"]),
        hours=st.sampled_from([0.0, 1.0, 5.0, 12.0]),
    )
    def is_born(self, kinds, field, hours):
        """Begin with a few skills, nothing said about them."""
        skills = [
            sb.Skill(id=f"skill {place}", kind=kind, half_gap_hours=30 + 20 * place)
            for place, kind in enumerate(kinds)
        ]
        self.profile = sb.Profile(id="ada", field=field, stage="mid", skills=skills)
        self.budget = sb.TimeBudget(hours_per_week=hours, horizon_weeks=20)

    def ids(self) -> list[str]:
        """Ids of the skills."""
        return [skill.id for skill in self.profile.skills]

    # --- what happens ----------------------------------------------------------------------------

    @rule(data=st.data(), kind=st.sampled_from(sb.RaterKind), rating=_levels)
    def is_rated(self, data, kind, rating):
        """Somebody rates a skill."""
        said = sb.Assessment(
            skill_id=data.draw(st.sampled_from(self.ids())),
            rating=rating,
            assessed_on=self.day,
            rater_kind=kind,
            rater_id="" if kind is not sb.RaterKind.SELF else "ada",
        )
        self.profile = attrs.evolve(self.profile, assessments=[*self.profile.assessments, said])

    @rule(data=st.data(), tone=st.sampled_from(sb.Tone))
    def hears_feedback(self, data, tone):
        """Somebody says something in words."""
        said = sb.FeedbackItem(
            skill_ids=[data.draw(st.sampled_from(self.ids()))],
            tone=tone,
            given_on=self.day,
            rater_kind="peer",
        )
        self.profile = attrs.evolve(self.profile, feedback=[*self.profile.feedback, said])

    @rule(data=st.data(), level=_levels, weeks=st.integers(1, 30))
    def wants_something(self, data, level, weeks):
        """Set a goal, or another in its place."""
        goal = sb.Goal(
            id="goal",
            targets={data.draw(st.sampled_from(self.ids())): level},
            due_on=self.day + dt.timedelta(weeks=weeks),
        )
        self.profile = attrs.evolve(self.profile, goals=[goal])

    @rule(kind=st.sampled_from(sb.SkillKind))
    def adds_a_skill(self, kind):
        """Learn that something else is needed."""
        if len(self.profile.skills) < 6:
            skill = sb.Skill(id=f"skill {len(self.profile.skills)}", kind=kind)
            self.profile = attrs.evolve(self.profile, skills=[*self.profile.skills, skill])

    @rule(hours=st.sampled_from([0.0, 2.0, 4.5, 10.0]))
    def has_other_hours(self, hours):
        """Have more time, or less."""
        self.budget = attrs.evolve(self.budget, hours_per_week=hours)

    @rule(days=st.sampled_from([1, 7, 21, 200]))
    def days_pass(self, days):
        """Do nothing."""
        self.day += dt.timedelta(days)

    @rule(data=st.data(), outcome=st.sampled_from(sb.Outcome), hours=st.sampled_from([0.5, 2, 6]))
    def practises(self, data, outcome, hours):
        """Sit down, or fail to."""
        self.log.append(
            sb.PracticeRecord(
                skill_id=data.draw(st.sampled_from(self.ids())),
                on=self.day,
                hours=hours,
                activity="practice",
                outcome=outcome,
            )
        )

    # --- what is asked of the library ------------------------------------------------------------

    @rule()
    def plans(self):
        """Plan the week; no other division of the hours that is tried is better."""
        self.plan = sb.plan_time(self.profile, self.budget, as_of=self.day)
        self.most_hours = self.budget.hours_per_week
        assert self.plan == sb.plan_time(self.profile, self.budget, as_of=self.day)
        assert self.plan.optimality_gap >= -CLOSE
        assert self.plan.readiness_then >= self.plan.readiness_idle - CLOSE
        even = self.budget.hours_per_week / len(self.ids())
        other = sb.evaluate_plan(
            self.profile, self.budget, dict.fromkeys(self.ids(), even), as_of=self.day
        )
        assert other.left_on_table >= 0.0

    @precondition(lambda self: self.plan is not None)
    @rule(weeks=st.integers(1, 6))
    def looks_ahead(self, weeks):
        """Forecast: bands are in order and inside [0, 1], chances are chances."""
        known = set(self.plan_ids())
        if known != set(self.ids()):
            return
        seen = sb.forecast(self.plan, self.profile, weeks=weeks)
        assert [item.skill_id for item in seen] == self.ids()
        for item in seen:
            for low, level, high in zip(
                item.planned.low, item.planned.level, item.planned.high, strict=True
            ):
                assert 0.0 <= low <= level + CLOSE <= high + 2 * CLOSE <= 1.0 + 3 * CLOSE
        for goal in seen.goals:
            assert -CLOSE <= goal.probability <= 1.0 + CLOSE
        assert sb.from_json(sb.to_json(seen), sb.Forecast) == seen

    def plan_ids(self) -> list[str]:
        """Ids the plan knows."""
        return [item.skill_id for item in self.plan]

    @precondition(lambda self: self.plan is not None)
    @rule()
    def makes_a_week(self):
        """Schedule: every planned hour has its place, no two sessions overlap."""
        monday = self.day - dt.timedelta(self.day.weekday())
        week = sb.schedule_week(self.plan, FREE, week_of=monday)
        sessions = sorted(week.sessions, key=lambda one: one.start)
        for one, following in itertools.pairwise(sessions):
            assert one.end <= following.start
        placed = sum(one.hours for one in sessions if not one.is_review)
        assert placed == pytest.approx(self.plan.hours_per_week, abs=1 / 60 * len(self.plan.items))
        assert len({one.uid for one in sessions}) == len(sessions)

    @precondition(lambda self: self.plan is not None and self.day > self.plan.as_of)
    @rule(renew=st.booleans())
    def reviews(self, renew):
        """Review, and perhaps plan anew: hours add up, every change has its parts."""
        review = sb.review_progress(self.plan, self.log, self.profile, as_of=self.day)
        assert review.adherence >= 0.0
        assert review.hours.done == pytest.approx(sum(item.hours.done for item in review))
        for goal in review.goals:
            assert 0.0 <= goal.probability <= 1.0
        if renew:
            again = sb.replan(self.plan, review, self.profile, self.budget, as_of=self.day)
            for change in again.changes:
                parts = (
                    change.by_time
                    + change.by_capacity
                    + change.by_level
                    + change.by_rate
                    + change.by_limit
                )
                assert change.hours_after - change.hours_before == pytest.approx(parts, abs=1e-6)
            assert again.capacity <= again.hours_stated + CLOSE
            self.profile, self.plan = again.profile, again.plan
            self.log, self.most_hours = [], again.hours_stated

    @rule()
    def asks_what_to_ask(self):
        """Questions have values that are not negative, the best first."""
        asked = sb.ask_next(self.profile, self.budget, as_of=self.day)
        values = [item.value for item in asked]
        # What differs by a rounding is a tie, and falls to who was silent longest.
        assert values == pytest.approx(sorted(values, reverse=True), abs=2e-12)

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def the_profile_survives_its_document(self):
        """Written and read again the person is the same."""
        if hasattr(self, "profile"):
            assert sb.from_json(sb.to_json(self.profile), sb.Profile) == self.profile

    @invariant()
    def estimates_are_levels_with_doubt(self):
        """Every estimate lies in [0, 1], with an interval around it."""
        if not hasattr(self, "profile"):
            return
        for item in sb.estimate_proficiency(self.profile, as_of=self.day):
            assert 0.0 <= item.mean <= 1.0
            assert item.interval[0] <= item.mean <= item.interval[1]

    @invariant()
    def weights_are_shares(self):
        """Weights are not negative and add up to one."""
        if hasattr(self, "profile"):
            weights = [item.weight for item in sb.weigh_skills(self.profile)]
            assert min(weights) >= 0.0
            assert sum(weights) == pytest.approx(1.0)

    @invariant()
    def the_plan_keeps_to_its_time(self):
        """Hours are not negative, in blocks, within the budget, and survive a document."""
        if self.plan is None:
            return
        hours = [item.hours_per_week for item in self.plan]
        assert min(hours) >= 0.0
        assert sum(hours) == pytest.approx(self.plan.hours_per_week)
        assert sum(hours) <= self.most_hours + CLOSE
        assert sb.from_json(sb.to_json(self.plan), sb.TimePlan) == self.plan


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
TestLife.__doc__ = "No order of events breaks what must always hold."
