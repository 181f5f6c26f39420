"""The one table from exception to HTTP problem (RFC 9457); free of any framework, so that the command line shares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_dispatch.errors import (
    AccessError,
    AccountError,
    AmbiguousPlaceError,
    ClosureError,
    ConflictError,
    CoordinateError,
    CsrfError,
    GeoDispatchError,
    InputError,
    MissingExtraError,
    NoRouteError,
    NotFoundError,
    OutputError,
    PasswordDueError,
    ProfileError,
    QuestionError,
    RecordBrokenError,
    RemoteError,
    RemoteUnavailableError,
    RoleError,
    RunCardError,
    SignInError,
    SourceFileError,
    StoreError,
    StoreUnavailableError,
    TooManyError,
    TownFileError,
    TownFormatError,
    TransitionError,
    UnitReportError,
    UnitTakenError,
    UnknownPlaceError,
    UnknownRecordError,
    VersionConflictError,
)

__all__ = ["PROBLEM_MEDIA_TYPE", "Problem", "problem_of", "problem_of_status"]

PROBLEM_MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:geo-dispatch:problem:"

_TABLE: tuple[tuple[type[BaseException], int, str, str], ...] = (
    # The first row whose class fits counts: children stand before their parents.
    (UnknownPlaceError, 404, "unknown-place", "The words match nothing in this town"),
    (AmbiguousPlaceError, 409, "ambiguous-place", "The words do not tell one place"),
    (NoRouteError, 404, "no-route", "There is no way between the two places"),
    (UnknownRecordError, 404, "unknown-record", "There is no such unit, incident, closure or record"),
    (NotFoundError, 404, "not-found", "There is no answer to that here"),
    (UnitTakenError, 409, "unit-taken", "The unit is on an incident already"),
    (TransitionError, 409, "transition", "That can't follow what the unit is doing"),
    (VersionConflictError, 409, "changed", "It was changed since it was looked at"),
    (ConflictError, 409, "conflict", "Others were first"),
    (SignInError, 401, "sign-in", "Nobody is signed in"),
    (RoleError, 403, "role", "The role may not do that"),
    (PasswordDueError, 403, "password-due", "The password must be changed first"),
    (CsrfError, 403, "csrf", "No page of this server asked for that"),
    (TooManyError, 429, "too-many", "Too many requests"),
    (AccessError, 403, "not-permitted", "That is not permitted"),
    (StoreUnavailableError, 503, "store-unavailable", "The live store can't be used; what needs none goes on"),
    (RecordBrokenError, 500, "record-broken", "The record was changed after it was written"),
    (StoreError, 503, "store", "The live store can't be used"),
    (TownFormatError, 503, "town-format", "The town file's format can't be read"),
    (TownFileError, 503, "town-file", "The town file can't be read"),
    (SourceFileError, 503, "town-file", "The town file can't be read"),
    (OutputError, 500, "output", "A file can't be written"),
    (CoordinateError, 404, "coordinate", "The town's roads don't cover the position"),
    (QuestionError, 404, "question", "An answer's question is none of this town's"),
    (ProfileError, 422, "profile", "There is no such vehicle profile"),
    (ClosureError, 404, "closure", "The closure names no road here, or can't be read"),
    (UnitReportError, 422, "unit-report", "The report can't be true"),
    (RunCardError, 422, "run-card", "No one run card fits"),
    (AccountError, 422, "account", "The name, password, role or key can't be used"),
    (InputError, 422, "input", "The request can't be used"),
    (MissingExtraError, 501, "missing-extra", "An optional library is not installed here"),
    (RemoteUnavailableError, 503, "remote-unavailable", "A server of others is down"),
    (RemoteError, 502, "remote", "A server of others failed"),
    (GeoDispatchError, 500, "internal", "The program failed"),
)

_STATUSES: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "The request can't be read"),
    404: ("not-found", "There is nothing at this address"),
    401: ("sign-in", "Nobody is signed in"),
    403: ("not-permitted", "That is not permitted"),
    405: ("method", "This address has no such method"),
    413: ("too-large", "The request is too large"),
    415: ("media-type", "The request's media type isn't JSON"),
    421: ("host", "There is no server of that name here"),
    422: ("input", "The request can't be used"),
    429: ("too-many", "Too many requests"),
    500: ("internal", "The program failed"),
    503: ("not-ready", "The service is not ready"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as RFC 9457 has it; `details` become further members."""

    type_: str
    title: str
    status: int
    detail: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def document(self, *, instance: str | None = None) -> dict[str, Any]:
        """Return the JSON document, with the address of the request as `instance`."""
        head = {"type": self.type_, "title": self.title, "status": self.status, "detail": self.detail}
        return {**head, **({"instance": instance} if instance else {}), **self.details}


def problem_of(error: BaseException) -> Problem:
    """Return the problem an exception stands for.

    Parameters
    ----------
    error
        Any exception; what this project does not know is a 500 whose detail says nothing of the inside.

    Returns
    -------
    Problem
        Type, title, status and detail.

    Examples
    --------
    >>> problem_of(CoordinateError("2.35,48.86 is outside the town")).status
    404
    >>> problem_of(KeyError("x")).detail
    'An error of the program; its log says more.'
    """
    for kind, status, slug, title in _TABLE:
        if isinstance(error, kind):
            details = dict(error.details) if isinstance(error, GeoDispatchError) else {}
            return Problem(_TYPE + slug, title, status, str(error), details)
    return Problem(_TYPE + "internal", "The program failed", 500, "An error of the program; its log says more.")


def problem_of_status(
    status: int, detail: str, *, slug: str | None = None, details: Mapping[str, Any] | None = None
) -> Problem:
    """Return the problem of an HTTP status that no exception of ours stands behind.

    Parameters
    ----------
    status
        HTTP status, 400 or more.
    detail
        What is wrong with this request.
    slug
        End of the type, where the status has several.
    details
        Further members.

    Returns
    -------
    Problem
        Its type and title are of the status.

    Examples
    --------
    >>> problem_of_status(405, "DELETE is not among GET").title
    'This address has no such method'
    """
    of_status, title = _STATUSES.get(status, ("http", f"HTTP status {status}"))
    return Problem(_TYPE + (slug or of_status), title, status, detail, details or {})
