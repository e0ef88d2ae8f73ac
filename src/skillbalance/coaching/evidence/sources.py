"""What each source says, so that no single peer, report or client can be read off it."""

import datetime as dt
from collections.abc import Iterable, Sequence

from skillbalance._checks import integer_in
from skillbalance.coaching.evidence.ratings import KINDS, Heard, identify_raters, listen
from skillbalance.model.profile import Profile
from skillbalance.model.rating import RaterKind
from skillbalance.model.sources import SkillSources, SourceBreakdown, SourceView
from skillbalance.reference.defaults import MIN_RATERS

# Who knows that the person will see what they say, and a test.
_OPEN = (RaterKind.SELF, RaterKind.SUPERVISOR, RaterKind.MENTOR, RaterKind.TEST)


def break_down_sources(
    profile: Profile, *, as_of: dt.date, min_raters: int = int(MIN_RATERS.value)
) -> SourceBreakdown:
    """
    Return what each source says about each skill, as far as the person rated may see it.

    The estimate itself is for those who may see the whole profile: its trail names raters, and
    from a mean that rests on one's own rating and one other the other follows. This breakdown is
    what to show instead. A group of peers, reports or clients is in it from *min_raters*
    different raters on; the person's own ratings, supervisors, mentors and tests always are.

    Parameters
    ----------
    profile : Profile
        Skills, assessments and feedback.
    as_of : datetime.date
        Day of the breakdown; what was said later is ignored.
    min_raters : int
        Smallest group shown; 1 shows all. [raters]

    Returns
    -------
    SourceBreakdown
        One item per skill, in profile order.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in: feedback is read against what it expects.
    InvalidValueError
        If *as_of* is not a date or *min_raters* not an integer of at least 1.

    Notes
    -----
    Groups too small to be shown are put together; the whole is shown if it is large enough (an id
    is one person under whatever kinds) and withheld otherwise. No total over shown and withheld
    groups is given, nor anything else that depends on a withheld rating except that its kind
    spoke: nothing can be found by subtraction, within a skill or across skills. Every rater has
    one voice per skill, the latest, so that nobody dominates a mean.

    What no breakdown can hide: a mean at the end of the scale says what everybody said, and two
    breakdowns taken before and after a single rating differ by it. Show one per round of feedback.
    Ratings without an id count as different raters.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> said = [("self", "", 0.8), ("peer", "ann", 0.5), ("peer", "bob", 0.6), ("peer", "cy", 0.7)]
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ...     assessments=[
    ...         sb.Assessment(
    ...             skill_id="sql",
    ...             rating=rating,
    ...             assessed_on=dt.date(2026, 3, 2),
    ...             rater_kind=kind,
    ...             rater_id=by,
    ...         )
    ...         for kind, by, rating in [*said, ("client", "dee", 0.2)]
    ...     ],
    ... )
    >>> sql = sb.break_down_sources(profile, as_of=dt.date(2026, 3, 2))["sql"]
    >>> [(view.kinds[0].value, view.n_raters, round(view.mean, 2)) for view in sql.views]
    [('self', 1, 0.8), ('peer', 3, 0.6)]
    >>> sql.withheld
    (<RaterKind.CLIENT: 'client'>,)
    """
    fewest = integer_in("min_raters", min_raters, 1)
    heard = listen(profile, as_of=as_of)
    by_rating, _ = identify_raters(heard)
    voices: dict[str, dict[RaterKind, dict[int, list[Heard]]]] = {
        skill.id: {} for skill in profile.skills
    }
    for said, rater in zip(heard, by_rating, strict=True):
        of_kind = voices[said.skill_id].setdefault(KINDS[said.kind], {})
        of_kind.setdefault(rater, []).append(said)
    return SourceBreakdown(
        items=tuple(_sources(skill_id, of_skill, fewest) for skill_id, of_skill in voices.items()),
        as_of=as_of,
        min_raters=fewest,
    )


def _sources(
    skill_id: str, voices: dict[RaterKind, dict[int, list[Heard]]], fewest: int
) -> SkillSources:
    """Decide which groups of a skill are shown, alone or together."""
    kinds = [kind for kind in KINDS if kind in voices]
    shown = [kind for kind in kinds if kind in _OPEN or len(voices[kind]) >= fewest]
    few = [kind for kind in kinds if kind not in shown]
    groups: list[tuple[RaterKind, ...]] = [(kind,) for kind in shown]
    if len(_people(voices[kind] for kind in few)) >= fewest:
        groups.append(tuple(few))
        few = []
    return SkillSources(
        skill_id=skill_id,
        views=tuple(_view(kinds, [voices[kind] for kind in kinds]) for kinds in groups),
        withheld=tuple(few),
    )


def _people(voices: Iterable[dict[int, list[Heard]]]) -> set[str | int]:
    """Tell people apart: an id is one person, under whatever kinds; the nameless are all others."""
    return {said[0].rater_id or rater for of_kind in voices for rater, said in of_kind.items()}


def _view(kinds: tuple[RaterKind, ...], voices: Sequence[dict[int, list[Heard]]]) -> SourceView:
    """Average over raters the latest that each of them said."""
    means, words = [], []
    everything = [said for of_kind in voices for said in of_kind.values()]
    for said in everything:
        last = max(one.on for one in said)
        latest = [one for one in said if one.on == last]
        means.append(sum(one.proficiency for one in latest) / len(latest))
        words += [one.words for one in latest if one.words]
    mean = sum(sorted(means)) / len(means)
    return SourceView(
        kinds=kinds,
        n_raters=len(_people(voices)),
        mean=min(max(mean, 0.0), 1.0),
        latest_on=max(one.on for said in everything for one in said),
        words=tuple(sorted(words)),
    )
