"""Numbers out of tag values: speeds, weights, heights and widths, house numbers, populations.

Every parser returns a `Parsed`: the value in our unit, NaN when it can't be known, and what was odd
about the text, if anything. Nothing here raises: a tag is written by whoever drove past.

References
----------
OSM wiki: Key:maxspeed, Key:maxweight, Key:maxheight, Key:maxwidth, Map_features/Units.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from geo_dispatch.data_tables import load_table
from geo_dispatch.units import FOOT_M, KNOT_KPH, MILE_M, MPH_KPH, SHORT_TON_T

__all__ = ["Parsed", "parse_length_m", "parse_maxspeed_kph", "parse_number", "parse_weight_t"]

_UNREADABLE = "unreadable"
_POUND_T = 0.00045359237
_INCH_M = FOOT_M / 12
_SPEED_UNITS = {
    "": 1.0,
    "kmh": 1.0,
    "kph": 1.0,
    "mph": MPH_KPH,
    "knots": KNOT_KPH,
    "knot": KNOT_KPH,
    "kn": KNOT_KPH,
    "kt": KNOT_KPH,
    "kts": KNOT_KPH,
}
_WEIGHT_UNITS = {
    "": 1.0,
    "t": 1.0,
    "tonne": 1.0,
    "tonnes": 1.0,
    "mt": 1.0,
    "kg": 0.001,
    "st": SHORT_TON_T,
    "ton": SHORT_TON_T,
    "tons": SHORT_TON_T,
    "lt": 1.0160469088,
    "lb": _POUND_T,
    "lbs": _POUND_T,
    "pounds": _POUND_T,
    "cwt": 112 * _POUND_T,
}
_LENGTH_UNITS = {
    "": 1.0,
    "m": 1.0,
    "metre": 1.0,
    "metres": 1.0,
    "meter": 1.0,
    "meters": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "km": 1000.0,
    "mi": MILE_M,
    "ft": FOOT_M,
    "feet": FOOT_M,
    "foot": FOOT_M,
    "'": FOOT_M,
    "in": _INCH_M,
    "inch": _INCH_M,
    "inches": _INCH_M,
    '"': _INCH_M,
}
_NO_LIMIT = {
    "none",
    "default",
    "unsigned",
    "no_sign",
    "no_indications",
    "below_default",
    "unrestricted",
    "no",
    "unknown",
}
_QUANTITY = re.compile(r"^([0-9][0-9.,]*|\.[0-9]+)\s*([a-z/.']*\"?)$")
_FEET_INCHES = re.compile(
    r"^([0-9]+(?:\.[0-9]+)?)\s*(?:'|ft\.?|feet|foot)\s*-?\s*([0-9]+(?:\.[0-9]+)?)\s*(?:\"|''|in\.?|inch|inches)?$"
)
_THOUSANDS = re.compile(r"^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")


class Parsed(NamedTuple):
    """A value read from a tag, NaN when unknown, and a slug for what was odd about the text (None: nothing)."""

    value: float
    odd: str | None = None


def parse_number(text: str) -> float:
    """Read a plain number, with a thousands or a decimal comma; NaN when it is none.

    Examples
    --------
    >>> parse_number("16,000"), parse_number("7,5"), parse_number("12.25")
    (16000.0, 7.5, 12.25)
    """
    text = text.strip()
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _quantity(text: str, units: dict[str, float]) -> float:
    """Read a number with an optional unit; NaN when either is unknown."""
    found = _QUANTITY.match(text.strip())
    if not found:
        return math.nan
    unit = found[2].strip()
    factor = units.get(unit, units.get(unit.strip("."), math.nan))
    return parse_number(found[1]) * factor


def _lowest(text: str, separators: str, read: dict[str, float]) -> Parsed:
    """Read one or several quantities and keep the lowest; a unit behind the last serves those without."""
    parts = [part.strip() for part in re.split(separators, text) if part.strip()]
    unit = _QUANTITY.match(parts[-1]) if parts else None
    values = []
    for part in parts:
        bare = unit is not None and unit[2] and re.fullmatch(r"[0-9.]+", part)
        values.append(_quantity(f"{part} {unit[2]}" if bare and unit else part, read))
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Parsed(math.nan, _UNREADABLE)
    if len(known) < len(values):
        return Parsed(min(known), "partly_unreadable")
    return Parsed(min(known), "several_values" if len(set(known)) > 1 else None)


def parse_maxspeed_kph(text: str) -> Parsed:
    """Read a maxspeed value into km/h; of several values the lowest.

    Parameters
    ----------
    text
        As tagged: ``"50"``, ``"25 MPH"``, ``"10 knots"``, ``"30;20"``, ``"RO:urban"``, ``"none"``.

    Returns
    -------
    Parsed
        km/h; NaN where the text gives no number (``none``, ``signals``), where it is a zone whose limit
        is not one number for the whole country (``US:urban``, odd ``speed_zone``), or unreadable.

    Examples
    --------
    >>> parse_maxspeed_kph("25 MPH")
    Parsed(value=40.2336, odd=None)
    >>> parse_maxspeed_kph("30;20")
    Parsed(value=20.0, odd='several_values')
    >>> parse_maxspeed_kph("US:urban")
    Parsed(value=nan, odd='speed_zone')
    """
    table = load_table("geo_dispatch.osm", "speeds")
    text = text.strip()
    lower = text.lower().replace("km/h", "kmh")
    if lower in table["without_number"]:
        return Parsed(math.nan)
    if lower in table["words"]:
        return Parsed(float(table["words"][lower]))
    if found := re.fullmatch(r"([A-Za-z]{2}(?:-[A-Za-z]{2,3})?):([A-Za-z_]+|(?:zone:?)?([0-9]+))", text):
        if found[3]:
            return Parsed(float(found[3]))
        zone = f"{found[1].upper()}:{found[2].lower()}"
        return Parsed(float(table["zones"][zone])) if zone in table["zones"] else Parsed(math.nan, "speed_zone")
    parsed = _lowest(lower, r"[;,|/]|(?<=[0-9])\s*-\s*(?=[0-9])", _SPEED_UNITS)
    low, high = table["plausible"]
    if not math.isnan(parsed.value) and not low <= parsed.value <= high:
        return Parsed(math.nan, "implausible")
    return parsed


def parse_weight_t(text: str) -> Parsed:
    """Read a weight limit into tonnes; of several values the lowest.

    Parameters
    ----------
    text
        As tagged: ``"7.5"`` (tonnes), ``"8 st"`` (US short tons), ``"16000 lbs"``, ``"3500 kg"``.
        A plain ``"ton"`` or ``"tons"`` is taken for the short ton of US signs, and called odd.

    Returns
    -------
    Parsed
        Tonnes, NaN when there is no limit or none that can be read.

    Examples
    --------
    >>> round(parse_weight_t("8 st").value, 3), round(parse_weight_t("16,000 lbs").value, 3), parse_weight_t("7.5").value
    (7.257, 7.257, 7.5)
    """
    lower = text.strip().lower()
    if lower in _NO_LIMIT:
        return Parsed(math.nan)
    parsed = _lowest(lower, r"[;|]", _WEIGHT_UNITS)
    if parsed.value <= 0 or parsed.value > 500:
        return Parsed(math.nan, "implausible")
    if parsed.odd is None and re.search(r"\btons?\b", lower):
        return Parsed(parsed.value, "unit_assumed")
    return parsed


def parse_length_m(text: str) -> Parsed:
    r"""Read a height, width or length limit into metres; of several values the lowest.

    Parameters
    ----------
    text
        As tagged: ``"3.5"`` (metres), ``"12'6\""``, ``"12 ft 6 in"``, ``"350 cm"``.

    Returns
    -------
    Parsed
        Metres, NaN when there is no limit or none that can be read.

    Examples
    --------
    >>> parse_length_m("12'6\"").value, parse_length_m("3.5 m").value
    (3.81, 3.5)
    """
    lower = text.strip().lower().replace("’", "'").replace("′", "'").replace("″", '"').replace("”", '"')
    if lower in _NO_LIMIT:
        return Parsed(math.nan)
    if found := _FEET_INCHES.match(lower):
        feet, inches = float(found[1]), float(found[2])
        value = round(feet * FOOT_M + inches * _INCH_M, 4)
        return Parsed(value, "inches_over_11" if inches >= 12 else None)
    parts = [part.strip() for part in re.split(r"[;|]", lower) if part.strip()]
    if len(parts) > 1:
        parsed = [parse_length_m(part) for part in parts]
        known = [item.value for item in parsed if not math.isnan(item.value)]
        return Parsed(min(known), "several_values") if known else Parsed(math.nan, _UNREADABLE)
    value = _quantity(lower, _LENGTH_UNITS)
    if math.isnan(value):
        return Parsed(math.nan, _UNREADABLE)
    return Parsed(round(value, 4)) if 0 < value <= 200 else Parsed(math.nan, "implausible")
