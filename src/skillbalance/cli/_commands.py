"""The commands: each reads a document, calls the verbs, and gives its text."""

import argparse
import contextlib
import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

from skillbalance.cli._streams import DONE, Answer, encodable_json, encoding_of, one_line_each
from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.coaching.progress.replan import replan
from skillbalance.coaching.progress.review import review_progress
from skillbalance.coaching.week.schedule import schedule_week
from skillbalance.display.text.documents import (
    balance_text,
    document_text,
    fields_text,
    plan_text,
    replan_text,
    review_text,
    week_text,
)
from skillbalance.errors import Fault, InvalidDocumentError
from skillbalance.formats.documents import from_json, json_schema, to_json
from skillbalance.formats.practice_log import read_practice_log
from skillbalance.model.document import PlanDocument
from skillbalance.model.plan import TimePlan
from skillbalance.model.review import Replan, Review
from skillbalance.model.week import Week
from skillbalance.reference.fields import fields


class UnusableFileError(Exception):
    """A file that cannot be read or written, and why."""


@contextlib.contextmanager
def _about_to(deed: str, file: Path | str) -> Iterator[None]:
    """Name the file, and what was to be done with it, where the system refuses."""
    try:
        yield
    except OSError as error:
        raise UnusableFileError(f"cannot {deed} {file}: {error.strerror or error}") from error


def run_plan(arguments: argparse.Namespace) -> str:
    document = _read(arguments.file)
    plan = _planned(document, arguments)
    week = None
    if arguments.ics is not None or (arguments.html and document.availability is not None):
        week = _scheduled(document, plan, arguments, week_of=_as_of(arguments))
    if arguments.html is not None:
        _report(document, plan, week, arguments.html)
    if arguments.json:
        return encodable_json(to_json(plan), encoding_of(sys.stdout))
    return plan_text(plan, encoding=encoding_of(sys.stdout))


def _report(document: PlanDocument, plan: TimePlan, week: Week | None, out: Path) -> None:
    """Write the plan as a page with all that the document knows."""
    from skillbalance.coaching.progress.forecast import forecast

    promise = forecast(plan, document.profile)
    with _about_to("write", out):
        plan.to_html(out, profile=document.profile, week=week, forecast=promise)


def run_week(arguments: argparse.Namespace) -> str:
    document = _read(arguments.file)
    plan = _planned(document, arguments)
    week = _scheduled(document, plan, arguments, week_of=arguments.week_of or _as_of(arguments))
    if arguments.json:
        return encodable_json(to_json(week), encoding_of(sys.stdout))
    return week_text(week, encoding=encoding_of(sys.stdout))


def _planned(document: PlanDocument, arguments: argparse.Namespace) -> TimePlan:
    budget = document.budget
    if arguments.hours is not None:
        budget = attrs.evolve(budget, hours_per_week=arguments.hours)
    if arguments.weeks is not None:
        budget = attrs.evolve(budget, horizon_weeks=arguments.weeks)
    return plan_time(document.profile, budget, as_of=_as_of(arguments))


def _scheduled(
    document: PlanDocument, plan: TimePlan, arguments: argparse.Namespace, *, week_of: dt.date
) -> Week:
    """Schedule a week; with --ics keep to the file there is, as far as possible, and renew it."""
    from skillbalance.formats.calendar import next_sequence, read_calendar, to_calendar

    if document.availability is None:
        raise InvalidDocumentError([Fault("$.availability", "missing; a week needs it")])
    out: Path | None = arguments.ics
    before = None
    if out is not None and out.exists():
        with _about_to("read", out):
            before = out.read_bytes()
    previous = () if before is None else read_calendar(before)
    week = schedule_week(
        plan,
        document.availability,
        week_of=week_of,
        profile=document.profile,
        previous=previous,
    )
    if out is not None:
        # With the day given, all of the output follows from the input.
        given: dt.date | None = arguments.as_of
        now = dt.datetime.now(dt.UTC)
        stamp = now if given is None else dt.datetime.combine(given, dt.time(), dt.UTC)
        with _about_to("write", out):
            to_calendar(
                week,
                out,
                stamped_at=stamp,
                sequence=0 if before is None else next_sequence(before),
                alarm_minutes=arguments.alarm,
                previous=previous,
            )
    return week


def run_review(arguments: argparse.Namespace) -> Answer:
    """Review the plan given, or that of a day; lines of the log cut off are only reported."""
    document = _read(arguments.file)
    with _about_to("read", arguments.log):
        log = read_practice_log(arguments.log)
    if any("$" in fault.path for fault in log.faults):
        raise InvalidDocumentError(log.faults)
    note = one_line_each(f"{fault} (left out)" for fault in log.faults)
    as_of, encoding = _as_of(arguments), encoding_of(sys.stdout)
    if arguments.plan is not None:
        with _about_to("read", arguments.plan):
            plan = from_json(arguments.plan, TimePlan)
    else:
        since = arguments.since or min((record.on for record in log), default=as_of)
        plan = plan_time(document.profile, document.budget, as_of=since)
    found: Review | Replan
    found = review = review_progress(plan, log, document.profile, as_of=as_of)
    text = review_text(review, encoding=encoding)
    if arguments.replan:
        found = replan(plan, review, document.profile, document.budget, as_of=as_of)
        again = replan_text(found, encoding=encoding)
        text = f"{text}\n\n{again}\n\n{plan_text(found.plan, encoding=encoding)}"
    output = encodable_json(to_json(found), encoding) if arguments.json else text
    return Answer(DONE, output=output, complaint=note)


def run_check(arguments: argparse.Namespace) -> str:
    return document_text(_read(arguments.file), encoding=encoding_of(sys.stdout))


def run_balance(arguments: argparse.Namespace) -> str:
    profile = _read(arguments.file).profile
    as_of = _as_of(arguments)
    return balance_text(
        measure_balance(profile, as_of=as_of),
        estimate_proficiency(profile, as_of=as_of),
        profile,
        encoding=encoding_of(sys.stdout),
    )


def run_fields(_: argparse.Namespace) -> str:
    return fields_text(fields(), encoding=encoding_of(sys.stdout))


def run_mcp(_: argparse.Namespace) -> str:
    from skillbalance.agents.mcp_server import serve

    serve()
    return ""


def run_schema(arguments: argparse.Namespace) -> str:
    return encodable_json(
        json.dumps(json_schema(arguments.record), indent=2, ensure_ascii=False),
        encoding_of(sys.stdout),
    )


def _read(file: str) -> PlanDocument:
    with _about_to("read", file):
        if file != "-":
            return from_json(Path(file), PlanDocument)
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return from_json(sys.stdin.buffer.read(), PlanDocument)


def _as_of(arguments: argparse.Namespace) -> dt.date:
    given: dt.date | None = arguments.as_of
    # The day where the person is: a plan made in the evening is of that day.
    return dt.date.today() if given is None else given  # noqa: DTZ011
