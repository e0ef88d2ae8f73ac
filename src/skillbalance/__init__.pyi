from skillbalance import numeric
from skillbalance.agents.tools import agent_tools, call_tool
from skillbalance.coaching.advice.suggest import suggest_actions
from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.evidence.estimate_many import estimate_many
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.evidence.history import estimate_history
from skillbalance.coaching.evidence.questions import ask_next
from skillbalance.coaching.evidence.rater_fit import fit_rater_model
from skillbalance.coaching.evidence.ratings import find_rater_model
from skillbalance.coaching.evidence.sources import break_down_sources
from skillbalance.coaching.partners import find_partners
from skillbalance.coaching.planning.contexts import compare_contexts
from skillbalance.coaching.planning.frontier import frontier
from skillbalance.coaching.planning.inverse import earliest_date, hours_needed, least_hours
from skillbalance.coaching.planning.many import plan_batches, plan_many
from skillbalance.coaching.planning.plan import evaluate_plan, plan_time
from skillbalance.coaching.planning.roadmap import roadmap
from skillbalance.coaching.planning.robustness import assess_robustness
from skillbalance.coaching.planning.transfer import plan_with_transfer
from skillbalance.coaching.progress.forecast import forecast
from skillbalance.coaching.progress.replan import replan
from skillbalance.coaching.progress.review import review_progress
from skillbalance.coaching.week.schedule import schedule_week
from skillbalance.coaching.weights import weigh_skills
from skillbalance.display.pages.widget import Explorer, explore
from skillbalance.errors import (
    Conflict,
    Fault,
    InfeasibleError,
    InvalidDocumentError,
    InvalidValueError,
    MissingExtraError,
    ScheduleError,
    SkillbalanceError,
    SkillbalanceWarning,
    UnknownElementError,
    UnknownFieldError,
    UnknownSkillError,
)
from skillbalance.formats.calendar import read_calendar, to_calendar
from skillbalance.formats.documents import from_data, from_json, json_schema, to_data, to_json
from skillbalance.formats.frames import FramePlans, plan_frame, profiles_from_frames
from skillbalance.formats.framework_csv import Framework, FrameworkRole, read_framework
from skillbalance.formats.onet import OnetRelease, read_onet, suggest_skills
from skillbalance.formats.practice_log import (
    PracticeLog,
    append_practice,
    read_practice_log,
    write_practice_log,
)
from skillbalance.model import scales
from skillbalance.model.advice import Action, ActionKind, Advice, PartnerElement
from skillbalance.model.availability import (
    Availability,
    DatedException,
    ExceptionKind,
    TimeWindow,
    Weekday,
)
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.budget import TimeBudget
from skillbalance.model.columns import (
    EstimateColumns,
    PeopleColumns,
    PlanColumns,
    RaterColumns,
    SkillColumns,
)
from skillbalance.model.contexts import ContextComparison, ContextSkill
from skillbalance.model.document import PlanDocument
from skillbalance.model.estimates import (
    BlindSpot,
    Evidence,
    HeardRating,
    ProficiencyEstimate,
    ProficiencyEstimates,
    RaterModel,
    RaterNoise,
    RaterSeverity,
)
from skillbalance.model.forecast import (
    Forecast,
    GoalForecast,
    SkillForecast,
    TargetForecast,
    Trajectory,
)
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.history import EstimateHistory, EstimatePoint, SkillHistory
from skillbalance.model.inverse import (
    EarliestDate,
    Frontier,
    FrontierPoint,
    HoursNeeded,
    LeastHours,
)
from skillbalance.model.occupation import Occupation
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.practice import Activity, Outcome, PracticeRecord
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.questions import Question, Questions
from skillbalance.model.rater_fit import FittedParameter, RaterFit
from skillbalance.model.rating import Assessment, FeedbackItem, RaterKind, Tone
from skillbalance.model.review import (
    HoursReview,
    Replan,
    Review,
    ReviewedGoal,
    ReviewedSkill,
    ReviewedWeek,
    SkillChange,
)
from skillbalance.model.roadmap import CareerStep, Roadmap, RoadmapPeriod
from skillbalance.model.robustness import Dependence, LimitPrice, Robustness, RobustSkill
from skillbalance.model.scales import Scale
from skillbalance.model.skill import Skill, SkillKind
from skillbalance.model.sources import SkillSources, SourceBreakdown, SourceView
from skillbalance.model.transfer import TransferPlan, TransferSkill
from skillbalance.model.week import DueReview, LoadWarning, Session, Week
from skillbalance.model.weights import SkillWeight, SkillWeights
from skillbalance.reference.fields import Field, fields

__all__ = [
    "Action",
    "ActionKind",
    "Activity",
    "Advice",
    "Assessment",
    "Availability",
    "Balance",
    "BlindSpot",
    "CareerStage",
    "CareerStep",
    "Conflict",
    "ContextComparison",
    "ContextSkill",
    "DatedException",
    "Dependence",
    "DueReview",
    "EarliestDate",
    "EstimateColumns",
    "EstimateHistory",
    "EstimatePoint",
    "Evidence",
    "ExceptionKind",
    "Explorer",
    "Fault",
    "FeedbackItem",
    "Field",
    "FittedParameter",
    "Forecast",
    "FramePlans",
    "Framework",
    "FrameworkRole",
    "Frontier",
    "FrontierPoint",
    "Goal",
    "GoalDomain",
    "GoalForecast",
    "HeardRating",
    "HoursNeeded",
    "HoursReview",
    "InfeasibleError",
    "InvalidDocumentError",
    "InvalidValueError",
    "LeastHours",
    "LimitPrice",
    "LoadWarning",
    "MissingExtraError",
    "Occupation",
    "OnetRelease",
    "Outcome",
    "PartnerElement",
    "PeopleColumns",
    "PlanColumns",
    "PlanDocument",
    "PlannedSkill",
    "PracticeLog",
    "PracticeRecord",
    "ProficiencyEstimate",
    "ProficiencyEstimates",
    "Profile",
    "Question",
    "Questions",
    "RaterColumns",
    "RaterFit",
    "RaterKind",
    "RaterModel",
    "RaterNoise",
    "RaterSeverity",
    "Replan",
    "Review",
    "ReviewedGoal",
    "ReviewedSkill",
    "ReviewedWeek",
    "Roadmap",
    "RoadmapPeriod",
    "RobustSkill",
    "Robustness",
    "Scale",
    "ScheduleError",
    "Session",
    "Skill",
    "SkillBalance",
    "SkillChange",
    "SkillColumns",
    "SkillForecast",
    "SkillHistory",
    "SkillKind",
    "SkillSources",
    "SkillWeight",
    "SkillWeights",
    "SkillbalanceError",
    "SkillbalanceWarning",
    "SourceBreakdown",
    "SourceView",
    "TargetForecast",
    "TimeBudget",
    "TimePlan",
    "TimeWindow",
    "Tone",
    "Trajectory",
    "TransferPlan",
    "TransferSkill",
    "UnknownElementError",
    "UnknownFieldError",
    "UnknownSkillError",
    "Week",
    "Weekday",
    "agent_tools",
    "append_practice",
    "ask_next",
    "assess_robustness",
    "break_down_sources",
    "call_tool",
    "compare_contexts",
    "earliest_date",
    "estimate_history",
    "estimate_many",
    "estimate_proficiency",
    "evaluate_plan",
    "explore",
    "fields",
    "find_partners",
    "find_rater_model",
    "fit_rater_model",
    "forecast",
    "from_data",
    "from_json",
    "frontier",
    "hours_needed",
    "json_schema",
    "least_hours",
    "measure_balance",
    "numeric",
    "plan_batches",
    "plan_frame",
    "plan_many",
    "plan_time",
    "plan_with_transfer",
    "profiles_from_frames",
    "read_calendar",
    "read_framework",
    "read_onet",
    "read_practice_log",
    "replan",
    "review_progress",
    "roadmap",
    "scales",
    "schedule_week",
    "suggest_actions",
    "suggest_skills",
    "to_calendar",
    "to_data",
    "to_json",
    "weigh_skills",
    "write_practice_log",
]
