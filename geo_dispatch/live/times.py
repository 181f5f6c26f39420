"""Moments as the store keeps them: UTC, microseconds, one text form that sorts by time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from geo_dispatch.errors import InputError

__all__ = ["Clock", "now_utc", "read_moment", "seconds_between", "utc_text"]

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, with a time zone."""


def now_utc() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)


def utc_text(moment: datetime) -> str:
    """Write a moment as the store keeps it.

    Parameters
    ----------
    moment
        With a time zone.

    Returns
    -------
    str
        ISO 8601, UTC, always with microseconds, so that texts sort as times do.

    Raises
    ------
    InputError
        If it has no time zone, or UTC can't hold it.

    Examples
    --------
    >>> utc_text(datetime(2026, 7, 4, 9, tzinfo=UTC))
    '2026-07-04T09:00:00.000000Z'
    """
    if moment.tzinfo is None:
        raise InputError(f"the time {moment.isoformat()} has no time zone: write 2026-07-04T09:00:00-04:00 or ...Z")
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    except (OverflowError, ValueError):
        raise InputError(f"the time {moment.isoformat()} can't be kept: give a year from 1 to 9999") from None


def read_moment(text: str) -> datetime:
    """Read a moment of ISO 8601.

    Parameters
    ----------
    text
        With a time zone.

    Returns
    -------
    datetime.datetime
        In UTC.

    Raises
    ------
    InputError
        If it is none, or without time zone.

    Examples
    --------
    >>> read_moment("2026-07-04T09:00:00-04:00").isoformat()
    '2026-07-04T13:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a time: write 2026-07-04T09:00:00-04:00 or 2026-07-04T13:00:00Z") from None
    return datetime.fromisoformat(utc_text(moment))


def seconds_between(earlier: str, later: datetime) -> float:
    """Return the seconds from a kept moment to another; negative when it lies behind it.

    Examples
    --------
    >>> seconds_between("2026-07-04T09:00:00.000000Z", datetime(2026, 7, 4, 9, 1, tzinfo=UTC))
    60.0
    """
    return (later - datetime.fromisoformat(earlier)).total_seconds()
