"""Field maps: which column of a local layer holds what, and how its values read in our words.

A field map is a YAML file; ``docs/ng911.md`` describes every key. Without one, the column names of NENA-STA-006
(the NG9-1-1 GIS data model, with CLDXF-US street-name parts) are taken for granted.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geo_dispatch.errors import FieldMapError
from geo_dispatch.yaml_lines import LinedDocument, ValueAt, did_you_mean, read_lined_yaml

__all__ = ["AddressMap", "FieldMap", "FieldSpec", "Noding", "Replacement", "RoadMap", "load_field_map"]

_NENA_MAP = Path(__file__).with_name("nena_fields.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replacement(_Strict):
    r"""A regular expression (case does not matter) and what a match becomes; ``\1`` is its first group."""

    match: str
    gives: str

    @field_validator("match")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as failure:
            raise ValueError(f"{value!r} is not a regular expression ({failure})") from None
        return value


class FieldSpec(_Strict):
    """Where one of our fields comes from.

    A plain column name, a list of columns to join with spaces, or a mapping. The steps are taken in this order:
    `columns` joined (or `value`, a constant), `replace`, `extract` (no match gives nothing), `values`, `default`.
    With `first_of`, the first of several that gives something counts.
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    replace: tuple[Replacement, ...] = ()
    extract: tuple[Replacement, ...] = ()
    values: dict[str, str | None] | None = None
    default: str | None = None
    first_of: tuple[FieldSpec, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"columns": [data]}
        if isinstance(data, list):
            return {"columns": data}
        if isinstance(data, dict) and "column" in data:
            if "columns" in data:
                raise ValueError("give column or columns, not both")
            return {**{k: v for k, v in data.items() if k != "column"}, "columns": [data["column"]]}
        return data

    @model_validator(mode="after")
    def _one_origin(self) -> FieldSpec:
        if sum((bool(self.columns), self.value is not None, bool(self.first_of))) != 1:
            raise ValueError("give exactly one of column, columns, value, first_of")
        return self

    def all_columns(self) -> tuple[str, ...]:
        """Return every column it reads."""
        return (*self.columns, *(name for spec in self.first_of for name in spec.all_columns()))


class Noding(_Strict):
    """How lines without node ids become a network."""

    tolerance_m: float = Field(default=0.5, ge=0, le=5)
    shared_vertices: bool = False
    crossings: bool = False
    limited_access: tuple[str, ...] = ("motorway", "motorway_link")


class _Layer(_Strict):
    """What both layers have."""

    layer: str | None = None
    licence: str | None = None
    attribution: str | None = None
    date: str | None = None


_ROAD_FIELDS = (
    *(
        "id",
        "name",
        "ref",
        "highway",
        "service",
        "junction",
        "oneway",
        "speed",
        "lanes",
        "bridge",
        "bridge_name",
        "tunnel",
    ),
    *("layer", "level_from", "level_to", "access", "emergency", "hgv", "maxweight_t", "maxheight_m", "maxwidth_m"),
    *("surface", "toll", "municipality_left", "municipality_right", "postcode_left", "postcode_right"),
    *("left_from", "left_to", "left_parity", "right_from", "right_to", "right_parity"),
)
_ADDRESS_FIELDS = (
    *(
        "id",
        "lon",
        "lat",
        "number",
        "number_suffix",
        "unit",
        "street",
        "place_name",
        "postcode",
        "city",
        "municipality",
    ),
    *("state", "site_type", "esn", "category"),
)


_REQUIRED = {"roads": ("name",), "addresses": ("number", "street")}


def _known_fields(fields: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    for name in fields:
        if name not in known:
            raise ValueError(f"unknown field {name!r}{did_you_mean(name, known)}; the fields are {', '.join(known)}")
    return fields


class RoadMap(_Layer):
    """The `roads` part of a field map."""

    fields: dict[str, FieldSpec]
    alt_names: tuple[FieldSpec, ...] = ()
    speed_unit: Literal["mph", "km/h"] = "mph"
    noding: Noding = Noding()

    @field_validator("fields", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "name" not in value:
            raise ValueError("fields must at least map name, the street name")
        return _known_fields(value, _ROAD_FIELDS)


class AddressMap(_Layer):
    """The `addresses` part of a field map."""

    fields: dict[str, FieldSpec]
    aliases: tuple[FieldSpec, ...] = ()
    alias_separator: str = ";"
    alias_drop: tuple[str, ...] = ()

    @field_validator("fields", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not {"number", "street"} <= set(value):
            raise ValueError("fields must at least map number and street")
        return _known_fields(value, _ADDRESS_FIELDS)

    @field_validator("alias_drop")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(Replacement(match=text, gives="").match for text in value)


class _Document(_Strict):
    name: str
    licence: str = "not stated"
    attribution: str = ""
    date: str | None = None
    state: str | None = None
    crs: str | None = None
    columns_may_be_missing: bool = False
    roads: RoadMap | None = None
    addresses: AddressMap | None = None


class FieldMap:
    """A checked field map, which still knows the lines of its file.

    Parameters
    ----------
    document
        The YAML as read.
    content
        The same, checked.
    """

    __slots__ = ("_document", "content")

    def __init__(self, document: LinedDocument, content: _Document) -> None:
        self._document = document
        self.content = content

    def section(self, which: Literal["roads", "addresses"]) -> RoadMap | AddressMap:
        """Return one part of the map.

        Raises
        ------
        FieldMapError
            If the map lacks it.
        """
        found: RoadMap | AddressMap | None = getattr(self.content, which)
        if found is None:
            raise FieldMapError(f"{self._document.name}: has no '{which}' part, but --{which} was given: add one")
        return found

    def error(self, at: ValueAt, text: str) -> FieldMapError:
        """Make an error that begins with file and line of a value."""
        return FieldMapError(f"{self._document.name}:{self._document.line(at)}: {text}")

    def bind(self, which: Literal["roads", "addresses"], present: list[str], file_name: str) -> dict[str, str | None]:
        """Find each column of the map in a layer, whatever its case.

        Parameters
        ----------
        which
            Part of the map.
        present
            The layer's columns.
        file_name
            What messages call the layer.

        Returns
        -------
        dict
            Column in the map to column in the layer; None where the map says that columns may be missing.

        Raises
        ------
        FieldMapError
            If a column is not there, or none of those a required field could come from: names them and those that are.
        """
        folded = {name.casefold(): name for name in present}
        bound: dict[str, str | None] = {}
        for at, spec in _specs(self.section(which)):
            for column in spec.all_columns():
                actual = column if column in present else folded.get(column.casefold())
                if actual is None and not self.content.columns_may_be_missing:
                    raise self.error(
                        (which, *at),
                        f"column {column!r} is not in {file_name}{did_you_mean(column, present)}; it has {', '.join(present)}",
                    )
                bound[column] = actual
        for name in _REQUIRED[which]:
            columns = self.section(which).fields[name].all_columns()
            if columns and all(bound[column] is None for column in columns):
                raise FieldMapError(
                    f"{file_name}: has none of the columns {', '.join(columns)} for the {name} of {which}: "
                    f"give a field map with --fields; it has {', '.join(present)}"
                )
        return bound


def _specs(section: RoadMap | AddressMap) -> list[tuple[ValueAt, FieldSpec]]:
    result: list[tuple[ValueAt, FieldSpec]] = [(("fields", name), spec) for name, spec in section.fields.items()]
    if isinstance(section, RoadMap):
        result += [(("alt_names", index), spec) for index, spec in enumerate(section.alt_names)]
    else:
        result += [(("aliases", index), spec) for index, spec in enumerate(section.aliases)]
    return result


def load_field_map(path: Path | None) -> FieldMap:
    """Read and check a field map.

    Parameters
    ----------
    path
        The YAML file; None takes the column names of NENA-STA-006.

    Returns
    -------
    FieldMap
        The checked map.

    Raises
    ------
    FieldMapError
        If it is missing, malformed, or has an unknown key: one line with file and line number.

    Examples
    --------
    >>> load_field_map(None).section("roads").fields["oneway"].columns
    ('OneWay',)
    """
    document = read_lined_yaml(path or _NENA_MAP, error=FieldMapError)
    if not isinstance(document.data, dict):
        raise FieldMapError(f"{document.name}: is not a field map: it must be a mapping with name, roads, addresses")
    try:
        content = _Document.model_validate(document.data)
    except ValidationError as failure:
        first = min(failure.errors(), key=lambda error: error["type"] == "missing")
        at: ValueAt = tuple(first["loc"])
        raise FieldMapError(f"{document.name}:{document.line(at)}: {_explain(first, at)}") from None
    return FieldMap(document, content)


def _explain(first: Any, at: ValueAt) -> str:
    where = ".".join(str(part) for part in at)
    if first["type"] == "extra_forbidden":
        known: dict[str, type[BaseModel]] = {"": _Document, "roads": RoadMap, "addresses": AddressMap, "noding": Noding}
        known |= {"replace": Replacement, "extract": Replacement}
        above = [part for part in at[:-1] if isinstance(part, str)]
        model = known.get(above[-1] if above else "", FieldSpec)
        names = [*model.model_fields, *(["column"] if model is FieldSpec else [])]
        return f"unknown key {where!r}{did_you_mean(str(at[-1]), names)}; the keys are {', '.join(names)}"
    if first["type"] == "missing":
        return f"key {where!r} is missing"
    text = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {text}"
