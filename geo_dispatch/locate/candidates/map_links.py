"""Positions in pasted map links and geo: URIs; the text is read, nothing is fetched.

References
----------
RFC 5870 (geo: URI).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.candidates.said_position import Choice, SaidPosition
from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["find_link", "read_links", "words_of_link"]

_LINK = re.compile(r"(?:geo:|https?://|www\.|maps\.\w|(?<![\w.-])[\w-]+\.[\w.-]+/)\S{1,900}", re.I)
_NUMBER = r"([-+]?\d{1,3}(?:\.\d{1,15})?)"
_FINE = r"([-+]?\d{1,3}\.\d{1,15})"
# The forms that maps put a position in, latitude first; the marker before the middle of the view.
_LAT_LON = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^geo:{_NUMBER},{_NUMBER}",
        rf"[?&#]mlat={_NUMBER}&mlon={_NUMBER}",
        rf"!3d{_FINE}!4d{_FINE}",
        rf"[?&#](?:q|query|daddr|destination|ll|coordinate|sll|center|saddr|to|near|loc|cbll|viewpoint)=(?:loc:)?{_FINE},\s?{_FINE}",
        rf"[?&#]cp={_FINE}~{_FINE}",
        rf"[?&#]lat(?:itude)?={_NUMBER}&(?:lon|lng|long|longitude)={_NUMBER}",
        rf"/(?:place|search|dir|@)/?[^/@]*?{_FINE},\s?{_FINE}",
        rf"/@{_FINE},{_FINE}",
        rf"#(?:map=)?\d{{1,2}}(?:\.\d+)?/{_FINE}/{_FINE}",
    )
)
_LON_LAT = re.compile(rf"!2d{_FINE}!3d{_FINE}|[?&#](?:lon|lng|longitude)={_NUMBER}&lat(?:itude)?={_NUMBER}", re.I)
_WORDS = re.compile(r"(?:[?&](?:q|query|daddr|destination|address)=|/(?:place|search)/)([^&/?#@]{3,200})", re.I)


def find_link(text: str) -> re.Match[str] | None:
    """Return the first link or geo: URI in a text, else None.

    Examples
    --------
    >>> find_link("here: geo:41.58,-71.08;u=20").group()
    'geo:41.58,-71.08;u=20'
    >>> find_link("12 Main St.") is None
    True
    """
    return _LINK.search(text)


def read_links(text: str) -> Iterator[SaidPosition]:
    """Yield the positions in the links of a text.

    Parameters
    ----------
    text
        The text as given.

    Examples
    --------
    >>> next(read_links("https://www.google.com/maps/@41.5801,-71.0822,17z")).choices[0].position
    LonLat(lon=-71.0822, lat=41.5801)
    """
    for found in _LINK.finditer(text):
        link = unquote_plus(found.group().replace("+-", "-"))
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        read = next((match for pattern in _LAT_LON if (match := pattern.search(link))), None)
        pair = (read[1], read[2]) if read else None
        if pair is None and (read := _LON_LAT.search(link)):
            pair = (read[2] or read[4], read[1] or read[3])
        if pair is None:
            continue
        lat, lon = (float(text) for text in pair)
        if abs(lat) <= 90 and abs(lon) <= 180:
            how = "geo: URI" if link[:4].casefold() == "geo:" else "position in a map link"
            yield SaidPosition(found.group(), (Choice(LonLat(lon, lat), how),), _cell_m(pair), " ".join(rest.split()))


def _cell_m(pair: tuple[str, str]) -> float:
    decimals = min(len(text.partition(".")[2]) for text in pair)
    return float(10.0**-decimals * load_inputs().degree_m)


def words_of_link(link: str) -> str:
    """Return the words that a map link searches for; empty when it has none.

    Parameters
    ----------
    link
        The link.

    Examples
    --------
    >>> words_of_link("https://maps.example/maps?q=12+Main+St")
    '12 Main St'
    """
    found = _WORDS.search(link)
    return unquote_plus(found[1]).strip() if found else ""
