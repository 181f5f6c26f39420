"""Units of measure: everything inside is SI metres, seconds, kilometres an hour, tonnes."""

from __future__ import annotations

from typing import Literal

__all__ = [
    "FOOT_M",
    "KNOT_KPH",
    "MILE_M",
    "MPH_KPH",
    "SHORT_TON_T",
    "Units",
    "format_distance",
    "format_duration",
    "round_distance",
]

Units = Literal["us", "metric"]
"""Feet and miles, or metres and kilometres."""

MILE_M = 1609.344
"""Metres in an international mile (exact)."""
FOOT_M = 0.3048
"""Metres in an international foot (exact)."""
MPH_KPH = 1.609344
"""Kilometres an hour in a mile an hour (exact)."""
KNOT_KPH = 1.852
"""Kilometres an hour in a knot (exact)."""
SHORT_TON_T = 0.90718474
"""Tonnes in a US short ton (exact)."""


def format_distance(length_m: float, units: Units = "us") -> str:
    """Say a length the way it is said on a US radio: feet up to 0.1 mile, then miles.

    Parameters
    ----------
    length_m
        Length in metres, not negative.
    units
        "us", or "metric" for metres and kilometres.

    Returns
    -------
    str
        ``"200 ft"``, ``"0.4 mi"``, ``"12 mi"``.

    Examples
    --------
    >>> format_distance(60), format_distance(650), format_distance(20_000)
    ('200 ft', '0.4 mi', '12 mi')
    """
    return " ".join(round_distance(length_m, units))


def round_distance(length_m: float, units: Units = "us", *, fine: bool = False) -> tuple[str, str]:
    """Round a length to what a driver can use, and give it its unit.

    Parameters
    ----------
    length_m
        Length in metres, not negative.
    units
        "us" for feet up to 0.1 mile, then miles; "metric" for metres up to 1 km, then kilometres.
    fine
        Feet up to a quarter of a mile, and miles to two decimals: for how far past a crossing a house is.

    Returns
    -------
    tuple
        The number, and "ft", "mi", "m" or "km".

    Examples
    --------
    >>> round_distance(650), round_distance(650, "metric"), round_distance(2345, "metric")
    (('0.4', 'mi'), ('650', 'm'), ('2.3', 'km'))
    """
    small, large = ("ft", "mi") if units == "us" else ("m", "km")
    if length_m < ((0.25 if fine else 0.1) * MILE_M if units == "us" else 975.0):
        count = length_m / FOOT_M if units == "us" else length_m
        step = 10 if count < 100 else 50
        return f"{max(step, round(count / step) * step)}", small
    count = length_m / (MILE_M if units == "us" else 1000.0)
    if fine and count < 9.95:
        return f"{count:.2f}".rstrip("0").removesuffix("."), large
    return (f"{count:.1f}" if count < 9.95 else f"{count:.0f}"), large


def format_duration(time_s: float) -> str:
    """Say a duration: seconds up to 90 s, then minutes.

    Parameters
    ----------
    time_s
        Duration in seconds, not negative.

    Returns
    -------
    str
        ``"45 s"``, ``"7 min"``, ``"1 h 05 min"``.

    Examples
    --------
    >>> format_duration(45), format_duration(420), format_duration(3900)
    ('45 s', '7 min', '1 h 05 min')
    """
    if time_s < 90:
        return f"{time_s:.0f} s"
    minutes = round(time_s / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"
