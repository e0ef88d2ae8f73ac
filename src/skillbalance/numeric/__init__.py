"""
Verbs on arrays: no ids, no records; the skill axis is last and everything broadcasts.

Usable without the rest of the package: :func:`allocate_hours` for the best hours of one learner
or of millions, :func:`evaluate_hours` for given ones, the practice curve and its inverse.
"""

from skillbalance.numeric.allocation import STATUS, Allocation, allocate_hours, evaluate_hours
from skillbalance.numeric.curve import (
    hours_to_reach,
    marginal_proficiency,
    proficiency_after,
    proficiency_curvature,
)
from skillbalance.numeric.judge import BINDING
from skillbalance.numeric.limits import widen_soft_share
from skillbalance.numeric.ranges import find_price_range
from skillbalance.numeric.readiness import readiness

__all__ = [
    "BINDING",
    "STATUS",
    "Allocation",
    "allocate_hours",
    "evaluate_hours",
    "find_price_range",
    "hours_to_reach",
    "marginal_proficiency",
    "proficiency_after",
    "proficiency_curvature",
    "readiness",
    "widen_soft_share",
]
