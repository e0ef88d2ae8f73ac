"""What the package promises about itself: what it never calls, and that nothing else matters."""

import ast
import copy
import datetime as dt
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.model import _items

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "skillbalance"
MODULES = sorted(SOURCE.rglob("*.py"))
EXAMPLES = sorted((ROOT / "examples" / "profiles").glob("*.json"))
DAY = dt.date(2026, 1, 5)


# --- what the source never calls ------------------------------------------------------------------

# Modules that run code, open connections, start programs or throw dice.
FORBIDDEN_MODULES = {
    *("ctypes", "ftplib", "http", "imaplib", "marshal", "multiprocessing", "pickle", "poplib"),
    *("pty", "random", "requests", "runpy", "secrets", "shelve", "smtplib", "socket"),
    *("socketserver", "subprocess", "telnetlib", "tempfile", "time", "urllib", "uuid"),
    *("webbrowser", "xmlrpc", "aiohttp", "httpx"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
FORBIDDEN_METHODS = {
    *("today", "utcnow", "now", "system", "popen", "fork", "spawnv", "default_rng"),
    *("time_ns", "getrandom"),
}
# Each with its reason: the only exceptions there are.
ALLOWED = {
    ("cli", "today"): "only the shell reads the clock, when no day is given",
    ("cli", "now"): "only the shell reads the clock, when no day is given",
    ("formats", "urllib.parse"): "takes texts apart and opens nothing",
}


def relative(path: Path) -> str:
    """Path below the package, for the names of parametrized tests."""
    return path.relative_to(SOURCE).as_posix()


def home_of(path: Path) -> str:
    """The floor a module lives on."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def suspects(path: Path) -> Iterator[tuple[str, str]]:
    """Every forbidden import and call of a module, with the module's floor."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in FORBIDDEN_MODULES:
                yield home_of(path), name
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in FORBIDDEN_CALLS:
                yield home_of(path), called.id
            if isinstance(called, ast.Attribute) and called.attr in FORBIDDEN_METHODS:
                yield home_of(path), called.attr


def test_source_runs_no_code_and_opens_no_connection():
    """No eval, no pickles, no network, no other program, no dice, and no clock but the shell's."""
    found = [(relative(path), one) for path in MODULES for one in suspects(path)]
    assert [one for one in found if one[1] not in ALLOWED] == []


# Every place that opens a file or changes the file system; each writes only what it is told to.
WRITERS = {"write_text", "write_bytes", "unlink", "rename", "mkdir", "rmdir"}
MAY_WRITE = {
    "formats/documents.py",  # to_json(path), in one step
    "formats/practice_log.py",  # the log named by the caller
    "formats/calendar.py",  # to_calendar(path)
}


def test_files_are_written_in_known_places_only():
    """Three modules write files, each the one that the caller names; all others go through them."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given_ = [*node.args, *(keyword.value for keyword in node.keywords)]
                modes = [str(one.value) for one in given_ if isinstance(one, ast.Constant)]
                opened = name == "open" and any(set(mode) & set("wax+") for mode in modes)
                if name in WRITERS or opened:
                    found.add(relative(path))
    assert found <= MAY_WRITE


# --- the same everywhere --------------------------------------------------------------------------

WHOLE_JOB = f"""
import datetime as dt, hashlib, pathlib
import skillbalance as sb
told = []
for path in sorted(pathlib.Path({str(EXAMPLES[0].parent)!r}).glob("*.json")):
    document = sb.from_json(path, sb.PlanDocument)
    profile, day = document.profile, dt.date(2026, 1, 5)
    plan = sb.plan_time(profile, document.budget, as_of=day)
    told += [sb.to_json(one) for one in (
        plan,
        sb.weigh_skills(profile),
        sb.estimate_proficiency(profile, as_of=day),
        sb.measure_balance(profile, as_of=day),
        sb.forecast(plan, profile, weeks=4),
        sb.ask_next(profile, document.budget, as_of=day),
    )]
    told.append(plan.summary())
print(hashlib.sha256("".join(told).encode()).hexdigest())
"""


def whole_job(folder: Path, **environment: str) -> str:
    """Do the whole job in a fresh interpreter, started in a folder of its own."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", WHOLE_JOB],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent), **environment},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_processes_and_hash_seeds_do_not_matter(tmp_path):
    """Fresh processes with other hash seeds and time zones give every digit alike, no file left."""
    told = {
        whole_job(tmp_path, PYTHONHASHSEED="0", TZ="UTC"),
        whole_job(tmp_path, PYTHONHASHSEED="4294967295", TZ="Asia/Kolkata"),
    }
    assert len(told) == 1
    assert list(tmp_path.iterdir()) == []


def a_whole_life() -> dict[str, str]:
    """Plan for every shipped profile; results as text, so that each digit counts."""
    told = {}
    for path in EXAMPLES:
        document = sb.from_json(path, sb.PlanDocument)
        plan = sb.plan_time(document.profile, document.budget, as_of=DAY)
        told[path.name] = sb.to_json(plan) + sb.to_json(
            sb.measure_balance(document.profile, as_of=DAY)
        )
    return told


def test_threads_do_not_matter():
    """Eight threads at once give what one gives."""
    alone = a_whole_life()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: a_whole_life(), range(8)))
    assert together == [alone] * 8


# --- records --------------------------------------------------------------------------------------

RECORDS = {
    sb.Skill: strategies.skills(),
    sb.Goal: strategies.goals(),
    sb.Scale: strategies.scales(),
    sb.Assessment: strategies.assessments(),
    sb.FeedbackItem: strategies.feedback_items(),
    sb.Profile: strategies.profiles(),
    sb.TimeBudget: strategies.budgets(),
    sb.PracticeRecord: strategies.practice_records(),
    sb.Availability: strategies.availabilities(),
    sb.PlanDocument: strategies.plan_documents(),
}


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
@given(data=st.data())
@settings(max_examples=25)
def test_inputs_pickle_copy_and_hash(cls, data):
    """A record survives a pickle and a deep copy, equal and with the same hash."""
    record = data.draw(RECORDS[cls])
    for twin in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert twin == record
        assert hash(twin) == hash(record)
        assert repr(twin) == repr(record)


def results() -> dict[str, object]:
    """One result of each verb that works on a single person."""
    document = sb.from_json(EXAMPLES[0], sb.PlanDocument)
    profile, budget = document.profile, document.budget
    plan = sb.plan_time(profile, budget, as_of=DAY)
    log = [
        sb.PracticeRecord(
            skill_id=item.skill_id, on=DAY, hours=1, activity="practice", outcome="done"
        )
        for item in plan
    ]
    later = DAY + dt.timedelta(28)
    review = sb.review_progress(plan, log, profile, as_of=later)
    goal = next(iter(profile.goals))
    skill_id = next(iter(goal.targets))
    windows = [sb.TimeWindow(weekday=day, start="17:00", end="21:00") for day in sb.Weekday]
    free = sb.Availability(time_zone="UTC", windows=windows)
    return {
        "plan_time": plan,
        "evaluate_plan": sb.evaluate_plan(profile, budget, {skill_id: 1.0}, as_of=DAY),
        "weigh_skills": sb.weigh_skills(profile),
        "estimate_proficiency": sb.estimate_proficiency(profile, as_of=DAY),
        "measure_balance": sb.measure_balance(profile, as_of=DAY),
        "break_down_sources": sb.break_down_sources(profile, as_of=DAY),
        "forecast": sb.forecast(plan, profile, weeks=3),
        "ask_next": sb.ask_next(profile, budget, as_of=DAY),
        "estimate_history": sb.estimate_history(profile, dates=[DAY]),
        "review_progress": review,
        "replan": sb.replan(plan, review, profile, budget, as_of=later),
        "hours_needed": sb.hours_needed(profile, skill_id, by=later, as_of=DAY, target=0.9),
        "frontier": sb.frontier(profile, budget, as_of=DAY, hours=[1.0, 2.0]),
        "suggest_actions": sb.suggest_actions(profile, plan, as_of=DAY),
        "schedule_week": sb.schedule_week(plan, free, week_of=DAY),
        "rater model": sb.find_rater_model("specific"),
    }


@pytest.fixture(name="given_results", scope="module")
def _given_results():
    return results()


def holds_arrays(value: object) -> bool:
    """Say whether a record compares or hashes by identity somewhere because it holds arrays."""
    if attrs.has(type(value)):
        return any(holds_arrays(getattr(value, field.name)) for field in attrs.fields(type(value)))
    if isinstance(value, tuple):
        return any(map(holds_arrays, value))
    return hasattr(value, "__array__")


def test_results_pickle_and_hash(given_results):
    """Every result survives a pickle with its hash; one that holds arrays says so to the caller."""
    for verb, result in given_results.items():
        twin = pickle.loads(pickle.dumps(result))
        assert repr(twin) == repr(result), verb
        assert holds_arrays(result) or (twin == result and hash(twin) == hash(result)), verb


def test_results_cannot_be_changed(given_results):
    """No attribute of a result can be set, by accident or on purpose."""
    for result in given_results.values():
        name = attrs.fields(type(result))[0].name
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(result, name, None)
        for field in attrs.fields(type(result)):
            value = getattr(result, field.name)
            # What is private may be an index over what is public.
            changeable = isinstance(value, (list, dict, set))
            assert field.name.startswith("_") or not changeable, field.name


ERRORS = [
    sb.SkillbalanceError("said"),
    sb.InvalidValueError("upkeep", "in [0, 1]", [7]),
    sb.UnknownSkillError("sqll", ["sql"]),
    sb.UnknownFieldError("nursng", ["nursing"]),
    sb.UnknownElementError("2.A", ["2.A.1.a"]),
    sb.InvalidDocumentError([sb.Fault("$.id", "missing")]),
    sb.InfeasibleError([sb.Conflict("hours_per_week", 4.0, float("nan"))]),
    sb.ScheduleError(6.0, [("sql", 1.5)], [sb.Conflict("free hours", 4.5, 6.0)]),
    sb.MissingExtraError("calendar", "icalendar"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_pickle_and_hash(error):
    """An error that crosses processes says the same and is equal to itself."""
    twin = pickle.loads(pickle.dumps(error))
    assert (twin, str(twin), hash(twin)) == (error, str(error), hash(error))


def test_every_error_is_tried():
    """The list above names every error at the front door."""
    errors = {
        value
        for name in sb.__all__
        if isinstance(value := getattr(sb, name), type) and issubclass(value, sb.SkillbalanceError)
    }
    assert errors == {type(error) for error in ERRORS}


def test_frozen_mapping_keeps_its_word():
    """The mapping in records is read-only, hashable, and survives a pickle."""
    mapping = _items.FrozenMapping({"sql": 0.5})
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    with pytest.raises(AttributeError, match="read-only"):
        mapping.extra = 1
