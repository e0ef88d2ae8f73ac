"""Where the time goes: a profile of each case, by module."""

import cProfile
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import numpy as np

import skillbalance
from benchmarks.growth import HALF_HOUR, task
from benchmarks.learners import full_learners, plain_learners
from benchmarks.tables import Table

SEED = 7
OWN = str(Path(skillbalance.__file__).parent)
N_SHOWN = 10


def stages_table() -> Table:
    """Profile batches of every kind and single learners; list the modules with the largest part."""
    rng = np.random.default_rng(SEED)
    full = full_learners(rng, 20_000)
    singles = [task(full.rows(slice(i, i + 1))) for i in range(50)]
    cases: dict[str, list[Callable[[int], int]]] = {
        "plain": [task(plain_learners(rng, 20_000))],
        "full": [task(full)],
        "full, half hours": [task(full, HALF_HOUR)],
        "one learner, full": singles,
    }
    shares = {name: by_module(tasks) for name, tasks in cases.items()}
    modules = set().union(*shares.values())
    largest = sorted(modules, key=lambda module: -sum(s.get(module, 0.0) for s in shares.values()))
    rows = tuple(
        (module, *(f"{100 * share.get(module, 0.0):.0f} %" for share in shares.values()))
        for module in largest[:N_SHOWN]
    )
    return Table(
        title="Where the time goes: part of each module",
        head=("module", *shares),
        rows=rows,
        note="By cProfile, NumPy's time counted where it is called.",
    )


def by_module(tasks: list[Callable[[int], int]]) -> dict[str, float]:
    """Return the part of the time spent in each of our modules and in what they call outside."""
    tasks[0](0)
    profile = cProfile.Profile()
    profile.enable()
    for run in tasks:
        run(0)
    profile.disable()
    spent: dict[str, float] = {}
    for entry in profile.getstats():
        module = module_of(entry.code)
        if module:
            outside = sum(call.totaltime for call in entry.calls or () if not module_of(call.code))
            spent[module] = spent.get(module, 0.0) + entry.inlinetime + outside
    whole = sum(spent.values())
    return {module: seconds / whole for module, seconds in spent.items()}


def module_of(code: CodeType | str) -> str:
    """Name our module that holds the code, or nothing."""
    if isinstance(code, str) or not code.co_filename.startswith(OWN):
        return ""
    return Path(code.co_filename).relative_to(OWN).with_suffix("").as_posix()
