"""Every result as plain text, and the view that text and page are made from."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skillbalance.display.text.layout import view_text
from skillbalance.display.views.advice import advice_view
from skillbalance.display.views.any import any_view
from skillbalance.display.views.contexts import contexts_view
from skillbalance.display.views.doubt import (
    questions_view,
    rater_fit_view,
    roadmap_view,
    robustness_view,
)
from skillbalance.display.views.future import (
    earliest_date_view,
    forecast_view,
    frontier_view,
    hours_needed_view,
    least_hours_view,
)
from skillbalance.display.views.levels import (
    balance_view,
    estimates_view,
    history_view,
    sources_view,
    weights_view,
)
from skillbalance.display.views.parts import View
from skillbalance.display.views.plan import plan_view, transfer_view
from skillbalance.display.views.review import replan_view, review_view
from skillbalance.display.views.week import week_view
from skillbalance.model._record import Result
from skillbalance.model.advice import Advice
from skillbalance.model.balance import Balance
from skillbalance.model.contexts import ContextComparison
from skillbalance.model.estimates import ProficiencyEstimates
from skillbalance.model.forecast import Forecast
from skillbalance.model.history import EstimateHistory
from skillbalance.model.inverse import EarliestDate, Frontier, HoursNeeded, LeastHours
from skillbalance.model.plan import TimePlan
from skillbalance.model.questions import Questions
from skillbalance.model.rater_fit import RaterFit
from skillbalance.model.review import Replan, Review
from skillbalance.model.roadmap import Roadmap
from skillbalance.model.robustness import Robustness
from skillbalance.model.sources import SourceBreakdown
from skillbalance.model.transfer import TransferPlan
from skillbalance.model.week import Week
from skillbalance.model.weights import SkillWeights

VIEWS: Final[Mapping[type[Result], Callable[[Any], View]]] = {
    Advice: advice_view,
    Balance: balance_view,
    ContextComparison: contexts_view,
    EarliestDate: earliest_date_view,
    EstimateHistory: history_view,
    Forecast: forecast_view,
    Frontier: frontier_view,
    HoursNeeded: hours_needed_view,
    LeastHours: least_hours_view,
    ProficiencyEstimates: estimates_view,
    Questions: questions_view,
    RaterFit: rater_fit_view,
    Replan: replan_view,
    Review: review_view,
    Roadmap: roadmap_view,
    Robustness: robustness_view,
    SkillWeights: weights_view,
    SourceBreakdown: sources_view,
    TimePlan: plan_view,
    TransferPlan: transfer_view,
    Week: week_view,
}


def view_of(result: Result) -> View:
    """
    Return what a result shows; a result without a view of its own is shown field by field.

    Parameters
    ----------
    result : Result
        What a verb gave.
    """
    for cls in type(result).__mro__:
        if cls in VIEWS:
            return VIEWS[cls](result)
    return any_view(result)


def summary_of(result: Result, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a result as plain text: its title, table, facts and sentences.

    Parameters
    ----------
    result : Result
        What a verb gave.
    width : int
        Columns a line may take; words and numbers that need more are wider. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.

    Returns
    -------
    str
        Lines without control characters and without a final line end.
    """
    return view_text(view_of(result), width=width, encoding=encoding)
