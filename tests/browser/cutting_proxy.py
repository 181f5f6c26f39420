"""A proxy between a browser and a server that cuts every connection, again and again."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

_PIECE = 65_536


class CuttingProxy:
    """Passes bytes on, and closes all connections every so many seconds, whatever they carry.

    Parameters
    ----------
    url
        The server behind it.
    every_s
        How long connections live, seconds.

    Attributes
    ----------
    cuts
        How often connections were cut.
    """

    def __init__(self, url: str, *, every_s: float) -> None:
        parts = urlsplit(url)
        self._behind = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._every_s = every_s
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.cuts = 0
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> CuttingProxy:
        for work in (self._welcome, self._cut):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._door.close()
        self._close_all()

    def _welcome(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._door.accept()
                server = socket.create_connection(self._behind, timeout=5)
            except OSError:
                continue
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                sink.sendall(piece)
        for end in (source, sink):
            _shut(end)

    def _cut(self) -> None:
        while not self._over.wait(self._every_s):
            self.cuts += 1
            self._close_all()

    def _close_all(self) -> None:
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            _shut(end)


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
