"""Download raw OpenStreetMap data from Overpass servers, piece by piece, each kept when complete.

A piece that a server can't manage (its own time or memory ran out, or the answer was cut off twice)
is cut in four. What is complete stays in the cache, so that the next run goes on where this one ended.

References
----------
Overpass API commons and status, https://dev.overpass-api.de/overpass-doc/en/preface/commons.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from types import TracebackType
from urllib.parse import urlsplit

import requests
from shapely.geometry.base import BaseGeometry

from geo_dispatch.errors import RemoteUnavailableError
from geo_dispatch.osm.download_cache import CachedAnswer, DownloadCache
from geo_dispatch.osm.overpass_answer import AnswerCheck
from geo_dispatch.osm.overpass_query import Box, boundaries_query, cut_into_boxes, quartered, tile_query
from geo_dispatch.osm.remote import OnlineSettings, RequestFailure, ask_with_retries, pause
from geo_dispatch.progress import NO_PROGRESS, Progress

__all__ = ["OverpassClient", "slot_wait_s"]

_SUFFIX = ".osm"
_SPLIT_MARK = ".split"
_MAX_SPLITS = 4
_ANSWER_TRIES = 2
_CHUNK_BYTES = 1 << 16
_TAIL_BYTES = 4096
_CONNECT_S = 30.0
_STATUS_S = 15.0
_GRACE_S = 30.0


def slot_wait_s(status: str) -> float:
    r"""Read an Overpass server's status page: how long until it takes a request from us.

    Parameters
    ----------
    status
        Text of ``/api/status``.

    Returns
    -------
    float
        Seconds; 0 when a slot is free, there is no limit, or the text says nothing of it.

    Examples
    --------
    >>> slot_wait_s("Rate limit: 2\n1 slots available now.\n")
    0.0
    >>> slot_wait_s("Rate limit: 1\nSlot available after: 2026-01-01T00:00:09Z, in 7 seconds.\n")
    7.0
    """
    if re.search(r"^Rate limit: 0\s*$|^[1-9]\d* slots? available now", status, re.MULTILINE):
        return 0.0
    waits = [float(found) for found in re.findall(r"Slot available after:[^\n]*?in (-?\d+) seconds", status)]
    return max(0.0, min(waits)) if waits else 0.0


class OverpassClient:
    """Asks Overpass servers, one request at a time; use it in a ``with`` statement.

    Parameters
    ----------
    cache
        Where complete answers are kept.
    settings
        Which servers, and how patiently.
    progress
        Told about stages, waits and what the cache had.
    """

    def __init__(self, cache: DownloadCache, *, settings: OnlineSettings, progress: Progress = NO_PROGRESS) -> None:
        self._cache = cache
        self._settings = settings
        self._progress = progress
        self._session = requests.Session()
        self._session.headers.update(settings.headers)
        self._bases = list(settings.overpass_bases)
        self._asked = False

    def __enter__(self) -> OverpassClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def fetch_area(self, area: BaseGeometry) -> list[CachedAnswer]:
        """Get all OSM data of an area: its administrative areas first, then its boxes.

        Parameters
        ----------
        area
            EPSG:4326, margin included.

        Returns
        -------
        list[CachedAnswer]
            Complete OSM XML documents; objects on a box's edge are in several of them.

        Raises
        ------
        RemoteUnavailableError
            If no server gave what was asked; complete pieces stay in the cache.
        OutputError
            If the cache can't be written.
        """
        boxes = cut_into_boxes(area, max_km2=self._settings.max_tile_km2)
        self._progress.stage("Downloading OpenStreetMap data", total=len(boxes) + 1)
        answers = [self._get(boundaries_query(area, timeout_s=self._settings.timeout_s), what="the boundaries")]
        self._progress.advance()
        for number, box in enumerate(boxes, start=1):
            answers.extend(self._tile(box, area, what=f"piece {number} of {len(boxes)}", splits=0))
            self._progress.advance()
        self._tell_cache_age(answers)
        return answers

    def _tile(self, box: Box, area: BaseGeometry, *, what: str, splits: int) -> Iterator[CachedAnswer]:
        """Get one box, in four parts when it is too much for the servers."""
        query = tile_query(box, timeout_s=self._settings.timeout_s)
        if not self._cache.is_marked(query, _SPLIT_MARK):
            try:
                yield self._get(query, what=what, may_split=splits < _MAX_SPLITS)
                return
            except _TooMuchError as failure:
                self._progress.note(f"{what}: {failure}; asking for it in four parts")
                self._cache.mark(query, _SPLIT_MARK)
        for number, quarter in enumerate(quartered(box, area), start=1):
            yield from self._tile(quarter, area, what=f"{what}, part {number}", splits=splits + 1)

    def _get(self, query: str, *, what: str, may_split: bool = False) -> CachedAnswer:
        """Return the cached answer, or ask each server in turn, the one that last answered first."""
        cached = self._cache.find(query, _SUFFIX)
        if cached is not None:
            return cached
        failures: list[str] = []
        too_much = False
        for base in tuple(self._bases):
            try:
                answer = ask_with_retries(
                    partial(self._ask, base, query),
                    server=_server(base),
                    settings=self._settings,
                    progress=self._progress,
                    answer_tries=_ANSWER_TRIES if len(self._bases) == 1 else 1,
                )
            except RequestFailure as failure:
                failures.append(f"{base} {failure.reason}")
                too_much = too_much or failure.answer
            else:
                self._bases.remove(base)
                self._bases.insert(0, base)
                return answer
        if too_much and may_split:
            raise _TooMuchError("; ".join(failures))
        raise RemoteUnavailableError(
            f"OpenStreetMap data ({what}) can't be downloaded: {'; '.join(failures)}: "
            "try again later (complete pieces are kept), or build from a file with --osm FILE"
        )

    def _ask(self, base: str, query: str) -> CachedAnswer:
        """Send one request when the server has a slot for it, and keep the answer when it is whole."""
        if self._asked:
            pause(self._settings.pause_s)
        self._asked = True
        self._wait_for_slot(base)
        timeout = (min(_CONNECT_S, self._settings.timeout_s), self._settings.timeout_s + _GRACE_S)
        try:
            with self._session.post(
                f"{base}/interpreter", data={"data": query}, timeout=timeout, stream=True
            ) as response:
                if not response.ok:
                    raise RequestFailure.from_status(response)
                return self._store(response, base, query)
        except requests.RequestException as error:
            raise RequestFailure.from_exception(error, timeout_s=self._settings.timeout_s) from error

    def _store(self, response: requests.Response, base: str, query: str) -> CachedAnswer:
        with self._cache.writing(query, _SUFFIX) as stream:
            check = AnswerCheck()
            for chunk in _chunks(response, timeout_s=self._settings.timeout_s):
                check.feed(chunk)
                stream.write(chunk)
            check.finish()
            return self._cache.keep(
                stream, query, _SUFFIX, endpoint=base, osm_base=check.osm_base, counts=dict(check.counts)
            )

    def _wait_for_slot(self, base: str) -> None:
        """Wait until the server's status page has a slot for us; servers without that page are asked at once."""
        try:
            response = self._session.get(f"{base}/status", timeout=min(_STATUS_S, self._settings.timeout_s))
        except requests.RequestException:
            return
        wait_s = slot_wait_s(response.text) if response.ok else 0.0
        if wait_s > self._settings.max_wait_s:
            raise RequestFailure(f"has no slot for {wait_s:.0f} s", retry=False)
        if wait_s > 0:
            self._progress.note(f"{_server(base)}: no free slot; waiting {wait_s:.0f} s")
            pause(wait_s)

    def _tell_cache_age(self, answers: list[CachedAnswer]) -> None:
        reused = [answer.age_s for answer in answers if answer.from_cache]
        if reused:
            self._progress.note(
                f"{len(reused)} of {len(answers)} downloads were already there, the oldest from "
                f"{_age(max(reused))} ago; --refresh downloads them again"
            )


class _TooMuchError(Exception):
    """A piece the servers can't answer as a whole."""


def _server(base: str) -> str:
    return urlsplit(base).netloc


def _chunks(response: requests.Response, *, timeout_s: float) -> Iterator[bytes]:
    """Read a body; failures of the connection become ours, so that only the disk raises OSError here."""
    try:
        yield from response.iter_content(_CHUNK_BYTES)
    except requests.RequestException as error:
        raise RequestFailure.from_exception(error, timeout_s=timeout_s) from error


def _age(age_s: float) -> str:
    for unit_s, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if age_s >= unit_s:
            count = int(age_s // unit_s)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
