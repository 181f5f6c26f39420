"""Travel times set right by recorded trips: factors by road class and hour, kept in a small YAML file and in the town file.

Seconds over a road are the car's, times the factor of its class and the hour, times that of the vehicle profile; a profile's top speed
still holds. Profiles that no trip was recorded of keep their times. ``geo-dispatch calibrate`` writes such files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from geo_dispatch.errors import SpeedsFileError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.profiles import VehicleProfile, list_profiles
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean, read_lined_yaml

__all__ = ["ALL_HOURS", "Calibration", "IntervalFactors", "calibration_of", "read_calibration"]

ALL_HOURS = "all"
"""The band of a trip whose hour nobody knows."""

_FORMAT = 1
_LEAST, _MOST = 0.2, 5.0
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class IntervalFactors:
    """The interval of a travel time as recorded trips have it: as of `VehicleProfile`."""

    low_factor: float
    high_factor: float
    high_extra_s: float
    basis: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """Factors of travel time.

    Attributes
    ----------
    bands
        Hours of the day by name, as ``("22:00", "06:00")``: from the first up to the second.
    profiles
        Factor of each vehicle profile that trips were recorded of.
    time_factor
        Factor by road class and band; class ``default`` for classes without trips, band ``all`` where the hour is unknown.
    turn_factor
        Times what turning and waiting cost.
    interval
        The interval of travel times; the profile's own when None.
    made
        What it was made of and how well it held, for people.
    """

    bands: Mapping[str, tuple[str, str]]
    profiles: Mapping[str, float]
    time_factor: Mapping[str, Mapping[str, float]]
    turn_factor: float = 1.0
    interval: IntervalFactors | None = None
    made: Mapping[str, Any] = field(default_factory=dict)

    def band_at(self, at: datetime | None) -> str:
        """Return the band of a local time.

        Examples
        --------
        >>> found = Calibration({"night": ("22:00", "06:00")}, {}, {})
        >>> found.band_at(datetime(2026, 3, 2, 23)), found.band_at(datetime(2026, 3, 2, 12)), found.band_at(None)
        ('night', 'all', 'all')
        """
        if at is None:
            return ALL_HOURS
        minute = at.hour * 60 + at.minute
        for name, (start, end) in self.bands.items():
            begins, length = _minute(start), (_minute(end) - _minute(start)) % _DAY_MIN or _DAY_MIN
            if (minute - begins) % _DAY_MIN < length:
                return name
        return ALL_HOURS

    def factor(self, road_class: str | None, band: str) -> float:
        """Return the factor of a road class in a band.

        Examples
        --------
        >>> Calibration({}, {}, {"primary": {"all": 1.2}, "default": {"all": 1.1, "night": 1.0}}).factor("track", "night")
        1.0
        """
        row = self.time_factor.get(road_class or "default") or self.time_factor.get("default", {})
        return float(row.get(band, row.get(ALL_HOURS, 1.0)))

    def arc_factors(self, network: Network, profile: str, band: str) -> FloatArray | None:
        """Return the factor of each arc for a profile, shape ``(n_arcs,)``; None where nothing is known of the profile.

        Parameters
        ----------
        network
            The town's network.
        profile
            Id of a vehicle profile.
        band
            Of `band_at`.
        """
        if profile not in self.profiles:
            return None
        classes = network.segments.text("highway")
        by_code = np.asarray([*(self.factor(name, band) for name in classes.vocabulary()), self.factor(None, band)])
        segment_factor = by_code[np.asarray(classes.codes)]  # the code -1 stands for no class
        result: FloatArray = segment_factor[np.asarray(network.arc_segment)] * float(self.profiles[profile])
        return result

    def adjusted(self, profile: VehicleProfile) -> VehicleProfile:
        """Return a profile with the turn costs and the interval of its trips; itself where nothing is known of it."""
        if profile.id not in self.profiles:
            return profile
        turns, own = profile.turns, self.interval
        changed = replace(
            profile,
            turns=replace(
                turns,
                turning_factor=turns.turning_factor * self.turn_factor,
                waiting_factor=turns.waiting_factor * self.turn_factor,
                u_turn_factor=turns.u_turn_factor * self.turn_factor,
            ),
        )
        if own is None:
            return changed
        return replace(
            changed,
            interval_low_factor=own.low_factor,
            interval_high_factor=own.high_factor,
            interval_high_extra_s=own.high_extra_s,
            interval_basis=own.basis,
        )

    def document(self) -> dict[str, Any]:
        """Return it as plain values, as files and town files keep it."""
        own = self.interval
        return {
            "format": _FORMAT,
            "made": dict(self.made),
            "bands": {name: list(span) for name, span in self.bands.items()},
            "profiles": dict(self.profiles),
            "time_factor": {name: dict(row) for name, row in self.time_factor.items()},
            "turn_factor": self.turn_factor,
            "interval": None if own is None else {name: getattr(own, name) for name in IntervalFactors.__slots__},
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Calibration:
        """Read it back from plain values.

        Raises
        ------
        SpeedsFileError
            If a value can't be used; the message names it.
        """
        return _read(document)


def calibration_of(town: Town) -> Calibration | None:
    """Return what a town file was built with; None when with nothing.

    Raises
    ------
    SpeedsFileError
        If it can't be used: of a newer program, or changed by hand.
    """
    kept = town.meta.options.get("speeds")
    return None if kept is None else Calibration.of_document(kept)


def read_calibration(path: Path) -> Calibration:
    """Read a file of factors.

    Parameters
    ----------
    path
        YAML as `geo-dispatch calibrate` writes it.

    Raises
    ------
    SpeedsFileError
        If it can't be read, or a value can't be used.
    """
    data = read_lined_yaml(path, error=SpeedsFileError).data
    try:
        return _read(data if isinstance(data, dict) else {})
    except SpeedsFileError as error:
        raise SpeedsFileError(f"{path}: {error}") from None


def _read(data: Mapping[str, Any]) -> Calibration:
    if str(data.get("format")) != str(_FORMAT):
        raise SpeedsFileError(
            f"format {data.get('format')} is not {_FORMAT}: give a file that `geo-dispatch calibrate` of this program wrote"
        )
    bands = {}
    for name, span in _mapping(data, "bands").items():
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise SpeedsFileError(f"bands: {name} {span!r} is not [from, to], as ['22:00', '06:00']")
        bands[str(name)] = (str(span[0]), str(span[1]))
        for text in bands[str(name)]:
            _minute(text)
    profiles = {name: _factor(f"profiles: {name}", value) for name, value in _mapping(data, "profiles").items()}
    for name in profiles:
        if name not in list_profiles():
            raise SpeedsFileError(
                f"profiles: there is no vehicle profile {name!r}{did_you_mean(name, list_profiles())}"
            )
    table = {
        str(name): {band: _factor(f"time_factor: {name}: {band}", value) for band, value in _mapping(row, None).items()}
        for name, row in _mapping(data, "time_factor").items()
    }
    for name, row in table.items():
        for band in row:
            if band not in bands and band != ALL_HOURS:
                raise SpeedsFileError(f"time_factor: {name}: there is no band {band!r}{did_you_mean(band, bands)}")
    turn = _factor("turn_factor", data.get("turn_factor", 1.0))
    return Calibration(bands, profiles, table, turn, _interval(data.get("interval")), data.get("made") or {})


def _mapping(data: Any, key: str | None) -> Mapping[str, Any]:
    found = data if key is None else data.get(key)
    if not isinstance(found, dict):
        raise SpeedsFileError(
            f"{key or 'time_factor'} {found!r} is not a mapping: write the file by `geo-dispatch calibrate`"
        )
    return found


def _factor(what: str, value: object) -> float:
    try:
        factor = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        factor = math.nan
    if not _LEAST <= factor <= _MOST:
        raise SpeedsFileError(
            f"{what} {value} is no factor from {_LEAST:g} to {_MOST:g}: correct it, or calibrate again"
        )
    return factor


def _interval(row: object) -> IntervalFactors | None:
    if row is None:
        return None
    if not isinstance(row, dict) or set(row) != set(IntervalFactors.__slots__):
        raise SpeedsFileError(f"interval {row!r} does not name {', '.join(IntervalFactors.__slots__)}")
    low, high = (_factor(f"interval: {name}", row[name]) for name in ("low_factor", "high_factor"))
    try:
        extra = float(row["high_extra_s"])
    except (TypeError, ValueError):
        extra = math.nan
    if not (low <= 1 <= high and 0 <= extra <= 600):
        raise SpeedsFileError(f"interval {row!r}: low_factor is to be no more, high_factor no less than 1")
    return IntervalFactors(low, high, extra, str(row["basis"]))


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) <= 24 and int(minutes) < 60):
        raise SpeedsFileError(f"{text!r} is not a time of day: write 22:00")
    return int(hours) * 60 + int(minutes)
