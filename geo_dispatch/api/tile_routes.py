"""The base map over HTTP: vector tiles of the town's own data, and the styles that draw them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.openapi import PROBLEMS, problem_answers
from geo_dispatch.errors import NotFoundError
from geo_dispatch.render.tiles import MAX_ZOOM, MIN_ZOOM, TileArchive, map_style
from geo_dispatch.service import Service

__all__ = ["make_tile_router"]

_FOREVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
_MVT = "application/vnd.mapbox-vector-tile"
_OBJECT = {"content": {"application/json": {"schema": {"type": "object"}}}}

Zoom = Annotated[int, Path(ge=0, le=30, description="Zoom of the tile")]
Column = Annotated[int, Path(ge=0, le=2**30, description="Column from the west")]
Row = Annotated[int, Path(ge=0, le=2**30, description="Row from the north")]


def make_tile_router(service: Service) -> APIRouter:
    """Make /tiles and /map.

    Parameters
    ----------
    service
        Of the town.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(tags=["map"])
    archive = _once(lambda: TileArchive(service.town))
    version = hashlib.sha256(f"{service.town.meta.built_at}{service.town.meta.name}".encode()).hexdigest()[:12]
    _add_tiles(router, archive, version)
    _add_styles(router, service, archive, version)
    return router


def _once(make: Callable[[], TileArchive]) -> Callable[[], TileArchive]:
    kept: list[TileArchive] = []

    def get() -> TileArchive:
        if not kept:
            kept.append(make())
        return kept[0]

    return get


def _add_tiles(router: APIRouter, archive: Callable[[], TileArchive], version: str) -> None:
    @router.get(
        "/tiles/{zoom}/{x}/{y}.mvt",
        summary="A tile of the base map",
        operation_id="tile",
        response_class=Response,
        responses={
            200: {
                "description": "Mapbox Vector Tile 2.1",
                "content": {_MVT: {"schema": {"type": "string", "format": "binary"}}},
            },
            204: {"description": "Nothing is there"},
            304: {"description": "As it was"},
            **problem_answers((404, *PROBLEMS)),
        },
    )
    def tile(zoom: Zoom, x: Column, y: Row, request: Request) -> Response:
        """Give one tile of the town's own data, gzip-compressed; 204 where it holds nothing.

        An address with `?v=` of the present town may be kept for ever, since another town gets another one.
        """
        if not MIN_ZOOM <= zoom <= MAX_ZOOM or max(x, y) >= 1 << zoom:
            raise NotFoundError(
                f"there is no tile {zoom}/{x}/{y}: zooms are {MIN_ZOOM} to {MAX_ZOOM}, columns and rows below {1 << min(zoom, MAX_ZOOM)}"
            )
        keep = _FOREVER if request.query_params.get("v") == version else _A_WHILE
        tag = f'"{version}-{zoom}-{x}-{y}"'
        headers = {"Cache-Control": keep, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        found = archive().find(zoom, x, y)
        if found is None:
            return Response(status_code=204, headers=headers)
        return Response(found, media_type=_MVT, headers={**headers, "Content-Encoding": "gzip"})


def _add_styles(router: APIRouter, service: Service, archive: Callable[[], TileArchive], version: str) -> None:
    meta = service.town.meta
    attribution = "; ".join((*meta.attribution, *((meta.notice,) if meta.fictional and meta.notice else ())))

    def address(request: Request) -> str:
        return f"{str(request.base_url).rstrip('/')}/tiles/{{z}}/{{x}}/{{y}}.mvt?v={version}"

    @router.get(
        "/map/tilejson.json",
        summary="What the tiles cover",
        operation_id="tilejson",
        responses={200: _OBJECT | {"description": "TileJSON 3.0"}, **problem_answers(PROBLEMS)},
    )
    def tilejson(request: Request) -> Response:
        """Describe the tiles as TileJSON: address, zooms, bounds, layers, whom to credit."""
        names = (
            "landuse",
            "water",
            "waterways",
            "buildings",
            "lines",
            "roads",
            "boundaries",
            "places",
            "addresses",
            "markers",
        )
        content: dict[str, Any] = {
            "tilejson": "3.0.0", "name": meta.name, "tiles": [address(request)], "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM,
            "bounds": list(archive().bounds), "attribution": attribution, "vector_layers": [{"id": name, "fields": {}} for name in names],
        }  # fmt: skip
        return JSONResponse(content, headers={"Cache-Control": _A_WHILE})

    @router.get(
        "/map/style/{theme}.json",
        summary="A style of the base map",
        operation_id="map_style",
        responses={200: _OBJECT | {"description": "MapLibre style, version 8"}, **problem_answers(PROBLEMS)},
    )
    def style(theme: Literal["light", "dark", "contrast"], request: Request) -> Response:
        """Give a MapLibre style that needs no font file, no sprite and no other server."""
        content = map_style(
            theme, tiles=address(request), attribution=attribution, bounds=archive().bounds, name=meta.name
        )
        return JSONResponse(content, headers={"Cache-Control": _A_WHILE})
