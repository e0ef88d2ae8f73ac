"""Whom to ask about what next: the value of an answer, by preposterior analysis."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.evidence.ratings import (
    KINDS,
    SELF,
    Heard,
    KindNoise,
    RatingInputs,
    gather_ratings,
    noise_by_kind,
)
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.coaching.planning.rows import plan_rows
from skillbalance.coaching.planning.scenarios import allocate_rows, imagine_rows, readiness_with
from skillbalance.coaching.rates import rates_of
from skillbalance.coaching.words import plain
from skillbalance.errors import SkillbalanceError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import Profile
from skillbalance.model.questions import Question, Questions
from skillbalance.model.rating import RaterKind
from skillbalance.numeric.evidence.information import (
    SOMEBODY_NEW,
    Answers,
    normal_nodes,
    predict_answers,
)
from skillbalance.reference.defaults import RaterPreset

# Differences of readiness below the first are rounding, values below the second nothing that
# anybody could notice: no reason to ask.
_ROUNDING, _NOTHING = 1e-12, 1e-9
# Answers that move the estimates equally, to this many decimals, are worth the same.
_DECIMALS = 12
# Where the number of skills is limited, every node is a search of its own: one in four serves.
_FOCUS_SPACING = 0.8
# Rows (answers imagined) planned in one call; bounds the memory, whatever the number of raters.
_ROWS = 20_000

_Floats = NDArray[np.float64]


def ask_next(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> Questions:
    r"""
    Rank whom to ask about which skill, by what the answer is worth to the plan.

    .. math:: value = \mathrm{E}_y \left[ \max_h F(h; \hat\theta_y) - F(h_0; \hat\theta_y) \right]

    with the answer :math:`y`, normal given all ratings so far; the estimates :math:`\hat\theta_y`
    once it is heard, which move for *every* skill the answer tells about; readiness :math:`F` at
    the horizon; and the plan of today :math:`h_0`. An answer is worth what it lets you plan
    better: a question that would change no hour is worth 0, however uncertain the skill.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    budget : TimeBudget
        Hours and limits to plan within.
    as_of : datetime.date
        Day of the plan and of the answers; later ratings are ignored.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`. Kinds that the model has no entry for
        are not asked.

    Returns
    -------
    Questions
        Every skill with every kind of rater (the person, somebody new of each other kind), and
        with every rater known by an id, whose severity is partly known: ranked by value, and
        among equals those first who were not heard for long.

    Raises
    ------
    InfeasibleError, UnknownSkillError
        As :func:`~skillbalance.plan_time` raises them.
    UnknownFieldError, UnknownElementError
        If the field or an element is not in the reference table.
    InvalidValueError
        If *as_of* is not a date, *rater_model* is no preset or lacks a kind that rated.

    Notes
    -----
    Hours are continuous here, also where the budget asks for whole blocks: a block jumps at some
    answers and stays at all others, which is an artifact nobody should be asked about. The limits
    of the soft share are those of the plan of today, so that it stays one of the plans to choose
    from and no value is negative.

    Robust weights are those of the estimate of today, and an answer counts in full: what if it
    came out wild is not asked. A rater may be asked again; the model takes the new answer's own
    noise as independent of the first.

    The expectation is an integral over one normal variable, by the trapezoidal rule on 48 nodes
    (:func:`~skillbalance.numeric.evidence.information.normal_nodes`); all answers to all questions
    are planned in one batch. Where the budget limits the number of skills each of them is a search
    of its own, and 12 nodes serve; kinks then cost up to 5 % of a value.

    References
    ----------
    Raiffa, H., & Schlaifer, R. (1961). Applied statistical decision theory. Harvard University.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[
    ...         sb.Skill(id="python", kind="hard"),
    ...         sb.Skill(id="sql", kind="hard"),
    ...         sb.Skill(id="listening", kind="soft"),
    ...     ],
    ... )
    >>> questions = sb.ask_next(
    ...     profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2)
    ... )
    >>> first = questions.items[0]
    >>> first.rater_kind.value, first.sd_then < first.sd_now
    ('test', True)
    >>> all(question.value >= 0.0 for question in questions)
    True
    """
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    case = _gather(profile, budget, as_of=as_of, rater_model=rater_model)
    asked = _list_questions(profile, case)
    answers = predict_answers(
        case.ratings.prior_mean,
        case.ratings.model.prior_sd,
        **case.ratings.weighted | {"shared_variance": case.noise.shared},
        asked_skill=np.array([q.skill for q in asked], dtype=np.intp),
        asked_rater=np.array([q.rater for q in asked], dtype=np.intp),
        asked_kind=np.array([q.kind for q in asked], dtype=np.intp),
        asked_noise_variance=case.noise.particular[[q.kind for q in asked]],
        new_severity_mean=case.noise.leniency,
        new_severity_variance=case.noise.severity,
    )
    now = _plan_today(profile, budget, case, as_of=as_of)
    value, moved = _values(budget, case, now, answers.gain)
    days = _days_since_heard(case.ratings.heard, as_of=as_of)
    # Rounded, so that what differs by a rounding is a tie and falls to who was silent longest.
    order = sorted(
        range(len(asked)),
        key=lambda q: (
            -round(float(value[q]), _DECIMALS),
            -days.get(asked[q].key, math.inf),
            profile.skills[asked[q].skill].id,
            asked[q].kind,
            asked[q].rater_id,
        ),
    )
    return Questions(
        items=tuple(
            _question(
                profile,
                asked[q],
                answers,
                q,
                value=float(value[q]),
                moved=float(moved[q]),
                variance=float(case.variance[asked[q].skill]),
                days=days.get(asked[q].key),
            )
            for q in order
        ),
        profile_id=profile.id,
        as_of=as_of,
        readiness=now.readiness,
    )


class _Asked(NamedTuple):
    """A question by positions; *rater* is SOMEBODY_NEW for one not heard yet."""

    skill: int
    kind: int
    rater: int
    rater_id: str

    @property
    def key(self) -> tuple[int, str]:
        """What the day it was last heard is kept under: the kind, or one rater of it."""
        return self.kind, self.rater_id


class _Case(NamedTuple):
    """A person's ratings, estimates and planning inputs, with what is known of rater kinds."""

    inputs: PlanningInputs
    ratings: RatingInputs
    mean: _Floats  # not clipped
    variance: _Floats
    retained: _Floats
    noise: KindNoise  # 0 for kinds the model does not have


class _Today(NamedTuple):
    """The plan of today, hours being continuous."""

    hours: _Floats
    limits: tuple[float, float]
    readiness: float


def _gather(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset,
) -> _Case:
    """Estimate and look up, once for all questions."""
    inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    ratings = gather_ratings(profile, as_of=as_of, rater_model=rater_model)
    fusion = ratings.fuse()
    there = [k for k, kind in enumerate(KINDS) if kind.value in ratings.model.kinds]
    return _Case(
        inputs=inputs,
        ratings=ratings,
        mean=fusion.mean,
        variance=fusion.variance,
        retained=rates_of(profile.skills).retained,
        noise=noise_by_kind(ratings.model, there),
    )


def _list_questions(profile: Profile, case: _Case) -> list[_Asked]:
    """List every skill with every rater: the person, those known by id, somebody new."""
    whom: list[tuple[int, int, str]] = []
    for k, kind in enumerate(KINDS):
        if kind.value not in case.ratings.model.kinds:
            continue
        known = sorted(
            (rater_id, position)
            for position, (of_kind, rater_id) in enumerate(case.ratings.raters)
            # Where nobody is severe or lenient, nothing sets one apart from somebody new.
            if of_kind == k and (rater_id or k == SELF) and case.noise.severity[k] > 0.0
        )
        whom.extend((k, position, rater_id) for rater_id, position in known)
        if k != SELF or not known:
            whom.append((k, SOMEBODY_NEW, ""))
    return [
        _Asked(skill=i, kind=k, rater=position, rater_id=rater_id)
        for i in range(len(profile.skills))
        for k, position, rater_id in whom
    ]


def _plan_today(profile: Profile, budget: TimeBudget, case: _Case, *, as_of: dt.date) -> _Today:
    """Plan in continuous hours, and keep the limits of the soft share that plan has."""
    plan = plan_rows(imagine_rows(case.inputs, budget))
    if plan.faults:
        # Planned once more for the error that names skills by their ids.
        plan_inputs(profile, attrs.evolve(budget, block_hours=None), case.inputs, as_of=as_of)
        raise SkillbalanceError(plan.faults[0])
    return _Today(
        hours=plan.hours[0],
        limits=(float(plan.share_low[0]), float(plan.share_high[0])),
        readiness=float(plan.readiness[0]),
    )


def _values(budget: TimeBudget, case: _Case, now: _Today, gain: _Floats) -> tuple[_Floats, _Floats]:
    """Return the value of each question and the hours a week that it moves, both expected."""
    # Raters who tell the same are worth the same, to the last bit.
    distinct, which = np.unique(np.round(gain, _DECIMALS), axis=0, return_inverse=True)
    nodes, weights = (
        normal_nodes() if budget.max_skills is None else normal_nodes(spacing=_FOCUS_SPACING)
    )
    n_skills = gain.shape[1]
    value, moved = np.zeros((2, len(distinct)))
    step = max(_ROWS // len(nodes), 1)
    for start in range(0, len(distinct) if n_skills else 0, step):
        part = slice(start, start + step)
        level = np.clip(case.mean + nodes[:, None] * distinct[part, None, :], 0.0, 1.0)
        level = level.reshape(-1, n_skills)
        rows = imagine_rows(
            case.inputs,
            budget,
            len(level),
            soft_share=now.limits,
            changes={"proficiency": level, "floor": case.retained * level},
        )
        best = allocate_rows(rows)
        # The hours kept are within the limits at every answer, so the best are no worse but for
        # rounding; and what only rounding tells apart is no gain.
        better = best.readiness - readiness_with(rows, now.hours)
        better = np.where(better > _ROUNDING, better, 0.0)
        value[part] = better.reshape(-1, len(nodes)) @ weights
        changed = 0.5 * np.abs(best.hours - now.hours).sum(axis=-1)
        moved[part] = changed.reshape(-1, len(nodes)) @ weights
    value[value < _NOTHING] = 0.0
    which = which.reshape(-1)
    return value[which], moved[which]


def _days_since_heard(heard: Sequence[Heard], *, as_of: dt.date) -> dict[tuple[int, str], int]:
    """Return how long each kind, under "", and each rater known by an id was silent. [day]"""
    latest: dict[tuple[int, str], dt.date] = {}
    for said in heard:
        for key in {(said.kind, ""), (said.kind, said.rater_id)}:
            latest[key] = max(said.on, latest.get(key, said.on))
    return {key: (as_of - day).days for key, day in latest.items()}


def _question(
    profile: Profile,
    asked: _Asked,
    answers: Answers,
    position: int,
    *,
    value: float,
    moved: float,
    variance: float,
    days: int | None,
) -> Question:
    """Turn one question's numbers into its record."""
    skill, kind = profile.skills[asked.skill], KINDS[asked.kind]
    told = float(answers.gain[position, asked.skill])
    sd_then = math.sqrt(max(variance - told**2, 0.0))
    sd_now = math.sqrt(variance)
    expected, spread = float(answers.mean[position]), float(answers.sd[position])
    return Question(
        skill_id=skill.id,
        rater_kind=kind,
        rater_id=asked.rater_id,
        value=value,
        hours_moved=moved if value > 0.0 else 0.0,
        expected_answer=expected,
        answer_sd=spread,
        sd_now=sd_now,
        sd_then=sd_then,
        days_since_heard=days,
        reason=_reason(
            f"{_whom(kind, asked.rater_id)} about {plain(skill.name)} ({_silence(days)})",
            value,
            f"the answer, {expected:.2f} give or take {spread:.2f}, narrows the estimate from "
            f"{sd_now:.2f} to {sd_then:.2f}",
            moved,
        ),
    )


def _reason(ask: str, value: float, answer: str, moved: float) -> str:
    if value == 0.0:
        return f"Asking {ask} would change no hour: {answer}, and the best plan stays the same."
    return (
        f"Asking {ask} is worth {value:.2g} readiness: {answer}, and would move {moved:.2g} h a "
        "week."
    )


def _whom(kind: RaterKind, rater_id: str) -> str:
    if kind is RaterKind.SELF:
        return "yourself"
    if kind is RaterKind.TEST:
        return f"a test{f' ({plain(rater_id)})' if rater_id else ''}"
    return f"{plain(rater_id)} ({kind.value})" if rater_id else f"a new {kind.value}"


def _silence(days: int | None) -> str:
    if days is None:
        return "never heard"
    return "heard today" if days == 0 else f"last heard {days} day{'s' * (days != 1)} ago"
