"""Settings that every test shares, those in docstrings included."""

import doctest
import importlib.util
import os
import re
from typing import Any

import hypothesis
import pytest

# No deadline: on a shared machine the first call of a NumPy function can be slow, which says
# nothing about the property. Derandomized in CI, so that a change fails for what it changed.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci", parent=hypothesis.settings.get_profile("default"), derandomize=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


# --- the core alone: `make test-core` sets CORE_ONLY and installs no extra ------------------------

CORE_ONLY = bool(os.environ.get("CORE_ONLY"))


def _what_is_missing(error: BaseException | None) -> str:
    """Name the package that an error says is not installed, or nothing."""
    while error is not None:
        if isinstance(error, doctest.UnexpectedException):
            error = error.exc_info[1]
            continue
        if type(error).__name__ == "MissingExtraError":
            return str(error)
        if isinstance(error, ModuleNotFoundError):
            name = (error.name or "").partition(".")[0]
            ours = name in {"benchmarks", "skillbalance", "strategies", "tests", "tools"}
            return "" if ours or not name else f"needs {name}"
        error = error.__cause__
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """Skip a module of tests whose imports are not installed, and say which."""
    report = yield
    if CORE_ONLY and report.outcome == "failed" and isinstance(collector, pytest.Module):
        found = re.search(r"No module named '([\w.]+)'", str(report.longrepr))
        if found and importlib.util.find_spec(found[1].partition(".")[0]) is None:
            reason = f"Skipped: needs {found[1].partition('.')[0]}"
            report.outcome = "skipped"
            report.longrepr = (str(collector.path), 0, reason)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Any:
    """Skip a test that asks for what is not installed."""
    try:
        return (yield)
    except Exception as error:
        missing = _what_is_missing(error) if CORE_ONLY else ""
        if missing:
            pytest.skip(missing)
        raise
