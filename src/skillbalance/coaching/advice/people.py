"""Advice on people: whom to ask for feedback, whom to meet, which test to take."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from skillbalance.coaching.advice.case import Case, Proposal, propose
from skillbalance.coaching.evidence.questions import ask_next
from skillbalance.coaching.week.schedule import schedule_week
from skillbalance.coaching.words import hours, plain
from skillbalance.errors import InfeasibleError
from skillbalance.model.advice import ActionKind
from skillbalance.model.practice import Activity
from skillbalance.model.profile import CareerStage
from skillbalance.model.questions import Question
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind
from skillbalance.reference.defaults import (
    LONG_SILENCE,
    REASSESS_GAP,
    SESSION_MIN_HOURS,
    WORTH_ASKING,
)

__all__ = ["people_advice"]

# More questions at once would be a burden on others.
_MOST: Final = {ActionKind.FEEDBACK: 3, ActionKind.NETWORKING: 2, ActionKind.TAKE_A_TEST: 1}
# Who usually has nobody to report to them.
_ALONE: Final = {
    CareerStage.STUDENT,
    CareerStage.ENTRY,
    CareerStage.MID,
    CareerStage.SENIOR,
}


def people_advice(case: Case) -> Iterator[Proposal]:
    """
    Give all advice on people: the best questions of ``ask_next``, one per skill and per rater.

    The values of two questions about the same skill do not add up, so each skill is asked about
    once; and nobody is to be asked twice, nor two new people of one kind to be met.
    """
    left = dict(_MOST)
    asked: set[str] = set()
    bothered: set[tuple[RaterKind, str]] = set()
    sessions = _feedback_days(case)
    questions = ask_next(case.profile, case.budget, as_of=case.as_of, rater_model=case.rater_model)
    for question in questions:
        if question.value < WORTH_ASKING.value or not any(left.values()):
            return
        kind = _kind(case, question)
        whom = question.rater_kind, question.rater_id
        if kind is None or not left[kind] or question.skill_id in asked or whom in bothered:
            continue
        left[kind] -= 1
        asked.add(question.skill_id)
        bothered.add(whom)
        yield _ask(case, question, kind, sessions.get(question.skill_id))


def _kind(case: Case, question: Question) -> ActionKind | None:
    """Say what asking this question would be: feedback, a test, a new contact; None: no advice."""
    rater, days = question.rater_kind, question.days_since_heard
    if rater is RaterKind.SELF:
        return None
    if rater is RaterKind.TEST:
        hard = case.skills[question.skill_id].kind is SkillKind.HARD
        return ActionKind.TAKE_A_TEST if hard else None
    if days is None and rater is RaterKind.REPORT and case.profile.stage in _ALONE:
        return None
    if days is None or days > LONG_SILENCE.value:
        return ActionKind.NETWORKING
    return ActionKind.FEEDBACK


def _ask(case: Case, question: Question, kind: ActionKind, on: dt.date | None) -> Proposal:
    """Make the proposal to ask a question, in the skill's next feedback session if it has one."""
    skill = plain(case.name(question.skill_id))
    by = on or case.in_weeks(REASSESS_GAP.value)
    whom = _whom(question)
    numbers = {
        "expected_answer": question.expected_answer,
        "answer_sd": question.answer_sd,
        "sd_now": question.sd_now,
        "sd_then": question.sd_then,
        "hours_moved": question.hours_moved,
        "value": question.value,
    }
    if question.days_since_heard is not None:
        numbers["days_since_heard"] = float(question.days_since_heard)
    if kind is ActionKind.TAKE_A_TEST:
        act = f"Take a test of {skill} by {by}."
    elif kind is ActionKind.FEEDBACK:
        act = f"Ask {whom} by {by} how good you are at {skill}."
    else:
        numbers["session_hours"] = SESSION_MIN_HOURS.value
        verb = "Meet" if question.days_since_heard is None else "Get back in touch with"
        act = f"{verb} {whom} by {by}: plan {hours(SESSION_MIN_HOURS.value)} to talk about {skill}."
    return propose(
        kind,
        ("ask", question.skill_id),
        always=True,
        skill_ids=(question.skill_id,),
        rater_kind=question.rater_kind,
        rater_id=question.rater_id,
        action=act,
        reason=question.reason,
        numbers=numbers,
        value=question.value,
        due_on=by,
    )


def _whom(question: Question) -> str:
    kind = question.rater_kind.value
    if question.rater_id:
        return f"{plain(question.rater_id)} ({kind})"
    return f"a {kind}"


def _feedback_days(case: Case) -> dict[str, dt.date]:
    """Return the first day of a feedback session per skill, in the weeks that are free."""
    if case.availability is None:
        return {}
    days: dict[str, dt.date] = {}
    for week in range(round(REASSESS_GAP.value)):
        try:
            found = schedule_week(
                case.plan,
                case.availability,
                week_of=case.in_weeks(week),
                profile=case.profile,
            )
        except InfeasibleError:
            continue
        for session in found.sessions:
            on = session.start.date()
            if session.activity is Activity.FEEDBACK and on >= case.as_of:
                days.setdefault(session.skill_id, on)
    return days
