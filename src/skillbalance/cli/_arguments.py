"""The command line: commands, their options, and the words for a wrong one."""

import argparse
import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from skillbalance.cli._commands import (
    run_balance,
    run_check,
    run_fields,
    run_mcp,
    run_plan,
    run_review,
    run_schema,
    run_week,
)
from skillbalance.cli._streams import Answer
from skillbalance.errors import InvalidValueError
from skillbalance.model.availability import Availability
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.model.week import Week

_DESCRIPTION: Final = "Weigh hard and soft skills, fuse ratings, and plan the hours of a week."
_EPILOG: Final = """\
exit status: 0 done; 1 the document was refused or no plan meets its limits
(every fault on standard error, as path: message); 2 the command line is wrong
or the file cannot be read"""


def _date(text: str) -> dt.date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
        raise argparse.ArgumentTypeError(f"must be a date like 2026-01-05, got {text!r}")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a day of the calendar, got {text!r}") from error


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}") from error


def _hours(text: str) -> float:
    # The record has the rule and the words for it.
    try:
        return TimeBudget(hours_per_week=_number(text)).hours_per_week
    except InvalidValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _weeks(text: str) -> float:
    try:
        return TimeBudget(hours_per_week=0, horizon_weeks=_number(text)).horizon_weeks
    except InvalidValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


_DOCUMENTS: Final[Mapping[str, type]] = {
    cls.__name__: cls
    for cls in (PlanDocument, Profile, TimeBudget, Availability, PracticeRecord, TimePlan, Week)
}


def _alarm(text: str) -> int:
    minutes = _number(text)
    if not 0 <= minutes <= 7 * 24 * 60 or minutes != int(minutes):
        raise argparse.ArgumentTypeError(f"must be whole minutes, at most a week, got {text!r}")
    return int(minutes)


def _record(text: str) -> type:
    if text not in _DOCUMENTS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(_DOCUMENTS)}, got {text!r}")
    return _DOCUMENTS[text]


class _ShowVersion(argparse.Action):
    """Look the version up when it is asked for: that takes longer than to plan a week."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("skillbalance")
        except PackageNotFoundError:
            found = "(not installed)"
        print(f"skillbalance {found}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="skillbalance",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_ShowVersion, nargs=0, help="print the version and exit"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    plan = _add(commands, "plan", run_plan, "plan the hours of a week, with the reasons")
    _add_file(plan)
    _add_as_of(plan)
    _add_budget(plan)
    plan.add_argument("--json", action="store_true", help="print the plan as JSON")
    plan.add_argument(
        "--html", type=Path, metavar="OUT", help="write the plan as one page, also for A4 paper"
    )
    _add_calendar(plan)

    week = _add(commands, "week", run_week, "plan the hours of a week and place them as sessions")
    _add_file(week)
    _add_as_of(week)
    week.add_argument(
        "--week-of", type=_date, metavar="DATE", help="a day of the week (default: that of --as-of)"
    )
    _add_budget(week)
    week.add_argument("--json", action="store_true", help="print the week as JSON")
    _add_calendar(week)

    review = _add(commands, "review", run_review, "compare a plan with the practice log")
    _add_file(review)
    _add_as_of(review)
    review.add_argument("--log", type=Path, required=True, help="practice log, a session a line")
    made = review.add_mutually_exclusive_group()
    made.add_argument("--plan", type=Path, help="the plan, as `plan --json` printed it")
    made.add_argument(
        "--since",
        type=_date,
        metavar="DATE",
        help="the day FILE was planned for (default: the first day of the log)",
    )
    review.add_argument("--replan", action="store_true", help="plan anew from what was found")
    review.add_argument("--json", action="store_true", help="print the result as JSON")

    check = _add(commands, "check", run_check, "say what a document holds, or every fault in it")
    _add_file(check)

    balance = _add(commands, "balance", run_balance, "show levels, gaps, balance and blind spots")
    _add_file(balance)
    _add_as_of(balance)

    _add(commands, "fields", run_fields, "list the fields of work a profile may name")

    _add(commands, "mcp", run_mcp, "serve the tools to a language model, over standard input")

    schema = _add(commands, "schema", run_schema, "print the JSON Schema of a document")
    schema.add_argument(
        "record",
        nargs="?",
        type=_record,
        default="PlanDocument",
        metavar="RECORD",
        help=f"one of {', '.join(_DOCUMENTS)} (default: PlanDocument)",
    )
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    command: Callable[[argparse.Namespace], str | Answer],
    summary: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(command=command)
    return parser


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="plan document in JSON; - is standard input")


def _add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=_date, metavar="DATE", help="the day it is, as 2026-01-05 (default: today)"
    )


def _add_budget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hours", type=_hours, metavar="H", help="hours a week, instead of the document's"
    )
    parser.add_argument(
        "--weeks", type=_weeks, metavar="W", help="weeks to plan for, instead of the document's"
    )


def _add_calendar(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ics",
        type=Path,
        metavar="OUT",
        help="write the week's sessions to a calendar file, or bring the one there up to date",
    )
    parser.add_argument(
        "--alarm", type=_alarm, metavar="MIN", help="with --ics: an alarm so many minutes before"
    )
