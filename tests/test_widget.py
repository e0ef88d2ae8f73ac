"""The what-if widget without a browser: what its controls say is what is planned and shown."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb

pytest.importorskip("ipywidgets", reason="the extra `notebook`")

AS_OF = dt.date(2026, 1, 5)
PROFILE = Path(__file__).parent.parent / "examples" / "profiles" / "software_engineer.json"
HOSTILE = '<script>alert("1")</script> $x_1$ "quoted" & \u202egnp 😀 ' + "long " * 40


@pytest.fixture(scope="module")
def document():
    """The shipped engineer."""
    return sb.from_json(PROFILE, sb.PlanDocument)


def opened(document, **changes):
    """A widget on the document, its budget changed."""
    budget = attrs.evolve(document.budget, **changes)
    return sb.explore(document.profile, budget, as_of=AS_OF), budget


def shown(what_if):
    """The HTML on view."""
    return what_if._outcome.value


def test_it_starts_with_the_budget(document):
    """Untouched, profile, budget, plan and balance are those of the verbs."""
    what_if, budget = opened(document)
    assert (what_if.profile, what_if.budget) == (document.profile, budget)
    assert what_if.plan == sb.plan_time(document.profile, budget, as_of=AS_OF)
    assert what_if.balance == sb.measure_balance(document.profile, as_of=AS_OF)
    assert f"{what_if.plan.readiness_then:.3f}" in shown(what_if)


@settings(max_examples=15)
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), min_size=1, max_size=4))
def test_what_is_shown_is_what_is_planned(moves):
    """After any moves of any controls the plan is that of `plan_time`, or the same refusal."""
    document = sb.from_json(PROFILE, sb.PlanDocument)
    what_if, _ = opened(document)
    for control, part in moves:
        match control:
            case 0:
                what_if.hours.value = round(40 * part) / 2
            case 1:
                what_if.horizon.value = round(1 + 103 * part)
            case 2:
                what_if.stage.value = list(sb.CareerStage)[round(6 * part)]
            case 3:
                what_if.limit_share.value = True
                what_if.share.value = (part / 2, part)
            case 4:
                skill = document.profile.skills[round(11 * part)]
                what_if.skill_hours[skill.id].value = round(6 * part) / 2
            case _:
                skill = document.profile.skills[round(11 * part)]
                what_if.pins[skill.id].value = not what_if.pins[skill.id].value
    if what_if.plan is None:
        with pytest.raises(sb.InfeasibleError) as refused:
            sb.plan_time(what_if.profile, what_if.budget, as_of=AS_OF)
        assert what_if.message == str(refused.value)
    else:
        assert what_if.message == ""
        assert what_if.plan == sb.plan_time(what_if.profile, what_if.budget, as_of=AS_OF)
        for item in what_if.plan.items:
            assert what_if.skill_hours[item.skill_id].value == item.hours_per_week
    assert what_if.balance == sb.measure_balance(what_if.profile, as_of=AS_OF)


def test_moving_a_skill_pins_it(document):
    """The hours of a skill that was moved are held; its box gives them back to the plan."""
    what_if, budget = opened(document)
    free = what_if.plan
    what_if.skill_hours["python"].value = 2.0
    assert what_if.pins["python"].value
    assert what_if.plan["python"].hours_per_week == 2.0
    what_if.skill_hours["python"].value = 1.0
    assert what_if.plan["python"].hours_per_week == 1.0
    what_if.pins["python"].value = False
    assert what_if.plan == free
    assert what_if.budget == budget


def test_limits_of_the_budget_stay(document):
    """A limit that is no pin stays; one that is starts ticked and can be let go."""
    what_if, budget = opened(
        document, min_hours={"python": 1, "sql": 0.5}, max_hours={"python": 1, "sql": 2}
    )
    assert what_if.budget == budget
    assert what_if.pins["python"].value
    assert not what_if.pins["sql"].value
    what_if.pins["python"].value = False
    assert dict(what_if.budget.min_hours) == {"sql": 0.5}
    what_if.reset()
    assert what_if.budget == budget


def test_the_stage_moves_the_balance(document):
    """Another stage gives other weights, so another recommended share, on view at once."""
    what_if, _ = opened(document)
    before = what_if.balance.recommended_soft_share
    what_if.stage.value = sb.CareerStage.LEAD
    assert what_if.balance.recommended_soft_share > before + 0.02
    assert what_if.plan.soft_share_recommended == what_if.balance.recommended_soft_share


def test_a_share_of_ones_own_is_a_limit(document):
    """Ticked, the range of the soft share limits the plan; unticked, it shows the default band."""
    what_if, _ = opened(document)
    assert what_if.share.disabled
    assert what_if.share.value == what_if.plan.soft_share_limits
    what_if.limit_share.value = True
    what_if.share.value = (0.0, 0.1)
    assert what_if.plan.soft_share_hours <= 0.1
    what_if.limit_share.value = False
    assert what_if.budget.soft_share is None


def test_a_contradiction_is_explained(document):
    """Limits that cannot hold together are named, and the next move plans again."""
    what_if, _ = opened(document)
    what_if.skill_hours["python"].value = 10.0
    assert what_if.plan is None
    assert "hours_per_week = 6 would have to be 10" in shown(what_if)
    what_if.hours.value = 12.0
    assert what_if.plan["python"].hours_per_week == 10.0


def test_names_are_text(document):
    """Whatever a skill is called, it is shown and never run."""
    skills = [attrs.evolve(skill, name=HOSTILE) for skill in document.profile.skills]
    profile = attrs.evolve(document.profile, skills=skills)
    what_if = sb.explore(profile, document.budget, as_of=AS_OF)
    assert "<script" not in shown(what_if)
    assert "&lt;script&gt;" in shown(what_if)
    assert "\u202e" not in shown(what_if)
    assert not any(
        getattr(control, "description_allow_html", False)
        for control in [*what_if.skill_hours.values(), *what_if.pins.values()]
    )


def test_nothing_is_loaded_before_it_is_asked_for():
    """The package does not import ipywidgets."""
    code = "import skillbalance, sys; skillbalance.explore; print('ipywidgets' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_without_the_extra_it_says_what_to_install(document, monkeypatch):
    """Without ipywidgets the error names the extra."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(sb.MissingExtraError, match=r"skillbalance\[notebook\]"):
        sb.explore(document.profile, document.budget, as_of=AS_OF)
