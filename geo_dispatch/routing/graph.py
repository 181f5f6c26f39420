"""The graph that is searched: states and links made of a town's nodes and arcs for one vehicle profile.

A state is a node together with what has been done to get there. Roads that may be used only at the two ends of a trip
(private ways, driveways, tracks) need it: on them one must be leaving the origin, or already be arriving. So a node on
such a road has up to three states: *plain*, *leaving* (only such roads since the origin) and *arriving* (only such roads
from here on). Passing through is impossible by construction, for every kind of search alike, and no link weighs zero.

    leaving u -> leaving v      still on the origin's private road
    leaving u -> plain v        coming out of it
    plain u   -> arriving v     turning into the destination's
    leaving u -> arriving v     never left private ground
    arriving u -> arriving v    on it

Open roads that can be reached (or left) only over such roads, as a public street behind a private gate, count as such
roads themselves: else nobody could get there.

A node where a barrier blocks has a *blocked* state: arcs that lead to the node end there, and nothing leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.access import CLOSED, ENDS, OPEN, RoadUse
from geo_dispatch.town.network import Network

__all__ = ["Links", "RoadGraph", "make_graph"]

Ints = npt.NDArray[np.int32]
_NONE = -1


@dataclass(frozen=True, slots=True)
class Links:
    """Links between states in CSR order: by tail, then head, one for each pair.

    Attributes
    ----------
    first
        Shape ``(n_states + 1,)``: links of tail ``s`` at ``first[s]:first[s + 1]``.
    head, weight_s, arc
        State led to, seconds, arc of the town's network; shape ``(n_links,)``.
    """

    first: Ints
    head: Ints
    weight_s: FloatArray
    arc: Ints

    def pair_keys(self) -> npt.NDArray[np.int64]:
        """Return a rising number for each link, ``tail * n_states + head``, to look pairs of states up by."""
        states = len(self.first) - 1
        return np.repeat(np.arange(states, dtype=np.int64), np.diff(self.first)) * states + self.head

    def arc_between(self, tail: int, head: int) -> int:
        """Return the arc from one state to another; the pair must be linked."""
        start, end = int(self.first[tail]), int(self.first[tail + 1])
        return int(self.arc[start + int(np.searchsorted(self.head[start:end], head))])


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """States and links of one profile, and how arcs and states belong together.

    Attributes
    ----------
    network
        The town's network.
    arc_time_s
        Seconds over each arc; inf where the profile can't use it, shape ``(n_arcs,)``.
    arc_ends_only
        True where an arc serves only the ends of a trip, shape ``(n_arcs,)``.
    state_node
        Node of each state, shape ``(n_states,)``; the first ``n_nodes`` are the plain ones.
    leaving, arriving, blocked
        State of each node, -1 when it has none, shape ``(n_nodes,)``.
    forward, backward
        Links, and the same links turned round.
    """

    network: Network
    arc_time_s: FloatArray
    arc_ends_only: npt.NDArray[np.bool_]
    state_node: Ints
    leaving: Ints
    arriving: Ints
    blocked: Ints
    forward: Links
    backward: Links
    components: Ints = field(repr=False)

    @property
    def state_count(self) -> int:
        """Return the number of states."""
        return len(self.state_node)

    def usable_segments(self) -> npt.NDArray[np.bool_]:
        """Tell which segments can be used in at least one direction, shape ``(n_segments,)``."""
        usable = np.zeros(self.network.segment_count, dtype=bool)
        usable[self.network.arc_segment[np.isfinite(self.arc_time_s)]] = True
        return usable


def make_graph(
    network: Network,
    use: RoadUse,
    *,
    speed_factor: float = 1.0,
    closed: npt.NDArray[Any] | None = None,
) -> RoadGraph:
    """Make the graph of a profile.

    Parameters
    ----------
    network
        The town's network.
    use
        What each road is to the profile.
    speed_factor
        Times the arcs' car speed.
    closed
        Arcs that are closed now, rows of the network's arcs; none when None.

    Returns
    -------
    RoadGraph
        Ready to be searched. Parallel arcs between two states are one link, the fastest (then the first) of them.
    """
    arc_use = np.asarray(use.segment_use)[network.arc_segment]
    if closed is not None and len(closed):
        arc_use = arc_use.copy()
        arc_use[np.asarray(closed, dtype=np.int64)] = CLOSED
    usable = arc_use != CLOSED
    time_s = np.where(usable, np.asarray(network.arc_time_s) / speed_factor, np.inf)
    ends_only, components = _ends_only(network, arc_use, use.node_blocked)
    states = _States(network, ends_only & usable, use.node_blocked)
    tail, head, arc = states.links(np.flatnonzero(usable), ends_only)
    forward = _links(tail, head, arc, time_s, states.count)
    tails = np.repeat(np.arange(states.count, dtype=np.int32), np.diff(forward.first))
    backward = _links(forward.head, tails, forward.arc, time_s, states.count)
    return RoadGraph(
        network=network,
        arc_time_s=time_s,
        arc_ends_only=ends_only,
        state_node=states.state_node,
        leaving=states.leaving,
        arriving=states.arriving,
        blocked=states.blocked,
        forward=forward,
        backward=backward,
        components=components,
    )


def _components(network: Network, arcs: npt.NDArray[Any], connection: str) -> Ints:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = network.node_count
    pairs = (np.asarray(network.arc_from)[arcs], np.asarray(network.arc_to)[arcs])
    matrix = csr_array((np.ones(len(arcs), dtype=np.int8), pairs), shape=(n, n))
    _, labels = connected_components(matrix, directed=True, connection=connection)
    return np.asarray(labels, dtype=np.int32)


def _ends_only(
    network: Network, arc_use: npt.NDArray[np.int8], blocked: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Tell which arcs serve only the ends of trips, and number the parts of the network that no road joins.

    In each such part the largest strongly connected piece of open road is where traffic may pass through; whatever lies
    outside is reached by ends only. An arc that touches a blocked node carries no through traffic either.
    """
    tail, head = np.asarray(network.arc_from), np.asarray(network.arc_to)
    at_barrier = blocked[tail] | blocked[head]
    ends: npt.NDArray[np.bool_] = (arc_use == ENDS) | at_barrier
    part = _components(network, np.flatnonzero((arc_use != CLOSED) & ~at_barrier), "weak")
    if not ends.any():
        return ends, part
    piece = _components(network, np.flatnonzero((arc_use == OPEN) & ~at_barrier), "strong")
    size = np.bincount(piece)
    part_of_piece = np.zeros(len(size), dtype=np.int64)
    part_of_piece[piece] = part
    largest_first = np.lexsort((np.arange(len(size)), -size))
    _, first = np.unique(part_of_piece[largest_first], return_index=True)
    main = np.zeros(len(size), dtype=bool)
    main[largest_first[first]] = True
    in_main = main[piece]
    has_ends = np.zeros(int(part.max()) + 1, dtype=bool)
    has_ends[part[tail[ends]]] = True
    has_ends[part[head[ends]]] = True
    return ends | (has_ends[part[tail]] & ~(in_main[tail] & in_main[head])), part


class _States:
    """Numbers the states of every node, and links them."""

    def __init__(self, network: Network, ends_arc: npt.NDArray[np.bool_], blocked: npt.NDArray[np.bool_]) -> None:
        self.network = network
        n = network.node_count
        private = np.zeros(n, dtype=bool)
        private[np.asarray(network.arc_from)[ends_arc]] = True
        private[np.asarray(network.arc_to)[ends_arc]] = True
        private &= ~blocked
        nodes = np.flatnonzero(private)
        stops = np.flatnonzero(blocked)
        self.leaving, self.arriving, self.blocked = (np.full(n, _NONE, dtype=np.int32) for _ in range(3))
        self.leaving[nodes] = n + np.arange(len(nodes))
        self.arriving[nodes] = n + len(nodes) + np.arange(len(nodes))
        self.blocked[stops] = n + 2 * len(nodes) + np.arange(len(stops))
        self.state_node = np.concatenate([np.arange(n), nodes, nodes, stops]).astype(np.int32)
        self.count = len(self.state_node)

    def links(self, arcs: npt.NDArray[Any], ends_only: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        """Return tail, head and arc of every link."""
        u, v = np.asarray(self.network.arc_from)[arcs], np.asarray(self.network.arc_to)[arcs]
        private = ends_only[arcs]
        into_blocked = self.blocked[v] >= 0
        plain_v = np.where(into_blocked, self.blocked[v], v)
        leaving_v = np.where(into_blocked, self.blocked[v], self.leaving[v])
        arriving_v = np.where(into_blocked, self.blocked[v], self.arriving[v])
        groups = [
            (u, plain_v, ~private),
            (self.leaving[u], leaving_v, private),
            (self.leaving[u], plain_v, private),
            (u, arriving_v, private),
            (self.leaving[u], arriving_v, private),
            (self.arriving[u], arriving_v, private),
        ]
        kept = [(t[mask & (t >= 0)], h[mask & (t >= 0)], arcs[mask & (t >= 0)]) for t, h, mask in groups]
        tail, head, arc = (np.concatenate(column).astype(np.int32) for column in zip(*kept, strict=True))
        return tail, head, arc


def _links(tail: Ints, head: Ints, arc: Ints, time_s: FloatArray, states: int) -> Links:
    """Sort links by tail and head, keep the fastest of each pair, drop loops."""
    weight = time_s[arc]
    order = np.lexsort((arc, weight, head, tail))
    tail, head, arc, weight = tail[order], head[order], arc[order], weight[order]
    keep = tail != head
    if len(tail):
        keep[1:] &= (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    tail = tail[keep]
    first = np.searchsorted(tail, np.arange(states + 1)).astype(np.int32)
    return Links(first, head[keep], weight[keep], arc[keep])
