"""What an organization's ratings teach: a rater model, each of its numbers with its error."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from skillbalance.errors import InvalidValueError
from skillbalance.model._record import Record, Result
from skillbalance.model.columns import RaterColumns
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
