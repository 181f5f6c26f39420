"""Find the outline of a town by its name, through osmnx's Nominatim client.

osmnx keeps its settings in a module and retries a busy server forever; `osmnx_settings` lends it ours
for one request, with a response hook that turns a refusal into our own bounded retries.

References
----------
Nominatim usage policy, https://operations.osmfoundation.org/policies/nominatim/
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import requests

from geo_dispatch.errors import BoundaryError, PlaceNameError, RemoteUnavailableError
from geo_dispatch.osm.download_cache import CachedAnswer, DownloadCache
from geo_dispatch.osm.place_choice import OSM_ID, PlaceCandidate, choose_place, read_candidates
from geo_dispatch.osm.remote import OnlineSettings, RequestFailure, ask_with_retries
from geo_dispatch.progress import NO_PROGRESS, Progress

__all__ = ["find_place", "osmnx_settings"]

_SUFFIX = ".nominatim.json"
_SEARCH_LIMIT = 50
_lock = threading.RLock()


@contextlib.contextmanager
def osmnx_settings(settings: OnlineSettings) -> Iterator[None]:
    """Lend osmnx our settings; its own come back at the end, whatever happens.

    Parameters
    ----------
    settings
        Geocoder address, user agent, timeout.
    """
    from osmnx import settings as theirs

    ours: dict[str, object] = {
        "nominatim_url": settings.nominatim_url,
        "http_user_agent": settings.user_agent,
        "http_referer": settings.referer or settings.user_agent,
        "http_accept_language": "en",
        "requests_timeout": settings.timeout_s,
        "requests_kwargs": {"hooks": {"response": _refuse_failures}},
        "use_cache": False,
    }
    with _lock:
        before = {name: getattr(theirs, name) for name in ours}
        try:
            for name, value in ours.items():
                setattr(theirs, name, value)
            yield
        finally:
            for name, value in before.items():
                setattr(theirs, name, value)


def find_place(
    place: str, *, cache: DownloadCache, settings: OnlineSettings, progress: Progress = NO_PROGRESS
) -> tuple[PlaceCandidate, CachedAnswer]:
    """Find the one town of that name, with its outline.

    Parameters
    ----------
    place
        Name as on a letter, "Westport, Massachusetts, USA", or an OSM id, "R1234".
    cache
        Where the answer is kept.
    settings
        Which geocoder, and how patiently.
    progress
        Told about waits.

    Returns
    -------
    tuple[PlaceCandidate, CachedAnswer]
        The town, its outline never None; and the answer it was read from.

    Raises
    ------
    PlaceNameError
        If the name is empty, unknown, or several towns have it.
    BoundaryError
        If the place has no outline.
    RemoteUnavailableError
        If the geocoder can't be asked.
    """
    place = " ".join(place.split())
    if not place:
        raise PlaceNameError('the place name is empty: give one like "Westport, Massachusetts, USA"')
    request = f"{settings.nominatim_url.rstrip('/')} {place}"
    cached = cache.find(request, _SUFFIX)
    if cached is not None:
        with contextlib.suppress(ValueError, OSError, PlaceNameError, BoundaryError):
            return choose_place(place, read_candidates(json.loads(cached.path.read_text(encoding="utf-8")))), cached
    results = _ask(place, settings=settings, progress=progress)
    chosen = choose_place(place, read_candidates(results))
    with cache.writing(request, _SUFFIX) as stream:
        stream.write(json.dumps(results, ensure_ascii=False).encode())
        return chosen, cache.keep(stream, request, _SUFFIX, endpoint=settings.nominatim_url)


def _ask(place: str, *, settings: OnlineSettings, progress: Progress) -> list[dict[str, Any]]:
    """Ask the geocoder through osmnx, all candidates at once."""
    server = settings.nominatim_url

    def ask() -> list[dict[str, Any]]:
        from osmnx import _nominatim  # its public functions return one candidate; the choice needs all
        from osmnx._errors import InsufficientResponseError

        by_id = OSM_ID.fullmatch(place)
        try:
            with osmnx_settings(settings):
                if by_id:
                    letter = (by_id["letter"] or by_id["word"])[0].upper()
                    query: str | dict[str, str] = f"{letter}{by_id['number']}"
                else:
                    query = {"q": place, "addressdetails": "1"}
                return list(
                    _nominatim._download_nominatim_element(query, by_osmid=by_id is not None, limit=_SEARCH_LIMIT)
                )
        except requests.RequestException as error:
            raise RequestFailure.from_exception(error, timeout_s=settings.timeout_s) from error
        except InsufficientResponseError as error:
            raise RequestFailure("the answer is not a list of places", retry=True, answer=True) from error

    try:
        return ask_with_retries(ask, server=server, settings=settings, progress=progress)
    except RequestFailure as failure:
        raise RemoteUnavailableError(
            f"the place {place!r} can't be looked up: {server} {failure.reason}: "
            "try again later, or build from a file with --osm FILE and --boundary FILE"
        ) from failure


def _refuse_failures(response: requests.Response, *args: object, **kwargs: object) -> None:  # noqa: ARG001
    """Raise for a failed status before osmnx sees it; it would wait 55 s and ask again without end."""
    if response.status_code >= 400:
        response.close()
        raise RequestFailure.from_status(response)
