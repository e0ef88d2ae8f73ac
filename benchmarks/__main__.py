"""Measure everything and print the tables: ``python -m benchmarks [--write FILE] [--quick]``."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.growth import blocks_table, memory_table, millions, rows_table, skills_table
from benchmarks.import_cost import BASE, OURS, measure_imports
from benchmarks.machine import load, machine_line, versions_line
from benchmarks.optimality import measure_quality
from benchmarks.plan_time import measure_plans
from benchmarks.speed import Measured, cases, measure, speed_table
from benchmarks.stages import stages_table
from benchmarks.tables import Table
from benchmarks.timing import Spread
from benchmarks.wanted import wanted_table


def main() -> None:
    """Run everything, a table at a time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", type=Path, help="also write the tables here, for the docs")
    parser.add_argument("--quick", action="store_true", help="few rounds and small batches")
    options = parser.parse_args()
    rounds, n_rows, n_problems = (3, 2_000, 800) if options.quick else (9, 16_384, 10_000)

    start, load_before = time.perf_counter(), load()
    print(machine_line(), versions_line(), sep="\n", end="\n\n")
    imports, plans = measure_imports(), measure_plans()
    tables = [show(everyday_table(imports, plans))]
    measured, skipped = measure_speed(n_rows, rounds)
    tables.append(show(speed_table(measured)))
    found = millions(n_rows if options.quick else 1_000_000)
    tables.append(show(rows_table(rounds, found)))
    tables.append(show(memory_table(found)))
    tables.append(show(skills_table(min(rounds, 5))))
    tables.append(show(blocks_table(min(rounds, 5))))
    quality = measure_quality(n_problems)
    tables.append(show(quality.table()))
    tables.append(show(stages_table()))
    tables.insert(0, show(wanted_table(measured, found, quality, imports, plans)))
    minutes = (time.perf_counter() - start) / 60.0
    notes = [
        f"{machine_line()} {versions_line()}",
        f"The run took {minutes:.1f} minutes; load {load_before:.1f} before, {load():.1f} after.",
        *(f"{line}." for line in skipped),
    ]
    print(*notes, sep="\n")
    if options.write:
        write(options.write, notes, tables)


def measure_speed(n_rows: int, rounds: int) -> tuple[list[Measured], list[str]]:
    """Measure every case."""
    measured: list[Measured] = []
    skipped: list[str] = []
    for case in cases(n_rows):
        found, left_out = measure(case, rounds)
        measured += found
        skipped += left_out
    return measured, skipped


def everyday_table(imports: dict[str, Spread], plans: dict[str, Spread]) -> Table:
    """Lay out the cost of importing, and of a plan from records."""
    times = imports | plans
    rows = [(name, spread.text(1e3)) for name, spread in times.items()]
    ratio = imports[OURS].median / imports[BASE].median
    rows.insert(2, ("the second import, times the first", f"{ratio:.2f}"))
    return Table(title="Import and plan", head=("what", "ms"), rows=tuple(rows))


def show(table: Table) -> Table:
    """Print a table as soon as it is there."""
    print(table.as_text(), end="\n\n", flush=True)
    return table


def write(path: Path, notes: Sequence[str], tables: Sequence[Table]) -> None:
    """Write notes and tables in the language of the docs."""
    head = ".. Written by `python -m benchmarks --write`; do not edit."
    text = "\n\n".join([head, *notes, *(table.as_rst() for table in tables)])
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
