"""A local HTTP server that speaks the Nominatim and Overpass protocols, for tests without a network.

Start it, and point the real clients at it::

    with FakeOsmServer(objects=OsmObjects.from_xml(xml), places=[...]) as server:
        settings = OnlineSettings(nominatim_url=server.nominatim_url, overpass_urls=(server.overpass_url,))

or a whole program, with ``GEO_DISPATCH_NOMINATIM_URL`` and ``GEO_DISPATCH_OVERPASS_URLS`` from `environment`.

Nominatim: ``/search`` and ``/lookup`` answer as its ``format=json`` does, ``/status`` too. Overpass:
``/api/interpreter`` (GET and POST) evaluates the query against the objects, for the part of Overpass QL
that is used here (see `_Query`), ``/api/status`` tells the slots. Faults are scripted with `fail_next`.
"""

from __future__ import annotations

import json
import re
import threading
import time
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import quoteattr

import shapely
from shapely.geometry.base import BaseGeometry

Key = tuple[str, int]
_ORDER = {"node": 0, "way": 1, "relation": 2}
OSM_BASE = "2026-01-02T03:04:05Z"


@dataclass
class OsmObjects:
    """Nodes, ways and relations in memory."""

    nodes: dict[int, tuple[float, float]] = field(default_factory=dict)
    ways: dict[int, list[int]] = field(default_factory=dict)
    relations: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)
    tags: dict[Key, dict[str, str]] = field(default_factory=dict)
    _boxes: dict[Key, BaseGeometry] = field(default_factory=dict)

    @classmethod
    def from_xml(cls, text: str | bytes) -> OsmObjects:
        """Read an OSM XML document."""
        found = cls()
        for element in ET.fromstring(text):
            if element.tag not in _ORDER:
                continue
            number = int(element.get("id", "0"))
            found.tags[element.tag, number] = {t.get("k", ""): t.get("v", "") for t in element.findall("tag")}
            if element.tag == "node":
                found.nodes[number] = (float(element.get("lon", "nan")), float(element.get("lat", "nan")))
            elif element.tag == "way":
                found.ways[number] = [int(n.get("ref", "0")) for n in element.findall("nd")]
            else:
                members = [
                    (m.get("type", ""), int(m.get("ref", "0")), m.get("role", "")) for m in element.findall("member")
                ]
                found.relations[number] = members
        return found

    def node(self, lon: float, lat: float, **tags: str) -> int:
        """Add a node; a key's ":" is written "__"."""
        number = len(self.nodes) + 1
        self.nodes[number] = (lon, lat)
        self.tags["node", number] = {key.replace("__", ":"): value for key, value in tags.items()}
        return number

    def way(self, nodes: Iterable[int], **tags: str) -> int:
        """Add a way."""
        number = 1000 + len(self.ways)
        self.ways[number] = list(nodes)
        self.tags["way", number] = {key.replace("__", ":"): value for key, value in tags.items()}
        return number

    def relation(self, members: Iterable[tuple[str, int, str]], **tags: str) -> int:
        """Add a relation."""
        number = 5000 + len(self.relations)
        self.relations[number] = list(members)
        self.tags["relation", number] = {key.replace("__", ":"): value for key, value in tags.items()}
        return number

    def shape(self, key: Key) -> BaseGeometry:
        """Return where an object is: a point, a line, or all of a relation's nodes and ways."""
        if key not in self._boxes:
            kind, number = key
            if kind == "node":
                shape: BaseGeometry = shapely.Point(self.nodes[number])
            elif kind == "way":
                points = [self.nodes[ref] for ref in self.ways[number] if ref in self.nodes]
                shape = shapely.LineString(points) if len(points) > 1 else shapely.MultiPoint(points)
            else:
                members = [
                    self.shape((k, n)) for k, n, _ in self.relations[number] if (k, n) in self.tags and k != "relation"
                ]
                shape = shapely.GeometryCollection(members)
            self._boxes[key] = shape
        return self._boxes[key]

    def area(self, relation: int) -> BaseGeometry:
        """Return the area that a boundary relation's ways enclose."""
        lines = [self.shape((k, n)) for k, n, _ in self.relations[relation] if k == "way" and (k, n) in self.tags]
        return shapely.polygonize(lines) if lines else shapely.GeometryCollection()

    def below(self, keys: Iterable[Key]) -> set[Key]:
        """Return the ways of relations, and the nodes of both (the statement ``>``)."""
        found: set[Key] = set()
        ways = {number for kind, number in keys if kind == "way"}
        for kind, number in keys:
            if kind == "relation":
                for member_kind, member, _ in self.relations[number]:
                    if member_kind == "way" and member in self.ways:
                        ways.add(member)
                        found.add(("way", member))
                    elif member_kind == "node" and member in self.nodes:
                        found.add(("node", member))
        return found | {("node", ref) for way in ways for ref in self.ways[way] if ref in self.nodes}

    def to_xml(self, keys: Iterable[Key], *, remark: str | None = None, areas: bool = False) -> str:
        """Write a document as the Overpass server does."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<osm version="0.6" generator="Overpass API 0.7.62.1 084b4234">',
            "<note>The data included in this document is from www.openstreetmap.org. "
            "The data is made available under ODbL.</note>",
            f'<meta osm_base="{OSM_BASE}"' + (f' areas="{OSM_BASE}"/>' if areas else "/>"),
            "",
        ]
        for kind, number in sorted(keys, key=lambda key: (_ORDER[key[0]], key[1])):
            at = ' lat="{1:.7f}" lon="{0:.7f}"'.format(*self.nodes[number]) if kind == "node" else ""
            inner = [f'    <nd ref="{ref}"/>' for ref in self.ways[number]] if kind == "way" else []
            if kind == "relation":
                inner = [
                    f'    <member type="{k}" ref="{n}" role={quoteattr(r)}/>' for k, n, r in self.relations[number]
                ]
            inner += [f"    <tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in self.tags[kind, number].items()]
            if inner:
                lines += [f'  <{kind} id="{number}"{at}>', *inner, f"  </{kind}>"]
            else:
                lines.append(f'  <{kind} id="{number}"{at}/>')
        if remark:
            lines.append(f"<remark> {remark} </remark>")
        return "\n".join([*lines, "", "</osm>", ""])


class _QueryError(Exception):
    """What the real server answers 400 for."""


class _Query:
    """Evaluates Overpass QL: ``node|way|relation|rel|nwr`` with tag filters, a box, ``poly:`` and ``pivot``;
    unions, named sets, ``>``, ``is_in(lat,lon)`` and ``out body``; nothing else."""

    def __init__(self, objects: OsmObjects, text: str) -> None:
        self.objects = objects
        self.text = text
        self.at = 0
        self.sets: dict[str, set[Key]] = {"_": set()}
        self.areas: dict[str, set[int]] = {}
        self.out: set[Key] = set()
        self.with_tag: dict[tuple[str, str], list[Key]] = {}
        for key, tags in objects.tags.items():
            for name in tags:
                self.with_tag.setdefault((key[0], name), []).append(key)

    def run(self) -> str:
        self._take(r"(?:\[\w+:[^\]]*\])*;")
        while self.at < len(self.text):
            self._statement()
        return self.objects.to_xml(self.out, areas=bool(self.areas))

    def _take(self, pattern: str) -> re.Match[str]:
        found = self._peek(pattern)
        if found is None:
            line = self.text.count("\n", 0, self.at) + 1
            raise _QueryError(f"line {line}: parse error: unexpected {self.text[self.at : self.at + 40]!r}")
        self.at = found.end()
        return found

    def _peek(self, pattern: str) -> re.Match[str] | None:
        return re.compile(r"\s*" + pattern + r"\s*").match(self.text, self.at)

    def _statement(self) -> set[Key]:
        if self._peek(r"\("):
            self._take(r"\(")
            union: set[Key] = set()
            while not self._peek(r"\)"):
                union |= self._statement()
            self._take(r"\)")
            return self._store(union)
        if found := self._peek(r"out\s+body\s*;"):
            self.at = found.end()
            self.out |= self.sets["_"]
            return set()
        if found := self._peek(r"is_in\(([-\d.]+),([-\d.]+)\)->\.(\w+);"):
            self.at = found.end()
            point = shapely.Point(float(found[2]), float(found[1]))
            self.areas[found[3]] = {n for n in self.objects.relations if self.objects.area(n).covers(point)}
            return set()
        if found := self._peek(r"(?:\.(\w+)\s*)?>"):
            self.at = found.end()
            return self._store(self.objects.below(self.sets[found[1] or "_"]))
        if found := self._peek(r"\.(\w+)\s*;"):
            self.at = found.end()
            return set(self.sets[found[1]])
        return self._objects()

    def _store(self, found: set[Key]) -> set[Key]:
        name = self._take(r"(?:->\.(\w+))?\s*;")[1] or "_"
        self.sets[name] = found
        return found

    def _objects(self) -> set[Key]:
        kind = self._take(r"(node|way|relation|rel|nwr)\b")[1]
        kinds = {"rel": ("relation",), "nwr": tuple(_ORDER)}.get(kind, (kind,))
        tests: list[Callable[[Key], bool]] = []
        name = ""
        while found := self._peek(r'\["([^"]+)"(?:(=|!=|~|!~)"([^"]*)")?\]'):
            self.at = found.end()
            tests.append(self._tag_test(found[1], found[2], found[3]))
            name = name or ("" if found[2] in ("!=", "!~") else found[1])
        while self._peek(r"\("):
            tests.append(self._place_test())
        among = [key for kind in kinds for key in self.with_tag.get((kind, name), ())] if name else self.objects.tags
        return self._store({key for key in among if key[0] in kinds and all(test(key) for test in tests)})

    def _tag_test(self, name: str, operator: str | None, value: str | None) -> Callable[[Key], bool]:
        tags = self.objects.tags
        if operator is None:
            return lambda key: name in tags[key]
        if operator in ("=", "!="):
            return lambda key: (tags[key].get(name) == value) == (operator == "=")
        return lambda key: bool(name in tags[key] and re.search(str(value), tags[key][name])) == (operator == "~")

    def _place_test(self) -> Callable[[Key], bool]:
        if found := self._peek(r"\(pivot\.(\w+)\)"):
            self.at = found.end()
            inside = self.areas[found[1]]
            return lambda key: key[0] == "relation" and key[1] in inside
        if found := self._peek(r'\(poly:"([^"]+)"\)'):
            self.at = found.end()
            numbers = [float(part) for part in found[1].split()]
            where: BaseGeometry = shapely.Polygon(list(zip(numbers[1::2], numbers[::2], strict=True)))
        else:
            found = self._take(r"\((-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)\)")
            south, west, north, east = (float(part) for part in found.groups())
            where = shapely.box(west, south, east, north)
        shapely.prepare(where)
        return lambda key: bool(where.intersects(self.objects.shape(key)))


def evaluate(objects: OsmObjects, query: str) -> str:
    """Answer an Overpass query without a server."""
    return _Query(objects, query).run()


@dataclass(frozen=True)
class Request:
    """One request as received."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    at_s: float

    @property
    def query(self) -> str:
        """Return the Overpass query, "" when it is another kind."""
        return self.params.get("data", "")

    @property
    def box(self) -> tuple[float, ...]:
        """Return the first box in the query: south, west, north, east."""
        found = re.search(r"\((-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)\)", self.query)
        return tuple(float(part) for part in found.groups()) if found else ()


@dataclass(frozen=True)
class Fault:
    """What to do instead of a good answer.

    ``status`` other than 200 is answered with `headers`; ``remark`` is written into a 200 answer;
    ``cut`` ends the body after that share of it: ``"body"`` declares the short length (a proxy's doing),
    ``"connection"`` breaks the connection; ``body`` answers 200 with this text; ``before`` is called first.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    remark: str | None = None
    cut: str | None = None
    body: str | None = None
    before: Callable[[], None] | None = None


class FakeOsmServer:
    """The server; a context manager that listens on a free port of 127.0.0.1."""

    def __init__(self, *, objects: OsmObjects | None = None, places: list[dict[str, Any]] | None = None) -> None:
        self.objects = objects or OsmObjects()
        self.places = places or []
        self.requests: list[Request] = []
        self.slot_status = "Rate limit: 2\n2 slots available now.\n"
        self.status_fault: Fault | None = None
        self.max_box_deg2: float | None = None
        self._faults: dict[str, deque[Fault]] = {}
        self._lock = threading.Lock()
        self._active = 0
        self.most_at_once = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> FakeOsmServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def nominatim_url(self) -> str:
        """Return the geocoder's base address."""
        return self.base_url

    @property
    def overpass_url(self) -> str:
        """Return the Overpass base address."""
        return f"{self.base_url}/api"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that make a whole program use this server, and no proxy for it."""
        return {
            "GEO_DISPATCH_NOMINATIM_URL": self.nominatim_url,
            "GEO_DISPATCH_OVERPASS_URLS": self.overpass_url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def fail_next(self, *faults: Fault | None, path: str = "/api/interpreter") -> None:
        """Answer the next requests of a path with these faults, in order; None lets one pass."""
        passing = Fault()
        self._faults.setdefault(path, deque()).extend(fault or passing for fault in faults)

    def asked(self, path: str) -> list[Request]:
        """Return the requests of a path so far."""
        return [request for request in self.requests if request.path == path]

    @property
    def downloads(self) -> list[Request]:
        """Return the Overpass queries so far."""
        return self.asked("/api/interpreter")

    def answer(self, request: Request) -> tuple[int, dict[str, str], bytes, str | None]:
        """Return status, headers, body, and how to cut it."""
        with self._lock:
            self.requests.append(request)
            waiting = self._faults.get(request.path)
            fault = waiting.popleft() if waiting else Fault()
        if fault.before:
            fault.before()
        if fault.status != 200:
            return fault.status, fault.headers, b"<html>busy</html>", None
        if fault.body is not None:
            return 200, {"Content-Type": "text/html"}, fault.body.encode(), None
        status, kind, text = self._good_answer(request, fault)
        return status, {"Content-Type": kind}, text.encode(), fault.cut

    def _good_answer(self, request: Request, fault: Fault) -> tuple[int, str, str]:
        match request.path:
            case "/search":
                return 200, "application/json", json.dumps(self._search(request.params))
            case "/lookup":
                wanted = request.params.get("osm_ids", "").split(",")
                found = [one for one in self.places if f"{one['osm_type'][0].upper()}{one['osm_id']}" in wanted]
                return 200, "application/json", json.dumps([self._place(one, request.params) for one in found])
            case "/status":
                return 200, "text/plain", "OK"
            case "/api/status":
                lines = (
                    f"Connected as: 2130706433\nCurrent time: {OSM_BASE}\nAnnounced endpoint: none\n{self.slot_status}"
                )
                text = lines + "Currently running queries (pid, space limit, time limit, start time):\n"
                return (self.status_fault.status if self.status_fault else 200), "text/plain", text
            case "/api/interpreter":
                return self._interpret(request, fault)
        return 404, "text/html", "<html>not found</html>"

    def _interpret(self, request: Request, fault: Fault) -> tuple[int, str, str]:
        remark = fault.remark
        if self.max_box_deg2 is not None and request.box and "is_in" not in request.query:
            south, west, north, east = request.box
            if (north - south) * (east - west) > self.max_box_deg2:
                remark = 'runtime error: Query timed out in "query" at line 3 after 181 seconds.'
        try:
            text = _Query(self.objects, request.query).run()
        except _QueryError as error:
            return 400, "text/html", f"<html><body><p><strong>Error</strong>: {error}</p></body></html>"
        if remark:
            text = self.objects.to_xml((), remark=remark)
        return 200, "application/osm3s+xml", text

    def _search(self, params: dict[str, str]) -> list[dict[str, Any]]:
        """Return the places whose full name has every word of the query, most important first."""
        words = re.findall(r"\w+", params.get("q", "").casefold())
        found = [one for one in self.places if set(words) <= set(re.findall(r"\w+", one["search"].casefold()))]
        found.sort(key=lambda one: one["importance"], reverse=True)
        return [self._place(one, params) for one in found[: int(params.get("limit", "10"))]]

    def _place(self, place: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        shown = {key: value for key, value in place.items() if key != "search"}
        if params.get("polygon_geojson") != "1":
            shown.pop("geojson", None)
        if params.get("addressdetails") != "1":
            shown.pop("address", None)
        return shown

    def enter(self) -> None:
        """Count one request in work."""
        with self._lock:
            self._active += 1
            self.most_at_once = max(self.most_at_once, self._active)

    def leave(self) -> None:
        """Count one request done."""
        with self._lock:
            self._active -= 1


def make_place(
    display_name: str,
    outline: BaseGeometry,
    *,
    osm_id: int,
    osm_type: str = "relation",
    kind: str = "boundary/administrative",
    place_rank: int = 16,
    importance: float = 0.4,
    also: str = "USA",
) -> dict[str, Any]:
    """Make a geocoder's answer; `also` are more words it is found by."""
    category, type_ = kind.split("/")
    west, south, east, north = outline.bounds
    parts = [part.strip() for part in display_name.split(",")]
    return {
        "place_id": osm_id + 100,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": osm_type,
        "osm_id": osm_id,
        "lat": f"{outline.centroid.y:.7f}",
        "lon": f"{outline.centroid.x:.7f}",
        "class": category,
        "type": type_,
        "place_rank": place_rank,
        "importance": importance,
        "addresstype": "town",
        "name": parts[0],
        "display_name": display_name,
        "address": {"town": parts[0], "state": parts[-2] if len(parts) > 2 else None, "country": parts[-1]},
        "boundingbox": [f"{south:.7f}", f"{north:.7f}", f"{west:.7f}", f"{east:.7f}"],
        "geojson": json.loads(shapely.to_geojson(outline)),
        "search": f"{display_name} {also}",
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeOsmServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self._serve(parse_qs(body, keep_blank_values=True))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _serve(self, form: dict[str, list[str]]) -> None:
        url = urlsplit(self.path)
        params = {key: values[0] for key, values in {**parse_qs(url.query), **form}.items()}
        request = Request(self.command, url.path, params, dict(self.headers.items()), time.monotonic())
        self.server.fake.enter()
        try:
            status, headers, body, cut = self.server.fake.answer(request)
        finally:
            self.server.fake.leave()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        sent = body[: len(body) * 2 // 3] if cut else body
        self.send_header("Content-Length", str(len(body) if cut == "connection" else len(sent)))
        if cut == "connection":
            self.close_connection = True
        self.end_headers()
        self.wfile.write(sent)
