"""What ratings say about a person: estimates per skill, severities per rater, the rater model."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import FrozenMapping, ItemsBySkill, freeze
from skillbalance.model._record import Record
from skillbalance.model.rating import RaterKind, Tone

EvidenceLevel = Literal["none", "self", "single", "multiple"]
Finding: TypeAlias = Literal["blind spot", "hidden strength"]

# --- the rater model ------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class RaterNoise(Record):
    """
    How far raters of one kind are from the truth, in units of the prior's standard deviation tau.

    Attributes
    ----------
    own_variance : float
        Noise of one rating that is its rater's own. [tau^2]
    shared_variance : float
        Noise that all raters of the kind have in common about one skill. [tau^2]
    severity_part : float
        Part of the own noise that is the same in all ratings of one rater, in [0, 0.99].
    leniency : float
        How far above the truth the kind rates on average; negative for severe. [tau]

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.
    """

    own_variance: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 1e-6, 1e6)
    )
    shared_variance: float = attrs.field(
        default=0.0, converter=_checks.widen, validator=_checks.by(_checks.number_in, 0.0, 1e6)
    )
    # All of it would leave a rating without noise of its own: two could contradict each other.
    severity_part: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 0.0, 0.99)
    )
    leniency: float = attrs.field(
        default=0.0, converter=_checks.widen, validator=_checks.by(_checks.number_in, -10.0, 10.0)
    )


def _freeze_kinds(
    value: Mapping[str, RaterNoise] | Mapping[RaterKind, RaterNoise],
) -> Mapping[str, RaterNoise]:
    """Turn a mapping keyed by rater kinds or their values into a read-only one keyed by values."""
    whatever: object = value
    if not isinstance(whatever, Mapping):
        return cast(Mapping[str, RaterNoise], value)  # for the check to refuse by name
    return FrozenMapping(
        (key.value if isinstance(key, RaterKind) else key, noise) for key, noise in value.items()
    )


def _check_kinds(name: str, value: object) -> None:
    if not isinstance(value, FrozenMapping):
        raise InvalidValueError(name, "a mapping of rater kinds to RaterNoise", value)
    for key, noise in value.items():
        _checks.member(f"key of {name}", _checks.as_member(RaterKind, key), RaterKind)
        _checks.instance(f'{name}["{key}"]', noise, RaterNoise)


@attrs.frozen(kw_only=True)
class RaterModel(Record):
    """
    How much a rating of each kind is to be trusted; a preset's name stands for a ready-made one.

    Attributes
    ----------
    kinds : Mapping[str, RaterNoise]
        Noise by rater kind: a `RaterKind` or its value as key. A kind that rates must be there.
    prior_sd : float
        Spread tau of people around the expected level. [proficiency]
    ageing_per_year : float
        Variance that a rating gains with each year of age. [proficiency^2/year]
    huber_threshold : float or None
        A rating farther than this from what everything else leads one to expect loses weight;
        None: no rating ever does. [standard deviations]

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> model = RaterModel(
    ...     kinds={"peer": RaterNoise(own_variance=0.4, severity_part=0.3)},
    ...     prior_sd=0.2,
    ...     ageing_per_year=0.01,
    ... )
    >>> model.noise_of(RaterKind.PEER).own_variance
    0.4
    """

    kinds: Mapping[str, RaterNoise] = attrs.field(
        converter=_freeze_kinds, validator=_checks.by(_check_kinds)
    )
    prior_sd: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 1e-3, 10.0)
    )
    ageing_per_year: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 0.0, 1e3)
    )
    huber_threshold: float | None = attrs.field(
        default=1.75,
        converter=_checks.widen_or_none,
        validator=_checks.optionally(_checks.number_in, 0.1, 1e3),
    )

    def noise_of(self, kind: RaterKind) -> RaterNoise:
        """
        Give the noise of one kind of rater.

        Raises
        ------
        InvalidValueError
            If the model has no entry for the kind.
        """
        noise = self.kinds.get(kind.value)
        if noise is None:
            raise InvalidValueError("kinds", f"a mapping with {kind.value!r}", tuple(self.kinds))
        return noise


# --- results --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class BlindSpot(Record):
    """
    Self-rating against all others on one skill, each corrected for leniency.

    Attributes
    ----------
    value : float
        Self minus others: positive where somebody rates themselves above the others (a blind
        spot), negative below (a hidden strength). [proficiency]
    standard_error : float
        How far the two would be apart through rating noise alone. [proficiency]

    Examples
    --------
    >>> BlindSpot(value=-0.3, standard_error=0.2).finding
    'hidden strength'
    >>> BlindSpot(value=0.1, standard_error=0.2).finding is None
    True
    """

    value: float
    standard_error: float

    @property
    def notable(self) -> bool:
        """Whether the difference is larger than its standard error, so that it is worth telling."""
        return abs(self.value) > self.standard_error

    @property
    def finding(self) -> Finding | None:
        """``"blind spot"`` or ``"hidden strength"``; None where noise alone would explain it."""
        if not self.notable:
            return None
        return "blind spot" if self.value > 0.0 else "hidden strength"


@attrs.frozen(kw_only=True)
class HeardRating(Record):
    """
    One entry of the evidence trail: a rating of the skill, or feedback read as one.

    Attributes
    ----------
    given_on : datetime.date
        The day it was given.
    rater_kind : RaterKind
        From where the rater sees the person.
    rater_id : str
        Who it was; empty for the person and for somebody who gave no id.
    tone : Tone or None
        Tone of a feedback item; None for a rating.
    proficiency : float
        The rating in [0, 1]; for feedback what its tone stands for, which may lie beyond.
    age_years : float
        Age on the day of the estimate. [years]
    weight : float
        Robust weight in (0, 1]: 1 for a rating like any other, less for one that lies too far from
        what everything else leads one to expect. It divides the rating's own noise variance.
    deviation : float
        How far that is, positive above; from the model's threshold on the weight falls.
        [standard deviations]
    share : float
        Its part of the estimate's mean: those of one kind sum to the kind's share. One of several
        may be negative, where it serves to tell how severe its rater is.
    words : str
        The evidence of a rating or the comment of a feedback item: carried along, never parsed.
    """

    given_on: dt.date
    rater_kind: RaterKind
    rater_id: str
    tone: Tone | None
    proficiency: float
    age_years: float
    weight: float
    deviation: float
    share: float
    words: str


@attrs.frozen(kw_only=True)
class Evidence(Record):
    """
    What an estimate rests on.

    Attributes
    ----------
    n_ratings : int
        Ratings of the skill until the day of the estimate, feedback read as ratings included.
    n_feedback : int
        How many of them were feedback.
    n_raters : int
        Different raters among them, the person included.
    latest_on : datetime.date or None
        Day of the latest.
    level : str
        Who spoke: ``"none"`` nobody, so that the estimate is the prior; ``"self"`` only the
        person; ``"single"`` one other rater or test; ``"multiple"`` two or more of them.
    """

    n_ratings: int
    n_feedback: int
    n_raters: int
    latest_on: dt.date | None
    level: EvidenceLevel


@attrs.frozen(kw_only=True)
class ProficiencyEstimate(Record):
    """
    What is known about one skill.

    Attributes
    ----------
    skill_id : str
        The skill.
    mean : float
        Posterior mean, clipped to [0, 1].
    sd : float
        Posterior standard deviation, before any clipping. [proficiency]
    interval : tuple of float
        90 % credible interval, clipped to [0, 1].
    shares : Mapping[str, float]
        What the mean is made of: ``"prior"`` and the kinds of rater who rated the skill, by
        value. None is negative; they sum to 1. A share counts the skill's own ratings; what
        ratings of other skills add is the correction of their raters' severity.
    blind_spot : BlindSpot or None
        Self minus others; None where either did not rate.
    evidence : Evidence
        What it rests on, counted.
    trail : tuple of HeardRating
        The same one by one, oldest first.
    """

    skill_id: str
    mean: float
    sd: float
    interval: tuple[float, float]
    shares: Mapping[str, float] = attrs.field(converter=freeze)
    blind_spot: BlindSpot | None
    evidence: Evidence
    trail: tuple[HeardRating, ...]


@attrs.frozen(kw_only=True)
class RaterSeverity(Record):
    """
    How severe or lenient one rater was found to be.

    Attributes
    ----------
    rater_kind : RaterKind
        From where the rater sees the person.
    rater_id : str
        Who it is; empty for the person.
    leniency : float
        How far above the truth this rater rates; negative for a severe one. The expected leniency
        of the kind is included. [proficiency]
    sd : float
        Posterior standard deviation of the leniency. [proficiency]
    n_ratings : int
        Ratings it was learned from.
    """

    rater_kind: RaterKind
    rater_id: str
    leniency: float
    sd: float
    n_ratings: int


@attrs.frozen(kw_only=True)
class ProficiencyEstimates(ItemsBySkill[ProficiencyEstimate]):
    """
    The estimates of a profile, in profile order; ``estimates["sql"]`` is one of them.

    As confidential as the profile: trail and severities name raters, and even a mean can give away
    a single one. :func:`~skillbalance.break_down_sources` has what may be shown to the person.

    Attributes
    ----------
    items : tuple of ProficiencyEstimate
        One per skill, in profile order.
    as_of : datetime.date
        Day of the estimate; later ratings were ignored.
    severities : tuple of RaterSeverity
        One per rater who is known by an id, and the person; by kind, then id. Kinds without
        severity, such as tests, have none.
    covariance_diagonal : ndarray of shape (n,)
        Posterior covariance, the part that skills do not share. Read-only.
    covariance_factor : ndarray of shape (n, n_linked)
        :math:`F` in covariance = diagonal + :math:`F F^T`. Read-only.
    """

    as_of: dt.date
    severities: tuple[RaterSeverity, ...]
    # Arrays say nothing that the items do not, but for correlations: not compared.
    covariance_diagonal: NDArray[np.float64] = attrs.field(repr=False, eq=False)
    covariance_factor: NDArray[np.float64] = attrs.field(repr=False, eq=False)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """
        Posterior covariance of the proficiencies before clipping, shape (n, n), read-only.

        Formed on each access: two skills rated by the same person share the doubt about how
        severe that person is. 10,000 skills would take 800 MB.
        """
        dense = self.covariance_factor @ self.covariance_factor.T
        dense[np.diag_indices_from(dense)] += self.covariance_diagonal
        dense.flags.writeable = False
        return dense
