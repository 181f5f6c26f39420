"""Raw answers of servers kept on disk: whole or not at all.

An answer is written under a temporary name and renamed when it is complete and checked, with a small
JSON document beside it that says where it came from; it counts only while both are there and its
size and SHA-256 still match. An interrupted or damaged download is therefore never taken for data.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from geo_dispatch.errors import OutputError

__all__ = ["CachedAnswer", "DownloadCache"]

_PART_SUFFIX = ".part"
_STALE_PART_S = 24 * 3600
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """One complete answer on disk.

    ``retrieved`` is an ISO 8601 time, ``osm_base`` the date of the data by the server's own word.
    """

    path: Path
    endpoint: str
    retrieved: str
    sha256: str
    size_bytes: int
    osm_base: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    from_cache: bool = False

    @property
    def age_s(self) -> float:
        """Return seconds since it was downloaded, 0 or more."""
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(self.retrieved)).total_seconds())


class DownloadCache:
    """A folder of complete answers, named by what was asked.

    Parameters
    ----------
    folder
        Where they are kept; made when absent.
    refresh
        Treat what lies there as absent.

    Raises
    ------
    OutputError
        If the folder can't be made.
    """

    def __init__(self, folder: Path, *, refresh: bool = False) -> None:
        self.folder = folder
        self.refresh = refresh
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for part in folder.glob(f"*{_PART_SUFFIX}"):
                if time.time() - part.stat().st_mtime > _STALE_PART_S:
                    part.unlink(missing_ok=True)

    def path(self, request: str, suffix: str) -> Path:
        """Return the file name of the answer to a request, whether it is there or not."""
        key = hashlib.sha256(request.encode()).hexdigest()[:20]
        return self.folder / f"{key}{suffix}"

    def find(self, request: str, suffix: str) -> CachedAnswer | None:
        """Return the complete answer to a request, None when there is none."""
        path = self.path(request, suffix)
        if self.refresh or not path.is_file():
            return None
        try:
            told = json.loads(_beside(path).read_text(encoding="utf-8"))
            answer = CachedAnswer(**{**told, "path": path, "from_cache": True})
            if path.stat().st_size != answer.size_bytes or _sha256(path) != answer.sha256:
                return None
            datetime.fromisoformat(answer.retrieved)
        except (OSError, ValueError, TypeError):
            return None
        return answer

    @contextlib.contextmanager
    def writing(self, request: str, suffix: str) -> Iterator[BinaryIO]:
        """Open a temporary file for an answer; it is removed unless `keep` renamed it."""
        target = self.path(request, suffix)
        with _explained(self.folder):
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=f"{target.stem}-", suffix=_PART_SUFFIX)
        part = Path(name)
        try:
            os.close(handle)
            with part.open("wb") as stream:
                yield stream
        except OSError as error:
            raise _output_error(self.folder, error) from error
        finally:
            part.unlink(missing_ok=True)

    def keep(
        self,
        stream: BinaryIO,
        request: str,
        suffix: str,
        *,
        endpoint: str,
        osm_base: str | None = None,
        counts: dict[str, int] | None = None,
    ) -> CachedAnswer:
        """Make the temporary file the answer to a request; call it inside `writing`, after the checks."""
        path = self.path(request, suffix)
        part = Path(stream.name)
        with _explained(self.folder):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            answer = CachedAnswer(
                path=path,
                endpoint=endpoint,
                retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
                sha256=_sha256(part),
                size_bytes=part.stat().st_size,
                osm_base=osm_base,
                counts=counts or {},
            )
            told = {key: value for key, value in asdict(answer).items() if key not in ("path", "from_cache")}
            beside = part.with_suffix(f".json{_PART_SUFFIX}")
            try:
                beside.write_text(json.dumps(told, indent=1), encoding="utf-8")
                path.unlink(missing_ok=True)  # never a new answer beside the old description, nor the reverse
                beside.replace(_beside(path))
                part.replace(path)
            finally:
                beside.unlink(missing_ok=True)
        return answer

    def mark(self, request: str, suffix: str) -> None:
        """Remember a fact about a request across runs, as an empty file."""
        with _explained(self.folder):
            self.path(request, suffix).touch()

    def is_marked(self, request: str, suffix: str) -> bool:
        """Tell whether `mark` was called for the request in this or an earlier run."""
        return not self.refresh and self.path(request, suffix).exists()


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _output_error(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"can't write to the download folder {folder}: {error.strerror or error}: "
        "free some space there or choose another folder"
    )


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _output_error(folder, error) from error
