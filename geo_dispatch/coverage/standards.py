"""What NFPA 1710, NFPA 1720 and ISO ask, in their own terms, beside what a study of travel can and can't say of it.

A study knows where vehicles start and how long roads take. Standards speak of incidents, crews and records. So each
statement gives the share of addresses for which the modelled time holds, and says what it leaves open; none says "complies".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.density import Density, density_of, zone_of
from geo_dispatch.coverage.due import due_of
from geo_dispatch.coverage.road_miles import METRES_PER_MILE, RoadMiles, road_miles
from geo_dispatch.coverage.study import Coverage
from geo_dispatch.coverage.tally import SLACK_S
from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray

__all__ = ["Standards", "Statement", "standards_of"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Statement:
    """One objective of a standard, and how many addresses the model finds within it.

    Attributes
    ----------
    id
        Of the objective.
    standard, clause
        Where it stands.
    what, asked
        What it is about, and what is asked, in words.
    counted, within
        Addresses it is counted over, and those within.
    share
        Of them, 0..1; None of none.
    wanted
        The share that the standard asks for, 0..1, None where it names none.
    meets
        Whether the modelled share is what is asked for; None where that can't be told of travel.
    note
        What was assumed.
    """

    id: str
    standard: str
    clause: str
    what: str
    asked: str
    counted: int
    within: int
    share: float | None
    wanted: float | None
    meets: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standards:
    """Statements on a study, and what they rest on.

    Attributes
    ----------
    statements
        In the order of the table.
    zone
        Demand zone of each address: urban, suburban, rural or remote.
    density
        People per square mile.
    travel_s
        Travel times of the due that statements count, shape ``(n_addresses, k)``.
    response_s
        Response times, likewise.
    miles, ladder_miles
        Road metres from the nearest responder, and from the nearest with a ladder, to each address.
    sources
        By standard: title, edition, source, who it is for, and what is not judged here.
    """

    statements: tuple[Statement, ...]
    zone: npt.NDArray[np.object_]
    density: Density
    travel_s: FloatArray
    response_s: FloatArray
    miles: RoadMiles
    ladder_miles: RoadMiles
    sources: dict[str, dict[str, Any]]

    def document(self) -> dict[str, Any]:
        """Return the statements as plain values."""
        return {
            "statements": [
                {name: getattr(row, name) for name in Statement.__dataclass_fields__} for row in self.statements
            ],
            "density_basis": self.density.basis,
            "zones": {zone: int((self.zone == zone).sum()) for zone in ("urban", "suburban", "rural", "remote")},
            "sources": self.sources,
        }


def standards_of(coverage: Coverage) -> Standards:
    """State what the standards ask and what a study finds.

    Parameters
    ----------
    coverage
        Of stations or units of kind fire or ems; ISO and NFPA 1720 are told of fire alone.

    Returns
    -------
    Standards
        Every figure is a count of addresses, or metres of road.
    """
    table = load_table("geo_dispatch.coverage", "standards")
    iso, career, volunteer = table["iso_fsrs"], table["nfpa_1710"], table["nfpa_1720"]
    most = max(_companies(career["objectives"], career["company_staff"]) + _zone_companies(volunteer))
    turnout = np.asarray([row.turnout_s for row in coverage.responders])
    travel = _wide(due_of(coverage.travel_s, np.zeros(len(turnout)), k=most).travel_s, most)
    response = _wide(due_of(coverage.travel_s, turnout, k=most).response_s, most)
    limits = tuple(
        row["road_miles"] * METRES_PER_MILE for row in (*iso["objectives"], iso["beyond"], volunteer["remote"])
    )
    miles = road_miles(coverage, limits)
    ladders = _ladders(coverage)
    ladder_miles = road_miles(coverage, limits, rows=ladders)
    density = density_of(coverage)
    zone = zone_of(density.per_square_mile)
    zone[miles.address_m >= volunteer["remote"]["road_miles"] * METRES_PER_MILE] = "remote"
    statements = [*_career(career, coverage, travel)]
    if coverage.scenario.kind == "fire":
        statements += [*_volunteer(volunteer, zone, response), *_insurers(iso, miles, ladder_miles, len(ladders))]
    shown = {"nfpa_1710": career, **({"nfpa_1720": volunteer, "iso_fsrs": iso} if len(statements) > 2 else {})}
    kept = ("title", "edition", "source", "who", "not_judged")
    sources = {name: {key: part[key] for key in kept} for name, part in shown.items()}
    return Standards(tuple(statements), zone, density, travel, response, miles, ladder_miles, sources)


def _companies(objectives: list[dict[str, Any]], staff: int) -> list[int]:
    return [int(row.get("due") or math.ceil(row["staff"] / staff)) for row in objectives]


def _zone_companies(volunteer: dict[str, Any]) -> list[int]:
    rows = (*volunteer["zones"], volunteer["remote"])
    return [math.ceil(row["staff"] / volunteer["responder_staff"]) for row in rows]


def _wide(times: FloatArray, most: int) -> FloatArray:
    """Return times with a column for each due, inf for those that nobody is left for."""
    missing = most - times.shape[1]
    return np.pad(times, ((0, 0), (0, missing)), constant_values=np.inf) if missing > 0 else times


def _career(part: dict[str, Any], coverage: Coverage, travel: FloatArray) -> Iterator[Statement]:
    for row in part["objectives"]:
        if coverage.scenario.kind not in row["kinds"]:
            continue
        due = _companies([row], part["company_staff"])[0]
        note = ""
        if "staff" in row:
            note = (
                f"{row['staff']} members come with {due} companies of {part['company_staff']}; each station or unit counts "
                "as one company"
            )
        elif due > 1:
            note = "each station or unit counts as one company"
        yield _statement(
            row["id"],
            f"NFPA 1710 ({part['edition']})",
            row["clause"],
            row["what"],
            f"travel within {row['seconds']} s for {part['percent']}% of incidents",
            travel[:, due - 1],
            row["seconds"] + SLACK_S,
            part["percent"] / 100,
            note,
        )


def _volunteer(part: dict[str, Any], zone: npt.NDArray[np.object_], response: FloatArray) -> Iterator[Statement]:
    name, staff = f"NFPA 1720 ({part['edition']})", part["responder_staff"]
    for row in part["zones"]:
        due = math.ceil(row["staff"] / staff)
        inside = zone == row["zone"]
        yield _statement(
            row["id"],
            name,
            "table 4.3.2",
            f"{row['zone']} demand zone",
            f"{row['staff']} members at the scene within {row['minutes']} minutes of dispatch, {row['percent']}% of the time",
            response[inside, due - 1],
            row["minutes"] * 60 + SLACK_S,
            row["percent"] / 100,
            f"{row['staff']} members come with {due} stations or units of {staff}",
        )
    row = part["remote"]
    inside = zone == row["zone"]
    yield Statement(
        row["id"],
        name,
        "table 4.3.2",
        f"remote demand zone, {row['road_miles']} road miles or more from a station",
        f"{row['staff']} members, in a time that depends on the distance, {row['percent']}% of the time",
        int(inside.sum()),
        int(np.isfinite(response[inside, 0]).sum()),
        None,
        row["percent"] / 100,
        None,
        "the standard sets no minutes: addresses with a way are counted",
    )


def _insurers(part: dict[str, Any], miles: RoadMiles, ladder: RoadMiles, ladders: int) -> Iterator[Statement]:
    for row in (*part["objectives"], part["beyond"]):
        limit = row["road_miles"] * METRES_PER_MILE
        found, note = miles, "each station or unit counts as an engine company"
        if row.get("company") == "ladder":
            found = ladder
            note = (
                f"with a ladder: {ladders} stations or units" if ladders else "no ladder is on file: nothing is within"
            )
        road = found.road_m[found.limits_m.index(limit)]
        share = road / found.total_m if found.total_m else 0.0
        address = found.address_m
        counted = len(address)
        within = int((address <= limit + SLACK_S).sum())
        yield Statement(
            row["id"],
            f"ISO FSRS ({part['edition']})",
            "item 561" if "company" in row else "classification",
            row["what"],
            f"the built-upon area within {row['road_miles']} road miles",
            counted,
            within,
            within / counted if counted else None,
            None,
            None,
            f"{note}; {share:.1%} of the town's road lies within",
        )


def _ladders(coverage: Coverage) -> tuple[int, ...]:
    """Return the responders that are, or house, a ladder."""
    units = coverage.town.table("units")
    homes = {
        str(units.text("station_id")[row])
        for row in range(len(units))
        if "ladder" in (units.text("kind")[row], units.text("profile")[row]) and units.text("neighbour")[row] is None
    }
    return tuple(
        row
        for row, responder in enumerate(coverage.responders)
        if "ladder" in (responder.kind, responder.profile)
        or (responder.unit_id is None and responder.station_id in homes)
    )


def _statement(
    id_: str,
    standard: str,
    clause: str,
    what: str,
    asked: str,
    times: FloatArray,
    limit: float,
    wanted: float,
    note: str,
) -> Statement:
    counted, within = len(times), int((times <= limit).sum())
    share = within / counted if counted else None
    meets = None if share is None else share >= wanted
    return Statement(id_, standard, clause, what, asked, counted, within, share, wanted, meets, note)
