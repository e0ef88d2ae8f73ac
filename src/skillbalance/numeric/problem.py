"""
The allocation problem as arrays: arguments checked, broadcast and cut into rows.

A *row* is one learner, and inside the arrays are turned: what belongs to a skill has shape
(n_skills, rows), what belongs to a learner (rows,). Sums over skills then add whole rows of
memory in one fixed order: fast, and no result depends on its neighbors. Broadcasting makes views,
never copies; a part taken out is contiguous.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.readiness import KindShares, kind_shares

Floats: TypeAlias = NDArray[np.float64]
OnError: TypeAlias = Literal["raise", "mark"]

_LARGEST = float(np.finfo(np.float64).max)

# Closed ranges. The ends that are no definition keep products such as k h W finite.
_PER_SKILL: Mapping[str, tuple[float, float]] = {
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
_PER_ROW: Mapping[str, tuple[float, float]] = {
    "budget": (0.0, 1e6),
    "rho": (-1e3, 1.0),
    "soft_share[0]": (0.0, 1.0),
    "soft_share[1]": (0.0, 1.0),
}


@attrs.frozen(kw_only=True, eq=False)
class Problem:
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
        return Problem(
            **{name: np.ascontiguousarray(getattr(self, name)[..., rows]) for name in _FIELDS}
        )

    def shares(self) -> KindShares:
        """Split the weights by kind; parts of shape (n_skills, rows)."""
        return kind_shares(self.weight, self.soft, axis=0)


_FIELDS = tuple(field.name for field in attrs.fields(Problem))


@attrs.frozen(kw_only=True, eq=False)
class Arguments:
    """A problem whose rows may be refused: the shape it came in, and what is wrong where."""

    problem: Problem
    shape: tuple[int, ...]
    refused: Mapping[int, str]


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
    errors: OnError,
) -> Arguments:
    """
    Check and broadcast; raise at the first fault, or with ``errors="mark"`` list refused rows.

    A refused row is replaced by a harmless one (no weights, no hours), so that its neighbors
    are solved with it in place.

    Raises
    ------
    InvalidValueError
        If an argument has no place in the broadcast shape, or, unless rows are marked, holds a
        value outside its range.
    """
    if errors not in ("raise", "mark"):
        raise InvalidValueError("errors", "'raise' or 'mark'", errors)
    mask = np.asarray(soft)
    if mask.dtype != np.bool_:
        raise InvalidValueError("soft", "a boolean array", soft)
    try:
        low, high = soft_share
    except (TypeError, ValueError):
        raise InvalidValueError("soft_share", "a pair (low, high)", soft_share) from None
    per_skill = dict(
        zip(
            _PER_SKILL,
            (
                weight,
                proficiency,
                learning_rate,
                forgetting_rate,
                horizon_weeks,
                floor,
                target,
                beyond,
                min_hours,
                max_hours,
            ),
            strict=True,
        )
    )
    per_row = dict(zip(_PER_ROW, (budget, rho, low, high), strict=True))
    ranges = {**_PER_SKILL, **_PER_ROW}
    arrays = {
        name: _array(name, value, ranges[name], errors)
        for name, value in {**per_skill, **per_row}.items()
    }
    if errors == "raise" and (arrays["soft_share[0]"] > arrays["soft_share[1]"]).any():
        raise InvalidValueError("soft_share", "a pair with low <= high", soft_share)
    shape = _broadcast_shape(mask, arrays)
    n_rows, n_skills = int(np.prod(shape[:-1], dtype=np.int64)), shape[-1]
    flat = {
        name: np.broadcast_to(x, shape).reshape(n_rows, n_skills)
        if name in _PER_SKILL
        else np.broadcast_to(x, shape[:-1]).reshape(n_rows)
        for name, x in arrays.items()
    }
    refused = _refused_rows(flat, ranges) if errors == "mark" else {}
    if refused:
        bad = np.fromiter(refused, dtype=np.intp, count=len(refused))
        flat = {name: _overwritten(x, bad, *ranges[name]) for name, x in flat.items()}
    turned = {name: x.T for name, x in flat.items()}
    problem = Problem(
        weight=turned["weight"],
        soft=np.broadcast_to(mask, shape).reshape(n_rows, n_skills).T,
        proficiency=turned["proficiency"],
        learning_rate=turned["learning_rate"],
        forgetting_rate=turned["forgetting_rate"],
        weeks=turned["horizon_weeks"],
        floor=turned["floor"],
        target=turned["target"],
        beyond=turned["beyond"],
        lower=turned["min_hours"],
        upper=turned["max_hours"],
        budget=turned["budget"],
        rho=turned["rho"],
        share_low=turned["soft_share[0]"],
        share_high=turned["soft_share[1]"],
    )
    return Arguments(problem=problem, shape=shape, refused=refused)


def _array(
    name: str, value: ArrayLike, limits: tuple[float, float], errors: OnError
) -> NDArray[np.float64]:
    """Return *value* as floats; out-of-range entries raise, or stay for the marking of rows."""
    if errors == "raise":
        return array_in(name, value, *limits)
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidValueError(name, "an array of numbers", value) from None


def _broadcast_shape(
    mask: NDArray[np.bool_], arrays: Mapping[str, NDArray[np.float64]]
) -> tuple[int, ...]:
    """Return leading axes and number of skills; name the argument that does not fit."""
    shape: tuple[int, ...] = mask.shape if mask.ndim else (1,)
    for name, array in arrays.items():
        own = array.shape if name in _PER_SKILL else (*array.shape, 1)
        try:
            shape = np.broadcast_shapes(shape, own)
        except ValueError:
            rule = f"of a shape that broadcasts to {shape}, skills last"
            raise InvalidValueError(name, rule, array.shape) from None
    return shape


def _refused_rows(
    flat: Mapping[str, NDArray[np.float64]], ranges: Mapping[str, tuple[float, float]]
) -> dict[int, str]:
    """Return the message of the first fault of each row that has one."""
    refused: dict[int, str] = {}
    for name, x in flat.items():
        low, high = ranges[name]
        fits = (x >= low) & (x <= high)
        for row in np.nonzero(~fits.reshape(x.shape[0], -1).all(axis=1))[0]:
            try:
                array_in(name, x[row], low, high)
            except InvalidValueError as error:
                refused.setdefault(int(row), str(error))
    crossed = flat["soft_share[0]"] > flat["soft_share[1]"]
    for row in np.nonzero(crossed)[0]:
        pair = (float(flat["soft_share[0]"][row]), float(flat["soft_share[1]"][row]))
        crossing = InvalidValueError("soft_share", "a pair with low <= high", pair)
        refused.setdefault(int(row), str(crossing))
    return dict(sorted(refused.items()))


def _overwritten(
    x: NDArray[np.float64], rows: NDArray[np.intp], low: float, high: float
) -> NDArray[np.float64]:
    """Return *x* with something harmless in *rows*, so that their neighbors can be solved."""
    filled = np.array(x)
    filled[rows] = min(max(1.0, low), high)
    return filled
