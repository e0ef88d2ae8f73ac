"""Every result as text: what it says, that it fits a terminal, and how it prints elsewhere."""

import inspect
import io

import attrs
import pytest
from sample_results import AS_OF, RESULTS, sample_results

import skillbalance as sb
from skillbalance.display._words import hours_text, percent_text, printable
from skillbalance.display.summaries import VIEWS, summary_of
from skillbalance.display.text.columns import display_width
from skillbalance.display.text.layout import view_text
from skillbalance.display.views.any import any_view
from skillbalance.display.views.parts import Cell, Table, View
from skillbalance.model._record import Result

SIZES = (3, 12, 30)
EMPTY = sb.Profile(id="nobody", field="sales", stage="entry")


def test_every_result_at_the_front_door_has_a_view():
    """No result falls back on being shown field by field."""
    results = {
        value
        for value in (getattr(sb, name) for name in sb.__all__)
        if inspect.isclass(value) and issubclass(value, Result) and value is not Result
    }
    assert len(results) > 15
    assert results <= VIEWS.keys()


def test_the_samples_hold_one_result_of_every_view():
    """What the tests of text and pages look at leaves out no kind of result."""
    found = {type(result) for result in sample_results(3).values()}
    assert found == VIEWS.keys()
    assert tuple(sorted(sample_results(3))) == RESULTS


@pytest.mark.parametrize("n_skills", SIZES)
@pytest.mark.parametrize("name", RESULTS)
def test_a_summary_fits_a_terminal(name, n_skills):
    """No line of ordinary names is wider than 100 columns."""
    lines = summary_of(sample_results(n_skills)[name]).splitlines()
    assert max(map(display_width, lines)) <= 100
    assert not any(line != line.rstrip() for line in lines)


@pytest.mark.parametrize("name", RESULTS)
def test_a_summary_of_hostile_names_is_plain_lines_in_any_encoding(name):
    """Controls and overrides are escaped, and what ASCII lacks as well."""
    result = sample_results(8, hostile=True)[name]
    assert "\u202e" not in summary_of(result)
    summary_of(result, encoding="ascii").encode("ascii")
    for line in summary_of(result).splitlines():
        assert printable(line) == line


@pytest.mark.parametrize("name", RESULTS)
def test_the_method_says_what_the_function_says(name):
    """`result.summary()` is the text of the result; of a week it is its sentences alone."""
    result = sample_results(3)[name]
    if name == "week":
        assert result.summary() in " ".join(summary_of(result).split())
    else:
        assert result.summary() == summary_of(result)


@pytest.mark.parametrize("n_skills", SIZES)
def test_a_plan_says_the_hours_and_levels_of_every_skill(n_skills):
    """Each skill has a line with its numbers, the most hours first."""
    plan = sample_results(n_skills)["plan"]
    lines = summary_of(plan).splitlines()
    rule = next(place for place, line in enumerate(lines) if line.startswith("---"))
    items = sorted(plan.items, key=lambda item: (-item.hours_per_week, -item.weight))
    for item, line in zip(items, lines[rule + 1 :], strict=False):
        assert line.startswith(item.name[:20])
        assert f" {percent_text(item.proficiency_then)} " in line
        if item.hours_per_week > 0:
            assert f" {hours_text(item.hours_per_week)} " in line


def test_a_forecast_says_the_chance_of_every_goal():
    """Each goal has a line with its day and its chance."""
    forecast = sample_results(12)["forecast"]
    lines = summary_of(forecast).splitlines()
    for goal in forecast.goals:
        line = next(line for line in lines if line.startswith(goal.goal_id))
        assert str(goal.on) in line
        assert f" {percent_text(goal.probability)} " in line


def test_a_frontier_says_the_readiness_of_every_number_of_hours():
    """Each point has a line, in the order of the hours."""
    frontier = sample_results(3)["frontier"]
    lines = [line for line in summary_of(frontier).splitlines() if line[:1].isdigit()]
    assert len(lines) == len(frontier.points)
    for point, line in zip(frontier.points, lines, strict=True):
        assert line.startswith(hours_text(point.hours_per_week))
        assert f"{point.readiness:.3f}" in line


def test_estimates_name_no_rater():
    """Raters are counted in what is shown; only the record itself has their names."""
    estimates = sample_results(12)["estimates"]
    assert {one.rater_id for one in estimates.severities} >= {"kim", "lee"}
    for shown in (summary_of(estimates), estimates._repr_html_()):
        assert "kim" not in shown
        assert "lee" not in shown


def test_what_is_withheld_is_said_and_not_shown():
    """Sources too few to be shown are named by kind, without a number."""
    sources = sample_results(3)["sources"]
    withheld = [item for item in sources.items if item.withheld]
    text = summary_of(sources)
    assert withheld
    for item in withheld:
        assert f"{item.skill_id}: {item.withheld[0].value} (fewer than 3 raters)" in text


def test_advice_says_what_it_adds_or_costs():
    """The worth of an action is said with the digits that matter, never as 0.0000 or -0.0000."""
    advice = sample_results(3)["advice"]
    values = (0.0123, 0.0, -2e-5)
    items = tuple(attrs.evolve(advice.items[0], value=value) for value in values)
    text = " ".join(summary_of(attrs.evolve(advice, items=items)).split())
    for words in ("adds 0.012 of readiness", "adds nothing", "costs less than 0.0001 of readiness"):
        assert f"; {words}" in text


def test_results_of_an_empty_profile_are_shown_too():
    """Without skills there is still something to say, as text and as a page."""
    budget = sb.TimeBudget(hours_per_week=2)
    plan = sb.plan_time(EMPTY, budget, as_of=AS_OF)
    results = [
        plan,
        sb.weigh_skills(EMPTY),
        sb.estimate_proficiency(EMPTY, as_of=AS_OF),
        sb.measure_balance(EMPTY, as_of=AS_OF),
        sb.estimate_history(EMPTY, dates=[AS_OF]),
        sb.break_down_sources(EMPTY, as_of=AS_OF),
        sb.forecast(plan, EMPTY),
        sb.least_hours(EMPTY, as_of=AS_OF),
        sb.ask_next(EMPTY, budget, as_of=AS_OF),
        sb.suggest_actions(EMPTY, plan, as_of=AS_OF),
    ]
    for result in results:
        assert summary_of(result)
        assert result._repr_html_().endswith("</div>")


def test_a_long_result_has_a_short_repr_and_its_items_a_full_one():
    """The items of a result stand in its repr as a count and the first ids."""
    plan = sample_results(30)["plan"]
    assert "items=<30: 'skill_0', 'skill_1', 'skill_2', ...>" in repr(plan)
    assert len(repr(plan)) < 1000
    assert "hours_per_week=" in repr(plan.items[0])
    assert "items=<0>" in repr(sb.weigh_skills(EMPTY))


def test_rich_prints_the_summary_and_no_markup_of_names():
    """Brackets in a name stay brackets, and lines keep to the width of the terminal."""
    console = pytest.importorskip("rich.console")
    file = io.StringIO()
    balance = sample_results(8, hostile=True)["balance"]
    console.Console(file=file, width=90).print(balance)
    assert "[bold]rich[/]" in file.getvalue()
    assert max(map(display_width, file.getvalue().splitlines())) <= 90


@attrs.frozen(kw_only=True)
class _Item:
    skill_id: str
    part: float
    parts: dict[str, float]


@attrs.frozen(kw_only=True)
class _Other(Result):
    items: tuple[_Item, ...]
    share: float
    is_done: bool


def test_a_result_of_another_package_is_shown_field_by_field():
    """What derives from a result and has no view is shown by its plain fields."""
    other = _Other(items=(_Item(skill_id="sql", part=0.25, parts={}),), share=0.5, is_done=True)
    text = summary_of(other)
    assert text == view_text(any_view(other))
    assert "Share    0.5" in text
    assert "Is done  yes" in text
    assert "sql" in text
    assert "0.25" in text
    assert "<td" in other._repr_html_()


def test_a_cell_may_say_less_in_text_than_on_a_page():
    """A long name in a later column is cut in text, where only the first column can give way."""
    table = Table("c", ("a", "b"), "<<", (("x", Cell("short", full="the long name")),))
    assert "the long name" not in view_text(View("t", (table,)))
