"""Recommendations kept with all they were made of, and made again."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from geo_dispatch import __version__
from geo_dispatch.errors import RecordBrokenError
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.live.journal import recommendation_hash
from geo_dispatch.live.models import RecommendationRecord
from geo_dispatch.live.mutual_aid import Neighbour
from geo_dispatch.live.run_cards import PassedOver, Requirement, SelectedCard
from geo_dispatch.live.times import utc_text
from geo_dispatch.recommend import Call, CallPlace, CallUnit
from geo_dispatch.routing import Closure
from geo_dispatch.service.document import document
from geo_dispatch.service.recommend_answers import Replay

__all__ = ["call_of", "inputs_of", "replayed", "versions_now"]

_LIBRARIES = ("numpy", "scipy", "shapely", "pyproj")
_SHOWN = 12


def versions_now() -> dict[str, str]:
    """Return the versions of all that an answer depends on."""
    return dict(_versions())


@cache
def _versions() -> Mapping[str, str]:
    """Read the versions once: what has been imported stays."""
    own = {"geo-dispatch": __version__, "python": platform.python_version()}
    return {**own, **{name: version(name) for name in _LIBRARIES}}


def inputs_of(call: Call, place: Mapping[str, Any], warnings: tuple[str, ...]) -> dict[str, Any]:
    """Return all that a recommendation is made of besides the town, as plain values.

    Parameters
    ----------
    call
        The call.
    place
        The candidate that its place is.
    warnings
        What was doubtful about place, units and closures.
    """
    return {
        "at": utc_text(call.at),
        "local_time": call.local_time.isoformat(),
        "place": dict(place),
        "run_card": document(call.card),
        "units": document(call.units),
        "closures": [closure.document() for closure in call.closures],
        "neighbours": document(call.neighbours),
        "warnings": list(warnings),
    }


def call_of(record: RecommendationRecord) -> tuple[Call, Mapping[str, Any], tuple[str, ...]]:
    """Return the call, the candidate and the warnings that a kept recommendation was made of.

    Raises
    ------
    RecordBrokenError
        If it is not as it was kept.
    """
    versions = canonical_json(dict(record.versions))
    if recommendation_hash(record.inputs, record.town_sha256, versions, record.answer) != record.hash:
        raise RecordBrokenError(
            f"recommendation {record.record_id} was changed since it was kept: its hash does not fit; "
            "check the record with `geo-dispatch record verify`"
        )
    kept = json.loads(record.inputs)
    place, card = kept["place"], kept["run_card"]
    call = Call(
        place=CallPlace(
            place["lon"], place["lat"], place["label"], place["radius90_m"], place["region50"], place["region90"]
        ),
        card=SelectedCard(
            **{name: card[name] for name in ("card_id", "name", "call_type", "alarm")},
            requirements=_requirements(card["requirements"]),
            why=tuple(card["why"]),
            passed_over=tuple(PassedOver(**row) for row in card["passed_over"]),
        ),
        at=datetime.fromisoformat(kept["at"]),
        local_time=datetime.fromisoformat(kept["local_time"]),
        units=tuple(CallUnit.of_document(row) for row in kept["units"]),
        closures=tuple(Closure.from_document(row) for row in kept["closures"]),
        neighbours=tuple(
            Neighbour(**{**row, "provides": _requirements(row["provides"])}) for row in kept["neighbours"]
        ),
    )
    return call, place, tuple(kept["warnings"])


def _requirements(rows: list[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    return tuple(Requirement(**row) for row in rows)


def replayed(record: RecommendationRecord, again: Mapping[str, Any], *, town_sha256: str) -> Replay:
    """Compare a recommendation with the one that was kept.

    Parameters
    ----------
    record
        As kept.
    again
        The document of the one made again.
    town_sha256
        Of the town file now.
    """
    same = canonical_json(again) == record.answer
    differs: list[str] = []
    if town_sha256 != record.town_sha256:
        differs.append(f"the town file: {record.town_sha256[:12]}... then, {town_sha256[:12]}... now")
    now = versions_now()
    differs += [
        f"{name}: {record.versions.get(name)} then, {now.get(name)} now"
        for name in sorted({*now, *record.versions})
        if now.get(name) != record.versions.get(name)
    ]
    if not same:
        parted = list(_parted("answer", json.loads(record.answer), json.loads(canonical_json(again))))
        differs += parted[:_SHOWN] + ([f"and {len(parted) - _SHOWN} more"] if len(parted) > _SHOWN else [])
    return Replay(record.record_id, record.at, same, tuple(differs), again)


def _parted(where: str, then: Any, now: Any) -> Iterator[str]:
    """Tell where two documents part."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted({*then, *now}):
            yield from _parted(f"{where}.{key}", then.get(key), now.get(key))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for row, (a, b) in enumerate(zip(then, now, strict=True)):
            yield from _parted(f"{where}[{row}]", a, b)
    elif then != now:
        yield f"{where}: {_short(then)} then, {_short(now)} now"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
