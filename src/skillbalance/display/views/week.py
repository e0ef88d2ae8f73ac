"""What a week shows: the sessions by day, the summary, the warnings, the reviews to come."""

import datetime as dt

from skillbalance.display._words import hours_text
from skillbalance.display.text.week import week_summary
from skillbalance.display.views.parts import Bar, Cell, Lines, Note, Table, View, short
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import Session, Week

# The table cuts its first column only, and a name may be of any length.
_LONGEST_RATER = 16


def week_view(week: Week) -> View:
    """Show a week: the sessions by day, the summary, the warnings, the reviews to come."""
    due: dict[dt.date, list[str]] = {}
    for one in week.reviews:
        if not one.is_scheduled:
            due.setdefault(one.due_on, []).append(one.name)
    coming = tuple(f"{on}: {', '.join(due[on])}" for on in sorted(due))
    return View(
        f"Week of {week.starts_on}: {week.profile_id}",
        (
            sessions_table(week),
            Note(week_summary(week)),
            Lines("", tuple(warning.message for warning in week.warnings)),
            Lines("Reviews to come", coming),
        ),
    )


def sessions_table(week: Week) -> Table:
    """Return the sessions as a table, a day named once in text and in every row on a page."""
    longest = max((session.hours for session in week.sessions), default=0.0)
    rows = []
    last_day = None
    for session in week.sessions:
        day = f"{session.start:%a} {session.start.date()}"
        soft = session.kind is SkillKind.SOFT
        rows.append(
            (
                session.name,
                Cell("" if day == last_day else day, full=day),
                f"{session.start:%H:%M}-{session.end:%H:%M}",
                Cell(hours_text(session.hours), Bar(session.hours, longest, soft)),
                session.kind.value,
                _what(session),
                short(session.rater_id, _LONGEST_RATER),
            )
        )
        last_day = day
    return Table(
        caption=f"Sessions from {week.starts_on}, times in {week.time_zone}",
        header=("Skill", "Day", "Time", "Length", "Kind", "What", "With"),
        align="<<<><<<",
        rows=tuple(rows),
    )


def _what(session: Session) -> str:
    return "review" if session.is_review else session.activity.value
