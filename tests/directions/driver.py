"""A driver who knows only what was said: follows the text of directions over a town's roads.

He sees what stands beside the road: street signs, exit numbers, house numbers, the names of places, whether a way is a ramp, a rotary or a driveway. He knows the
heading he starts with, and an odometer that is a few percent off. He never sees a path, an index of a road, or a position other than the first.
At a junction he goes on along the street he was told, else straight ahead; he makes the next manoeuvre at the first place, from where the odometer comes
near, at which a way fits both the word and the name (where the way has no sign: at the place nearest to the odometer).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from geo_dispatch.geometry import LonLat, Projection
from geo_dispatch.town.town import Town
from tests.directions.reader import Arrival, Told, read, read_arrival

_COMPASS = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"]
_LOOK_M = 20.0
_LEAST_M = 25.0
_ERROR = 0.05
"""What a driver allows his odometer to be off, and himself to misjudge."""
_MINOR_SERVICE = {"driveway", "parking_aisle", "drive-through", "emergency_access"}
_MINOR_HIGHWAY = {"track", "footway", "path", "cycleway", "pedestrian", "bridleway"}
_LINKS = {"motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"}
_HOUSE_M = 80.0
_IDEAL = {
    "turn": 90.0,
    "stay": 80.0,
    "slight": 35.0,
    "sharp": 145.0,
    "straight": 0.0,
    "ramp": 20.0,
    "keep": 15.0,
    "merge": 0.0,
}
_RANGE = {
    "turn": (20, 172),
    "stay": (15, 172),
    "slight": (5, 80),
    "sharp": (95, 180),
    "straight": (-70, 70),
    "ramp": (-30, 150),
    "keep": (-60, 60),
    "merge": (-70, 70),
}
_TYPES = {
    "driveway": ("driveway",), "parking lot": ("parking_aisle", "service"), "alley": ("alley", "service"),
    "service road": ("service",), "track": ("track",), "ramp": ("ramp",), "connecting road": ("ramp",), "drive-through": ("drive-through",),
}  # fmt: skip


class LostError(Exception):
    """The driver does not know where to go."""


@dataclass(frozen=True)
class Here:
    """A position on an arc: metres driven along it."""

    arc: int
    at_m: float


@dataclass(frozen=True)
class Option:
    """A way to make a manoeuvre: the arcs of a connector, if any, then the arc it leads onto."""

    arcs: tuple[int, ...]
    misfit_deg: float
    is_typical: bool = True


def _off(near: list[tuple[float, int, Option]], odometer_m: float) -> float:
    """Return how far from the odometer's reading the nearest place is."""
    return min(abs(one[0] - odometer_m) for one in near)


def _key(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())


class Driver:
    """One who knows a town by sight.

    Parameters
    ----------
    town
        What he sees.
    """

    def __init__(self, town: Town) -> None:
        self.town, self.network = town, town.network
        text = self.network.segments.text
        self.name, self.ref, self.highway, self.service, self.junction = (
            text(column) for column in ("name", "ref", "highway", "service", "junction")
        )
        lines = [shapely.LineString(self.network.segment_xy(row)) for row in range(self.network.segment_count)]
        self.lines = np.array(lines, dtype=object)
        self.tree = shapely.STRtree(lines)
        self.node_ref, self.node_kind = self.network.nodes.text("ref"), self.network.nodes.text("highway")

    # --- what he sees ------------------------------------------------------------------------------

    def segment(self, arc: int) -> int:
        return int(self.network.arc_segment[arc])

    def length(self, arc: int) -> float:
        return float(self.network.segment_length_m[self.segment(arc)])

    def bearing(self, arc: int, *, at_end: bool) -> float:
        xy = self.network.segment_xy(self.segment(arc))
        xy = xy[::-1] if self.network.arc_reversed[arc] else xy
        line = shapely.LineString(xy)
        look = min(_LOOK_M, line.length)
        one, other = ((line.length - look), line.length) if at_end else (0.0, look)
        (x0, y0), (x1, y1) = line.interpolate(one).coords[0], line.interpolate(other).coords[0]
        return float(np.degrees(np.arctan2(x1 - x0, y1 - y0)) % 360)

    def turn(self, bearing: float, arc: int) -> float:
        return (self.bearing(arc, at_end=False) - bearing + 180) % 360 - 180

    def is_minor(self, arc: int) -> bool:
        row = self.segment(arc)
        return self.service[row] in _MINOR_SERVICE or self.highway[row] in _MINOR_HIGHWAY

    def is_ring(self, arc: int) -> bool:
        return self.junction[self.segment(arc)] in ("roundabout", "circular")

    def is_ramp(self, arc: int) -> bool:
        return self.highway[self.segment(arc)] in ("motorway_link", "trunk_link")

    def is_nameless(self, arc: int) -> bool:
        row = self.segment(arc)
        return not (self.name[row] or self.ref[row])

    def bears(self, arc: int, street: str, *, as_route: bool = False) -> bool:
        """Tell whether the signs of a road say what was told, by name, or as a route by number too; a road without a name has none."""
        if street.startswith("the "):
            return self.is_nameless(arc) or (street == "the rotary" and self.is_ring(arc))
        row = self.segment(arc)
        told = re.fullmatch(r"(.*?)(?: \((.*)\))?", street)
        assert told is not None
        routes = {_key(one) for one in (told[2] or "").split(" / ") if one}
        first = (self.name[row] or "").split(";")[0].strip()
        signs = {_key(one) for one in re.split(r"[;/]", self.ref[row] or "") if one.strip()}
        if first and _key(first) == _key(told[1]):
            return True
        if first and not as_route:
            return bool(signs & {_key(one) for one in told[1].split(" / ")})
        return bool(signs & (routes | {_key(one) for one in told[1].split(" / ")}))

    def is_signed(self, arc: int, street: str) -> bool:
        """Tell whether a road's own sign is the name that was told, not only its route number; one told to be nameless has none."""
        if street.startswith("the "):
            return self.is_nameless(arc)
        row, name = self.segment(arc), street.partition(" (")[0]
        shown = (self.name[row] or "").split(";")[0].strip() or " / ".join(
            one.strip() for one in (self.ref[row] or "").split(";")
        )
        return _key(shown) == _key(name)

    def fits_type(self, arc: int, street: str) -> bool:
        kinds = next((kinds for word, kinds in _TYPES.items() if word in street), None)
        row = self.segment(arc)
        if kinds is None:
            return self.highway[row] not in _MINOR_HIGHWAY | {"service"}
        seen = (
            "ramp" if self.highway[row] in _LINKS else self.service[row] if "driveway" in kinds else self.highway[row]
        )
        return seen in kinds or self.service[row] in kinds

    def onward(self, arc: int) -> list[int]:
        """List the arcs that may be driven after one, turning back left out."""
        node = int(self.network.arc_to[arc])
        return [one for one in self.network.arcs_from(node) if self.segment(one) != self.segment(arc)]

    # --- driving on --------------------------------------------------------------------------------

    def next_arc(self, arc: int, street: str, lean: int = 0) -> int | None:
        """Return the way one takes where nothing was said; None where the road ends or it is not clear.

        Where the street itself splits just before a turn, as in a triangle, one leans to the side of the turn.
        """
        bearing = self.bearing(arc, at_end=True)
        options = [one for one in self.onward(arc) if not self.is_minor(one) or self.is_minor(arc)]
        if not options:
            options = self.onward(arc)
        if not options:
            return None
        if len(options) == 1:
            return options[0]
        size = {one: abs(self.turn(bearing, one)) for one in options}
        own = [one for one in options if self.bears(one, street) and size[one] < 60]
        own = own or [one for one in options if self.bears(one, street, as_route=True) and size[one] < 60]
        if self.is_nameless(arc) and street.startswith("the "):
            own = [one for one in own if size[one] < 35]
        pool = own or [one for one in options if size[one] < 60]
        split = [one for one in options if self.bears(one, street, as_route=True) and size[one] < 60]
        split = list(dict.fromkeys([*own, *split]))
        if lean and len(split) > 1:
            return min(split, key=lambda one: -lean * self.turn(bearing, one))
        return min(pool, key=lambda one: size[one]) if pool else None

    def drive(
        self, here: Here, street: str, far_m: float, lean: int = 0, lean_from_m: float = 0.0
    ) -> Iterator[tuple[float, int]]:
        """Yield how far the ends of the arcs are along which one drives on, and the arcs."""
        arc, gone = here.arc, -here.at_m
        seen: set[int] = set()
        while arc not in seen:
            seen.add(arc)
            gone += self.length(arc)
            yield gone, arc
            if gone > far_m:
                return
            following = self.next_arc(arc, street, lean if gone >= lean_from_m else 0)
            if following is None:
                return
            arc = following

    # --- manoeuvres --------------------------------------------------------------------------------

    def options(self, told: Told, arc: int) -> list[Option]:
        """List the ways to do what was told at the end of an arc."""
        bearing = self.bearing(arc, at_end=True)
        if told.kind == "u_turn":
            return self._u_turns(told, arc, bearing)
        if told.kind in ("rotary", "into_rotary"):
            return [Option((one,), 0.0) for one in self.onward(arc) if self.is_ring(one) and not self.is_ring(arc)]
        sign = -1 if told.side == "left" else 1
        low, high = _RANGE[told.kind]
        found = []
        for chain in self._chains(arc, told):
            final = chain[-1]
            angle = (self.bearing(final, at_end=False) - bearing + 180) % 360 - 180
            angle = sign * angle if told.side is not None else angle
            alone = told.kind == "straight" and len(self.onward(arc)) == 1
            if not alone and not low <= angle <= high:
                continue
            typical = told.street is None or not told.street.startswith("the ") or self.fits_type(final, told.street)
            found.append(Option(chain, abs(angle - _IDEAL[told.kind]) + 40 * (len(chain) - 1), typical))
        if told.kind == "keep":
            found = self._kept(found, bearing, told)
        return sorted(found, key=lambda one: (not one.is_typical, one.misfit_deg))

    def _kept(self, found: list[Option], bearing: float, told: Told) -> list[Option]:
        """Keep the leftmost, or rightmost."""
        at_fork = [one for one in found if len(one.arcs) == 1]
        ways = self.network.arcs_from(int(self.network.arc_from[at_fork[0].arcs[0]])) if at_fork else ()
        if sum(abs(self.turn(bearing, one)) < 50 for one in ways) < 2:
            return []
        side = -1 if told.side == "left" else 1
        return sorted(at_fork, key=lambda one: -side * self.turn(bearing, one.arcs[0]))[:1]

    def _chains(self, arc: int, told: Told) -> Iterator[tuple[int, ...]]:
        """Yield ways onto the street that was told: at once, or across a turning lane or a median."""
        ramps = told.kind == "ramp"
        for one in self.onward(arc):
            if ramps:
                if self.is_ramp(one) and not self.is_ramp(arc):
                    yield (one,)
                continue
            if told.street is None or self.bears(one, told.street):
                if told.kind != "straight" or (
                    self.is_signed(one, told.street) and not self.is_signed(arc, told.street)
                ):
                    yield (one,)
            elif told.kind not in ("keep", "straight", "merge") and self.length(one) <= 160 and self._is_lane(one):
                for other in self.onward(one):
                    if self.bears(other, told.street) and not told.street.startswith("the "):
                        yield (one, other)
                    elif self.length(other) <= 160 and self._is_lane(other):
                        yield from (
                            (one, other, third)
                            for third in self.onward(other)
                            if self.bears(third, told.street) and not told.street.startswith("the ")
                        )

    def _is_lane(self, arc: int) -> bool:
        row = self.segment(arc)
        short = self.length(arc) <= 40
        return (self.highway[row] in _LINKS and not self.name[row]) or short

    def _u_turns(self, told: Told, arc: int, bearing: float) -> list[Option]:
        network, found = self.network, []
        for one in network.arcs_from(int(network.arc_to[arc])):
            if self.segment(one) == self.segment(arc) or abs(self.turn(bearing, one)) >= 150:
                found.append(Option((one,), 0.0))
            elif self.length(one) <= 45:
                for other in self.onward(one):
                    angle = abs((self.bearing(other, at_end=False) - bearing + 180) % 360 - 180)
                    if angle >= 140 and told.street is not None and self.bears(other, told.street):
                        found.append(Option((one, other), 5.0))
        return found

    def places(
        self, told: Told, here: Here, street: str, far_m: float, lean_from_m: float = math.inf
    ) -> list[tuple[float, int, Option]]:
        """List where what was told can be done: how far, at the end of which arc, and how."""
        found, count = [], 0
        lean = {"left": -1, "right": 1}.get(told.side or "", 0)
        for gone, arc in self.drive(here, street, far_m, lean, lean_from_m):
            if gone < -1.0:
                continue
            ways = self.options(told, arc)
            if told.exit is not None:
                node = int(self.network.arc_to[arc])
                ways = ways if self.node_kind[node] == "motorway_junction" and self.node_ref[node] == told.exit else []
            if told.ends and self._goes_on(arc, told.street):
                ways = []
            if told.kind == "straight" and self._stays(arc, street):
                ways = []
            if told.count and told.kind == "turn":
                signed = told.street is not None and not told.street.startswith("the ")
                count += self._is_counted(told, arc) or (signed and bool(ways))
                if count != told.count and not signed:
                    ways = []
            if ways:
                found.append((gone, arc, ways[0]))
        return found

    def _goes_on(self, arc: int, street: str | None) -> bool:
        bearing = self.bearing(arc, at_end=True)
        on = [one for one in self.onward(arc) if abs(self.turn(bearing, one)) < 45 and not self.is_minor(one)]
        return any(street is None or not self.bears(one, street) for one in on)

    def _stays(self, arc: int, street: str) -> bool:
        """Tell whether one's own street goes on, so that its name does not change here."""
        bearing = self.bearing(arc, at_end=True)
        return any(self.is_signed(one, street) and abs(self.turn(bearing, one)) < 45 for one in self.onward(arc))

    def _is_counted(self, told: Told, arc: int) -> bool:
        bearing = self.bearing(arc, at_end=True)
        sign = -1 if told.side == "left" else 1
        wants_minor = told.street is not None and any(
            word in told.street for word in ("driveway", "parking lot", "track", "drive-through")
        )
        return any(
            40 <= sign * self.turn(bearing, one) <= 140 and (wants_minor or not self.is_minor(one))
            for one in self.onward(arc)
        )

    def manoeuvre(self, told: Told, here: Here, street: str, odometer_m: float, slack_m: float) -> tuple[Here, float]:
        """Drive to where a manoeuvre is to be done, and do it; return where one is then, and how far that was off."""
        tolerance = max(_LEAST_M, slack_m + _ERROR * odometer_m)
        far_m, lean_from_m = odometer_m + 2 * tolerance + 100, odometer_m - min(tolerance, 150.0) - 60
        found, near = self._near(odometer_m, tolerance, self.places(told, here, street, far_m))
        if told.side is not None:
            leaning = self.places(told, here, street, far_m, lean_from_m)
            other = self._near(odometer_m, tolerance, leaning)
            if other[1] and (not near or _off(other[1], odometer_m) < _off(near, odometer_m) + 25.0):
                found, near = other
        if not near and told.kind == "straight":
            way = list(self.drive(here, street, odometer_m))
            if way:
                end, arc = next(((end, arc) for end, arc in way if odometer_m <= end), way[-1])
                return Here(arc, min(max(self.length(arc) - (end - odometer_m), 0.0), self.length(arc))), 0.0
        if not near:
            raise LostError(
                f"found no place to {told.kind} {told.side or ''} onto {told.street} after {odometer_m:.0f} m on {street}"
            )
        by_distance = sorted(near, key=lambda one: abs(one[0] - odometer_m) + one[2].misfit_deg)
        named = told.street is not None and not told.street.startswith("the ") and told.kind != "u_turn"
        if told.again:
            apart = [one for number, one in enumerate(found) if not number or one[0] - found[number - 1][0] >= 30]
            near = apart[told.again - 1 : told.again] or near
            by_distance = near
        inner = [one for one in near if abs(one[0] - odometer_m) <= slack_m + 0.03 * odometer_m + 10]
        if not named and inner:
            least = min(one[2].misfit_deg for one in inner)
            inner = [one for one in inner if one[2].misfit_deg <= least + 15]
        chosen = inner[0] if inner and told.kind != "u_turn" else by_distance[0]
        arcs = chosen[2].arcs
        if told.kind in ("rotary", "into_rotary"):
            return self._round(told, arcs[0]), 0.0
        driven = sum(self.length(one) for one in arcs[:-1])
        return Here(arcs[-1], 0.0), driven

    def _near(
        self,
        odometer_m: float,
        tolerance: float,
        found: list[tuple[float, int, Option]],
    ) -> tuple[list[tuple[float, int, Option]], list[tuple[float, int, Option]]]:
        """Leave out ways of another type than was told where one is of that type; return what is left, and what is near enough."""
        if any(way.is_typical for _, _, way in found):
            found = [one for one in found if one[2].is_typical]
        near = [one for one in found if abs(one[0] - odometer_m) <= tolerance]
        return found, near or [one for one in found if abs(one[0] - odometer_m) <= 2 * tolerance + 60]

    def _round(self, told: Told, arc: int) -> Here:
        """Go round a rotary to the exit that was told."""
        if told.kind == "into_rotary":
            return Here(arc, 0.0)
        exits = 0
        for _ in range(60):
            out = [one for one in self.onward(arc) if not self.is_ring(one) and not self.is_minor(one)]
            exits += len(out)
            if out and exits >= told.count:
                return Here(out[0], 0.0)
            on = [one for one in self.onward(arc) if self.is_ring(one)]
            if not on:
                break
            arc = on[0]
        raise LostError("the rotary has no such exit")

    # --- from first to last ------------------------------------------------------------------------

    def start(self, position: LonLat, told: Told) -> Here:
        """Stand on the street that was told, facing the way that was told."""
        x, y = (float(value[0]) for value in self._xy([position.lon], [position.lat]))
        point = shapely.Point(x, y)
        rows = self.tree.query(point.buffer(60))
        best: tuple[float, Here] | None = None
        heading = _COMPASS.index(told.compass or "north") * 45.0
        for row in rows.tolist():
            away = self.lines[row].distance(point)
            along = (
                float(self.lines[row].project(point))
                / max(self.lines[row].length, 1e-9)
                * float(self.network.segment_length_m[row])
            )
            for arc in (int(self.network.segment_forward_arc[row]), int(self.network.segment_backward_arc[row])):
                if arc < 0 or told.street is None or not self.bears(arc, told.street):
                    continue
                at = float(self.network.segment_length_m[row]) - along if self.network.arc_reversed[arc] else along
                off = abs((self._heading_at(arc, at) - heading + 180) % 360 - 180)
                cost = away + off / 4.0 + (200 if off > 80 else 0)
                if best is None or cost < best[0]:
                    best = cost, Here(arc, at)
        if best is None:
            raise LostError(f"there is no {told.street} here")
        return best[1]

    def _xy(self, lon: list[float], lat: list[float]) -> tuple[np.ndarray, np.ndarray]:
        return Projection(self.town.meta.epsg).arrays_to_xy(np.asarray(lon), np.asarray(lat))

    def _heading_at(self, arc: int, at_m: float) -> float:
        xy = self.network.segment_xy(self.segment(arc))
        line = shapely.LineString(xy[::-1] if self.network.arc_reversed[arc] else xy)
        share = line.length / max(self.length(arc), 1e-9)
        one, other = at_m * share, min(at_m * share + _LOOK_M, line.length)
        if other - one < 0.5:
            return self.bearing(arc, at_end=True)
        (x0, y0), (x1, y1) = line.interpolate(one).coords[0], line.interpolate(other).coords[0]
        return float(np.degrees(np.arctan2(x1 - x0, y1 - y0)) % 360)

    def follow(self, position: LonLat, texts: list[str], *, odometer: float = 1.0) -> tuple[float, float]:
        """Follow directions from a position; return where one stops, degrees.

        Parameters
        ----------
        position
            Where one stands.
        texts
            The instructions, nothing else.
        odometer
            What it shows for each metre driven.

        Raises
        ------
        LostError
            If what is said can't be found.
        """
        told = [read(text) for text in texts[:-1]]
        arrival = read_arrival(texts[-1])
        if not told:
            return position.lon, position.lat
        here = self.start(position, told[0])
        street = told[0].street or "the road"
        for one, following in pairwise(told):
            here, driven = self.manoeuvre(following, here, street, one.drive_m / odometer, one.slack_m)
            here = replace(here, at_m=here.at_m - driven)
            street = following.street or ("the ramp" if following.kind == "ramp" else street)
        return self.arrive(arrival, here, street, told[-1].drive_m / odometer, told[-1].slack_m)

    def arrive(
        self, arrival: Arrival, here: Here, street: str, odometer_m: float, slack_m: float
    ) -> tuple[float, float]:
        """Drive to the destination: its number or what stands there, looked for from where the odometer comes near; else by the odometer."""
        tolerance = max(_LEAST_M, slack_m + _ERROR * odometer_m) + 40
        way = list(self.drive(here, street, odometer_m + 2 * tolerance))
        stop = odometer_m
        seen = [spot for spot in self._spots(arrival, way, here, street) if abs(spot - odometer_m) <= tolerance]
        if seen:
            stop = min(seen, key=lambda spot: abs(spot - odometer_m))
        return self._point(way, here, stop)

    def _point(self, way: list[tuple[float, int]], here: Here, stop: float) -> tuple[float, float]:
        end, arc = next(((end, arc) for end, arc in way if stop <= end), way[-1])
        length = self.length(arc)
        at = min(max(length - (end - stop), 0.0), length)
        return self.network.point_along(self.segment(arc), length - at if self.network.arc_reversed[arc] else at)

    def _spots(self, arrival: Arrival, way: list[tuple[float, int]], here: Here, street: str) -> list[float]:
        """Return how far along the way the house number is that was told, else the landmark."""
        if arrival.number is not None:
            table = self.town.table("addresses")
            keys = {_key(street.partition(" (")[0]), *(_key(self.name[self.segment(arc)] or "") for _, arc in way)}
            rows = [
                row for row, text in enumerate(table.text("number_text"))
                if text == arrival.number and _key(table.text("street")[row] or "") in keys
            ]  # fmt: skip
            houses = self._beside(
                way, [float(table.lon[row]) for row in rows], [float(table.lat[row]) for row in rows], _HOUSE_M
            )
            if houses:
                return houses
        if arrival.past is not None and arrival.past_m is not None:
            return [
                end + arrival.past_m for end, arc in way
                if any(self.bears(one, arrival.past) and not self.bears(one, street) for one in self.onward(arc))
            ]  # fmt: skip
        name = None
        if arrival.where is not None:
            name = re.sub(r"^(?:at|just past|just before|across from) ", "", arrival.where)
        elif arrival.place is not None:
            name = arrival.place
        if name is None:
            return []
        past = 20.0 if arrival.where is not None and arrival.where.startswith("just past") else 0.0
        crossing = [
            end + past for end, arc in way
            if any(self.bears(one, name) and not self.bears(one, street) for one in self.onward(arc))
        ]  # fmt: skip
        places = self.town.table("places")
        rows = [
            row
            for row, text in enumerate(places.text("name"))
            if text and (text == name or name.startswith(f"{text},"))
        ]
        beside = self._beside(
            way, [float(places.lon[row]) for row in rows], [float(places.lat[row]) for row in rows], 150.0
        )
        return [spot + past for spot in beside] or crossing

    def _beside(self, way: list[tuple[float, int]], lon: list[float], lat: list[float], within_m: float) -> list[float]:
        """Return how far along the way points beside it are."""
        found: list[float] = []
        if not lon:
            return found
        for x, y in zip(*self._xy(lon, lat), strict=True):
            best: tuple[float, float] | None = None
            for end, arc in way:
                line = self.lines[self.segment(arc)]
                away = float(line.distance(shapely.Point(x, y)))
                share = float(line.project(shapely.Point(x, y))) / max(line.length, 1e-9)
                along = self.length(arc) * (1 - share if self.network.arc_reversed[arc] else share)
                if away <= within_m and (best is None or away < best[0]):
                    best = away, end - self.length(arc) + along
            if best is not None:
                found.append(best[1])
        return found
