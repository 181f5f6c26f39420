"""Recorded calls and busy units as planners ask for them over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.replay import CallFields, ReplayReport, ReplayTown, replay_calls
from geo_dispatch.replay.busy import BusyReport, busy_of_rates

__all__ = ["ReplayDesk"]


class ReplayDesk:
    """What planners ask of recorded calls.

    Parameters
    ----------
    find_town
        Makes the town as replaying takes it, when first asked.
    """

    def __init__(self, find_town: Callable[[], ReplayTown]) -> None:
        self._find_town = find_town

    @cached_property
    def _at(self) -> ReplayTown:
        return self._find_town()

    def replay(
        self,
        calls: str,
        *,
        fields: CallFields | None = None,
        limit: int | None = None,
        seed: int = 1,
        progress: Progress = NO_PROGRESS,
    ) -> ReplayReport:
        """Replay recorded calls; they are on disk only as long as this takes.

        Parameters
        ----------
        calls
            The text of a calls file.
        fields, limit, seed, progress
            As of `geo_dispatch.replay.replay_calls`.

        Raises
        ------
        CallsFileError
            If the text can't be used.
        InputError
            If the town has no units or run cards.
        """
        with TemporaryDirectory(prefix="geo-dispatch-calls-") as folder:
            path = Path(folder) / "calls"
            path.write_text(calls, encoding="utf-8", newline="")
            return replay_calls(
                self._at, path, fields=fields, limit=limit, seed=seed, progress=progress, name="the calls"
            )

    def busy(
        self,
        per_day: Mapping[str, float],
        *,
        busy_min: float | None = None,
        queue: bool = True,
        runs: int | None = None,
        days: float | None = None,
        seed: int = 1,
        progress: Progress = NO_PROGRESS,
    ) -> BusyReport:
        """Tell how busy units are; as `geo_dispatch.replay.busy.busy_of_rates`.

        Parameters
        ----------
        per_day, busy_min, queue, runs, days, seed, progress
            As there.

        Raises
        ------
        RunCardError
            If there is no such call type.
        InputError
            If a rate or time is none, or units are asked for more than they can do.
        """
        return busy_of_rates(
            self._at, per_day, busy_min=busy_min, queue=queue, runs=runs, days=days, seed=seed, progress=progress
        )
