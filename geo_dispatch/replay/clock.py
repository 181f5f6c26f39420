"""Times of a calls file: as read off the town's clock, or with a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["WallClock"]

_EPOCH = datetime(1970, 1, 1)
_LEAST = len("2026-07-04T09")


class WallClock:
    """Reads times of one town.

    When clocks are set back an hour comes twice: a time in it is the earlier one, unless it would then lie before the moment that it
    follows.

    Parameters
    ----------
    zone
        Of the town.
    time_format
        As of `datetime.strptime`, where times are not ISO 8601.
    """

    def __init__(self, zone: ZoneInfo, *, time_format: str | None = None) -> None:
        self._zone, self._format = zone, time_format
        self._offsets = lru_cache(maxsize=4096)(self._find_offsets)

    def read(self, text: str, *, after: float | None = None) -> float:
        """Return the seconds since 1970 (UTC) of a time.

        Parameters
        ----------
        text
            ISO 8601 or of the format given; without a zone it is the town's.
        after
            The moment that it follows.

        Raises
        ------
        ValueError
            If it is no time.

        Examples
        --------
        >>> clock = WallClock(ZoneInfo("America/New_York"))
        >>> clock.read("2026-07-04T09:00") == clock.read("2026-07-04 13:00Z")
        True
        >>> last = clock.read("2026-11-01T01:59")
        >>> clock.read("2026-11-01T01:03", after=last) - last
        240.0
        """
        try:
            if self._format is not None:
                moment = datetime.strptime(text, self._format)
            else:
                moment = datetime.fromisoformat(text if len(text) >= _LEAST else "")
        except ValueError:
            raise ValueError(f"{text!r} is not a time") from None
        if moment.tzinfo is not None:
            return moment.timestamp()
        first, second = self._offsets(moment.year, moment.month, moment.day, moment.hour, moment.minute // 15)
        plain = (moment - _EPOCH) / timedelta(seconds=1)
        found = plain - first
        return plain - second if second != first and after is not None and found < after else found

    def local(self, moment: float) -> datetime:
        """Return the time on the town's clock, without a zone."""
        return datetime.fromtimestamp(moment, self._zone).replace(tzinfo=None)

    @staticmethod
    def aware(moment: float) -> datetime:
        """Return a moment as a time of UTC."""
        return datetime.fromtimestamp(moment, UTC)

    def _find_offsets(self, year: int, month: int, day: int, hour: int, quarter: int) -> tuple[float, float]:
        """Return the seconds ahead of UTC of a quarter of an hour, the first time it comes and the second."""
        moments = (datetime(year, month, day, hour, quarter * 15, tzinfo=self._zone, fold=fold) for fold in (0, 1))
        first, second = (offset.total_seconds() if (offset := m.utcoffset()) else 0.0 for m in moments)
        return first, second
