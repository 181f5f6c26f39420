"""What no page may do: ask another server, log an error, break the policy."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

_OWN = frozenset({"data", "blob", "about"})


class Watch:
    """Listens to a browser context."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.external: list[str] = []
        self.requests: list[tuple[str, str]] = []
        """Method and path of every request to the server, in order."""
        self.faults: list[str] = []
        self._host = urlsplit(base_url).netloc
        self._allowed: list[re.Pattern[str]] = []
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def allow(self, pattern: str) -> None:
        """Expect errors that match: a test that asks for a 404 sees one in the console."""
        self._allowed.append(re.compile(pattern))

    def check(self) -> None:
        """Fail for every request elsewhere, and for every fault that was not expected."""
        assert self.external == [], "the page asked another server"
        unexpected = [text for text in self.faults if not any(found.search(text) for found in self._allowed)]
        assert unexpected == [], "errors in the browser's console"

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in _OWN:
            return
        if parts.netloc != self._host:
            self.external.append(request.url)
        else:
            self.requests.append((request.method, parts.path))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{message.text} [{message.location.get('url', '')}]")

    def _failed(self, error: WebError) -> None:
        self.faults.append(str(error.error))
