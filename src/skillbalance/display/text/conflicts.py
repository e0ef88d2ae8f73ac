"""Limits in conflict in words: each with its place in the document, and what would do."""

import math
from collections.abc import Mapping
from typing import Final

from skillbalance.errors import Conflict, ScheduleError

# Where a document has the limits of a week; all others are those of its budget.
_PLACES: Final[Mapping[str, str]] = {
    "free hours": "$.availability.windows",
    "min_session_hours": "$.availability.min_session_hours",
    "skill_day_hours": "$.availability.skill_day_hours",
    "day_hours": "$.availability.day_hours",
}


def conflict_line(conflict: Conflict) -> str:
    """Say which limit of a document cannot be met with the others, and what would do."""
    return (
        f"{place_of(conflict)}: {conflict.value:.6g} cannot be met together with the other "
        f"limits listed; {way_out(conflict)}"
    )


def place_of(conflict: Conflict) -> str:
    """Give the path of a limit in a document."""
    return _PLACES.get(conflict.limit, f"$.budget.{conflict.limit}")


def way_out(conflict: Conflict) -> str:
    """Say which value of a limit would do, if any does alone."""
    if math.isnan(conflict.relaxed):
        return "changing it alone would not do"
    return f"{conflict.relaxed:.6g} would do"


def misfit_line(error: ScheduleError) -> str:
    """Say which planned hours find no place in a week."""
    missing = ", ".join(f"{skill_id} {hours:.6g} h" for skill_id, hours in error.missing)
    doubt = "" if error.proved else ", as far as was searched"
    return (
        f"$.availability: {error.missing_hours:.6g} of {error.planned_hours:.6g} planned hours "
        f"find no place in the week{doubt}: {missing}"
    )
