"""Default numbers of the loop of practice, review and re-plan; listed in ``defaults``."""

from skillbalance.reference.parameter import OWN_CHOICE, Parameter

RATE_PERSON_SHARE = Parameter(
    name="person's part of the spread",
    value=0.5,
    unit="share of variance",
    source=OWN_CHOICE,
    label="assumption",
    meaning="How much of the spread of learning rates lies between people, the same in all "
    "skills of one person; the rest lies between the skills of one person.",
)
CAPACITY_PRIOR_WEEKS = Parameter(
    name="weight of stated hours",
    value=2.0,
    unit="weeks",
    source=OWN_CHOICE,
    label="assumption",
    meaning="The hours a person says they have count like so many weeks of practice seen.",
)
MAX_CHANGE = Parameter(
    name="most change at a re-plan",
    value=1.0,
    unit="h/week",
    source=OWN_CHOICE,
    label="assumption",
    meaning="How far the hours of one skill may move from one plan to the next.",
)
ON_TRACK = Parameter(
    name="on track from",
    value=0.5,
    unit="probability",
    source=f"{OWN_CHOICE}; more likely than not",
    label="assumption",
    meaning="A goal is on track if its targets are reached in time with at least this probability.",
)
REASSESS_GAIN = Parameter(
    name="worth of a re-assessment",
    value=0.2,
    unit="share of sd",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A new rating pays once it would shrink the standard deviation of a level by this "
    "part.",
)
REASSESS_GAP = Parameter(
    name="shortest time between assessments",
    value=4.0,
    unit="weeks",
    source=OWN_CHOICE,
    label="assumption",
    meaning="A skill is not rated again sooner than this.",
)
