"""Closures: what is closed, for whom and when. `geo_dispatch.routing.closure_places` finds the roads they name.

A closure is written as one text, a place and, behind semicolons, what else holds:

    Drift Rd from Hix Bridge Rd to Kirby Rd
    Main St; for=car,highway_truck; starts=2026-07-04T09:00; ends=2026-07-04T12:00; note=parade
    POLYGON((-69.59 40.84, -69.57 40.84, -69.57 40.85, -69.59 40.84)); use=local
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any, Literal

from geo_dispatch.errors import ClosureError, ProfileError
from geo_dispatch.routing.conditions import is_in_hours
from geo_dispatch.routing.profiles import get_profile, list_profiles
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["Closure", "closure_of_record", "parse_closure"]

_KEYS = ("id", "use", "for", "except", "starts", "ends", "when", "source", "note")
_USES = ("closed", "local")


@dataclass(frozen=True, slots=True)
class Closure:
    """Roads that can't be used, or only to reach places on them.

    Attributes
    ----------
    id
        Names it in answers; the words of `spec` where nobody gave one.
    spec
        The place: words, WKT or GeoJSON text, ``segment:``, ``way:`` or ``edge:`` and ids.
    kind
        ``closed``, or ``local``: for traffic to and from places on it only.
    profiles
        Vehicle profiles it holds for; empty for all.
    starts, ends
        From when, and before when, it holds; None without a bound. Local time, or with a zone until `local_to` is called.
    when
        Opening hours within which it holds, as ``Mo-Fr 07:00-09:00``; None always.
    source, note
        Who says so, and what else to know.
    """

    id: str
    spec: str
    kind: Literal["closed", "local"] = "closed"
    profiles: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    when: str | None = None
    source: str | None = None
    note: str | None = None

    def concerns(self, profile: str, at: datetime | None) -> bool:
        """Tell whether it holds for a vehicle at a time; without a time, every closure counts as holding.

        Hours that can't be understood were refused when the closure was made.

        Examples
        --------
        >>> parade = parse_closure("Main St; for=car; ends=2026-07-04T12:00")
        >>> parade.concerns("car", datetime(2026, 7, 4, 11)), parade.concerns("engine", datetime(2026, 7, 4, 11))
        (True, False)
        """
        if self.profiles and profile not in self.profiles:
            return False
        if at is None:
            return True
        now = at.replace(tzinfo=None)
        if (self.starts is not None and now < self.starts) or (self.ends is not None and now >= self.ends):
            return False
        return self.when is None or bool(is_in_hours(self.when, now))

    def local_to(self, zone: tzinfo) -> Closure:
        """Return it with its times as the clocks of a zone show them, without a zone.

        Parameters
        ----------
        zone
            Of the town.

        Examples
        --------
        >>> from zoneinfo import ZoneInfo
        >>> closure = Closure.from_document({"spec": "Main St", "starts": "2026-07-04T13:00Z"})
        >>> closure.local_to(ZoneInfo("America/New_York")).starts.isoformat()
        '2026-07-04T09:00:00'
        """
        starts, ends = (
            moment.astimezone(zone).replace(tzinfo=None) if moment is not None and moment.tzinfo is not None else moment
            for moment in (self.starts, self.ends)
        )
        return self if (starts, ends) == (self.starts, self.ends) else replace(self, starts=starts, ends=ends)

    def has_ended(self, at: datetime) -> bool:
        """Tell whether it will never hold again."""
        return self.ends is not None and at.replace(tzinfo=None) >= self.ends

    @property
    def label(self) -> str:
        """Return it as answers call it: the place, with its note."""
        place = "the area given" if self.is_area else self.spec
        return f"{place} ({self.note})" if self.note else place

    @property
    def is_area(self) -> bool:
        """Tell whether the place is an area rather than roads by name or id."""
        text = self.spec.lstrip().upper()
        return text.startswith(("POLYGON", "MULTIPOLYGON", "{"))

    def document(self) -> dict[str, Any]:
        """Return it as plain values that `from_document` reads back."""
        row = {field.name: getattr(self, field.name) for field in fields(self)}
        times = {name: row[name].isoformat() if row[name] is not None else None for name in ("starts", "ends")}
        return {**row, **times, "profiles": list(self.profiles)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Closure:
        """Make a closure of what `document` gives, or of a part of it with at least ``spec``.

        Parameters
        ----------
        document
            Keys as the attributes; times as ISO 8601 text or datetime, ``spec`` may be a GeoJSON object.

        Raises
        ------
        ClosureError
            If a key is unknown, or a value can't be used.

        Examples
        --------
        >>> closure = parse_closure("Drift Rd; use=local; note=paving")
        >>> Closure.from_document(closure.document()) == closure
        True
        """
        names = [field.name for field in fields(cls)]
        for key in document:
            if key not in names:
                raise ClosureError(f"a closure has no {key!r}{did_you_mean(key, names)}: give {', '.join(names)}")
        given = {key: value for key, value in document.items() if value is not None}
        place = given.get("spec", "")
        spec = (json.dumps(place) if isinstance(place, Mapping) else str(place)).strip()
        if not spec:
            raise ClosureError("a closure needs a place: give a street, a stretch of one, a bridge or an area")
        closure = cls(
            id=str(given.get("id") or spec),
            spec=spec,
            kind=given.get("kind", "closed"),
            profiles=tuple(given.get("profiles", ())),
            starts=_moment(given.get("starts")),
            ends=_moment(given.get("ends")),
            when=given.get("when"),
            source=given.get("source"),
            note=given.get("note"),
        )
        return _checked(closure)


def closure_of_record(record: Mapping[str, Any]) -> Closure:
    """Make a closure of a row of the live store.

    Parameters
    ----------
    record
        ``closure_id``, ``spec``, ``kind``, ``profiles``, ``starts``, ``ends``, ``source``, ``note``; other keys are passed over. The kind
        ``local`` closes to through traffic; any other word only says how the place is told.

    Raises
    ------
    ClosureError
        If a value can't be used.

    Examples
    --------
    >>> closure_of_record({"closure_id": "c1", "kind": "stretch", "spec": "Main St", "profiles": None, "version": 3}).id
    'c1'
    """
    kept = {key: record.get(key) for key in ("spec", "profiles", "starts", "ends", "source", "note")}
    kind = "local" if record.get("kind") == "local" else "closed"
    return Closure.from_document({**kept, "id": record.get("closure_id"), "kind": kind})


def parse_closure(text: str) -> Closure:
    """Read a closure of one text.

    Parameters
    ----------
    text
        The place, then ``; key=value`` for each thing else: id, use (closed, local), for and except (vehicle profiles with
        commas), starts, ends (ISO 8601, local time), when (opening hours), source, note.

    Returns
    -------
    Closure
        Checked, but for the place: only a town can tell whether it has it.

    Raises
    ------
    ClosureError
        If a key is unknown, or a value can't be used.

    Examples
    --------
    >>> parse_closure("Drift Rd from Hix Bridge Rd to Kirby Rd; for=engine,ladder; note=sinkhole").profiles
    ('engine', 'ladder')
    """
    place, *rest = _parts(text)
    given: dict[str, Any] = {"spec": place}
    for part in rest:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or key not in _KEYS:
            raise ClosureError(
                f"{part.strip()!r} in the closure {text!r} is not KEY=VALUE"
                f"{did_you_mean(key, _KEYS) if equals else ''}: the keys are {', '.join(_KEYS)}"
            )
        given[{"use": "kind", "for": "profiles"}.get(key, key)] = value
    if "profiles" in given:
        given["profiles"] = _names(given["profiles"])
    if "except" in given:
        left_out = _checked_profiles(_names(given.pop("except")))
        given["profiles"] = [p for p in given.get("profiles", list_profiles()) if p not in left_out]
    return Closure.from_document(given)


def _parts(text: str) -> list[str]:
    """Split at semicolons; GeoJSON in braces is one part."""
    if text.lstrip().startswith("{"):
        end = text.rfind("}") + 1 or len(text)
        return [text[:end], *(part for part in text[end:].split(";") if part.strip())]
    first, *rest = text.split(";")
    return [first, *(part for part in rest if part.strip())]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _checked_profiles(names: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(get_profile(name).id for name in names)
    except ProfileError as error:
        raise ClosureError(f"a closure: {error}") from None


def _moment(value: object) -> datetime | None:
    if value is None or isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise ClosureError(f"{value!r} is not a time: write 2026-07-04T09:00") from None
    return moment


def _checked(closure: Closure) -> Closure:
    if closure.kind not in _USES:
        raise ClosureError(f"a closure can't be {closure.kind!r}: use one of {', '.join(_USES)}")
    if (
        closure.starts is not None
        and closure.ends is not None
        and ((closure.starts.tzinfo is None) != (closure.ends.tzinfo is None))
    ):
        raise ClosureError(f"the closure of {closure.spec}: starts and ends must both have a time zone, or neither")
    if closure.starts is not None and closure.ends is not None and closure.ends <= closure.starts:
        raise ClosureError(
            f"the closure of {closure.spec} ends {closure.ends.isoformat()}, not after it starts "
            f"{closure.starts.isoformat()}: change one of them"
        )
    if closure.when is not None and is_in_hours(closure.when, datetime(2026, 1, 1)) is None:
        raise ClosureError(
            f"{closure.when!r} is not understood: give hours as in 'Mo-Fr 07:00-09:00' or 'Dec 01-Mar 31'"
        )
    return replace(closure, profiles=_checked_profiles(closure.profiles))
