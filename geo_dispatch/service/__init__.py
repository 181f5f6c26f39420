"""Use cases over one immutable town: what the command line and HTTP both answer with."""

from geo_dispatch.service.answers import (
    MatrixAnswer,
    PlaceFeature,
    PlacesAnswer,
    RouteAnswer,
    RoutePlan,
    StationRoute,
    TownInfo,
    Whereabouts,
)
from geo_dispatch.service.document import document, document_with_lines
from geo_dispatch.service.service import Service

__all__ = [
    "MatrixAnswer",
    "PlaceFeature",
    "PlacesAnswer",
    "RouteAnswer",
    "RoutePlan",
    "Service",
    "StationRoute",
    "TownInfo",
    "Whereabouts",
    "document",
    "document_with_lines",
]
