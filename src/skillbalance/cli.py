"""
The shell: ``skillbalance plan | check | balance | fields | schema``.

A thin door: it reads a document, calls the verbs and prints. It is the only place in the library
that reads the clock, and only where ``--as-of`` is not given.
"""

import argparse
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import attrs

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.estimates import estimate_proficiency
from skillbalance.coaching.planning import plan_time
from skillbalance.display._columns import printable
from skillbalance.display.text import (
    balance_text,
    document_text,
    fields_text,
    plan_text,
)
from skillbalance.errors import (
    Conflict,
    InfeasibleError,
    InvalidDocumentError,
    InvalidValueError,
    SkillbalanceError,
)
from skillbalance.formats.documents import from_json, json_schema, to_json
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.reference.fields import fields

_DONE: Final = 0
_REFUSED: Final = 1
_USAGE: Final = 2

_DESCRIPTION: Final = "Weigh hard and soft skills, fuse ratings, and plan the hours of a week."
_EPILOG: Final = """\
exit status: 0 done; 1 the document was refused or no plan meets its limits
(every fault on standard error, as path: message); 2 the command line is wrong
or the file cannot be read"""


class _Answer(NamedTuple):
    """What a command has to say, complete before the first character is written."""

    status: int
    output: str = ""
    complaint: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the shell command and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program name; by default those of the process.

    Returns
    -------
    int
        0; 1 for a refused document or limits that no plan meets, every fault on standard error
        as ``path: message``; 2 for a file that cannot be read or an output that cannot be
        written.

    Raises
    ------
    SystemExit
        From argparse: status 2 for arguments it does not take, 0 after ``--help``.
    """
    arguments = _parser().parse_args(argv)
    answer = _answer(arguments)
    try:
        _write(sys.stdout, answer.output)
        _write(sys.stderr, answer.complaint)
    except BrokenPipeError:
        # The reader (`head`, a closed pager) has what it wanted: no fault of the document.
        _discard_pending_output()
    except OSError as error:
        _discard_pending_output()
        _write(sys.stderr, f"skillbalance: cannot write: {error.strerror or error}")
        return _USAGE
    return answer.status


def _answer(arguments: argparse.Namespace) -> _Answer:
    command: Callable[[argparse.Namespace], str] = arguments.command
    try:
        return _Answer(_DONE, output=command(arguments))
    except InvalidDocumentError as error:
        lines = [f"{fault.path}: {fault.message}" for fault in error.faults]
    except InfeasibleError as error:
        lines = [_conflict_line(conflict) for conflict in error.conflicts]
    except SkillbalanceError as error:
        lines = [f"$: {error}"]
    except OSError as error:
        reason = error.strerror or error
        return _Answer(_USAGE, complaint=f"skillbalance: cannot read {arguments.file}: {reason}")
    return _Answer(_REFUSED, complaint=_one_line_each(lines))


def _plan(arguments: argparse.Namespace) -> str:
    document = _read(arguments.file)
    budget = document.budget
    if arguments.hours is not None:
        budget = attrs.evolve(budget, hours_per_week=arguments.hours)
    if arguments.weeks is not None:
        budget = attrs.evolve(budget, horizon_weeks=arguments.weeks)
    plan = plan_time(document.profile, budget, as_of=_as_of(arguments))
    if arguments.json:
        return _encodable_json(to_json(plan), _encoding(sys.stdout))
    return plan_text(plan, encoding=_encoding(sys.stdout))


def _check(arguments: argparse.Namespace) -> str:
    return document_text(_read(arguments.file), encoding=_encoding(sys.stdout))


def _balance(arguments: argparse.Namespace) -> str:
    profile = _read(arguments.file).profile
    as_of = _as_of(arguments)
    return balance_text(
        measure_balance(profile, as_of=as_of),
        estimate_proficiency(profile, as_of=as_of),
        profile,
        encoding=_encoding(sys.stdout),
    )


def _fields(_: argparse.Namespace) -> str:
    return fields_text(fields(), encoding=_encoding(sys.stdout))


def _mcp(_: argparse.Namespace) -> str:
    from skillbalance.agents.mcp_server import serve

    serve()
    return ""


def _schema(arguments: argparse.Namespace) -> str:
    return _encodable_json(
        json.dumps(json_schema(arguments.record), indent=2, ensure_ascii=False),
        _encoding(sys.stdout),
    )


def _read(file: str) -> PlanDocument:
    if file != "-":
        return from_json(Path(file), PlanDocument)
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return from_json(sys.stdin.buffer.read(), PlanDocument)


def _encodable_json(text: str, encoding: str) -> str:
    """Return JSON text with escapes where the output lacks a character: the same document."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), indent=2)
    return text


def _as_of(arguments: argparse.Namespace) -> dt.date:
    given: dt.date | None = arguments.as_of
    # The day where the person is: a plan made in the evening is of that day.
    return dt.date.today() if given is None else given  # noqa: DTZ011


def _conflict_line(conflict: Conflict) -> str:
    if conflict.relaxed != conflict.relaxed:
        way_out = "changing it alone would not do"
    else:
        way_out = f"{conflict.relaxed:.6g} would do"
    return (
        f"$.budget.{conflict.limit}: {conflict.value:.6g} cannot be met together with the other "
        f"limits listed; {way_out}"
    )


def _one_line_each(lines: Iterable[str]) -> str:
    return "\n".join(printable(line, encoding=_encoding(sys.stderr)) for line in lines)


def _encoding(stream: TextIO) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _write(stream: TextIO, text: str) -> None:
    if text:
        stream.write(text + "\n")
        # Here, where a closed pipe can be caught, and not when the interpreter ends.
        stream.flush()


def _discard_pending_output() -> None:
    """Let the flush at the end of the process go nowhere instead of failing again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


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
    cls.__name__: cls for cls in (PlanDocument, Profile, TimeBudget, PracticeRecord, TimePlan)
}


def _record(text: str) -> type:
    if text not in _DOCUMENTS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(_DOCUMENTS)}, got {text!r}")
    return _DOCUMENTS[text]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="skillbalance",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    plan = _add(commands, "plan", _plan, "plan the hours of a week, with the reasons")
    _add_file(plan)
    _add_as_of(plan)
    plan.add_argument(
        "--hours", type=_hours, metavar="H", help="hours a week, instead of the document's"
    )
    plan.add_argument(
        "--weeks", type=_weeks, metavar="W", help="weeks to plan for, instead of the document's"
    )
    plan.add_argument("--json", action="store_true", help="print the plan as JSON")

    check = _add(commands, "check", _check, "say what a document holds, or every fault in it")
    _add_file(check)

    balance = _add(commands, "balance", _balance, "show levels, gaps, balance and blind spots")
    _add_file(balance)
    _add_as_of(balance)

    _add(commands, "fields", _fields, "list the fields of work a profile may name")

    _add(commands, "mcp", _mcp, "serve the tools to a language model, over standard input")

    schema = _add(commands, "schema", _schema, "print the JSON Schema of a document")
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
    command: Callable[[argparse.Namespace], str],
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
