"""A batch of people, as records or as columns: gathered, planned, and laid out as columns."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import boolean_array, integer_in, nearest_names, number_in
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs, stack_rows
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.coaching.planning.rows import PlannedRows, Rows, plan_rows
from skillbalance.coaching.rates import rates_of
from skillbalance.errors import (
    InfeasibleError,
    InvalidValueError,
    SkillbalanceError,
    suggestion,
)
from skillbalance.model.budget import TimeBudget
from skillbalance.model.columns import PeopleColumns, PlanColumns, SkillColumns
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import Profile
from skillbalance.numeric.allocation.allocate import STATUS
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.numeric.indices import kind_shares
from skillbalance.reference.defaults import BEYOND, RHO, RaterPreset

_SOLVED, _INVALID, _INFEASIBLE = map(STATUS.index, ("solved", "invalid", "infeasible"))

_PAIR = "a PlanDocument or a pair (Profile, TimeBudget)"

# The columns that `allocate_hours` takes, with its defaults; NaN where there is none.
_PER_SKILL: Final[Mapping[str, float]] = {
    "weight": np.nan,
    "proficiency": np.nan,
    "learning_rate": np.nan,
    "forgetting_rate": np.nan,
    "horizon_weeks": np.nan,
    "floor": 0.0,
    "target": 1.0,
    "beyond": BEYOND.value,
    "min_hours": 0.0,
    "max_hours": np.inf,
}
_PER_ROW: Final[Mapping[str, float]] = {"budget": np.nan, "rho": RHO.value}
_OTHERS = ("soft", "soft_share", "block_hours", "max_skills", "person_id", "skill_id")
COLUMNS: Final = (*_PER_SKILL, *_PER_ROW, *_OTHERS)
_NEEDED = ("soft", *(n for n, x in {**_PER_SKILL, **_PER_ROW}.items() if np.isnan(x)))


# --- records --------------------------------------------------------------------------------------


class KnownPerson(NamedTuple):
    """
    A person of whom more is known than records say.

    Attributes
    ----------
    profile : Profile
    budget : TimeBudget
    proficiency, target : ndarray of shape (n,)
        In profile order; NaN where records say it.
    weight : ndarray of shape (n,) or None
        Weights, which sum to 1; None where field, stage and goals say them.
    """

    profile: Profile
    budget: TimeBudget
    proficiency: NDArray[np.float64]
    target: NDArray[np.float64]
    weight: NDArray[np.float64] | None

    def known_inputs(self, inputs: PlanningInputs) -> PlanningInputs:
        """Put what is known in the place of what was inferred."""
        level = np.where(np.isnan(self.proficiency), inputs.proficiency, self.proficiency)
        known = inputs._replace(
            proficiency=level,
            floor=rates_of(self.profile.skills).retained * level,
            target=np.where(np.isnan(self.target), inputs.target, self.target),
        )
        if self.weight is None:
            return known
        share = float(kind_shares(self.weight, inputs.soft).soft_share)
        return known._replace(weight=self.weight, soft_share_recommended=share)


class _Gathered(NamedTuple):
    """A person of the batch with their arrays."""

    profile: Profile
    budget: TimeBudget
    inputs: PlanningInputs

    @property
    def group(self) -> tuple[int, float | None, int | None]:
        """What people that are planned in one call have in common."""
        return len(self.profile.skills), self.budget.block_hours, self.budget.max_skills


def plan_records(
    people: Sequence[object],
    *,
    as_of: dt.date,
    errors: OnError,
    start: int,
    rater_model: RaterModel | RaterPreset,
) -> PlanColumns:
    """
    Plan for a batch of records, the first of which is number *start* of all.

    People are planned in groups with the same number of skills: padding them to one length
    would be one call instead of several, and no longer the same sums to the last bit.
    """
    faults: dict[int, SkillbalanceError] = {}
    profiles: dict[int, Profile] = {}
    groups: dict[tuple[int, float | None, int | None], dict[int, _Gathered]] = {}
    for i, person in enumerate(people):
        try:
            profile, budget = _pair(person, start + i)
            profiles[i] = profile
            inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
            if isinstance(person, KnownPerson):
                inputs = person.known_inputs(inputs)
        except SkillbalanceError as error:
            faults[i] = error
            continue
        gathered = _Gathered(profile=profile, budget=budget, inputs=inputs)
        groups.setdefault(gathered.group, {})[i] = gathered
    result = Layout([len(profiles[i].skills) if i in profiles else 0 for i in range(len(people))])
    for members in groups.values():
        position = np.fromiter(members, dtype=np.intp, count=len(members))
        rows = stack_rows([(person.budget, person.inputs) for person in members.values()])
        planned = plan_rows(rows)
        result.write(position, rows, planned)
        for row, fault in planned.faults.items():
            i = int(position[row])
            # Planned alone once more, for the error that names skills by their ids.
            faults[i] = _error_alone(members[i], as_of, rater_model) or SkillbalanceError(fault)
    if faults and errors == "raise":
        first = min(faults)
        whose = f" ({profiles[first].id!r})" if first in profiles else ""
        faults[first].add_note(f"person {start + first}{whose} of those given")
        raise faults[first]
    ids = [profiles[i].id if i in profiles else "" for i in range(len(people))]
    skill_ids = [skill.id for profile in profiles.values() for skill in profile.skills]
    for i, fault_of_one in faults.items():
        result.mark(i, fault_of_one)
    return result.columns(_strings(ids), _strings(skill_ids))


def _pair(person: object, position: int) -> tuple[Profile, TimeBudget]:
    """Return the two records of a person; raise what was found wrong with one before."""
    if isinstance(person, SkillbalanceError):
        raise person
    if isinstance(person, KnownPerson):
        return person.profile, person.budget
    if isinstance(person, PlanDocument):
        return person.profile, person.budget
    if isinstance(person, tuple | list) and len(person) == 2:
        profile, budget = person
        if isinstance(profile, Profile) and isinstance(budget, TimeBudget):
            return profile, budget
    raise InvalidValueError(f"people[{position}]", _PAIR, person)


def _error_alone(
    person: _Gathered, as_of: dt.date, rater_model: RaterModel | RaterPreset
) -> SkillbalanceError | None:
    try:
        plan_time(person.profile, person.budget, as_of=as_of, rater_model=rater_model)
    except SkillbalanceError as error:
        return error
    return None


# --- columns --------------------------------------------------------------------------------------


class GivenColumns(NamedTuple):
    """Columns as they were given, broadcast to people and skills without a copy."""

    arrays: Mapping[str, NDArray[Any]]
    soft: NDArray[np.bool_]
    person_id: NDArray[Any]
    skill_id: NDArray[Any]
    block_hours: float | None
    max_skills: int | None

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.person_id)

    def plan(self, start: int, stop: int, *, errors: OnError) -> PlanColumns:
        """Plan for the people from *start* to before *stop*."""
        part = slice(start, min(stop, self.n_people))
        given = {
            name: np.ascontiguousarray(x[part], dtype=np.float64) for name, x in self.arrays.items()
        }
        soft = np.ascontiguousarray(self.soft[part])
        # Weights out of range are refused later, row by row.
        with np.errstate(invalid="ignore", over="ignore"):
            recommended = kind_shares(given["weight"], soft).soft_share
        rows = Rows(
            **given,
            soft=soft,
            recommended=recommended,
            block_hours=self.block_hours,
            max_skills=self.max_skills,
        )
        n_rows, n_skills = rows.weight.shape
        planned = plan_rows(rows)
        result = Layout([n_skills] * n_rows)
        result.write(np.arange(n_rows), rows, planned)
        for row, fault in planned.faults.items():
            if errors == "raise":
                try:
                    plan_rows(rows.take(np.array([row])), errors="raise")
                except SkillbalanceError as error:
                    error.add_note(f"person {start + row} of those given")
                    raise
            result.fault[row] = fault
        return result.columns(self.person_id[part].copy(), self.skill_id[part].reshape(-1).copy())


def read_columns(columns: Mapping[str, Any]) -> GivenColumns:
    """
    Check names and shapes of columns and broadcast them; their values are checked row by row.

    Raises
    ------
    InvalidValueError
        If a column is unknown, missing, not numeric, or does not go with the others.
    """
    for name in columns:
        if name not in COLUMNS:
            near = suggestion(nearest_names(str(name), COLUMNS, limit=1))
            raise InvalidValueError("people", f"made of columns of allocate_hours{near}", name)
    for name in _NEEDED:
        if name not in columns:
            raise InvalidValueError("people", f"columns with {name!r} among them", [*columns])
    low, high = _share_limits(columns.get("soft_share"))
    per_skill = {name: _numbers(name, columns.get(name, x)) for name, x in _PER_SKILL.items()}
    soft = boolean_array("soft", columns["soft"])
    per_row = {name: _numbers(name, columns.get(name, x)) for name, x in _PER_ROW.items()}
    per_row |= {"share_low": low, "share_high": high}
    shape = _common_shape("soft", (1, 1), soft.shape)
    for name, array in {**per_skill, **per_row}.items():
        own = array.shape if name in per_skill else (*array.shape, 1)
        shape = _common_shape(name, shape, own)
    arrays = {name: np.broadcast_to(x, shape) for name, x in per_skill.items()}
    arrays |= {name: np.broadcast_to(x, shape[:1]) for name, x in per_row.items()}
    block, most = columns.get("block_hours"), columns.get("max_skills")
    return GivenColumns(
        arrays=arrays,
        soft=np.broadcast_to(soft, shape),
        person_id=_ids("person_id", columns, np.arange(shape[0]), shape[:1]),
        skill_id=_ids("skill_id", columns, np.arange(shape[1]), shape),
        block_hours=None if block is None else number_in("block_hours", block, 0.0, open_low=True),
        max_skills=None if most is None else integer_in("max_skills", most, 1),
    )


def _share_limits(given: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return both limits of the soft share; NaN stands for the default band."""
    if given is None:
        return np.array(np.nan), np.array(np.nan)
    try:
        low, high = given
    except (TypeError, ValueError):
        raise InvalidValueError("soft_share", "a pair (low, high)", given) from None
    return _numbers("soft_share[0]", low), _numbers("soft_share[1]", high)


def _numbers(name: str, value: ArrayLike) -> NDArray[Any]:
    """Return an array of numbers of whatever width; a file mapped to memory stays one."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise InvalidValueError(name, "a rectangular array of numbers", value) from None
    if array.dtype.kind not in "iuf":
        raise InvalidValueError(name, "an array of numbers", value)
    return array


def _common_shape(name: str, shape: tuple[int, int], own: tuple[int, ...]) -> tuple[int, int]:
    """Return (people, skills) of all columns up to this one."""
    try:
        people, skills = np.broadcast_shapes(shape, own)
    except ValueError:
        rule = f"of a shape that broadcasts to {shape}, people first and skills last"
        raise InvalidValueError(name, rule, own) from None
    return people, skills


def _ids(
    name: str, columns: Mapping[str, Any], default: NDArray[Any], shape: tuple[int, ...]
) -> NDArray[Any]:
    """Return ids, or positions where none were given."""
    array = np.asarray(columns.get(name, default))
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        rule = f"of a shape that broadcasts to {shape}"
        raise InvalidValueError(name, rule, array.shape) from None


# --- results --------------------------------------------------------------------------------------


class Layout:
    """The columns of a batch while they are being filled."""

    def __init__(self, n_skills: Sequence[int]) -> None:
        self.n_skills = np.array(n_skills, dtype=np.int64)
        # Where each person's skills begin.
        self.first = np.cumsum(self.n_skills) - self.n_skills
        n_people, n_entries = len(n_skills), int(self.n_skills.sum())
        self.status = np.full(n_people, _INVALID, dtype=np.int8)
        self.fault = _strings([""] * n_people)
        self.binding = np.zeros(n_entries, dtype=np.int8)
        self.people: dict[str, NDArray[np.float64]] = {
            name: np.full(n_people, np.nan) for name in _FLOATS_OF_PEOPLE
        }
        self.skills: dict[str, NDArray[np.float64]] = {
            name: np.full(n_entries, np.nan) for name in _FLOATS_OF_SKILLS
        }

    def write(self, position: NDArray[np.intp], rows: Rows, planned: PlannedRows) -> None:
        """Put the plans of some people, all with equally many skills, into their places."""
        solved = planned.status == _SOLVED
        self.status[position] = planned.status
        done = position[solved]
        of_people = {
            "soft_share_recommended": rows.recommended,
            **{name: getattr(planned, field) for name, field in _PLANNED_OF_PEOPLE.items()},
        }
        for name, per_row in of_people.items():
            self.people[name][done] = per_row[solved]
        place = self.first[done][:, np.newaxis] + np.arange(rows.weight.shape[1])
        of_skills = {
            **{name: getattr(rows, field) for name, field in _GIVEN_OF_SKILLS.items()},
            **{name: getattr(planned, field) for name, field in _PLANNED_OF_SKILLS.items()},
        }
        for name, per_skill in of_skills.items():
            self.skills[name][place] = per_skill[solved]
        self.binding[place] = planned.binding[solved]

    def mark(self, i: int, error: SkillbalanceError) -> None:
        """Say why a person has no plan."""
        self.status[i] = _INFEASIBLE if isinstance(error, InfeasibleError) else _INVALID
        self.fault[i] = str(error)

    def columns(self, person_id: NDArray[Any], skill_id: NDArray[Any]) -> PlanColumns:
        """Return what was filled in."""
        return PlanColumns(
            people=PeopleColumns(
                person_id=person_id,
                status=self.status,
                fault=self.fault,
                n_skills=self.n_skills,
                **self.people,
            ),
            skills=SkillColumns(
                person=np.repeat(np.arange(len(self.n_skills)), self.n_skills),
                skill_id=skill_id,
                binding=self.binding,
                **self.skills,
            ),
        )


# Which array of the plan becomes which column.
_PLANNED_OF_PEOPLE: Final[Mapping[str, str]] = {
    "hours_per_week": "hours_in_all",
    "unused_hours": "unused_hours",
    "soft_share_hours": "soft_share",
    "soft_share_low": "share_low",
    "soft_share_high": "share_high",
    "readiness_now": "readiness_now",
    "readiness_then": "readiness",
    "readiness_idle": "readiness_idle",
    "shadow_price": "shadow_price",
    "optimality_gap": "optimality_gap",
    "rounding_cost": "rounding_cost",
    "price_of_balance": "price_of_balance",
}
_GIVEN_OF_SKILLS: Final[Mapping[str, str]] = {
    "weight": "weight",
    "proficiency_now": "proficiency",
    "target": "target",
    "horizon_weeks": "horizon_weeks",
}
_PLANNED_OF_SKILLS: Final[Mapping[str, str]] = {
    "hours_per_week": "hours",
    "proficiency_then": "proficiency",
    "proficiency_idle": "proficiency_idle",
    "marginal_return": "marginal_return",
}
_FLOATS_OF_PEOPLE = ("soft_share_recommended", *_PLANNED_OF_PEOPLE)
_FLOATS_OF_SKILLS = (*_GIVEN_OF_SKILLS, *_PLANNED_OF_SKILLS)


def _strings(values: Sequence[str]) -> NDArray[np.object_]:
    """Return strings as objects: an array of fixed width would be as wide as the longest."""
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return array
