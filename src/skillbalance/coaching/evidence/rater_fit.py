"""Learn from an organization's ratings how much each kind of rater is to be trusted."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import as_member, member
from skillbalance.coaching.evidence.fitted import Organization, read_fit
from skillbalance.coaching.evidence.rating_columns import GivenRatings, read_ratings
from skillbalance.coaching.evidence.ratings import KINDS, SELF, find_rater_model
from skillbalance.errors import InvalidValueError
from skillbalance.model.estimates import RaterModel
from skillbalance.model.rater_fit import RaterFit
from skillbalance.model.rating import RaterKind
from skillbalance.model.scales import Scale
from skillbalance.numeric.evidence.rater_fit import fit_variances
from skillbalance.numeric.evidence.rater_identify import Defaults, Held
from skillbalance.numeric.evidence.rater_layout import Ratings
from skillbalance.reference.defaults import FEWEST_LEARNED, RaterPreset

_TEST: Final = KINDS.index(RaterKind.TEST)
_OF_KIND: Final = ("own_variance", "shared_variance", "severity_part", "leniency")
_OF_ALL: Final = ("prior_sd", "ageing_per_year")
_DEPENDENT: Final = 1e-9


def fit_rater_model(
    ratings: Mapping[str, Any],
    *,
    as_of: dt.date | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
    hold: Collection[str] = ("ageing_per_year",),
    reference: RaterKind | str | None = None,
    scale: Scale | str = "unit",
) -> RaterFit:
    r"""
    Learn a rater model from ratings of many people: variances and leniency per kind.

    .. math:: y = m + \theta_c + \mu_s + \beta_r + u_{c,s} + e

    for a rating of cell :math:`c`, a person's skill, by rater :math:`r` of kind :math:`s`: the
    model of :func:`estimate_proficiency`, in which :math:`\beta_r` belongs to the rater wherever
    in the organization they rate. Variances by restricted maximum likelihood, exact on crossed
    raters, people and skills; level and leniency by generalized least squares.

    Parameters
    ----------
    ratings : mapping of str to array_like
        Columns, one entry per rating: ``person_id``, ``skill_id``, ``rater_kind``, ``rating``;
        and if you like ``rater_id`` (without it, each rating is by somebody new; a self-rating
        is by the person), ``assessed_on`` or ``age_years``, and ``prior_mean``, the level
        expected of person and skill. Without it each skill's mean level is learned.
    as_of : datetime.date, optional
        The day that ages count to, where there are dates; later ratings are left out.
    rater_model : RaterModel or str
        What is held where the data cannot tell, and where the search begins.
    hold : collection of str
        What to hold at *rater_model* in any case: attributes of :class:`RaterModel`
        (``"prior_sd"``, ``"ageing_per_year"``) or :class:`RaterNoise` (``"own_variance"``,
        ``"shared_variance"``, ``"severity_part"``, ``"leniency"``).
    reference : RaterKind or str, optional
        The kind whose leniency is held, because ratings tell leniency only against others:
        by default a test, else the kind with most ratings that is not the person.
    scale : Scale or str
        The scale of all ratings.

    Returns
    -------
    RaterFit
        The model, each of its numbers with a standard error or the reason why it was held, and
        how severe each rater is.

    Raises
    ------
    InvalidValueError
        If a column is unknown, missing or of another length than the others; if a row breaks a
        rule, naming the column and the first such rows; if an option is none of those listed.

    Notes
    -----
    What ratings cannot tell apart is held at its default ratio, see
    :mod:`skillbalance.numeric.evidence.rater_identify`: what a kind shares needs skills rated by
    two of it and by another kind; the severity part needs raters who rate several skills.

    Standard errors come from the average of observed and expected information, those of ratios
    by the delta method. Wild ratings count in full here: they are part of how noisy ratings are.
    The order of ratings does not matter. 70,000 ratings take some seconds; the cost grows with
    the cube of the number of raters who rate several people, up to 3,000 of them in one connected
    part of the organization. Larger parts are cut, see :class:`RaterFit`.

    References
    ----------
    Patterson, H. D., & Thompson, R. (1971). Recovery of inter-block information when block sizes
    are unequal. Biometrika 58, 545-554. doi:10.1093/biomet/58.3.545

    Gilmour, A. R., Thompson, R., & Cullis, B. R. (1995). Average information REML. Biometrics 51,
    1440-1450. doi:10.2307/2533274

    Examples
    --------
    Sixty people, each rated on four skills by themselves and by three of twenty peers; the peers
    differ in severity by 0.15:

    >>> import numpy as np
    >>> rng = np.random.default_rng(3)
    >>> person, skill, turn = (x.ravel() for x in np.mgrid[:60, :4, :4])
    >>> rater = np.where(turn == 0, 0, (person + 7 * turn) % 20)
    >>> truth = rng.normal(0.5, 0.1, (60, 4))[person, skill]
    >>> severity = rng.normal(0.0, 0.15, 20)[rater]
    >>> rating = truth + np.where(turn == 0, 0.1, severity) + rng.normal(0.0, 0.05, len(turn))
    >>> fit = fit_rater_model({
    ...     "person_id": person,
    ...     "skill_id": skill,
    ...     "rater_id": rater,
    ...     "rater_kind": np.where(turn == 0, "self", "peer"),
    ...     "rating": rating.clip(0, 1),
    ... })
    >>> peer = fit.rater_model.kinds["peer"]
    >>> spread = (peer.severity_part * peer.own_variance) ** 0.5 * fit.rater_model.prior_sd
    >>> round(fit.rater_model.prior_sd, 2), round(spread, 2)
    (0.1, 0.15)
    """
    model = find_rater_model(rater_model)
    held_names = _check_hold(hold)
    given = read_ratings(ratings, as_of=as_of, scale=scale)
    for fault in given.faults:
        raise fault.error()
    if not given.heard.any():
        raise InvalidValueError("ratings", "of at least one row given by the day", len(given))
    organization = _organize(given, model, reference, hold_leniency="leniency" in held_names)
    n = organization.ratings.n_kinds
    wish = {name: np.full(n, name in held_names) for name in _OF_KIND}
    fewest = int(FEWEST_LEARNED.value)
    fit = fit_variances(
        organization.ratings,
        wished=Held(
            prior="prior_sd" in held_names,
            shared=wish["shared_variance"],
            part=wish["severity_part"],
            own=wish["own_variance"],
            ageing="ageing_per_year" in held_names,
        ),
        defaults=organization.defaults,
        fewest=fewest,
    )
    return read_fit(given, organization, fit, model, held_names)


def _check_hold(hold: Collection[str]) -> frozenset[str]:
    whatever: object = hold
    if isinstance(whatever, str) or not isinstance(whatever, Collection):
        raise InvalidValueError("hold", "a collection of names", hold)
    for name in hold:
        if name not in _OF_KIND and name not in _OF_ALL:
            listed = ", ".join(map(repr, (*_OF_ALL, *_OF_KIND)))
            raise InvalidValueError("hold", f"made of {listed}", name)
    return frozenset(hold)


def _organize(
    given: GivenRatings,
    model: RaterModel,
    reference: RaterKind | str | None,
    *,
    hold_leniency: bool,
) -> Organization:
    """Bring the ratings into canonical order and number all that occurs."""
    order = np.lexsort(
        (
            given.rating,
            given.years,
            np.minimum(given.rater, given.n_named),  # the nameless have no order
            given.kind,
            given.skill,
            given.person,
        )
    )
    order = order[given.heard[order]]
    kinds, kind = np.unique(given.kind[order], return_inverse=True)
    skills, skill = np.unique(given.skill[order], return_inverse=True)
    raters, rater = np.unique(given.rater[order], return_inverse=True)
    cell = np.unique(given.person[order] * len(given.skill_ids) + skill, return_inverse=True)[1]
    noise = [model.noise_of(KINDS[k]) for k in kinds.tolist()]
    place = _find_reference(kinds, np.bincount(kind), reference)

    learned_levels = given.prior_mean is None
    level = skill if learned_levels else np.zeros_like(skill)
    offset = _find_offsets(level, kind, kinds, place, hold_leniency=hold_leniency)
    known = np.array([one.leniency for one in noise]) * model.prior_sd
    known[np.array(offset) >= 0] = 0.0
    rating = given.rating[order] - known[kind]
    if given.prior_mean is not None:
        rating -= given.prior_mean[order]
    return Organization(
        ratings=Ratings(
            rating=rating,
            age=given.years[order],
            person=np.unique(given.person[order], return_inverse=True)[1],
            cell=cell,
            rater=rater,
            kind=kind,
            level=level,
            offset=np.array(offset, dtype=np.intp)[kind],
            n_kinds=len(kinds),
            n_levels=len(skills) if learned_levels else 1,
            n_offsets=max(offset) + 1,
            severe=np.array([one.severity_part > 0.0 for one in noise]),
        ),
        defaults=Defaults(
            prior=model.prior_sd**2,
            shared=np.array([one.shared_variance for one in noise]),
            part=np.array([one.severity_part for one in noise]),
            own=np.array([one.own_variance for one in noise]),
            ageing=model.ageing_per_year,
        ),
        kinds=kinds.tolist(),
        noise=noise,
        reference=place,
        offset=offset,
        levels=given.skill_ids[skills] if learned_levels else given.skill_ids[:0],
        rater=raters,
    )


def _find_reference(
    kinds: NDArray[np.intp], n_ratings: NDArray[np.intp], reference: RaterKind | str | None
) -> int:
    """Return the position of the kind whose leniency is held."""
    listed = kinds.tolist()
    if reference is not None:
        wanted = KINDS.index(member("reference", as_member(RaterKind, reference), RaterKind))
        if wanted not in listed:
            there = ", ".join(repr(KINDS[kind].value) for kind in listed)
            raise InvalidValueError("reference", f"a kind that rated: {there}", KINDS[wanted].value)
        return int(listed.index(wanted))
    if _TEST in listed:
        return int(listed.index(_TEST))
    return int(np.argmax(np.where(kinds == SELF, -1, n_ratings)))


def _find_offsets(
    level: NDArray[np.intp],
    kind: NDArray[np.intp],
    kinds: NDArray[np.intp],
    reference: int,
    *,
    hold_leniency: bool,
) -> list[int]:
    """
    Return the column of each kind's leniency, -1 where it is held.

    A kind that shares no level with others cannot be compared with them; the person comes first,
    so that of two kinds that can only be compared with each other the self-rating is learned.
    """
    n = len(kinds)
    offset = [-1] * n
    counts = np.zeros((int(level.max()) + 1, n))
    np.add.at(counts, (level, kind), 1.0)
    in_all = counts.sum(axis=1)
    # What is left of each kind's indicator, levels taken out.
    left = np.diag(counts.sum(axis=0)) - counts.T @ (counts / in_all[:, np.newaxis])
    least = _DEPENDENT * counts.sum(axis=0)
    column = 0
    for s in range(n):
        few = counts[:, s].sum() < FEWEST_LEARNED.value
        if hold_leniency or few or s == reference or left[s, s] <= least[s]:
            continue
        left = left - np.outer(left[s], left[s]) / left[s, s]
        offset[s] = column
        column += 1
    return offset
