"""An occupation of one's own: what the built-in fields say, for work they do not cover."""

from collections.abc import Mapping

import attrs

from skillbalance import _checks
from skillbalance.model._items import freeze
from skillbalance.model._record import Record

__all__ = ["Occupation"]


@attrs.frozen(kw_only=True)
class Occupation(Record):
    """
    What one occupation asks for: a profile that carries it is looked up in it, not in a field.

    It comes from :func:`~skillbalance.read_onet`, or is a changed copy of one that does. Nothing
    is registered anywhere: it travels with the profile, through documents too.

    Attributes
    ----------
    id : str
        The key; ``field`` of a profile that carries the occupation is the same.
    name : str
        The same for people; the id if not given.
    importance : mapping of str to float
        Importance in [0, 1] by O*NET element id, of all elements of the reference table: (IM - 1)
        / 4. Work Styles are given as rated; they are rescaled when they are used, as those of a
        field are.
    level : mapping of str to float
        Level in [0, 1] by O*NET element id, of all skills and knowledge areas: LV / 7. Work Styles
        have none.
    soft_share : float
        Recommended soft share of an individual contributor, in [0, 1].

    Raises
    ------
    InvalidValueError
        If a value breaks its rule. Whether the elements are those of the reference table is seen
        when it is used, or read from a document.

    Examples
    --------
    >>> nurse = Occupation(id="29-1141.00", importance={}, level={}, soft_share=0.4)
    >>> nurse.name
    '29-1141.00'
    """

    id: str = attrs.field(validator=_checks.by(_checks.identifier))
    name: str = attrs.field(validator=_checks.by(_checks.identifier))
    importance: Mapping[str, float] = attrs.field(
        converter=freeze, validator=_checks.by(_checks.numbers_by_id, 0, 1)
    )
    level: Mapping[str, float] = attrs.field(
        converter=freeze, validator=_checks.by(_checks.numbers_by_id, 0, 1)
    )
    soft_share: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, 1)
    )

    @name.default
    def _name_is_id(self) -> str:
        return self.id
