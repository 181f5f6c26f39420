"""What stands before every request: size limits, and headers that keep browsers from doing harm."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_dispatch.api.errors import problem_response
from geo_dispatch.api.problems import problem_of, problem_of_status

__all__ = ["BodyGuard", "FaultGuard", "SecurityHeaders"]

_log = logging.getLogger(__name__)

_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class SecurityHeaders:
    """Give every answer headers against sniffing, framing and leaking; answers under /v1 are never kept by caches.

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
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


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
