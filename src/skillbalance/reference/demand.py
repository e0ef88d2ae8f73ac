"""
Skills whose demand is rising, and the O*NET elements nearest to them.

The list is the World Economic Forum's: the ten skills that most of the employers it asked expect to
grow until 2030, fastest first. What it is *not*: a measurement of demand, or of any one field. The
elements beside each skill are this project's reading of it (an assumption); the weights of the
model do not use the list.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

WEF_2025: Final = (
    "World Economic Forum, Future of Jobs Report 2025, ten fastest-growing skills to 2030"
)


class RisingSkill(NamedTuple):
    """
    One skill of the list.

    Attributes
    ----------
    rank : int
        Place in the list, 1 the fastest-growing.
    name : str
        The list's own name for it.
    elements : tuple of str
        O*NET elements that come nearest; empty where none does.
    source : str
        Where the list is from.
    """

    rank: int
    name: str
    elements: tuple[str, ...]
    source: str = WEF_2025


RISING: Final = (
    RisingSkill(rank=1, name="AI and big data", elements=("2.B.3.e",)),
    RisingSkill(rank=2, name="Networks and cybersecurity", elements=("2.C.9.a",)),
    RisingSkill(rank=3, name="Technological literacy", elements=("2.C.3.a",)),
    RisingSkill(rank=4, name="Creative thinking", elements=("1.C.7.a",)),
    RisingSkill(
        rank=5,
        name="Resilience, flexibility and agility",
        elements=("1.C.4.b", "1.C.4.c"),
    ),
    RisingSkill(rank=6, name="Curiosity and lifelong learning", elements=("2.A.2.b", "2.A.2.c")),
    RisingSkill(rank=7, name="Leadership and social influence", elements=("1.C.2.b", "2.B.1.c")),
    RisingSkill(rank=8, name="Talent management", elements=("2.B.5.d", "2.C.1.f")),
    RisingSkill(rank=9, name="Analytical thinking", elements=("1.C.7.b", "2.A.2.a")),
    RisingSkill(rank=10, name="Environmental stewardship", elements=()),
)


def find_rising(elements: Iterable[str]) -> RisingSkill | None:
    """
    Find the fastest-growing skill of the list that shares an element, None if none does.

    Examples
    --------
    >>> find_rising(["2.B.5.d"]).name
    'Talent management'
    >>> find_rising(["2.B.3.l"]) is None
    True
    """
    known = set(elements)
    return next((skill for skill in RISING if known.intersection(skill.elements)), None)
