"""Files that the commands write besides town files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from geo_dispatch.errors import OutputError

__all__ = ["check_writable", "write_text"]

_DATABASE = b"SQLite format 3\x00"
"""How every SQLite file begins, and so every GeoPackage."""


def check_writable(
    path: Path, *, option: str, inputs: Mapping[str, Path] | None = None, replaces_databases: bool = False
) -> None:
    """Refuse a file that can't be written or must not be replaced, before any work is done for it.

    Parameters
    ----------
    path
        The file to be written.
    option
        The option that named it, for the message.
    inputs
        What the command reads, by what it is: ``{"the town file": ...}``. A folder stands for all files in it.
    replaces_databases
        Whether an SQLite file, as every GeoPackage is, may be replaced.

    Raises
    ------
    OutputError
        If it is a folder, its folder is absent or can't be written, it is one of the inputs, or it is a GeoPackage that
        must stay.
    """
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"{option} {path} is a folder: give the name of a file to write")
    if not folder.is_dir():
        raise OutputError(f"{option} {path}: the folder {folder} does not exist: create it, or choose another file")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise OutputError(f"{option} {path} can't be written (permission denied): choose another file")
    for what, given in (inputs or {}).items():
        if _is_input(path, given):
            raise OutputError(f"{option} {path} is {what}: choose another file")
    if _is_database(path) and not replaces_databases:
        raise OutputError(f"{option} {path} is a GeoPackage or another database, not replaced: choose another file")


def _is_input(path: Path, given: Path) -> bool:
    """Tell whether a file is an input, by whatever name or link, or a file in the folder that is one."""
    try:
        if path.samefile(given):
            return True
        return given.is_dir() and given.resolve() in path.resolve().parents and not _is_database(path)
    except OSError:
        return False


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError:
        return False


def write_text(path: Path, text: str, *, option: str) -> None:
    """Write a text file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    text
        Its text, written as UTF-8.
    option
        The option that named it, for the message.

    Raises
    ------
    OutputError
        If it can't be written; an older file is untouched.
    """
    check_writable(path, option=option)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{option} {path} can't be written ({error.strerror}): choose another file") from None
    finally:
        part.unlink(missing_ok=True)
