"""Default numbers of advice: what is worth saying; listed in ``defaults``."""

from skillbalance.reference.parameter import OWN_CHOICE, Parameter

WORTH_SAYING = Parameter(
    name="worth saying",
    value=0.001,
    unit="readiness",
    source=f"{OWN_CHOICE}; a few minutes a week are worth as much",
    label="assumption",
    meaning="Advice that would raise readiness by less is not given, unless it says that something "
    "promised cannot be kept.",
)
WORTH_ASKING = Parameter(
    name="worth asking",
    value=0.0001,
    unit="readiness",
    source=f"{OWN_CHOICE}; a quarter of an hour once is a hundredth of an hour a week over half a "
    "year",
    label="assumption",
    meaning="The same for a question to somebody, which takes no hours of the week.",
)
LONG_SILENCE = Parameter(
    name="long silence",
    value=365.0,
    unit="days",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A kind of rater that said nothing for longer counts as a contact to renew.",
)
KIND_AHEAD = Parameter(
    name="one kind ahead from",
    value=0.75,
    unit="probability",
    source=f"{OWN_CHOICE}; three to one",
    label="assumption",
    meaning="Cross-training is advised where one kind of skill is ahead with at least this "
    "probability.",
)
