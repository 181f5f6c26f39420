"""The program ``geo-dispatch``: its commands, and how their failures end.

Exit codes: 0 done; 2 bad usage or input; 3 nothing found; 1 our fault, or a server of others; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from geo_dispatch import __version__
from geo_dispatch.cli import (
    audit,
    build,
    busy,
    calibrate,
    compare,
    coverage,
    demo,
    desk,
    edges,
    evaluate,
    events,
    info,
    locate,
    matrix,
    recommend,
    region,
    replay,
    report,
    reverse,
    route,
    serve,
    siting,
)
from geo_dispatch.cli.account import account
from geo_dispatch.cli.arguments import NumberFriendlyCommand
from geo_dispatch.cli.key import key
from geo_dispatch.cli.record import record
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.compiled import keep_compiled
from geo_dispatch.errors import GeoDispatchError

__all__ = ["app", "main", "run"]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 + SIGINT."""

_CommandLineError = cast("type[Exception]", typer.BadParameter.__mro__[2])
"""The parser's own errors: typer names only the class two floors below it."""

app = typer.Typer(
    name="geo-dispatch",
    help="Where is it, and how do we get there: a town's roads and places for its public-safety desk.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

for _command in (
    build.build,
    info.info,
    locate.locate,
    reverse.reverse,
    route.route,
    matrix.matrix,
    recommend.recommend,
    replay.replay,
    calibrate.calibrate,
    busy.busy,
    desk.desk,
    coverage.coverage,
    edges.edges,
    compare.compare,
    events.events,
    events.export,
    evaluate.evaluate,
    audit.audit,
    siting.siting,
    report.report,
    region.region,
    serve.serve,
    demo.demo,
):
    app.command(cls=NumberFriendlyCommand)(_command)
for _group in (record, account, key):
    app.add_typer(_group)


def _show_version(asked: bool) -> None:
    if asked:
        Terminal().text(f"geo-dispatch {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure; works behind any command.")
    ] = False,
) -> None:
    """Hold the options that stand before every command."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a failure is one line on stderr.

    Parameters
    ----------
    arguments
        The command line without the program's name.

    Returns
    -------
    int
        0 done; 2 bad usage or input; 3 nothing found; 1 our fault, or a server of others; 130 interrupted.

    Examples
    --------
    >>> run(["--version"])  # doctest: +ELLIPSIS
    geo-dispatch ...
    0
    """
    given = list(arguments)
    options = given[: given.index("--")] if "--" in given else given
    debug, as_json = "--debug" in options, "--json" in options
    plain = [argument for argument in options if argument != "--debug"] + given[len(options) :]
    try:
        keep_compiled(_compiled_dir)
        code = app(args=plain, prog_name="geo-dispatch", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        Terminal().note("geo-dispatch: interrupted")
        return INTERRUPTED
    except _CommandLineError as error:
        return _usage(error, as_json)
    except Exception as error:
        if debug:
            import traceback

            traceback.print_exc()
        return _failed(error, debug=debug, as_json=as_json)


def _compiled_dir() -> Path:
    from geo_dispatch.config import load_settings

    return load_settings().compiled_dir


def _usage(error: BaseException, as_json: bool) -> int:
    """Say what is wrong with the command line, in one line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "geo-dispatch"
    if context is not None and type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(context.get_help() + "\n")
        return 2
    message = " ".join(str(getattr(error, "format_message", lambda: error)()).split()).rstrip(".")
    message = message.removeprefix("Invalid value: ")
    Terminal().note(f"{path}: {message}: see {path} --help")
    if as_json:
        _problem_document("urn:geo-dispatch:problem:usage", "The command line can't be used", message, {})
    return 2


def _failed(error: Exception, *, debug: bool, as_json: bool) -> int:
    """Say what failed, a line for each fault, and return the exit code."""
    if isinstance(error, GeoDispatchError):
        message, code = str(error), error.exit_code
    else:
        hint = "" if debug else "; run it again with --debug for the traceback"
        message, code = f"unexpected {type(error).__name__}: {error}{hint}", 1
    for line in message.split("\n"):  # a pack may have several faults
        Terminal().note(f"geo-dispatch: {line}")
    if as_json:
        from geo_dispatch.api.problems import problem_of

        problem = problem_of(error)
        detail = message if code == 1 else problem.detail
        _problem_document(problem.type_, problem.title, detail, dict(problem.details))
    return code


def _problem_document(kind: str, title: str, detail: str, details: dict[str, object]) -> None:
    Terminal(as_json=True).document({"type": kind, "title": title, "detail": detail, **details})


def main() -> None:
    """Run the program and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
