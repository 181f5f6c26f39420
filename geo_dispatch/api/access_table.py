"""The one table of routes: what each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from geo_dispatch.data_tables import load_table

__all__ = ["capability_of", "limit_of"]

_STRICTEST = "accounts.manage"
"""What a route needs that nobody wrote down."""


@cache
def _table() -> Mapping[str, str]:
    return dict(load_table("geo_dispatch.api", "access")["routes"])


def capability_of(method: str, path: str, *, described: bool) -> str:
    """Return what a route needs.

    Parameters
    ----------
    method, path
        Of the route, with the names of its parameters.
    described
        Whether the API's description has it: pages and their like it has not.

    Returns
    -------
    str
        The strictest for a route that nobody wrote down.

    Examples
    --------
    >>> capability_of("POST", "/v1/recommend", described=True), capability_of("GET", "/v1/nothing", described=True)
    ('recommend', 'accounts.manage')
    """
    if not described and not path.startswith("/v1"):
        return "ask"
    return _table().get(f"{method} {path}", _STRICTEST)


@cache
def _limited() -> Mapping[str, str]:
    table = load_table("geo_dispatch.api", "access")
    return {route: name for name in ("questions", "sign_ins") for route in table["limited"][name]}


def limit_of(method: str, path: str) -> str | None:
    """Return which limit of numbers a route is under: ``questions``, ``sign_ins`` or none.

    Parameters
    ----------
    method, path
        Of the route, with the names of its parameters.

    Returns
    -------
    str or None
        None for a route that may be asked without end.

    Examples
    --------
    >>> limit_of("POST", "/v1/desk"), limit_of("GET", "/v1/units")
    ('questions', None)
    """
    return _limited().get(f"{method} {path}")
