"""
Forms in which soft skills are practised, and what is known of each.

A small table: which form goes with which O*NET element is this project's choice (an assumption);
that the form works at all is what the source beside it reports. A skill without a known element
gets the form that works for behavior of any kind, the debrief.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Exercise(NamedTuple):
    """
    One form of practice.

    Attributes
    ----------
    form : str
        Its name: ``"role play"``.
    how : str
        What to do, as the rest of a sentence that begins with "practise it as".
    elements : tuple of str
        O*NET elements it goes with.
    source : str
        Who found that the form works, with the DOI.
    """

    form: str
    how: str
    elements: tuple[str, ...]
    source: str


_BEHAVIOR_MODELING = (
    "Taylor, Russ-Eft & Chan 2005, Journal of Applied Psychology 90(4), 692-709, "
    "doi:10.1037/0021-9010.90.4.692"
)
_NEGOTIATION = (
    "Nadler, Thompson & Van Boven 2003, Management Science 49(4), 529-540, "
    "doi:10.1287/mnsc.49.4.529.14431"
)
_DEBRIEF = "Tannenbaum & Cerasoli 2013, Human Factors 55(1), 231-245, doi:10.1177/0018720812448394"
_COACHING = (
    "Jones, Woods & Guillaume 2016, Journal of Occupational and Organizational Psychology 89(2), "
    "249-277, doi:10.1111/joop.12119"
)
_STRESS = (
    "Richardson & Rothstein 2008, Journal of Occupational Health Psychology 13(1), 69-93, "
    "doi:10.1037/1076-8998.13.1.69"
)

EXERCISES: Final = (
    Exercise(
        form="observed negotiation",
        how="an observed negotiation: watch somebody good at it, compare two cases, then try one",
        elements=("2.B.1.d", "2.B.1.c"),
        source=_NEGOTIATION,
    ),
    Exercise(
        form="role play",
        how="a role play: a scene of your own, once done badly and once well, with a partner",
        elements=("2.A.1.b", "2.A.1.d", "2.B.1.a", "2.B.1.f", "1.C.3.a", "1.C.3.b", "1.C.3.c"),
        source=_BEHAVIOR_MODELING,
    ),
    Exercise(
        form="observed conversation",
        how="an observed conversation: a real one, with a mentor in the room and a talk after it",
        elements=("2.B.1.e", "2.B.5.d", "1.C.2.b"),
        source=_COACHING,
    ),
    Exercise(
        form="reframing",
        how="reframing: write down what stressed you, what you thought, and another way to see it",
        elements=("1.C.4.a", "1.C.4.b", "1.C.4.c"),
        source=_STRESS,
    ),
    Exercise(
        form="retrospective",
        how="a retrospective: what was meant, what happened, why, and what to do next time",
        elements=("2.B.1.b", "2.B.5.a"),
        source=_DEBRIEF,
    ),
)
# Works for teams and individuals, whatever the task.
ANY_SKILL: Final = EXERCISES[-1]


def find_exercise(elements: Iterable[str]) -> Exercise:
    """
    Find the form of practice for a soft skill made of these elements.

    Examples
    --------
    >>> find_exercise(["2.A.1.b"]).form
    'role play'
    >>> find_exercise([]).form
    'retrospective'
    """
    known = list(elements)
    for element in known:
        for exercise in EXERCISES:
            if element in exercise.elements:
                return exercise
    return ANY_SKILL
