"""What a default number says about itself, and the sources that numbers come from."""

from typing import Literal

import attrs

Label = Literal["published", "computed", "assumption"]

ONET = "O*NET 29.3 Database, U.S. Department of Labor, CC BY 4.0"
CONWAY_HUFFCUTT = (
    "Conway & Huffcutt 1997, Human Performance 10(4), 331-360, doi:10.1207/s15327043hup1004_2"
)
ZELL_KRIZAN = (
    "Zell & Krizan 2014, Perspectives on Psychological Science 9(2), 111-125, "
    "doi:10.1177/1745691613518075"
)
HEIDEMEIER_MOSER = (
    "Heidemeier & Moser 2009, Journal of Applied Psychology 94(2), 353-370, "
    "doi:10.1037/0021-9010.94.2.353"
)
TATEL_ACKERMAN = "Tatel & Ackerman 2025, Psychological Bulletin, doi:10.1037/bul0000481"
COMPLEMENTS = (
    "skillbalance; that the kinds are complements: Deming 2017, Quarterly Journal of Economics "
    "132(4), 1593-1640, doi:10.1093/qje/qjx022; Weinberger 2014, Review of Economics and "
    "Statistics 96(5), 849-861, doi:10.1162/REST_a_00449"
)
ERICSSON = (
    "Ericsson, Krampe & Tesch-Roemer 1993, Psychological Review 100(3), 363-406, "
    "doi:10.1037/0033-295X.100.3.363"
)
CEPEDA = (
    "Cepeda, Vul, Rohrer, Wixted & Pashler 2008, Psychological Science 19(11), 1095-1102, "
    "doi:10.1111/j.1467-9280.2008.02209.x"
)
TETZLAFF = (
    "Tetzlaff, Simonsmeier, Peters & Brod 2025, Learning and Instruction 98, 102142, "
    "doi:10.1016/j.learninstruc.2025.102142"
)
# What nobody has measured, or not for this purpose: our choice.
OWN_CHOICE = "skillbalance"


@attrs.frozen(kw_only=True)
class Parameter:
    """
    One default number.

    Attributes
    ----------
    name : str
        What the number is called in the documentation.
    value : float
        The number.
    unit : str
        Its unit; ``"1"`` for a pure number.
    source : str
        Where it comes from, with the DOI where there is one.
    label : str
        ``"published"``, ``"computed"`` or ``"assumption"``.
    meaning : str
        What it does, in one sentence.
    """

    name: str
    value: float
    unit: str
    source: str
    label: Label
    meaning: str
