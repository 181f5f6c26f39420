"""Progress for people: a bar on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from geo_dispatch.progress import Progress

__all__ = ["BarProgress", "LineProgress", "shown_progress"]


class LineProgress:
    """Writes a line for each stage, with how long the one before took, and a line for each note.

    Parameters
    ----------
    stream
        Where to; stderr when None.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._began = time.perf_counter()

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Write the stage's name, and the seconds since the start."""
        self._line(f"{time.perf_counter() - self._began:6.1f} s  {name}")

    def advance(self, count: int = 1) -> None:
        """Ignore it: lines tell of stages only."""

    def note(self, message: str) -> None:
        """Write the note."""
        self._line(f"note: {message}")

    def _line(self, text: str) -> None:
        print(text, file=self._stream or sys.stderr, flush=True)


class BarProgress:
    """Shows a bar for each stage; made by `shown_progress`.

    Parameters
    ----------
    bars
        A started rich display.
    """

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Finish the bar before, and begin one."""
        self.finish()
        self._task = self._bars.add_task(name, total=total)

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, count)

    def note(self, message: str) -> None:
        """Write the note above the bars."""
        self._bars.console.print(f"note: {message}", markup=False, highlight=False)

    def finish(self) -> None:
        """Fill the present bar."""
        if self._task is not None:
            total = next(task.total for task in self._bars.tasks if task.id == self._task)
            self._bars.update(self._task, total=total or 1, completed=total or 1)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Yield the progress that suits stderr: bars on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield LineProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr)) as bars:
        progress = BarProgress(bars)
        yield progress
        progress.finish()
