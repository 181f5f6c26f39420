"""Services of a town as an Open311 GeoReport v2 service list.

Requests are not taken: the list tells who handles what, with the telephone in the description.

References
----------
https://wiki.open311.org/GeoReport_v2/ ("GET Service List")
"""

from __future__ import annotations

from collections.abc import Iterable

from geo_dispatch.knowledge.directory import ServiceRow

__all__ = ["open311_services"]


def open311_services(services: Iterable[ServiceRow]) -> list[dict[str, object]]:
    """Return the service list.

    Parameters
    ----------
    services
        The services; one entry for each topic that they handle.

    Returns
    -------
    list of dict
        ``service_code``, ``service_name``, ``description``, ``metadata``, ``type``, ``keywords``, ``group``.
    """
    return [
        {
            "service_code": f"{row.service_id}:{topic.replace(' ', '-')}",
            "service_name": topic[:1].upper() + topic[1:],
            "description": f"{row.name}{f', {row.phone}' if row.phone else ''}. Requests are taken by telephone only.",
            "metadata": False,
            "type": "realtime",
            "keywords": ", ".join((topic, *row.alternate_names)),
            "group": row.organization or row.name,
        }
        for row in services
        for topic in row.handles
    ]
