"""Data frames: long tables of people and skills in, results out as the caller's kind."""

import datetime as dt
import enum
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date
from skillbalance.coaching.evidence.ratings import find_rater_model
from skillbalance.coaching.planning.many import Progress, join_batches
from skillbalance.errors import InvalidValueError, MissingExtraError, SkillbalanceError
from skillbalance.formats._frames_plan import Planning
from skillbalance.formats._frames_read import BadRow, Tables, check_columns, read_batches
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
    NaN, NaT) take the default. People are planned a few thousand at a time, as columns; records
    are made of those alone who were rated or have a value that breaks a rule. Memory goes into the
    frames, the ids and the result.

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
    model = find_rater_model(rater_model)
    if errors not in ("mark", "raise"):
        raise InvalidValueError("errors", "'mark' or 'raise'", errors)
    bad: list[BadRow] = []
    note = _note(bad, errors)
    ids, batches = read_batches(tables, note)
    planning = Planning(tables.defaults, note, as_of, model, errors)
    planned = join_batches(planning.plan(batches), total=len(ids), progress=progress)
    backend = tables.skills.implementation
    # Ids and words are taken out of short columns: no list of a million of them is ever made.
    of_people: dict[str, Any] = planned.people.as_dict()
    of_people |= {"person_id": ids, "status": _Taken(STATUS, planned.people.status)}
    of_skills: dict[str, Any] = planned.skills.as_dict()
    of_skills = {
        "person_id": _Taken(ids, of_skills.pop("person")),
        **of_skills,
        "skill_id": _taken_ids(planned.skills.skill_id, tables.skills["skill_id"].dtype),
        "binding": _Taken(BINDING, planned.skills.binding),
    }
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
    note = _note([], "raise")
    _, batches = read_batches(tables, note)
    profiles = []
    for batch in batches:
        for i in range(len(batch.ids)):
            person = batch.person(i, tables.defaults, note)
            if isinstance(person, SkillbalanceError):
                raise person
            profiles.append(person.profile)
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


def _is_pandas(backend: Any) -> bool:
    return bool(_narwhals().Implementation.from_backend(backend).is_pandas())


class _Taken(NamedTuple):
    """A column of few different values: each entry says which."""

    values: Sequence[Any]
    which: NDArray[np.integer[Any]]


def _taken_ids(ids: NDArray[np.object_], dtype: Any) -> _Taken:
    """Find the different ids of skills, as whole numbers where the frame has such."""
    place: dict[str, int] = {}
    which = np.fromiter((place.setdefault(one, len(place)) for one in ids), np.int32, len(ids))
    return _Taken([int(one) for one in place] if dtype.is_integer() else list(place), which)


def _native(columns: Mapping[str, Any], backend: Any) -> Any:
    try:
        # One after the other: a dictionary of columns would be copied as a whole.
        first, *others = (_series(name, one, backend) for name, one in columns.items())
    except ImportError:
        raise MissingExtraError(str(backend), "frames") from None
    return first.to_frame().with_columns(*others).to_native()


def _series(name: str, values: Any, backend: Any) -> Any:
    nw = _narwhals()
    if isinstance(values, np.ndarray) and values.dtype == np.object_:
        values = values.tolist()
    if not isinstance(values, _Taken):
        if isinstance(values, np.ndarray) and _is_pandas(backend):
            # It would share the read-only array, and its user could not write to the frame.
            values = values.copy()
        return nw.new_series(name, values, backend=backend)
    taken = nw.new_series(name, values.values, backend=backend)[values.which]
    if not _is_pandas(backend):
        return taken
    # Without the index, which would say which value it was.
    return nw.new_series(name, taken.to_native().array, backend=backend)


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
