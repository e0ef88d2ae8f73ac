"""The house and its floors: who may import whom, what the front door shows, what ships."""

import ast
import importlib.resources
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import skillbalance
import skillbalance.errors

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "skillbalance"
# The names of the front door, read by type checkers and by the door itself.
LISTING = SOURCE / "__init__.pyi"
MODULES = sorted(SOURCE.rglob("*.py"))
# The front door itself is exempt from the floors: it lists names of each.
BEHIND_THE_DOOR = [path for path in MODULES if path != SOURCE / "__init__.py"]
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))

# What stands on which floor.
FLOORS = {
    "errors": 0,
    "_checks": 0,
    "_door": 0,
    "model": 1,
    "reference": 2,
    "numeric": 3,
    "coaching": 4,
    "formats": 5,
    "display": 5,
    "agents": 6,
    "cli": 7,
    "__main__": 8,
}
# The one exception: inside a method, a record may look up how it is shown or written.
LOOKED_UP_BY_RECORDS = {"formats", "display"}
CORE = {"attrs", "numpy", "skillbalance"}
HEAVY = {"IPython", "hypothesis", "matplotlib", "pandas", "scipy", "sphinx"}

FRONT_DOOR = {
    # nouns
    "Action",
    "Advice",
    "Activity",
    "Assessment",
    "Availability",
    "CareerStage",
    "CareerStep",
    "FeedbackItem",
    "Forecast",
    "Frontier",
    "Goal",
    "GoalDomain",
    "Outcome",
    "PlanDocument",
    "PracticeLog",
    "PracticeRecord",
    "Profile",
    "Questions",
    "RaterKind",
    "Robustness",
    "Scale",
    "Session",
    "Skill",
    "SkillKind",
    "TimeBudget",
    "TimePlan",
    "TimeWindow",
    "Tone",
    "Week",
    "scales",
    # verbs
    "ask_next",
    "assess_robustness",
    "break_down_sources",
    "estimate_history",
    "estimate_many",
    "compare_contexts",
    "earliest_date",
    "estimate_proficiency",
    "evaluate_plan",
    "explore",
    "fields",
    "fit_rater_model",
    "forecast",
    "from_json",
    "frontier",
    "hours_needed",
    "least_hours",
    "measure_balance",
    "plan_time",
    "plan_with_transfer",
    "read_calendar",
    "roadmap",
    "schedule_week",
    "to_calendar",
    "read_practice_log",
    "replan",
    "review_progress",
    "to_json",
    "suggest_actions",
    "weigh_skills",
    # the exact layer
    "numeric",
}


class Import(NamedTuple):
    """One imported module, and whether the import stands inside a function."""

    module: str
    line: int
    inside: bool


def name_of(path: Path) -> str:
    """Dotted name of a module of the package."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}


def imports_of(tree: ast.AST, *, inside: bool = False) -> Iterator[Import]:
    """Every import below a node; `from a import b` means `a.b` where that is a module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, inside)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield Import(whole if whole in NAMES else module, node.lineno, inside)
        else:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_of(node, inside=inside or function)


def relative(path: Path) -> str:
    """Path below the project, for the names of parametrized tests."""
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_a_floor():
    """No module and no package stands outside the plan of the house."""
    top = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert top == {"__init__", *FLOORS}


@pytest.mark.parametrize("path", BEHIND_THE_DOOR, ids=relative)
def test_modules_import_lower_floors_only(path):
    """A module imports its own package and lower floors; only records look upwards."""
    home = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    wrong = []
    for found in imports_of(ast.parse(path.read_text(encoding="utf-8"))):
        if found.module.split(".")[0].strip(".") not in {"skillbalance", ""}:
            continue
        parts = found.module.split(".")
        there = parts[1] if len(parts) > 1 and parts[0] else found.module
        lower = there == home or (
            there in FLOORS and (FLOORS[there] < FLOORS[home] or FLOORS[there] == 0 == FLOORS[home])
        )
        looked_up = home == "model" and found.inside and there in LOOKED_UP_BY_RECORDS
        if not (lower or looked_up):
            wrong.append(f"line {found.line}: {found.module}")
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_load_the_core_packages_alone(path):
    """At its top a module imports the standard library, attrs and NumPy, no more."""
    found = imports_of(ast.parse(path.read_text(encoding="utf-8")))
    packages = {name.module.split(".")[0] for name in found if not name.inside}
    assert packages - CORE - sys.stdlib_module_names == set()


def test_imports_form_no_circle():
    """Modules can be ordered so that each imports earlier ones alone."""
    needs = {
        name: {
            found.module
            for found in imports_of(ast.parse(path.read_text(encoding="utf-8")))
            if not found.inside and found.module in NAMES
        }
        - {name, "skillbalance"}
        for name, path in NAMES.items()
        if name != "skillbalance"
    }
    while needs:
        ready = {name for name, wanted in needs.items() if not wanted & needs.keys()}
        assert ready, f"a circle among {sorted(needs)}"
        needs = {name: wanted for name, wanted in needs.items() if name not in ready}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_stay_short(path):
    """No module has more than 500 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_front_door_holds_imports_and_a_list():
    """The list of names is imports and `__all__`, without logic; the package's file opens it."""
    body = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8")).body
    assert ast.get_docstring(ast.Module(body, [])) is not None
    assert [ast.unparse(node) for node in body[1:]] == [
        "from skillbalance._door import open_by_name",
        "__getattr__, __dir__, __all__ = open_by_name(__name__)",
    ]
    for node in ast.parse(LISTING.read_text(encoding="utf-8")).body:
        listed = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        assert isinstance(node, ast.Import | ast.ImportFrom) or listed, ast.unparse(node)


def test_all_is_sorted_and_complete():
    """`__all__` is sorted, names what exists once, and leaves out no public name."""
    listed = skillbalance.__all__
    assert list(listed) == sorted(set(listed))
    tree = ast.parse(LISTING.read_text(encoding="utf-8"))
    written = next(ast.literal_eval(x.value) for x in tree.body if isinstance(x, ast.Assign))
    assert written == listed
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(listed) == {name for name in imported if not name.startswith("_")}


def test_front_door_keeps_the_contract():
    """Every noun and verb other apps build on is at the front door."""
    assert set(skillbalance.__all__) >= FRONT_DOOR


def test_every_error_is_at_the_front_door():
    """Whoever can catch an error can name it."""
    errors = {
        name
        for name, value in vars(skillbalance.errors).items()
        if inspect.isclass(value)
        and issubclass(value, Exception)
        and value.__module__ == "skillbalance.errors"
    }
    assert len(errors) >= 8
    assert errors <= set(skillbalance.__all__)


@pytest.mark.parametrize("name", skillbalance.__all__)
def test_public_names_have_a_docstring(name):
    """What the front door shows says what it is."""
    assert inspect.getdoc(getattr(skillbalance, name))


def fresh_python(code: str) -> str:
    """Run code in a new interpreter, warnings being errors, and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_import_loads_nothing_heavy():
    """Importing the package loads neither an extra nor a tool."""
    loaded = fresh_python("import skillbalance, sys; print(*sys.modules)").split()
    assert "skillbalance" in loaded
    assert HEAVY & {name.split(".")[0] for name in loaded} == set()


def test_import_loads_what_is_asked_for():
    """Importing the package loads no record and no verb; a name loads its own module."""
    loaded = fresh_python(
        "import skillbalance, sys\n"
        "assert 'numpy' not in sys.modules and 'attrs' not in sys.modules\n"
        "skillbalance.Skill\n"
        "print(*sys.modules)"
    ).split()
    assert "skillbalance.model.skill" in loaded
    assert "skillbalance.coaching.planning.plan" not in loaded


def test_every_name_is_where_the_list_says():
    """Each listed name can be had, is in `dir`, and an unknown one is refused like any other."""
    assert set(skillbalance.__all__) <= set(dir(skillbalance))
    for name in skillbalance.__all__:
        assert getattr(skillbalance, name) is vars(skillbalance)[name]
    with pytest.raises(AttributeError, match="'skillbalance' has no attribute 'plan_tim'"):
        skillbalance.plan_tim  # noqa: B018


def test_star_import_works():
    """`from skillbalance import *` needs no extra and gives exactly the list."""
    shown = fresh_python(
        "before = set(globals())\n"
        "from skillbalance import *\n"
        "print(*sorted(set(globals()) - before - {'before'}))"
    ).split()
    assert shown == sorted(skillbalance.__all__)


def test_types_ship():
    """The marker that tells type checkers to read our annotations is in the package."""
    assert (importlib.resources.files("skillbalance") / "py.typed").is_file()


@pytest.mark.parametrize("path", TEST_FILES, ids=relative)
def test_every_test_says_what_it_shows(path):
    """Each test function has a docstring of one sentence."""
    silent = [
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
