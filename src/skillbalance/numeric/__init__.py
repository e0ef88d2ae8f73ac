"""
Verbs on arrays: no ids, no records; the skill axis is last and everything broadcasts.

Usable without the rest of the package: :func:`allocate_hours` for the best hours of one learner
or of millions, :func:`evaluate_hours` for given ones, the practice curve and its inverse.
"""

from skillbalance.numeric.allocation.allocate import (
    STATUS,
    Allocation,
    allocate_hours,
    evaluate_hours,
)
from skillbalance.numeric.allocation.judge import BINDING
from skillbalance.numeric.allocation.limits import widen_soft_share
from skillbalance.numeric.allocation.ranges import find_price_range
from skillbalance.numeric.allocation.transfer import TransferAllocation, allocate_with_transfer
from skillbalance.numeric.curve import (
    hours_to_reach,
    marginal_proficiency,
    proficiency_after,
    proficiency_curvature,
)
from skillbalance.numeric.indices import readiness
from skillbalance.numeric.progress.forecast import chance_to_reach, proficiency_quantile
from skillbalance.numeric.progress.inverse import highest_level, weeks_to_reach
from skillbalance.numeric.progress.rates import (
    RateFit,
    learn_rates,
    practice_levels,
    probability_of_all,
    probability_of_each,
)

__all__ = [
    "BINDING",
    "STATUS",
    "Allocation",
    "RateFit",
    "TransferAllocation",
    "allocate_hours",
    "allocate_with_transfer",
    "chance_to_reach",
    "evaluate_hours",
    "find_price_range",
    "highest_level",
    "hours_to_reach",
    "learn_rates",
    "marginal_proficiency",
    "practice_levels",
    "probability_of_all",
    "probability_of_each",
    "proficiency_after",
    "proficiency_curvature",
    "proficiency_quantile",
    "readiness",
    "weeks_to_reach",
    "widen_soft_share",
]
