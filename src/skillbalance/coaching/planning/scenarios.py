"""What if: one person's planning inputs as many rows that differ in a few arrays."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.planning.inputs import PlanningInputs
from skillbalance.coaching.planning.rows import Rows
from skillbalance.model.budget import TimeBudget
from skillbalance.numeric.allocation.allocate import Allocation, allocate_hours
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.indices import readiness_of

_Floats = NDArray[np.float64]


def imagine_rows(
    inputs: PlanningInputs,
    budget: TimeBudget,
    n_rows: int = 1,
    *,
    soft_share: tuple[float, float] | None = None,
    block_hours: float | None = None,
    changes: Mapping[str, _Floats] | None = None,
) -> Rows:
    """
    Lay a person's inputs out as rows that are equal but for *changes*.

    Parameters
    ----------
    inputs : PlanningInputs
        The person's arrays, one entry per skill.
    budget : TimeBudget
        Hours and limits.
    n_rows : int
        How many rows.
    soft_share : pair of float, optional
        Limits of the soft share in place of the budget's; by default those, which may be none.
    block_hours : float, optional
        Length of a block; continuous hours by default, whatever the budget says. [h]
    changes : mapping of str to ndarray, optional
        Attributes of :class:`~skillbalance.coaching.planning.rows.Rows` to replace, broadcast to
        rows.

    Returns
    -------
    Rows
    """
    low, high = soft_share or budget.soft_share or (np.nan, np.nan)
    options = inputs.options
    per_skill: dict[str, NDArray[np.float64] | NDArray[np.bool_] | float] = {
        "weight": inputs.weight,
        "soft": inputs.soft,
        "proficiency": inputs.proficiency,
        "learning_rate": inputs.learning_rate,
        "forgetting_rate": inputs.forgetting_rate,
        "horizon_weeks": inputs.weeks,
        "floor": inputs.floor,
        "target": inputs.target,
        "beyond": options["beyond"],
        "min_hours": inputs.min_hours,
        "max_hours": inputs.max_hours,
    }
    per_row: dict[str, NDArray[np.float64] | float] = {
        "budget": budget.hours_per_week,
        "rho": options["rho"],
        "share_low": low,
        "share_high": high,
        "recommended": inputs.soft_share_recommended,
    }
    changed = changes or {}
    n_skills = len(inputs.weight)
    arrays = {
        name: np.broadcast_to(changed.get(name, value), (n_rows, n_skills))
        for name, value in per_skill.items()
    }
    arrays |= {
        name: np.broadcast_to(changed.get(name, value), (n_rows,))
        for name, value in per_row.items()
    }
    return Rows(**arrays, block_hours=block_hours, max_skills=budget.max_skills)


def allocate_rows(rows: Rows) -> Allocation:
    """
    Find the best hours of each row within its own limits of the soft share.

    Parameters
    ----------
    rows : Rows
        With limits of the soft share: nothing is widened, the default band is not known here.

    Returns
    -------
    Allocation
        Of (rows, n_skills).

    Raises
    ------
    InvalidValueError, InfeasibleError
        As :func:`~skillbalance.numeric.allocate_hours` raises them.
    """
    return allocate_hours(
        rows.weight,
        rows.soft,
        rows.proficiency,
        rows.learning_rate,
        rows.forgetting_rate,
        budget=rows.budget,
        horizon_weeks=rows.horizon_weeks,
        floor=rows.floor,
        target=rows.target,
        beyond=rows.beyond,
        rho=rows.rho,
        min_hours=rows.min_hours,
        max_hours=rows.max_hours,
        soft_share=(rows.share_low, rows.share_high),
        block_hours=rows.block_hours,
        max_skills=rows.max_skills,
    )


def readiness_with(rows: Rows, hours: _Floats) -> _Floats:
    """
    Return the readiness that hours lead to in each row.

    Parameters
    ----------
    rows : Rows
        The people.
    hours : ndarray of shape (n_skills,) or (rows, n_skills)
        Hours a week, not held against any limit. [h/week]
    """
    return readiness_of(
        rows.weight,
        rows.soft,
        proficiency_after(
            rows.proficiency,
            hours,
            learning_rate=rows.learning_rate,
            forgetting_rate=rows.forgetting_rate,
            weeks=rows.horizon_weeks,
            floor=rows.floor,
        ),
        target=rows.target,
        beyond=rows.beyond,
        rho=rows.rho,
    )
