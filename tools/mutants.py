"""
Seed faults and count how many the tests catch: ``python tools/mutants.py --count 15``.

The faults are those of mutmut's own mutators (an operator, a number, a string, an argument, an
assignment changed). Each runs in a process of its own, forked before this package is loaded, so
that no cache holds what the unchanged source made; only tests that reach the changed lines run,
quickest first, to the first that fails. A test in a fresh interpreter sees no fault and counts
for nothing. The same seed draws the same faults.
"""

import argparse
import difflib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import pkgutil
import random
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import coverage
import hypothesis
import libcst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import create_mutations

ROOT: Final = Path(__file__).parent.parent
SOURCE: Final = ROOT / "src" / "skillbalance"
ROOMS: Final = ("numeric", "formats")
RECORD: Final = ROOT / ".mutants.json"
OUTSIDE: Final = ("tests/spark", "tests/notebook", "tests/test_dask.py")
"""Tests whose work is done in processes that see no fault."""
HEAVY: Final = (
    *("numpy", "scipy.optimize", "scipy.stats", "mpmath", "attrs", "jsonschema", "icalendar"),
    *("pandas", "pyarrow", "narwhals", "statsmodels.api", "hypothesis.extra.numpy"),
)
"""Packages loaded once, before the processes part."""
SLOWER: Final = 10
"""A run this many times as long as the clean one is caught: something never ends."""

CAUGHT: Final = {"caught", "ran out of time"}


class Mutant(NamedTuple):
    """A module with one fault."""

    name: str
    """Module and number, such as ``numeric/curve:17``."""
    path: Path
    function: str
    lines: range
    code: str

    def difference(self) -> str:
        """Show what was changed."""
        before = self.path.read_text(encoding="utf-8").splitlines()
        changes = difflib.unified_diff(before, self.code.splitlines(), lineterm="", n=0)
        return "\n".join(f"    {one}" for one in list(changes)[2:] if one[:2] != "@@")


class Record(NamedTuple):
    """What a run over the unchanged source told."""

    seconds: dict[str, float]
    """How long each test took."""
    tests: dict[str, dict[str, list[str]]]
    """For each file and line, the tests that run it."""


def stem_of(path: Path) -> str:
    """Name a module as faults do."""
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def draw(path: Path, count: int, seed: int, names: Sequence[str] = ()) -> Iterator[Mutant]:
    """Draw faults of those that mutmut would seed in a module, or take those that are named."""
    module, mutations, *_ = create_mutations(str(path), path.read_text(encoding="utf-8"))
    # mutmut leaves alone what runs when a module is loaded.
    inside = [
        one
        for one in mutations
        if isinstance(one.contained_by_top_level_function, libcst.FunctionDef)
    ]
    stem = stem_of(path)
    every = {f"{stem}:{at}": one for at, one in enumerate(inside)}
    rng = random.Random(f"{seed} {stem}")  # noqa: S311  (to be repeated)
    places = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    # All of them in an order, so that a larger sample begins with the smaller.
    for name in names or rng.sample(list(every), len(every))[:count]:
        one = every[name]
        function: Any = one.contained_by_top_level_function
        replacement: Any = one.mutated_node
        place = places[one.original_node if one.original_node in places else function]
        changed: Any = module.deep_replace(one.original_node, replacement)
        lines = range(place.start.line, place.end.line + 1)
        yield Mutant(name, path, function.name.value, lines, changed.code)


# --- a process that sees the fault ----------------------------------------------------------------


class Seeded(importlib.machinery.SourceFileLoader):
    """Loads changed source as if it were the file."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path))
        self.mutant = mutant

    def get_code(self, fullname: str) -> types.CodeType:
        """Compile the changed source; what was compiled before is passed by."""
        del fullname
        return compile(self.mutant.code, str(self.mutant.path), "exec", dont_inherit=True)


class Sower(importlib.abc.MetaPathFinder):
    """Finds the one module that has a fault."""

    def __init__(self, mutant: Mutant) -> None:
        stem, self.mutant = mutant.name.partition(":")[0], mutant
        self.module = "skillbalance." + stem.replace("/", ".")

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Give the changed module when it is asked for."""
        if fullname != self.module:
            return None
        loader = Seeded(fullname, self.mutant)
        return importlib.util.spec_from_file_location(fullname, self.mutant.path, loader=loader)


class Chosen:
    """Plugin of pytest: few examples, and only the tests that are wanted, in their order."""

    def __init__(
        self, examples: int, wanted: Sequence[str] | None = None, mutant: Mutant | None = None
    ) -> None:
        self.examples, self.mutant = examples, mutant
        self.order = None if wanted is None else {one: at for at, one in enumerate(wanted)}

    def pytest_configure(self) -> None:
        """Let Hypothesis draw the same few examples every time, and not shrink what fails."""
        if self.mutant is not None:
            # Before pytest's own finder, which reads the files it is given from the disk.
            sys.meta_path.insert(0, Sower(self.mutant))
        hypothesis.settings.register_profile(
            "mutants",
            deadline=None,
            database=None,
            derandomize=True,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            max_examples=self.examples or 100,
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep and order what is wanted; no test draws more examples than the others."""
        if self.order is not None:
            items[:] = [one for one in items if one.nodeid in self.order]
            items.sort(key=lambda one: self.order[one.nodeid])  # type: ignore[index]
        for test in [getattr(one, "obj", None) for one in items]:
            own = getattr(test, "_hypothesis_internal_use_settings", None)
            if own is not None and self.examples:
                fewer = hypothesis.settings(own, max_examples=min(own.max_examples, self.examples))
                vars(test)["_hypothesis_internal_use_settings"] = fewer


class Watch(Chosen):
    """Plugin of pytest: notes which lines each test runs, and how long it takes."""

    def __init__(self, examples: int) -> None:
        super().__init__(examples)
        self.seconds: dict[str, float] = {}
        self.coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[f"{SOURCE / room}/*" for room in ROOMS]
        )

    def pytest_collection(self) -> None:
        """Watch from before the first test module is loaded."""
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Forget what earlier tests made, so that each runs all that it rests on."""
        for name, module in list(sys.modules.items()):
            if name.startswith("skillbalance"):
                for value in list(vars(module).values()):
                    if hasattr(value, "cache_clear"):
                        value.cache_clear()
        self.coverage.switch_context(item.nodeid)
        start = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - start
            self.coverage.switch_context("")

    def record(self) -> Record:
        """Give what was seen."""
        self.coverage.stop()
        data = self.coverage.get_data()
        tests = {
            str(Path(file).relative_to(SOURCE)): {
                str(line): [one for one in found if one]
                for line, found in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        return Record(self.seconds, tests)


def run_tests(arguments: Sequence[str], plugin: object) -> int:
    """Run pytest in this process."""
    options = ["-q", "-p", "no:cacheprovider", "--tb=short"]
    options += ["-o", "addopts=--doctest-modules"]
    # Loaded before the processes part, when pytest has not yet seen it.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, *arguments], plugins=[plugin]))


def watch(examples: int) -> None:
    """Run the tests on the unchanged source and keep what they tell."""
    plugin = Watch(examples)
    outside = (f"--ignore={one}" for one in OUTSIDE)
    failed = run_tests(["src", "tests", *outside], plugin)
    if not failed:
        RECORD.write_text(json.dumps(plugin.record()), encoding="utf-8")
    sys.exit(failed)


def try_one(mutant: Mutant, tests: Sequence[str], examples: int) -> None:
    """Run tests on a fault; the exit code says what came of it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    files = sorted(set(map(file_of, tests)))
    sys.exit(run_tests(["-x", *files], Chosen(examples, tests, mutant)))


# --- the parent -----------------------------------------------------------------------------------


def load_what_is_shared() -> None:
    """Load what no fault changes: other packages, and the floors below those with faults."""
    for one in HEAVY:
        importlib.import_module(one)
    for floor in ("model", "reference"):
        package = importlib.import_module(f"skillbalance.{floor}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for room in ROOMS:
        assert f"skillbalance.{room}" not in sys.modules, room  # noqa: S101  (or no fault is seen)
    # Plugins of other people would be looked up for each fault, and a fork that counts what the
    # parent holds copies it.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = False
    gc.freeze()


def in_a_fork(limit: float | None, target: Any, *arguments: Any) -> int | None:
    """Call a function in a process of its own; give its exit code, or nothing after the limit."""
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    process.join(limit)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode


def tests_for(mutant: Mutant, record: Record, seconds: float) -> Iterator[list[str]]:
    """Give the tests that run the changed lines, those of the files that are about them first."""
    lines = record.tests.get(str(mutant.path.relative_to(SOURCE)), {})
    reaching = {test for line in mutant.lines for test in lines.get(str(line), ())}
    if not reaching:  # a default is read when the module is loaded
        reaching = {test for tests in lines.values() for test in tests}
    every = Counter(file_of(one) for one in record.seconds)
    about = Counter(file_of(one) for one in reaching)
    files = sorted(about, key=lambda file: (-(about[file] ** 2) / every[file], file))
    for few in (files[:3], files[3:]):
        chosen: list[str] = []
        tests = (one for one in reaching if file_of(one) in few)
        for test in sorted(tests, key=lambda one: (record.seconds[one], one)):
            seconds -= record.seconds[test]
            if seconds < 0 and chosen:
                break
            chosen.append(test)
        if chosen:
            yield chosen


def file_of(test: str) -> str:
    """Give the file that holds a test."""
    return test.partition("::")[0]


def judge(mutant: Mutant, record: Record, seconds: float, examples: int) -> str:
    """Say what became of a fault."""
    outcome = "not reached"
    for tests in tests_for(mutant, record, seconds):
        clean = sum(record.seconds[one] for one in tests)
        code = in_a_fork(60 + SLOWER * clean, try_one, mutant, tests, examples)
        if code in {3, 4, 5}:  # pytest itself failed, or found no such test
            raise RuntimeError(f"{mutant.name}: pytest ended with {code}")
        outcome = "survived" if code == 0 else "caught" if code is not None else "ran out of time"
        if outcome in CAUGHT:
            break
    return outcome


def main() -> int:
    """Draw faults, try each and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="modules, such as numeric/curve, or faults of one")
    parser.add_argument("--count", type=int, default=15, help="how many of each module")
    parser.add_argument("--seed", type=int, default=8, help="what the sample is drawn with")
    parser.add_argument("--seconds", type=float, default=20, help="of tests for each")
    parser.add_argument("--examples", type=int, default=20, help="of a property; 0 for its own")
    parser.add_argument("--watch", action="store_true", help="note anew what each test runs")
    parser.add_argument("--unchanged", action="store_true", help="seed nothing; all must survive")
    options = parser.parse_args()
    os.chdir(ROOT)
    load_what_is_shared()
    watched = RECORD.exists() and not options.watch
    if not watched and in_a_fork(None, watch, options.examples):
        print("the tests fail on the unchanged source", file=sys.stderr)
        return 1
    record = Record(*json.loads(RECORD.read_bytes()))
    every = [path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.py"))]
    stems = {stem_of(path): path for path in every if path.stem != "__init__"}
    found: Counter[tuple[str, str]] = Counter()
    for stem, path in stems.items():
        wanted = [one for one in options.names if one.partition(":")[0] == stem]
        if options.names and not wanted:
            continue
        named = [one for one in wanted if one != stem]
        for drawn in draw(path, options.count, options.seed, named):
            mutant = drawn
            if options.unchanged:
                mutant = mutant._replace(code=path.read_text(encoding="utf-8"))
            outcome = judge(mutant, record, options.seconds, options.examples)
            found[stem, outcome] += 1
            shown = "" if outcome in CAUGHT else f"\n{mutant.difference()}"
            where = f"{mutant.name} in {mutant.function}, line {mutant.lines.start}"
            print(f"{outcome}: {where}{shown}", flush=True)
    total: Counter[str] = Counter()
    for stem in dict.fromkeys(one for one, _ in found):
        each = {outcome: count for (one, outcome), count in found.items() if one == stem}
        total.update(each)
        print(f"{stem}: {each}")
    print(f"{total.total()} faults: {dict(total)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
