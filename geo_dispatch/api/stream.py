"""``GET /v1/stream``: every change as it happens, as server-sent events.

References
----------
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from geo_dispatch.api.access import Access, who_asks
from geo_dispatch.api.openapi import PROBLEMS, problem_answers
from geo_dispatch.errors import StoreError
from geo_dispatch.live.feed import Feed, StoreState
from geo_dispatch.live.journal import ACCOUNT_KINDS
from geo_dispatch.live.models import AuditEntry

__all__ = ["add_stream", "follow"]

HEARTBEAT_S = 3.0
"""How long nothing may be said, seconds: who hears nothing for longer knows that the link is dead."""

_RETRY_MS = 1000
_EXAMPLE = """retry: 1000

id: 41
event: hello
data: {"at": "2026-03-02T12:00:05.000000Z", "heartbeat_s": 3.0, "seq": 41}

event: store
data: {"detail": null, "since": "2026-03-02T12:00:00.000000Z", "status": "ok"}

id: 42
event: unit.status
data: {"action": "unit.status", "actor": "Desk 1", "at": "2026-03-02T12:00:07.250000Z", "data": {"from": "dispatched", "incident_id": "2026-0000001", "since": "2026-03-02T12:00:07.250000Z", "to": "en_route"}, "seq": 42, "subject_id": "E1", "subject_kind": "unit"}

: heartbeat 2026-03-02T12:00:10.250000Z

"""

Seq = Annotated[int | None, Query(ge=0, le=2**62, description="As Last-Event-ID, for clients that can't send headers.")]
LastEventId = Annotated[
    int | None,
    Header(alias="Last-Event-ID", ge=0, le=2**62, description="The last event seen; told are those behind it."),
]


def add_stream(router: APIRouter, feed: Feed, access: Access) -> None:
    """Add the route of the change feed.

    Parameters
    ----------
    router
        The routes under /v1.
    feed
        Tells of changes.
    access
        Tells whether whoever follows still may.
    """
    described: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "Events, until the client or the server ends it",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    }

    @router.get(
        "/stream",
        tags=["live"],
        summary="Follow every change",
        operation_id="stream",
        response_class=StreamingResponse,
        responses={**described, **problem_answers(PROBLEMS)},
    )
    async def stream(request: Request, last_event_id: LastEventId = None, after: Seq = None) -> Response:
        """Send a row of the record as an event as soon as it is written, by whatever server; `id` is its number.

        `hello` comes first, with the server's time; `store` tells whether the live store can be used; `reset` says that the rows seen are of
        another state of it: read everything anew. A client that comes back with Last-Event-ID misses nothing.
        """
        last = last_event_id if last_event_id is not None else after
        accounts = "record.read" in who_asks(request).may
        events = follow(feed, last, accounts=accounts, may_go_on=access.still_may(request, "live.read"))
        return StreamingResponse(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def follow(
    feed: Feed,
    last: int | None,
    *,
    heartbeat_s: float = HEARTBEAT_S,
    accounts: bool = True,
    may_go_on: Callable[[], Awaitable[bool]] | None = None,
) -> AsyncIterator[str]:
    """Yield server-sent events until the feed stops, or whoever follows may no longer.

    Parameters
    ----------
    feed
        Tells of changes.
    last
        The last row seen; only what comes from now on when None.
    heartbeat_s
        How long nothing may be said, seconds.
    accounts
        Whether rows of accounts and keys are told.
    may_go_on
        Asked before rows are told; always when None.

    Yields
    ------
    str
        Whole events.
    """
    loop, wake = asyncio.get_running_loop(), asyncio.Event()

    def listener() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(wake.set)

    unsubscribe = feed.subscribe(listener)
    state: StoreState | None = None
    try:
        yield f"retry: {_RETRY_MS}\n\n"
        if last is None:
            last = feed.head
        yield _event("hello", {"seq": last, "heartbeat_s": heartbeat_s, "at": feed.now()}, seq=last)
        while not feed.stopping:
            wake.clear()
            if feed.state != state:
                state = feed.state
                yield _event("store", {"status": state.status, "since": state.since, "detail": state.detail})
            if last is None:
                last = feed.head
            elif feed.head is not None and last > feed.head:
                head = await _store_head(feed)  # the feed may only not have looked since that row was written
                if head is not None and last > head:
                    yield _event("reset", {"seq": head}, seq=head)
                    last = head
            if may_go_on is not None and not await may_go_on():
                return
            rows = await _rows(feed, last)
            for row in rows:
                if accounts or row.subject_kind not in ACCOUNT_KINDS:
                    yield _event(row.action, _told(row), seq=row.seq)
                last = row.seq
            if not rows and not await _woken(wake, heartbeat_s):
                yield f": heartbeat {feed.now()}\n\n"
    finally:
        unsubscribe()


async def _store_head(feed: Feed) -> int | None:
    try:
        return await run_in_threadpool(feed.store_head)
    except StoreError:
        return None  # the feed itself tells that the store is lost


async def _rows(feed: Feed, last: int | None) -> list[AuditEntry]:
    if last is None:
        return []
    try:
        return await run_in_threadpool(feed.entries_after, last)
    except StoreError:
        return []  # the feed itself tells that the store is lost


async def _woken(wake: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(wake.wait(), within_s)
    except TimeoutError:
        return False
    return True


def _told(row: AuditEntry) -> dict[str, Any]:
    names = ("seq", "at", "actor", "action", "subject_kind", "subject_id", "data")
    return {name: getattr(row, name) for name in names}


def _event(name: str, data: dict[str, Any], *, seq: int | None = None) -> str:
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, sort_keys=True)}\n\n"
