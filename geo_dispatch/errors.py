"""The errors this project raises, and the exit code and HTTP status class of each.

The whole tree::

    GeoDispatchError                     anything this project raises on purpose      exit 1
    ├── InputError (ValueError)          what the user gave can't be used             exit 2
    │   ├── SourceFileError              missing, empty, truncated, wrong kind
    │   ├── PlaceNameError               no geocoder knows it, or several do
    │   ├── BoundaryError                boundary is missing, a point, or empty
    │   ├── PackError                    a town-pack row is wrong (file and line)
    │   ├── FieldMapError                a field map names a column that is not there
    │   ├── CoordinateError              not a longitude/latitude, swapped, outside the town
    │   ├── CaseFileError                an evaluation or matrix input row is wrong
    │   ├── CallsFileError               a file of recorded calls, or what names its columns, can't be used
    │   ├── ProfileError                 no such vehicle profile
    │   ├── SpeedsFileError              factors of travel time can't be used
    │   ├── ClosureError                 a closure names no road, or can't be read
    │   ├── UnitReportError              a reported position or status can't be true
    │   ├── RunCardError                 no run card for a call, or several, or cards that can't be used
    │   ├── QuestionError                an answer to a question that this town has not
    │   ├── AccountError                 a name, password, role or key that can't be used
    │   └── OutputError                  a path can't be written
    ├── TownFileError (InputError)       not a town file, damaged
    │   └── TownFormatError              a newer or unmigratable format version
    ├── NotFoundError                    a good question without an answer            exit 3
    │   ├── UnknownPlaceError            the words match nothing in town
    │   ├── AmbiguousPlaceError          the words match several places
    │   ├── NoRouteError                 no way between the two places
    │   └── UnknownRecordError           no such unit, incident, closure or record
    ├── ConflictError                    others were first: look again                exit 3
    │   ├── UnitTakenError               the unit, or its crew, is on an incident
    │   ├── TransitionError              a status that can't follow the present one
    │   └── VersionConflictError         it was changed since it was looked at
    ├── AccessError                      who asks may not                             exit 2
    │   ├── SignInError                  nobody is signed in, or name or password is wrong
    │   ├── RoleError                    the role may not do that
    │   ├── PasswordDueError             the password must be changed first
    │   ├── CsrfError                    a change that no page of ours asked for
    │   └── TooManyError                 too often; the details tell for how long to wait
    ├── StoreError                       the live store can't be used                 exit 1
    │   ├── StoreUnavailableError        it is down, full, read-only or busy
    │   ├── StoreFormatError             of a newer program, of another town, no store exit 2
    │   └── RecordBrokenError            the record was changed after it was written  exit 2
    ├── MissingExtraError                an optional library is not installed         exit 2
    └── RemoteError                      a server of others failed                    exit 1
        └── RemoteUnavailableError       it is down or refuses; try again later

A message says what is wrong, which value, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "AccessError",
    "AccountError",
    "AmbiguousPlaceError",
    "BoundaryError",
    "CallsFileError",
    "CaseFileError",
    "ClosureError",
    "ConflictError",
    "CoordinateError",
    "CsrfError",
    "FieldMapError",
    "GeoDispatchError",
    "InputError",
    "MissingExtraError",
    "NoRouteError",
    "NotFoundError",
    "OutputError",
    "PackError",
    "PasswordDueError",
    "PlaceNameError",
    "ProfileError",
    "QuestionError",
    "RecordBrokenError",
    "RemoteError",
    "RemoteUnavailableError",
    "RoleError",
    "RunCardError",
    "SignInError",
    "SourceFileError",
    "SpeedsFileError",
    "StoreError",
    "StoreFormatError",
    "StoreUnavailableError",
    "TooManyError",
    "TownFileError",
    "TownFormatError",
    "TransitionError",
    "UnitReportError",
    "UnitTakenError",
    "UnknownPlaceError",
    "UnknownRecordError",
    "VersionConflictError",
]


class GeoDispatchError(Exception):
    """Base of every error this project raises on purpose.

    Parameters
    ----------
    message
        What is wrong, which value, and what to do about it.
    details
        What a program needs to go on, as JSON-able values: the candidates, the question to ask.
    """

    exit_code = 1

    def __init__(self, message: str = "", *, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.details: Mapping[str, object] = details or {}


class InputError(GeoDispatchError, ValueError):
    """What the user gave can't be used; the message names the value and the remedy."""

    exit_code = 2


class SourceFileError(InputError):
    """A source file is missing, empty, truncated or of another kind."""


class PlaceNameError(InputError):
    """No geocoder knows the place name, or several places have it."""


class BoundaryError(InputError):
    """The town's boundary is missing, empty, or not an area."""


class PackError(InputError):
    """A row of a town pack is wrong; the message starts with file and line."""


class FieldMapError(InputError):
    """A field map is malformed or names a column the layer lacks."""


class CoordinateError(InputError):
    """Not a longitude/latitude, swapped, or outside the town's network."""


class CaseFileError(InputError):
    """A row of an evaluation or matrix input file is wrong."""


class CallsFileError(InputError):
    """A file of recorded calls can't be used as a whole, or the file that names its columns; a bad row is no error but a reject."""


class QuestionError(InputError):
    """An answer names a question that this town has not."""


class ProfileError(InputError):
    """There is no vehicle profile of that name."""


class SpeedsFileError(InputError):
    """A file of calibrated travel times can't be used, or too few trips were recorded to make one."""


class ClosureError(InputError):
    """A closure names no road of the town, streets that never meet, or can't be read."""


class UnitReportError(InputError):
    """What a unit is reported to be, or where, can't be true: at sea, in another state, in the future."""


class RunCardError(InputError):
    """No run card fits a call, or several do, or the cards can't be used."""


class AccountError(InputError):
    """The name, password, role or key of an account can't be used."""


class OutputError(InputError):
    """A path can't be written."""


class TownFileError(InputError):
    """The file is not a town file, or is damaged."""


class TownFormatError(TownFileError):
    """The town file's format version can't be read by this program."""


class NotFoundError(GeoDispatchError):
    """A good question that has no answer here."""

    exit_code = 3


class UnknownPlaceError(NotFoundError):
    """The words match nothing in this town."""


class AmbiguousPlaceError(NotFoundError):
    """The words match several places; one must be chosen."""


class NoRouteError(NotFoundError):
    """There is no way between the two places for this vehicle."""


class UnknownRecordError(NotFoundError):
    """There is no unit, incident, closure or record of that id."""


class ConflictError(GeoDispatchError):
    """Others were first, or the state of things forbids it: look again."""

    exit_code = 3


class UnitTakenError(ConflictError):
    """The unit, or the crew it shares, is on an incident already; the details say which and by whom."""


class TransitionError(ConflictError):
    """The status can't follow the unit's present one; the details list those that can."""


class VersionConflictError(ConflictError):
    """It was changed since it was looked at."""


class AccessError(GeoDispatchError):
    """Whoever asks may not."""

    exit_code = 2


class SignInError(AccessError):
    """Nobody is signed in, or the name or the password is wrong."""


class RoleError(AccessError):
    """The role may not do that; the details say which may."""


class PasswordDueError(AccessError):
    """The password must be changed before anything else."""


class CsrfError(AccessError):
    """A change in a session that no page of ours asked for."""


class TooManyError(AccessError):
    """Too often; the details tell for how many seconds to wait."""


class StoreError(GeoDispatchError):
    """The live store can't be used."""


class StoreUnavailableError(StoreError):
    """The live store is down, full, read-only, removed or busy; what needs no store goes on."""


class StoreFormatError(StoreError):
    """The store is of a newer program, of another town, or none of ours."""

    exit_code = 2


class RecordBrokenError(StoreError):
    """A row of the record was changed, removed or put in after it was written; the message says which."""

    exit_code = 2


class MissingExtraError(GeoDispatchError):
    """What was asked needs a library of an optional extra that is not installed; the message names the extra."""

    exit_code = 2


class RemoteError(GeoDispatchError):
    """A server of others answered with something unusable."""


class RemoteUnavailableError(RemoteError):
    """A server of others is down, overloaded or refuses; try again later."""
