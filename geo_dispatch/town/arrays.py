"""From the tables of a town file to the arrays of its index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import TownFileError
from geo_dispatch.geometry import Projection, geodesic_lengths_m
from geo_dispatch.schema import TOWN_TABLES, Table
from geo_dispatch.town.columns import text_arrays

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["arrays_of_layers"]

_ARC_COLUMNS = frozenset({"u", "v", "key", "oneway", "reversed", "length", "speed_kph", "travel_time", "segment_id"})

MutableArrays = dict[str, npt.NDArray[Any]]


def arrays_of_layers(layers: Mapping[str, GeoDataFrame], epsg: int) -> MutableArrays:
    """Turn the tables of a town into arrays that can be memory-mapped.

    Parameters
    ----------
    layers
        A frame for each of `geo_dispatch.schema.TOWN_TABLES`.
    epsg
        The town's projected CRS.

    Returns
    -------
    dict
        Arrays by name: ``table/column`` for every table, ``network/...`` for the road network.

    Raises
    ------
    TownFileError
        If the edges name nodes that are not there, or have no length or travel time.
    """
    arrays: MutableArrays = {}
    for name, table in TOWN_TABLES.items():
        if name != "edges":
            _add_table(arrays, name, layers[name], table, epsg)
    _add_network(arrays, layers["nodes"], layers["edges"], epsg)
    _add_street_lists(arrays)
    return arrays


def _add_table(arrays: MutableArrays, name: str, frame: GeoDataFrame, table: Table, epsg: int) -> None:
    import shapely

    arrays[f"{name}/count"] = np.asarray([len(frame)], dtype=np.int64)
    for column in table.columns:
        values = frame[column.name]
        if column.type in ("str", "json"):
            for part, encoded in text_arrays(values).items():
                arrays[f"{name}/{column.name}.{part}"] = encoded
        else:
            arrays[f"{name}/{column.name}"] = values.to_numpy()
    geometry = frame.geometry.to_numpy()
    if table.geometry == "Point":
        lon, lat = shapely.get_x(geometry), shapely.get_y(geometry)
        x, y = Projection(epsg).arrays_to_xy(lon, lat) if len(frame) else (lon, lat)
        arrays |= {f"{name}/lon": lon, f"{name}/lat": lat}
        arrays[f"{name}/x_m"] = np.where(np.isfinite(x), x, np.nan)
        arrays[f"{name}/y_m"] = np.where(np.isfinite(y), y, np.nan)
        return
    raw = [b"" if g is None else shapely.to_wkb(g) for g in geometry]
    arrays[f"{name}/wkb.offsets"] = np.concatenate([[0], np.cumsum([len(r) for r in raw])]).astype(np.int64)
    arrays[f"{name}/wkb.data"] = np.frombuffer(b"".join(raw), dtype=np.uint8)


def _rows_of(ids: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return the row of each wanted id; ids need not be sorted."""
    order = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids[order], wanted)
    place = np.minimum(place, max(len(ids) - 1, 0))
    rows = order[place] if len(ids) else np.zeros(len(wanted), dtype=np.int64)
    if len(wanted) and (len(ids) == 0 or not np.array_equal(ids[rows], wanted)):
        missing = int(wanted[0]) if len(ids) == 0 else int(wanted[ids[rows] != wanted][0])
        raise TownFileError(f"edges name node {missing}, which the table nodes lacks: rebuild the town file")
    return rows.astype(np.int32)


def _check_weights(edges: GeoDataFrame) -> None:
    """Refuse edges without a positive length and travel time: networkx would count a missing weight as 1."""
    for column in ("length", "travel_time"):
        values = edges[column].to_numpy()
        bad = ~(np.isfinite(values) & (values > 0))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise TownFileError(
                f"edge {edges['u'].iloc[row]}-{edges['v'].iloc[row]} has {column} {values[row]}: rebuild the town file"
            )


def _add_network(arrays: MutableArrays, nodes: GeoDataFrame, edges: GeoDataFrame, epsg: int) -> None:
    import shapely

    projection = Projection(epsg)
    osmid = nodes["osmid"].to_numpy(dtype=np.int64)
    lon, lat = nodes["x"].to_numpy(), nodes["y"].to_numpy()
    x, y = projection.arrays_to_xy(lon, lat)
    arrays |= {"network/node_osmid": osmid, "network/node_lon": lon, "network/node_lat": lat}
    arrays |= {"network/node_x": x, "network/node_y": y}
    _check_weights(edges)

    arc_from = _rows_of(osmid, edges["u"].to_numpy(dtype=np.int64))
    order = np.lexsort((edges["key"].to_numpy(), arc_from))
    edges = edges.iloc[order].reset_index(drop=True)
    arc_from = arc_from[order]
    arc_to = _rows_of(osmid, edges["v"].to_numpy(dtype=np.int64))
    reverse = edges["reversed"].to_numpy(dtype=bool)
    identity, arc_segment = np.unique(edges["segment_id"].to_numpy(), return_inverse=True)
    n_segments = len(identity)
    forward_arc = np.full(n_segments, -1, dtype=np.int32)
    backward_arc = np.full(n_segments, -1, dtype=np.int32)
    rows = np.arange(len(edges), dtype=np.int32)
    forward_arc[arc_segment[~reverse]] = rows[~reverse]
    backward_arc[arc_segment[reverse]] = rows[reverse]
    first_arc = np.searchsorted(arc_from, np.arange(len(osmid) + 1)).astype(np.int64)

    witness = np.where(forward_arc >= 0, forward_arc, backward_arc)
    geometry = edges.geometry.to_numpy()[witness]
    against = reverse[witness]
    geometry[against] = shapely.reverse(geometry[against])
    coords, owner = shapely.get_coordinates(geometry, return_index=True)
    first_vertex = np.searchsorted(owner, np.arange(n_segments + 1)).astype(np.int64)
    vertex_x, vertex_y = projection.arrays_to_xy(coords[:, 0].copy(), coords[:, 1].copy())
    length = geodesic_lengths_m(coords[:, 0].copy(), coords[:, 1].copy(), first_vertex)

    arrays |= {
        "network/segment_from": np.where(against, arc_to[witness], arc_from[witness]).astype(np.int32),
        "network/segment_to": np.where(against, arc_from[witness], arc_to[witness]).astype(np.int32),
        "network/first_vertex": first_vertex,
        "network/vertex_lon": coords[:, 0].copy(),
        "network/vertex_lat": coords[:, 1].copy(),
        "network/vertex_x": vertex_x,
        "network/vertex_y": vertex_y,
        "network/vertex_along_m": _along(coords, first_vertex),
        "network/segment_length_m": length,
        "network/segment_street": edges["street_id"].to_numpy()[witness].astype(np.int32),
        "network/arc_from": arc_from,
        "network/arc_to": arc_to,
        "network/arc_segment": arc_segment.astype(np.int32),
        "network/arc_reversed": reverse,
        "network/arc_key": edges["key"].to_numpy().astype(np.int32),
        "network/arc_length_m": edges["length"].to_numpy(),
        "network/arc_speed_kph": edges["speed_kph"].to_numpy(),
        "network/arc_time_s": edges["travel_time"].to_numpy(),
        "network/first_arc": first_arc,
        "network/segment_forward_arc": forward_arc,
        "network/segment_backward_arc": backward_arc,
    }
    columns = tuple(c for c in TOWN_TABLES["edges"].columns if c.name not in _ARC_COLUMNS)
    shared = edges.iloc[witness].reset_index(drop=True)
    table = Table("segments", "None", "", columns)
    arrays["segments/count"] = np.asarray([n_segments], dtype=np.int64)
    arrays["segments/segment_id"] = identity
    for column in table.columns:
        if column.type in ("str", "json"):
            parts = text_arrays(shared[column.name])
            arrays |= {f"segments/{column.name}.{part}": encoded for part, encoded in parts.items()}
        else:
            arrays[f"segments/{column.name}"] = shared[column.name].to_numpy()


def _along(coords: npt.NDArray[np.float64], first_vertex: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return geodesic metres from the start of its line for every vertex."""
    import pyproj

    if len(coords) < 2:
        return np.zeros(len(coords))
    lon, lat = coords[:, 0], coords[:, 1]
    _, _, steps = pyproj.Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along = np.concatenate([[0.0], np.cumsum(steps)])
    starts = along[np.minimum(first_vertex[:-1], len(along) - 1)]
    result: npt.NDArray[np.float64] = along - np.repeat(starts, np.diff(first_vertex))
    return result


def _add_street_lists(arrays: MutableArrays) -> None:
    """List segments and addresses by street, so that a street's rows are one slice.

    ``streets/segments`` holds rows of segments, those of street ``s`` at
    ``streets/first_segment[s]:[s + 1]``, by name streets and by route; ``streets/addresses`` rows of addresses ordered
    by number, at ``streets/first_address[s]:[s + 1]``.
    """
    import json

    count = int(arrays["streets/count"][0])
    identity = arrays["segments/segment_id"]
    raw = arrays["streets/segment_ids.data"].tobytes()
    offsets, codes = arrays["streets/segment_ids.offsets"].tolist(), arrays["streets/segment_ids.codes"].tolist()
    lists = [json.loads(raw[offsets[c] : offsets[c + 1]]) if c >= 0 else [] for c in codes]
    flat = np.asarray([s for ids in lists for s in ids], dtype=np.int64)
    arrays["streets/segments"] = _rows_of(identity, flat)
    arrays["streets/first_segment"] = np.concatenate([[0], np.cumsum([len(ids) for ids in lists])]).astype(np.int64)
    street = arrays["addresses/street_id"]
    order = np.lexsort((arrays["addresses/number"], street)).astype(np.int32)
    order = order[street[order] >= 0]
    arrays["streets/addresses"] = order
    arrays["streets/first_address"] = np.searchsorted(street[order], np.arange(count + 1)).astype(np.int64)
