"""Estimate proficiencies from everybody's ratings: leniency, severity, age and the prior."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, instance
from skillbalance.errors import InvalidValueError
from skillbalance.model.estimates import (
    BlindSpot,
    Evidence,
    EvidenceLevel,
    ProficiencyEstimate,
    ProficiencyEstimates,
    RaterModel,
    RaterNoise,
    RaterSeverity,
)
from skillbalance.model.profile import Profile
from skillbalance.model.rating import Assessment, RaterKind
from skillbalance.numeric.fusion import Fusion, contrast_kind, fuse_ratings
from skillbalance.reference import defaults
from skillbalance.reference.context import expected_level
from skillbalance.reference.defaults import RaterPreset

_DAYS_PER_YEAR = 365.25
_KINDS = tuple(RaterKind)
_SELF = _KINDS.index(RaterKind.SELF)
# Half the width of a 90 % interval in standard deviations. A number, because the module that
# computes it takes longer to import than this package; a test compares the two.
_HALF_WIDTH = 1.6448536269514722

# Position of the kind and id; "" for the person and for those who gave none.
_Rater = tuple[int, str]


class _Columns(TypedDict):
    """The ratings as the arrays that the numeric floor takes."""

    skill: NDArray[np.intp]
    rater: NDArray[np.intp]
    kind: NDArray[np.intp]
    rating: NDArray[np.float64]
    noise_variance: NDArray[np.float64]
    severity_mean: NDArray[np.float64]
    severity_variance: NDArray[np.float64]
    shared_variance: NDArray[np.float64]


def estimate_proficiency(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> ProficiencyEstimates:
    r"""
    Estimate every proficiency of a profile from all its ratings at once.

    .. math:: y = \theta_i + \beta_r + u_{i,s} + e, \qquad \theta_i \sim N(m_i, \tau^2)

    A rating :math:`y` is the proficiency :math:`\theta`, the leniency :math:`\beta` of its rater,
    what raters of one kind share about one skill, and its own noise, which grows with age; the
    prior :math:`m_i` is the level that field and stage expect. One solve gives all skills and
    all raters: a rater who is severe everywhere is found out and corrected.

    Parameters
    ----------
    profile : Profile
        Field, stage, skills and assessments. Feedback items are not used yet.
    as_of : datetime.date
        Day to estimate for; later ratings are ignored, earlier ones aged to it.
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted: ``"specific"`` for ratings of one anchored
        skill, ``"job_performance"`` for the noisier ratings of work as a whole, or your own.

    Returns
    -------
    ProficiencyEstimates
        One item per skill, in profile order; severities of raters; the posterior covariance.

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
    apart by kind and id; without an id each rating is by somebody new. The order of assessments
    does not matter. A skill that nobody rated has the prior and evidence level ``"none"``.

    The posterior is normal and may reach past [0, 1]: mean and interval are clipped, ``sd`` and
    the covariance are not. Blind spots compare the self-rating less *expected* leniency with what
    all others say, see :func:`skillbalance.numeric.fusion.contrast_kind`.

    References
    ----------
    Conway, J. M., & Huffcutt, A. I. (1997). Psychometric properties of multisource performance
    ratings. Human Performance 10, 331-360. doi:10.1207/s15327043hup1004_2

    Heidemeier, H., & Moser, K. (2009). Self-other agreement in job performance ratings. Journal
    of Applied Psychology 94, 353-370. doi:10.1037/0021-9010.94.2.353

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
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    model = find_rater_model(rater_model)

    heard = sorted((a for a in profile.assessments if a.assessed_on <= as_of), key=_canonical_order)
    by_rating, raters = _number_raters(heard)
    prior_mean = np.array(
        [
            expected_level(profile.field, profile.stage, elements=skill.elements, kind=skill.kind)
            for skill in profile.skills
        ],
        dtype=np.float64,
    )
    columns = _columns(profile, heard, by_rating, raters, model=model, as_of=as_of)
    fusion = fuse_ratings(prior_mean, model.prior_sd, **columns)
    return ProficiencyEstimates(
        items=_items(
            profile,
            fusion,
            _evidence(profile, heard, by_rating),
            _blind_spots(prior_mean, model.prior_sd, columns),
        ),
        as_of=as_of,
        severities=_severities(raters, columns, fusion),
        covariance_diagonal=fusion.covariance_diagonal,
        covariance_factor=fusion.covariance_factor,
    )


def find_rater_model(rater_model: RaterModel | RaterPreset) -> RaterModel:
    """
    Give a rater model as it is, or the ready-made one of that name.

    Raises
    ------
    InvalidValueError
        If it is neither a model nor the name of a preset.

    Examples
    --------
    >>> round(find_rater_model("specific").kinds["self"].own_variance, 12)
    1.5
    """
    if isinstance(rater_model, RaterModel):
        return rater_model
    whatever: object = rater_model
    if not isinstance(whatever, str) or whatever not in defaults.OWN_VARIANCE:
        presets = ", ".join(map(repr, defaults.OWN_VARIANCE))
        raise InvalidValueError("rater_model", f"a RaterModel or one of {presets}", whatever)
    return _preset(rater_model)


@cache
def _preset(name: RaterPreset) -> RaterModel:
    """Put a preset together from the table of defaults."""
    return RaterModel(
        kinds={
            kind: RaterNoise(
                own_variance=defaults.OWN_VARIANCE[name][kind].value,
                shared_variance=defaults.SHARED_VARIANCE[name][kind].value,
                severity_part=(
                    defaults.SEVERITY_PART_TEST
                    if kind is RaterKind.TEST
                    else defaults.SEVERITY_PART
                ).value,
                leniency=defaults.LENIENCY_SELF.value if kind is RaterKind.SELF else 0.0,
            )
            for kind in RaterKind
        },
        prior_sd=defaults.PRIOR_SD.value,
        ageing_per_year=defaults.AGEING_PER_YEAR.value,
    )


def _canonical_order(assessment: Assessment) -> tuple[str, int, str, dt.date, float]:
    """Order in which ratings are summed, so that the profile's order changes not a bit."""
    return (
        assessment.skill_id,
        _KINDS.index(assessment.rater_kind),
        assessment.rater_id,
        assessment.assessed_on,
        assessment.proficiency,
    )


def _number_raters(
    heard: Sequence[Assessment],
) -> tuple[list[int], list[_Rater]]:
    """Give each rating the position of its rater, and each rater's kind and id."""
    position: dict[_Rater, int] = {}
    raters: list[_Rater] = []
    by_rating = []
    for assessment in heard:
        kind = _KINDS.index(assessment.rater_kind)
        # The person is one rater, whatever id some app gave to the self-rating.
        rater = (kind, "" if kind == _SELF else assessment.rater_id)
        known = position.get(rater)
        if known is None:
            known = len(raters)
            raters.append(rater)
            if kind == _SELF or rater[1]:
                position[rater] = known
        by_rating.append(known)
    return by_rating, raters


def _columns(
    profile: Profile,
    heard: Sequence[Assessment],
    by_rating: list[int],
    raters: list[_Rater],
    *,
    model: RaterModel,
    as_of: dt.date,
) -> _Columns:
    """Turn records into the arrays of the numeric floor, variances into proficiency squared."""
    unit = model.prior_sd**2
    position = {skill.id: i for i, skill in enumerate(profile.skills)}
    particular, severity, shared, leniency = np.zeros((4, len(_KINDS)))
    for kind in {kind for kind, _ in raters}:
        noise = model.noise_of(_KINDS[kind])
        particular[kind] = (1.0 - noise.severity_part) * noise.own_variance * unit
        severity[kind] = noise.severity_part * noise.own_variance * unit
        shared[kind] = noise.shared_variance * unit
        leniency[kind] = noise.leniency * model.prior_sd
    kind_of_rater = np.array([kind for kind, _ in raters], dtype=np.intp)
    rater = np.array(by_rating, dtype=np.intp)
    kinds = kind_of_rater[rater]
    years = np.array([(as_of - a.assessed_on).days for a in heard], dtype=np.float64)
    return _Columns(
        skill=np.array([position[a.skill_id] for a in heard], dtype=np.intp),
        rater=rater,
        kind=kinds,
        rating=np.array([a.proficiency for a in heard], dtype=np.float64),
        noise_variance=particular[kinds] + model.ageing_per_year * years / _DAYS_PER_YEAR,
        severity_mean=leniency[kind_of_rater],
        severity_variance=severity[kind_of_rater],
        shared_variance=shared,
    )


def _blind_spots(
    prior_mean: NDArray[np.float64], prior_sd: float, columns: _Columns
) -> list[BlindSpot | None]:
    """Compare the self-rating of each skill with everybody else's."""
    mine = columns["kind"] == _SELF
    if mine.all() or not mine.any():
        return [None] * len(prior_mean)
    contrast = contrast_kind(prior_mean, prior_sd, of_kind=_SELF, **columns)
    return [
        None if np.isnan(value) else BlindSpot(value=value, standard_error=error)
        for value, error in zip(
            contrast.value.tolist(), contrast.standard_error.tolist(), strict=True
        )
    ]


def _evidence(
    profile: Profile, heard: Sequence[Assessment], by_rating: list[int]
) -> list[Evidence]:
    """Count ratings and raters of each skill."""
    spoke: dict[str, list[tuple[Assessment, int]]] = {skill.id: [] for skill in profile.skills}
    for assessment, rater in zip(heard, by_rating, strict=True):
        spoke[assessment.skill_id].append((assessment, rater))
    return [_evidence_of(ratings) for ratings in spoke.values()]


def _evidence_of(ratings: Sequence[tuple[Assessment, int]]) -> Evidence:
    """Count ratings and raters of one skill."""
    everybody = {rater for _, rater in ratings}
    others = {rater for said, rater in ratings if said.rater_kind is not RaterKind.SELF}
    level: EvidenceLevel = "multiple"
    if len(others) <= 1:
        level = "single" if others else "self" if everybody else "none"
    return Evidence(
        n_ratings=len(ratings),
        n_raters=len(everybody),
        latest_on=max((said.assessed_on for said, _ in ratings), default=None),
        level=level,
    )


def _items(
    profile: Profile,
    fusion: Fusion,
    evidence: list[Evidence],
    blind_spots: list[BlindSpot | None],
) -> tuple[ProficiencyEstimate, ...]:
    """Turn the arrays of a posterior back into one record per skill."""
    sd = np.sqrt(fusion.variance)
    mean, low, high = (
        np.clip(fusion.mean + width * sd, 0.0, 1.0).tolist()
        for width in (0.0, -_HALF_WIDTH, _HALF_WIDTH)
    )
    rows = zip(
        profile.skills,
        mean,
        sd.tolist(),
        zip(low, high, strict=True),
        fusion.prior_share.tolist(),
        fusion.kind_share.tolist(),
        blind_spots,
        evidence,
        strict=True,
    )
    return tuple(
        ProficiencyEstimate(
            skill_id=skill.id,
            mean=middle,
            sd=spread,
            interval=interval,
            shares={"prior": prior}
            | {kind.value: part for kind, part in zip(_KINDS, parts, strict=True) if part > 0.0},
            blind_spot=blind_spot,
            evidence=found,
        )
        for skill, middle, spread, interval, prior, parts, blind_spot, found in rows
    )


def _severities(
    raters: list[_Rater], columns: _Columns, fusion: Fusion
) -> tuple[RaterSeverity, ...]:
    """List those raters whose severity is a quantity of theirs: known by id, and of such a kind."""
    n_ratings = np.bincount(columns["rater"], minlength=len(raters)).tolist()
    found = [
        (kind, rater_id, r)
        for r, (kind, rater_id) in enumerate(raters)
        # Nobody can ask after a rater without an id, whose one rating this would give away.
        if columns["severity_variance"][r] > 0.0 and (kind == _SELF or rater_id)
    ]
    return tuple(
        RaterSeverity(
            rater_kind=_KINDS[kind],
            rater_id=rater_id,
            leniency=float(fusion.severity_mean[r]),
            sd=float(np.sqrt(fusion.severity_variance[r])),
            n_ratings=n_ratings[r],
        )
        for kind, rater_id, r in sorted(found)
    )
