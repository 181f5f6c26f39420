"""Which arc may follow which: the states of a turn-aware search.

A state is an arc that one has turned into. Where a restriction forbids a sequence of three arcs or more, the arcs inside it have
further states that remember how one came: those of an automaton that has read the arcs so far and knows the longest begun
sequence. So a turn table answers for restrictions over via nodes and via ways alike, and overlapping ones too.

References
----------
Aho and Corasick 1975, "Efficient string matching", doi 10.1145/360825.360855 (the automaton);
Winter 2002, "Modeling costs of turns in route planning", doi 10.1023/A:1020853410145 (arcs as states).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.profiles import TurnFactors
from geo_dispatch.routing.restrictions import ArcSequence
from geo_dispatch.routing.turn_costs import ArcPairs, TurnCosts, arc_pairs
from geo_dispatch.town.network import Network

__all__ = ["Turns", "free_turns", "make_turns"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Turns:
    """States and the turns between them, by tail.

    Attributes
    ----------
    state_arc
        Arc of each state, shape ``(n_states,)``; the first ``n_arcs`` states are the arcs themselves.
    first
        Turns out of state ``s`` stand at ``first[s]:first[s + 1]``, shape ``(n_states + 1,)``.
    tail, head
        States, shape ``(n_turns,)``.
    before, after
        Their arcs.
    cost_s
        Seconds, 0 and more, shape ``(n_turns,)``.
    """

    state_arc: Ints
    first: Ints
    tail: Ints
    head: Ints
    before: Ints
    after: Ints
    cost_s: FloatArray


def free_turns(network: Network, *, blocked: Mask) -> Turns:
    """Return turns without rules or costs: every arc that leaves a node may follow every arc that reaches it.

    Parameters
    ----------
    network
        The town's network.
    blocked
        Nodes that nothing passes, shape ``(n_nodes,)``.
    """
    pairs = arc_pairs(network)
    kept = ~blocked[np.asarray(network.arc_to)[pairs.before]]
    tail = pairs.before[kept]
    first = np.searchsorted(tail, np.arange(network.arc_count + 1))
    after = pairs.after[kept]
    return Turns(np.arange(network.arc_count), first, tail, after, tail, after, np.zeros(len(tail)))


def make_turns(
    costs: TurnCosts, factors: TurnFactors, forbidden: Iterable[ArcSequence], *, through: Mask, blocked: Mask
) -> Turns:
    """Make the turns of a vehicle.

    Parameters
    ----------
    costs
        Of the town.
    factors
        What the vehicle's profile makes of them.
    forbidden
        Sequences of two or more arcs that may not be driven.
    through
        Arcs that one may drive on along, shape ``(n_arcs,)``: where there is none besides the way back, turning back is like at a
        dead end.
    blocked
        Nodes that nothing passes, shape ``(n_nodes,)``; turning back before them is like at a dead end.

    Returns
    -------
    Turns
        Only those that may be made.
    """
    sequences = set(forbidden)
    automaton = _Automaton(costs.pairs, sequences)
    kept = np.ones(len(automaton.head), dtype=bool)
    kept[automaton.completed] = False
    pair = automaton.pair
    back = costs.turns_back[pair]
    node = np.asarray(costs.network.arc_to)[costs.pairs.before[pair]]
    kept &= back | ~blocked[node]
    ways_on = kept & ~back & through[costs.pairs.after[pair]]
    has_way_on = np.bincount(automaton.tail[ways_on], minlength=len(automaton.state_arc)) > 0
    forced_pair = np.ones(len(costs.pairs.before), dtype=bool)
    seconds = np.where(
        has_way_on[automaton.tail],
        costs.seconds(factors, forced=~forced_pair)[pair],
        costs.seconds(factors, forced=forced_pair)[pair],
    )
    kept &= np.isfinite(seconds)
    tail = automaton.tail[kept]
    first = np.searchsorted(tail, np.arange(len(automaton.state_arc) + 1))
    head, arcs = automaton.head[kept], automaton.state_arc
    return Turns(arcs, first, tail, head, arcs[tail], arcs[head], seconds[kept])


class _Automaton:
    """The pairs of arcs, with more states for arcs inside forbidden sequences.

    Attributes
    ----------
    state_arc
        Arc of each state.
    tail, head, pair
        States of each turn, by tail, and the pair of arcs that it is.
    completed
        Turns that complete a forbidden sequence.
    """

    def __init__(self, pairs: ArcPairs, forbidden: set[ArcSequence]) -> None:
        self._pairs = pairs
        arcs = len(pairs.first_pair) - 1
        begun = sorted({s[:n] for s in forbidden for n in range(2, len(s))})
        self._state_of = {sequence: arcs + number for number, sequence in enumerate(begun)}
        self.state_arc = np.concatenate([np.arange(arcs), np.asarray([s[-1] for s in begun], dtype=np.int64)])
        heads = pairs.after.copy()
        completed: list[int] = []
        for sequence in forbidden:
            if len(sequence) == 2 and (row := self._row(*sequence)) >= 0:
                completed.append(row)
        for sequence, state in self._state_of.items():
            if len(sequence) == 2 and (row := self._row(*sequence)) >= 0:
                heads[row] = state
        tails, more_heads, rows = [pairs.before], [heads], [np.arange(len(heads))]
        count = len(heads)
        for sequence, state in self._state_of.items():
            begin, end = int(pairs.first_pair[sequence[-1]]), int(pairs.first_pair[sequence[-1] + 1])
            rows.append(np.arange(begin, end))
            tails.append(np.full(end - begin, state, dtype=np.int64))
            after = pairs.after[begin:end].tolist()
            more_heads.append(np.asarray([self._next(sequence, arc) for arc in after], dtype=np.int64))
            completed += [count + n for n, arc in enumerate(after) if self._completes(sequence, arc, forbidden)]
            count += end - begin
        self.tail, self.head = np.concatenate(tails), np.concatenate(more_heads)
        self.pair = np.concatenate(rows)
        self.completed = np.asarray(completed, dtype=np.int64)

    def _row(self, before: int, after: int) -> int:
        """Return the row of a pair of arcs; -1 when they don't meet."""
        begin, end = int(self._pairs.first_pair[before]), int(self._pairs.first_pair[before + 1])
        found = begin + int(np.searchsorted(self._pairs.after[begin:end], after))
        return found if found < end and int(self._pairs.after[found]) == after else -1

    def _next(self, sequence: ArcSequence, arc: int) -> int:
        """Return the state of the longest begun sequence that ends here, else the arc's own."""
        driven = (*sequence, arc)
        for start in range(len(driven) - 1):
            state = self._state_of.get(driven[start:])
            if state is not None:
                return state
        return arc

    @staticmethod
    def _completes(sequence: ArcSequence, arc: int, forbidden: set[ArcSequence]) -> bool:
        driven = (*sequence, arc)
        return any(driven[start:] in forbidden for start in range(len(driven) - 1))
