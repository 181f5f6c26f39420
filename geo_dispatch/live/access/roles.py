"""The one table of roles and capabilities."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import AccountError
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["ADMINISTRATOR", "PUBLIC", "Role", "get_role", "list_capabilities", "list_roles", "roles_with"]

PUBLIC = "public"
"""The role of whom nobody knows: not one to be given."""

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Role:
    """A role, what people call it, and what it may do."""

    role: str
    name: str
    may: frozenset[str]


def list_roles() -> tuple[Role, ...]:
    """Return every role, the public first.

    Examples
    --------
    >>> [role.role for role in list_roles()]
    ['public', 'desk', 'planner', 'dispatcher', 'supervisor', 'administrator']
    """
    rows = load_table("geo_dispatch.live.access", "roles")["roles"]
    return tuple(Role(name, row["name"], frozenset(row["may"])) for name, row in rows.items())


def list_capabilities() -> dict[str, str]:
    """Return every capability, with what it is.

    Examples
    --------
    >>> list_capabilities()["live.change"]
    'change units, incidents and closures'
    """
    return dict(load_table("geo_dispatch.live.access", "roles")["capabilities"])


def get_role(name: str, *, given: bool = False) -> Role:
    """Return a role by its name.

    Parameters
    ----------
    name
        As in the table.
    given
        Whether it is to be given to somebody: the public's can't be.

    Returns
    -------
    Role
        With what it may do.

    Raises
    ------
    AccountError
        If there is no such role.

    Examples
    --------
    >>> sorted(get_role("planner").may)
    ['ask', 'matrix', 'metrics.read', 'planning']
    """
    roles = {role.role: role for role in list_roles() if not (given and role.role == PUBLIC)}
    if name not in roles:
        hint = did_you_mean(name, roles) or f": the roles are {', '.join(roles)}"
        raise AccountError(f"there is no role {name!r}{hint}")
    return roles[name]


def roles_with(capability: str) -> tuple[str, ...]:
    """Return the roles that may do something.

    Examples
    --------
    >>> roles_with("record.read")
    ('supervisor', 'administrator')
    """
    return tuple(role.role for role in list_roles() if capability in role.may)
