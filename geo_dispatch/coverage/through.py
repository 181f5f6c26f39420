"""Does closing a road change which roads serve only the ends of trips? Told without settling it anew for every road.

What serves only ends (`geo_dispatch.routing.through_traffic`) follows from the largest strongly connected piece of open road in each
connected part. Closing a segment leaves that as it was when

- the part stays connected and the piece stays strong: its two ends are joined by other open two-way segments, or it is not open
  itself, or it joins two pieces;
- or it is the only join of two sides, the piece is the largest of either side (a piece stays strong on either side of a join: no way
  between two nodes of a side needs the other), and whether a side has ends-only roads matters to none of its roads.

What neither settles is asked of `ends_only_arcs` itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.low_links import low_links
from geo_dispatch.routing.access import CLOSED, ENDS, OPEN
from geo_dispatch.routing.through_traffic import arc_components, ends_only_arcs
from geo_dispatch.town.network import Network

__all__ = ["ThroughRoads"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Sides:
    """A depth-first search: when nodes were entered, the last entry below each, and the node below each joining segment."""

    entered: Ints
    last: Ints
    below: Ints


class ThroughRoads:
    """Tells whether closing a segment changes what serves only ends.

    Parameters
    ----------
    network
        The town's network.
    arc_use
        Use of each arc by a vehicle, closures counted.
    blocked
        Nodes that nothing passes.
    sources
        Nodes at the ends of the segments that sources stand on: a side without any is unreachable, whatever its roads serve.
    """

    def __init__(self, network: Network, arc_use: npt.NDArray[np.int8], blocked: Mask, sources: Ints) -> None:
        self._network, self._use, self._blocked = network, arc_use, blocked
        tail, head = np.asarray(network.arc_from), np.asarray(network.arc_to)
        barrier = blocked[tail] | blocked[head]
        self._joining = (arc_use != CLOSED) & ~barrier
        self._open = (arc_use == OPEN) & ~barrier
        self.ends_only, part = ends_only_arcs(network, arc_use, blocked)
        self._part = part.astype(np.int64)
        self._piece = arc_components(network, np.flatnonzero(self._open), "strong").astype(np.int64)
        self._all = self._search(self._segments_of(self._joining))
        self._two_way = self._search(self._both_open())
        ends = (arc_use == ENDS) | (barrier & (arc_use != CLOSED))
        nodes = network.node_count
        self._ends_at = np.bincount(tail[ends], minlength=nodes) + np.bincount(head[ends], minlength=nodes)
        self._of_ends = ends
        self._outside_at = np.bincount(tail[self.ends_only & ~ends], minlength=nodes)
        self._open_at = np.bincount(tail[self._open], minlength=nodes)
        self._source_at = np.bincount(sources, minlength=nodes)
        self._main = self._main_pieces()
        order = np.argsort(self._all.entered)
        self._order = order
        columns = (self._ends_at, self._outside_at, self._open_at, self._source_at, self._main.astype(np.int64))
        self._sums = np.concatenate([np.zeros((1, 5), dtype=np.int64), np.cumsum(np.stack(columns, 1)[order], axis=0)])
        self._part_sums = np.stack(
            [
                np.bincount(self._part, weights=column, minlength=int(self._part.max(initial=0)) + 1)
                for column in columns
            ],
            1,
        ).astype(np.int64)

    def unchanged(self, segment: int) -> bool:
        """Tell whether closing a segment leaves what serves only ends as it is."""
        known = self._known(segment)
        if known is not None:
            return known
        arcs = self._arcs(segment)
        use = self._use.copy()
        use[arcs] = CLOSED
        now, _ = ends_only_arcs(self._network, use, self._blocked)
        was = self.ends_only.copy()
        was[arcs] = False
        return bool(np.array_equal(now, was))

    def _known(self, segment: int) -> bool | None:
        """Tell what follows from connectivity alone; None when nothing does."""
        arcs = self._arcs(segment)
        arcs = arcs[self._use[arcs] != CLOSED]
        u, v = int(self._network.segment_from[segment]), int(self._network.segment_to[segment])
        own_ends = 2 * int(self._of_ends[arcs].sum())
        if not self._joining[arcs].any():
            return True if all(self._keeps(self._part_sums[self._part[node]], own_ends) for node in (u, v)) else None
        below = int(self._all.below[segment])
        whole = self._part_sums[self._part[u]]
        if below >= 0:
            side = self._sums[int(self._all.last[below]) + 1] - self._sums[int(self._all.entered[below])]
            inside = self._order[int(self._all.entered[below]) : int(self._all.last[below]) + 1]
            keeps = self._side_keeps(side, own_ends, inside) and self._rest_keeps(whole - side, own_ends)
            return True if keeps else None
        if not self._keeps(whole, own_ends):
            return None
        opened = arcs[self._open[arcs]]
        if not len(opened) or self._piece[u] != self._piece[v]:
            return True
        two_way = len(opened) == 2 and int(self._two_way.below[segment]) < 0
        return True if two_way else None

    def _side_keeps(self, side: Ints, own_ends: int, inside: Ints) -> bool:
        _, _, opened, sources, main = side.tolist()
        if not sources or not opened:
            return True
        if not self._keeps(side, own_ends):
            return False
        counts = np.bincount(self._piece[inside][~self._main[inside]])
        return bool(main > int(counts.max(initial=0)))

    def _rest_keeps(self, rest: Ints, own_ends: int) -> bool:
        _, _, opened, sources, main = rest.tolist()
        if not sources or not opened:
            return True
        return self._keeps(rest, own_ends) and bool(main > self._second_largest)

    def _keeps(self, sums: Ints, own_ends: int) -> bool:
        """Tell whether ends-only roads are left where some roads serve only ends because there are such."""
        ends, outside = int(sums[0]), int(sums[1])
        return ends - own_ends > 0 or outside == 0

    def _arcs(self, segment: int) -> Ints:
        network = self._network
        both = np.asarray([network.segment_forward_arc[segment], network.segment_backward_arc[segment]], dtype=np.int64)
        return both[both >= 0]

    def _main_pieces(self) -> Mask:
        """Tell which nodes are in the largest piece of their part, as `ends_only_arcs` settles it."""
        size = np.bincount(self._piece)
        part_of_piece = np.zeros(len(size), dtype=np.int64)
        part_of_piece[self._piece] = self._part
        order = np.lexsort((np.arange(len(size)), -size))
        _, first = np.unique(part_of_piece[order], return_index=True)
        main = np.zeros(len(size), dtype=bool)
        main[order[first]] = True
        self._second_largest = int(size[~main].max(initial=0))
        found: Mask = main[self._piece]
        return found

    def _segments_of(self, arcs: Mask) -> Ints:
        return np.unique(np.asarray(self._network.arc_segment)[arcs]).astype(np.int64)

    def _both_open(self) -> Ints:
        network = self._network
        forward, backward = np.asarray(network.segment_forward_arc), np.asarray(network.segment_backward_arc)
        both = (forward >= 0) & (backward >= 0)
        both[both] = self._open[forward[both]] & self._open[backward[both]]
        return np.flatnonzero(both)

    def _search(self, segments: Ints) -> _Sides:
        """Search the undirected graph of some segments."""
        network = self._network
        u, v = (np.asarray(ends)[segments].astype(np.int64) for ends in (network.segment_from, network.segment_to))
        node, other = np.concatenate([u, v]), np.concatenate([v, u])
        edge = np.concatenate([segments, segments])
        order = np.argsort(node, kind="stable")
        first = np.searchsorted(node[order], np.arange(network.node_count + 1))
        return _Sides(*low_links(first, other[order], edge[order], network.segment_count))
