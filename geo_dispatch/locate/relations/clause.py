"""A clause: one thing that a caller says of where they are."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PLAIN", "Clause"]

PLAIN = frozenset({"head", "on"})
"""Kinds of clauses that are no relation: names, and streets that the caller is on."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One relation: its kind, the words said, and the words of what it relates to.

    Attributes
    ----------
    kind
        near, next_to, across, behind, front, past, before, along, block, direction, distance, between, under, over, end, beginning,
        sees, side_of, off, toward ... (``relations.yaml``); on for a street that the caller is on, bound for a direction of
        travel, ground for a kind of ground, feature for a feature of the road; head for words that stand free.
    said
        The relation as said.
    objects
        Words of each thing named: two for between, else one.
    distance_m
        The distance said, metres; None when none was.
    bearing_deg
        The direction said, from what is named to the caller, or of travel; None when none was.
    """

    kind: str
    said: str
    objects: tuple[tuple[str, ...], ...] = ()
    distance_m: float | None = None
    bearing_deg: float | None = None

    @property
    def text(self) -> str:
        """Return the clause in words."""
        if self.kind in ("bound", "ground"):
            return self.said
        said = " ".join([self.said, " and ".join(" ".join(words) for words in self.objects)])
        return said.strip().replace("~", " to ")  # a run of house numbers is one word
