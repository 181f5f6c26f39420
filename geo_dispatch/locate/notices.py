"""What an answer warns of: the next town and its dispatch number, weak and old sources, former names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.former_names import former_place, former_street
from geo_dispatch.locate.tables.notices import load_notices
from geo_dispatch.town.town import Town

__all__ = ["next_town_notice", "with_notices"]

_DAYS_PER_YEAR = 365.25
_NEXT_TOWN = "town line"


@dataclass(frozen=True, slots=True)
class _Fact:
    """How a fact of the town's own was come by: its grade, the date of its source, and whether someone confirmed it."""

    grade: str
    source_date: str
    verified: bool

    def doubt(self, today: date) -> str:
        """Say why it is to be doubted; empty when it is not."""
        weak = load_notices().weak_grades.get(self.grade, "")
        parts = [] if self.verified else ["is not verified by the town"]
        if weak:
            parts.append(f"rests on {weak}")
        age = _years(self.source_date, today)
        if age is not None and age > load_notices().stale_years["pack"]:
            parts.append(f"was last looked at in {self.source_date[:7]}")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class _Trust:
    """What a town file says of its sources: oldest date by source, facts on places by id, and aliases by name."""

    dates: dict[str, str]
    places: dict[str, _Fact]
    aliases: dict[str, tuple[str, str, _Fact]]


_TRUST: WeakKeyDictionary[Town, _Trust] = WeakKeyDictionary()


def with_notices(
    finder: Finder, kept: Sequence[tuple[float, Draft]], *, today: date | None = None
) -> list[tuple[float, Draft]]:
    """Add to candidates what a dispatcher must know of them.

    Premise and hazard notes are not looked at.

    Parameters
    ----------
    finder
        The town and its names.
    kept
        Probability and draft of each candidate.
    today
        The day on which sources are old or not; the present one when left out.
    """
    return [(share, _noticed(finder, draft, today or date.today())) for share, draft in kept]


def _noticed(finder: Finder, draft: Draft, today: date) -> Draft:
    warnings = [*former_street(finder, draft), *former_place(draft)]
    whys: list[Why] = []
    next_town = next_town_notice(finder, draft)
    if next_town is not None:
        whys.append(next_town[0])
        warnings.append(next_town[1])
    trust = _trust(finder.town)
    fact = trust.places.get(draft.place_id or "")
    told = fact.doubt(today) if fact is not None else ""
    if told:
        warnings.append(f"{draft.topic} {told}")
        whys.append(Why(draft.topic, "source", told, "neutral"))
    for why in draft.why:
        said = trust.aliases.get(why.clause) if why.reading.endswith("people use") else None
        if said is not None:
            kind, target, of_alias = said
            doubt = of_alias.doubt(today)
            if kind in load_notices().former:
                warnings.append(f"“{why.clause}” is a former name: it is {target} now")
            if doubt:
                warnings.append(f"the name “{why.clause}” for {target} {doubt}")
                whys.append(Why(why.clause, "source", doubt, "neutral"))
    old = _old_source(draft, trust, today)
    if old:
        warnings.append(old)
    fresh = [warning for warning in dict.fromkeys(warnings) if warning not in draft.warnings]
    return replace(draft, why=(*draft.why, *whys), warnings=(*draft.warnings, *fresh)) if fresh or whys else draft


def next_town_notice(finder: Finder, draft: Draft) -> tuple[Why, str] | None:
    """Say that a place lies in another town, and whom to call there; None when it does not.

    Parameters
    ----------
    finder
        The town and its names.
    draft
        A candidate.
    """
    town = finder.town
    if not math.isfinite(draft.lon) or (draft.kind == "street" and draft.municipality is None):
        return None  # a route runs through several towns
    if draft.kind == "coordinate" and draft.radius90_m > finder.model.doubt["wide_m"]:
        return None  # so wide a square may lie in several
    found = town.boundaries.find_municipality(draft.lon, draft.lat)
    if found is None or found.own or (draft.municipality and finder.prior(draft.municipality) >= 1.0):
        return None
    name = draft.municipality or found.name
    state = f" ({found.state})" if found.state and found.state != town.meta.state else ""
    contacts = list(_contacts(town, name, found.state))
    own = town.meta.name
    if not contacts:
        effect = f"the next town, {name}{state}, not in {own}; no dispatch number for it is on file"
    else:
        effect = f"the next town, {name}{state}, not in {own}: call {'; or '.join(contacts)}"
    shown = draft.label.removesuffix(f", {name}")
    return Why(name, _NEXT_TOWN, f"it is in {effect}", "neutral"), f"{shown} is in {effect}"


def _contacts(town: Town, name: str, state: str | None) -> Iterator[str]:
    """Yield whom to call for a town: agency, telephone, relation, and a doubt about them."""
    table = town.table("neighbours")
    for row, listed in enumerate(table.text("name")):
        listed_state = table.text("state")[row]
        if (listed or "").casefold() != name.casefold() or (state and listed_state and listed_state != state):
            continue
        agency, phone = table.text("agency")[row] or f"{name} dispatch", table.text("phone")[row]
        relation = [part for part in (table.text("relation")[row] or "").split("; ") if part and part != "borders"]
        doubt = [] if table.numbers("verified")[row] else ["number not verified"]
        notes = "; ".join([*relation, *doubt])
        yield f"{agency} {phone or '(no number on file)'}" + (f" ({notes})" if notes else "")


def _trust(town: Town) -> _Trust:
    found = _TRUST.get(town)
    if found is None:
        found = _TRUST[town] = _Trust(_source_dates(town), dict(_pack_places(town)), _aliases(town))
    return found


def _source_dates(town: Town) -> dict[str, str]:
    """Return the oldest date of each kind of source: osm, address and road layers, pack."""
    table = town.table("provenance")
    dates: dict[str, str] = {}
    for row, stamp in enumerate(table.text("timestamp")):
        counts = table.json("counts", row) or {}
        kind = (
            "osm"
            if "nodes" in counts
            else "addresses"
            if "addresses" in counts
            else "roads"
            if "roads" in counts
            else "pack"
        )
        if stamp and (kind not in dates or stamp < dates[kind]):
            dates[kind] = stamp
    return dates


def _pack_places(town: Town) -> Iterator[tuple[str, _Fact]]:
    table = town.table("places")
    sources, ids, verified = table.text("source"), table.text("place_id"), table.numbers("verified").astype(bool)
    code = next((code for code, source in enumerate(sources.vocabulary()) if source == "pack"), None)
    for row in (sources.codes == code).nonzero()[0].tolist() if code is not None else ():
        tags = table.json("tags", row) or {}
        if place_id := ids[row]:
            told = (str(tags.get("grade") or ""), str(tags.get("source_date") or ""))
            yield place_id, _Fact(*told, verified=bool(verified[row]))


def _aliases(town: Town) -> dict[str, tuple[str, str, _Fact]]:
    table = town.table("aliases")
    columns = {name: table.text(name) for name in ("kind", "target", "grade", "source_date")}
    verified = table.numbers("verified")
    found = {}
    for row, alias in enumerate(table.text("alias")):
        if alias:
            fact = _Fact(columns["grade"][row] or "", columns["source_date"][row] or "", verified=bool(verified[row]))
            found[alias] = (columns["kind"][row] or "", columns["target"][row] or "", fact)
    return found


def _years(stamp: str, today: date) -> float | None:
    """Return how long ago a date was, in years; a month or a year alone counts from its end; None when it is no date."""
    parts = stamp[:10].split("-")
    try:
        numbers = [int(part) for part in parts]
        whole = date(numbers[0], numbers[1] if len(numbers) > 1 else 12, numbers[2] if len(numbers) > 2 else 28)
    except ValueError:
        return None
    return (today - whole).days / _DAYS_PER_YEAR


def _old_source(draft: Draft, trust: _Trust, today: date) -> str:
    """Say that what a place rests on is old; empty when it is not, or its age is not known."""
    wanted = {"address": ("addresses", "osm"), "street": ("roads", "osm"), "intersection": ("roads", "osm")}
    for kind in wanted.get(draft.kind, ("osm", "addresses")):
        stamp = trust.dates.get(kind)
        if stamp is None:
            continue
        age = _years(stamp, today)
        if age is not None and age > load_notices().stale_years["map"] and draft.kind not in ("coordinate", "area"):
            return (
                f"the map data are of {stamp[:7]}, {age:.0f} years old: what was built or renamed since is not on file"
            )
        return ""
    return ""
