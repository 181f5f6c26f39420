"""The pages over HTTP: files built from ``console/web``, under a policy that lets in nothing but the server's own files."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

__all__ = ["PAGES", "POLICY", "STATIC", "install_pages"]

STATIC = Path(__file__).resolve().parent / "static"
"""Where the built pages are."""

PAGES = {"/": "index", "/console": "console", "/desk": "desk", "/planner": "planner", "/sign-in": "signin"}
"""Which page is shown at which address."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Content-Security-Policy of every page: no script or style but the server's own files, no other address."""

_HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-cache",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
_FOREVER = "public, max-age=31536000, immutable"

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>geo-dispatch</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
<h1>The pages are not built</h1>
<p>The server answers: <a href="/docs">every call of the HTTP API</a>. Only its pages are missing, {name} among them.</p>
<p>In a checkout, run <code>scripts/environment</code> where npm's registry can be reached: it builds them, and they are here at the next look.
A wheel made without GEO_DISPATCH_SKIP_PAGES carries them.</p>
</body>
</html>
"""


class _Assets(StaticFiles):
    """Files whose names hold a hash of what is in them: kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer one file."""
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["cache-control"] = _FOREVER
            # A worker is held by its own file's policy, not by the page's.
            answer.headers["content-security-policy"] = POLICY
        return answer


def install_pages(app: FastAPI, *, folder: Path = STATIC) -> None:
    """Add the pages to an application.

    Parameters
    ----------
    app
        Answers the API that the pages ask.
    folder
        Holds the built pages; looked at on each call, so that they may be built while the server runs.
    """
    for address, name in PAGES.items():
        _add_page(app, address, folder / f"{name}.html")
    app.mount("/assets", _Assets(directory=folder / "assets", check_dir=False), name="page-assets")


def _add_page(app: FastAPI, address: str, file: Path) -> None:
    @app.get(address, include_in_schema=False)
    def page() -> Response:
        if not file.is_file():
            return HTMLResponse(_NOT_BUILT.format(name=escape(address)), status_code=503, headers=_HEADERS)
        return FileResponse(file, media_type="text/html", headers=_HEADERS)
