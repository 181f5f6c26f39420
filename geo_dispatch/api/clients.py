"""Where a request comes from: its address, whether a program of this machine sent it, and the name of its session's cookie."""

from __future__ import annotations

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.types import Scope

from geo_dispatch.api.guards import host_of

__all__ = ["client_address", "cookie_name", "is_own_program"]

_HOP_HEADERS = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "x-original-host")


def client_address(scope: Scope) -> str:
    """Return the address a request comes from, as the nearest trusted proxy tells it; empty for none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_loopback or (mapped is not None and mapped.is_loopback)


def is_own_program(scope: Scope) -> bool:
    """Tell whether a request comes straight from a program of this machine that is no browser.

    Parameters
    ----------
    scope
        The request.

    Returns
    -------
    bool
        False for what came through a proxy, and for whatever a browser sends.

    Notes
    -----
    A proxy on this machine that adds no header, keeps HTTP/1.1 and names 127.0.0.1 as the host can't be told from a program: whoever runs one sets
    GEO_DISPATCH_SIGN_IN=on.
    """
    headers = Headers(scope=scope)
    if not _is_loopback(client_address(scope)) or scope.get("http_version") == "1.0":
        return False
    host = host_of(headers.get("host", ""))
    if not (host == "localhost" or _is_loopback(host)):
        return False
    for name in headers:
        if name in ("origin", "referer", "cookie") or name in _HOP_HEADERS:
            return False
        if name.startswith(("sec-", "x-forwarded", "x-envoy", "x-amz", "x-appengine")):
            return False
    return not headers.get("user-agent", "").startswith("Mozilla/")


def cookie_name(scope: Scope) -> str:
    """Return the name of the session's cookie: with the port, since browsers keep one cookie for all ports of an address.

    Parameters
    ----------
    scope
        The request.

    Returns
    -------
    str
        Over https one that only this very host can set.
    """
    port = re.sub(r"\D", "", Headers(scope=scope).get("host", "").rpartition("]")[2].rpartition(":")[2])
    name = f"geo-dispatch-{port or 'session'}"
    return f"__Host-{name}" if scope.get("scheme") == "https" else name
