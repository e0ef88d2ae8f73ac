"""The O*NET elements a skill may map to."""

from functools import cache

import attrs

from skillbalance.errors import UnknownElementError
from skillbalance.reference._table import load_table


@attrs.frozen(kw_only=True)
class Element:
    """
    One descriptor of work in O*NET.

    Attributes
    ----------
    element_id : str
        Key: ``"2.A.1.b"``. Names do not do: "Mathematics" is a skill and a knowledge area.
    name : str
        O*NET's name: ``"Active Listening"``.
    domain : str
        ``"skill"``, ``"knowledge"`` or ``"workstyle"``. Work Styles have an importance, no level.
    kind : str
        ``"hard"``, ``"soft"`` or ``"cognitive"``. Cognitive elements and Work Styles count in no
        soft share.
    """

    element_id: str
    name: str
    domain: str
    kind: str


@cache
def _elements_by_id() -> dict[str, Element]:
    return {
        element_id: Element(element_id=element_id, name=row.name, domain=row.domain, kind=row.kind)
        for element_id, row in load_table().elements.items()
    }


def elements() -> tuple[Element, ...]:
    """
    List the elements of the reference table.

    Returns
    -------
    tuple of Element
        Skills, then knowledge, then Work Styles.

    Examples
    --------
    >>> from skillbalance.reference.elements import elements
    >>> len(elements())
    84
    """
    return tuple(_elements_by_id().values())


def find_element(element_id: str) -> Element:
    """
    Look one element up by its O*NET id.

    Raises
    ------
    UnknownElementError
        When the table has no such element; the message names the nearest ids.

    Examples
    --------
    >>> from skillbalance.reference.elements import find_element
    >>> find_element("2.B.3.e").name
    'Programming'
    """
    try:
        return _elements_by_id()[element_id]
    except KeyError:
        raise UnknownElementError(element_id, tuple(_elements_by_id())) from None
