"""What was wanted, beside what was measured in this run."""

from collections.abc import Mapping, Sequence

from benchmarks.import_cost import BASE, OURS
from benchmarks.optimality import Quality
from benchmarks.speed import Measured
from benchmarks.tables import Table
from benchmarks.timing import Spread, digits

MICRO = 1e6


def wanted_table(
    measured: Sequence[Measured],
    millions: Mapping[str, Mapping[str, float]],
    quality: Quality,
    imports: Mapping[str, Spread],
    plans: Mapping[str, Spread],
) -> Table:
    """Put each goal beside its figure; a peer that is missing leaves its row out."""
    by_name = {(m.case, m.name): m for m in measured}
    rows: list[tuple[str, ...]] = []

    def row(what: str, limit: float, figure: float, *, at_least: bool = False) -> None:
        good = figure >= limit if at_least else figure <= limit
        sign = "at least" if at_least else "at most"
        rows.append((what, f"{sign} {digits(limit)}", digits(figure), "yes" if good else "no"))

    def time(case: str, limit: float) -> None:
        row(f"{case} [µs a learner]", limit, MICRO * by_name[case, "allocate_hours"].seconds.median)

    def times_slsqp(case: str, name: str, limit: float) -> None:
        found = by_name.get((case, name))
        if found:
            row(f"{case}: faster than {name}, times", limit, found.ratio.median, at_least=True)

    for case, limit, times in (("plain", 5.0, 5_000.0), ("full", 15.0, 2_000.0)):
        time(case, limit)
        times_slsqp(case, "SLSQP", times)
        times_slsqp(case, "SLSQP, differences", times)
        floor = by_name[case, "np.exp and np.log"].ratio.median
        rows.append((f"{case}: times one pass of np.exp and np.log", "", digits(1.0 / floor), ""))
    time("full, half hours", 25.0)
    for case in ("one learner, plain", "one learner, full"):
        time(case, 800.0)
        times_slsqp(case, "SLSQP", 30.0)
    row("memory beyond inputs and outputs [GB]", 1.5, max(x["beyond"] for x in millions.values()))
    row("optimality gap / readiness", 1e-10, quality.gap)
    row("violation of a limit [h]", 1e-9, quality.violation)
    if quality.compared:
        row("readiness by which SLSQP was ahead", 1e-10, quality.behind)
    row("import, times that of attrs and NumPy", 1.3, imports[OURS].median / imports[BASE].median)
    row("plan_time, 12 skills [ms]", 5.0, 1e3 * plans["plan_time, 12 skills"].median)
    return Table(
        title="Wanted and measured",
        head=("what", "wanted", "measured", "reached"),
        rows=tuple(rows),
        note="Times are for 20 skills, in batches unless it says one learner; medians.",
    )
