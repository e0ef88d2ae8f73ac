"""Ratings and feedback of a profile as arrays for the fusion: ids meet positions here."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.days import DAYS_PER_YEAR
from skillbalance.errors import InvalidValueError
from skillbalance.model.estimates import RaterModel, RaterNoise
from skillbalance.model.profile import Profile
from skillbalance.model.rating import RaterKind, Tone
from skillbalance.numeric.evidence.fusion import Fusion, posterior
from skillbalance.numeric.evidence.mixed import solve
from skillbalance.numeric.evidence.ratings import Ratings, check_ratings
from skillbalance.numeric.evidence.robust import robust_weights
from skillbalance.reference import defaults
from skillbalance.reference.context import expected_level
from skillbalance.reference.defaults import RaterPreset

KINDS = tuple(RaterKind)
SELF = KINDS.index(RaterKind.SELF)
_POSITION = {kind: position for position, kind in enumerate(KINDS)}
_SHIFT = {Tone.STRENGTH: 1.0, Tone.NEUTRAL: 0.0, Tone.GROWTH: -1.0}


class Heard(NamedTuple):
    """
    One rating, or one skill of a feedback item, that had been given by the day of the estimate.

    The fields are in the order in which ratings are summed: the profile's order changes not a bit.
    """

    skill_id: str
    kind: int
    rater_id: str  # "" for the person, whatever id some app gave to the self-rating
    on: dt.date
    proficiency: float
    tone: str  # "" for a rating
    words: str
    # Two nameless items that agree in all else may differ in the other skills they name.
    together: tuple[str, ...]
    item: int  # position of the feedback item in the profile, -1 for a rating


class RatingColumns(TypedDict):
    """The ratings as keyword arguments of the numeric floor."""

    skill: NDArray[np.intp]
    rater: NDArray[np.intp]
    kind: NDArray[np.intp]
    rating: NDArray[np.float64]
    noise_variance: NDArray[np.float64]
    severity_mean: NDArray[np.float64]
    severity_variance: NDArray[np.float64]
    shared_variance: NDArray[np.float64]


class RatingInputs(NamedTuple):
    """
    Everything the fusion needs, the ratings in a canonical order.

    Attributes
    ----------
    model : RaterModel
        Who counts for how much.
    prior_mean : ndarray of shape (n,)
        Expected level of each skill, in profile order. [proficiency]
    heard : list of Heard
        The ratings, in the order of the columns.
    raters : list of (int, str)
        Position of the kind and id of each rater; "" for the person and for the nameless.
    columns : dict
        Skill, rater, kind, rating and noise of each rating (its age included, robust weights
        not), severities by rater, shared noise by kind.
    weight, deviation : ndarray of shape (k,)
        Robust weight in (0, 1] of each rating, and how far it lies from what everything else
        leads one to expect, in standard deviations.
    data : Ratings
        The same checked and ready to be solved, noise divided by weight.
    """

    model: RaterModel
    prior_mean: NDArray[np.float64]
    heard: list[Heard]
    raters: list[tuple[int, str]]
    columns: RatingColumns
    weight: NDArray[np.float64]
    deviation: NDArray[np.float64]
    data: Ratings

    @property
    def weighted(self) -> RatingColumns:
        """The columns with robust weights: each divides the noise of its rating."""
        columns = self.columns.copy()
        columns["noise_variance"] = self.data.noise
        return columns

    def fuse(self) -> Fusion:
        """Return the posterior given all ratings at their robust weights."""
        return posterior(self.data)


def fuse_profile(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> Fusion:
    """
    Return the posterior of a profile's proficiencies as arrays, without the record around them.

    What :func:`~skillbalance.estimate_proficiency` rests on, to the bit; means are not clipped.

    Raises
    ------
    UnknownFieldError, UnknownElementError, InvalidValueError
        As there.
    """
    return gather_ratings(profile, as_of=as_of, rater_model=rater_model).fuse()


def estimate_levels(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> NDArray[np.float64]:
    """
    Return the mean of each estimate, in [0, 1] and profile order: all that planning needs.

    Raises
    ------
    UnknownFieldError, UnknownElementError, InvalidValueError
        As :func:`~skillbalance.estimate_proficiency` does.
    """
    inputs = gather_ratings(profile, as_of=as_of, rater_model=rater_model)
    return np.clip(inputs.prior_mean + solve(inputs.data).shift, 0.0, 1.0)


def gather_ratings(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset = "specific"
) -> RatingInputs:
    """
    Return the ratings and feedback given by a day, as arrays with their robust weights.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in.
    UnknownElementError
        If a skill names an element that is not in the table.
    InvalidValueError
        If *rater_model* is no preset, or lacks a kind that rated.
    """
    model = find_rater_model(rater_model)
    heard = listen(profile, as_of=as_of, prior_sd=model.prior_sd)
    prior_mean = [
        expected_level(profile.work, profile.stage, elements=skill.elements, kind=skill.kind)
        for skill in profile.skills
    ]
    position = {skill.id: i for i, skill in enumerate(profile.skills)}
    by_rating, raters = identify_raters(heard)
    columns = _columns(position, heard, by_rating, raters, model=model, as_of=as_of)
    mean = np.array(prior_mean, dtype=np.float64)
    data = check_ratings(mean, model.prior_sd, **columns)
    weight, deviation = robust_weights(data, model.huber_threshold)
    data = data._replace(noise=data.noise / weight)
    return RatingInputs(model, mean, heard, raters, columns, weight, deviation, data)


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


class KindNoise(NamedTuple):
    """
    How raters of each kind err, by the position of the kind; 0 for kinds not asked for.

    Attributes
    ----------
    particular, severity, shared : ndarray of shape (n_kinds,)
        Variance of one rating that is its own, that is its rater's, and that raters of the kind
        have in common about one skill. [proficiency^2]
    leniency : ndarray of shape (n_kinds,)
        Expected leniency. [proficiency]
    """

    particular: NDArray[np.float64]
    severity: NDArray[np.float64]
    shared: NDArray[np.float64]
    leniency: NDArray[np.float64]


def noise_by_kind(model: RaterModel, kinds: Iterable[int]) -> KindNoise:
    """
    Return the noise of some kinds in proficiency, which a rater model has in units of its prior.

    Raises
    ------
    InvalidValueError
        If the model has no entry for one of the kinds.

    Examples
    --------
    >>> noise = noise_by_kind(find_rater_model("specific"), [SELF])
    >>> (noise.particular + noise.severity).round(3).tolist()
    [0.06, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    found = KindNoise(*np.zeros((4, len(KINDS))))
    unit = model.prior_sd**2
    for kind in kinds:
        noise = model.noise_of(KINDS[kind])
        own = noise.own_variance * unit
        found.particular[kind] = (1.0 - noise.severity_part) * own
        found.severity[kind] = noise.severity_part * own
        found.shared[kind] = noise.shared_variance * unit
        found.leniency[kind] = noise.leniency * model.prior_sd
    return found


def listen(
    profile: Profile, *, as_of: dt.date, prior_sd: float = defaults.PRIOR_SD.value
) -> list[Heard]:
    """List what had been said by a day, in canonical order; feedback is read as ratings."""
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    skills = {skill.id: skill for skill in profile.skills}
    heard = []
    for said in profile.assessments:
        if said.assessed_on <= as_of:
            kind = _POSITION[said.rater_kind]
            heard.append(
                Heard(
                    said.skill_id,
                    kind,
                    "" if kind == SELF else said.rater_id,
                    said.assessed_on,
                    said.proficiency,
                    "",
                    said.evidence,
                    (),
                    -1,
                )
            )
    for place, item in enumerate(profile.feedback):
        if item.given_on <= as_of:
            kind = _POSITION[item.rater_kind]
            rater_id = "" if kind == SELF else item.rater_id
            shift = _SHIFT[item.tone] * defaults.FEEDBACK_SHIFT.value * prior_sd
            together = tuple(sorted(item.skill_ids))
            for skill_id in item.skill_ids:
                skill = skills[skill_id]
                level = expected_level(
                    profile.work, profile.stage, elements=skill.elements, kind=skill.kind
                )
                heard.append(
                    Heard(
                        skill_id,
                        kind,
                        rater_id,
                        item.given_on,
                        level + shift,
                        item.tone.value,
                        item.comment,
                        together,
                        place,
                    )
                )
    # The last field follows the profile's order, but decides between equals alone.
    heard.sort()
    return heard


def identify_raters(heard: list[Heard]) -> tuple[list[int], list[tuple[int, str]]]:
    """Give each rating the position of its rater, and each rater's kind and id."""
    position: dict[tuple[int, str, int], int] = {}
    raters: list[tuple[int, str]] = []
    by_rating = []
    for said in heard:
        named = said.kind == SELF or said.rater_id != ""
        # A nameless speaker is somebody new, but one and the same in all skills of an item.
        key = (said.kind, said.rater_id, -1 if named else said.item)
        known = position.get(key)
        if known is None:
            known = len(raters)
            raters.append(key[:2])
            if named or said.item >= 0:
                position[key] = known
        by_rating.append(known)
    return by_rating, raters


def _columns(
    position: dict[str, int],
    heard: list[Heard],
    by_rating: list[int],
    raters: list[tuple[int, str]],
    *,
    model: RaterModel,
    as_of: dt.date,
) -> RatingColumns:
    """Turn what was heard into arrays, variances into proficiency squared."""
    noise = noise_by_kind(model, {kind for kind, _ in raters})
    # Feedback has more noise in all; the severity in it is its rater's as in any rating.
    own = noise.particular + noise.severity
    doubtful = defaults.FEEDBACK_VARIANCE_FACTOR.value * own - noise.severity
    of_rating = np.stack([noise.particular, doubtful])
    of_rater = np.array([kind for kind, _ in raters], dtype=np.intp)
    kinds = np.array([said.kind for said in heard], dtype=np.intp)
    spoken = np.array([said.item >= 0 for said in heard], dtype=np.intp)
    today = as_of.toordinal()
    days = np.array([today - said.on.toordinal() for said in heard], dtype=np.float64)
    return RatingColumns(
        skill=np.array([position[said.skill_id] for said in heard], dtype=np.intp),
        rater=np.array(by_rating, dtype=np.intp),
        kind=kinds,
        rating=np.array([said.proficiency for said in heard], dtype=np.float64),
        noise_variance=of_rating[spoken, kinds] + model.ageing_per_year * days / DAYS_PER_YEAR,
        severity_mean=noise.leniency[of_rater],
        severity_variance=noise.severity[of_rater],
        shared_variance=noise.shared,
    )
