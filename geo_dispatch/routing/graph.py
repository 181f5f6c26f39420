"""The graph that is searched: states and links made of a town's arcs and turns for one vehicle.

A state is an arc that one has turned into, at its start (see `geo_dispatch.routing.turns`), together with what has been done
to get there. Roads that may be used only at the two ends of a trip (private ways, driveways, tracks) need that: on them one
must be leaving the origin, or already be arriving. So an arc of such a road has two states:

    leaving a -> leaving b      still on the origin's private road
    leaving a -> b              coming out of it
    a         -> arriving b     turning into the destination's
    arriving a -> arriving b    on it

Passing through is impossible by construction, for every kind of search alike. A link weighs the seconds over the arc it
starts on and those of the turn, so that no link weighs zero.

Open roads that can be reached (or left) only over such roads, as a public street behind a private gate, count as such
roads themselves: else nobody could get there. Closing roads later is a mask over the links' weights (`geo_dispatch.routing.graph_masks`);
what it cuts off is searched over links made again (`geo_dispatch.routing.vehicle_search`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.access import CLOSED, ENDS, RoadUse
from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.through_traffic import ends_only_arcs
from geo_dispatch.routing.turns import Turns, free_turns
from geo_dispatch.town.network import Network

__all__ = ["Links", "RoadGraph", "arc_times_s", "make_graph", "use_now"]

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Links:
    """Links between states in CSR order.

    Attributes
    ----------
    first
        Shape ``(n_states + 1,)``: links of tail ``s`` at ``first[s]:first[s + 1]``.
    head, weight_s
        State led to, and seconds, inf where closed; shape ``(n_links,)``.
    """

    first: Ints
    head: Ints
    weight_s: FloatArray

    def weight_between_s(self, tail: int, head: int) -> float:
        """Return the seconds from one state to another; the pair must be linked."""
        row = slice(int(self.first[tail]), int(self.first[tail + 1]))
        return float(self.weight_s[row][self.head[row] == head].min())


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """States and links of one vehicle, and how arcs and states belong together.

    Attributes
    ----------
    network
        The town's network.
    turns
        Which arc may follow which.
    arc_time_s
        Seconds over each arc; inf where the vehicle can't use it, shape ``(n_arcs,)``.
    arc_ends_only
        True where an arc serves only the ends of a trip, shape ``(n_arcs,)``; what was closed later keeps what it was.
    node_blocked
        True where nothing passes, shape ``(n_nodes,)``.
    state_arc
        Arc of each state, shape ``(n_states,)``. The states of the turns come first, those of arriving on end roads after
        them, in the same order.
    forward, backward
        Links, and the same links turned round.
    components
        Number of the part of the network that each node lies in, shape ``(n_nodes,)``.
    """

    network: Network
    turns: Turns
    arc_time_s: FloatArray
    arc_ends_only: Mask
    node_blocked: Mask
    state_arc: Ints
    forward: Links
    backward: Links
    components: Ints = field(repr=False)
    copies: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] = field(repr=False)
    """Further states of arcs inside restrictions: where those of each arc begin, shape ``(n_arcs + 1,)``, and the states."""
    arcs_into: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] = field(repr=False)
    """Arcs that reach nodes: where those of each node begin, shape ``(n_nodes + 1,)``, and the arcs."""

    @property
    def state_count(self) -> int:
        """Return the number of states."""
        return len(self.state_arc)

    @property
    def arriving_from(self) -> int:
        """Return the first state of arriving: state ``s`` of the turns is ``arriving_from + s`` when arriving."""
        return len(self.turns.state_arc)

    def usable_segments(self) -> Mask:
        """Tell which segments can be used in at least one direction, shape ``(n_segments,)``."""
        usable = np.zeros(self.network.segment_count, dtype=bool)
        usable[self.network.arc_segment[np.isfinite(self.arc_time_s)]] = True
        return usable

    def turn_s(self, tail: int, head: int) -> float:
        """Return the seconds of the turn between two states that are linked."""
        return max(self.forward.weight_between_s(tail, head) - float(self.arc_time_s[self.state_arc[tail]]), 0.0)


def arc_times_s(
    network: Network,
    *,
    speed_factor: float = 1.0,
    max_kph: float | None = None,
    time_factor: FloatArray | None = None,
) -> FloatArray:
    """Return the seconds over each arc, shape ``(n_arcs,)``.

    Parameters
    ----------
    network
        The town's network.
    speed_factor
        The car's seconds are divided by it.
    max_kph
        No faster than this.
    time_factor
        And times this, shape ``(n_arcs,)``.
    """
    times = np.asarray(network.arc_time_s) / speed_factor
    if time_factor is not None:
        times = times * time_factor
    if max_kph is None:
        return times
    slowest: FloatArray = np.maximum(times, np.asarray(network.arc_length_m) / (max_kph / 3.6))
    return slowest


def make_graph(
    network: Network,
    use: RoadUse,
    *,
    turns: Turns | None = None,
    time_s: FloatArray | None = None,
    closed: npt.NDArray[Any] | None = None,
    local_only: npt.NDArray[Any] | None = None,
) -> RoadGraph:
    """Make the graph of a vehicle.

    Parameters
    ----------
    network
        The town's network.
    use
        What each road is to the vehicle.
    turns
        Which arc may follow which; all, at no cost, when None.
    time_s
        Seconds over each arc, shape ``(n_arcs,)``; a car's when None.
    closed
        Arcs that are closed now, rows of the network's arcs; none when None.
    local_only
        Arcs that serve only the ends of trips now; none when None.

    Returns
    -------
    RoadGraph
        Ready to be searched.
    """
    turns = turns or free_turns(network, blocked=use.node_blocked)
    arc_use = use_now(network, use, closed, local_only)
    times = exact_s(np.asarray(network.arc_time_s) if time_s is None else time_s)
    usable = arc_use != CLOSED
    ends_only, components = ends_only_arcs(network, arc_use, use.node_blocked)
    tail, head, cost = _links_between(turns, usable, ends_only)
    state_arc = np.concatenate([turns.state_arc, turns.state_arc]) if ends_only.any() else turns.state_arc
    weight = times[state_arc[tail]] + exact_s(cost)
    forward = _links(tail, head, weight, len(state_arc))
    return RoadGraph(
        network=network,
        turns=turns,
        arc_time_s=np.where(usable, times, np.inf),
        arc_ends_only=ends_only,
        node_blocked=np.asarray(use.node_blocked),
        state_arc=state_arc.astype(np.int32),
        forward=forward,
        backward=_turned(forward),
        components=components,
        copies=_copies(turns, network.arc_count),
        arcs_into=_arcs_into(network),
    )


def use_now(
    network: Network, use: RoadUse, closed: npt.NDArray[Any] | None, local_only: npt.NDArray[Any] | None
) -> npt.NDArray[np.int8]:
    """Return the use of every arc, with what is closed now.

    Parameters
    ----------
    network
        The town's network.
    use
        What each road is to the vehicle.
    closed, local_only
        Arcs that are closed, and that serve only the ends of trips, now; none when None.
    """
    arc_use = np.asarray(use.segment_use)[network.arc_segment]
    for arcs, now in ((local_only, ENDS), (closed, CLOSED)):
        if arcs is not None and len(arcs):
            rows = np.asarray(arcs, dtype=np.int64)
            arc_use[rows] = np.maximum(arc_use[rows], now)
    return arc_use


def _links_between(
    turns: Turns, usable: Mask, ends_only: Mask
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]:
    """Return tail, head and turning seconds of every link, by tail."""
    before, after = turns.before, turns.after
    kept = usable[before] & usable[after]
    tail, head, cost = turns.tail[kept], turns.head[kept], turns.cost_s[kept]
    if not ends_only.any():
        return tail, head, cost
    from_ends, to_ends = ends_only[before[kept]], ends_only[after[kept]]
    arriving = len(turns.state_arc)
    into = np.where(~from_ends & to_ends, head + arriving, head)
    on = from_ends & to_ends
    return (
        np.concatenate([tail, tail[on] + arriving]),
        np.concatenate([into, head[on] + arriving]),
        np.concatenate([cost, cost[on]]),
    )


def _links(tail: npt.NDArray[np.int64], head: npt.NDArray[np.int64], weight: FloatArray, states: int) -> Links:
    """Put links, which come by tail, in CSR order."""
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=states))])
    return Links(first.astype(np.int32), head.astype(np.int32), weight)


def _turned(links: Links) -> Links:
    """Return links the other way round."""
    from scipy.sparse import csr_array

    states = len(links.first) - 1
    turned = csr_array((links.weight_s, links.head, links.first), shape=(states, states)).tocsc()
    return Links(turned.indptr.astype(np.int32), turned.indices.astype(np.int32), turned.data)


def _copies(turns: Turns, arcs: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    of_arc = turns.state_arc[arcs:]
    order = np.argsort(of_arc, kind="stable")
    return np.searchsorted(of_arc[order], np.arange(arcs + 1)), arcs + order


def _arcs_into(network: Network) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    order = np.argsort(network.arc_to, kind="stable")
    return np.searchsorted(np.asarray(network.arc_to)[order], np.arange(network.node_count + 1)), order
