"""An independent way to route with turns: networkx over (arc, begun sequences, phase), searched one origin at a time.

What it shares with the program is the model's figures: seconds over arcs and of turns, which sequences are forbidden, which arcs
serve ends of trips only. How they are put together is written anew: forbidden sequences are followed one by one, not by the
program's automaton, and the two ends are joined by plain rules.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable

import networkx as nx
import numpy as np

from geo_dispatch.routing import RoadPoint
from geo_dispatch.routing.graph import RoadGraph
from tests.routing.random_towns import AT_NODE_M

Sequence = tuple[int, ...]
Begun = frozenset[tuple[Sequence, int]]
State = tuple[int, Begun, int]
"""An arc at its start, the sequences begun (two arcs or more), and 0 leaving end roads, 1 through, 2 arriving on them."""


class TurnOracle:
    """Routes on the arcs of a graph, with its own way of keeping turn rules.

    Parameters
    ----------
    graph
        Only its seconds over arcs, its end roads and its blocked nodes are used.
    turn_s
        Seconds from one arc to another, inf where no vehicle of the kind does it; asked with True where there is no other way on.
    turns_back
        Tells turns back onto the same road.
    forbidden
        Sequences of arcs that may not be driven.
    through
        Arcs one may drive on along, for telling where there is no other way on than back.
    """

    def __init__(
        self,
        graph: RoadGraph,
        turn_s: Callable[[int, int, bool], float],
        turns_back: Callable[[int, int], bool],
        forbidden: Iterable[Sequence],
        through: np.ndarray,
    ) -> None:
        self.graph = graph
        self.network = graph.network
        self._turn_s, self._turns_back, self._through = turn_s, turns_back, through
        self._starting: dict[int, list[Sequence]] = defaultdict(list)
        for sequence in forbidden:
            self._starting[sequence[0]].append(sequence)
        self._usable = np.isfinite(graph.arc_time_s)
        self._by_arc: dict[int, set[State]] = defaultdict(set)
        self.model = self._model()

    def _begin(self, arc: int) -> frozenset[tuple[Sequence, int]]:
        return frozenset((s, 1) for s in self._starting.get(arc, ()))

    def _onto(self, arc: int, begun: Begun) -> list[tuple[int, Begun, float]]:
        """Return what may follow an arc: the next arc, the sequences begun then, and the seconds of the turn."""
        node = int(self.network.arc_to[arc])
        blocked = bool(self.graph.node_blocked[node])
        ways: list[tuple[int, Begun]] = []
        for after in self.network.arcs_from(node):
            progress = [(s, n + 1) for s, n in [*begun, *self._begin(arc)] if s[n] == after]
            if any(n == len(s) for s, n in progress):
                continue
            if blocked and not self._turns_back(arc, after):
                continue
            ways.append((after, frozenset(progress)))
        has_way_on = any(self._through[after] and not self._turns_back(arc, after) for after, _ in ways)
        found = [(after, now, self._turn_s(arc, after, not has_way_on)) for after, now in ways]
        return [way for way in found if math.isfinite(way[2]) and self._usable[way[0]]]

    def _phase_onto(self, phase: int, after: int) -> int | None:
        """Return the phase on the next arc; None where that would pass through an end road."""
        if not self.graph.arc_ends_only[after]:
            return 1 if phase < 2 else None
        return {0: 0, 1: 2, 2: 2}[phase]

    def _model(self) -> nx.DiGraph:
        model: nx.DiGraph = nx.DiGraph()
        waiting: list[State] = []
        for arc in np.flatnonzero(self._usable).tolist():
            waiting += [(arc, frozenset(), phase) for phase in ((0, 2) if self.graph.arc_ends_only[arc] else (1,))]
        seen = set(waiting)
        while waiting:
            state = waiting.pop()
            arc, begun, phase = state
            self._by_arc[arc].add(state)
            model.add_node(state)
            for after, now, turn_s in self._onto(arc, begun):
                then = self._phase_onto(phase, after)
                if then is None:
                    continue
                following = (after, now, then)
                model.add_edge(state, following, seconds=float(self.graph.arc_time_s[arc]) + turn_s)
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return model

    def _own(self, point: RoadPoint) -> list[tuple[int, float]]:
        """Return the usable arcs that a point lies on, and where on them."""
        length = float(self.network.segment_length_m[point.segment])
        share = min(max(point.along_m / length, 0.0), 1.0) if length else 0.0
        both = (
            (int(self.network.segment_forward_arc[point.segment]), share),
            (int(self.network.segment_backward_arc[point.segment]), 1.0 - share),
        )
        return [(arc, at) for arc, at in both if arc >= 0 and self._usable[arc]]

    def _is_private(self, point: RoadPoint) -> bool:
        """Tell whether a point lies on an end road, closed or not."""
        arcs = (self.network.segment_forward_arc, self.network.segment_backward_arc)
        return any(bool(self.graph.arc_ends_only[a[point.segment]]) for a in arcs if a[point.segment] >= 0)

    def _node(self, point: RoadPoint) -> int | None:
        length = float(self.network.segment_length_m[point.segment])
        for near, nodes in (
            (point.along_m <= AT_NODE_M, self.network.segment_from),
            (point.along_m >= length - AT_NODE_M, self.network.segment_to),
        ):
            if near:
                node = int(nodes[point.segment])
                return None if self.graph.node_blocked[node] else node
        return None

    def times_s(self, origin: RoadPoint, destinations: list[RoadPoint]) -> list[float]:
        """Return the seconds from one point to each of others, inf where there is no way."""
        ends = self.graph.arc_ends_only
        start: dict[State, float] = {}

        def reach(state: State, seconds: float) -> None:
            start[state] = min(seconds, start.get(state, math.inf))

        for arc, at in self._own(origin):
            rest = (1.0 - at) * float(self.graph.arc_time_s[arc])
            for after, now, turn_s in self._onto(arc, frozenset()):
                then = self._phase_onto(0 if ends[arc] else 1, after)
                assert then is not None
                reach((after, now, then), rest + turn_s)
        node = self._node(origin)
        private = self._is_private(origin)
        if node is not None:
            for after in self.network.arcs_from(node):
                if self._usable[after]:
                    for phase in ((0, 2) if private else (2,)) if ends[after] else (1,):
                        reach((after, frozenset(), phase), 0.0)
        source = "origin"
        self.model.add_node(source)
        self.model.add_weighted_edges_from([(source, s, t) for s, t in start.items()], weight="seconds")
        far = nx.single_source_dijkstra_path_length(self.model, source, weight="seconds")
        self.model.remove_node(source)
        return [self._arrival(origin, node, destination, far) for destination in destinations]

    def _arrival(self, origin: RoadPoint, node: int | None, destination: RoadPoint, far: dict[State, float]) -> float:
        goal = self._node(destination)
        if node is not None and node == goal:
            return 0.0
        best = math.inf
        for arc, at in self._own(destination):
            for state in self._by_arc[arc]:
                best = min(best, far.get(state, math.inf) + at * float(self.graph.arc_time_s[arc]))
            for own, begin in self._own(origin):
                if own == arc and at >= begin:
                    best = min(best, (at - begin) * float(self.graph.arc_time_s[arc]))
        private = self._is_private(destination)
        if goal is not None:
            for arc in np.flatnonzero(np.asarray(self.network.arc_to) == goal).tolist():
                for state in self._by_arc[arc] if self._usable[arc] else ():
                    if state[2] < 2 or private:
                        best = min(best, far.get(state, math.inf) + float(self.graph.arc_time_s[arc]))
            for own, begin in self._own(origin):
                if int(self.network.arc_to[own]) == goal:
                    best = min(best, (1.0 - begin) * float(self.graph.arc_time_s[own]))
        return best
