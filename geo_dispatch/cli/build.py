"""``geo-dispatch build``: from sources to one town file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson
from geo_dispatch.cli.files import check_writable
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.build import BuildReport
    from geo_dispatch.config import Settings
    from geo_dispatch.osm.online import OnlineSettings

__all__ = ["build"]


def build(
    out: Annotated[Path, typer.Option(metavar="TOWN.gpkg", help="Town file to write.")],
    place: Annotated[
        str | None,
        typer.Argument(metavar="[PLACE]", help='Town to download, as in "Westport, Massachusetts, USA".'),
    ] = None,
    osm: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="OpenStreetMap file (.osm.pbf, .osm, .osm.bz2, .osm.gz).")
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The town's outline, any file geopandas reads.")
    ] = None,
    margin_m: Annotated[
        float, typer.Option(metavar="N", help="How far beyond the town line the roads are loaded, metres.")
    ] = 8000.0,
    roads: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="The town's own road centre lines.")] = None,
    addresses: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Its own address points.")] = None,
    fields: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Field map: which column of those layers means what.")
    ] = None,
    pack: Annotated[Path | None, typer.Option(metavar="DIR", help="Town pack: stations, units, nicknames ...")] = None,
    speeds: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="Travel times that `calibrate` made of recorded trips.")
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what is wrong in the town pack, and list it.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Name of the town; picks its outline in the source.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Download again what the cache holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build a town file from OpenStreetMap, the town's own layers, and its town pack.

    An older file of that name stays whole until the new one is complete, whatever happens.

    Examples: geo-dispatch build "Westport, Massachusetts, USA" --out westport.gpkg;
    geo-dispatch build --osm county.osm.pbf --name Prattville --out prattville.gpkg
    """
    _check_out(out, {"--osm": osm, "--roads": roads, "--addresses": addresses}, boundary, fields, pack, speeds)
    from geo_dispatch.build import BuildRequest, build_town
    from geo_dispatch.compile_all import compile_all
    from geo_dispatch.config import load_settings

    settings = load_settings()
    request = BuildRequest(
        out=out,
        place=place,
        osm=tuple(osm or ()),
        boundary=boundary,
        margin_m=margin_m,
        roads=tuple(roads or ()),
        addresses=tuple(addresses or ()),
        fields=fields,
        pack=pack,
        speeds=speeds,
        lenient=lenient,
        name=name,
        online=_online(settings, refresh=refresh) if place else None,
        cache_dir=settings.cache_dir,
    )
    terminal = Terminal(as_json=as_json)
    before = _state(out)
    try:
        with shown_progress() as progress:
            report = build_town(request, progress=progress)
    except KeyboardInterrupt:
        terminal.note(f"geo-dispatch: interrupted: {_left_behind(out, before)}")
        raise typer.Exit(130) from None
    if as_json:
        from geo_dispatch.service import document

        terminal.document(document(report))
    else:
        _show(report, terminal)
    with shown_progress() as progress:
        compile_all(progress=progress)  # a second, when it was done before


def _check_out(
    out: Path,
    layers: Mapping[str, list[Path] | None],
    boundary: Path | None,
    fields: Path | None,
    pack: Path | None,
    speeds: Path | None,
) -> None:
    """Refuse to write the town file over something it is made of."""
    named = [(option, file) for option, files in layers.items() for file in files or ()]
    single = (("--boundary", boundary), ("--fields", fields), ("--pack", pack), ("--speeds", speeds))
    named += [(option, file) for option, file in single if file is not None]
    inputs = {f"{'in' if file.is_dir() else 'a source:'} {option} {file}": file for option, file in named}
    check_writable(out, option="--out", inputs=inputs, replaces_databases=True)


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is replaced; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _left_behind(out: Path, before: tuple[int, int, int] | None) -> str:
    """Say what an interrupted build leaves: the file as it was, or the new one without the indexes beside it."""
    after = _state(out)
    if after != before:
        return f"the new town file {out} is complete; its index will be made when it is first used"
    return f"{out} is as it was before" if after else f"{out} was not written"


def _online(settings: Settings, *, refresh: bool) -> OnlineSettings:
    from geo_dispatch.osm.online import OnlineSettings

    return OnlineSettings(
        nominatim_url=settings.nominatim_url,
        overpass_urls=settings.overpass_urls,
        contact=settings.contact,
        timeout_s=settings.timeout_s,
        retries=settings.retries,
        refresh=refresh,
    )


def _show(report: BuildReport, terminal: Terminal) -> None:
    """Write the report; its warnings were noted on stderr when the build ended."""
    terminal.heading(f"{report.town}: {report.path} ({report.bytes / 1e6:.1f} MB)")
    terminal.table(["", "count"], [[name.replace("_", " "), count] for name, count in report.counts.items() if count])
    if report.problems:
        terminal.heading("oddities in the sources, handled")
        terminal.table(["", "times"], [[kind, found.get("count")] for kind, found in report.problems.items()])
    terminal.heading("seconds")
    terminal.table(["", "s"], [[stage, seconds] for stage, seconds in report.seconds.items()])
