"""Answers about hours and dates in one plain sentence, every number taken from the record."""

from skillbalance.display._words import decimal_hours, printable
from skillbalance.model.inverse import EarliestDate, HoursNeeded


def explain_hours_needed(answer: HoursNeeded) -> str:
    """Say how many hours a target takes, or that no hours do."""
    name, target = printable(answer.name), f"{answer.target:.2f}"
    by = answer.by.isoformat()
    if answer.hours_per_week is None:
        ceiling = f"the ceiling at {decimal_hours(answer.max_hours)} a week is {answer.ceiling:.2f}"
        return f"{name} cannot reach {target} by {by}: {ceiling}."
    if answer.hours_per_week == 0.0:
        return f"{name} needs no practice to hold {target} on {by}."
    return f"{name} reaches {target} by {by} with {decimal_hours(answer.hours_per_week)} a week."


def explain_earliest_date(answer: EarliestDate) -> str:
    """Say when a target is reached, or that it never is."""
    name, target = printable(answer.name), f"{answer.target:.2f}"
    rate = f"{decimal_hours(answer.hours_per_week)} a week"
    if answer.weeks is None:
        return f"{name} never reaches {target} at {rate}: the ceiling is {answer.ceiling:.2f}."
    if answer.weeks == 0.0:
        return f"{name} is at {target} already."
    if answer.on is None:
        return f"{name} reaches {target} at {rate} after the last day of the calendar."
    return f"{name} reaches {target} at {rate} on {answer.on.isoformat()}."
