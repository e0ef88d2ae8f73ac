"""
Laying out an organization's ratings for the likelihood of the rater model.

Cells (a person's skill) are tied to each other by raters who rate several. A rater who rates one
person only is kept inside that person's block; one who rates several links blocks. Blocks are
small and many, and are solved as stacks of equal size; what links them is one dense system per
connected part of the organization.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
_Positions = NDArray[np.intp]

# A person with more ratings than this is cut into cells, and raters who rate only this person
# are treated as linking: a block costs the square of its ratings in memory.
_MOST_RATINGS = 256
# Linking raters solved together. Above it, raters are cut apart, see `Layout.n_cut`.
_MOST_LINKING = 3000
_PART_LINKING = 1500
# Entries (blocks x ratings squared) of a stack.
_BATCH_ENTRIES = 2_000_000


class Ratings(NamedTuple):
    """
    Ratings as positions, in any order.

    Attributes
    ----------
    rating : ndarray of shape (k,)
        Less what is expected of person and skill, where that is known. [proficiency]
    age : ndarray of shape (k,)
        [year]
    person, cell, rater, kind : ndarray of int, shape (k,)
        Who was rated, on what (person and skill), by whom, of which kind. A rater has one kind.
    level, offset : ndarray of int, shape (k,)
        Columns of the fixed effects: the level that the rating is about, and the leniency of its
        kind; an *offset* of -1 is a kind whose leniency is known.
    n_kinds, n_levels, n_offsets : int
        How many of them there are.
    severe : ndarray of bool, shape (n_kinds,)
        Which kinds have raters who differ in severity; a test has not.
    """

    rating: _Floats
    age: _Floats
    person: _Positions
    cell: _Positions
    rater: _Positions
    kind: _Positions
    level: _Positions
    offset: _Positions
    n_kinds: int
    n_levels: int
    n_offsets: int
    severe: NDArray[np.bool_]

    @property
    def n_fixed(self) -> int:
        """Number of fixed effects."""
        return self.n_levels + self.n_offsets


class Batch(NamedTuple):
    """
    A stack of blocks of one padded size *n*, with up to *m* dense columns each.

    Attributes
    ----------
    at : ndarray of shape (b, n)
        Positions of the ratings; their number where there is none.
    valid : ndarray of bool, shape (b, n)
    same_cell, same_group, same_rater : ndarray of bool, shape (b, n, n)
        Which ratings are of one cell; of one cell and kind; by one rater who links no blocks.
    incidence : ndarray of shape (b, n, m)
        Which of the block's dense columns a rating has.
    columns : ndarray of shape (b, m)
        Which dense columns these are.
    pairs : ndarray of shape (b, m, m)
        Where each pair of them is in the storage of :class:`Layout`.
    """

    at: _Positions
    valid: NDArray[np.bool_]
    same_cell: NDArray[np.bool_]
    same_group: NDArray[np.bool_]
    same_rater: NDArray[np.bool_]
    incidence: _Floats
    columns: _Positions
    pairs: _Positions


class Layout(NamedTuple):
    """
    Everything about the ratings that does not depend on the variances.

    The dense columns are the linking raters, part after part, and then the fixed effects. A
    symmetric matrix over them that keeps parts apart is stored flat: the square of each part,
    the border of raters and fixed effects, the square of the fixed effects, one spare entry.

    Attributes
    ----------
    ratings : Ratings
        As given.
    batches : list of Batch
        Every rating in exactly one block.
    dense : ndarray of shape (k, 3)
        Dense columns of each rating: rater, level, offset; the spare one where there is none.
    piece : ndarray of shape (k,)
        Whom the likelihood takes for the rater: the rater, of a cut one the piece.
    column_piece : ndarray of shape (n_linking,)
        The piece of each dense column.
    parts : list of (slice, slice)
        Each part: its columns, and its square in the storage.
    border, square : slice
        Where the other pieces of the storage are.
    n_cut : int
        Raters of parts too large for one dense solve who were cut: heard by people in several
        pieces, they count as somebody else in each.
    """

    ratings: Ratings
    batches: list[Batch]
    dense: _Positions
    piece: _Positions
    column_piece: _Positions
    parts: list[tuple[slice, slice]]
    border: slice
    square: slice
    n_cut: int

    @property
    def n_linking(self) -> int:
        """Number of raters who link blocks, pieces of cut ones counted apart."""
        return len(self.column_piece)

    def kind_of_piece(self) -> _Positions:
        """Return the kind of each piece; 0 of numbers that no piece has."""
        kind = np.zeros(int(self.piece.max(initial=-1)) + 1, dtype=np.intp)
        kind[self.piece] = self.ratings.kind
        return kind


def lay_out(ratings: Ratings) -> Layout:
    """Find blocks, linking raters and connected parts, and stack the blocks by size."""
    k = len(ratings.rating)
    n_raters = int(ratings.rater.max(initial=-1)) + 1
    big = np.bincount(ratings.person) > _MOST_RATINGS
    # Persons are numbered first, cells of cut persons after them.
    block = np.where(big[ratings.person], len(big) + ratings.cell, ratings.person)
    linking, alone = _find_linking(ratings.rater, block, n_raters)
    linking &= _by_rater(ratings.severe[ratings.kind], ratings.rater, n_raters)
    # Without a rater who rates several of its cells a person falls apart into cells.
    local = ~linking[ratings.rater] & ~alone[ratings.rater] & ratings.severe[ratings.kind]
    whole = np.zeros(len(big), dtype=np.bool_)
    whole[ratings.person[local]] = True
    block = np.where(whole[ratings.person] & ~big[ratings.person], block, len(big) + ratings.cell)
    block = np.unique(block, return_inverse=True)[1]

    links = np.flatnonzero(linking[ratings.rater])
    piece_of_link, part_of_piece, rater_of_piece = _parts(ratings.rater[links], block[links])
    order = np.lexsort((np.arange(len(part_of_piece)), part_of_piece))
    column_of_piece = np.empty_like(order)
    column_of_piece[order] = np.arange(len(order))
    n_linking, n_fixed = len(order), ratings.n_fixed
    spare = n_linking + n_fixed
    dense = np.full((k, 3), spare, dtype=np.intp)
    dense[links, 0] = column_of_piece[piece_of_link]
    dense[:, 1] = n_linking + ratings.level
    offset = ratings.offset >= 0
    dense[offset, 2] = n_linking + ratings.n_levels + ratings.offset[offset]

    # The first piece of a rater goes by the rater's number, further ones by new numbers.
    number = rater_of_piece.copy()
    further = np.ones(len(number), dtype=np.bool_)
    further[np.unique(rater_of_piece, return_index=True)[1]] = False
    n_cut = int(further.sum())
    number[further] = n_raters + np.arange(n_cut)
    piece = ratings.rater.copy()
    piece[links] = number[piece_of_link]

    sizes = np.bincount(part_of_piece) if n_linking else np.zeros(0, dtype=np.intp)
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
    start = np.concatenate(([0], np.cumsum(np.square(sizes)))).astype(np.intp)
    stored = int(start[-1])
    parts = [
        (slice(int(first[i]), int(first[i + 1])), slice(int(start[i]), int(start[i + 1])))
        for i in range(len(sizes))
    ]
    layout = Layout(
        ratings=ratings,
        batches=[],
        dense=dense,
        piece=piece,
        column_piece=number[order],
        parts=parts,
        border=slice(stored, stored + n_linking * n_fixed),
        square=slice(stored + n_linking * n_fixed, stored + spare * n_fixed),
        n_cut=len(np.unique(rater_of_piece[further])),
    )
    part = np.repeat(np.arange(len(sizes)), sizes)
    layout.batches.extend(_stack(layout, block, part, first, start, sizes))
    return layout


def _find_linking(
    rater: _Positions, block: _Positions, n_raters: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which raters are heard in several blocks, and which just once."""
    pairs = np.unique(np.stack([rater, block]), axis=1)
    in_blocks = np.bincount(pairs[0], minlength=n_raters)
    return in_blocks > 1, np.bincount(rater, minlength=n_raters) == 1


def _by_rater(value: NDArray[np.bool_], rater: _Positions, n_raters: int) -> NDArray[np.bool_]:
    """Give each rater the value that all of their ratings have."""
    of_rater = np.zeros(n_raters, dtype=np.bool_)
    of_rater[rater] = value
    return of_rater


def _parts(rater: _Positions, block: _Positions) -> tuple[_Positions, _Positions, _Positions]:
    """
    Find connected parts: each link's piece of a rater, each piece's part, each piece's rater.

    A part with too many raters is cut: its blocks, put in an order in which neighbors share
    raters, are dealt into groups, and a rater becomes one piece per group.
    """
    who, link = np.unique(rater, return_inverse=True)
    where, place = np.unique(block, return_inverse=True)
    label = _components(link, place, len(who), len(where))
    size = np.bincount(label, minlength=len(who))
    group = np.zeros(len(where), dtype=np.intp)
    for part in np.flatnonzero(size > _MOST_LINKING).tolist():
        mine = np.flatnonzero(label[link] == part)
        group[place[mine]] = _cut(link[mine], place[mine])
    key = link * (int(group.max(initial=0)) + 1) + group[place]
    pieces, first, piece = np.unique(key, return_index=True, return_inverse=True)
    if len(pieces) > len(who):
        label = _components(piece, place, len(pieces), len(where))
    part_of_piece = np.unique(label, return_inverse=True)[1]
    return piece, part_of_piece, who[link[first]] if len(first) else who


def _components(left: _Positions, right: _Positions, n_left: int, n_right: int) -> _Positions:
    """Label connected nodes of a two-sided graph by the smallest of them on the left side."""
    label = np.arange(n_left)
    while True:
        other = np.full(n_right, n_left)
        np.minimum.at(other, right, label[left])
        new = label.copy()
        np.minimum.at(new, left, other[right])
        # Pointer jumping: a chain of a thousand teams takes ten rounds.
        np.minimum.at(new, label, new.copy())
        new = new[new]
        if (new == label).all():
            return label
        label = new


def _cut(link: _Positions, place: _Positions) -> _Positions:
    """Deal the places of a large part into groups with few enough raters; one group per link."""
    of_place: dict[int, list[int]] = {}
    of_rater: dict[int, list[int]] = {}
    for r, p in zip(link.tolist(), place.tolist(), strict=True):
        of_place.setdefault(p, []).append(r)
        of_rater.setdefault(r, []).append(p)
    # Breadth first, from the first place of all.
    queue = [next(iter(of_place))]
    seen = set(queue)
    heard: set[int] = set()
    group: dict[int, int] = {}
    number = 0
    for p in queue:
        new = heard | set(of_place[p])
        if len(new) > _PART_LINKING and heard:
            number, new = number + 1, set(of_place[p])
        heard = new
        group[p] = number
        for r in of_place[p]:
            for q in of_rater[r]:
                if q not in seen:
                    seen.add(q)
                    queue.append(q)
    return np.array([group[p] for p in place.tolist()], dtype=np.intp)


def _stack(
    layout: Layout,
    block: _Positions,
    part: _Positions,
    first: _Positions,
    start: _Positions,
    sizes: _Positions,
) -> list[Batch]:
    """Put blocks of like size into stacks."""
    ratings, k = layout.ratings, len(block)
    spare = layout.n_linking + ratings.n_fixed
    order = np.argsort(block, kind="stable")
    n_of_block = np.bincount(block)
    begin = np.cumsum(n_of_block) - n_of_block
    rank = np.empty(k, dtype=np.intp)
    rank[order] = np.arange(k) - np.repeat(begin, n_of_block)

    # The dense columns of each block, and which of them each rating has.
    width = spare + 1
    key = block[:, np.newaxis] * width + layout.dense
    unique, local = np.unique(key, return_inverse=True)
    local = local.reshape(key.shape)
    owner = unique // width
    m_of_block = np.bincount(owner, minlength=len(n_of_block))
    first_of_block = np.cumsum(m_of_block) - m_of_block
    n_padded, m_padded = _ladder(n_of_block), _ladder(m_of_block)

    # Which ratings are one group, or by one rater who stays inside the block.
    group = ratings.cell * ratings.n_kinds + ratings.kind
    inside = (layout.dense[:, 0] == spare) & ratings.severe[ratings.kind]
    n_raters = int(ratings.rater.max(initial=-1)) + 1
    rater = np.where(inside, ratings.rater, n_raters)

    batches = []
    for size in np.unique(n_padded * (int(m_padded.max()) + 1) + m_padded).tolist():
        n, m = divmod(size, int(m_padded.max()) + 1)
        members = np.flatnonzero((n_padded == n) & (m_padded == m))
        step = max(1, _BATCH_ENTRIES // (n * max(n, m)))
        for low in range(0, len(members), step):
            chosen = members[low : low + step]
            at = np.full((len(chosen), n), k, dtype=np.intp)
            filled = np.arange(n) < n_of_block[chosen, np.newaxis]
            at[filled] = order[(begin[chosen, np.newaxis] + np.arange(n))[filled]]
            columns = np.full((len(chosen), m), spare, dtype=np.intp)
            held = np.arange(m) < m_of_block[chosen, np.newaxis]
            columns[held] = (
                unique[(first_of_block[chosen, np.newaxis] + np.arange(m))[held]] % width
            )
            row = np.broadcast_to(np.arange(len(chosen))[:, np.newaxis], at.shape)[filled]
            place = np.broadcast_to(np.arange(n), at.shape)[filled]
            rated = at[filled]
            incidence = np.zeros((len(chosen), n, m))
            for c in range(3):
                column = local[rated, c] - first_of_block[chosen[row]]
                incidence[row, place, column] = 1.0
            incidence *= columns[:, np.newaxis, :] < spare
            batches.append(
                Batch(
                    at=at,
                    valid=filled,
                    same_cell=_same(ratings.cell, at, filled),
                    same_group=_same(group, at, filled),
                    same_rater=_same(rater, at, filled, none=n_raters),
                    incidence=incidence,
                    columns=columns,
                    pairs=_pairs(layout, columns, part, first, start, sizes),
                )
            )
    return batches


def _ladder(size: _Positions) -> _Positions:
    """Round sizes up, so that there are few different ones and little is padded."""
    step = np.maximum(1, 2 ** np.maximum(0, np.floor(np.log2(np.maximum(size, 1))) - 2))
    return np.asarray(np.ceil(size / step) * step, dtype=np.intp)


def _same(
    label: _Positions, at: _Positions, valid: NDArray[np.bool_], none: int = -1
) -> NDArray[np.bool_]:
    """Compare the labels of all ratings of a block with each other."""
    mine = np.where(valid, np.append(label, -1)[at], -1)
    known = (mine >= 0) & (mine != none)
    same = mine[:, :, np.newaxis] == mine[:, np.newaxis, :]
    result: NDArray[np.bool_] = same & known[:, :, np.newaxis]
    return result


def _pairs(
    layout: Layout,
    columns: _Positions,
    part: _Positions,
    first: _Positions,
    start: _Positions,
    sizes: _Positions,
) -> _Positions:
    """Find where each pair of dense columns is stored."""
    n_linking, n_fixed = layout.n_linking, layout.ratings.n_fixed
    a, b = columns[:, :, np.newaxis], columns[:, np.newaxis, :]
    a, b = np.minimum(a, b), np.maximum(a, b)
    spare = layout.square.stop
    found = np.full(a.shape, spare, dtype=np.intp)
    if n_linking:
        p = part[np.minimum(a, n_linking - 1)]
        both = b < n_linking
        inner = start[p] + (columns[:, :, np.newaxis] - first[p]) * sizes[p]
        found = np.where(both, inner + columns[:, np.newaxis, :] - first[p], found)
        cross = (a < n_linking) & (b >= n_linking) & (b < n_linking + n_fixed)
        found = np.where(cross, layout.border.start + a * n_fixed + b - n_linking, found)
    corner = (a >= n_linking) & (b < n_linking + n_fixed)
    row, column = columns[:, :, np.newaxis] - n_linking, columns[:, np.newaxis, :] - n_linking
    return np.where(corner, layout.square.start + row * n_fixed + column, found)
