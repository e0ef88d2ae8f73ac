"""What an organization's ratings teach: a rater model with errors; estimates as columns."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.errors import InvalidValueError
from skillbalance.model._record import Record, Result
from skillbalance.model.estimates import RaterModel

FitStatus: TypeAlias = Literal["learned", "held", "at limit"]


@attrs.frozen(kw_only=True)
class FittedParameter(Record):
    """
    One number of a learned rater model, and how well the data know it.

    Attributes
    ----------
    name : str
        The attribute of :class:`RaterModel` or :class:`RaterNoise`: ``"own_variance"``.
    rater_kind : str or None
        The kind it belongs to; None for the numbers that all kinds share.
    value : float
        In the unit of that attribute.
    standard_error : float or None
        Of the value; None where it was not learned or stands at its limit.
    status : str
        ``"learned"``; ``"held"`` at the default, because the data cannot tell or because it was
        asked for; ``"at limit"``: the data want it as small as it may be.
    reason : str
        Why it was not learned, in one sentence; empty where it was.
    """

    name: str
    rater_kind: str | None
    value: float
    standard_error: float | None
    status: FitStatus
    reason: str


@attrs.frozen(kw_only=True, eq=False)
class RaterColumns(Record):
    """
    One entry per rater who is known by an id, and per person who rated themselves.

    All arrays have shape (n_raters,) and are read-only; by kind, then id.

    Attributes
    ----------
    rater_kind : ndarray of str
        Value of the kind.
    rater_id : ndarray
        Who it is; the person's id for a self-rating.
    leniency : ndarray
        How far above the truth this rater rates; negative for a severe one. The leniency of the
        kind is included. [proficiency]
    sd : ndarray
        Standard deviation of what is left to doubt. [proficiency]
    n_ratings : ndarray of int
        Ratings it was learned from.
    """

    rater_kind: NDArray[np.object_]
    rater_id: NDArray[Any]
    leniency: NDArray[np.float64]
    sd: NDArray[np.float64]
    n_ratings: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of raters."""
        return len(self.rater_id)

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, as data frames and Arrow tables take them."""
        return attrs.asdict(self, recurse=False)


@attrs.frozen(kw_only=True, eq=False)
class RaterFit(Result):
    """
    A rater model learned from an organization's ratings.

    Attributes
    ----------
    rater_model : RaterModel
        Give it as ``rater_model`` to any verb. Kinds that did not rate have the default noise.
    parameters : tuple of FittedParameter
        Every number of the model for the kinds that rated, with its standard error.
    reference : str
        The rater kind whose leniency was held: the data tell leniency only against others.
    level_shift : float or None
        How far the people are above the prior means that were given, on average; None where
        levels were learned. [proficiency]
    levels : Mapping
        Mean proficiency by skill id, where no prior means were given. [proficiency]
    raters : RaterColumns
        How severe each rater was found to be.
    n_ratings, n_people, n_skills, n_raters : int
        What it was learned from.
    log_likelihood : float
        Restricted log likelihood, up to a constant: to compare fits to the same ratings with the
        same levels.
    n_steps : int
        How often the likelihood was computed.
    converged : bool
        Whether another step would change nothing that matters.
    n_raters_cut : int
        In very large organizations: raters who were treated as several, one in each part of the
        organization. Standard errors are then somewhat too small.
    """

    rater_model: RaterModel
    parameters: tuple[FittedParameter, ...]
    reference: str
    level_shift: float | None
    levels: Mapping[str, float]
    raters: RaterColumns
    n_ratings: int
    n_people: int
    n_skills: int
    n_raters: int
    log_likelihood: float
    n_steps: int
    converged: bool
    n_raters_cut: int

    def parameter(self, name: str, rater_kind: str | None = None) -> FittedParameter:
        """
        Return one of the parameters.

        Raises
        ------
        InvalidValueError
            If there is none of that name and kind.
        """
        for found in self.parameters:
            if (found.name, found.rater_kind) == (name, rater_kind):
                return found
        known = ", ".join(
            repr(one.name if one.rater_kind is None else (one.name, one.rater_kind))
            for one in self.parameters
        )
        raise InvalidValueError("parameter", f"one of {known}", (name, rater_kind))


@attrs.frozen(kw_only=True, eq=False)
class EstimateColumns(Record):
    """
    Estimates of many people: one entry per person and skill, a person's skills together.

    All arrays have shape (n_entries,) and are read-only. Where *fault* is not empty, numbers are
    NaN.

    Attributes
    ----------
    person_id, skill_id : ndarray
        Whom and what the entry is about: in the order of the table of skills if one was given,
        else sorted by person and skill.
    mean : ndarray
        Posterior mean, clipped to [0, 1].
    sd : ndarray
        Posterior standard deviation, before any clipping. [proficiency]
    low, high : ndarray
        90 % credible interval, clipped to [0, 1].
    n_ratings : ndarray of int
        Ratings of the skill until the day of the estimate.
    shares : Mapping[str, ndarray]
        What each mean is made of: ``"prior"`` and every rater kind by value; they sum to 1.
    fault : ndarray of str
        Why there is no estimate; empty where there is one.
    faults : tuple of str
        What was wrong with the ratings, column by column, with the first rows.
    """

    person_id: NDArray[Any]
    skill_id: NDArray[Any]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_ratings: NDArray[np.int64]
    shares: Mapping[str, NDArray[np.float64]]
    fault: NDArray[np.object_]
    faults: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.mean)

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, shares as ``share_prior`` and so on, for data frames."""
        columns = attrs.asdict(self, recurse=False)
        del columns["faults"]
        shares = columns.pop("shares")
        return columns | {f"share_{source}": share for source, share in shares.items()}
