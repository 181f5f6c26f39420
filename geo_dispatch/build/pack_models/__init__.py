"""What each file of a town pack may hold: one model for each, and its JSON Schema.

The keys are the columns of the town file's tables; ``docs/town-pack.md`` describes them for those who write packs.
Values arrive as text, as written in YAML or CSV, and get their type here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geo_dispatch.build.pack_models.dispatch import Hazard, Neighbour, RunCard, Station, Unit
from geo_dispatch.build.pack_models.gazetteer import Alias, Exit, LandmarkRule, MileMarker, Place
from geo_dispatch.build.pack_models.knowledge import Calendar, Event, Jurisdiction, NoteRow, Service
from geo_dispatch.build.pack_models.rows import PackMeta, PackRow

__all__ = [
    "PACK_ROWS",
    "Calendar",
    "Event",
    "Neighbour",
    "PackMeta",
    "PackRow",
    "Place",
    "RunCard",
    "Service",
    "Station",
    "Unit",
    "pack_json_schemas",
    "write_pack_schemas",
]

PACK_ROWS: dict[str, type[PackRow]] = {
    model.table: model
    for model in (
        Station,
        Unit,
        RunCard,
        Alias,
        Hazard,
        Service,
        NoteRow,
        Jurisdiction,
        Event,
        Neighbour,
        Place,
        LandmarkRule,
        Exit,
        MileMarker,
    )
}
"""Table name, which is also the file name, to the model of its rows."""


def pack_json_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each file of a pack by file name, ``stations.schema.json`` ...

    Examples
    --------
    >>> pack_json_schemas()["stations.schema.json"]["type"]
    'array'
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    schemas: dict[str, dict[str, Any]] = {"pack.schema.json": {"$schema": dialect, **PackMeta.model_json_schema()}}
    models: dict[str, type[PackRow]] = {**PACK_ROWS, Calendar.table: Calendar}
    for table, model in models.items():
        row = model.model_json_schema()
        definitions = row.pop("$defs", {})
        schema: dict[str, Any] = {"$schema": dialect, "title": table, "type": "array", "items": row}
        schemas[f"{table}.schema.json"] = {**schema, **({"$defs": definitions} if definitions else {})}
    return schemas


def write_pack_schemas(folder: Path) -> None:
    """Write `pack_json_schemas` as files, for editors that complete and check YAML by them.

    Parameters
    ----------
    folder
        Where to; made when absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in pack_json_schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
