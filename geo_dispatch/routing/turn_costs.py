"""What each turn costs and which are turns back: one row for every pair of arcs that meet. The figures are in ``turns.yaml``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.bearings import arc_bearings, turn_angles_deg
from geo_dispatch.routing.profiles import TurnFactors
from geo_dispatch.town.columns import TextColumn
from geo_dispatch.town.network import Network

__all__ = ["ArcPairs", "TurnCosts", "arc_pairs"]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ArcPairs:
    """Every pair of arcs of which the second can follow the first, by first, then second.

    Attributes
    ----------
    first_pair
        Pairs that begin with arc ``a`` stand at ``first_pair[a]:first_pair[a + 1]``, shape ``(n_arcs + 1,)``.
    before, after
        The two arcs, shape ``(n_pairs,)``.
    """

    first_pair: Rows
    before: Rows
    after: Rows


def arc_pairs(network: Network) -> ArcPairs:
    """List the pairs of arcs that meet, turns back among them."""
    first_arc, head = np.asarray(network.first_arc), np.asarray(network.arc_to)
    counts = first_arc[head + 1] - first_arc[head]
    first_pair = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    before = np.repeat(np.arange(network.arc_count, dtype=np.int64), counts)
    within = np.arange(len(before)) - first_pair[before]
    return ArcPairs(first_pair, before, first_arc[head[before]] + within)


class TurnCosts:
    """Seconds of every pair of arcs, apart from whose vehicle turns.

    Parameters
    ----------
    network
        The town's network.

    Attributes
    ----------
    pairs
        The pairs of arcs.
    turning_s, waiting_s
        For turning, and for waiting at signals, signs and gaps; shape ``(n_pairs,)``.
    turns_back
        Where the pair is a turn back onto the same road, shape ``(n_pairs,)``.
    u_turn_s
        Of those: seconds at a dead end or turning circle, inf elsewhere; shape ``(n_pairs,)``.
    u_turn_at_junction_s
        Of those: seconds where vehicles that turn round at junctions do it; inf where nobody may.
    """

    def __init__(self, network: Network) -> None:
        table = load_table("geo_dispatch.routing", "turns")
        self.network = network
        self.pairs = arc_pairs(network)
        self._table = table
        before, after = self.pairs.before, self.pairs.after
        segment = np.asarray(network.arc_segment)
        self._from, self._to = segment[before], segment[after]
        self._node = np.asarray(network.arc_to)[before].astype(np.int64)
        self.turns_back: Mask = (self._from == self._to) & (before != after)
        self._rank = self._class_ranks()
        bearings = arc_bearings(network, look_m=float(table["look_m"]))
        angle = turn_angles_deg(bearings.arriving_deg[before], bearings.leaving_deg[after])
        self._angle = -angle if table["driving_side"] == "left" else angle
        ends = np.concatenate([network.segment_from, network.segment_to])
        self._roads_at = np.bincount(ends, minlength=network.node_count)
        self._tag = network.nodes.text("highway")
        junction = (self._roads_at[self._node] > 2) & ~self.turns_back
        self.turning_s = np.where(junction, self._turning(), 0.0)
        self.waiting_s = np.where(self.turns_back, 0.0, self._waiting(junction))
        self.u_turn_s, self.u_turn_at_junction_s = self._turning_round()

    def seconds(self, factors: TurnFactors, *, forced: Mask) -> FloatArray:
        """Return the seconds of every pair for a vehicle, inf where it may not turn so, shape ``(n_pairs,)``.

        Parameters
        ----------
        factors
            Of the vehicle's profile.
        forced
            Turns back that are the only way on, and so allowed like those at a dead end, shape ``(n_pairs,)``.
        """
        back = self.u_turn_at_junction_s if factors.u_turn_at == "junction" else self.u_turn_s
        back = np.where(forced, np.minimum(back, float(self._table["u_turn_s"]["dead_end"])), back)
        ahead = self.turning_s * factors.turning_factor + self.waiting_s * factors.waiting_factor
        return np.where(self.turns_back, back * factors.u_turn_factor, ahead)

    def _class_ranks(self) -> npt.NDArray[np.int64]:
        """Return how high the class of each segment is, 0 the highest, shape ``(n_segments,)``."""
        order = list(self._table["class_order"])
        links = self._table["class_of_link"]
        return _coded(
            self.network.segments.text("highway"),
            lambda v: order.index(links.get(v, v)) if links.get(v, v) in order else len(order),
            len(order),
        )

    def _is_turn(self) -> Mask:
        """Tell which pairs leave the straight line, a bend of one's own street apart."""
        table, angle = self._table, np.abs(self._angle)
        street = np.asarray(self.network.segment_street)
        stays = (street[self._from] == street[self._to]) & (street[self._from] >= 0)
        limit = np.where(stays, float(table["same_street_deg"]), float(table["straight_deg"]))
        turned: Mask = angle > limit
        return turned

    def _turning(self) -> FloatArray:
        seconds = self._table["turning_s"]
        sharp = np.abs(self._angle) >= float(self._table["sharp_deg"])
        side = np.where(self._angle < 0, float(seconds["left"]), float(seconds["right"]))
        return np.where(self._is_turn(), np.where(sharp, float(seconds["sharp"]), side), 0.0)

    def _waiting(self, junction: Mask) -> FloatArray:
        """Return what signals, signs and gaps cost, one of them at a time."""
        seconds = self._table["waiting_s"]
        node = self._node
        fresh = ~self._same_junction()
        left = (self._angle < 0) & self._is_turn() & junction
        signal = self._node_tag("traffic_signals")[node] & fresh
        sign = np.where(self._before_sign("stop"), float(seconds["stop"]), 0.0)
        sign = np.maximum(sign, np.where(self._before_sign("give_way"), float(seconds["give_way"]), 0.0))
        gap = np.where(left, self._gap(), 0.0)
        minor = np.where(junction & self._meets_higher(), float(seconds["stop"]), 0.0)
        ring = self.network.segments.text("junction")
        is_ring = _coded(ring, lambda v: int(v in ("roundabout", "circular")), 0).astype(bool)
        enters = is_ring[self._to] & ~is_ring[self._from]
        minor = np.where(enters, float(seconds["give_way"]), np.where(is_ring[self._from], 0.0, minor))
        gap = np.where(enters | is_ring[self._from], 0.0, gap)
        unsigned = np.maximum(sign, np.where(self._signed_before(), 0.0, minor)) + gap
        signalled = float(seconds["signal"]) + np.where(left, float(seconds["signal_left"]), 0.0)
        nothing = self._node_tag("traffic_signals")[node] & ~fresh
        waiting: FloatArray = np.where(signal, signalled, np.where(nothing, 0.0, unsigned))
        return waiting

    def _node_tag(self, value: str) -> Mask:
        found: Mask = _coded(self._tag, lambda v: int(v == value), 0).astype(bool)
        return found

    def _same_junction(self) -> Mask:
        """Tell where the arc before is so short, from a signal, that both ends are one junction."""
        network = self.network
        short = np.asarray(network.arc_length_m)[self.pairs.before] <= float(self._table["same_junction_m"])
        signals = self._node_tag("traffic_signals")
        same: Mask = short & signals[np.asarray(network.arc_from)[self.pairs.before]]
        return same

    def _before_sign(self, kind: str) -> Mask:
        """Tell which pairs pass a sign that stands for them: in mid-road the one before the junction ahead."""
        network = self.network
        at_sign = self._node_tag(kind)[self._node]
        in_road = self._roads_at[self._node] <= 2
        length = np.asarray(network.arc_length_m)
        ahead, behind = length[self.pairs.after], length[self.pairs.before]
        faces = (ahead <= behind) & (ahead <= float(self._table["sign_before_junction_m"]))
        lower = self._rank[self._from] > self._best_rank()
        all_equal = self._rank[self._from] == self._worst_rank()
        passed: Mask = at_sign & np.where(in_road, faces, lower | all_equal)
        return passed

    def _signed_before(self) -> Mask:
        """Tell where the arc before begins at a sign or signal, close by: what it costs is counted there."""
        network = self.network
        start = np.asarray(network.arc_from)[self.pairs.before]
        signed = self._node_tag("stop") | self._node_tag("give_way") | self._node_tag("traffic_signals")
        close = np.asarray(network.arc_length_m)[self.pairs.before] <= float(self._table["sign_before_junction_m"])
        before: Mask = signed[start] & close
        return before

    def _ranks_at_nodes(self, reduce: np.ufunc, start: int) -> npt.NDArray[np.int64]:
        network = self.network
        ranks = np.full(network.node_count, start, dtype=np.int64)
        for nodes in (network.segment_from, network.segment_to):
            reduce.at(ranks, np.asarray(nodes), self._rank)
        return ranks

    def _best_rank(self) -> npt.NDArray[np.int64]:
        """Return the highest class at the node of each pair."""
        return self._ranks_at_nodes(np.minimum, 99)[self._node]

    def _worst_rank(self) -> npt.NDArray[np.int64]:
        """Return the lowest class at the node of each pair."""
        return self._ranks_at_nodes(np.maximum, 0)[self._node]

    def _meets_higher(self) -> Mask:
        """Tell where a road meets one of a higher class that makes it wait."""
        limit = list(self._table["class_order"]).index(self._table["stop_before"])
        best = self._best_rank()
        link = _coded(
            self.network.segments.text("highway"), lambda v: int(v in self._table["class_of_link"]), 0
        ).astype(bool)
        meets: Mask = (best <= limit) & (best < self._rank[self._from]) & ~link[self._from]
        return meets

    def _gap(self) -> FloatArray:
        """Return the wait for a gap to turn left, by the busiest road crossed or entered where traffic comes in besides one's own."""
        seconds = self._table["waiting_s"]["left_gap"]
        order = [*self._table["class_order"], "default"]
        by_rank = np.asarray([float(seconds.get(name, seconds["default"])) for name in order])
        others = self._arcs_into()[self._node] - 1  # besides the one driven
        wait: FloatArray = np.where(others > 0, by_rank[self._best_rank()], 0.0)
        return wait

    def _arcs_into(self) -> npt.NDArray[np.int64]:
        return np.bincount(self.network.arc_to, minlength=self.network.node_count)

    def _turning_round(self) -> tuple[FloatArray, FloatArray]:
        table, seconds = self._table, self._table["u_turn_s"]
        circle = np.zeros(self.network.node_count, dtype=bool)
        for tag in table["turning_places"]:
            circle |= self._node_tag(tag)
        dead_end = self._roads_at == 1
        easy = np.where(
            circle, float(seconds["turning_circle"]), np.where(dead_end, float(seconds["dead_end"]), np.inf)
        )
        never_road = _coded(
            self.network.segments.text("highway"), lambda v: int(v in table["u_turn_never_on"]), 0
        ).astype(bool)
        never = np.zeros(self.network.node_count, dtype=bool)
        for tag in table["u_turn_never_at"]:
            never |= self._node_tag(tag)
        barred = never_road[self._from] | never[self._node]
        at_node = easy[self._node]
        anywhere = np.where(barred, np.inf, np.minimum(at_node, float(seconds["junction"])))
        return at_node, np.minimum(at_node, anywhere)


def _coded(column: TextColumn, code_of: Callable[[str], int], absent: int) -> npt.NDArray[np.int64]:
    """Return a code for each row, worked out once for each different value."""
    codes = np.asarray([*(code_of(word) for word in column.vocabulary()), absent], dtype=np.int64)
    return codes[column.codes]
