"""Asking servers of others: the settings, how failures are told apart, and how they are retried.

Nothing here knows Nominatim or Overpass; both clients ask through `ask_with_retries`, so that one
politeness rule holds for both: one request at a time, wait as long as the server says, give up in
bounded time with one clear line.
"""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import requests

from geo_dispatch import __version__
from geo_dispatch.errors import InputError
from geo_dispatch.progress import Progress

__all__ = [
    "NOMINATIM_URL",
    "OVERPASS_URLS",
    "OnlineSettings",
    "RequestFailure",
    "ask_with_retries",
    "pause",
    "retry_after_s",
]

NOMINATIM_URL = "https://nominatim.openstreetmap.org"
"""The OpenStreetMap Foundation's Nominatim; https://operations.osmfoundation.org/policies/nominatim/ (2024)."""
OVERPASS_URLS = ("https://overpass-api.de/api", "https://overpass.private.coffee/api")
"""Public instances named on https://wiki.openstreetmap.org/wiki/Overpass_API (2024), tried in this order."""

BUSY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same request may succeed later."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OnlineSettings:
    """How to ask the servers that have OpenStreetMap data.

    Parameters
    ----------
    nominatim_url
        Base address of the geocoder, without ``/search``.
    overpass_urls
        Base addresses of Overpass servers, with or without ``/interpreter``; tried in turn.
    contact
        E-mail or web address of whoever runs this, added to the user agent; None = no contact.
    referer
        Value of the Referer header; None = the user agent's text.
    timeout_s
        Longest time a server may work on one request.
    retries
        How often a failed request is sent again to one server.
    backoff_s
        First wait before a retry; doubled with each further one.
    max_wait_s
        Longest single wait; a server that asks for more is given up.
    pause_s
        Wait between two requests to an Overpass server.
    max_tile_km2
        Largest area asked for at once; larger ones are cut up.
    max_area_km2
        Largest area downloaded at all; beyond it an extract is the right source.
    refresh
        Download again what the cache holds.

    Examples
    --------
    >>> OnlineSettings(overpass_urls=("http://localhost/api/interpreter",)).overpass_bases
    ('http://localhost/api',)
    """

    nominatim_url: str = NOMINATIM_URL
    overpass_urls: tuple[str, ...] = OVERPASS_URLS
    contact: str | None = None
    referer: str | None = None
    timeout_s: float = 180.0
    retries: int = 3
    backoff_s: float = 5.0
    max_wait_s: float = 120.0
    pause_s: float = 1.0
    max_tile_km2: float = 200.0
    max_area_km2: float = 20_000.0
    refresh: bool = False

    def __post_init__(self) -> None:
        if not self.overpass_urls:
            raise InputError("no Overpass server is named: give at least one address")
        for url in (self.nominatim_url, *self.overpass_urls):
            if not re.match(r"https?://[^/\s]+", url):
                raise InputError(f"{url!r} is not the address of a server: give one like {OVERPASS_URLS[0]}")
        for name, text in (("contact", self.contact), ("referer", self.referer)):
            if text is not None and not re.fullmatch(r"[ -~]+", text):
                raise InputError(f"{name} is {text!r}: give plain ASCII text on one line, as in gis@example.org")
        for name in ("timeout_s", "max_tile_km2", "max_area_km2"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} is {getattr(self, name)}: give a number above 0")
        for name in ("retries", "backoff_s", "max_wait_s", "pause_s"):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name} is {getattr(self, name)}: give 0 or more")

    @property
    def user_agent(self) -> str:
        """Return the User-Agent header: project, version and, where given, contact."""
        product = f"geo-dispatch/{__version__}"
        return f"{product} ({self.contact})" if self.contact else product

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that tell a server who is asking."""
        return {"User-Agent": self.user_agent, "Referer": self.referer or self.user_agent, "Accept-Language": "en"}

    @property
    def overpass_bases(self) -> tuple[str, ...]:
        """Return the Overpass addresses up to, and without, ``/interpreter``."""
        return tuple(url.rstrip("/").removesuffix("/interpreter") for url in self.overpass_urls)


class RequestFailure(Exception):  # noqa: N818 - not an error of ours until nothing is left to try
    """One request that failed, and what that means for the next.

    ``retry`` tells whether the same request may succeed later, ``wait_s`` how long the server asks to
    wait, ``answer`` whether an answer came but is unusable (cut off, or with the server's own error in it).
    """

    def __init__(self, reason: str, *, retry: bool, wait_s: float | None = None, answer: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.wait_s = wait_s
        self.answer = answer

    @classmethod
    def from_status(cls, response: requests.Response) -> RequestFailure:
        """Explain an answer whose HTTP status is not a success."""
        status = response.status_code
        reason = f"answered {status} {response.reason or ''}".strip()
        return cls(reason, retry=status in BUSY_STATUSES, wait_s=retry_after_s(response.headers.get("Retry-After")))

    @classmethod
    def from_exception(cls, error: requests.RequestException, *, timeout_s: float) -> RequestFailure:
        """Explain a request that got no whole answer."""
        if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
            return cls("the answer was cut off", retry=True, answer=True)
        if isinstance(error, requests.exceptions.SSLError):
            return cls("its TLS certificate can't be verified", retry=False)
        if isinstance(error, requests.exceptions.ProxyError):
            return cls("the proxy can't be used", retry=False)
        if isinstance(error, requests.exceptions.Timeout):
            return cls(f"no answer within {timeout_s:g} s", retry=True)
        return cls(_connection_reason(error), retry=isinstance(error, requests.exceptions.ConnectionError))


def _connection_reason(error: BaseException) -> str:
    """Say in a few words why there was no connection, from the innermost cause."""
    text = repr(error)
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno == errno.ECONNREFUSED:
            return "connection refused"
        seen = seen.__cause__ or seen.__context__
    if "NameResolution" in text or "getaddrinfo" in text:
        return "its name can't be resolved (is this machine online?)"
    if "Connection refused" in text:
        return "connection refused"
    return "the connection failed"


def retry_after_s(value: str | None, *, now: datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110 section 10.2.3).

    Parameters
    ----------
    value
        The header as received; None when there was none.
    now
        Time to count a date from; the present when None.

    Returns
    -------
    float or None
        Seconds to wait, 0 or more; None when the header is absent or unreadable.

    Examples
    --------
    >>> retry_after_s("30"), retry_after_s("soon")
    (30.0, None)
    >>> retry_after_s("Thu, 01 Jan 2026 00:00:20 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    20.0
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def pause(wait_s: float) -> None:
    """Sleep for `wait_s` seconds; Ctrl-C interrupts it."""
    if wait_s > 0:
        time.sleep(wait_s)


def ask_with_retries(
    ask: Callable[[], T], *, server: str, settings: OnlineSettings, progress: Progress, answer_tries: int | None = None
) -> T:
    """Call `ask` until it succeeds, waiting as the server asks or twice as long each time.

    Parameters
    ----------
    ask
        Sends one request; raises RequestFailure.
    server
        Name of the server, for the notes.
    settings
        How often and how long.
    progress
        Told about each wait.
    answer_tries
        Give up after this many unusable answers; None = only `settings.retries` counts.

    Returns
    -------
    T
        What `ask` returned.

    Raises
    ------
    RequestFailure
        The last failure, with the number of tries in its reason.
    """
    answers = 0
    for attempt in range(settings.retries + 1):
        try:
            return ask()
        except RequestFailure as failure:
            answers += failure.answer
            wait_s = settings.backoff_s * 2**attempt if failure.wait_s is None else failure.wait_s
            last = attempt == settings.retries or (answer_tries is not None and answers >= answer_tries)
            reason = failure.reason if attempt == 0 else f"{failure.reason} ({attempt + 1} tries)"
            if failure.wait_s is not None and wait_s > settings.max_wait_s:
                reason, last = f"{failure.reason}, and asks to wait {wait_s:.0f} s", True
            if last or not failure.retry:
                raise RequestFailure(reason, retry=False, answer=failure.answer) from failure
            wait_s = min(wait_s, settings.max_wait_s)
            progress.note(
                f"{server}: {failure.reason}; trying again in {wait_s:.0f} s ({attempt + 1} of {settings.retries})"
            )
            pause(wait_s)
    raise RequestFailure("was not asked", retry=False)  # unreachable: the last attempt returns or raises
