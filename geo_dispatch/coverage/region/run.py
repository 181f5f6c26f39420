"""Runs a region: town by town in this process, or by Dask; finished towns are kept, and not done again."""

from __future__ import annotations

import json
import logging
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geo_dispatch.coverage.region.file import Region, RegionTown
from geo_dispatch.coverage.region.work import TownWork, inputs_sha256, study_town
from geo_dispatch.errors import GeoDispatchError, MissingExtraError, OutputError, RemoteUnavailableError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress

__all__ = ["RegionResult", "TownResult", "run_region"]


@dataclass(frozen=True, slots=True)
class TownResult:
    """What came of one town of a region.

    Attributes
    ----------
    town
        Which.
    document, response_s, people
        As of `geo_dispatch.coverage.region.work.TownWork`; None and empty where it failed.
    kept
        Whether an earlier run had finished it.
    problem
        Why it failed; None when it did not.
    seconds, peak_mb
        What the work took, in whichever run did it.
    """

    town: RegionTown
    document: dict[str, Any] | None
    response_s: FloatArray
    people: FloatArray
    kept: bool
    problem: str | None
    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class RegionResult:
    """What came of a region: its towns in the order of the file."""

    region: Region
    towns: tuple[TownResult, ...]

    @property
    def failed(self) -> tuple[TownResult, ...]:
        """Return the towns that failed."""
        return tuple(row for row in self.towns if row.problem is not None)


def run_region(
    region: Region,
    folder: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress = NO_PROGRESS,
) -> RegionResult:
    """Work out every town of a region.

    Parameters
    ----------
    region
        What is asked.
    folder
        Where finished towns are kept, so that a run that was broken off goes on where it was.
    workers
        Processes; 1 works in this one, more need the extra ``cluster``.
    scheduler
        Address of a Dask scheduler, as in ``tcp://10.0.0.5:8786``; its workers must see the same files under the same paths.
    progress
        Advanced by one for each town.

    Returns
    -------
    RegionResult
        A town that fails does not stop the others.

    Raises
    ------
    MissingExtraError
        If Dask is needed and not installed.
    OutputError
        If the folder can't be written.
    RemoteUnavailableError
        If there is no scheduler at the address.
    """
    store = _Store(folder)
    hashes = [inputs_sha256(region, town) for town in region.towns]
    found: dict[int, TownResult] = {}
    for row, (town, sha) in enumerate(zip(region.towns, hashes, strict=True)):
        kept = store.find(town, sha)
        if kept is not None:
            found[row] = kept
    todo = [row for row in range(len(region.towns)) if row not in found]
    progress.stage(f"{len(todo)} towns" + (f", {len(found)} kept" if found else ""), total=len(todo))
    alone = not todo or (workers == 1 and scheduler is None)
    work = _in_turn(region, todo) if alone else _by_dask(region, todo, workers, scheduler)
    for row, outcome in work:
        town = region.towns[row]
        if isinstance(outcome, TownWork):
            store.keep(town, hashes[row], outcome)
            result = _result(town, outcome, kept=False)
        else:
            result = _failed(town, outcome)
            progress.note(f"{town.name}: {outcome}")
        found[row] = result
        progress.advance()
    return RegionResult(region, tuple(found[row] for row in range(len(region.towns))))


def _result(town: RegionTown, work: TownWork, *, kept: bool) -> TownResult:
    return TownResult(town, work.document, work.response_s, work.people, kept, None, work.seconds, work.peak_mb)


def _failed(town: RegionTown, error: Exception) -> TownResult:
    nothing = np.zeros(0)
    return TownResult(town, None, nothing, nothing, False, str(error), 0.0, 0.0)


_Outcome = tuple[int, "TownWork | Exception"]


def _in_turn(region: Region, todo: Sequence[int]) -> Iterator[_Outcome]:
    for row in todo:
        yield row, _attempt(region, region.towns[row])


def _attempt(region: Region, town: RegionTown) -> TownWork | Exception:
    """Study a town; what is wrong with it is told, not raised, so that the others go on."""
    try:
        return study_town(region, town)
    except GeoDispatchError as error:
        return type(error)(str(error))


def _by_dask(region: Region, todo: Sequence[int], workers: int, scheduler: str | None) -> Iterator[_Outcome]:
    with _client(workers, scheduler) as (client, as_completed):
        futures = {
            client.submit(_attempt, region, region.towns[row], pure=False, key=f"{region.towns[row].name}-{row}"): row
            for row in todo
        }
        for future in as_completed(futures):
            row = futures[future]
            try:
                outcome = future.result()
            except Exception as error:  # a worker that died, or a fault of the program: this town's, not the region's
                outcome = error
            future.release()
            yield row, outcome


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[tuple[Any, Any]]:
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError as missing:
        raise MissingExtraError(
            f"several workers need the extra `cluster` ({missing.name or missing} is not installed): "
            "install it with pip install 'geo-dispatch[cluster]', or leave --workers and --scheduler out"
        ) from None
    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.ERROR,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client, as_completed
        return
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, ValueError, TimeoutError) as problem:
        raise RemoteUnavailableError(
            f"no Dask scheduler answers at {scheduler} ({problem}): start one with `dask scheduler`, or leave --scheduler out"
        ) from None
    with client:
        yield client, as_completed


class _Store:
    """Keeps what came of each town: ``towns/NAME.json`` and ``.npz``, with the sha256 of its inputs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "towns"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise OutputError(f"--out {folder}: can't be made ({problem.strerror}): choose another folder") from None

    def find(self, town: RegionTown, sha: str) -> TownResult | None:
        """Return what was kept of a town with the same inputs; None where there is none, or it is damaged."""
        stem = self._stem(town)
        try:
            told = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
            if told["inputs_sha256"] != sha:
                return None
            with stem.with_suffix(".npz").open("rb") as file, np.load(file) as arrays:
                if str(arrays["inputs_sha256"]) != sha:
                    return None
                work = TownWork(
                    told["document"], arrays["response_s"], arrays["people"], told["seconds"], told["peak_mb"]
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return _result(town, work, kept=True)

    def keep(self, town: RegionTown, sha: str, work: TownWork) -> None:
        """Keep what came of a town: the arrays first, so that a document without them is never found."""
        stem = self._stem(town)
        part = stem.with_name(f".{stem.name}.{os.getpid()}.part")
        told = {"inputs_sha256": sha, "seconds": work.seconds, "peak_mb": work.peak_mb, "document": work.document}
        try:
            with part.open("wb") as file:
                np.savez_compressed(file, inputs_sha256=np.asarray(sha), response_s=work.response_s, people=work.people)
            part.replace(stem.with_suffix(".npz"))
            part.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
            part.replace(stem.with_suffix(".json"))
        except OSError as problem:
            raise OutputError(f"{stem}.json can't be written ({problem.strerror}): choose another --out") from None
        finally:
            part.unlink(missing_ok=True)

    def _stem(self, town: RegionTown) -> Path:
        plain = re.sub(r"[^\w-]+", "-", town.name).strip("-") or "town"
        if plain != town.name:  # two names may come to one
            plain += f"-{zlib.crc32(town.name.encode()):08x}"
        return self._folder / plain
