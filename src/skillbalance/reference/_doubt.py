"""Default numbers of how far assumptions may be off; listed in ``defaults``."""

from skillbalance.reference.parameter import COMPLEMENTS, OWN_CHOICE, Parameter

WEIGHT_SPREAD = Parameter(
    name="spread of weights",
    value=0.25,
    unit="sd of log weight",
    source=f"{OWN_CHOICE}; two thirds of the weights then lie within a quarter of what is assumed",
    label="assumption",
    meaning="How far the weight of a skill may be off, when the robustness of a plan is assessed.",
)
GOAL_SHARE_SPREAD = Parameter(
    name="range of the goal share",
    value=0.2,
    unit="share",
    source=OWN_CHOICE,
    label="assumption",
    meaning="The part that goals have in the weights may be off by as much, either way.",
)
RHO_SPREAD = Parameter(
    name="range of rho",
    value=1.0,
    unit="1",
    source=f"{COMPLEMENTS}, but not how strongly",
    label="assumption",
    meaning="Complementarity may be off by as much, either way.",
)
BEYOND_SPREAD = Parameter(
    name="range of the credit beyond target",
    value=0.25,
    unit="1",
    source=f"{OWN_CHOICE}; from nothing to half",
    label="assumption",
    meaning="What a point past the target counts may be off by as much, either way.",
)
TIE_CONFIDENCE = Parameter(
    name="tie below",
    value=0.75,
    unit="probability",
    source=f"{OWN_CHOICE}; three to one",
    label="assumption",
    meaning="Two skills are tied unless one of them gets at least as many hours as the other with "
    "this probability.",
)
