"""``geo-dispatch serve``: the HTTP API."""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, reading_town, town_path
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn

    from geo_dispatch.api.access import Access
    from geo_dispatch.config import Settings
    from geo_dispatch.service.live_desk import LiveDesk

__all__ = ["serve", "serve_town"]

_LAST_ANSWERS_S = 5
"""How long answers that are being made may take when the server is told to stop."""


def serve(
    town: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOWN]", help="Town file, or `sample`; GEO_DISPATCH_TOWN, else the sample, when left out."
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; GEO_DISPATCH_HOST, else 127.0.0.1, when left out.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on, 0 = any free one; GEO_DISPATCH_PORT, else 8000."),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Live store: sqlite:///FILE, postgresql://USER@HOST/NAME, or none; GEO_DISPATCH_STATE, else a file for each "
            "town in the data folder.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer over HTTP until Ctrl-C; the API's description is at /docs.

    With --json one document with the address is written once the port is open.

    Example: geo-dispatch serve westport.gpkg --port 8000
    """
    from geo_dispatch.config import load_settings

    settings = load_settings()
    chosen = {"town": town, "host": host, "port": port, "state": state}
    settings = settings.model_copy(update={key: value for key, value in chosen.items() if value is not None})
    serve_town(settings, Terminal(as_json=as_json))


def serve_town(settings: Settings, terminal: Terminal) -> None:
    """Open the town and answer until Ctrl-C.

    Parameters
    ----------
    settings
        Town, address and limits.
    terminal
        Told the address, once the port is open.

    Raises
    ------
    InputError
        If the address can't be listened on.
    """
    began = time.perf_counter()
    listener = _listen(settings.host, settings.port)
    with listener:
        path = town_path(settings.town, settings)
        _configure_logging(settings.log_level)
        import uvicorn

        from geo_dispatch.app import create_app

        with reading_town(path), shown_progress() as progress:
            app = create_app(_with_state(settings).model_copy(update={"town": str(path)}), progress=progress)
        host, port = listener.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        seconds = time.perf_counter() - began
        if terminal.as_json:
            desk = app.state.desk
            store = None if desk is None else desk.name
            terminal.document(
                {"url": url, "docs": f"{url}/docs", "town": str(path), "state": store, "start_s": round(seconds, 3)}
            )
        else:
            terminal.note(f"answering at {url} (description: {url}/docs) after {seconds:.1f} s; Ctrl-C stops")
        _tell_access(app.state.access, url, terminal)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the application believes the proxies that the settings name, and no others
            timeout_graceful_shutdown=_LAST_ANSWERS_S,
        )
        server = uvicorn.Server(config)
        try:
            with _ending_streams(server, app.state.desk):
                server.run(sockets=[listener])
        except KeyboardInterrupt:
            terminal.note("stopped")


def _tell_access(access: Access, url: str, terminal: Terminal) -> None:
    """Make the first administrator and show the password, this once: on stderr, in no log and no document."""
    if access.asked == "nobody":
        terminal.note("GEO_DISPATCH_SIGN_IN=off: whoever reaches this address may do everything")
        return
    if access.desk is None:
        return
    password = access.desk.first_run()
    if password is not None:
        from geo_dispatch.live.access.accounts import FIRST

        terminal.note(f"first start: sign in at {url}/sign-in as {FIRST} with the password {password}")
        terminal.note("it is shown this once, and must be changed there; `geo-dispatch account password` sets another")
    elif not terminal.as_json:
        terminal.note(f"sign in at {url}/sign-in; `geo-dispatch account add` adds people")


def _with_state(settings: Settings) -> Settings:
    """Name the live store by the town as it was given, so that the sample keeps its own."""
    from geo_dispatch.config import NO_STATE

    return settings.model_copy(update={"state": settings.state_url or NO_STATE})


@contextmanager
def _ending_streams(server: uvicorn.Server, desk: LiveDesk | None) -> Iterator[None]:
    """End the streams as soon as the server is told to stop: it waits for open connections."""
    handle = server.handle_exit

    def handle_exit(number: int, frame: FrameType | None) -> None:
        if desk is not None:
            desk.feed.close_listeners()
        handle(number, frame)

    server.handle_exit = handle_exit  # type: ignore[assignment, method-assign]
    yield


def _listen(host: str, port: int) -> socket.socket:
    """Take the port at once, so that a port in use is told before the town is opened."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"--host {host!r} is no address of this machine ({error.strerror}): use 127.0.0.1") from None
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise InputError(
            f"can't listen on {host} port {port} ({error.strerror}): choose another --port, or stop what uses it"
        ) from None
    return listener


def _configure_logging(level: str) -> None:
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("geo_dispatch").setLevel(level.upper())
