"""A town fetched from servers that misbehave: what is retried, what is cut up, what is told, what is kept."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
import requests

from geo_dispatch.errors import InputError, OutputError, RemoteUnavailableError
from geo_dispatch.osm.online import FetchedPlace, OnlineSettings, fetch_place
from geo_dispatch.osm.overpass import slot_wait_s
from geo_dispatch.osm.overpass_answer import AnswerCheck
from geo_dispatch.osm.remote import RequestFailure, retry_after_s
from tests.online.conftest import Notes
from tests.online.fake_osm_server import FakeOsmServer, Fault
from tests.online.test_fetch_place import PLACE, objects_of
from tests.online.testport import DrawnTown

TIMED_OUT = Fault(remark='runtime error: Query timed out in "query" at line 3 after 181 seconds.')
OUT_OF_MEMORY = Fault(remark="runtime error: Query run out of memory using about 2048 MB of RAM.")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(settings: OnlineSettings, folder: Path, notes: Notes, *, margin_m: float = 1000) -> FetchedPlace:
    return fetch_place(PLACE, margin_m=margin_m, cache_dir=folder, settings=settings, progress=notes)


def one_line(error: pytest.ExceptionInfo[BaseException]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "Traceback" not in text
    assert "HTTPConnectionPool" not in text
    return text


@pytest.mark.parametrize("path", ["/api/interpreter", "/search"])
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_is_asked_again(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, path: str, status: int
) -> None:
    server.fail_next(Fault(status=status), Fault(status=status), path=path)
    fetched = fetch(settings, tmp_path, notes)
    good = 1 if path == "/search" else len(fetched.files)
    assert len(server.asked(path)) == good + 2
    assert [f"answered {status}" in note for note in notes.notes].count(True) == 2


@pytest.mark.parametrize("path", ["/api/interpreter", "/search"])
def test_retry_after_is_honoured(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, path: str
) -> None:
    server.fail_next(Fault(status=429, headers={"Retry-After": "1"}), path=path)
    fetch(settings, tmp_path, notes)
    first, second, *_ = server.asked(path)
    assert 1.0 <= second.at_s - first.at_s < 2.0


def test_backoff_doubles(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes) -> None:
    server.fail_next(*[Fault(status=504)] * 3)
    fetch(dataclasses.replace(settings, retries=3, backoff_s=0.1), tmp_path, notes)
    times = [request.at_s for request in server.downloads[:4]]
    waits = [b - a for a, b in zip(times, times[1:], strict=False)]  # noqa: RUF007
    for wait, least in zip(waits, (0.1, 0.2, 0.4), strict=True):
        assert least <= wait < least + 0.15


@pytest.mark.parametrize("path", ["/api/interpreter", "/search"])
def test_server_that_stays_busy_is_given_up_with_one_line(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, path: str
) -> None:
    server.fail_next(*[Fault(status=504)] * 50, path=path)
    with pytest.raises(RemoteUnavailableError) as error:
        fetch(settings, tmp_path, notes)
    text = one_line(error)
    assert server.base_url in text
    assert "answered 504 Gateway Timeout (3 tries)" in text
    assert "try again later" in text
    assert "--osm FILE" in text
    assert len(server.asked(path)) == settings.retries + 1


def test_server_that_asks_for_too_long_a_wait_is_given_up_at_once(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    server.fail_next(Fault(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(RemoteUnavailableError, match="asks to wait 3600 s"):
        fetch(settings, tmp_path, notes)
    assert len(server.downloads) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 406])
def test_refusal_is_not_repeated(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, status: int
) -> None:
    server.fail_next(Fault(status=status))
    with pytest.raises(RemoteUnavailableError, match=f"answered {status}"):
        fetch(settings, tmp_path, notes)
    assert len(server.downloads) == 1


def test_connection_refused(settings: OnlineSettings, tmp_path: Path, notes: Notes) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    with pytest.raises(RemoteUnavailableError, match="connection refused") as error:
        fetch(dataclasses.replace(settings, nominatim_url=url), tmp_path, notes)
    assert url in one_line(error)
    with pytest.raises(RemoteUnavailableError, match="connection refused") as error:
        fetch(dataclasses.replace(settings, overpass_urls=(f"{url}/api",)), tmp_path, notes)
    assert url in one_line(error)


def test_name_that_does_not_resolve(settings: OnlineSettings, tmp_path: Path, notes: Notes) -> None:
    nowhere = dataclasses.replace(settings, overpass_urls=("http://overpass.invalid/api",), retries=0)
    with pytest.raises(RemoteUnavailableError) as error:
        fetch(nowhere, tmp_path, notes)
    assert "overpass.invalid" in one_line(error)


def test_silent_server_times_out(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo_dispatch.osm.overpass._GRACE_S", 0.0)
    server.fail_next(Fault(before=lambda: time.sleep(0.6)))
    fetch(dataclasses.replace(settings, timeout_s=0.3), tmp_path, notes)
    assert any("no answer within 0.3 s" in note for note in notes.notes)


def test_next_server_is_asked_and_stays_first(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, testport: DrawnTown
) -> None:
    with testport.server() as broken:
        broken.fail_next(*[Fault(status=504)] * 100)
        both = dataclasses.replace(settings, overpass_urls=(broken.overpass_url, f"{server.overpass_url}/interpreter"))
        fetched = fetch(both, tmp_path, notes)
        assert len(broken.downloads) == settings.retries + 1
        assert len(server.downloads) == len(fetched.files)
    assert {source.location for source in fetched.provenance[1:]} == {f"{server.overpass_url}/interpreter"}


def test_all_servers_down_names_each(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    server.fail_next(Fault(status=403))
    dead = f"http://127.0.0.1:{closed_port()}/api"
    with pytest.raises(RemoteUnavailableError) as error:
        fetch(dataclasses.replace(settings, overpass_urls=(server.overpass_url, dead)), tmp_path, notes)
    assert f"{server.overpass_url} answered 403 Forbidden; {dead} connection refused" in one_line(error)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut="body"),
        Fault(cut="connection"),
        TIMED_OUT,
        OUT_OF_MEMORY,
        Fault(body="<html><body>try later</body></html>"),
        Fault(body=""),
        Fault(body="not xml"),
    ],
    ids=["cut body", "cut connection", "timed out", "out of memory", "html", "empty", "text"],
)
def test_one_bad_answer_is_never_kept(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, fault: Fault
) -> None:
    good = objects_of(fetch(settings, tmp_path / "good", notes))
    count = len(server.downloads)
    server.fail_next(None, fault)
    fetched = fetch(settings, tmp_path / "bad", notes)
    assert len(server.downloads) == 2 * count + 1
    assert objects_of(fetched) == good


@pytest.mark.parametrize("fault", [TIMED_OUT, Fault(cut="body")], ids=["timed out", "cut"])
def test_piece_that_fails_twice_is_cut_in_four(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, fault: Fault
) -> None:
    one_piece = dataclasses.replace(settings, max_tile_km2=1000)
    good = objects_of(fetch(one_piece, tmp_path / "good", notes))
    server.fail_next(None, fault, fault)
    fetched = fetch(one_piece, tmp_path / "cut", notes)
    assert len(fetched.files) == 5
    assert objects_of(fetched) == good
    assert any("asking for it in four parts" in note for note in notes.notes)


def test_small_limit_of_the_server_is_found_and_remembered(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    one_piece = dataclasses.replace(settings, max_tile_km2=1000)
    good = objects_of(fetch(one_piece, tmp_path / "good", notes))
    server.max_box_deg2 = 0.0008
    server.requests.clear()
    cut = fetch(one_piece, tmp_path / "cut", notes)
    assert objects_of(cut) == good
    assert len(cut.files) == 1 + 16
    count = len(server.requests)
    again = fetch(one_piece, tmp_path / "cut", notes)
    assert again.from_cache
    assert len(server.requests) == count, "what failed as a whole is not tried as a whole again"


def test_splitting_ends(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes) -> None:
    server.max_box_deg2 = 0.0
    with pytest.raises(RemoteUnavailableError, match="Query timed out"):
        fetch(settings, tmp_path, notes)
    assert len(server.downloads) <= 1 + 2 * 5


def test_interrupted_download_goes_on_where_it_stopped(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    whole = fetch(settings, tmp_path / "whole", notes, margin_m=3000)
    count = len(whole.files)
    server.fail_next(*[None] * 3, *[Fault(status=503)] * (settings.retries + 1))
    with pytest.raises(RemoteUnavailableError):
        fetch(settings, tmp_path / "half", notes, margin_m=3000)
    server.requests.clear()
    again = fetch(settings, tmp_path / "half", notes, margin_m=3000)
    assert len(server.downloads) == count - 3
    assert not server.asked("/search")
    assert again.files_from_cache == (True,) * 3 + (False,) * (count - 3)
    assert objects_of(again) == objects_of(whole)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has no signals to threads")
def test_ctrl_c_leaves_complete_files_only(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("only the main thread gets Ctrl-C")
    main = threading.main_thread().ident
    assert main is not None

    def press_ctrl_c() -> None:
        signal.pthread_kill(main, signal.SIGINT)
        time.sleep(0.3)

    server.fail_next(None, None, Fault(before=press_ctrl_c))
    with pytest.raises(KeyboardInterrupt):
        fetch(settings, tmp_path, notes)
    assert not list(tmp_path.glob("*.part"))
    kept = sorted(tmp_path.glob("*.osm"))
    assert len(kept) == 2
    server.requests.clear()
    fetched = fetch(settings, tmp_path, notes)
    assert set(kept) <= set(fetched.files)
    assert len(server.downloads) == len(fetched.files) - 2


def test_ctrl_c_while_an_answer_is_written(
    settings: OnlineSettings, tmp_path: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(check: AnswerCheck) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(AnswerCheck, "finish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch(settings, tmp_path, notes)
    assert [path.name for path in tmp_path.iterdir() if "nominatim" not in path.name] == []


def test_leftovers_of_a_killed_run_are_cleared_after_a_day(
    settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    old, fresh = tmp_path / "old.part", tmp_path / "fresh.part"
    for path in (old, fresh):
        path.write_text("<osm>")
    os.utime(old, (time.time() - 90_000,) * 2)
    fetch(settings, tmp_path, notes)
    assert not old.exists()
    assert fresh.exists(), "another run may be writing it"


def test_full_disk(settings: OnlineSettings, tmp_path: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geo_dispatch.osm.download_cache.os.fsync", no_space)
    with pytest.raises(
        OutputError, match=r"can't write to the download folder .*: No space left on device: free"
    ) as error:
        fetch(settings, tmp_path, notes)
    one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_waits_for_a_slot(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes) -> None:
    server.slot_status = "Rate limit: 1\nSlot available after: 2026-01-01T00:00:00Z, in 1 seconds.\n"
    one_piece = dataclasses.replace(settings, max_tile_km2=1000)
    started = time.monotonic()
    fetch(one_piece, tmp_path, notes, margin_m=0)
    assert time.monotonic() - started >= 2.0
    assert any("no free slot" in note for note in notes.notes)


def test_no_slot_for_long_means_the_next_server(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes, testport: DrawnTown
) -> None:
    with testport.server() as full:
        full.slot_status = "Rate limit: 1\nSlot available after: 2026-01-01T00:00:00Z, in 900 seconds.\n"
        both = dataclasses.replace(settings, overpass_urls=(full.overpass_url, server.overpass_url))
        fetch(both, tmp_path, notes)
        assert not full.downloads


def test_server_without_a_status_page(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    server.fail_next(*[Fault(status=404)] * 100, path="/api/status")
    assert fetch(settings, tmp_path, notes).files


def test_geocoder_that_answers_no_list(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    server.fail_next(Fault(body="<html>maintenance</html>"), Fault(body='{"error": "x"}'), path="/search")
    assert fetch(settings, tmp_path, notes).name == "Testport"
    server.fail_next(*[Fault(body="<html>maintenance</html>")] * 9, path="/search")
    with pytest.raises(RemoteUnavailableError, match="not a list of places"):
        fetch(settings, tmp_path / "other", notes)


@pytest.mark.parametrize(
    ("status", "wait_s"),
    [
        ("Rate limit: 2\n2 slots available now.\n", 0),
        ("Rate limit: 2\n1 slots available now.\nSlot available after: 2026-01-01T00:00:09Z, in 7 seconds.\n", 0),
        ("Rate limit: 2\nSlot available after: x, in 9 seconds.\nSlot available after: x, in 4 seconds.\n", 4),
        ("Rate limit: 1\nSlot available after: x, in -3 seconds.\n", 0),
        ("Rate limit: 0\nCurrently running queries\n", 0),
        ("<html>nginx</html>", 0),
        ("", 0),
    ],
)
def test_slot_wait(status: str, wait_s: float) -> None:
    assert slot_wait_s(status) == wait_s


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        (None, None),
        ("0", 0),
        (" 12 ", 12),
        ("1.5", 1.5),
        ("-5", None),
        ("later", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_retry_after(value: str | None, wait_s: float | None) -> None:
    assert retry_after_s(value) == wait_s


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.SSLError("x"),
        requests.exceptions.ProxyError("x"),
        requests.exceptions.InvalidURL("x"),
        requests.exceptions.TooManyRedirects("x"),
    ],
)
def test_what_a_retry_cannot_mend_is_not_retried(error: requests.RequestException) -> None:
    assert not RequestFailure.from_exception(error, timeout_s=1).retry


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"nominatim_url": "nominatim.example.org"}, "nominatim.example.org"),
        ({"overpass_urls": ("ftp://x",)}, "ftp://x"),
        ({"overpass_urls": ()}, "no Overpass server"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
        ({"retries": -1}, "retries"),
        ({"max_tile_km2": -5}, "max_tile_km2"),
        ({"contact": "me\r\nX-Evil: 1"}, "contact"),
        ({"contact": "Œuvre"}, "contact"),
    ],
)
def test_unusable_settings(changes: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word) as error:
        OnlineSettings(**changes)  # type: ignore[arg-type]
    one_line(error)
