"""What a learner costs, beside every peer that can state the same problem."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from benchmarks.contenders import (
    Contender,
    floor,
    missing,
    ours,
    ours_singly,
    shortfalls,
)
from benchmarks.cvxpy_peer import cones
from benchmarks.learners import (
    N_SKILLS,
    Floats,
    Learners,
    full_learners,
    never_forgetting,
    plain_learners,
)
from benchmarks.numba_peer import scalar_loop
from benchmarks.scipy_peers import DEFAULT, slsqp, trust_constr
from benchmarks.tables import Table
from benchmarks.timing import Spread, digits, take_turns

SEED = 20261122
MICRO = 1e6


@attrs.frozen(kw_only=True)
class Case:
    """Learners, ours first and then its peers, each with the packages that it needs."""

    name: str
    learners: Learners
    us: Contender
    peers: Sequence[tuple[Contender, tuple[str, ...]]]


@attrs.frozen(kw_only=True)
class Measured:
    """One contender in one case: time per learner [s], its ratio to ours, what it leaves."""

    case: str
    name: str
    seconds: Spread
    ratio: Spread
    shortfall: Floats
    failed: int


def cases(n_rows: int) -> list[Case]:
    """List the cases; `n_rows` learners in a batch."""
    rng = np.random.default_rng(SEED)
    plain, full = plain_learners(rng, n_rows), full_learners(rng, n_rows)
    lowest = [(peer, ()) for peer in floor(n_rows)]
    scipy, cvxpy = ("scipy",), ("cvxpy", "clarabel")

    def general(per_round: int, *, loose: bool) -> list[tuple[Contender, tuple[str, ...]]]:
        return [
            (slsqp(per_round), scipy),
            (slsqp(max(per_round // 4, 1), gradients=False), scipy),
            *([(slsqp(per_round, DEFAULT), scipy)] if loose else []),
            (trust_constr(1), scipy),
        ]

    def conic(rho: float) -> list[tuple[Contender, tuple[str, ...]]]:
        return [
            (cones(4, 1, N_SKILLS, rho=rho), cvxpy),
            (cones(100, 100, N_SKILLS, rho=rho), cvxpy),
        ]

    batch = ours(n_rows)
    return [
        Case(
            name="plain",
            learners=plain,
            us=batch,
            peers=[
                *general(16, loose=True),
                (scalar_loop(n_rows), ("numba",)),
                *lowest,
            ],
        ),
        Case(name="full", learners=full, us=batch, peers=[*general(16, loose=True), *lowest]),
        Case(
            name="plain, no forgetting",
            learners=never_forgetting(plain),
            us=batch,
            peers=conic(1.0),
        ),
        Case(
            name="full, no forgetting", learners=never_forgetting(full), us=batch, peers=conic(-0.5)
        ),
        Case(name="full, half hours", learners=full, us=ours(n_rows, 0.5), peers=lowest),
        Case(
            name="one learner, plain",
            learners=plain,
            us=ours_singly(20),
            peers=[(slsqp(16), scipy)],
        ),
        Case(
            name="one learner, full", learners=full, us=ours_singly(20), peers=[(slsqp(16), scipy)]
        ),
    ]


def measure(case: Case, rounds: int) -> tuple[list[Measured], list[str]]:
    """Let the contenders of a case take turns; name those that are missing."""
    skipped = [
        f"{case.name}: {peer.name} left out, not installed: {missing(*needs)}"
        for peer, needs in case.peers
        if missing(*needs)
    ]
    contenders = [case.us, *(peer for peer, needs in case.peers if not missing(*needs))]
    parts = {c.name: _parts(c, case.learners, rounds) for c in contenders}
    prepared = {c.name: [c.prepare(part) for part in parts[c.name]] for c in contenders}
    answers: dict[str, list[Floats | None]] = {c.name: [] for c in contenders}

    def task(c: Contender) -> Callable[[int], int]:
        def run(turn: int) -> int:
            answers[c.name].append(c.solve(prepared[c.name][turn % len(prepared[c.name])]))
            return c.per_round

        return run

    times = take_turns({c.name: task(c) for c in contenders}, rounds)
    own = times[case.us.name]
    return [
        Measured(
            case=case.name,
            name=c.name,
            seconds=Spread.of(times[c.name]),
            ratio=Spread.of([t / u for t, u in zip(times[c.name], own, strict=True)]),
            **_judged(c, parts[c.name], answers[c.name][1:]),
        )
        for c in contenders
    ], skipped


def _parts(c: Contender, learners: Learners, rounds: int) -> list[Learners]:
    """Give each round its own learners; one who takes the whole batch has it every round."""
    n = min(rounds, learners.n_rows // c.per_round)
    return [learners.rows(slice(i * c.per_round, (i + 1) * c.per_round)) for i in range(n)]


def _judged(
    c: Contender, parts: Sequence[Learners], answers: Sequence[Floats | None]
) -> dict[str, Any]:
    """Compare what a peer found with what we find, learner by learner; count what it gave up."""
    missed: list[Floats] = [np.zeros(0)]
    failed = 0
    if c.name != "allocate_hours":
        for turn, hours in enumerate(answers[: len(parts)]):
            if hours is None:
                continue
            found = np.nonzero(np.isfinite(hours).all(axis=1))[0]
            failed += len(hours) - found.size
            missed.append(shortfalls(parts[turn].rows(found), hours[found]))
    return {"shortfall": np.concatenate(missed), "failed": failed}


def speed_table(measured: Sequence[Measured]) -> Table:
    """Lay out times, ratios and what the peers leave on the table."""
    rows = []
    for m in measured:
        gap = m.shortfall
        us = m.name == "allocate_hours"
        rows.append(
            (
                f"{m.case}: {m.name}",
                m.seconds.text(MICRO),
                "1" if us else m.ratio.text(),
                f"{digits(float(gap.mean()))}; {digits(float(gap.max()))}" if gap.size else "",
                f"{m.failed} of {gap.size + m.failed}" if gap.size else "",
            )
        )
    return Table(
        title=f"Time per learner of {N_SKILLS} skills",
        head=(
            "who solves what",
            "µs a learner",
            "ratio to ours",
            "behind ours: mean; most",
            "gave up",
        ),
        rows=tuple(rows),
        note=(
            "Median (quartiles) over rounds in which all take turns. Behind: readiness that its "
            "hours leave to ours on the same learners; below zero theirs is more."
        ),
    )
