"""Stretches and addresses of a coverage as GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.coverage.tally import SLACK_S, seconds

if TYPE_CHECKING:
    from geo_dispatch.coverage.compare import Comparison
    from geo_dispatch.coverage.study import Coverage

__all__ = ["address_bands", "address_features", "change_features", "stretch_features"]


def address_bands(coverage: Coverage) -> list[int]:
    """Return the band of each address: 0 within the first threshold ...; the number of thresholds beyond all."""
    limits = np.asarray(coverage.thresholds_s) + SLACK_S
    return [int(band) for band in np.searchsorted(limits, coverage.response_s)]


def stretch_features(coverage: Coverage) -> dict[str, Any]:
    """Return the stretches as a FeatureCollection: band, response at both ends, and who is there first.

    Parameters
    ----------
    coverage
        What a scenario came to.
    """
    network, rows = coverage.town.network, coverage.stretches
    names = network.segments.text("name")
    features = []
    for row in range(len(rows.segment)):
        segment, who = int(rows.segment[row]), int(rows.responder[row])
        line = network.part_lonlat(segment, float(rows.from_m[row]), float(rows.to_m[row]))
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": np.round(line, 6).tolist()},
                "properties": {
                    "segment": segment,
                    "name": names[segment],
                    "band": int(rows.band[row]),
                    "from_s": seconds(rows.from_s[row]),
                    "to_s": seconds(rows.to_s[row]),
                    "length_m": round(float(rows.to_m[row] - rows.from_m[row]), 2),
                    "station": coverage.responders[who].id if who >= 0 else None,
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}


def address_features(coverage: Coverage) -> dict[str, Any]:
    """Return the addresses as a FeatureCollection: band, and the response time and id of each responder that is due.

    Parameters
    ----------
    coverage
        What a scenario came to.
    """
    table, due = coverage.town.table("addresses"), coverage.due
    number, street = table.text("number_text"), table.text("street")
    bands = address_bands(coverage)
    features = []
    for row, source in enumerate(coverage.demand.row.tolist()):
        who = due.responder[row].tolist()
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [
                        round(float(coverage.demand.lon[row]), 6),
                        round(float(coverage.demand.lat[row]), 6),
                    ],
                },
                "properties": {
                    "address": " ".join(filter(None, (number[source], street[source]))) or None,
                    "band": bands[row],
                    "response_s": [seconds(value) for value in due.response_s[row].tolist()],
                    "stations": [coverage.responders[at].id if at >= 0 else None for at in who],
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}


def change_features(comparison: Comparison) -> dict[str, Any]:
    """Return the roads whose band differs between two scenarios as a FeatureCollection.

    Parameters
    ----------
    comparison
        Of two scenarios.
    """
    network, rows = comparison.a.town.network, comparison.stretches
    names = network.segments.text("name")
    features = []
    for row in np.flatnonzero(rows.band_a != rows.band_b).tolist():
        segment = int(rows.segment[row])
        line = network.part_lonlat(segment, float(rows.from_m[row]), float(rows.to_m[row]))
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": np.round(line, 6).tolist()},
                "properties": {
                    "segment": segment,
                    "name": names[segment],
                    "band_a": int(rows.band_a[row]),
                    "band_b": int(rows.band_b[row]),
                    "length_m": round(float(rows.length_m[row]), 2),
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}
