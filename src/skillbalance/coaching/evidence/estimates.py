"""Estimate proficiencies from everybody's ratings: leniency, severity, age and the prior."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.days import DAYS_PER_YEAR
from skillbalance.coaching.evidence.ratings import (
    KINDS,
    SELF,
    RatingInputs,
    gather_ratings,
)
from skillbalance.model.estimates import (
    BlindSpot,
    Evidence,
    EvidenceLevel,
    HeardRating,
    ProficiencyEstimate,
    ProficiencyEstimates,
    RaterModel,
    RaterSeverity,
)
from skillbalance.model.profile import Profile
from skillbalance.model.rating import Tone
from skillbalance.numeric.evidence.fusion import Fusion, contrast
from skillbalance.numeric.evidence.robust import robust_weights
from skillbalance.numeric.normal import HALF_WIDTH
from skillbalance.reference.defaults import RaterPreset

__all__ = ["estimate_proficiency", "interval_of"]


def estimate_proficiency(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> ProficiencyEstimates:
    r"""
    Estimate every proficiency of a profile from all its ratings at once.

    .. math:: y = \theta_i + \beta_r + u_{i,s} + e, \qquad \theta_i \sim N(m_i, \tau^2)

    A rating :math:`y` is the proficiency :math:`\theta`, the leniency :math:`\beta` of its rater,
    what raters of one kind share about one skill, and its own noise, which grows with age; the
    prior :math:`m_i` is the level that field and stage expect. One solve gives all skills and
    all raters: a rater who is severe everywhere is found out and corrected. A rating far from
    what everything else leads one to expect loses weight.

    Parameters
    ----------
    profile : Profile
        Field, stage, skills, assessments and feedback.
    as_of : datetime.date
        Day to estimate for; later ratings are ignored, earlier ones aged to it.
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted: ``"specific"`` for ratings of one anchored
        skill, ``"job_performance"`` for the noisier ratings of work as a whole, or your own. Its
        ``huber_threshold`` says from where on a rating loses weight; None keeps all weights.

    Returns
    -------
    ProficiencyEstimates
        One item per skill, in profile order, each with the trail of what it rests on; severities
        of raters; the posterior covariance. For those who may see the profile: to the person
        rated show :func:`~skillbalance.break_down_sources`.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in; names the nearest ones.
    UnknownElementError
        If a skill names an O*NET element that is not in the table.
    InvalidValueError
        If *rater_model* is no preset, or lacks a kind that rated.

    Notes
    -----
    All self-ratings are by one rater, the person, whatever their ``rater_id``. Others are told
    apart by kind and id; without an id each rating, and each feedback item, is by somebody new.
    The order of assessments and feedback does not matter. A skill that nobody rated has the
    prior and evidence level ``"none"``.

    A feedback item is read as a rating of each of its skills: 0.75 tau above the expected level
    for a strength, as much below it for a growth area. It has twice the own variance of its rater
    kind, of which the rater's severity is the same as in this rater's ratings; its comment goes
    into the trail and is not parsed.

    Robust weights are those of :mod:`skillbalance.numeric.evidence.robust`. One more rating never
    widens an interval unless it makes another one look wild: then that one's weight falls, as the
    trail shows.

    The posterior is normal and may reach past [0, 1]: mean and interval are clipped, ``sd`` and
    the covariance are not. Blind spots compare the self-rating less *expected* leniency with what
    all others say, see :func:`skillbalance.numeric.evidence.fusion.contrast_kind`: there others
    have the robust weights they have without the self-rating, and a self-rating has its full
    weight.

    References
    ----------
    Conway, J. M., & Huffcutt, A. I. (1997). Psychometric properties of multisource performance
    ratings. Human Performance 10, 331-360. doi:10.1207/s15327043hup1004_2

    Heidemeier, H., & Moser, K. (2009). Self-other agreement in job performance ratings. Journal
    of Applied Psychology 94, 353-370. doi:10.1037/0021-9010.94.2.353

    Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical
    Statistics 35, 73-101. doi:10.1214/aoms/1177703732

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="listening", kind="soft")],
    ...     assessments=[
    ...         sb.Assessment(
    ...             skill_id="sql",
    ...             rating=80,
    ...             scale="percent",
    ...             assessed_on=dt.date(2026, 3, 2),
    ...             rater_kind="self",
    ...         ),
    ...         sb.Assessment(
    ...             skill_id="sql",
    ...             rating=60,
    ...             scale="percent",
    ...             assessed_on=dt.date(2026, 3, 2),
    ...             rater_kind="supervisor",
    ...             rater_id="grace",
    ...         ),
    ...     ],
    ... )
    >>> estimates = sb.estimate_proficiency(profile, as_of=dt.date(2026, 3, 2))
    >>> sql = estimates["sql"]
    >>> round(sql.mean, 2), sql.evidence.level
    (0.61, 'single')
    >>> {source: round(share, 2) for source, share in sql.shares.items()}
    {'prior': 0.24, 'self': 0.16, 'supervisor': 0.61}
    >>> round(sql.blind_spot.value, 3), estimates["listening"].evidence.level
    (0.136, 'none')
    """
    inputs = gather_ratings(profile, as_of=as_of, rater_model=rater_model)
    fusion = inputs.fuse()
    return ProficiencyEstimates(
        items=_items(profile, fusion, inputs, as_of),
        as_of=as_of,
        severities=_severities(inputs, fusion),
        covariance_diagonal=fusion.covariance_diagonal,
        covariance_factor=fusion.covariance_factor,
    )


def interval_of(
    mean: NDArray[np.float64], sd: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean, low and high end of the 90 % intervals of normal posteriors, all in [0, 1]."""
    middle, low, high = (
        np.clip(mean + width * sd, 0.0, 1.0) for width in (0.0, -HALF_WIDTH, HALF_WIDTH)
    )
    return middle, low, high


def _items(
    profile: Profile, fusion: Fusion, inputs: RatingInputs, as_of: dt.date
) -> tuple[ProficiencyEstimate, ...]:
    """Turn the arrays of a posterior back into one record per skill."""
    sd = np.sqrt(fusion.variance)
    mean, low, high = (array.tolist() for array in interval_of(fusion.mean, sd))
    trails = _trails(profile, fusion, inputs, as_of)
    by_rating = inputs.columns["rater"].tolist()
    spoke: dict[str, set[int]] = {skill.id: set() for skill in profile.skills}
    for said, rater in zip(inputs.heard, by_rating, strict=True):
        spoke[said.skill_id].add(rater)
    rows = zip(
        profile.skills,
        mean,
        sd.tolist(),
        zip(low, high, strict=True),
        fusion.prior_share.tolist(),
        fusion.kind_share.tolist(),
        _blind_spots(inputs),
        strict=True,
    )
    return tuple(
        ProficiencyEstimate(
            skill_id=skill.id,
            mean=middle,
            sd=spread,
            interval=interval,
            shares={"prior": prior}
            | {kind.value: part for kind, part in zip(KINDS, parts, strict=True) if part > 0.0},
            blind_spot=blind_spot,
            evidence=_evidence(trails[skill.id], [inputs.raters[r] for r in spoke[skill.id]]),
            trail=trails[skill.id],
        )
        for skill, middle, spread, interval, prior, parts, blind_spot in rows
    )


def _trails(
    profile: Profile, fusion: Fusion, inputs: RatingInputs, as_of: dt.date
) -> dict[str, tuple[HeardRating, ...]]:
    """List what was heard on each skill, oldest first."""
    found: dict[str, list[HeardRating]] = {skill.id: [] for skill in profile.skills}
    rows = zip(
        inputs.heard,
        inputs.weight.tolist(),
        inputs.deviation.tolist(),
        fusion.rating_share.tolist(),
        strict=True,
    )
    for said, weight, deviation, share in rows:
        found[said.skill_id].append(
            HeardRating(
                given_on=said.on,
                rater_kind=KINDS[said.kind],
                rater_id=said.rater_id,
                tone=Tone(said.tone) if said.tone else None,
                proficiency=said.proficiency,
                age_years=(as_of - said.on).days / DAYS_PER_YEAR,
                weight=weight,
                deviation=deviation,
                share=share,
                words=said.words,
            )
        )
    return {
        skill_id: tuple(sorted(trail, key=lambda entry: entry.given_on))
        for skill_id, trail in found.items()
    }


def _evidence(trail: tuple[HeardRating, ...], raters: list[tuple[int, str]]) -> Evidence:
    """Count ratings and raters of one skill."""
    others = sum(kind != SELF for kind, _ in raters)
    level: EvidenceLevel = "multiple"
    if others <= 1:
        level = "single" if others else "self" if raters else "none"
    return Evidence(
        n_ratings=len(trail),
        n_feedback=sum(entry.tone is not None for entry in trail),
        n_raters=len(raters),
        latest_on=trail[-1].given_on if trail else None,
        level=level,
    )


def _blind_spots(inputs: RatingInputs) -> list[BlindSpot | None]:
    """
    Compare the self-rating of each skill with everybody else's.

    A self-rating far from what others say is what is looked for: it keeps its full weight, and has
    no part in the weights of the others.
    """
    mine = inputs.data.kind == SELF
    if mine.all() or not mine.any():
        return [None] * len(inputs.prior_mean)
    noise = inputs.columns["noise_variance"].copy()
    data = inputs.data._replace(noise=noise)
    noise[~mine] /= robust_weights(data.only(~mine), inputs.model.huber_threshold).weight
    found = contrast(data, SELF)
    return [
        None if np.isnan(value) else BlindSpot(value=value, standard_error=error)
        for value, error in zip(found.value.tolist(), found.standard_error.tolist(), strict=True)
    ]


def _severities(inputs: RatingInputs, fusion: Fusion) -> tuple[RaterSeverity, ...]:
    """List those raters whose severity is a quantity of theirs: known by id, and of such a kind."""
    raters = inputs.raters
    n_ratings = np.bincount(inputs.columns["rater"], minlength=len(raters)).tolist()
    found = [
        (kind, rater_id, r)
        for r, (kind, rater_id) in enumerate(raters)
        # Nobody can ask after a rater without an id, whose one rating this would give away.
        if inputs.columns["severity_variance"][r] > 0.0 and (kind == SELF or rater_id)
    ]
    return tuple(
        RaterSeverity(
            rater_kind=KINDS[kind],
            rater_id=rater_id,
            leniency=float(fusion.severity_mean[r]),
            sd=float(np.sqrt(fusion.severity_variance[r])),
            n_ratings=n_ratings[r],
        )
        for kind, rater_id, r in sorted(found)
    )
