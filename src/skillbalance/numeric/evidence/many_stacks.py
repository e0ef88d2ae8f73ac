r"""
Fusing the ratings of many people who have many ratings each, as stacks of small systems.

The equations are those of :mod:`skillbalance.numeric.evidence.fusion`, the robust weights those of
:mod:`skillbalance.numeric.evidence.robust`. With what a group (skill and kind) shares eliminated,

.. math::
   \eta_{gr} = \theta_i + u_g + \beta_r, \qquad
   u_g \mid \theta, \beta \sim N\Big(\kappa_g \big(b_g - W_g \theta_i
   - \sum_r a_{gr} \beta_r\big),\ \kappa_g\Big), \qquad \kappa_g = \frac{\phi_g}{1 + \phi_g W_g}

a person is a small dense system over skills and over the raters who rated more than once
(:math:`a_{gr}` and :math:`b_{gr}` are sums of precisions and of precision times deviation, by
group and rater). All that a rating needs, the posterior mean and variance of its :math:`\eta`, is
the same for all ratings of one group and rater. People whose systems have about the same size are
stacked; sizes are rounded up by a rule that looks at the person alone, so that a person's numbers
have the same bits in any company.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.robust import STEPS

_Floats = NDArray[np.float64]
_Positions = NDArray[np.intp]
_Flags = NDArray[np.bool_]

# Ratings that are laid out together: a few hundred megabytes.
_BATCH_RATINGS = 2_000_000
# Entries (people x groups x unknowns) of a stack; more fall out of the processor's cache.
_STACK_ENTRIES = 250_000


class ManyRatings(NamedTuple):
    """
    Ratings of many people, a person's together.

    Attributes
    ----------
    first : ndarray of int, shape (n_people + 1,)
        Where each person's ratings begin, and where the last one's end.
    cell : ndarray of int, shape (k,)
        Position of person and skill; a cell is of one person, its ratings stand together, and
        among them those of one kind.
    rater : ndarray of int, shape (k,)
        Any numbers that tell a person's raters apart; a rater is of one kind.
    kind : ndarray of int, shape (k,)
    deviation, noise : ndarray of shape (k,)
        Rating less prior mean and expected leniency; what is particular to it, with its age.
    n_cells : int
    prior_variance : float
    severity, shared : ndarray of shape (n_kinds,)
        Variance of raters' severity, and of what raters of a kind share about a skill.
    threshold : float or None
        Of the robust weights.
    """

    first: _Positions
    cell: _Positions
    rater: _Positions
    kind: _Positions
    deviation: _Floats
    noise: _Floats
    n_cells: int
    prior_variance: float
    severity: _Floats
    shared: _Floats
    threshold: float | None


class _Stack(NamedTuple):
    """
    People whose systems are padded to one size: c skills, g groups, l raters.

    Attributes
    ----------
    rating : ndarray of int, shape (n,)
        Which ratings they are.
    owner, pair : ndarray of int, shape (n,)
        Each rating's person, and place in arrays of shape (p, g, l + 1); the last column is for
        raters who do not link skills.
    extra : ndarray of shape (n,)
        Severity of those raters, which is noise.
    cell : ndarray of int, shape (p, c)
        Positions of the skills; -1 is padding.
    skill : ndarray of int, shape (p, g)
        Which of the skills a group is of.
    shared : ndarray of shape (p, g)
    scale : ndarray of shape (p, l)
        Standard deviation of each rater's severity.
    """

    rating: _Positions
    owner: _Positions
    pair: _Positions
    extra: _Floats
    cell: _Positions
    skill: _Positions
    shared: _Floats
    scale: _Floats

    def only(self, people: _Flags) -> "_Stack":
        """Keep some of the people."""
        kept = people[self.owner]
        owner = (np.cumsum(people) - 1)[self.owner[kept]]
        size = self.skill.shape[1] * (self.scale.shape[1] + 1)
        return _Stack(
            rating=self.rating[kept],
            owner=owner,
            pair=self.pair[kept] % size + owner * size,
            extra=self.extra[kept],
            cell=self.cell[people],
            skill=self.skill[people],
            shared=self.shared[people],
            scale=self.scale[people],
        )


class _Solved(NamedTuple):
    """Posterior of a stack: skills, and for each rating of eta and of the skill with eta."""

    shift: _Floats  # (p, c)
    precision: _Floats  # (n,) of the rating
    mean: _Floats  # (n,)
    variance: _Floats  # (n,)
    covariance: _Floats  # (n,)


def fuse_large(given: ManyRatings, people: _Positions, shift: _Floats, gain: _Floats) -> None:
    """Write the means of some people's cells, and the gains of their ratings, to their places."""
    n_ratings = np.diff(given.first)
    done = 0
    while done < len(people):
        # At least one person, however many ratings they have.
        total = np.cumsum(n_ratings[people[done:]])
        stop = done + max(1, int(np.searchsorted(total, _BATCH_RATINGS, side="right")))
        for stack in _stacks(given, people[done:stop]):
            _fuse_stack(given, stack, shift, gain)
        done = stop


def _fuse_stack(given: ManyRatings, stack: _Stack, shift: _Floats, gain: _Floats) -> None:
    """Write the means of a stack's skills and the gains of its ratings to their places."""
    weight = np.ones(len(stack.rating))
    for step in range(STEPS + 1):
        noise, off = given.noise[stack.rating], given.deviation[stack.rating]
        solved = _solve(given.prior_variance, stack, noise / weight, off)
        new = weight
        if given.threshold is not None and step < STEPS:
            # In (0, 1] but for rounding: the part of the noise that all others leave open.
            surprise = 1.0 - solved.precision * solved.variance
            surprise = np.maximum(surprise, np.finfo(np.float64).tiny)
            spread = 1.0 / (solved.precision * surprise) - noise / weight + noise
            t = np.abs(off - solved.mean) / (surprise * np.sqrt(spread))
            new = np.square(given.threshold / np.maximum(t, given.threshold))
        moved = np.bincount(stack.owner, new != weight, minlength=len(stack.cell)) > 0.0
        # Whose weights stand is done: another step would repeat this one.
        done = ~moved
        gain[stack.rating[done[stack.owner]]] = (solved.precision * solved.covariance)[
            done[stack.owner]
        ]
        cell = stack.cell[done]
        shift[cell[cell >= 0]] = solved.shift[done][cell >= 0]
        if not moved.any():
            return
        weight = new[moved[stack.owner]]
        stack = stack.only(moved)


def _solve(prior_variance: float, stack: _Stack, noise: _Floats, off: _Floats) -> _Solved:
    """Solve the mixed-model equations of a stack."""
    (n_people, n_groups), n_cells = stack.skill.shape, stack.cell.shape[1]
    scale, n_raters = stack.scale, stack.scale.shape[1]
    shape = (n_people, n_groups, n_raters + 1)
    length = n_people * n_groups * (n_raters + 1)
    precision = 1.0 / (noise + stack.extra)
    a = np.bincount(stack.pair, precision, minlength=length).reshape(shape)
    b = np.bincount(stack.pair, precision * off, minlength=length).reshape(shape)
    weight, total = a.sum(axis=2), b.sum(axis=2)
    unshared = 1.0 / (1.0 + stack.shared * weight)
    kept = stack.shared * unshared
    # Raters in units of their own sd.
    linked = np.ascontiguousarray(a[:, :, :-1]) * scale[:, np.newaxis, :]
    lost = np.ascontiguousarray(np.swapaxes(-kept[:, :, np.newaxis] * linked, 1, 2))

    # Sums over the groups of each skill.
    place = np.arange(n_people)[:, np.newaxis] * n_cells + stack.skill
    cross_place = place[:, :, np.newaxis] * n_raters + np.arange(n_raters)
    cross = np.bincount(
        cross_place.ravel(),
        (linked * unshared[:, :, np.newaxis]).ravel(),
        minlength=n_people * n_cells * n_raters,
    ).reshape(n_people, n_cells, n_raters)
    strength, pull = (
        np.bincount(place.ravel(), value.ravel(), minlength=n_people * n_cells).reshape(
            n_people, n_cells
        )
        for value in (weight * unshared, total * unshared)
    )
    size = n_cells + n_raters
    system = np.empty((n_people, size, size))
    system[:, :n_cells, :n_cells] = 0.0
    system[:, :n_cells, n_cells:] = cross
    system[:, n_cells:, :n_cells] = np.swapaxes(cross, 1, 2)
    system[:, n_cells:, n_cells:] = lost @ linked
    here = np.arange(size)
    system[:, here, here] += np.concatenate(
        (1.0 / prior_variance + strength, 1.0 + linked.sum(axis=1) * scale), axis=1
    )
    heard = b[:, :, :-1].sum(axis=1) * scale
    heard -= (linked * (kept * total)[:, :, np.newaxis]).sum(axis=1)
    covariance = np.linalg.inv(system)
    right = np.concatenate((pull, heard), axis=1)
    found = (covariance @ right[:, :, np.newaxis])[:, :, 0]

    # Posterior of eta by group and rater: the group's part, and what the rater adds.
    people = np.arange(n_people)[:, np.newaxis]
    rows = covariance[people, stack.skill]  # of the group's skill
    lost = np.ascontiguousarray(np.swapaxes(lost, 1, 2))
    spread = lost @ covariance[:, n_cells:]
    spread += unshared[:, :, np.newaxis] * rows
    own_skill = np.take_along_axis(spread, stack.skill[:, :, np.newaxis], axis=2)[:, :, 0]
    by_rater = spread[:, :, n_cells:]
    mean, variance, joint = np.empty((3, *shape))
    group_mean = unshared * found[people, stack.skill] + kept * total
    group_mean += (lost @ found[:, n_cells:, np.newaxis])[:, :, 0]
    group_variance = kept + unshared * own_skill + (by_rater * lost).sum(axis=2)
    own = np.diagonal(covariance, axis1=1, axis2=2)[:, n_cells:] * np.square(scale)
    mean[:, :, -1], variance[:, :, -1], joint[:, :, -1] = group_mean, group_variance, own_skill
    mean[:, :, :-1] = group_mean[:, :, np.newaxis] + (found[:, n_cells:] * scale)[:, np.newaxis, :]
    variance[:, :, :-1] = 2.0 * by_rater * scale[:, np.newaxis, :] + own[:, np.newaxis, :]
    variance[:, :, :-1] += group_variance[:, :, np.newaxis]
    joint[:, :, :-1] = rows[:, :, n_cells:] * scale[:, np.newaxis, :]
    joint[:, :, :-1] += own_skill[:, :, np.newaxis]
    return _Solved(
        shift=found[:, :n_cells],
        precision=precision,
        mean=mean.ravel()[stack.pair],
        variance=variance.ravel()[stack.pair],
        covariance=joint.ravel()[stack.pair],
    )


# --- layout ---------------------------------------------------------------------------------------


def _stacks(given: ManyRatings, people: _Positions) -> Iterator[_Stack]:
    """Stack people whose systems round up to one size."""
    n_ratings = np.diff(given.first)[people]
    n_people = len(people)
    person = np.repeat(np.arange(n_people), n_ratings)
    first = np.cumsum(n_ratings) - n_ratings
    rows = np.arange(len(person)) + (given.first[people] - first)[person]
    cell, kind = given.cell[rows], given.kind[rows]
    new_cell = np.diff(cell, prepend=-1) != 0
    new_cell[first] = True
    new_group = new_cell | (np.diff(kind, prepend=-1) != 0)
    cells, groups = np.cumsum(new_cell) - 1, np.cumsum(new_group) - 1
    skill, group = cells - cells[first][person], groups - groups[first][person]
    rater, n_raters = _link(given, rows, person, n_people)
    n_cells, n_groups = (
        np.bincount(person[new], minlength=n_people) for new in (new_cell, new_group)
    )
    sizes = np.stack([_round_up(n) for n in (n_cells, n_groups, n_raters)])
    for c, g, r in np.unique(sizes, axis=1).T.tolist():
        alike = np.flatnonzero((sizes == [[c], [g], [r]]).all(axis=0))
        step = max(1, _STACK_ENTRIES // (g * (c + r)))
        for begin in range(0, len(alike), step):
            chosen = alike[begin : begin + step]
            owner = np.repeat(np.arange(len(chosen)), n_ratings[chosen])
            within = (
                np.arange(len(owner)) - (np.cumsum(n_ratings[chosen]) - n_ratings[chosen])[owner]
            )
            at = first[chosen][owner] + within
            alone = rater[at] < 0
            stack = _Stack(
                rating=rows[at],
                owner=owner,
                pair=(owner * g + group[at]) * (r + 1) + np.where(alone, r, rater[at]),
                extra=np.where(alone, given.severity[kind[at]], 0.0),
                cell=np.full((len(chosen), c), -1, dtype=np.intp),
                skill=np.zeros((len(chosen), g), dtype=np.intp),
                shared=np.zeros((len(chosen), g)),
                scale=np.zeros((len(chosen), r)),
            )
            stack.cell[owner, skill[at]] = cell[at]
            stack.skill[owner, group[at]] = skill[at]
            stack.shared[owner, group[at]] = given.shared[kind[at]]
            whose, who = owner[~alone], rater[at][~alone]
            stack.scale[whose, who] = np.sqrt(given.severity[kind[at][~alone]])
            yield stack


def _link(
    given: ManyRatings, rows: _Positions, person: _Positions, n_people: int
) -> tuple[_Positions, _Positions]:
    """
    Find the raters of each person who rated more than once and differ in severity.

    Return the number of each rating's, -1 for others, and how many each person has.
    """
    rater = given.rater[rows]
    low = int(rater.min())
    width = int(rater.max()) - low + 1
    unique, of_rating, count = np.unique(
        person * width + rater - low, return_inverse=True, return_counts=True
    )
    severe = np.zeros(len(unique), dtype=np.bool_)
    severe[of_rating] = given.severity[given.kind[rows]] > 0.0
    linked = (count > 1) & severe
    owner = unique[linked] // width
    n_raters = np.bincount(owner, minlength=n_people)
    number = np.full(len(unique), -1, dtype=np.intp)
    number[linked] = np.arange(len(owner)) - (np.cumsum(n_raters) - n_raters)[owner]
    return number[of_rating], n_raters


def _round_up(size: _Positions) -> _Positions:
    """Round sizes up, to steps of 1 up to 4, 2 up to 8, 4 up to 16 and so on."""
    step = np.exp2(np.maximum(np.ceil(np.log2(np.maximum(size, 1))) - 2.0, 0.0))
    return np.asarray(np.ceil(size / step) * step, dtype=np.intp)
