"""Hypothesis strategies: every record, and the problems of the numeric floor."""

import datetime as dt

import attrs
import numpy as np
from hypothesis import strategies as st

from skillbalance.model.availability import (
    Availability,
    DatedException,
    ExceptionKind,
    TimeWindow,
    Weekday,
)
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.occupation import Occupation
from skillbalance.model.practice import Activity, Outcome, PracticeRecord
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import Assessment, FeedbackItem, RaterKind, Tone
from skillbalance.model.scales import BY_NAME, Scale
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.reference._table import load_table
from skillbalance.reference.elements import elements
from skillbalance.reference.fields import fields

# --- records --------------------------------------------------------------------------------------

FIELDS = [field.field for field in fields()]
ELEMENT_IDS = [element.element_id for element in elements()]

# Zeros and ties are where sums and kinks go wrong, so they are drawn often; subnormal numbers
# lose digits in any unit and are left to tests of their own.
_shares = st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(1e-6, 1.0)

# Everything a file can hold: no half surrogate pairs, and not blank where it is an id.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = texts.filter(lambda text: bool(text.strip()))
dates = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))


# JSON values that are nearly right, or not at all.
ODD_JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200),
    st.sampled_from([10**400, -1, 0.5, 1.5, -0.0, 168.0, 168.0001, 1e308, 5.0]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "\x85", "\u3000", "\ufeff", "mid", "B1", "2026-02-30", "20260105"]),
    st.sampled_from(["2026-01-05", "self", "nursing", "2.A.1.b", "2.A.1.x", "cefr", "0.5"]),
    st.lists(st.sampled_from([0, 1, 0.5, "a", None]), max_size=3),
    st.dictionaries(st.sampled_from(["a", "", " ", "id"]), st.sampled_from([0.5, 2, "x"])),
)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Draw a ready-made scale or one with its own limits and perhaps labels."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(BY_NAME.values())))
    minimum = draw(st.floats(-1e3, 1e3))
    labels = draw(st.just([]) | st.lists(ids, min_size=2, max_size=6, unique=True))
    return Scale(minimum=minimum, maximum=minimum + draw(st.floats(0.5, 1e3)), labels=labels)


@st.composite
def skills(draw: st.DrawFn, skill_id: str | None = None) -> Skill:
    """Draw a skill, mapped to up to three elements; rates within what people have."""
    skill_id = draw(ids) if skill_id is None else skill_id
    return Skill(
        id=skill_id,
        kind=draw(st.sampled_from(SkillKind)),
        name=draw(st.just(skill_id) | ids),
        elements=draw(st.lists(st.sampled_from(ELEMENT_IDS), max_size=3, unique=True)),
        half_gap_hours=draw(st.floats(1.0, 2000.0)),
        half_life_weeks=draw(st.floats(1.0, 1000.0)),
        upkeep=draw(_shares),
        retained_share=draw(_shares),
    )


@st.composite
def goals(
    draw: st.DrawFn, skill_ids: tuple[str, ...] | None = None, goal_id: str | None = None
) -> Goal:
    """Draw a goal over some of the skills, or over none: a vague goal is legal."""
    known = ids if skill_ids is None else st.sampled_from(skill_ids or ("",))
    most = 0 if skill_ids == () else 4
    return Goal(
        id=draw(ids) if goal_id is None else goal_id,
        targets=draw(st.dictionaries(known, _shares, max_size=most)),
        description=draw(texts),
        priority=draw(st.floats(0.01, 100.0)),
        due_on=draw(st.none() | dates),
        domain=draw(st.sampled_from(GoalDomain)),
    )


@st.composite
def assessments(draw: st.DrawFn, skill_ids: tuple[str, ...] | None = None) -> Assessment:
    """Draw a rating, given as a number or, where the scale has labels, as one of them."""
    scale = draw(scales())
    ratings = st.floats(scale.minimum, scale.maximum)
    if scale.labels:
        ratings |= st.sampled_from(scale.labels)
    return Assessment(
        skill_id=draw(ids if skill_ids is None else st.sampled_from(skill_ids)),
        rating=draw(ratings),
        scale=scale,
        assessed_on=draw(dates),
        rater_kind=draw(st.sampled_from(RaterKind)),
        rater_id=draw(st.sampled_from(["", "kim", "lee"]) | texts),
        evidence=draw(texts),
    )


@st.composite
def feedback_items(draw: st.DrawFn, skill_ids: tuple[str, ...] | None = None) -> FeedbackItem:
    """Draw feedback on one to three skills."""
    known = ids if skill_ids is None else st.sampled_from(skill_ids)
    return FeedbackItem(
        skill_ids=draw(st.lists(known, min_size=1, max_size=3, unique=True)),
        tone=draw(st.sampled_from(Tone)),
        given_on=draw(dates),
        rater_kind=draw(st.sampled_from(RaterKind)),
        rater_id=draw(texts),
        comment=draw(texts),
    )


@st.composite
def profiles(draw: st.DrawFn, min_skills: int = 0, max_skills: int = 6) -> Profile:
    """Draw a profile in a built-in field; without skills it has no ratings either."""
    skill_ids = tuple(draw(st.lists(ids, min_size=min_skills, max_size=max_skills, unique=True)))
    goal_ids = draw(st.lists(ids, max_size=3, unique=True))
    said = 4 if skill_ids else 0
    return Profile(
        id=draw(ids),
        field=draw(st.sampled_from(FIELDS)),
        stage=draw(st.sampled_from(CareerStage)),
        skills=[draw(skills(skill_id)) for skill_id in skill_ids],
        goals=[draw(goals(skill_ids, goal_id)) for goal_id in goal_ids],
        assessments=draw(st.lists(assessments(skill_ids), max_size=said)),
        feedback=draw(st.lists(feedback_items(skill_ids), max_size=said // 2)),
    )


def field_as_occupation(field: str, occupation_id: str) -> Occupation:
    """Say what a built-in field asks for as an occupation: the two must give the same."""
    table = load_table()
    return Occupation(
        id=occupation_id,
        importance=table.importance[field],
        level=table.level[field],
        soft_share=table.fields[field].soft_share,
    )


@st.composite
def occupations(draw: st.DrawFn) -> Occupation:
    """Draw an occupation: a field that was changed in some places."""
    occupation = field_as_occupation(draw(st.sampled_from(FIELDS)), draw(ids))
    changes = draw(st.dictionaries(st.sampled_from(list(occupation.level)), _shares, max_size=5))
    return attrs.evolve(
        occupation,
        name=draw(ids),
        importance={**occupation.importance, **changes},
        level={**occupation.level, **changes},
        soft_share=draw(_shares),
    )


@st.composite
def profiles_with_occupation(draw: st.DrawFn, min_skills: int = 0) -> Profile:
    """Draw a profile that brings its occupation along."""
    occupation = draw(occupations())
    person = draw(profiles(min_skills=min_skills))
    return attrs.evolve(person, field=occupation.id, occupation=occupation)


@st.composite
def budgets(draw: st.DrawFn, skill_ids: tuple[str, ...] | None = None) -> TimeBudget:
    """Draw a budget whose limits may well contradict each other."""
    known = ids if skill_ids is None else st.sampled_from(skill_ids or ("",))
    limits = st.dictionaries(known, st.floats(0.0, 10.0), max_size=0 if skill_ids == () else 3)
    soft_share = st.tuples(_shares, _shares).map(lambda pair: tuple(sorted(pair)))
    return TimeBudget(
        hours_per_week=draw(st.sampled_from([0.0, 4.0, 168.0]) | st.floats(0.0, 40.0)),
        horizon_weeks=draw(st.floats(1.0, 200.0)),
        block_hours=draw(st.none() | st.sampled_from([0.25, 0.5, 1.0])),
        min_hours=draw(limits),
        max_hours=draw(limits),
        soft_share=draw(st.none() | soft_share),
        max_skills=draw(st.none() | st.integers(1, 8)),
    )


@st.composite
def practice_records(draw: st.DrawFn) -> PracticeRecord:
    """Draw one session of a practice log."""
    return PracticeRecord(
        skill_id=draw(ids),
        on=draw(dates),
        hours=draw(st.floats(0.0, 24.0)),
        activity=draw(st.sampled_from(Activity)),
        outcome=draw(st.sampled_from(Outcome)),
    )


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC"]


@st.composite
def intervals(draw: st.DrawFn, step: int = 15) -> dict[str, dt.time]:
    """Draw start and end of some time of day; an end of 00:00 is the end of the day."""
    start = draw(st.integers(0, 1440 // step - 1))
    end = draw(st.integers(start + 1, min(start + 240 // step, 1440 // step))) * step % 1440
    start *= step
    return {
        "start": dt.time(start // 60, start % 60),
        "end": dt.time(end // 60, end % 60),
    }


@st.composite
def dated_exceptions(draw: st.DrawFn, on: st.SearchStrategy[dt.date] = dates) -> DatedException:
    """Draw a holiday, a busy or an extra interval, on one day or several."""
    kind = draw(st.sampled_from(ExceptionKind))
    first = draw(on)
    length = draw(st.none() | st.integers(0, 3))
    return DatedException(
        kind=kind,
        on=first,
        until=None if length is None else first + dt.timedelta(days=length),
        **({} if kind is ExceptionKind.HOLIDAY else draw(intervals())),
    )


@st.composite
def availabilities(
    draw: st.DrawFn, on: st.SearchStrategy[dt.date] = dates, step: int = 15
) -> Availability:
    """Draw when a person has time; windows may overlap."""
    windows = st.builds(
        lambda day, times: TimeWindow(weekday=day, **times),
        st.sampled_from(Weekday),
        intervals(step),
    )
    shortest = draw(st.sampled_from([0.5, 0.25, 0.75]))
    return Availability(
        time_zone=draw(st.sampled_from(ZONES)),
        windows=draw(st.lists(windows, max_size=8)),
        exceptions=draw(st.lists(dated_exceptions(on), max_size=3)),
        rest_days=draw(st.sampled_from([0, 0, 1, 3])),
        latest_end=draw(st.none() | st.times().map(lambda t: dt.time(t.hour, t.minute))),
        max_hours_per_week=draw(st.none() | st.floats(0.0, 20.0)),
        load_warning=draw(st.sampled_from([0.85, 0.5, 1.0])),
        min_session_hours=shortest,
        max_session_hours=draw(st.sampled_from([2.0, 1.5])),
    )


@st.composite
def plan_documents(draw: st.DrawFn) -> PlanDocument:
    """Draw a profile with a budget whose limits name its skills."""
    profile = draw(profiles())
    skill_ids = tuple(skill.id for skill in profile.skills)
    return PlanDocument(
        profile=profile,
        budget=draw(budgets(skill_ids)),
        availability=draw(st.none() | availabilities()),
    )


# --- fusion of ratings (numeric floor) ------------------------------------------------------------


@attrs.frozen(kw_only=True, eq=False)
class RatingProblem:
    """The arguments of `fuse_ratings`, all of them arrays."""

    prior_mean: np.ndarray
    prior_sd: np.ndarray
    skill: np.ndarray
    rater: np.ndarray
    kind: np.ndarray
    rating: np.ndarray
    noise_variance: np.ndarray
    severity_mean: np.ndarray
    severity_variance: np.ndarray
    shared_variance: np.ndarray

    def arguments(self) -> dict[str, np.ndarray]:
        """Give the arguments by name."""
        return {a.name: getattr(self, a.name) for a in attrs.fields(type(self))}

    def keep(self, chosen: np.ndarray) -> "RatingProblem":
        """Keep the chosen ratings only."""
        names = ("skill", "rater", "kind", "rating", "noise_variance")
        return attrs.evolve(self, **{name: getattr(self, name)[chosen] for name in names})

    def without(self, j: int) -> "RatingProblem":
        """Leave one rating out."""
        return self.keep(np.arange(len(self.rating)) != j)


@st.composite
def rating_problems(
    draw: st.DrawFn, min_ratings: int = 0, *, extreme: bool = False
) -> RatingProblem:
    """
    Draw a few skills, raters and kinds and up to 12 ratings.

    Repeated ratings, raters heard once, never, or without severity, and kinds without shared
    noise all occur. A rater may appear under several kinds: the numeric floor does not forbid it.
    """
    n, n_raters, n_kinds = (draw(st.integers(1, most)) for most in (4, 4, 3))
    k = draw(st.integers(min_ratings, 12))

    def floats(size: int, low: float, high: float) -> np.ndarray:
        numbers = st.floats(low, high, allow_nan=False)
        return np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=float)

    def variances(size: int) -> np.ndarray:
        numbers = st.one_of(st.just(0.0), st.floats(1e-4, 1.0))
        return np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=float)

    def positions(below: int) -> np.ndarray:
        numbers = st.lists(st.integers(0, below - 1), min_size=k, max_size=k)
        return np.array(draw(numbers), dtype=int)

    return RatingProblem(
        prior_mean=floats(n, 0.0, 1.0),
        prior_sd=floats(n, 0.05, 1.0),
        skill=positions(n),
        rater=positions(n_raters),
        kind=positions(n_kinds),
        rating=floats(k, -0.5, 1.5),
        noise_variance=10.0 ** floats(k, -9.0, 6.0) if extreme else 10.0 ** floats(k, -3.0, 0.5),
        severity_mean=floats(n_raters, -0.3, 0.3),
        severity_variance=variances(n_raters),
        shared_variance=variances(n_kinds),
    )


# --- weights and balance --------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class WeightProblem:
    """What the weights of a few skills are made of; `members` lists the skills of each goal."""

    importance: list[float]
    field_importance: list[float]
    soft: list[bool]
    soft_share: float
    field_share: float
    priority: list[float]
    members: list[list[int]]
    goal_share: float


@attrs.frozen(kw_only=True)
class StandingProblem:
    """Arguments of `measure_standing`."""

    weight: list[float]
    soft: list[bool]
    proficiency: list[float]
    target: list[float]
    beyond: list[float]
    rho: float


@st.composite
def weight_problems(draw: st.DrawFn) -> WeightProblem:
    """Weights of up to 8 skills and 4 goals, some goals naming no skill."""
    n = draw(st.integers(1, 8))
    n_goals = draw(st.integers(0, 4))
    per_skill = {"min_size": n, "max_size": n}
    members = st.lists(st.integers(0, n - 1), unique=True)
    return WeightProblem(
        importance=draw(st.lists(_shares, **per_skill)),
        field_importance=draw(st.lists(_shares, **per_skill)),
        soft=draw(st.lists(st.booleans(), **per_skill)),
        soft_share=draw(_shares),
        field_share=draw(_shares),
        priority=draw(st.lists(st.floats(1e-3, 1e3), min_size=n_goals, max_size=n_goals)),
        members=draw(st.lists(members, min_size=n_goals, max_size=n_goals)),
        goal_share=draw(_shares),
    )


@st.composite
def standing_problems(draw: st.DrawFn) -> StandingProblem:
    """Up to 8 skills with weights, levels and targets, kinks and zeros included."""
    n = draw(st.integers(1, 8))
    per_skill = {"min_size": n, "max_size": n}
    return StandingProblem(
        weight=draw(st.lists(st.floats(1e-3, 1.0), **per_skill)),
        soft=draw(st.lists(st.booleans(), **per_skill)),
        proficiency=draw(st.lists(_shares, **per_skill)),
        target=draw(st.lists(_shares, **per_skill)),
        beyond=draw(st.lists(_shares, **per_skill)),
        rho=draw(st.sampled_from([-20.0, -0.5, 0.0, 1.0]) | st.floats(-5.0, 1.0)),
    )


# --- allocation -----------------------------------------------------------------------------------


@attrs.frozen(kw_only=True, eq=False)
class AllocationProblem:
    """The arguments of `allocate_hours` for one learner, each an array over skills or a number."""

    weight: np.ndarray
    soft: np.ndarray
    proficiency: np.ndarray
    learning_rate: np.ndarray
    forgetting_rate: np.ndarray
    budget: float
    horizon_weeks: np.ndarray
    floor: np.ndarray
    target: np.ndarray
    beyond: np.ndarray
    rho: float
    min_hours: np.ndarray
    max_hours: np.ndarray
    soft_share: tuple[float, float]

    def arguments(self) -> dict[str, object]:
        """Give all arguments by name."""
        return {a.name: getattr(self, a.name) for a in attrs.fields(type(self))}

    def take(self, skills: np.ndarray) -> "AllocationProblem":
        """Choose or reorder skills."""
        arrays = {k: v[skills] for k, v in self.arguments().items() if isinstance(v, np.ndarray)}
        return attrs.evolve(self, **arrays)


_QUIET_FEATURES = {
    "weight": ["plain", "zeros", "equal"],
    "proficiency": ["plain", "zeros", "ends"],
    "learning_rate": ["plain", "equal"],
    "forgetting_rate": ["plain", "none", "some"],
    "horizon_weeks": ["plain", "equal"],
    "floor": ["half", "none"],
    "target": ["full", "plain", "ends"],
    "beyond": ["default", "none", "full", "plain"],
    "rho": [1.0, 0.5, 1e-12, 0.0, -0.5, -3.0],
    "budget": [0.0, 2.0, 6.0, 12.0],
    "limits": ["none", "some"],
    "soft_share": [(0.0, 1.0), (0.2, 0.4), (0.3, 0.3), (0.0, 0.0), (1.0, 1.0)],
}
_EXTREME_FEATURES = _QUIET_FEATURES | {
    "weight": ["plain", "zeros", "equal", "apart"],
    "learning_rate": ["plain", "zeros", "apart"],
    "forgetting_rate": ["plain", "none", "day", "apart"],
    "horizon_weeks": ["plain", "week", "ages", "apart"],
    "floor": ["half", "none", "full"],
    "rho": [1.0, 0.999, 0.5, 1e-12, 0.0, -1e-12, -0.5, -3.0, -20.0],
    "budget": [0.0, 1e-2, 6.0, 168.0],
    "limits": ["none", "some", "closed"],
}


@st.composite
def allocation_problems(
    draw: st.DrawFn, max_skills: int = 6, *, extreme: bool = False, within: str = ""
) -> AllocationProblem:
    """
    Draw a learner: a value for each feature of the problem, then numbers to go with them.

    The numbers come from a drawn seed. The limits may well be infeasible. *within* names features
    to leave out, by the first value of their list.
    """
    features = _EXTREME_FEATURES if extreme else _QUIET_FEATURES
    chosen = {
        name: values[0] if name in within.split() else draw(st.sampled_from(values))
        for name, values in features.items()
    }
    n = draw(st.integers(1, max_skills))
    return build_allocation_problem(chosen, n, np.random.default_rng(draw(st.integers(0, 9999))))


def random_allocation_problem(
    rng: np.random.Generator, n: int, *, extreme: bool = False, within: str = ""
) -> AllocationProblem:
    """Build a learner with random features, without Hypothesis: for tests of many rows."""
    features = _EXTREME_FEATURES if extreme else _QUIET_FEATURES
    chosen = {
        name: values[0] if name in within.split() else values[rng.integers(len(values))]
        for name, values in features.items()
    }
    return build_allocation_problem(chosen, n, rng)


def build_allocation_problem(
    chosen: dict[str, object], n: int, rng: np.random.Generator
) -> AllocationProblem:
    """Fill in the numbers of the chosen features."""

    def some(share: float, one: object, other: object) -> np.ndarray:
        return np.where(rng.random(n) < share, one, other)

    def per_skill(name: str, choices: dict[str, object]) -> np.ndarray:
        return np.broadcast_to(choices[chosen[name]], (n,)).astype(float)

    u = rng.random
    budget = float(chosen["budget"])
    proficiency = per_skill(
        "proficiency",
        {"plain": 0.9 * u(n), "zeros": 0.0, "ends": some(0.5, some(0.5, 0.0, 1.0), u(n))},
    )
    minimum = some(0.3, np.round(u(n) * budget / n, 1), 0.0)
    limits = {
        "none": (np.zeros(n), np.full(n, np.inf)),
        "some": (minimum, minimum + some(0.5, np.round(u(n) * budget, 1), np.inf)),
        "closed": (np.zeros(n), some(0.5, 0.0, np.inf)),
    }[chosen["limits"]]
    return AllocationProblem(
        weight=per_skill(
            "weight",
            {
                "plain": 0.05 + u(n),
                "zeros": some(0.4, 0.0, u(n)),
                "equal": 1.0,
                "apart": 10.0 ** rng.uniform(-3.0, 3.0, n),
            },
        ),
        soft=u(n) < rng.choice([0.0, 0.4, 0.4, 0.4, 1.0]),
        proficiency=proficiency,
        learning_rate=per_skill(
            "learning_rate",
            {
                "plain": np.log(2.0) / rng.uniform(40.0, 350.0, n),
                "equal": 0.006,
                "zeros": some(0.3, 0.0, 0.006),
                "apart": 10.0 ** rng.uniform(-6.0, 0.0, n),
            },
        ),
        forgetting_rate=per_skill(
            "forgetting_rate",
            {
                "plain": np.log(2.0) / rng.uniform(28.0, 56.0, n),
                "none": 0.0,
                "some": some(0.5, 0.0, 0.0144),
                "day": np.log(2.0) * 7.0,
                "apart": 10.0 ** rng.uniform(-9.0, 0.5, n),
            },
        ),
        budget=budget,
        horizon_weeks=per_skill(
            "horizon_weeks",
            {
                "plain": rng.uniform(8.0, 52.0, n),
                "equal": 26.0,
                "week": 1.0,
                "ages": 1e4,
                "apart": 10.0 ** rng.uniform(0.0, 4.0, n),
            },
        ),
        floor=per_skill("floor", {"half": 0.5 * proficiency, "none": 0.0, "full": 1.0}),
        target=per_skill(
            "target",
            {
                "full": 1.0,
                "plain": np.clip(proficiency + rng.uniform(-0.1, 0.4, n), 0.0, 1.0),
                "ends": some(0.5, some(0.5, 0.0, 1.0), u(n)),
            },
        ),
        beyond=per_skill("beyond", {"default": 0.25, "none": 0.0, "full": 1.0, "plain": u(n)}),
        rho=float(chosen["rho"]),
        min_hours=limits[0],
        max_hours=limits[1],
        soft_share=chosen["soft_share"],
    )
