"""A week in a few plain sentences."""

from skillbalance.display._words import hours_text, plural
from skillbalance.model.week import Week


def week_summary(week: Week) -> str:
    """
    Say in a few plain sentences what a week holds and where it is too full.

    Parameters
    ----------
    week : Week
        Result of ``schedule_week``.
    """
    title = f"Week of {week.starts_on}"
    if not week.sessions:
        return f"{title}: no sessions."
    planned = [session for session in week.sessions if not session.is_review]
    n_reviews = len(week.sessions) - len(planned)
    days = len({session.start.date() for session in week.sessions})
    total = hours_text(sum(session.hours for session in planned))
    text = f"{title}: {total} in {plural(len(planned), 'session')} on {plural(days, 'day')}"
    if n_reviews:
        text += f", and {plural(n_reviews, 'review')}"
    text += f"; {hours_text(week.free_hours)} are free."
    if week.n_moved:
        text += f" {plural(week.n_moved, 'session')} moved."
    return text + (f" {plural(len(week.warnings), 'warning')}." if week.warnings else "")
