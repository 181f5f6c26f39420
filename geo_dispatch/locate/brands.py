"""What people call chains of shops, and the names that these have on file."""

from __future__ import annotations

from functools import lru_cache

from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables import read_table

__all__ = ["list_brand_names"]


@lru_cache(maxsize=1)
def _names_by_call() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, calls in read_table("brands.yaml").items():
        key = street_key(str(name))
        for call in calls:
            called = street_key(str(call))
            if called != key:
                found.setdefault(called, []).append(key)
    return {called: tuple(dict.fromkeys(keys)) for called, keys in found.items()}


def list_brand_names(text: str) -> tuple[str, ...]:
    """Return the canonical names of the chains that people call so; none for most words.

    Parameters
    ----------
    text
        Canonical words.

    Examples
    --------
    >>> list_brand_names(street_key("the Cumby's")), list_brand_names("drift road")
    (('cumberland farms',), ())
    """
    return _names_by_call().get(text, ())
