"""What a town file says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo_dispatch.schema import TOWN_TABLES
from geo_dispatch.service.answers import TownInfo
from geo_dispatch.town.town import Town

__all__ = ["town_info"]

_SOURCE = ("name", "location", "timestamp", "sha256", "licence", "attribution")


def town_info(town: Town, *, file: Path | None, index: str, engine: str, profiles: tuple[str, ...]) -> TownInfo:
    """Sum up a town file.

    Parameters
    ----------
    town
        The town.
    file
        Where it was read from.
    index
        State of the index beside it, in a word.
    engine
        Name of the search engine that routes.
    profiles
        Names of the vehicle profiles.

    Returns
    -------
    TownInfo
        Name, counts, provenance and the build's warnings.
    """
    meta = town.meta
    return TownInfo(
        name=meta.name,
        state=meta.state,
        file=None if file is None else str(file),
        size_bytes=file.stat().st_size if file is not None and file.is_file() else None,
        fictional=meta.fictional,
        notice=meta.notice,
        format_version=meta.format_version,
        crs=f"EPSG:{meta.epsg}",
        built_at=meta.built_at,
        program_version=meta.program_version,
        extent=town.extent if town.network.segment_count else None,
        counts=_counts(town),
        provenance=_provenance(town),
        attribution=meta.attribution,
        options=meta.options,
        report=meta.report,
        warnings=tuple(str(text) for text in meta.report.get("warnings", ())),
        index=index,
        engine=engine,
        profiles=profiles,
    )


def _counts(town: Town) -> dict[str, int]:
    network = town.network
    counts = {"nodes": network.node_count, "road_segments": network.segment_count, "edges": network.arc_count}
    for name in TOWN_TABLES:
        if name not in ("nodes", "edges", "meta", "provenance") and not name.startswith("basemap_"):
            counts[name] = len(town.table(name))
    return counts


def _provenance(town: Town) -> list[dict[str, Any]]:
    table = town.table("provenance")
    return [
        {**{column: table.text(column)[row] for column in _SOURCE}, "counts": table.json("counts", row) or {}}
        for row in range(len(table))
    ]
