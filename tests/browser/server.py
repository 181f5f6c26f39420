"""A server of its own process, as a person would start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_READY_S = 60
_STOP_S = 15


class Server:
    """`geo-dispatch serve` on a free port of this machine, with a live store of its own."""

    def __init__(self, town: Path, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = ""
        self._town, self._folder = town, folder
        self._settings = {"GEO_DISPATCH_STATE": f"sqlite:///{folder / 'live.sqlite'}", **settings}
        self._process: subprocess.Popen[str] | None = None
        self.log = folder / "server.log"

    def start(self) -> Server:
        """Start it and wait until it answers at full speed; after `stop`, at the same address as before."""
        port = self.url.rpartition(":")[2] or "0"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GEO_DISPATCH_")}
        command = [sys.executable, "-m", "geo_dispatch", "serve", str(self._town), "--port", port, "--json"]
        with self.log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**environment, **self._settings}, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        document = _first_document(self._process)
        if document is None:
            raise RuntimeError(f"the server did not start:\n{self.log.read_text(encoding='utf-8')[-2000:]}")
        self.url = document["url"]
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        """Wait until /readyz says so."""
        for _ in range(_READY_S * 20):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"{self.url} is not ready after {_READY_S} s")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_S)
        if process.stdout is not None:
            process.stdout.close()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self.stop()

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask the API beside the browser; returns the document of an answer that is no problem."""
        given = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=given, method=method, headers=headers)
        if given is not None:
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def _first_document(process: subprocess.Popen[str]) -> dict[str, Any] | None:
    """Return the document that is written once the port is open; None when the program ended without one."""
    assert process.stdout is not None
    watch = threading.Timer(_READY_S, process.kill)
    watch.start()
    try:
        text = process.stdout.readline()
    finally:
        watch.cancel()
    return json.loads(text) if text.strip() else None
