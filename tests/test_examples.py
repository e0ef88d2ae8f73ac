"""The shipped examples are what they say, and they run."""

import datetime as dt
import runpy
from pathlib import Path

import pytest

import skillbalance as sb

EXAMPLES = Path(__file__).parent.parent / "examples"
PROFILES = sorted((EXAMPLES / "profiles").glob("*.json"))
SCRIPTS = [*sorted(EXAMPLES.glob("*.py")), *sorted(EXAMPLES.glob("gallery/*.py"))]
AS_OF = dt.date(2026, 1, 5)


def read(path):
    """The document of one example."""
    return sb.from_json(path, sb.PlanDocument)


def test_there_are_three_profiles():
    """An engineer, a nurse and a seller are shipped."""
    assert [path.stem for path in PROFILES] == [
        "nurse",
        "sales_representative",
        "software_engineer",
    ]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_profiles_show_what_the_library_takes(path):
    """Each has skills of both kinds, several raters and scales, elements, and goals ahead."""
    document = read(path)
    profile = document.profile
    assert 8 <= len(profile.skills) <= 14
    assert {skill.kind for skill in profile.skills} == set(sb.SkillKind)
    assert any(skill.elements for skill in profile.skills)
    assert any(not skill.elements for skill in profile.skills) or len(profile.skills) == 14
    assert len({assessment.rater_kind for assessment in profile.assessments}) >= 4
    assert len({assessment.scale for assessment in profile.assessments}) >= 3
    assert all(assessment.assessed_on <= AS_OF for assessment in profile.assessments)
    assert {goal.domain for goal in profile.goals} == set(sb.GoalDomain)
    for goal in profile.goals:
        assert AS_OF < goal.due_on <= dt.date(2026, 12, 31)
    assert document.budget.hours_per_week > 0


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_profiles_survive_writing_and_reading(path):
    """What is written back is read as the same document."""
    document = read(path)
    assert sb.from_json(sb.to_json(document), sb.PlanDocument) == document


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_profiles_get_a_useful_plan(path):
    """The plan spends the hours, raises readiness above idling, and is proved near the best."""
    document = read(path)
    plan = sb.plan_time(document.profile, document.budget, as_of=AS_OF)
    planned = sum(item.hours_per_week for item in plan.items)
    assert planned + plan.unused_hours == pytest.approx(document.budget.hours_per_week)
    assert plan.readiness_then > plan.readiness_now > plan.readiness_idle
    assert plan.rounding_cost <= plan.optimality_gap < plan.readiness_then - plan.readiness_idle
    assert sum(item.hours_per_week > 0 for item in plan.items) >= 3
    assert plan.overdue_goals == ()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_run(path, capsys):
    """Each script runs to its end and shows something."""
    if path.parent.name == "gallery":
        pytest.importorskip("matplotlib", reason="the gallery draws: extra `plot`")
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out
