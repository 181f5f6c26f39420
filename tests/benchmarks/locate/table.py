"""How well callers are found in several towns, against the targets: one run, one table.

    python tests/benchmarks/locate/table.py TOWN.gpkg ... [--each 200] [--seed 2] [--http-cases 500]

For each town the callers of `geo_dispatch.audit` are asked for in this process, a sample of them once more over HTTP through
a served process on this machine, and 200 sentences that name nothing in town. First the rows that have a target, a column for each
town; then all kinds of each town. "Right" is the first candidate within the case's tolerance (docs/commands.md, audit). Nothing here
fails on time or on a target; the table is for reading.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.audit import AuditReport, audit
from geo_dispatch.locate import Case, Locator
from geo_dispatch.locate.evaluate import Score
from geo_dispatch.town.store import open_town

REPOSITORY = Path(__file__).resolve().parents[3]
_RELATED = ("across", "behind", "next_to", "between_streets", "between_places", "distance_straight", "distance_along")


@contextmanager
def served(path: Path) -> Iterator[http.client.HTTPConnection]:
    """Serve a town on a free port of this machine, and yield a connection to it."""
    command = [sys.executable, "-m", "geo_dispatch", "serve", str(path), "--port", "0", "--json"]
    server = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        address = urlsplit(json.loads(server.stdout.readline())["url"])
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        while True:
            try:
                connection.request("GET", "/readyz")
                answer = connection.getresponse()
                answer.read()
            except ConnectionError:
                answer = None
            if answer is not None and answer.status == 200:
                break
            time.sleep(0.1)
        yield connection
        connection.close()
    finally:
        server.terminate()
        server.wait(timeout=20)


def http_ms(path: Path, cases: Sequence[Case]) -> np.ndarray:
    """Return how long each case takes over HTTP, milliseconds, one after another on one connection."""
    spent = []
    with served(path) as connection:
        for at, case in enumerate([*cases[:5], *cases]):  # the first few make the server ready
            body = {"text": case.text, **({"circle": asdict(case.circle)} if case.circle else {})}
            began = time.perf_counter()
            connection.request("POST", "/v1/locate", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{answer.status} for {case.text!r}: {content[:300]!r}")
            if at >= 5:
                spent.append((time.perf_counter() - began) * 1000)
    return np.asarray(spent)


def pooled(report: AuditReport, kinds: Sequence[str], value: Callable[[Score], float | None]) -> str:
    """Return the mean of a figure over kinds, by their numbers of cases, and how many those are; "-" without any."""
    scores = [s for s in (report.callers.by_class if report.callers else ()) if s.group in kinds]
    known = [(s.n, value(s)) for s in scores]
    n = sum(count for count, figure in known if figure is not None)
    total = sum(count * figure for count, figure in known if figure is not None)
    return f"{100 * total / n:.1f} % ({n})" if n else "-"


def top1(score: Score) -> float:
    return score.top1


def with_target(report: AuditReport, in_http: np.ndarray) -> list[tuple[str, str, str]]:
    """Return what has a target: what, the target, and the figure."""
    overall, strangers = (report.callers.overall if report.callers else None), report.strangers
    rows = [
        (f"names {text}, right", target, pooled(report, [f"address/{variant}", f"place/{variant}"], top1))
        for text, variant, target in (
            ("exact", "exact", "99.5 %"), ("one typo", "typo", "99 %"), ("two typos", "two_typos", "-"),
            ("misheard", "misheard", "95 %"), ("abbreviated", "abbreviated", "-"),
        )
    ]  # fmt: skip
    rows += [
        ("crossings clean, right", "99 %", pooled(report, ["crossing/exact"], top1)),
        ("crossings, both names misspelt, right", "95 %", pooled(report, ["crossing/two_typos"], top1)),
        ("one clause of two wrong, right", "-", pooled(report, ["one_wrong/named", "one_wrong/related"], top1)),
    ]
    for kind in _RELATED:
        rows.append((f"{kind}: right", "97 %", pooled(report, [kind], top1)))
        rows.append(
            (f"{kind}: truth in the 90% region", "88-92 %", pooled(report, [kind], lambda s: s.region90_coverage))
        )
    joint = wrong = spent = nothing = over_http = "-"
    if overall is not None:
        joint = f"{100 * (overall.joint90_coverage or 0):.1f} / {100 * (overall.joint90_promised or 0):.1f} %"
        wrong = f"{overall.confident_and_wrong} of {overall.n}"
        spent = f"{overall.p50_ms:.1f} / {overall.p95_ms:.1f} ms"
    if strangers is not None:
        nothing = f"{100 * strangers.unknown:.1f} % ({strangers.n})"
    if len(in_http):
        p50, p95 = np.quantile(in_http, [0.5, 0.95])
        over_http = f"{p50:.1f} / {p95:.1f} ms ({len(in_http)})"
    return [
        *rows,
        ("candidate and region at once: held / promised", "equal", joint),
        ("sure (> 0.8) and wrong by over 400 m", "0", wrong),
        ("text that names nothing: unknown", "99 %", nothing),
        ("p50 / p95 in process", "- / 30 ms", spent),
        ("p50 / p95 over HTTP", "- / 50 ms", over_http),
    ]


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def kinds_table(report: AuditReport) -> Iterator[str]:
    """Yield the lines of a table of all kinds of one town."""
    yield "| kind | n | top-1 % | top-3 % | median m | 90 % m | unknown % | sure and wrong | in 50 % | in 90 % | km2 | joint % | promised % | p50 ms | p95 ms |"
    yield "|---|" + "---:|" * 14
    if report.callers is None:
        return
    extra = [score for score in (report.without_circle, report.with_circle) if score is not None]
    for score in (report.callers.overall, *report.callers.by_class, *extra):
        cells = (
            score.group, score.n, percent(score.top1), percent(score.top3),
            "" if score.median_error_m is None else round(score.median_error_m),
            "" if score.p90_error_m is None else round(score.p90_error_m),
            percent(score.unknown), score.confident_and_wrong, percent(score.region50_coverage), percent(score.region90_coverage),
            "" if score.median_region90_km2 is None else f"{score.median_region90_km2:.3f}",
            percent(score.joint90_coverage), percent(score.joint90_promised), f"{score.p50_ms:.1f}", f"{score.p95_ms:.1f}",
        )  # fmt: skip
        yield "| " + " | ".join(map(str, cells)) + " |"
    if report.skipped:
        yield "\nno data: " + ", ".join(skipped.kind for skipped in report.skipped)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("towns", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--http-cases", type=int, default=500, help="cases asked over HTTP as well; none when 0")
    given = parser.parse_args()
    columns, reports = [], []
    for path in given.towns:
        report, cases = audit(Locator(open_town(path)), each=given.each, seed=given.seed)
        sample = cases[:: max(len(cases) // given.http_cases, 1)] if given.http_cases else []
        columns.append(with_target(report, http_ms(path, sample) if sample else np.zeros(0)))
        reports.append(report)
        print(f"{report.town}: {len(cases)} cases", file=sys.stderr, flush=True)
    print("| what | target | " + " | ".join(f"{report.town}" for report in reports) + " |")
    print("|---|---|" + "---:|" * len(reports))
    for rows in zip(*columns, strict=True):
        print(f"| {rows[0][0]} | {rows[0][1]} | " + " | ".join(row[2] for row in rows) + " |")
    for report in reports:
        print(f"\n{report.town}, {report.each} of each kind where there are so many, seed {report.seed}\n")
        print("\n".join(kinds_table(report)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
