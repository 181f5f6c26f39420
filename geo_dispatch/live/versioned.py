"""What several desks look at, only the one who looked last may change."""

from __future__ import annotations

from geo_dispatch.errors import VersionConflictError

__all__ = ["check_version"]


def check_version(seen: int | None, kept: int, what: str) -> None:
    """Refuse to change what others have changed since it was looked at.

    Parameters
    ----------
    seen
        The version looked at; None passes the check over.
    kept
        The version on file.
    what
        What it is, for the message.

    Raises
    ------
    VersionConflictError
        If they differ.
    """
    if seen is not None and seen != kept:
        raise VersionConflictError(
            f"{what} was changed since it was looked at (version {seen}, now {kept}): look at it again",
            details={"version": kept},
        )
