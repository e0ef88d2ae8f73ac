"""Plans for many people: records or columns in, columns out, a batch in memory at a time."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, Literal, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, integer_in
from skillbalance.coaching.evidence.ratings import find_rater_model
from skillbalance.coaching.planning.batches import GivenColumns, plan_records, read_columns
from skillbalance.errors import InvalidValueError, MissingExtraError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.columns import PeopleColumns, PlanColumns, SkillColumns, lock
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import Profile
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.reference.defaults import RaterPreset

Person: TypeAlias = PlanDocument | tuple[Profile, TimeBudget]
Progress: TypeAlias = Callable[[int, int | None], object] | Literal["bar"]

_DEFAULT_ROWS = 2048


@overload
def plan_many(
    people: Mapping[str, Any],
    *,
    errors: OnError = ...,
    progress: Progress | None = ...,
    batch_rows: int = ...,
) -> PlanColumns: ...
@overload
def plan_many(
    people: Iterable[Person],
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = ...,
    errors: OnError = ...,
    progress: Progress | None = ...,
    batch_rows: int = ...,
) -> PlanColumns: ...
def plan_many(
    people: Iterable[Person] | Mapping[str, Any],
    *,
    as_of: dt.date | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
    errors: OnError = "mark",
    progress: Progress | None = None,
    batch_rows: int = _DEFAULT_ROWS,
) -> PlanColumns:
    """
    Plan for many people; each gets what :func:`plan_time` gives them alone, to the last bit.

    Parameters
    ----------
    people : iterable of PlanDocument or (Profile, TimeBudget), or mapping of str to array_like
        Records, of which no more than a batch is held, so that a generator may give millions;
        or columns: arguments of :func:`~skillbalance.numeric.allocate_hours` by name, shapes
        (n_people, n_skills) and (n_people,) or what broadcasts to them, and if you like
        ``person_id`` and ``skill_id``. Columns without ``soft_share``, or with NaN in it, are
        planned within the default band, as records are; without ``block_hours`` hours are
        continuous.
    as_of : datetime.date
        The day of the plans, for records. Columns say how many weeks there are.
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted, for records, as for
        :func:`~skillbalance.estimate_proficiency`. Columns say how proficient people are.
    errors : {"mark", "raise"}
        Whether a person without a plan is marked and explained in the result, or raises what
        :func:`plan_time` raises, with a note that says who it was.
    progress : callable or "bar", optional
        Called as ``progress(n_done, n_total)`` after each batch; *n_total* is None for an
        iterable without a length. ``"bar"`` shows a bar (extra ``progress``).
    batch_rows : int
        How many people are held and planned together: changes memory and speed, no result.

    Returns
    -------
    PlanColumns
        A table of people and a table of their skills, in the order given; read-only.

    Raises
    ------
    InvalidValueError
        If an option is none of those listed, or a column is missing, unknown or of a shape that
        does not go with the others.
    MissingExtraError
        If a bar is asked for and tqdm is not installed.
    SkillbalanceError
        With ``errors="raise"``: what is wrong with the first person who has no plan.

    See Also
    --------
    plan_batches : the same, a batch of results at a time.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> twice = ((profile, sb.TimeBudget(hours_per_week=hours)) for hours in (2, 4))
    >>> plans = plan_many(twice, as_of=dt.date(2026, 3, 2))
    >>> plans.people.hours_per_week
    array([2., 4.])
    >>> plans.skills.skill_id.tolist()
    ['sql', 'feedback', 'sql', 'feedback']
    """
    batches, total = _batches(people, as_of, rater_model, errors=errors, batch_rows=batch_rows)
    return join_batches(batches, total=total, progress=progress)


@overload
def plan_batches(
    people: Mapping[str, Any],
    *,
    errors: OnError = ...,
    progress: Progress | None = ...,
    batch_rows: int = ...,
) -> Iterator[PlanColumns]: ...
@overload
def plan_batches(
    people: Iterable[Person],
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = ...,
    errors: OnError = ...,
    progress: Progress | None = ...,
    batch_rows: int = ...,
) -> Iterator[PlanColumns]: ...
def plan_batches(
    people: Iterable[Person] | Mapping[str, Any],
    *,
    as_of: dt.date | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
    errors: OnError = "mark",
    progress: Progress | None = None,
    batch_rows: int = _DEFAULT_ROWS,
) -> Iterator[PlanColumns]:
    """
    Plan for more people than results fit into memory: :func:`plan_many`, a batch at a time.

    Parameters and errors are those of :func:`plan_many`; options are checked at the call,
    people when their batch is asked for.

    Yields
    ------
    PlanColumns
        The next *batch_rows* people, or those that are left. ``skills.person`` counts within
        the batch.

    Examples
    --------
    >>> columns = {
    ...     "weight": [0.6, 0.4],
    ...     "soft": [False, True],
    ...     "proficiency": [[0.3, 0.2], [0.5, 0.5], [0.1, 0.7]],
    ...     "learning_rate": 0.006,
    ...     "forgetting_rate": 0.01,
    ...     "horizon_weeks": 26.0,
    ...     "budget": [2.0, 4.0, 6.0],
    ... }
    >>> [batch.people.hours_per_week.round(6).tolist()
    ...  for batch in plan_batches(columns, batch_rows=2)]
    [[2.0, 4.0], [6.0]]
    """
    batches, total = _batches(people, as_of, rater_model, errors=errors, batch_rows=batch_rows)
    return (
        PlanColumns(people=lock(one.people), skills=lock(one.skills))
        for one in _reported(batches, _open_report(progress, total))
    )


def join_batches(
    batches: Iterator[PlanColumns], *, total: int | None, progress: Progress | None
) -> PlanColumns:
    """
    Join batches that may still be written to, telling after each how many people are done.

    Parameters
    ----------
    batches : iterator of PlanColumns
        People in order; ``skills.person`` counts within the batch.
    total : int or None
        How many people there will be, if that is known.
    progress : callable or "bar", optional
        As for :func:`plan_many`.

    Raises
    ------
    InvalidValueError
        If *progress* is none of those.
    """
    of_people: dict[str, _Column] = {}
    of_skills: dict[str, _Column] = {}
    names: dict[str, str] = {}
    n_done = 0
    # No people at all make empty columns of the right types.
    for batch in _reported(_or_empty(batches), _open_report(progress, total)):
        ids = batch.skills.skill_id
        if ids.dtype == np.object_:
            # A million people share a few hundred skills: keep each id once.
            ids[:] = [names.setdefault(name, name) for name in ids]
        np.add(batch.skills.person, n_done, out=batch.skills.person)
        for columns, table in ((of_people, batch.people), (of_skills, batch.skills)):
            for name, part in table.as_dict().items():
                columns.setdefault(name, _Column(part.dtype)).extend(part)
        n_done += len(batch)
    return PlanColumns(
        people=lock(PeopleColumns(**{name: x.filled() for name, x in of_people.items()})),
        skills=lock(SkillColumns(**{name: x.filled() for name, x in of_skills.items()})),
    )


# --- batches --------------------------------------------------------------------------------------


def _batches(
    people: Iterable[Person] | Mapping[str, Any],
    as_of: dt.date | None,
    rater_model: RaterModel | RaterPreset,
    *,
    errors: OnError,
    batch_rows: int,
) -> tuple[Iterator[PlanColumns], int | None]:
    """Check the options, then give batches that may still be written to, and how many people."""
    if errors not in ("mark", "raise"):
        raise InvalidValueError("errors", "'mark' or 'raise'", errors)
    size = integer_in("batch_rows", batch_rows, 1)
    model = find_rater_model(rater_model)
    if isinstance(people, Mapping):
        if as_of is not None:
            raise InvalidValueError("as_of", "left out where columns give the weeks", as_of)
        if model != find_rater_model("specific"):
            rule = "left out where columns give the proficiency"
            raise InvalidValueError("rater_model", rule, rater_model)
        columns = read_columns(people)
        return _of_columns(columns, errors, size), columns.n_people
    whatever: object = people
    if not isinstance(whatever, Iterable):
        rule = "an iterable of PlanDocument or (Profile, TimeBudget), or a mapping of columns"
        raise InvalidValueError("people", rule, whatever)
    planned = _of_records(people, calendar_date("as_of", as_of), model, errors, size)
    return planned, len(people) if isinstance(people, Sized) else None


def _of_records(
    people: Iterable[object], as_of: dt.date, rater_model: RaterModel, errors: OnError, size: int
) -> Iterator[PlanColumns]:
    source, start = iter(people), 0
    while batch := list(itertools.islice(source, size)):
        yield plan_records(batch, as_of=as_of, rater_model=rater_model, errors=errors, start=start)
        start += len(batch)


def _of_columns(columns: GivenColumns, errors: OnError, size: int) -> Iterator[PlanColumns]:
    for start in range(0, columns.n_people, size):
        yield columns.plan(start, start + size, errors=errors)


def _or_empty(planned: Iterator[PlanColumns]) -> Iterator[PlanColumns]:
    first = next(planned, None)
    if first is None:
        yield plan_records([], as_of=dt.date.min, rater_model="specific", errors="mark", start=0)
    else:
        yield first
        yield from planned


class _Column:
    """
    A column that grows as batches come.

    Joining the parts at the end would hold every result twice. Room that is not used yet costs
    addresses, no memory.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._room: NDArray[Any] = np.empty(0, dtype=dtype)
        self._used = 0

    def extend(self, part: NDArray[Any]) -> None:
        """Take the next entries."""
        used = self._used + len(part)
        if used > len(self._room):
            larger = np.empty(max(used, 2 * len(self._room)), dtype=self._room.dtype)
            larger[: self._used] = self._room[: self._used]
            self._room = larger
        self._room[self._used : used] = part
        self._used = used

    def filled(self) -> NDArray[Any]:
        """Return what was taken."""
        return self._room[: self._used]


# --- progress -------------------------------------------------------------------------------------


class _Report(Protocol):
    """Something that is told how far the work has come."""

    def __call__(self, n_done: int) -> None: ...

    def close(self) -> None: ...


class _Callback:
    """Passes it on."""

    def __init__(self, tell: Callable[[int, int | None], object], total: int | None) -> None:
        self._tell, self._total = tell, total

    def __call__(self, n_done: int) -> None:
        self._tell(n_done, self._total)

    def close(self) -> None:
        """Leave nothing open."""


class _Bar:
    """Shows it."""

    def __init__(self, total: int | None) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            raise MissingExtraError("tqdm", "progress") from None
        self._bar = tqdm(total=total, unit="person", unit_scale=True)

    def __call__(self, n_done: int) -> None:
        self._bar.update(n_done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


def _open_report(progress: Progress | None, total: int | None) -> _Report:
    if progress is None:
        return _Callback(lambda _done, _total: None, total)
    if progress == "bar":
        return _Bar(total)
    whatever: object = progress
    if not callable(whatever):
        raise InvalidValueError("progress", "a callable, 'bar' or None", whatever)
    return _Callback(progress, total)


def _reported(planned: Iterator[PlanColumns], report: _Report) -> Iterator[PlanColumns]:
    """Pass batches on, telling after each how many people are done."""
    n_done = 0
    try:
        for batch in planned:
            n_done += len(batch)
            report(n_done)
            yield batch
    finally:
        report.close()
