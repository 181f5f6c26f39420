"""What the commands have in common: negative numbers as arguments, the town, options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.errors import InputError, SourceFileError, TownFileError

if TYPE_CHECKING:
    from geo_dispatch.config import Settings
    from geo_dispatch.service import Service

__all__ = [
    "AsJson",
    "At",
    "Close",
    "NumberFriendlyCommand",
    "Profile",
    "is_town",
    "named_town_file",
    "open_service",
    "read_closures",
    "read_time",
    "reading_town",
    "split_town",
    "town_path",
]

_NEGATIVE = re.compile(r"^-(\d|\.\d)")

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document to stdout.")]
Profile = Annotated[str, typer.Option("--profile", metavar="P", help="Vehicle profile.")]
Close = Annotated[
    list[str] | None,
    typer.Option(
        "--close",
        metavar="SPEC",
        help="What is closed, as in `Drift Rd from Hix Bridge Rd to Kirby Rd; for=engine`. May be given several times.",
    ),
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Local time, as 2026-07-04T09:00; now when left out.")
]


class NumberFriendlyCommand(TyperCommand):
    """A command whose arguments may be negative numbers, and whose first argument may be left out.

    ``-71.08,41.58`` is a position, not options.
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Show the arguments as `split_town` takes them: ``[OPTIONS] [TOWN] FROM TO``."""
        return ["[OPTIONS]", *(str(param.metavar) for param in self.params if param.param_type_name == "argument")]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with a blank before every argument that is a negative number; no value of ours minds a blank."""
        return super().parse_args(ctx, [f" {text}" if _NEGATIVE.match(text) else text for text in args])


def read_time(text: str | None) -> datetime | None:
    """Read a time: local to the town, or with a time zone.

    Parameters
    ----------
    text
        ISO 8601, or None.

    Returns
    -------
    datetime.datetime or None
        Without a time zone when the text has none.

    Raises
    ------
    InputError
        If it is not a time.

    Examples
    --------
    >>> read_time("2026-07-04T09:00")
    datetime.datetime(2026, 7, 4, 9, 0)
    """
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{text!r} is not a time: give --at as 2026-07-04T09:00") from None


def read_closures(texts: Sequence[str] | None) -> tuple[str, ...]:
    """Return closures as given, a GeoJSON file's content in place of its name.

    Parameters
    ----------
    texts
        Of ``--close``.

    Returns
    -------
    tuple of str
        What the service takes.

    Raises
    ------
    SourceFileError
        If a file named can't be read.
    """
    return tuple(_closure(text) for text in texts or ())


def _closure(text: str) -> str:
    place, semicolon, rest = text.partition(";")
    path = Path(place.strip())
    if path.suffix.lower() not in (".geojson", ".json"):
        return text
    try:
        return path.read_text(encoding="utf-8").strip() + semicolon + rest
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SourceFileError(f"{path}: can't be read ({reason}): give --close a GeoJSON file") from None


def is_town(text: str) -> bool:
    """Tell whether an argument names a town file, rather than words.

    Parameters
    ----------
    text
        An argument of a command.

    Returns
    -------
    bool
        True for ``sample``, for what ends in ``.gpkg``, and for a file that is there.

    Examples
    --------
    >>> is_town("sample"), is_town("westport.gpkg"), is_town("Main St and Drift Rd")
    (True, True, False)
    """
    from geo_dispatch.config import SAMPLE

    if text == SAMPLE or text.lower().endswith(".gpkg"):
        return True
    try:
        return Path(text).is_file()
    except OSError:
        return False


def split_town(arguments: list[str | None], *, wanted: tuple[str, ...]) -> tuple[str, list[str]]:
    """Tell the town, which may be left out, from the arguments behind it.

    Parameters
    ----------
    arguments
        As given; None where absent.
    wanted
        Names of the arguments behind the town, for messages.

    Returns
    -------
    tuple of str and list of str
        The town (the sample when left out), and the others.

    Raises
    ------
    typer.BadParameter
        If one is missing, or the first is not a town file.

    Examples
    --------
    >>> split_town(["Main St", None], wanted=("TEXT",))
    ('sample', ['Main St'])
    >>> split_town(["westport.gpkg", "Main St"], wanted=("TEXT",))
    ('westport.gpkg', ['Main St'])
    """
    from geo_dispatch.config import SAMPLE

    given = [text.strip() for text in arguments if text is not None]
    if len(given) == len(wanted) + 1:
        if not is_town(given[0]):
            raise SourceFileError(
                f"{given[0]}: no such town file: give a file made by `geo-dispatch build`, or put the words in quotes"
            )
        return given[0], given[1:]
    if given and is_town(given[0]):
        raise typer.BadParameter(f"{' and '.join(wanted[len(given) - 1 :])} is missing behind the town {given[0]}")
    if len(given) < len(wanted):
        raise typer.BadParameter(f"{' and '.join(wanted[len(given) :])} is missing")
    return SAMPLE, given


def named_town_file(town: str | None, settings: Settings | None = None) -> Path:
    """Return the town file an argument names, whether it is there or not; nothing is built.

    Parameters
    ----------
    town
        A town file, ``sample``, or None for the sample.
    settings
        Says where the sample is kept; from the environment when None.

    Returns
    -------
    pathlib.Path
        The file.
    """
    from geo_dispatch.config import SAMPLE, load_settings

    return (settings or load_settings()).sample_file if town in (None, SAMPLE) else Path(str(town))


def town_path(town: str | None, settings: Settings) -> Path:
    """Return the town file an argument names; the sample town is built when absent.

    Parameters
    ----------
    town
        A town file, ``sample``, or None for the sample.
    settings
        Says where the sample is kept.

    Returns
    -------
    pathlib.Path
        The file, which may not exist.
    """
    from geo_dispatch.config import SAMPLE

    if town is None or town == SAMPLE:
        from geo_dispatch.cli.sample import built_sample

        return built_sample(settings)
    return named_town_file(town, settings)


@contextmanager
def reading_town(path: Path) -> Iterator[None]:
    """Tell in one line that a town file can't be read, whatever the system has against it.

    Parameters
    ----------
    path
        The town file that is opened inside.

    Raises
    ------
    TownFileError
        If the system refuses it: permission, a broken disk.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TownFileError(
            f"{path} can't be read ({reason}): make the file and its folder readable, or choose another town file"
        ) from error


def open_service(town: str | None, settings: Settings | None = None) -> Service:
    """Open a town for one command.

    Parameters
    ----------
    town
        A town file, ``sample``, or None for the sample.
    settings
        From the environment when None.

    Returns
    -------
    Service
        Over the opened town.

    Raises
    ------
    TownFileError
        If the file can't be read.
    """
    from geo_dispatch.config import load_settings

    path = town_path(town, settings or load_settings())
    from geo_dispatch.town.store import index_is_current, open_town

    with reading_town(path):
        if index_is_current(path):
            opened = open_town(path)
        else:
            with shown_progress() as progress:
                opened = open_town(path, progress=progress)
    from geo_dispatch.service import Service

    return Service(opened, file=path)
