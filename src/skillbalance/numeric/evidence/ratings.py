"""
Ratings as arrays: arguments of the fusion checked and brought to one shape.

Skills, raters and kinds are positions; every rating has one of each.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.errors import InvalidValueError


class Ratings(NamedTuple):
    """The checked arguments; *deviation* is the rating less prior mean and expected leniency."""

    prior_mean: NDArray[np.float64]
    prior_variance: NDArray[np.float64]
    skill: NDArray[np.intp]
    rater: NDArray[np.intp]
    kind: NDArray[np.intp]
    deviation: NDArray[np.float64]
    noise: NDArray[np.float64]
    severity_mean: NDArray[np.float64]
    severity_variance: NDArray[np.float64]
    shared: NDArray[np.float64]

    def only(self, chosen: NDArray[np.bool_]) -> "Ratings":
        """Keep the chosen ratings; skills, raters and kinds stay as they are numbered."""
        return self._replace(
            skill=self.skill[chosen],
            rater=self.rater[chosen],
            kind=self.kind[chosen],
            deviation=self.deviation[chosen],
            noise=self.noise[chosen],
        )


def check_ratings(
    prior_mean: ArrayLike,
    prior_sd: ArrayLike,
    skill: ArrayLike,
    rater: ArrayLike,
    kind: ArrayLike,
    rating: ArrayLike,
    noise_variance: ArrayLike,
    severity_mean: ArrayLike,
    severity_variance: ArrayLike,
    shared_variance: ArrayLike,
) -> Ratings:
    """Refuse what is not finite, out of range or of the wrong shape."""
    mean = _shaped("prior_mean", finite_array("prior_mean", prior_mean), None)
    sd = _shaped("prior_sd", _finite("prior_sd", prior_sd, open_low=True), mean.shape)
    lenient = _shaped("severity_mean", finite_array("severity_mean", severity_mean), None)
    spread = _finite("severity_variance", severity_variance)
    shared = _shaped("shared_variance", _finite("shared_variance", shared_variance), None)
    noise = _finite("noise_variance", noise_variance, open_low=True)
    y = _shaped("rating", finite_array("rating", rating), None)
    on = check_positions("skill", skill, len(mean), y.shape)
    by = check_positions("rater", rater, len(lenient), y.shape)
    return Ratings(
        prior_mean=mean,
        prior_variance=np.square(sd),
        skill=on,
        rater=by,
        kind=check_positions("kind", kind, len(shared), y.shape),
        deviation=y - mean[on] - lenient[by],
        noise=_shaped("noise_variance", noise, y.shape),
        severity_mean=lenient,
        severity_variance=_shaped("severity_variance", spread, lenient.shape),
        shared=shared,
    )


def _finite(name: str, value: ArrayLike, *, open_low: bool = False) -> NDArray[np.float64]:
    """Return *value* as an array of finite numbers of at least 0, or above it."""
    return array_in(name, finite_array(name, value), 0.0, np.inf, open_low=open_low)


def _shaped(
    name: str, array: NDArray[np.float64], shape: tuple[int, ...] | None
) -> NDArray[np.float64]:
    """Return *array* in *shape*, or as it is if that is None and it has one axis."""
    if shape is None:
        if array.ndim != 1:
            raise InvalidValueError(name, "of one axis", array.shape)
        return array
    if array.ndim and array.shape != shape:
        raise InvalidValueError(name, f"of shape {shape}", array.shape)
    return np.broadcast_to(array, shape)


def check_positions(
    name: str,
    value: ArrayLike,
    length: int,
    shape: tuple[int, ...] | None,
    *,
    lowest: int = 0,
) -> NDArray[np.intp]:
    """Return *value* as positions below *length*, in *shape*, or on one axis if that is None."""
    array = np.asarray(value)
    if shape is None and array.ndim != 1:
        raise InvalidValueError(name, "of one axis", array.shape)
    if shape is not None and array.shape != shape:
        raise InvalidValueError(name, f"of shape {shape}", array.shape)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidValueError(name, "an array of integers", value)
    outside = (array < lowest) | (array >= length)
    if outside.any():
        rule = f"positions {f'from {lowest} to ' if lowest else ''}below {length}"
        raise InvalidValueError(name, rule, int(array[outside].flat[0]))
    return array.astype(np.intp)


def frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mark an array of a result read-only."""
    array.flags.writeable = False
    return array
