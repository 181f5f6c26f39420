"""What stands before every request: size limits, names of this server, and headers that keep browsers from doing harm."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_dispatch.api.errors import problem_response
from geo_dispatch.api.problems import problem_of, problem_of_status

__all__ = ["BodyGuard", "FaultGuard", "HostGuard", "OriginGuard", "SecurityHeaders"]

_log = logging.getLogger(__name__)

_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_ONLY_HTTPS = "max-age=31536000"
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class SecurityHeaders:
    """Give every answer headers against sniffing, framing and leaking; answers under /v1 are never kept by caches.

    Over https, browsers are told to come back by https only.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("strict-transport-security", _ONLY_HTTPS)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HostGuard:
    """Refuse requests for a server of another name (421): a page elsewhere may have its name point here (DNS rebinding).

    An address in numbers is always let in: whoever asks for it was not led here by a name.

    Parameters
    ----------
    app
        What answers.
    names
        Names this server has, in lower case; ``*`` lets every name in.
    """

    def __init__(self, app: ASGIApp, *, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, and hand it on."""
        if scope["type"] != "http" or "*" in self._names or self._knows(host_of(Headers(scope=scope).get("host", ""))):
            await self._app(scope, receive, send)
            return
        detail = (
            "The Host header names no server here: ask by its address or its own name, or add the name to "
            "GEO_DISPATCH_TRUSTED_HOSTS."
        )
        response = problem_response(problem_of_status(421, detail), instance=scope["path"])
        await response(scope, receive, send)

    def _knows(self, name: str) -> bool:
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def host_of(netloc: str) -> str:
    """Return the name in a Host header, without port, in lower case.

    Parameters
    ----------
    netloc
        The header's value.

    Returns
    -------
    str
        Brackets of an IPv6 address are gone; empty for what is no host.

    Examples
    --------
    >>> host_of("Desk.Example:8000"), host_of("[::1]:8000")
    ('desk.example', '::1')
    """
    text = netloc.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].rstrip(".")


class OriginGuard:
    """Refuse what pages of other servers make a browser send that may change something (403).

    Browsers say where a request comes from, in ``Sec-Fetch-Site`` and ``Origin``; programs send neither and are let in.

    Parameters
    ----------
    app
        What answers.
    origins
        Pages of these may ask, as ``https://maps.example``.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, and hand it on."""
        if scope["type"] != "http" or scope["method"] not in _CHANGING or self._is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        detail = "The request comes from a page of another server: only pages of this one may send it."
        response = problem_response(problem_of_status(403, detail, slug="cross-site"), instance=scope["path"])
        await response(scope, receive, send)

    def _is_own(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is not None and origin in self._origins:
            return True
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return False
        return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


class FaultGuard:
    """Answer a fault of the program with a problem document, and log it once, with its traceback.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on."""
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            response = problem_response(problem_of(error), instance=scope["path"])
            await response(scope, receive, send)


class BodyGuard:
    """Refuse bodies that are too large (413) or not JSON (415), before anything reads them.

    Parameters
    ----------
    app
        What answers.
    max_body_bytes
        Largest body that is let in.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app = app
        self._max = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, and hand it on."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            await self._refuse(415, f"The body is {kind!r}: send application/json.", scope, receive, send)
            return
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max:
            await self._refuse(413, self._too_large, scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse(413, self._too_large, scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    @property
    def _too_large(self) -> str:
        return f"The body has more than {self._max} bytes: ask for less at once."

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the whole body; None when it is too large."""
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(chunks)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max:
                return None
            if not message.get("more_body", False):
                return b"".join(chunks)

    @staticmethod
    async def _refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem_response(problem_of_status(status, detail), instance=scope["path"])
        await response(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body already read, then goes on as before."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
