"""What advice shows: one action after the other, each with its reason, its step and its value."""

from skillbalance.display._words import readiness_text
from skillbalance.display.views.parts import Note, Numbered, Part, View
from skillbalance.model.advice import STEPS, Action, Advice


def advice_view(advice: Advice) -> View:
    """Show what is worth doing: each action with its reason, its step and its value."""
    items = tuple((action.action, action.reason, _about(action)) for action in advice.items)
    part: Part = Numbered(items) if items else Note("Nothing is worth changing.")
    return View(f"Advice of {advice.as_of}: {advice.profile_id}", (part,))


def _about(action: Action) -> str:
    """Say what step it belongs to and what it is worth."""
    step = f"Step {action.step}, {STEPS[action.step - 1]}"
    worth = f"{'adds' if action.value >= 0.0 else 'costs'} {readiness_text(abs(action.value))}"
    if action.hours_per_week:
        worth += f" for {action.hours_per_week:+g} h a week"
    return f"{step}; {worth}."
