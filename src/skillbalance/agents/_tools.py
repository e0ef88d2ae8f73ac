"""The table of tools, how their arguments are read, and how their answers are written."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import attrs

from skillbalance.coaching.advice.suggest import suggest_actions
from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.evidence.questions import ask_next
from skillbalance.coaching.planning.contexts import compare_contexts
from skillbalance.coaching.planning.inverse import hours_needed
from skillbalance.coaching.planning.plan import evaluate_plan, plan_time
from skillbalance.coaching.planning.roadmap import roadmap
from skillbalance.coaching.progress.forecast import forecast
from skillbalance.coaching.week.schedule import schedule_week
from skillbalance.coaching.weights import weigh_skills
from skillbalance.display.text.conflicts import place_of, way_out
from skillbalance.display.text.documents import balance_text, document_text, fields_text, plan_text
from skillbalance.errors import (
    Fault,
    InfeasibleError,
    InvalidDocumentError,
    ScheduleError,
    SkillbalanceError,
    nearest_names,
    suggestion,
)
from skillbalance.formats._parse import DocumentObject, parse
from skillbalance.formats._read import Reader, reader_of
from skillbalance.formats._schema import schema_of_type
from skillbalance.formats._write import plain
from skillbalance.model.availability import Availability
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.roadmap import CareerStep
from skillbalance.reference.fields import fields

__all__ = ["TOOLS", "answer", "parameters_of"]


class _Argument(NamedTuple):
    """One argument of a tool: the type it is read as, and what it means."""

    hint: Any
    description: str
    required: bool = True


class Tool(NamedTuple):
    """
    One tool.

    Attributes
    ----------
    description : str
        What it does and when to call it.
    arguments : Mapping[str, _Argument]
        What it takes, by name.
    call : callable
        Takes the arguments, gives a result and its text.
    """

    description: str
    arguments: Mapping[str, _Argument]
    call: Callable[..., tuple[object, str]]


# --- the calls ------------------------------------------------------------------------------------


def _list_fields() -> tuple[object, str]:
    known = fields()
    return known, fields_text(known)


def _check_profile(profile: Profile, budget: TimeBudget | None = None) -> tuple[object, str]:
    document = PlanDocument(profile=profile, budget=budget or TimeBudget(hours_per_week=0))
    return {"valid": True}, document_text(document)


def _weigh_skills(profile: Profile) -> tuple[object, str]:
    return weigh_skills(profile), ""


def _estimate_proficiency(profile: Profile, as_of: dt.date) -> tuple[object, str]:
    return estimate_proficiency(profile, as_of=as_of), ""


def _measure_balance(profile: Profile, as_of: dt.date) -> tuple[object, str]:
    balance = measure_balance(profile, as_of=as_of)
    return balance, balance_text(balance, estimate_proficiency(profile, as_of=as_of), profile)


def _plan_time(profile: Profile, budget: TimeBudget, as_of: dt.date) -> tuple[object, str]:
    plan = plan_time(profile, budget, as_of=as_of)
    return plan, plan_text(plan)


def _evaluate_plan(
    profile: Profile, budget: TimeBudget, hours: Mapping[str, float], as_of: dt.date
) -> tuple[object, str]:
    plan = evaluate_plan(profile, budget, hours, as_of=as_of)
    return plan, plan_text(plan)


def _suggest_actions(
    *,
    profile: Profile,
    budget: TimeBudget,
    as_of: dt.date,
    availability: Availability | None = None,
    practice: tuple[PracticeRecord, ...] = (),
    planned_on: dt.date | None = None,
) -> tuple[object, str]:
    plan = plan_time(profile, budget, as_of=planned_on or as_of)
    advice = suggest_actions(
        profile, plan, as_of=as_of, budget=budget, availability=availability, practice=practice
    )
    return advice, advice.summary()


def _ask_next(profile: Profile, budget: TimeBudget, as_of: dt.date) -> tuple[object, str]:
    questions = ask_next(profile, budget, as_of=as_of)
    # There is one for every skill and rater; nobody asks more than a few.
    best = attrs.evolve(questions, items=questions.items[:_MOST_QUESTIONS])
    return best, "\n".join(question.reason for question in best)


def _forecast(profile: Profile, budget: TimeBudget, as_of: dt.date) -> tuple[object, str]:
    promise = forecast(plan_time(profile, budget, as_of=as_of), profile)
    return promise, promise.summary()


def _hours_needed(
    profile: Profile, skill_id: str, by: dt.date, as_of: dt.date, target: float | None = None
) -> tuple[object, str]:
    answered = hours_needed(profile, skill_id, by=by, as_of=as_of, target=target)
    return answered, answered.reason()


def _schedule_week(
    profile: Profile, budget: TimeBudget, availability: Availability, as_of: dt.date
) -> tuple[object, str]:
    plan = plan_time(profile, budget, as_of=as_of)
    week = schedule_week(plan, availability, week_of=as_of, profile=profile)
    return week, week.summary()


def _roadmap(
    profile: Profile, stages: tuple[CareerStep, ...], budget: TimeBudget, as_of: dt.date
) -> tuple[object, str]:
    path = roadmap(profile, stages, budget, as_of=as_of)
    return path, path.summary()


def _compare_contexts(
    profile: Profile,
    as_of: dt.date,
    field: str | None = None,
    stage: CareerStage | None = None,
    budget: TimeBudget | None = None,
) -> tuple[object, str]:
    move = compare_contexts(profile, field=field, stage=stage, as_of=as_of, budget=budget)
    return move, move.summary()


# --- the table ------------------------------------------------------------------------------------

_MOST_QUESTIONS: Final = 10

_PROFILE: Final = _Argument(Profile, "The person: field, stage, skills, goals, ratings.")
_BUDGET: Final = _Argument(TimeBudget, "The hours of a week and the limits on their use.")
_AS_OF: Final = _Argument(dt.date, "The day it is, as 2026-01-05.")
_HOURS: Final = _Argument(
    Mapping[str, float], "Hours a week by skill id; a skill not named gets none. [h/week]"
)

_AVAILABILITY: Final = _Argument(
    Availability, "When there is time: time zone, windows of the week, exceptions, limits."
)

TOOLS: Final[Mapping[str, Tool]] = MappingProxyType(
    {
        "list_fields": Tool(
            "List the fields of work a profile may name, each with its recommended soft share.",
            {},
            _list_fields,
        ),
        "check_profile": Tool(
            "Check a profile, and a budget if given, and say what they hold. Every fault is "
            "named with its place. Call it first, while the profile is being put together.",
            {"profile": _PROFILE, "budget": _BUDGET._replace(required=False)},
            _check_profile,
        ),
        "weigh_skills": Tool(
            "Say how much each skill matters, and how much of that field, stage and each goal "
            "put in.",
            {"profile": _PROFILE},
            _weigh_skills,
        ),
        "estimate_proficiency": Tool(
            "Estimate each proficiency from all ratings at once, with its uncertainty, what it "
            "rests on, and blind spots.",
            {"profile": _PROFILE, "as_of": _AS_OF},
            _estimate_proficiency,
        ),
        "measure_balance": Tool(
            "Measure where the person stands: gaps to the targets, hard and soft index, "
            "readiness, bottlenecks.",
            {"profile": _PROFILE, "as_of": _AS_OF},
            _measure_balance,
        ),
        "plan_time": Tool(
            "Find the hours a week for each skill that raise readiness most, with a proof and a "
            "reason per skill. Limits that contradict each other come back as an error with the "
            "smallest change of each that would do.",
            {"profile": _PROFILE, "budget": _BUDGET, "as_of": _AS_OF},
            _plan_time,
        ),
        "evaluate_plan": Tool(
            "Judge hours the person chose: where they lead, and what the best hours would add.",
            {"profile": _PROFILE, "budget": _BUDGET, "hours": _HOURS, "as_of": _AS_OF},
            _evaluate_plan,
        ),
        "suggest_actions": Tool(
            "Say what is worth doing next, over goals, strengths and weaknesses, feedback, people "
            "to meet, well-being, cross-training and time; each with its reason in numbers and "
            "the readiness it adds. Call it when asked for advice; do not invent other numbers.",
            {
                "profile": _PROFILE,
                "budget": _BUDGET,
                "as_of": _AS_OF,
                "availability": _AVAILABILITY._replace(required=False),
                "practice": _Argument(
                    tuple[PracticeRecord, ...],
                    "What was done since the plan was made.",
                    required=False,
                ),
                "planned_on": _Argument(
                    dt.date,
                    "The day the plan was made; today where it is not given.",
                    required=False,
                ),
            },
            _suggest_actions,
        ),
        "ask_next": Tool(
            "Find whom to ask about which skill next, the ten most valuable questions first.",
            {"profile": _PROFILE, "budget": _BUDGET, "as_of": _AS_OF},
            _ask_next,
        ),
        "forecast": Tool(
            "Follow the best plan week by week, with bands, and give the chance of each goal.",
            {"profile": _PROFILE, "budget": _BUDGET, "as_of": _AS_OF},
            _forecast,
        ),
        "hours_needed": Tool(
            "Find the fewest hours a week that bring one skill to a target by a day, or that none "
            "do.",
            {
                "profile": _PROFILE,
                "skill_id": _Argument(str, "The skill, by its id."),
                "by": _Argument(dt.date, "The day to hold the target on, as 2026-06-30."),
                "as_of": _AS_OF,
                "target": _Argument(
                    float,
                    "Proficiency in [0, 1]; the skill's own target if not given.",
                    required=False,
                ),
            },
            _hours_needed,
        ),
        "schedule_week": Tool(
            "Turn the best plan into the sessions of a week in the person's free time. Hours that "
            "do not fit come back as an error that says how many.",
            {
                "profile": _PROFILE,
                "budget": _BUDGET,
                "availability": _AVAILABILITY,
                "as_of": _AS_OF,
            },
            _schedule_week,
        ),
        "roadmap": Tool(
            "Plan along a career path of dated fields and stages: how balance and hours shift.",
            {
                "profile": _PROFILE,
                "stages": _Argument(
                    tuple[CareerStep, ...], "The steps of the path, each with its first day."
                ),
                "budget": _BUDGET,
                "as_of": _AS_OF,
            },
            _roadmap,
        ),
        "compare_contexts": Tool(
            "Say what a move to another field or stage changes: weights, expected levels, gaps, "
            "and with a budget the hours.",
            {
                "profile": _PROFILE,
                "as_of": _AS_OF,
                "field": _Argument(str, "The field after the move.", required=False),
                "stage": _Argument(CareerStage, "The stage after the move.", required=False),
                "budget": _BUDGET._replace(required=False),
            },
            _compare_contexts,
        ),
    }
)


def parameters_of(tool: Tool) -> dict[str, Any]:
    """Give the JSON Schema of a tool's arguments."""
    parts: dict[str, Any] = {}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: {"description": argument.description, **schema_of_type(argument.hint, parts)}
            for name, argument in tool.arguments.items()
        },
        "required": [name for name, argument in tool.arguments.items() if argument.required],
        "additionalProperties": False,
    }
    if parts:
        schema["$defs"] = dict(sorted(parts.items()))
    return schema


def answer(name: str, text: str) -> dict[str, Any]:
    """Read the arguments, call the tool, write its answer or what is to be mended."""
    tool = TOOLS.get(name)
    if tool is None:
        near = suggestion(nearest_names(name, TOOLS, limit=1))
        return _error(f"there is no tool {name!r}{near}; tools: {', '.join(TOOLS)}")
    try:
        result, shown = tool.call(**_read(tool, text))
    except InvalidDocumentError as error:
        return _error("the arguments have faults; mend all of them and call again", error.faults)
    except ScheduleError as error:
        return _error(str(error))
    except InfeasibleError as error:
        faults = [
            Fault(place_of(conflict), f"{conflict.value:.6g} is in conflict; {way_out(conflict)}")
            for conflict in error.conflicts
        ]
        return _error("no plan meets these limits together; change one of them", faults)
    except SkillbalanceError as error:
        return _error(str(error))
    answered = {"result": plain(result)}
    return {**answered, "text": shown} if shown else answered


def _error(message: str, faults: "tuple[Fault, ...] | list[Fault]" = ()) -> dict[str, Any]:
    return {"error": {"message": message, "faults": [attrs.asdict(fault) for fault in faults]}}


def _read(tool: Tool, text: str) -> dict[str, object]:
    """Read arguments as documents are read, every fault at once."""
    given = parse(text)
    reader = Reader()
    values: dict[str, object] = {}
    if not isinstance(given, dict):
        reader.mistyped("$", "an object with the arguments", given)
    else:
        for key in given.repeated if isinstance(given, DocumentObject) else ():
            reader.refuse(f"$.{key}", "given more than once")
        for key in given:
            if key not in tool.arguments:
                near = suggestion(nearest_names(key, tool.arguments, limit=1))
                reader.refuse(f"$.{key}", f"unknown argument{near}")
        for key, argument in tool.arguments.items():
            if key in given:
                values[key] = reader_of(argument.hint)(reader, given[key], f"$.{key}")
            elif argument.required:
                reader.refuse(f"$.{key}", "missing")
    if reader.faults:
        raise InvalidDocumentError(tuple(reader.faults))
    return values
