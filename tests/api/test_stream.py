"""The change feed: every desk is told of every change, whatever server wrote it; nothing is missed on coming back."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from geo_dispatch.api.stream import follow
from geo_dispatch.live.feed import Feed
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.reports import Reports
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.units import Units
from tests.live.stores import KINDS, new_address

ROOT = Path(__file__).resolve().parents[2]
TOWN = "Tinyport, Testonia"


def parsed(text: str) -> dict[str, object]:
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines() if not line.startswith(":"))
    return {**fields, **({"data": json.loads(fields["data"])} if "data" in fields else {})}


# --- in one process ------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LiveStore]:
    opened = LiveStore(f"sqlite:///{tmp_path / 'live.sqlite'}")
    opened.prepare(TOWN)
    Units(opened).seed([UnitSeed(f"U{number}", "Unit", "engine") for number in range(3)])
    yield opened
    opened.close()


@pytest.fixture
def feed(store: LiveStore) -> Iterator[Feed]:
    followed = Feed(store, prepare=lambda: None)
    followed.look()
    followed.start()
    yield followed
    followed.stop()


async def take(events, count: int, within_s: float = 5.0) -> list[dict[str, object]]:
    """Return the next events, heartbeats included as empty ones."""
    return [parsed(await asyncio.wait_for(anext(events), within_s)) for _ in range(count)]


def test_a_new_listener_is_greeted_and_told_what_comes(store, feed):
    async def listen():
        events = follow(feed, None)
        retry, hello, state = await take(events, 3)
        assert (retry, hello["event"], hello["id"], state["event"]) == ({"retry": "1000"}, "hello", "4", "store")
        assert state["data"]["status"] == "ok"
        await asyncio.to_thread(Reports(store).set_status, "U1", "off_duty", actor="Desk 1")
        (change,) = await take(events, 1)
        assert (change["event"], change["id"], change["data"]["actor"]) == ("unit.status", "5", "Desk 1")
        assert change["data"]["data"]["to"] == "off_duty"
        await events.aclose()

    asyncio.run(listen())


def test_who_comes_back_is_told_what_was_missed(store, feed):
    for status in ("off_duty", "available", "off_duty"):
        Reports(store).set_status("U2", status)

    async def listen():
        events = follow(feed, 5)
        told = await take(events, 5)
        assert [(event.get("event"), event.get("id")) for event in told] == [
            (None, None),
            ("hello", "5"),
            ("store", None),
            ("unit.status", "6"),
            ("unit.status", "7"),
        ]
        await events.aclose()

    asyncio.run(listen())


def test_who_has_seen_more_than_the_feed_has_is_not_sent_back_to_the_start(store):
    behind = Feed(store, prepare=lambda: None)
    behind.look()
    for status in ("off_duty", "available"):
        Reports(store).set_status("U2", status)
    assert behind.head == 4

    async def listen():
        events = follow(behind, 6, heartbeat_s=0.05)
        assert [event.get("event") for event in await take(events, 4)] == [None, "hello", "store", None]
        Reports(store).set_status("U2", "off_duty")
        behind.look()
        assert (await take(events, 1))[0]["id"] == "7"
        await events.aclose()

    asyncio.run(listen())


def test_who_was_away_for_long_is_told_everything_in_order(store, feed):
    feed.look()
    for number in range(60):
        Reports(store).set_position("U0", -71.0, 41.5, source=str(number))
    fresh = Feed(store, prepare=lambda: None)
    fresh.look()

    async def listen():
        events = follow(fresh, 0)
        told = await take(events, 3 + 64)
        assert [int(str(event["id"])) for event in told[3:]] == list(range(1, 65))
        await events.aclose()

    asyncio.run(listen())


def test_silence_is_broken_by_heartbeats(feed):
    async def listen():
        events = follow(feed, None, heartbeat_s=0.05)
        await take(events, 3)
        assert await take(events, 2) == [{}, {}]
        await events.aclose()

    asyncio.run(listen())


def test_the_greeting_and_each_heartbeat_tell_the_servers_time(feed):
    async def listen():
        events = follow(feed, None, heartbeat_s=0.05)
        _, hello, _ = await take(events, 3)
        word, name, beat = (await anext(events)).split()
        assert (word, name) == (":", "heartbeat")
        assert 0 < (datetime.fromisoformat(beat) - datetime.fromisoformat(hello["data"]["at"])).total_seconds() < 5
        await events.aclose()

    asyncio.run(listen())


def test_rows_of_another_state_of_the_store_are_told(feed):
    async def listen():
        events = follow(feed, 1000)
        told = await take(events, 4)
        assert (told[3]["event"], told[3]["id"]) == ("reset", "4")
        await events.aclose()

    asyncio.run(listen())


def test_a_lost_store_is_told_and_its_return(store, feed, tmp_path):
    async def listen():
        events = follow(feed, None)
        await take(events, 3)
        (tmp_path / "live.sqlite").rename(tmp_path / "away")
        (gone,) = await take(events, 1)
        assert (gone["event"], gone["data"]["status"]) == ("store", "unavailable")
        assert "is gone" in gone["data"]["detail"]
        (tmp_path / "away").rename(tmp_path / "live.sqlite")
        (back,) = await take(events, 1)
        assert back["data"]["status"] == "ok"
        await events.aclose()

    asyncio.run(listen())


def test_the_stream_ends_with_the_server(feed):
    async def listen():
        events = follow(feed, None)
        await take(events, 3)
        feed.close_listeners()
        with pytest.raises(StopAsyncIteration):
            await take(events, 1)

    asyncio.run(listen())


# --- two servers ---------------------------------------------------------------------------------


@contextlib.contextmanager
def servers(town: Path, address: str, count: int) -> Iterator[list[str]]:
    """Run `geo-dispatch serve` several times on one store, all started at once, and yield their addresses."""
    command = [sys.executable, "-m", "geo_dispatch", "serve", str(town), "--port", "0", "--state", address, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(count)
    ]
    try:
        yield [json.loads(process.stdout.readline())["url"] for process in processes]
    finally:
        began = time.monotonic()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)
            process.stdout.close()
        assert time.monotonic() - began < 4, "a stream held a server up"


class Listener:
    """Follows a server's stream in a thread, noting when each event came."""

    def __init__(self, url: str, last: int | None = None) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
        self._connection.request("GET", "/v1/stream", headers={} if last is None else {"Last-Event-ID": str(last)})
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.kind = self._answer.headers["content-type"]
        self.events: queue.Queue[tuple[float, dict[str, object]]] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        block: list[str] = []
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            for line in self._answer:
                if line.strip():
                    block.append(line.decode())
                    continue
                event = parsed("".join(block))
                block.clear()
                if "event" in event:
                    self.events.put((time.monotonic(), event))

    def next(self, name: str) -> tuple[float, dict[str, object]]:
        while True:
            came, event = self.events.get(timeout=10)
            if event["event"] == name:
                return came, event

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._answer.close()
        self._connection.close()


def ask(method: str, url: str, body: object) -> dict:
    request = urllib.request.Request(
        url,
        method=method,
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json", "Desk": "Desk 1"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_desk_at_another_server_is_told_within_a_second(kind, tiny_file, tmp_path):
    with new_address(kind, tmp_path) as address, servers(tiny_file, address, 2) as (one, other):
        ask("POST", f"{one}/v1/units", {"unit_id": "E1", "name": "Engine 1", "kind": "engine"})
        listener = Listener(other)
        assert listener.kind.startswith("text/event-stream")
        listener.next("store")
        delays = []
        for status in ("off_duty", "available", "out_of_service"):
            sent = time.monotonic()
            ask("PUT", f"{one}/v1/units/E1/status", {"status": status})
            came, event = listener.next("unit.status")
            assert event["data"]["data"]["to"] == status
            assert event["data"]["actor"] == "Desk 1"
            delays.append(came - sent)
        assert min(delays) < 1.0  # the others may fall into a pause of a busy machine
        listener.close()
        seen = int(str(event["id"]))
        ask("PUT", f"{one}/v1/units/E1/status", {"status": "available"})
        again = Listener(other, last=seen)
        _, missed = again.next("unit.status")
        assert int(str(missed["id"])) == seen + 1
        again.close()
        still_open = Listener(one)
        still_open.next("hello")
    still_open.close()
