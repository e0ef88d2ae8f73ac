"""
Balance hard and soft skills: what to work on this week, and why.

>>> import datetime as dt
>>> import skillbalance as sb
>>> profile = sb.Profile(
...     id="ada",
...     field="software_engineering",
...     stage="mid",
...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
... )
>>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
>>> plan.hours_per_week
4.0
"""

from skillbalance import numeric
from skillbalance.agents.tools import agent_tools, call_tool
from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.estimates import estimate_proficiency
from skillbalance.coaching.many import plan_batches, plan_many
from skillbalance.coaching.planning import evaluate_plan, plan_time
from skillbalance.coaching.weights import weigh_skills
from skillbalance.errors import (
    Conflict,
    Fault,
    InfeasibleError,
    InvalidDocumentError,
    InvalidValueError,
    MissingExtraError,
    SkillbalanceError,
    SkillbalanceWarning,
    UnknownElementError,
    UnknownFieldError,
    UnknownSkillError,
)
from skillbalance.formats.documents import from_data, from_json, json_schema, to_data, to_json
from skillbalance.model import scales
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.budget import TimeBudget
from skillbalance.model.columns import PeopleColumns, PlanColumns, SkillColumns
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import (
    BlindSpot,
    Evidence,
    ProficiencyEstimate,
    ProficiencyEstimates,
    RaterModel,
    RaterNoise,
    RaterSeverity,
)
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.practice import Activity, Outcome, PracticeRecord
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import Assessment, FeedbackItem, RaterKind, Tone
from skillbalance.model.scales import Scale
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.model.weights import SkillWeight, SkillWeights
from skillbalance.reference.fields import Field, fields

__all__ = [
    "Activity",
    "Assessment",
    "Balance",
    "BlindSpot",
    "CareerStage",
    "Conflict",
    "Evidence",
    "Fault",
    "FeedbackItem",
    "Field",
    "Goal",
    "GoalDomain",
    "InfeasibleError",
    "InvalidDocumentError",
    "InvalidValueError",
    "MissingExtraError",
    "Outcome",
    "PeopleColumns",
    "PlanColumns",
    "PlanDocument",
    "PlannedSkill",
    "PracticeRecord",
    "ProficiencyEstimate",
    "ProficiencyEstimates",
    "Profile",
    "RaterKind",
    "RaterModel",
    "RaterNoise",
    "RaterSeverity",
    "Scale",
    "Skill",
    "SkillBalance",
    "SkillColumns",
    "SkillKind",
    "SkillWeight",
    "SkillWeights",
    "SkillbalanceError",
    "SkillbalanceWarning",
    "TimeBudget",
    "TimePlan",
    "Tone",
    "UnknownElementError",
    "UnknownFieldError",
    "UnknownSkillError",
    "agent_tools",
    "call_tool",
    "estimate_proficiency",
    "evaluate_plan",
    "fields",
    "from_data",
    "from_json",
    "json_schema",
    "measure_balance",
    "numeric",
    "plan_batches",
    "plan_many",
    "plan_time",
    "scales",
    "to_data",
    "to_json",
    "weigh_skills",
]
