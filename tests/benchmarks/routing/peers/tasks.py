"""What every package is asked on a graph, and what the right answers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.routing.peers.graphs import Ints, Plain

UNITS, STATIONS, NEAREST = 12, 5, 2


def questions(sides: Sequence[int]) -> dict[str, str]:
    """Return each question's key and its words, for matrices of these sides."""
    return {
        "route": "route with its way",
        "units": "12 units to a call",
        "sweep": "all nodes, 2 nearest of 5",
        **{f"matrix_{side}": f"{side:,} x {side:,}" for side in sides},
        "closure": "closure, then the detour",
    }


@dataclass(frozen=True, slots=True)
class Tasks:
    """Node numbers: pairs ``(n, 2)``, units ``(n_calls, 12)`` with their calls ``(n_calls,)``, stations ``(5,)``, matrix ends, closed links."""

    pairs: Ints
    units: Ints
    calls: Ints
    stations: Ints
    origins: Ints
    destinations: Ints
    closed: Ints

    @property
    def ends(self) -> Ints:
        """Return every node where a way is asked to begin or end, each once."""
        both = (self.pairs, self.units, self.calls, self.origins, self.destinations)
        return np.unique(np.concatenate([nodes.ravel() for nodes in both]))

    def save(self, path: Path) -> None:
        """Write them for another process."""
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> Tasks:
        """Read what `save` wrote."""
        with np.load(path) as kept:
            return cls(**{name: kept[name] for name in cls.__slots__})


def draw(graph: Plain, *, rounds: int, side: int, seed: int) -> Tasks:
    """Draw questions with answers: all nodes lie in the largest part where everything reaches everything."""
    from scipy.sparse import csr_array  # here, as interpreters of other packages have no scipy
    from scipy.sparse.csgraph import connected_components

    rng = np.random.default_rng(seed)
    matrix = csr_array((np.ones(len(graph.tail)), (graph.tail, graph.head)), shape=(graph.size, graph.size))
    _, label = connected_components(matrix, directed=True, connection="strong")
    inside = np.flatnonzero(label == np.bincount(label).argmax())

    def some(*shape: int) -> Ints:
        return rng.choice(inside, shape).astype(np.int64)

    return Tasks(
        pairs=some(rounds, 2),
        units=some(rounds, UNITS),
        calls=some(rounds),
        stations=some(STATIONS),
        origins=some(side),
        destinations=some(side),
        closed=np.zeros(rounds, dtype=np.int64),
    )


def with_closures(tasks: Tasks, graph: Plain, paths: list[list[int]]) -> Tasks:
    """Close, for each pair, the link in the middle of its way."""
    closed = np.zeros(len(tasks.pairs), dtype=np.int64)
    first = graph.first
    for row, path in enumerate(paths):
        middle = max(len(path) // 2 - 1, 0)
        if len(path) < 2:
            continue
        a, b = path[middle], path[middle + 1]
        closed[row] = first[a] + int(np.searchsorted(graph.head[first[a] : first[a + 1]], b))
    return Tasks(tasks.pairs, tasks.units, tasks.calls, tasks.stations, tasks.origins, tasks.destinations, closed)
