"""
Pictures of results, drawn with matplotlib (extra ``plot``).

Every picture is a :class:`matplotlib.figure.Figure` that belongs to nobody else: pyplot is never
loaded, nothing is shown, and the same result gives the same picture. Colors are those of Okabe
and Ito; what a color says, a hatch, a marker or a dash says too.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from skillbalance.display import (
    _plots_balance,
    _plots_calendar,
    _plots_doubt,
    _plots_hours,
    _plots_levels,
    _plots_sources,
    _plots_time,
)
from skillbalance.display._plots_canvas import Axes, Figure, Stage
from skillbalance.display._style import THEMES
from skillbalance.errors import InvalidValueError, MissingExtraError
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

__all__ = ["plot_of"]

_Draw: TypeAlias = Callable[..., Figure]

# What each result can be drawn as; the first is drawn unless another is asked for.
VIEWS: Final[Mapping[type, Mapping[str, _Draw]]] = {
    SkillWeights: {"parts": _plots_levels.draw_weights},
    ProficiencyEstimates: {"levels": _plots_levels.draw_estimates},
    EstimateHistory: {"levels": _plots_time.draw_history},
    SourceBreakdown: {"sources": _plots_sources.draw_sources},
    RaterFit: {"leniency": _plots_sources.draw_rater_fit},
    Balance: {
        "levels": _plots_levels.draw_levels,
        "radar": _plots_balance.draw_radar,
        "gaps": _plots_levels.draw_gaps,
        "share": _plots_balance.draw_share,
    },
    TimePlan: {
        "hours": _plots_hours.draw_hours,
        "levels": _plots_hours.draw_plan_levels,
        "curves": _plots_time.draw_curves,
        "share": _plots_balance.draw_plan_share,
    },
    TransferPlan: {"hours": _plots_hours.draw_transfer},
    ContextComparison: {
        "weights": _plots_hours.draw_move,
        "hours": _plots_hours.draw_move_hours,
    },
    Advice: {"value": _plots_doubt.draw_advice},
    Week: {"grid": _plots_calendar.draw_week},
    Forecast: {
        "levels": _plots_time.draw_forecast,
        "readiness": _plots_time.draw_readiness,
        "goals": _plots_time.draw_goals,
    },
    Frontier: {"readiness": _plots_time.draw_frontier},
    HoursNeeded: {"hours": _plots_doubt.draw_needed},
    LeastHours: {"hours": _plots_doubt.draw_least},
    EarliestDate: {"levels": _plots_doubt.draw_earliest},
    Review: {"skills": _plots_hours.draw_review, "weeks": _plots_hours.draw_review_weeks},
    Replan: {"hours": _plots_hours.draw_replan},
    Questions: {"value": _plots_doubt.draw_questions},
    Robustness: {
        "hours": _plots_doubt.draw_robustness,
        "assumptions": _plots_doubt.draw_assumptions,
    },
    Roadmap: {"share": _plots_calendar.draw_roadmap},
}


def plot_of(
    result: object,
    *,
    ax: Axes = None,
    view: str | None = None,
    theme: str = "light",
    **options: Any,
) -> Figure:
    """
    Draw a result; the same as its method ``plot``.

    Parameters
    ----------
    result : object
        What a verb gave: a plan, a balance, a forecast and so on.
    ax : matplotlib.axes.Axes, optional
        Where to draw: the picture keeps to the rectangle of these axes, whatever it has in it.
        Without, a figure as large as the picture needs, however many skills there are.
    view : str, optional
        Which picture, where a result has several: of a balance ``"levels"``, ``"radar"``,
        ``"gaps"`` or ``"share"``; of a plan ``"hours"``, ``"levels"``, ``"curves"`` or
        ``"share"``; of a forecast ``"levels"``, ``"readiness"`` or ``"goals"``; of a review
        ``"skills"`` or ``"weeks"``; of a comparison of contexts ``"weights"`` or ``"hours"``; of
        robustness ``"hours"`` or ``"assumptions"``. The first is the default.
    theme : {"light", "dark"}
        Colors on a white or on a dark ground. The ground is always filled, because no color
        keeps its contrast on every other.
    **options
        ``profile`` for the names of skills where a result has ids alone, and for the learning
        rates of ``"curves"``; ``estimates`` for the intervals of the levels of a balance;
        ``budget`` for the limits of ``"curves"``; ``hours`` to mark them on a frontier; ``most``
        questions to draw.

    Returns
    -------
    matplotlib.figure.Figure
        The figure drawn on. It is never shown by itself; a notebook shows it as the last value
        of a cell.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    InvalidValueError
        If there is no such picture of the result, no such theme, or ``"curves"`` has no profile.
    TypeError
        If the picture does not take an option.
    """
    views = next((views for kind, views in VIEWS.items() if isinstance(result, kind)), None)
    if views is None:
        raise InvalidValueError("result", "a result that has a picture", result)
    if view is None:
        view = next(iter(views))
    if view not in views:
        raise InvalidValueError("view", f"one of {', '.join(map(repr, views))}", view)
    if theme not in THEMES:
        raise InvalidValueError("theme", f"one of {', '.join(map(repr, THEMES))}", theme)
    try:
        from matplotlib import style
    except ImportError:
        raise MissingExtraError("matplotlib", "plot") from None
    # Settings of the caller's would change what is measured here.
    with style.context("default"):
        return views[view](Stage(THEMES[theme], ax), result, **options)
