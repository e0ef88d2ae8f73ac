"""How good the answers are, on random problems of every combination of features."""

import attrs
import numpy as np

from benchmarks.contenders import missing, shortfalls
from benchmarks.learners import Floats, Learners, any_learners
from benchmarks.scipy_peers import pieces_of, solve_slsqp
from benchmarks.tables import Table
from benchmarks.timing import digits
from skillbalance.numeric import allocate_hours

SEED = 11
SKILLS = (1, 2, 3, 5, 8, 12, 20, 40)
SAMPLED = 50
# Below this readiness a gap relative to it says nothing: the parts round to 1e-16.
NOTHING = 1e-6
TIGHT = 1e-10
ROUNDING = 1e-16


@attrs.frozen(kw_only=True)
class Quality:
    """The worst over all problems; `behind` is NaN where SLSQP is missing."""

    problems: int
    infeasible: int
    loose: int
    gap: float
    gap_at_nothing: float
    violation: float
    compared: int
    given_up: int
    behind: float
    ahead: float

    def table(self) -> Table:
        """Lay out the figures."""
        rows = [
            ("random problems", f"{self.problems:,}"),
            ("of them without any plan, marked so", f"{self.infeasible:,}"),
            (f"of them with a gap above {TIGHT:.0e} of readiness", f"{self.loose:,}"),
            ("worst gap / readiness", digits(self.gap)),
            (f"worst gap where readiness is below {NOTHING:.0e}", digits(self.gap_at_nothing)),
            ("worst violation of a limit [h]", digits(self.violation)),
        ]
        if self.compared:
            rows += [
                ("solved by SLSQP too", f"{self.compared:,}"),
                ("given up by SLSQP", f"{self.given_up:,}"),
                ("readiness by which SLSQP was ahead, at most", digits(self.behind)),
                ("readiness by which SLSQP was behind, at most", digits(self.ahead)),
            ]
        return Table(title="Optimality", head=("what", "figure"), rows=tuple(rows))


def measure_quality(n_problems: int) -> Quality:
    """Solve, check limits by hand, read the proofs, and ask SLSQP about a sample."""
    rng = np.random.default_rng(SEED)
    gaps, at_nothing, broken, behind = (list[list[float]]() for _ in range(4))
    infeasible = given_up = loose = 0
    for n_skills in SKILLS:
        learners = any_learners(rng, n_problems // len(SKILLS), n_skills)
        found = allocate_hours(**learners.arguments(), errors="mark")
        solved = np.nonzero(found.status == 0)[0]
        infeasible += learners.n_rows - solved.size
        gap, value = found.optimality_gap[solved], found.readiness[solved]
        loose += int(np.count_nonzero(gap > TIGHT * value + ROUNDING))
        real = value > NOTHING
        gaps.append((gap[real] / value[real]).tolist())
        at_nothing.append(gap[~real].tolist())
        broken.append(violations(learners.rows(solved), found.hours[solved]).tolist())
        if not missing("scipy"):
            sample = learners.rows(solved[:SAMPLED])
            hours = solve_slsqp(pieces_of(sample))
            # What it returns may break a share by more than rounding: no plan, no comparison.
            fine = np.nonzero(np.isfinite(hours).all(axis=1))[0]
            fine = fine[violations(sample.rows(fine), hours[fine]) <= 1e-10]
            given_up += sample.n_rows - fine.size
            behind.append((-shortfalls(sample.rows(fine), hours[fine])).tolist())
    ahead = np.concatenate(behind) if behind else np.empty(0)
    return Quality(
        problems=len(SKILLS) * (n_problems // len(SKILLS)),
        infeasible=infeasible,
        loose=loose,
        gap=float(np.concatenate(gaps).max(initial=0.0)),
        gap_at_nothing=float(np.concatenate(at_nothing).max(initial=0.0)),
        violation=float(np.concatenate(broken).max(initial=0.0)),
        compared=ahead.size,
        given_up=given_up,
        behind=float(ahead.max(initial=0.0)) if ahead.size else np.nan,
        ahead=float(-ahead.min(initial=0.0)) if ahead.size else np.nan,
    )


def violations(x: Learners, hours: Floats) -> Floats:
    """Return by how many hours each row breaks the limit that it breaks most."""
    total, soft = hours.sum(axis=1), (hours * x.soft).sum(axis=1)
    worst: Floats = np.maximum.reduce(
        [
            np.zeros_like(total),
            total - x.budget,
            (x.min_hours - hours).max(axis=1),
            (hours - x.max_hours).max(axis=1),
            x.share_low * total - soft,
            soft - x.share_high * total,
        ]
    )
    return worst
