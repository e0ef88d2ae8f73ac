"""
Pictures of results, drawn with matplotlib (extra ``plot``).

Every picture is a :class:`matplotlib.figure.Figure` that belongs to nobody else: pyplot is never
loaded, nothing is shown, and the same result gives the same picture. Colors are those of Okabe
and Ito; what a color says, a hatch, a marker or a dash says too.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from skillbalance.display._style import THEMES
from skillbalance.display.plots import balance, calendar, doubt, hours, levels, sources, time
from skillbalance.display.plots.canvas import Axes, Figure, Stage
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
    SkillWeights: {"parts": levels.draw_weights},
    ProficiencyEstimates: {"levels": levels.draw_estimates},
    EstimateHistory: {"levels": time.draw_history},
    SourceBreakdown: {"sources": sources.draw_sources},
    RaterFit: {"leniency": sources.draw_rater_fit},
    Balance: {
        "levels": levels.draw_levels,
        "radar": balance.draw_radar,
        "gaps": levels.draw_gaps,
        "share": balance.draw_share,
    },
    TimePlan: {
        "hours": hours.draw_hours,
        "levels": hours.draw_plan_levels,
        "curves": time.draw_curves,
        "share": balance.draw_plan_share,
    },
    TransferPlan: {"hours": hours.draw_transfer},
    ContextComparison: {
        "weights": hours.draw_move,
        "hours": hours.draw_move_hours,
    },
    Advice: {"value": doubt.draw_advice},
    Week: {"grid": calendar.draw_week},
    Forecast: {
        "levels": time.draw_forecast,
        "readiness": time.draw_readiness,
        "goals": time.draw_goals,
    },
    Frontier: {"readiness": time.draw_frontier},
    HoursNeeded: {"hours": doubt.draw_needed},
    LeastHours: {"hours": doubt.draw_least},
    EarliestDate: {"levels": doubt.draw_earliest},
    Review: {"skills": hours.draw_review, "weeks": hours.draw_review_weeks},
    Replan: {"hours": hours.draw_replan},
    Questions: {"value": doubt.draw_questions},
    Robustness: {
        "hours": doubt.draw_robustness,
        "assumptions": doubt.draw_assumptions,
    },
    Roadmap: {"share": calendar.draw_roadmap},
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
