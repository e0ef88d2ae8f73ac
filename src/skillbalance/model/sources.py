"""What each source says, as far as it may be shown to the person rated."""

import datetime as dt

import attrs

from skillbalance import _checks
from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.rating import RaterKind

__all__ = ["SkillSources", "SourceBreakdown", "SourceView"]


@attrs.frozen(kw_only=True)
class SourceView(Record):
    """
    How one group of raters sees one skill.

    Attributes
    ----------
    kinds : tuple of RaterKind
        The group: one kind of rater, or several who are too few to be shown apart.
    n_raters : int
        Raters in the group.
    mean : float
        Mean over the raters of the latest that each of them gave, in [0, 1]; feedback counts as
        what its tone stands for. As given: neither age nor leniency nor robust weights change it.
    latest_on : datetime.date
        Day of the latest.
    words : tuple of str
        Evidence and comments of the same ratings, in alphabetical order: it tells nothing of who
        said what.
    """

    kinds: tuple[RaterKind, ...]
    n_raters: int
    mean: float
    latest_on: dt.date
    words: tuple[str, ...]


@attrs.frozen(kw_only=True)
class SkillSources(Record):
    """
    What may be shown of one skill.

    Attributes
    ----------
    skill_id : str
        The skill.
    views : tuple of SourceView
        The groups that may be shown, by kind of rater.
    withheld : tuple of RaterKind
        Kinds that spoke, but are too few to be shown.
    """

    skill_id: str
    views: tuple[SourceView, ...]
    withheld: tuple[RaterKind, ...]

    def view_of(self, kind: RaterKind | str) -> SourceView | None:
        """
        Give the group a kind of rater is shown in; None if it said nothing or is withheld.

        Raises
        ------
        InvalidValueError
            If there is no such kind; names those there are.
        """
        wanted = _checks.member("kind", _checks.as_member(RaterKind, kind), RaterKind)
        return next((view for view in self.views if wanted in view.kinds), None)


@attrs.frozen(kw_only=True)
class SourceBreakdown(ItemsBySkill[SkillSources]):
    """
    What each source says about each skill, safe to be shown to the person rated.

    Attributes
    ----------
    items : tuple of SkillSources
        One per skill, in profile order.
    as_of : datetime.date
        Day of the breakdown; what was said later is not in it.
    min_raters : int
        Size from which a group of peers, reports or clients is shown.
    """

    as_of: dt.date
    min_raters: int
