"""
The allocation problem as arrays: arguments checked, broadcast and cut into rows.

A *row* is one learner, and inside the arrays are turned: what belongs to a skill has shape
(n_skills, rows), what belongs to a learner (rows,). Sums over skills then add whole rows of
memory in one fixed order: fast, and no result depends on its neighbors. Broadcasting makes views,
never copies: what is one number for all learners and skills stays one number in memory.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, boolean_array, finite_array, number_array
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.indices import KindShares, kind_shares
from skillbalance.numeric.masks import every

Floats: TypeAlias = NDArray[np.float64]
OnError: TypeAlias = Literal["raise", "mark"]

_Any = TypeVar("_Any", bound=np.generic)

_NONE = np.empty(0)
_LARGEST = float(np.finfo(np.float64).max)

# Closed ranges. The ends that are no definition keep products such as k h W finite.
_OF_SKILL: Mapping[str, tuple[float, float]] = {
    "weight": (0.0, _LARGEST),
    "proficiency": (0.0, 1.0),
    "learning_rate": (0.0, 1e6),
    "forgetting_rate": (0.0, 1e6),
    "horizon_weeks": (1e-6, 1e6),
    "floor": (0.0, 1.0),
    "target": (0.0, 1.0),
    "beyond": (0.0, 1.0),
    "min_hours": (0.0, 1e6),
    "max_hours": (0.0, np.inf),
}
_OF_ROW: Mapping[str, tuple[float, float]] = {
    "budget": (0.0, 1e6),
    "rho": (-1e3, 1.0),
    "soft_share[0]": (0.0, 1.0),
    "soft_share[1]": (0.0, 1.0),
}
# The same limits as columns, to check a whole part at once.
_SKILL_LOW, _SKILL_HIGH = np.array(list(_OF_SKILL.values())).T[:, :, None, None]
_ROW_LOW, _ROW_HIGH = np.array(list(_OF_ROW.values())).T[:, :, None]


class Problem(NamedTuple):
    """
    Checked and broadcast arguments of :func:`~skillbalance.numeric.allocate_hours`.

    Attributes
    ----------
    weight, proficiency, learning_rate, forgetting_rate, weeks, floor, target, beyond : ndarray
        Of shape (n_skills, rows). [1], [1], [1/h], [1/week], [week], [1], [1], [1]
    soft : ndarray of bool, shape (n_skills, rows)
        Which skills are soft.
    lower, upper : ndarray of shape (n_skills, rows)
        Limits on the hours. [h/week]
    budget, rho, share_low, share_high : ndarray of shape (rows,)
        Hours to give away [h/week], the exponent of readiness, the limits of the soft share.
    """

    weight: Floats
    soft: NDArray[np.bool_]
    proficiency: Floats
    learning_rate: Floats
    forgetting_rate: Floats
    weeks: Floats
    floor: Floats
    target: Floats
    beyond: Floats
    lower: Floats
    upper: Floats
    budget: Floats
    rho: Floats
    share_low: Floats
    share_high: Floats

    @property
    def n_rows(self) -> int:
        """Number of learners."""
        return int(self.soft.shape[1])

    @property
    def n_skills(self) -> int:
        """Number of skills."""
        return int(self.soft.shape[0])

    def take(self, rows: slice | NDArray[np.intp] | NDArray[np.bool_]) -> "Problem":
        """Return the problem of some rows, as contiguous arrays."""
        return Problem(*(np.ascontiguousarray(field[..., rows]) for field in self))  # type: ignore[arg-type]

    def shares(self) -> KindShares:
        """Split the weights by kind; parts of shape (n_skills, rows)."""
        return kind_shares(self.weight, self.soft, axis=0)


class Arguments(NamedTuple):
    """
    Arguments as they came, broadcast by views; parts of them are checked when they are taken.

    Attributes
    ----------
    soft : ndarray of bool, shape (rows or 1, n_skills or 1)
    of_skill : mapping of str to ndarray, shape (rows or 1, n_skills or 1)
    of_row : mapping of str to ndarray, shape (rows or 1,)
    given : mapping of str to ndarray
        All of them in the shape they came in, for errors to point into.
    shape : tuple of int
        Leading axes and number of skills.
    """

    soft: NDArray[np.bool_]
    of_skill: Mapping[str, Floats]
    of_row: Mapping[str, Floats]
    given: Mapping[str, Floats]
    shape: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        """Number of learners."""
        return math.prod(self.shape[:-1])

    @property
    def problem(self) -> Problem:
        """The problem of all rows, any of which may be refused by an error."""
        return self.part(slice(None), errors="raise")[0]

    def part(self, rows: slice, *, errors: OnError) -> tuple[Problem, dict[int, str]]:
        """
        Take some rows, turned and checked; say which are refused, by position in the part.

        A refused row is replaced by a harmless one, so that its neighbors can be solved with it
        in place.

        Raises
        ------
        InvalidValueError
            If a value is outside its range and *errors* is ``"raise"``.
        """
        n_rows = len(range(*rows.indices(self.n_rows)))
        shape = (self.shape[-1], n_rows)
        # NaN passes no comparison.
        fields: list[Floats] = [
            np.ndarray(shape, np.float64, x, strides=(0, 0))
            if x.size == 1 and low <= x.item() <= high
            else _NONE
            for x, (low, high) in zip(self.of_skill.values(), _OF_SKILL.values(), strict=True)
        ]
        own = [i for i, field in enumerate(fields) if field is _NONE]
        skill = np.empty((len(own), *shape))
        given = tuple(self.of_skill.values())
        for i, column in zip(own, skill, strict=True):
            column[...] = _cut(given[i], rows)
            fields[i] = column
        row = np.empty((len(_OF_ROW), n_rows))
        for i, x in enumerate(self.of_row.values()):
            row[i] = _cut(x, rows)
        soft = np.empty(shape, dtype=np.bool_)
        soft[...] = _cut(self.soft, rows)
        refused: dict[int, str] = {}
        least, most = _SKILL_LOW[own], _SKILL_HIGH[own]
        good = skill >= least
        good &= skill <= most
        good_row = (row >= _ROW_LOW) & (row <= _ROW_HIGH)
        uncrossed = row[2] <= row[3]
        if not (every(good) and every(good_row) and every(uncrossed)):
            fits = good.all(axis=(0, 1)) & good_row.all(axis=0) & uncrossed
            bad = np.nonzero(~fits)[0]
            if errors == "raise":
                self._raise_first()
            refused = {int(i): _first_fault([x[:, i] for x in fields], row[:, i]) for i in bad}
            skill[:, :, bad] = np.clip(1.0, least, most)
            row[:, bad] = np.clip(1.0, _ROW_LOW, _ROW_HIGH)
        weight, level, learning, forgetting, weeks, floor, target, beyond, lower, upper = fields
        budget, rho, low, high = row
        problem = Problem(
            weight=weight,
            soft=soft,
            proficiency=level,
            learning_rate=learning,
            forgetting_rate=forgetting,
            weeks=weeks,
            floor=floor,
            target=target,
            beyond=beyond,
            lower=lower,
            upper=upper,
            budget=budget,
            rho=rho,
            share_low=low,
            share_high=high,
        )
        return problem, refused

    def _raise_first(self) -> NoReturn:
        """Raise the first fault of all rows, with its place in the argument as it came."""
        for name, value in self.given.items():
            _require(name, value)
        low, high = np.broadcast_arrays(self.of_row["soft_share[0]"], self.of_row["soft_share[1]"])
        first = np.nonzero(low > high)[0][0]
        raise _crossed(low[first], high[first])


def read_arguments(
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    *,
    budget: ArrayLike,
    horizon_weeks: ArrayLike,
    floor: ArrayLike,
    target: ArrayLike,
    beyond: ArrayLike,
    rho: ArrayLike,
    min_hours: ArrayLike,
    max_hours: ArrayLike,
    soft_share: tuple[ArrayLike, ArrayLike],
) -> Arguments:
    """
    Broadcast arguments without copying them.

    Raises
    ------
    InvalidValueError
        If an argument is no array of numbers or has no place in the broadcast shape.
    """
    mask = boolean_array("soft", soft)
    try:
        low, high = soft_share
    except (TypeError, ValueError):
        raise InvalidValueError("soft_share", "a pair (low, high)", soft_share) from None
    of_skill = {
        "weight": weight,
        "proficiency": proficiency,
        "learning_rate": learning_rate,
        "forgetting_rate": forgetting_rate,
        "horizon_weeks": horizon_weeks,
        "floor": floor,
        "target": target,
        "beyond": beyond,
        "min_hours": min_hours,
        "max_hours": max_hours,
    }
    of_row = {"budget": budget, "rho": rho, "soft_share[0]": low, "soft_share[1]": high}
    skill_arrays = {name: number_array(name, value) for name, value in of_skill.items()}
    row_arrays = {name: number_array(name, value) for name, value in of_row.items()}
    shape = _broadcast_shape(mask, skill_arrays, row_arrays)
    return Arguments(
        soft=_flat(mask, shape),
        of_skill={name: _flat(x, shape) for name, x in skill_arrays.items()},
        of_row={name: _flat(x[..., None], shape)[:, 0] for name, x in row_arrays.items()},
        given={**skill_arrays, **row_arrays},
        shape=shape,
    )


def _cut(x: NDArray[_Any], rows: slice) -> NDArray[_Any]:
    """Take some rows and turn them; a single row stands for all."""
    return x.T if x.shape[0] == 1 else x[rows].T


def _flat(x: NDArray[_Any], shape: tuple[int, ...]) -> NDArray[_Any]:
    """Give *x* two axes, (rows or 1, n_skills or 1); an axis that only repeats is left out."""
    if x.ndim <= 1:
        x = x.reshape(1, -1)
    elif x.ndim > 2 or len(shape) > 2:
        x = np.broadcast_to(x, (*shape[:-1], x.shape[-1]))
        x = x[(0,) * (x.ndim - 1)][None] if not any(x.strides[:-1]) else x.reshape(-1, x.shape[-1])
    if 0 in x.strides:
        rows, columns = (slice(None if stride else 1) for stride in x.strides)
        x = x[rows, columns]
    return x


def _broadcast_shape(
    mask: NDArray[np.bool_], of_skill: Mapping[str, Floats], of_row: Mapping[str, Floats]
) -> tuple[int, ...]:
    """Return leading axes and number of skills; name the argument that does not fit."""
    shape: tuple[int, ...] = mask.shape if mask.ndim else (1,)
    shapes = {name: x.shape for name, x in of_skill.items()}
    shapes.update((name, (*x.shape, 1)) for name, x in of_row.items())
    for name, own in shapes.items():
        if own in ((), (1,), shape, (*shape[:-1], 1)):
            continue
        try:
            shape = np.broadcast_shapes(shape, own)
        except ValueError:
            rule = f"of a shape that broadcasts to {shape}, skills last"
            given = own if name in of_skill else own[:-1]
            raise InvalidValueError(name, rule, given) from None
    return shape


def _first_fault(skill: Sequence[Floats], row: Floats) -> str:
    """Phrase the first fault of one learner."""
    values = (*skill, *row)
    try:
        for name, value in zip((*_OF_SKILL, *_OF_ROW), values, strict=True):
            _require(name, value)
    except InvalidValueError as error:
        return str(error)
    return str(_crossed(row[2], row[3]))


def _require(name: str, value: Floats) -> None:
    """Raise if an argument holds a value outside its range."""
    low, high = {**_OF_SKILL, **_OF_ROW}[name]
    if high < np.inf:
        finite_array(name, value)
    array_in(name, value, low, np.inf if high == _LARGEST else high)


def _crossed(low: float, high: float) -> InvalidValueError:
    pair = (float(low), float(high))
    return InvalidValueError("soft_share", "a pair with low <= high", pair)
