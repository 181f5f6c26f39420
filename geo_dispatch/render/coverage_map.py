"""Coverage, and what two scenarios differ in, as shareable, printable map pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.coverage import Comparison, Coverage, Responder
from geo_dispatch.geometry import FloatArray
from geo_dispatch.render.maps import ASPECT, legend_of
from geo_dispatch.render.page import Legend, Page, Row, make_page, new_layer, new_map, pin
from geo_dispatch.render.scene import Extent
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance, format_duration

if TYPE_CHECKING:
    import folium

__all__ = ["change_map", "coverage_map"]

Ints = npt.NDArray[np.int64]
_TOLERANCES_DEG = (3e-5, 1e-4, 4e-4, 1.5e-3)
"""Lines are drawn with so many degrees left out at first, and with more where a map would grow too large."""
_MOST_POINTS = 70_000
"""About 1.3 MB of text."""
_STEPS = 6
"""Classes band-0 ... band-6 of ``page.css`` go from the soonest to the latest colour."""
_GAPS = 12


def coverage_map(coverage: Coverage) -> str:
    """Draw the roads of a town by response time as one HTML page that needs no network.

    Parameters
    ----------
    coverage
        What a scenario came to.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    rows = coverage.stretches
    limits = coverage.thresholds_s
    extent, fit = _extents(coverage.town, coverage.responders)
    map_ = new_map(extent)
    lines = _lines(coverage.town.network, rows.segment, rows.from_m, rows.to_m, rows.band, len(limits) + 1)
    legend = []
    for band in range(len(limits), -1, -1):
        _draw(new_layer(map_, f"band{band}"), lines[band], _class_of(band, len(limits)), 3.2 if band else 4.2)
    for band in range(len(limits) + 1):
        legend.append(Legend(f"line {_class_of(band, len(limits))}", _band_text(band, limits), layer=f"band{band}"))
    stations = _add_stations(map_, coverage.responders)
    if coverage.gaps:
        holes = new_layer(map_, "gaps")
        for number, gap in enumerate(coverage.gaps[:_GAPS], start=1):
            pin(chr(96 + number), gap.lon, gap.lat, shape="turn", size=19).add_to(holes)
        legend.append(Legend("pin turn still", f"Largest gaps beyond {_minutes(limits[-1])}", layer="gaps"))
    page = Page(
        title=f"Coverage of {coverage.town.meta.name}: {coverage.scenario.name}",
        summary=_summary(coverage),
        map_label="Map of the town's roads by response time",
        caption="Stations",
        columns=(("No.", False), ("Station", False), ("First due to", True)),
        rows=_station_rows(coverage),
        legend=legend_of(coverage.town, stations, *legend),
        notes=[*_gap_notes(coverage), *coverage.warnings],
    )
    return make_page(coverage.town, map_, extent, page, fit=fit)


def change_map(comparison: Comparison) -> str:
    """Draw the roads that one scenario reaches in another band than the other as one HTML page that needs no network.

    Parameters
    ----------
    comparison
        Of two scenarios.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    a, b, rows = comparison.a, comparison.b, comparison.stretches
    extent, fit = _extents(a.town, (*a.responders, *b.responders))
    map_ = new_map(extent)
    kind = np.where(rows.band_b < rows.band_a, 0, np.where(rows.band_b > rows.band_a, 1, 2)).astype(np.int64)
    kind[(rows.band_a < 0) | (rows.band_b < 0)] = 2
    lines = _lines(a.town.network, rows.segment, rows.from_m, rows.to_m, kind, 3)
    for name, at, shape in (("later", 1, "band-5"), ("sooner", 0, "band-1")):
        _draw(new_layer(map_, name), lines[at], shape, 4.2)
    stations = _add_stations(map_, b.responders)
    document = comparison.document()
    change = document["addresses"]
    numbered = [_change_row(number, row) for number, row in enumerate(document["most_changed"][:12], start=1)]
    marks = new_layer(map_, "changes")
    for row in numbered:
        pin(row.mark, row.lon, row.lat, shape="turn", size=19).add_to(marks)
    page = Page(
        title=f"{a.scenario.name} and {b.scenario.name}: what changes in {a.town.meta.name}",
        summary=(
            f"{change['sooner']} addresses are reached sooner, {change['later']} later; within "
            f"{_minutes(a.thresholds_s[-1])} {change['gained'][-1]} are gained, {change['lost'][-1]} lost"
        ),
        map_label="Map of the roads that are reached sooner and later",
        caption="Addresses that change most",
        columns=(("No.", False), ("Address", False), ("Before", True), ("After", True)),
        rows=numbered,
        legend=legend_of(
            a.town,
            stations,
            Legend("line band-1", f"In a sooner band: {_metres(rows.length_m, kind, 0)}", layer="sooner"),
            Legend("line band-5", f"In a later band: {_metres(rows.length_m, kind, 1)}", layer="later"),
            Legend("pin turn still", "Addresses that change most", layer="changes"),
        ),
        notes=list(document["warnings"]),
    )
    return make_page(a.town, map_, extent, page, fit=fit)


def _minutes(seconds: float) -> str:
    """Return a threshold in minutes, as "8 min" or "1:50 min"."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02d} min" if rest else f"{whole} min"


def _metres(length_m: FloatArray, kind: Ints, wanted: int) -> str:
    metres = float(length_m[kind == wanted].sum())
    return format_distance(metres) if metres > 0.5 else "none"


def _change_row(number: int, row: Mapping[str, object]) -> Row:
    times = tuple("nobody" if row[key] is None else format_duration(float(str(row[key]))) for key in ("a_s", "b_s"))
    return Row(str(number), str(row["address"] or "an address"), times, float(str(row["lon"])), float(str(row["lat"])))


def _extents(town: Town, responders: Sequence[Responder]) -> tuple[Extent, Extent]:
    west, south, east, north = town.boundaries.extent() or town.extent
    lon = [west, east, *(row.position.lon for row in responders)]
    lat = [south, north, *(row.position.lat for row in responders)]
    return Extent.around(lon, lat, margin=0.05, least_m=1000, aspect=ASPECT), Extent.around(
        lon, lat, margin=0.02, least_m=300
    )


def _class_of(band: int, thresholds: int) -> str:
    """Return the class of a band; that beyond all thresholds has its own."""
    if band == thresholds:
        return "band-beyond"
    return f"band-{round(band / max(1, thresholds - 1) * _STEPS)}"


def _band_text(band: int, limits: Sequence[float]) -> str:
    if band == len(limits):
        return f"Beyond {_minutes(limits[-1])}, or nobody"
    if band == 0:
        return f"Within {_minutes(limits[0])}"
    return f"{_minutes(limits[band - 1])} to {_minutes(limits[band])}"


def _add_stations(map_: folium.Map, responders: Sequence[Responder]) -> Legend:
    layer = new_layer(map_, "stations")
    for number, row in enumerate(responders, start=1):
        pin(str(number), row.position.lon, row.position.lat, shape="end start", size=24).add_to(layer)
    return Legend("pin start end still", "Stations, numbered as in the list", layer="stations")


def _station_rows(coverage: Coverage) -> list[Row]:
    first = coverage.due.responder[:, 0]
    return [
        Row(
            str(number),
            f"{row.name}, turnout {_minutes(row.turnout_s)}",
            (str(int((first == number - 1).sum())),),
            round(row.position.lon, 6),
            round(row.position.lat, 6),
        )
        for number, row in enumerate(coverage.responders, start=1)
    ]


def _summary(coverage: Coverage) -> str:
    figures = coverage.document()
    shares = [
        f"{share:.1%} within {_minutes(limit)}"
        for share, limit in zip(figures["addresses"]["share"], coverage.thresholds_s, strict=True)
        if share is not None
    ]
    told = ", ".join(shares) or "no addresses"
    return f"{figures['addresses']['n']} addresses by response time (turnout and travel): {told}"


def _gap_notes(coverage: Coverage) -> list[str]:
    return [
        f"Gap {chr(96 + number)}: {gap.addresses} addresses, {format_distance(gap.road_m)} of road: "
        f"{', '.join(gap.streets[:3]) or 'roads without name'}"
        for number, gap in enumerate(coverage.gaps[:_GAPS], start=1)
    ]


def _draw(layer: folium.FeatureGroup, lines: Sequence[npt.NDArray[np.float64]], shape: str, width: float) -> None:
    import folium

    if lines:
        folium.PolyLine(
            [np.round(line[:, ::-1], 5).tolist() for line in lines],
            class_name=f"band {shape}", weight=width, opacity=1, interactive=False, smooth_factor=0.5,
        ).add_to(layer)  # fmt: skip


def _lines(
    network: Network, segment: Ints, from_m: FloatArray, to_m: FloatArray, kind: Ints, kinds: int
) -> list[list[npt.NDArray[np.float64]]]:
    """Return the lines of each kind, joined where they meet, and simplified so far that the page stays small."""
    parts: list[list[shapely.LineString]] = [[] for _ in range(kinds)]
    for row in range(len(segment)):
        line = network.part_lonlat(int(segment[row]), float(from_m[row]), float(to_m[row]))
        parts[int(kind[row])].append(shapely.LineString(line))
    joined = [shapely.line_merge(shapely.MultiLineString(part)) for part in parts]
    found: list[list[npt.NDArray[np.float64]]] = []
    for tolerance in _TOLERANCES_DEG:
        simple = [shapely.get_parts(shapely.simplify(lines, tolerance)) for lines in joined]
        found = [[np.asarray(line.coords) for line in lines if not line.is_empty] for lines in simple]
        if sum(len(line) for lines in found for line in lines) <= _MOST_POINTS:
            break
    return found
