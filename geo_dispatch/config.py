"""Settings: one bounded, described object, read from the environment when asked for.

Every setting can be given as an environment variable, ``GEO_DISPATCH_`` and its name in capitals
(``GEO_DISPATCH_PORT=9000``); ``docs/settings.md`` lists them all. Nothing is read at import.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo_dispatch.errors import InputError

__all__ = [
    "ENV_PREFIX",
    "NO_STATE",
    "SAMPLE",
    "LogLevel",
    "Settings",
    "default_cache_dir",
    "default_data_dir",
    "load_settings",
]

SAMPLE = "sample"
"""What stands for the embedded sample town wherever a town file is named."""

NO_STATE = "none"
"""What stands for no live store wherever one is named."""

ENV_PREFIX = "GEO_DISPATCH_"
"""What the environment variables of all settings begin with."""

LogLevel = Literal["debug", "info", "warning", "error"]

_PUBLIC_OVERPASS = ("https://overpass-api.de/api", "https://overpass.private.coffee/api")


def default_cache_dir() -> Path:
    r"""Return the folder in which this platform keeps a user's caches, with ours inside.

    Returns
    -------
    pathlib.Path
        ``$XDG_CACHE_HOME/geo-dispatch`` or ``~/.cache/geo-dispatch``; ``~/Library/Caches/geo-dispatch`` on macOS;
        ``%LOCALAPPDATA%\geo-dispatch\Cache`` on Windows.

    References
    ----------
    XDG Base Directory Specification 0.8: a relative ``XDG_CACHE_HOME`` is ignored.

    Examples
    --------
    >>> "geo-dispatch" in default_cache_dir().parts
    True
    """
    home = Path("~").expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "geo-dispatch" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "geo-dispatch"
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else home / ".cache") / "geo-dispatch"


def default_data_dir() -> Path:
    r"""Return the folder in which this platform keeps a user's data, with ours inside: what may never be lost.

    Returns
    -------
    pathlib.Path
        ``$XDG_DATA_HOME/geo-dispatch`` or ``~/.local/share/geo-dispatch``; ``~/Library/Application Support/geo-dispatch`` on
        macOS; ``%LOCALAPPDATA%\geo-dispatch\Data`` on Windows.

    References
    ----------
    XDG Base Directory Specification 0.8: a relative ``XDG_DATA_HOME`` is ignored.

    Examples
    --------
    >>> "geo-dispatch" in default_data_dir().parts
    True
    """
    home = Path("~").expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "geo-dispatch" / "Data"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "geo-dispatch"
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (given if given.is_absolute() else home / ".local" / "share") / "geo-dispatch"


class Settings(BaseSettings):
    """Everything that can be set from outside; command-line options win over it."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    host: str = Field(
        "127.0.0.1", min_length=1, description="Address `serve` listens on; 127.0.0.1 = this machine only."
    )
    port: int = Field(8000, ge=0, le=65535, description="TCP port `serve` listens on; 0 = any that is free.")
    town: str = Field(
        "sample",
        min_length=1,
        description="Town file that `serve` opens when none is given; `sample` = the embedded sample town.",
    )
    cache_dir: Path = Field(
        default_factory=default_cache_dir,
        description="Folder for downloads, the built sample town, and compiled code that can't lie beside the program; the platform's cache "
        "folder when left out.",
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder for what must be kept: the live stores; the platform's data folder when left out.",
    )
    state: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Live store of `serve` and `record`: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME, or `none`; "
        "a SQLite file for each town in the data folder when left out.",
    )
    sign_in: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Who must sign in or send a key: `on` = everybody; `auto` = everybody but programs of this machine, while only they can reach "
        "the server; `off` = nobody.",
    )
    session_idle_h: float = Field(
        12.0, ge=0.1, le=168, description="How long a session lasts that is not used, in hours."
    )
    session_longest_h: float = Field(24.0, ge=0.1, le=720, description="How long a session lasts at most, in hours.")
    questions_per_minute: int = Field(
        300, ge=1, le=1_000_000, description="Most questions a minute from one address by whoever is not signed in."
    )
    sign_ins_per_minute: int = Field(
        20, ge=1, le=1_000_000, description="Most passwords a minute that are looked at from one address."
    )
    nominatim_url: str = Field(
        "https://nominatim.openstreetmap.org",
        pattern=r"^https?://",
        description="Base address of the geocoder that `build PLACE` asks for the town's boundary.",
    )
    overpass_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        _PUBLIC_OVERPASS,
        min_length=1,
        max_length=10,
        description="Base addresses of the Overpass servers that `build PLACE` downloads from, comma between, tried in turn.",
    )
    contact: str | None = Field(
        None,
        max_length=200,
        description="E-mail or web address of whoever runs this, added to the user agent of every download.",
    )
    timeout_s: float = Field(
        180.0, gt=0, le=3600, description="Longest time, in seconds, that a download server may work on one request."
    )
    retries: int = Field(3, ge=0, le=20, description="How often a failed download is tried again on one server.")
    log_level: LogLevel = Field("info", description="What `serve` logs: debug, info, warning or error.")
    max_text_length: int = Field(
        1000, ge=10, le=10_000, description="Longest text, in characters, that a request may hold for locate or route."
    )
    max_matrix_pairs: int = Field(
        250_000,
        ge=1,
        le=25_000_000,
        description="Most origin-destination pairs that one matrix request may ask for.",
    )
    max_body_bytes: int = Field(
        2 * 1024 * 1024, ge=1024, le=1024**3, description="Largest request body, in bytes, that `serve` reads."
    )
    max_places: int = Field(1000, ge=1, le=100_000, description="Most places that one request to /v1/places returns.")

    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        max_length=100,
        description="Names by which this server may be asked for besides `localhost`, addresses in numbers and, when others can reach "
        "it, the machine's own name; comma between; `*` = any name.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        max_length=100,
        description="Addresses or networks of the proxies in front, comma between: what they say of the client's address and of https "
        "is believed, what others say is not.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        max_length=100,
        description="Pages of other servers that may ask this one from a browser, as https://maps.example, comma between; without "
        "cookies.",
    )

    @field_validator("cache_dir", "data_dir")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def state_url(self) -> str | None:
        """Return the address of the live store; None when there is to be none."""
        if self.state is not None:
            return None if self.state == NO_STATE else self.state
        name = re.sub(r"[^\w.-]+", "-", Path(self.town).stem)  # an address has no room for ? and #
        return f"sqlite:///{self.data_dir / 'live' / name}.sqlite"

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine can reach the server."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def asked(self) -> Literal["all", "others", "nobody"]:
        """Return who must say who they are; programs of this machine must when a proxy or another name of it shows that others come too."""
        if self.sign_in == "off":
            return "nobody"
        alone = self.is_local and not self.trusted_proxies and not self.trusted_hosts
        return "others" if self.sign_in == "auto" and alone else "all"

    @property
    def own_names(self) -> frozenset[str]:
        """Return the names by which this server may be asked for, in lower case."""
        given = {name.lower() for name in (self.host, *self.trusted_hosts)}
        if not self.is_local:
            given |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        return frozenset(given)

    @property
    def compiled_dir(self) -> Path:
        """Return the folder for compiled code, where that can't lie beside the program."""
        return self.cache_dir / "compiled"

    @property
    def sample_file(self) -> Path:
        """Return where the built sample town lies, whether it is there or not."""
        return self.cache_dir / "towns" / "sample.gpkg"

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for given in value:
            try:
                ipaddress.ip_network(given, strict=False)
            except ValueError:
                raise ValueError(f"{given!r} is no address or network: write 10.0.0.5 or 10.0.0.0/24") from None
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for given in value:
            if not re.fullmatch(r"https?://[^/*\s]+", given):
                raise ValueError(f"{given!r} is no origin: write https://maps.example, without path")
        return value

    @field_validator("overpass_urls", "trusted_hosts", "trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


def load_settings() -> Settings:
    """Read the settings from the environment.

    Returns
    -------
    Settings
        Defaults, with what the environment gives.

    Raises
    ------
    InputError
        If a variable holds an unusable value; the message names the variable and the value.

    Examples
    --------
    >>> 1 <= load_settings().port <= 65535
    True
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ENV_PREFIX + str(first["loc"][0]).upper()
        raise InputError(
            f"the environment variable {name} is {first['input']!r}: {_lower(first['msg'])}: change or unset it"
        ) from None


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
