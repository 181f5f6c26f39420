"""What is at a position: address, street, cross streets, town, and what is near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import LonLat, bearing_deg, compass_point
from geo_dispatch.locate.cross import CrossStreet, CrossStreets
from geo_dispatch.locate.pointgrid import PointGrid
from geo_dispatch.locate.tables import load_model
from geo_dispatch.routing.snap import Snap, Snapper
from geo_dispatch.town.boundary import Municipality
from geo_dispatch.town.town import Town

__all__ = ["NearAddress", "NearCross", "NearPlace", "NearStreet", "ReverseAnswer", "Reverser"]


@dataclass(frozen=True, slots=True)
class NearAddress:
    """The nearest address on file."""

    text: str
    number: str
    street: str | None
    municipality: str | None
    distance_m: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class NearStreet:
    """The nearest named street: where on it, and its hundred block where numbers are on file."""

    name: str
    ref: str | None
    distance_m: float
    lon: float
    lat: float
    block: str | None


@dataclass(frozen=True, slots=True)
class NearCross:
    """A cross street: its name (None: the road ends there), metres along the road, and the compass direction to it."""

    name: str | None
    distance_m: float
    direction: str
    road_ends: bool


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A named place, exit or mile marker nearby, and the compass direction from it to the position."""

    name: str
    kind: str
    place_id: str | None
    distance_m: float
    direction: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class ReverseAnswer:
    """What is at a position.

    ``road_distance_m`` is the distance to the nearest road of any kind. Parts that nothing is on file for are None;
    ``warnings`` say why.
    """

    lon: float
    lat: float
    municipality: str | None
    state: str | None
    areas: tuple[str, ...]
    address: NearAddress | None
    street: NearStreet | None
    cross_streets: tuple[NearCross, ...]
    nearest_place: NearPlace | None
    nearest_exit: NearPlace | None
    nearest_mile_marker: NearPlace | None
    road_distance_m: float
    label: str
    warnings: tuple[str, ...]


class Reverser:
    """Answers what is at a position.

    Parameters
    ----------
    town
        The town.
    cross
        Its cross streets.
    """

    def __init__(self, town: Town, cross: CrossStreets) -> None:
        self._town = town
        self._cross = cross
        self._snapper = Snapper(town, max_distance_m=load_model().reverse_m["road"])
        self._grids = {name: PointGrid(town, name) for name in ("addresses", "places", "exits", "mile_markers")}
        table = town.boundaries.table
        rows = [r for kind in ("own", "town", "neighbour") for r in town.boundaries.list_rows(kind)]
        self._outlined = {table.text(column)[row] for row in rows for column in ("name", "municipality")}
        self._named = np.asarray(town.network.segment_street) >= 0

    def nearest_streets(self, position: LonLat) -> tuple[str, ...]:
        """Return the street nearest to a position and its cross streets; empty where no named road is near."""
        snap = self._find_named(position)
        if snap is None:
            return ()
        name = self._cross.street_name(snap.segment)
        crossing = self._cross.list_names(snap.segment, snap.along_m)
        return tuple(dict.fromkeys((*((name,) if name else ()), *crossing)))

    def reverse(self, position: LonLat) -> ReverseAnswer:
        """Say what is at a position.

        Parameters
        ----------
        position
            Longitude and latitude, degrees.

        Returns
        -------
        ReverseAnswer
            Nearest address, street with cross streets on both sides, town, and landmarks.

        Raises
        ------
        CoordinateError
            If it lies outside the town's road network, or no road is within reach.
        """
        town, reach = self._town, load_model().reverse_m
        nearest = self._snapper.snap(position)
        x, y = town.projection.to_xy(position.lon, position.lat)
        here = town.boundaries.find_municipality(position.lon, position.lat)
        named = self._find_named(position)
        municipality = self._municipality(named, here)
        areas = [
            n for kind in ("village", "zone") for n in town.boundaries.list_areas_at(position.lon, position.lat, kind)
        ]
        warnings = []
        street = self._street(named, x, y) if named is not None else None
        address = self._address(x, y, reach["address"])
        if address is None:
            warnings.append(f"no address on file within {reach['address']:.0f} m")
        if street is None:
            warnings.append("no named road nearby")
        elif street.distance_m > reach["far_from_road"]:
            warnings.append(f"the nearest named road is {street.distance_m:.0f} m away")
        if here is None:
            warnings.append("outside every town on file")
        elif not here.own:
            warnings.append(f"this is {here.name}, not {town.meta.name}")
        place = self._near("places", x, y, reach["place"])
        return ReverseAnswer(
            lon=position.lon,
            lat=position.lat,
            municipality=municipality,
            state=here.state if here else None,
            areas=tuple(areas),
            address=address,
            street=street,
            cross_streets=self._crossings(named) if named is not None else (),
            nearest_place=place,
            nearest_exit=self._near("exits", x, y, reach["exit"]),
            nearest_mile_marker=self._near("mile_markers", x, y, reach["mile_marker"]),
            road_distance_m=round(nearest.distance_m, 1),
            label=self._label(address, street, place, municipality),
            warnings=tuple(warnings),
        )

    def _find_named(self, position: LonLat) -> Snap | None:
        if not self._named.any():
            return None
        found = self._snapper.snap_many([position.lon], [position.lat], usable=self._named)
        if found.segment[0] < 0:
            return None
        return Snap(
            int(found.segment[0]),
            float(found.along_m[0]),
            float(found.lon[0]),
            float(found.lat[0]),
            float(found.distance_m[0]),
            "left" if found.left[0] else "right",
        )

    def _municipality(self, snap: Snap | None, here: Municipality | None) -> str | None:
        """Return the town: by outline, else, where the towns have none, by that of the nearest named road."""
        by_road = self._town.network.segments.text("municipality")[snap.segment] if snap is not None else None
        if by_road and by_road not in self._outlined and (here is None or here.own):
            return str(by_road)
        return here.name if here else None

    @staticmethod
    def _label(
        address: NearAddress | None, street: NearStreet | None, place: NearPlace | None, town: str | None
    ) -> str:
        """Say it in one line: the address when at it, else the street, else the place."""
        if address is not None and address.distance_m <= load_model().reverse_m["at_address"]:
            said = address.text
        elif street is not None and street.distance_m <= load_model().reverse_m["far_from_road"]:
            said = f"{street.block} {street.name}" if street.block else street.name
        elif place is not None:
            said = f"{place.distance_m:.0f} m {place.direction} of {place.name}"
        else:
            said = "off the road"
        return f"{said}, {town}" if town else said

    def _address(self, x: float, y: float, reach_m: float) -> NearAddress | None:
        found = self._grids["addresses"].find_nearest(x, y, reach_m)
        if found is None:
            return None
        distance, row = found
        table = self._town.table("addresses")
        suffix = table.text("number_suffix")[row] or ""
        number = table.text("number_text")[row] or str(int(table.numbers("number")[row]))
        if suffix and not number.casefold().endswith(suffix.casefold()):
            number = f"{number}{' ' if '/' in suffix else ''}{suffix}"
        street = table.text("street")[row]
        return NearAddress(
            f"{number} {street or ''}".strip(),
            number,
            street,
            table.text("municipality")[row],
            round(distance, 1),
            float(table.lon[row]),
            float(table.lat[row]),
        )

    def _street(self, snap: Snap, x: float, y: float) -> NearStreet | None:
        street = int(self._town.network.segment_street[snap.segment])
        if street < 0:
            return None
        px, py = self._town.projection.to_xy(snap.lon, snap.lat)
        return NearStreet(
            self._town.table("streets").text("name")[street] or "",
            self._town.network.segments.text("ref")[snap.segment],
            round(snap.distance_m, 1),
            snap.lon,
            snap.lat,
            self._block(street, px, py),
        )

    def _block(self, street: int, x: float, y: float) -> str | None:
        """Return the hundred block by the nearest number of that street: 1432 is in the 1400 block."""
        rows = self._town.street_addresses(street)
        table = self._town.table("addresses")
        rows = rows[(table.numbers("number")[rows] > 0) & np.isfinite(table.x[rows])]
        if not len(rows):
            return None
        distance = np.hypot(table.x[rows] - x, table.y[rows] - y)
        at = int(np.argmin(distance))
        if distance[at] > load_model().reverse_m["block"]:
            return None
        number = int(table.numbers("number")[rows[at]])
        return f"{number // 100 * 100} block" if number >= 100 else "unit block"

    def _crossings(self, snap: Snap) -> tuple[NearCross, ...]:
        found = self._cross.find_both(snap.segment, snap.along_m)
        return tuple(self._near_cross(snap, cross) for cross in found)

    def _near_cross(self, snap: Snap, cross: CrossStreet) -> NearCross:
        x, y = self._town.projection.to_xy(snap.lon, snap.lat)
        u, v = self._town.projection.to_xy(cross.lon, cross.lat)
        return NearCross(cross.name, round(cross.distance_m, 1), compass_point(bearing_deg(x, y, u, v)), cross.ends)

    def _near(self, table: str, x: float, y: float, reach_m: float) -> NearPlace | None:
        columns = self._town.table(table)
        for distance, row in self._grids[table].list_near(x, y, reach_m):
            name, kind, place_id = self._describe(table, row)
            if name:
                direction = compass_point(bearing_deg(columns.x[row], columns.y[row], x, y))
                lon, lat = float(columns.lon[row]), float(columns.lat[row])
                return NearPlace(name, kind, place_id, round(distance, 1), direction, lon, lat)
        return None

    def _describe(self, table: str, row: int) -> tuple[str | None, str, str | None]:
        columns = self._town.table(table)
        if table == "places":
            return columns.text("name")[row], columns.text("category")[row] or "place", columns.text("place_id")[row]
        route = columns.text("route")[row]
        on = f" on {route}" if route else ""
        if table == "exits":
            number = columns.text("number")[row]
            return (f"Exit {number}{on}" if number else None), "exit", columns.text("exit_id")[row]
        return f"Mile {columns.numbers('number')[row]:g}{on}", "mile_marker", columns.text("marker_id")[row]
