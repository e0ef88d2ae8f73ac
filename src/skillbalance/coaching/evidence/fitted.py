"""What a fit of variances says about raters: the model, its numbers and their standard errors."""

from typing import Any, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.evidence.rating_columns import GivenRatings
from skillbalance.coaching.evidence.ratings import KINDS
from skillbalance.model._items import FrozenMapping
from skillbalance.model.columns import RaterColumns, lock
from skillbalance.model.estimates import RaterModel, RaterNoise
from skillbalance.model.rater_fit import FitStatus, FittedParameter, RaterFit
from skillbalance.numeric.evidence.rater_fit import VarianceFit
from skillbalance.numeric.evidence.rater_identify import Defaults
from skillbalance.numeric.evidence.rater_layout import Ratings


class Organization(NamedTuple):
    """The ratings as the numeric floor takes them, and what the positions stand for."""

    ratings: Ratings
    defaults: Defaults
    kinds: list[int]  # positions in KINDS of the kinds that rated
    noise: list[RaterNoise]  # of each of them, by default
    reference: int  # position in kinds
    offset: list[int]  # column of each kind's leniency; -1: held
    levels: NDArray[Any]  # ids of the skills whose level is learned; none where there is a shift
    rater: NDArray[np.intp]  # number of each rater, as given


def read_fit(
    given: GivenRatings,
    organization: Organization,
    fit: VarianceFit,
    model: RaterModel,
    wished: frozenset[str],
) -> RaterFit:
    """
    Turn the variances back into a rater model, with the standard error of each of its numbers.

    Parameters
    ----------
    given : GivenRatings
        The table that was read.
    organization : Organization
        What the positions stand for.
    fit : VarianceFit
        What was found.
    model : RaterModel
        What was held where the data could not tell.
    wished : frozenset of str
        What was held on request.
    """
    ratings = organization.ratings
    prior_sd = max(float(np.sqrt(fit.variances.prior)), 1e-3)
    parameters = [_prior(fit, prior_sd, wished), _ageing(fit, wished)]
    kinds = dict(model.kinds)
    leniency = np.zeros(ratings.n_kinds)
    for s, position in enumerate(organization.kinds):
        found = _noise(
            fit, organization, s, prior_sd=prior_sd, default_sd=model.prior_sd, wished=wished
        )
        parameters += found
        value = {one.name: one.value for one in found}
        kinds[KINDS[position].value] = RaterNoise(**value)
        leniency[s] = value["leniency"] * prior_sd
    fixed = fit.at_best.fixed
    learned = len(organization.levels) > 0
    return RaterFit(
        rater_model=attrs.evolve(
            model, kinds=kinds, prior_sd=prior_sd, ageing_per_year=fit.variances.ageing
        ),
        parameters=tuple(parameters),
        reference=KINDS[organization.kinds[organization.reference]].value,
        level_shift=None if learned else float(fixed[0]),
        levels=FrozenMapping(
            zip(organization.levels.tolist(), fixed.tolist(), strict=False) if learned else ()
        ),
        raters=_raters(given, organization, fit, leniency),
        n_ratings=len(ratings.rating),
        n_people=int(ratings.person.max()) + 1,
        n_skills=len(np.unique(given.skill[given.heard])),
        n_raters=len(organization.rater),
        log_likelihood=fit.log_likelihood,
        n_steps=fit.n_steps,
        converged=fit.converged,
        n_raters_cut=fit.n_cut,
    )


def _raters(
    given: GivenRatings,
    organization: Organization,
    fit: VarianceFit,
    leniency: NDArray[np.float64],
) -> RaterColumns:
    """List the raters who are known by an id, and the people who rated themselves."""
    ratings = organization.ratings
    kind = np.zeros(len(organization.rater), dtype=np.intp)
    kind[ratings.rater] = ratings.kind
    shown = np.flatnonzero((organization.rater < given.n_named) & ratings.severe[kind])
    ids = np.empty(len(shown), dtype=np.object_)
    ids[:] = [given.who(number) for number in organization.rater[shown].tolist()]
    values = np.array([KINDS[k].value for k in organization.kinds], dtype=np.object_)
    return lock(
        RaterColumns(
            rater_kind=values[kind[shown]],
            rater_id=ids,
            leniency=leniency[kind[shown]] + fit.at_best.severity[shown],
            sd=np.sqrt(np.maximum(fit.at_best.severity_variance[shown], 0.0)),
            n_ratings=np.bincount(ratings.rater)[shown].astype(np.int64),
        )
    )


def _prior(fit: VarianceFit, prior_sd: float, wished: frozenset[str]) -> FittedParameter:
    """Return the spread of people."""
    return _parameter(
        "prior_sd",
        value=prior_sd,
        error=float(np.sqrt(fit.covariance[0, 0])) / (2.0 * prior_sd),
        held=fit.held.prior,
        at_limit=bool(fit.at_limit[0]),
        asked="prior_sd" in wished,
        reason="what people differ in cannot be told from the noise of their raters",
    )


def _ageing(fit: VarianceFit, wished: frozenset[str]) -> FittedParameter:
    """Return what a year does."""
    return _parameter(
        "ageing_per_year",
        value=fit.variances.ageing,
        error=float(np.sqrt(fit.covariance[-1, -1])),
        held=fit.held.ageing,
        at_limit=bool(fit.at_limit[-1]),
        asked="ageing_per_year" in wished,
        reason="too few ratings differ in age",
    )


def _noise(
    fit: VarianceFit,
    organization: Organization,
    s: int,
    *,
    prior_sd: float,
    default_sd: float,
    wished: frozenset[str],
) -> list[FittedParameter]:
    """Return the four numbers of one kind, variances in units of the prior's."""
    ratings, n, held = organization.ratings, organization.ratings.n_kinds, fit.held
    kind, default = KINDS[organization.kinds[s]].value, organization.noise[s]
    unit = prior_sd**2
    at = (1 + s, 1 + n + s, 1 + 2 * n + s)
    shared, severity, particular = (
        float(part[s])
        for part in (fit.variances.shared, fit.variances.severity, fit.variances.particular)
    )
    at_limit = [bool(fit.at_limit[place]) for place in at]
    if at_limit[1]:
        severity = 0.0
    own = severity + particular
    column = organization.offset[s]
    place = ratings.n_levels + column
    lenient = 0.0 if column < 0 else float(fit.at_best.fixed[place])
    # Derivatives with respect to the prior's variance and the components, in their flat order.
    slopes = np.zeros((4, len(fit.covariance)))
    slopes[0, [0, at[1], at[2]]] = (-own / unit**2, 1.0 / unit, 1.0 / unit)
    slopes[1, [0, at[0]]] = (-shared / unit**2, 1.0 / unit)
    slopes[2, [at[1], at[2]]] = (particular / own**2, -severity / own**2)
    slopes[3, 0] = -0.5 * lenient / prior_sd**3
    variance = np.einsum("ij,jk,ik->i", slopes, fit.covariance, slopes)
    if column >= 0:
        variance[3] += fit.at_best.fixed_covariance[place, place] / unit
    errors = np.sqrt(np.maximum(variance, 0.0)).tolist()
    few = f"too few {kind} ratings"
    return [
        _parameter(
            "own_variance",
            kind=kind,
            value=default.own_variance if held.own[s] else _within(own / unit, 1e-6, 1e6),
            error=errors[0],
            held=bool(held.own[s]),
            at_limit=at_limit[2],
            asked="own_variance" in wished,
            reason=f"{few} whose noise can be told from what people differ in",
        ),
        _parameter(
            "shared_variance",
            kind=kind,
            value=default.shared_variance
            if held.shared[s]
            else 0.0
            if at_limit[0]
            else min(shared / unit, 1e6),
            error=errors[1],
            held=bool(held.shared[s]),
            at_limit=at_limit[0],
            asked="shared_variance" in wished,
            reason=f"{few} of skills that two of the kind and another kind rated",
        ),
        _parameter(
            "severity_part",
            kind=kind,
            value=default.severity_part if held.part[s] else min(severity / own, 0.99),
            error=errors[2],
            held=bool(held.part[s]),
            at_limit=at_limit[1],
            asked=bool({"severity_part", "own_variance"} & wished),
            reason=f"{few} by raters of several skills"
            if ratings.severe[s]
            else "by default the kind has no severity",
        ),
        _parameter(
            "leniency",
            kind=kind,
            # What is held is held in proficiency, whatever the spread of people turns out to be.
            value=_within(lenient / prior_sd, -10.0, 10.0)
            if column >= 0
            else default.leniency * default_sd / prior_sd,
            error=errors[3],
            held=column < 0,
            at_limit=False,
            asked="leniency" in wished,
            reason="the others' leniency is told against it"
            if s == organization.reference
            else f"{few} that can be compared with other kinds",
        ),
    ]


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _parameter(
    name: str,
    *,
    kind: str | None = None,
    value: float,
    error: float,
    held: bool,
    at_limit: bool,
    asked: bool,
    reason: str,
) -> FittedParameter:
    """Put a parameter together; only what was learned has a standard error."""
    status: FitStatus = "learned"
    if held:
        status, reason = "held", "held on request" if asked else reason
    elif at_limit:
        status, reason = "at limit", "the ratings want it as small as it may be"
    else:
        reason = ""
    return FittedParameter(
        name=name,
        rater_kind=kind,
        value=value,
        standard_error=error if status == "learned" else None,
        status=status,
        reason=reason,
    )
