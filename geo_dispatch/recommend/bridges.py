"""Bridges on ways, to be closed in thought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.routing import Closure, Path
from geo_dispatch.town.town import Town

__all__ = ["Bridge", "Bridges"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge: its name, the segments it has, and a closure of it."""

    name: str
    segments: frozenset[int]
    closure: Closure

    def is_on(self, path: Path) -> bool:
        """Tell whether a way goes over it."""
        return any(part.segment in self.segments for part in path.parts)


class Bridges:
    """Finds bridges on ways.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._network = town.network

    @cached_property
    def _is_bridge(self) -> npt.NDArray[np.bool_]:
        column = self._network.segments.text("bridge")
        words = [*(word != "no" for word in column.vocabulary()), False]
        found: npt.NDArray[np.bool_] = np.asarray(words, dtype=bool)[column.codes]
        return found

    def on(self, paths: Iterable[Path]) -> list[Bridge]:
        """Return the bridges on ways, those on most of them first; not all where they are many."""
        names: dict[str, set[int]] = {}
        uses: dict[str, int] = {}
        for path in paths:
            mine = {part.segment for part in path.parts if self._is_bridge[part.segment]}
            called = {segment: self._name(segment) for segment in mine}
            for segment, name in called.items():
                names.setdefault(name, set()).add(segment)
            for name in set(called.values()):
                uses[name] = uses.get(name, 0) + 1
        most = int(load_table("geo_dispatch.recommend", "figures")["bridges_tried"])
        ordered = sorted(names, key=lambda name: (-uses[name], name))[:most]
        return [self._bridge(name, names[name]) for name in ordered]

    def _name(self, segment: int) -> str:
        segments = self._network.segments
        name = segments.text("bridge_name")[segment]
        if name:
            return str(name)
        street = segments.text("name")[segment] or segments.text("ref")[segment]
        number = int(segments.numbers("segment_id")[segment])
        return f"the bridge of {street} (segment {number})" if street else f"the bridge of segment {number}"

    def _bridge(self, name: str, segments: set[int]) -> Bridge:
        ids = sorted(int(number) for number in np.asarray(self._network.segments.numbers("segment_id"))[list(segments)])
        spec = "segment:" + ",".join(map(str, ids))
        return Bridge(name, frozenset(segments), Closure(id=spec, spec=spec, note=name))
