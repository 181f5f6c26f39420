"""Write a town's streets with their house numbers, its places and its crossings as documents for addok, one JSON object a line.

    python tests/benchmarks/locate/peers/addok_documents.py TOWN.gpkg > documents.ndjson

Crossings are given as documents named "A & B": addok has no notion of them, so this is more than it would have from OpenStreetMap.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town


def documents(town: Town) -> Iterator[dict[str, object]]:
    """Yield every document."""
    addresses, streets = town.table("addresses"), town.table("streets")
    numbers: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for row in range(len(addresses)):
        number, street = int(addresses.numbers("number")[row]), addresses.text("street")[row]
        if number > 0 and street and math.isfinite(addresses.lon[row]):
            numbers[street][str(number)] = {"lat": float(addresses.lat[row]), "lon": float(addresses.lon[row])}
    for row, name in enumerate(streets.text("name")):
        segments = town.street_segments(row)
        if not name or not len(segments):
            continue
        first = int(town.network.first_vertex[int(segments[len(segments) // 2])])
        lon, lat = town.network.vertex_lon[first], town.network.vertex_lat[first]
        yield _document(f"s{row}", "street", name, lon, lat) | {"housenumbers": numbers.get(name, {})}
    for table, kind in (("places", "place"), ("intersections", "crossing")):
        columns = town.table(table)
        for row in np.flatnonzero(np.isfinite(columns.lon)).tolist():
            if name := columns.text("name")[row]:
                yield _document(f"{kind}{row}", kind, name, columns.lon[row], columns.lat[row])


def _document(key: str, kind: str, name: str, lon: float, lat: float) -> dict[str, object]:
    return {"_id": key, "id": key, "type": kind, "name": name, "lon": float(lon), "lat": float(lat), "importance": 0.5}


if __name__ == "__main__":
    for document in documents(open_town(Path(sys.argv[1]))):
        print(json.dumps(document, ensure_ascii=False))
