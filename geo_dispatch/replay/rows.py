"""From rows of a calls file to trips, or to the reason why a row is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CoordinateError, RunCardError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.columns import Columns
from geo_dispatch.replay.fields import CallFields
from geo_dispatch.replay.trips import Reject, Trip
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["RowReader"]

_MOMENTS = ("received", "dispatched", "enroute", "on_scene", "cleared")
_DAY_S = 86_400.0


class _RowError(Exception):
    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class RowReader:
    """Reads rows of one calls file.

    Parameters
    ----------
    columns
        Of its header.
    town
        The town.
    cards, units
        Its run cards, and its units' ids.
    fields
        What the file calls things.
    """

    def __init__(
        self, columns: Columns, *, town: Town, cards: RunCards, units: Sequence[str], fields: CallFields
    ) -> None:
        self._at, self._count = columns.at, columns.count
        self._town, self._cards, self._fields = town, cards, fields
        self._units = {unit.casefold(): unit for unit in units}
        self._types = {name.casefold(): name for name in cards.call_types}
        self._clock = WallClock(town.zone, time_format=fields.time_format)
        self._table = load_table("geo_dispatch.replay", "calls")
        self._checked: dict[tuple[str, int], str | None] = {}

    def read(self, line: int, row: Sequence[str]) -> Trip | Reject:
        """Read one row.

        Parameters
        ----------
        line
            Where it begins.
        row
            Its cells.

        Returns
        -------
        Trip or Reject
            Never an error: a bad row is a reject.
        """
        try:
            return self._trip(line, row)
        except _RowError as error:
            return Reject(line, error.code, error.reason)

    def _trip(self, line: int, row: Sequence[str]) -> Trip:
        if len(row) != self._count:
            raise _RowError("columns", f"has {len(row)} values where the header has {self._count}")
        _check_text(row)
        values = {name: row[at].strip() for name, at in self._at.items()}
        for name in self._table["needed"]:
            if not values[name]:
                raise _RowError(f"no {name}", f"{name} is blank: give it")
        times = self._moments(values)
        position = self._position(values, "lon", "lat")
        words = values.get("place") or None
        if position is None and words is None:
            raise _RowError("no place", "tells no place: give words, or lon and lat")
        call_type = self._known(values["call_type"], self._types, self._fields.call_types, "call type")
        return Trip(
            line=line,
            call_id=values["call_id"],
            unit_id=self._known(values["unit"], self._units, self._fields.units, "unit"),
            call_type=call_type,
            alarm=self._alarm(call_type, values.get("alarm", "")),
            received=times["received"],
            dispatched=cast("float", times["dispatched"]),
            enroute=times["enroute"],
            on_scene=times["on_scene"],
            cleared=cast("float", times["cleared"]),
            position=position,
            words=None if position is not None else words,
            start=self._position(values, "from_lon", "from_lat"),
        )

    def _moments(self, values: Mapping[str, str]) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        last, last_name = -math.inf, ""
        for name in _MOMENTS:
            text = values.get(name, "")
            found[name] = None
            if not text:
                continue
            try:
                moment = self._clock.read(text, after=last)
            except (ValueError, OverflowError):
                like = self._fields.time_format or "2026-07-04T09:00:00"
                raise _RowError("unreadable time", f"{name} {text!r} is not a time: write it as {like}") from None
            if moment < last:
                raise _RowError("reversed times", f"{name} {text} lies before {last_name} {values[last_name]}")
            found[name], last, last_name = moment, moment, name
        most = float(self._table["longest_days"])
        if last - cast("float", found["dispatched"]) > most * _DAY_S:
            raise _RowError(
                "too long", f"cleared {values['cleared']} lies over {most:g} days after dispatched: check the dates"
            )
        return found

    def _position(self, values: Mapping[str, str], lon: str, lat: str) -> LonLat | None:
        texts = values.get(lon, ""), values.get(lat, "")
        if not any(texts):
            return None
        try:
            position = LonLat(float(texts[0]), float(texts[1]))
        except ValueError:
            raise _RowError("bad position", f"{lon} {texts[0]!r}, {lat} {texts[1]!r} are not two numbers") from None
        if not (math.isfinite(position.lon) and math.isfinite(position.lat)):
            raise _RowError("bad position", f"{lon} {texts[0]!r}, {lat} {texts[1]!r} are not two numbers")
        try:
            self._town.check_covers(position)
        except CoordinateError as error:
            raise _RowError("place outside", str(error)) from None
        return position

    @staticmethod
    def _known(text: str, known: Mapping[str, str], named: Mapping[str, str], what: str) -> str:
        found = named.get(text) or known.get(text.casefold())
        if found is None:
            hint = did_you_mean(text, known.values()) or f": name it under {what.replace(' ', '_')}s of --fields"
            raise _RowError(f"unknown {what}", f"the town has no {what} {text!r}{hint}")
        return found

    def _alarm(self, call_type: str, text: str) -> int:
        try:
            alarm = int(text or 1)
        except ValueError:
            raise _RowError("unknown alarm", f"the alarm {text!r} is not a number") from None
        key = (call_type, alarm)
        if key not in self._checked:
            try:
                self._cards.check_call(call_type, alarm=alarm)
                self._checked[key] = None
            except RunCardError as error:
                self._checked[key] = str(error)
        problem = self._checked[key]
        if problem is not None:
            raise _RowError("unknown alarm", problem)
        return alarm


def _check_text(row: Sequence[str]) -> None:
    text = "".join(row)
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _RowError("not UTF-8", "holds bytes that are not UTF-8: save the file as UTF-8") from None
