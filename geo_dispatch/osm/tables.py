"""The data files beside this module, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["load_table"]


@cache
def load_table(name: str) -> dict[str, Any]:
    """Read one of the YAML files of this package.

    Parameters
    ----------
    name
        File name without suffix, as ``"speeds"``.

    Returns
    -------
    dict
        What the file holds; shared, so never to be changed.

    Examples
    --------
    >>> load_table("speeds")["zones"]["RO:urban"]
    50
    """
    text = resources.files("geo_dispatch.osm").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    # the C loader reads alike, ten times as fast, where libyaml is there
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded
