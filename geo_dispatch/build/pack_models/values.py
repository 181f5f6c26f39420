"""Kinds of values in a town pack: what is written as text in YAML or CSV, checked and given its type."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field

from geo_dispatch.hours import check_hours

__all__ = [
    "Day",
    "Email",
    "HoursText",
    "Language",
    "Moment",
    "Name",
    "Phone",
    "Size",
    "Text",
    "Texts",
    "Url",
    "Word",
    "Zone",
    "split",
    "split_names",
    "split_requirements",
]


def split(value: Any) -> Any:
    """Let ``a; b`` stand for a list, as in CSV."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return value


def split_requirements(value: Any) -> Any:
    """Let ``engine=2; ladder=1`` stand for a list of requirements, as in CSV."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in split(value)]
    return [{"capability": name.strip(), "count": count.strip() or "1"} for name, _, count in pairs]


def split_names(value: Any) -> Any:
    """Let ``old_name=Head Store; The Head``, or plain texts in a list, stand for other names."""
    result = []
    for item in split(value) if isinstance(value, (str, list)) else value:
        if isinstance(item, str):
            kind, equals, name = item.partition("=")
            item = {"name": name.strip(), "kind": kind.strip()} if equals else {"name": item, "kind": "nickname"}
        result.append(item)
    return result


def _check_date(value: str) -> str:
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)
    if not parts:
        raise ValueError(f"{value!r} is not a date: write 2026-05-01")
    date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    return value


def _check_time(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a time: write 2026-07-04T09:00 or 2026-07-04") from None
    return value


def _check_phone(value: str) -> str:
    """Let pass what can be dialled from North America: a whole number, a short code, or one with its country."""
    text = re.sub(r"(?i)\s*(?:ext\.?|extension|x)\s*\d+$", "", value)
    if re.fullmatch(r"\d{3,6}", text):
        return value
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(
            f"{value!r} is not a telephone number: write 508-555-0100, 508-555-0100 x12, or a short code as 911"
        )
    return value


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"{value!r} is not the address of a page: write https://www.example.org/page")
    return value


def _check_email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+", value):
        raise ValueError(f"{value!r} is not an e-mail address: write clerk@example.org")
    return value


def _check_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone: write America/New_York") from None
    return value


Texts = Annotated[list[str], BeforeValidator(split)]
Day = Annotated[str, BeforeValidator(lambda value: _check_date(str(value)))]
Moment = Annotated[str, BeforeValidator(lambda value: _check_time(str(value)))]
Size = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Phone = Annotated[str, AfterValidator(_check_phone)]
Url = Annotated[str, AfterValidator(_check_url)]
Email = Annotated[str, AfterValidator(_check_email)]
Zone = Annotated[str, AfterValidator(_check_zone)]
HoursText = Annotated[str, AfterValidator(check_hours)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
