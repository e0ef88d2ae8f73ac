"""Data frames: long tables of people and skills in, results out as the caller's kind."""

import datetime as dt
import enum
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import numpy as np

from skillbalance._checks import calendar_date
from skillbalance.coaching.planning.many import Person, Progress, plan_many
from skillbalance.errors import InvalidValueError, MissingExtraError, SkillbalanceError
from skillbalance.formats._frames_read import BadRow, Tables, check_columns, read_people
from skillbalance.model.columns import PlanColumns
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.numeric import BINDING, STATUS
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.reference.defaults import RaterPreset

__all__ = ["Backend", "FramePlans", "frame_of", "plan_frame", "profiles_from_frames"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow"]
_FLAT = (str, bool, int, float, dt.date, dt.datetime, type(None))
_BACKENDS = ("pandas", "polars", "pyarrow")


class FramePlans(NamedTuple):
    """
    Plans of the people of a frame, as frames of the same kind.

    Attributes
    ----------
    people : frame
        One row per person, in the order given: the columns of :class:`~skillbalance.PeopleColumns`,
        *status* in words.
    skills : frame
        One row per person and skill: ``person_id`` and the columns of
        :class:`~skillbalance.SkillColumns`, *binding* in words.
    bad_rows : frame
        One row per row that breaks a rule: ``table``, ``row`` (from 0), ``person_id`` as text and
        ``message``. People with such a row have no plan.
    columns : PlanColumns
        The same as arrays.
    """

    people: Any
    skills: Any
    bad_rows: Any
    columns: PlanColumns


def plan_frame(
    skills: Any,
    people: Any = None,
    *,
    as_of: dt.date,
    ratings: Any = None,
    field: str | None = None,
    stage: CareerStage | str | None = None,
    hours_per_week: float | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
    errors: OnError = "mark",
    progress: Progress | None = None,
) -> FramePlans:
    """
    Plan for the people of data frames; each gets what :func:`plan_time` gives them alone.

    Parameters
    ----------
    skills : frame of pandas, polars or pyarrow
        One row per person and skill: ``person_id``, ``skill_id`` and ``kind``; if you like
        ``name``, ``elements`` (ids in a list, or parted by blanks or semicolons),
        ``half_gap_hours``, ``half_life_weeks``, ``upkeep``, ``retained_share``, ``min_hours``,
        ``max_hours``, and what is known: ``proficiency`` (else it is estimated from ratings),
        ``target`` (else the expected level; moves no weight, as a goal would), ``weight`` (in any
        unit; else by field and stage).
    people : frame, optional
        One row per person: ``person_id``, ``field``, ``stage``, ``hours_per_week``; if you like
        ``horizon_weeks``, ``block_hours``, ``max_skills``, ``soft_share_low``, ``soft_share_high``.
        Without it everybody in *skills* is planned by the arguments below.
    as_of : datetime.date
        The day of the plans.
    ratings : frame, optional
        One row per rating: ``person_id``, ``skill_id``, ``rating``, ``assessed_on``,
        ``rater_kind``; if you like ``rater_id``, ``scale`` (a name), ``evidence``.
    field, stage, hours_per_week : optional
        For people who have none of their own.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.
    errors : {"mark", "raise"}
        Whether people with a bad row are left without a plan and their rows listed, or the first
        raises.
    progress : callable or "bar", optional
        As for :func:`plan_many`.

    Returns
    -------
    FramePlans
        Frames of the kind of *skills*.

    Raises
    ------
    InvalidValueError
        If an argument is no frame, a column is missing, unknown or misspelt; with
        ``errors="raise"`` if a row breaks a rule.
    MissingExtraError
        If narwhals is not installed (extra ``frames``).

    Notes
    -----
    Rows may stand in any order; columns that are not listed are refused. Missing values (None,
    NaN, NaT) take the default. Records are made a few thousand people at a time, so that memory
    goes into the frames, the ids and the result alone.

    Examples
    --------
    >>> import datetime as dt
    >>> import pandas as pd
    >>> import skillbalance as sb
    >>> skills = pd.DataFrame(
    ...     {
    ...         "person_id": [7, 7, 8],
    ...         "skill_id": ["sql", "feedback", "sql"],
    ...         "kind": ["hard", "soft", "hard"],
    ...         "proficiency": [0.4, 0.6, None],
    ...     }
    ... )
    >>> people = pd.DataFrame(
    ...     {"person_id": [7, 8], "field": "software_engineering", "stage": "mid",
    ...      "hours_per_week": [4.0, 2.0]}
    ... )
    >>> plans = sb.plan_frame(skills, people, as_of=dt.date(2026, 3, 2))
    >>> plans.skills[["person_id", "skill_id", "hours_per_week"]].to_dict("list")["person_id"]
    [7, 7, 8]
    """
    calendar_date("as_of", as_of)
    frames = {"skills": skills, "people": people, "ratings": ratings}
    tables = _tables(frames, field=field, stage=stage, hours_per_week=hours_per_week)
    bad: list[BadRow] = []
    ids, found = read_people(tables, _note(bad, errors))
    planned = plan_many(
        # Of each, what is known beyond the records, or what is wrong with their rows.
        cast("Iterable[Person]", found),
        as_of=as_of,
        rater_model=rater_model,
        errors=errors,
        progress=progress,
    )
    backend = tables.skills.implementation
    of_people, of_skills = (table.as_dict() for table in (planned.people, planned.skills))
    person_id = np.empty(len(ids), dtype=np.object_)
    person_id[:] = ids
    of_people["person_id"] = person_id
    of_people["status"] = np.array(STATUS, dtype=np.object_)[planned.people.status]
    of_skills = {
        "person_id": person_id[planned.skills.person],
        **{name: one for name, one in of_skills.items() if name != "person"},
        "binding": np.array(BINDING, dtype=np.object_)[planned.skills.binding],
    }
    if tables.skills["skill_id"].dtype.is_integer():
        of_skills["skill_id"] = of_skills["skill_id"].astype(np.int64)
    bad.sort(key=lambda one: (one.table, one.row))
    of_bad: dict[str, Any] = {
        "table": [one.table for one in bad],
        "row": np.array([one.row for one in bad], dtype=np.int64),
        "person_id": [str(one.person_id) for one in bad],
        "message": [str(one.error) for one in bad],
    }
    return FramePlans(
        people=_native(of_people, backend),
        skills=_native(of_skills, backend),
        bad_rows=_native(of_bad, backend),
        columns=planned,
    )


def profiles_from_frames(
    skills: Any,
    people: Any = None,
    *,
    ratings: Any = None,
    field: str | None = None,
    stage: CareerStage | str | None = None,
) -> tuple[Profile, ...]:
    """
    Make profiles of the rows of data frames, for every verb that takes one person.

    Parameters
    ----------
    skills, people, ratings : frame
        As for :func:`plan_frame`. What a profile has no place for (``proficiency``, ``target``,
        ``weight`` and the hours) is checked and not used.
    field, stage : optional
        For people who have none of their own.

    Returns
    -------
    tuple of Profile
        In the order of *people*, else that of their first rows in *skills*.

    Raises
    ------
    InvalidValueError
        If a column is missing, unknown or misspelt, or a row breaks a rule.
    MissingExtraError
        If narwhals is not installed (extra ``frames``).

    Examples
    --------
    >>> import pandas as pd
    >>> import skillbalance as sb
    >>> skills = pd.DataFrame({"person_id": ["ada"], "skill_id": ["sql"], "kind": ["hard"]})
    >>> (ada,) = sb.profiles_from_frames(skills, field="software_engineering", stage="mid")
    >>> ada.id, ada.skills[0].id
    ('ada', 'sql')
    """
    frames = {"skills": skills, "people": people, "ratings": ratings}
    tables = _tables(frames, field=field, stage=stage, hours_per_week=0.0)
    _, found = read_people(tables, _note([], "raise"))
    profiles = []
    for one in found:
        if isinstance(one, SkillbalanceError):
            raise one
        profiles.append(one.profile)
    return tuple(profiles)


def frame_of(record: object, backend: Backend = "pandas") -> Any:
    """
    Give the items of a result, or its columns, as rows of a data frame.

    Parameters
    ----------
    record : record
        A result over skills, such as a :class:`~skillbalance.TimePlan`; or columns, such as
        :class:`~skillbalance.PeopleColumns`.
    backend : {"pandas", "polars", "pyarrow"}
        The kind of frame.

    Returns
    -------
    frame
        Enums by their values; attributes that hold more than one value are left out.

    Raises
    ------
    InvalidValueError
        If *record* has neither items nor columns, or *backend* is none of those listed.
    MissingExtraError
        If narwhals or the package of the frame is not installed.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada", field="software_engineering", stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ... )
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
    >>> frame_of(plan, "pyarrow").column("skill_id").to_pylist()
    ['sql']
    """
    if backend not in _BACKENDS:
        raise InvalidValueError("backend", f"one of {', '.join(map(repr, _BACKENDS))}", backend)
    _narwhals()
    return _native(columns_of(record), backend)


def columns_of(record: object) -> dict[str, Any]:
    """
    Give the columns of a result by name.

    Raises
    ------
    InvalidValueError
        If it has neither items nor columns.
    """
    if hasattr(record, "as_dict"):
        return dict(record.as_dict())
    items = getattr(record, "items", None)
    if not isinstance(items, tuple):
        raise InvalidValueError("record", "a result with items, or columns", record)
    # By their types, not by what stands in them: a column that is there or not by the day would
    # break the program that reads it.
    names = _flat_names(record)
    return {name: [_plain(getattr(item, name)) for item in items] for name in names}


def arrow_stream(record: object, requested_schema: object | None) -> object:
    """
    Give columns as an Arrow stream, in a capsule that polars, DuckDB and others read.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed (extra ``arrow``).
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow") from None
    return pa.table(_lists(columns_of(record))).__arrow_c_stream__(requested_schema)


# --- kinds of frames ------------------------------------------------------------------------------


def _narwhals() -> Any:
    try:
        import narwhals as nw
    except ImportError:
        raise MissingExtraError("narwhals", "frames") from None
    return nw


def _tables(given: Mapping[str, Any], **defaults: object) -> Tables:
    """Open the frames and check their columns."""
    nw = _narwhals()
    frames: dict[str, Any] = {}
    for name, frame in given.items():
        if frame is None and name != "skills":
            frames[name] = None
            continue
        try:
            frames[name] = nw.from_native(frame, eager_only=True)
        except TypeError:
            rule = "a data frame of pandas, polars or pyarrow, collected if it is a lazy one"
            raise InvalidValueError(name, rule, type(frame).__name__) from None
        check_columns(name, frames[name])
    return Tables(**frames, defaults=defaults)


def _note(bad: list[BadRow], errors: str) -> Any:
    """Return what is told of bad rows: keeps them, or raises the first."""

    def note(row: BadRow) -> None:
        if errors == "raise":
            raise row.error_with_place()
        bad.append(row)

    return note


def _native(columns: Mapping[str, Any], backend: Any) -> Any:
    nw = _narwhals()
    try:
        return nw.from_dict(_lists(columns), backend=backend).to_native()
    except ImportError:
        raise MissingExtraError(str(backend), "frames") from None


def _lists(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn columns of objects into lists, of which every kind of frame finds the type."""
    return {
        name: one.tolist() if isinstance(one, np.ndarray) and one.dtype == np.object_ else one
        for name, one in columns.items()
    }


def _flat_names(record: object) -> Sequence[str]:
    """Name the attributes of a result's items that hold one value, whatever the items are."""
    from skillbalance.formats._types import alternatives, entries

    whole = entries(cast(Any, type(record)))["items"].hint
    return [
        key
        for key, entry in entries(typing.get_args(whole)[0]).items()
        if all(
            typing.get_origin(one) is Literal
            or (isinstance(one, type) and (one in _FLAT or issubclass(one, enum.Enum)))
            for one in alternatives(entry.hint)
        )
    ]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
