"""Files that the commands write besides town files."""

from __future__ import annotations

import os
from pathlib import Path

from geo_dispatch.errors import OutputError

__all__ = ["check_writable", "write_text"]


def check_writable(path: Path, *, option: str) -> None:
    """Refuse a file that can't be written, before any work is done for it.

    Parameters
    ----------
    path
        The file to be written.
    option
        The option that named it, for the message.

    Raises
    ------
    OutputError
        If it is a folder, or its folder is absent or can't be written.
    """
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"{option} {path} is a folder: give the name of a file to write")
    if not folder.is_dir():
        raise OutputError(f"{option} {path}: the folder {folder} does not exist: create it, or choose another file")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise OutputError(f"{option} {path} can't be written (permission denied): choose another file")


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
