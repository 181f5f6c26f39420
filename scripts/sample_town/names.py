"""Hand out street names: each once, the kind of name by the kind of street."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import yaml

__all__ = ["StreetNames"]


class StreetNames:
    """Draws street names from the lists in names.yaml without repeating one.

    Parameters
    ----------
    path
        The lists.
    rng
        Where the order comes from.
    """

    def __init__(self, path: Path, rng: random.Random) -> None:
        self._lists: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._rng = rng
        self._words = {kind: rng.sample(self._lists[kind], len(self._lists[kind])) for kind in ("lanes", "village")}

    def draw(self, kind: str) -> str:
        """Return a new name for a street of a kind: dead_end, court, loop, connector or village."""
        pool = "village" if kind == "village" and self._words["village"] else "lanes"
        if not self._words[pool]:
            raise ValueError(f"names.yaml: the list {pool!r} ran out; add names")
        return f"{self._words[pool].pop()} {self._rng.choice(self._lists['suffixes'][kind])}"
