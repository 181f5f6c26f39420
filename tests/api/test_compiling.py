"""A server compiles in the background: it is ready and answers plainly meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from geo_dispatch import app as app_module
from geo_dispatch.config import Settings
from geo_dispatch.routing.engines import Engines
from geo_dispatch.service import Service


def test_calls_are_answered_while_the_hierarchy_is_compiled(tiny_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiling, release, made = threading.Event(), threading.Event(), threading.Event()

    def compile_slowly() -> None:
        compiling.set()
        assert release.wait(60)

    monkeypatch.setattr(Engines, "may_pay", True)
    monkeypatch.setattr(app_module, "compile_hierarchy", compile_slowly)
    monkeypatch.setattr(Service, "make_hierarchies", lambda self: made.set())
    with TestClient(app_module.create_app(Settings(town=str(tiny_file), state="none"))) as client:
        assert compiling.wait(60)
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/route", json={"origin": "1 Main Road", "destination": "60 Main Road"}).status_code < 500
        assert not made.is_set()
        release.set()
        assert made.wait(10)


def test_a_failure_to_compile_leaves_the_server_ready(
    tiny_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(app_module, "compile_coverage", fail)
    with TestClient(app_module.create_app(Settings(town=str(tiny_file), state="none"))) as client:
        deadline = time.monotonic() + 60
        while "compiling ahead failed" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "no space left on device" in caplog.text
        assert client.get("/readyz").status_code == 200
