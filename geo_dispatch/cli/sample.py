"""The embedded sample town: built when first asked for, and again when its data or the program change."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import geo_dispatch
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import OutputError, SourceFileError

if TYPE_CHECKING:
    from geo_dispatch.config import Settings

__all__ = ["built_sample", "sample_sources"]


def sample_sources() -> Path:
    """Return the folder that holds the sample town's OSM file and pack.

    Returns
    -------
    pathlib.Path
        Inside the installed package, or in the source tree.

    Raises
    ------
    SourceFileError
        If the installation lacks it.

    Examples
    --------
    >>> sample_sources().name
    'sample'
    """
    package = Path(geo_dispatch.__file__).parent
    for data in (package / "data", package.parent / "data"):
        folder = data / "towns" / "sample"
        if folder.is_dir():
            return folder
    raise SourceFileError(f"{package / 'data'} lacks the sample town: install geo-dispatch again, or give a town file")


def built_sample(settings: Settings) -> Path:
    """Return the sample's town file, built first when it is absent or older than its sources.

    Parameters
    ----------
    settings
        Says where it is kept.

    Returns
    -------
    pathlib.Path
        The town file.

    Raises
    ------
    OutputError
        If it can't be written there.
    """
    path = settings.sample_file
    stamp = path.with_name(path.name + ".sources")
    sources = sample_sources()
    digest = _digest(sources)
    if path.is_file() and _read(stamp) == digest:
        return path
    Terminal().note(f"building the sample town, a few seconds, once: {path}")
    from geo_dispatch.build import BuildRequest, build_town

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path.parent} can't be made ({error.strerror}): set GEO_DISPATCH_CACHE_DIR to a folder you can write"
        ) from None
    request = BuildRequest(out=path, osm=tuple(sorted(sources.glob("*.osm.pbf"))), pack=sources / "pack")
    with shown_progress() as progress:
        build_town(request, progress=progress)
    stamp.write_text(digest, encoding="ascii")
    return path


def _digest(sources: Path) -> str:
    """Return what the sample is made of: its files, and the program's version."""
    total = hashlib.sha256(geo_dispatch.__version__.encode())
    for file in sorted(sources.rglob("*")):
        if file.is_file():
            total.update(file.relative_to(sources).as_posix().encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def _read(stamp: Path) -> str | None:
    try:
        return stamp.read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
