"""Progress of long work, as a Protocol that terminals, logs and tests implement."""

from __future__ import annotations

from typing import Protocol

__all__ = ["NO_PROGRESS", "NullProgress", "Progress"]


class Progress(Protocol):
    """Receives what a long job is doing; implementations print it, or don't."""

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Begin a stage, ending the one before; `total` is its number of items if known."""

    def advance(self, count: int = 1) -> None:
        """Tell that `count` more items of the present stage are done."""

    def note(self, message: str) -> None:
        """Tell the user something worth reading: a warning or a figure."""


class NullProgress:
    """Progress that goes nowhere.

    >>> NullProgress().stage("reading")
    """

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Ignore it."""

    def advance(self, count: int = 1) -> None:
        """Ignore it."""

    def note(self, message: str) -> None:
        """Ignore it."""


NO_PROGRESS: Progress = NullProgress()
