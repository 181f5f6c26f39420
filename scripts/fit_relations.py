"""Learn from descriptions of known places how far from a landmark people are who say "near", "across from", "a block from" ...

    python scripts/fit_relations.py DESCRIPTIONS.jsonl [--write --source "who described, when, licence"]

Prints what was measured, and how well each form of distribution tells distances that it was not fitted on. With ``--write``
the figures go into ``geo_dispatch/locate/tables/distances.yaml``, where a relation has at least ``--least`` clauses; those of
the others stay. The two formats of descriptions are in ``scripts/relation_fit/descriptions.py``, more in ``docs/refit.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from relation_fit.descriptions import Description, read_descriptions
from relation_fit.distributions import FORMS, HeldOut, Trial, fit_model, hold_out
from relation_fit.observations import Observation, by_relation, observe, offset_m
from relation_fit.table import rewrite
from relation_fit.wrong import Mixture, fit_mixture
from shapely import MultiPoint

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import FloatArray

TABLE = Path(__file__).resolve().parents[1] / "geo_dispatch" / "locate" / "tables" / "distances.yaml"


@dataclass(frozen=True)
class Fit:
    """Everything that was fitted.

    Attributes
    ----------
    distances
        Of each relation, metres; ``block`` holds those of "a block".
    held_out
        Of each relation that has enough, by form.
    trial
        The form chosen.
    figures
        Median and 90% quantile of each relation that has enough, metres.
    block_m, block_spread
        Median length of a block, and the standard deviation of its logarithm.
    blocks
        Clauses that say a number of blocks.
    """

    distances: dict[str, FloatArray]
    held_out: dict[str, dict[str, HeldOut]]
    trial: Trial
    figures: dict[str, tuple[float, float]]
    block_m: float
    block_spread: float
    blocks: int
    mixture: Mixture


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if asked to."""
    given = _arguments(arguments)
    try:
        if given.write and not given.source:
            raise GeoDispatchError("--write needs --source: who described the places, when, and under which licence")
        descriptions = [one for path in given.descriptions for one in read_descriptions(path)]
        observations = observe(descriptions)
        print(f"{len(descriptions)} descriptions; clauses with a known landmark: {len(observations.found)}")
        for reason, count in observations.left_out.most_common():
            print(f"  left out, {reason}: {count}")
        fit = fit_relations(descriptions, observations.found, least=given.least, folds=given.folds, seed=given.seed)
        _print(fit, observations.found, given.least)
        if given.write:
            write(given.table, fit, source=given.source, least=given.least, road_km_per_km2=given.road_km_per_km2)
            print(f"\nwritten to {given.table}")
    except GeoDispatchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("descriptions", type=Path, nargs="+")
    parser.add_argument(
        "--least",
        type=int,
        default=25,
        help="clauses that a relation needs for its figures to be replaced: its median is then known to 12-25%%",
    )
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--source", default="", help="who described the places, when, and under which licence")
    parser.add_argument("--road-km-per-km2", type=float, help="how dense the roads are where the descriptions are from")
    parser.add_argument("--table", type=Path, default=TABLE)
    return parser.parse_args(arguments)


def fit_relations(
    descriptions: Sequence[Description], found: Sequence[Observation], *, least: int, folds: int, seed: int
) -> Fit:
    """Fit every figure.

    Parameters
    ----------
    descriptions
        The descriptions, for the extent of the town.
    found
        What `observe` found in them.
    least
        Clauses that a relation needs to be fitted.
    folds, seed
        Of the cross-validation.

    Raises
    ------
    GeoDispatchError
        If no relation has that many.
    """
    distances = {kind: np.array([one.distance_m for one in group]) for kind, group in by_relation(found)}
    blocks = [(one.distance_m, one.blocks) for one in found if one.blocks]
    if single := [distance for distance, count in blocks if count == 1.0]:
        distances["block"] = np.concatenate([distances.get("block", np.zeros(0)), single])
    enough = {kind: values for kind, values in distances.items() if len(values) >= max(least, folds, 2)}
    if not enough:
        most = max((len(values) for values in distances.values()), default=0)
        raise GeoDispatchError(
            f"no relation has {least} clauses with a known landmark, the most is {most}: lower --least"
        )
    held_out = {kind: dict(hold_out(values, folds=folds, seed=seed)) for kind, values in enough.items()}
    trial = max((t for t in FORMS if t.form), key=lambda t: sum(h[t.name].log_density.sum() for h in held_out.values()))
    ratios = np.array([distance / count for distance, count in blocks if distance > 0.0])
    return Fit(
        distances,
        held_out,
        trial,
        {kind: fit_model(trial, values) for kind, values in enough.items()},
        float(np.median(ratios)) if len(ratios) else 0.0,
        float(np.log(ratios).std()) if len(ratios) else 0.0,
        len(ratios),
        _mixture(
            descriptions, [one for one in found if one.clause.kind in enough and not one.clause.distance_m], trial
        ),
    )


def _mixture(descriptions: Sequence[Description], found: Sequence[Observation], trial: Trial) -> Mixture:
    origin = descriptions[0].goal
    points = [offset_m(origin, p) for d in descriptions for p in (d.goal, *(mark.position for mark in d.landmarks))]
    area = MultiPoint(points).convex_hull.area
    distance = np.maximum(np.array([one.distance_m for one in found]), 1.0)
    density = np.zeros(len(found))
    kinds = np.array([one.clause.kind for one in found])
    for kind in np.unique(kinds):
        density[kinds == kind] = trial.fit(distance[kinds == kind]).pdf(distance[kinds == kind])
    return fit_mixture(density, 2 * np.pi * distance / area, [one.turn_deg for one in found])


def write(table: Path, fit: Fit, *, source: str, least: int, road_km_per_km2: float | None) -> None:
    """Write the figures of the relations that have enough clauses."""
    values: dict[str, object] = {"source": source, "form": fit.trial.form}
    if road_km_per_km2:
        values["road_km_per_km2"] = road_km_per_km2
    rows: dict[str, dict[str, object]] = {}
    if fit.mixture.n_direction >= least:
        spread, floor = round(fit.mixture.spread_deg, 1), round(fit.mixture.floor, 3)
        rows["bearing"] = {"spread_deg": spread, "floor": floor, "n": fit.mixture.n_direction, "note": "measured"}
    if fit.blocks >= least:
        length, spread = round(fit.block_m), round(fit.block_spread, 2)
        rows["block"] = {"length_m": length, "spread": spread, "n": fit.blocks, "note": "measured"}
    judged = float(yaml.safe_load(table.read_text(encoding="utf-8"))["wrong"]["judged"])
    measured = round(fit.mixture.wrong, 3)
    rows["wrong"] = {"share": max(measured, judged), "measured": measured, "n": fit.mixture.n}
    under = {
        kind: {"p50_m": round(p50), "p90_m": round(p90), "n": len(fit.distances[kind]), "note": "measured"}
        for kind, (p50, p90) in fit.figures.items()
    }
    rewrite(table, values, rows, under=under)


def _print(fit: Fit, found: Sequence[Observation], least: int) -> None:
    print(
        "\n| relation | n | measured p50 m | p90 m | p97 m | fitted p50 m | p90 m | held out: in 50% | in 90% | beyond 97% |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind, values in fit.distances.items():
        p50, p90, p97 = np.quantile(values, [0.5, 0.9, 0.97])
        row = f"| {kind} | {len(values)} | {p50:.0f} | {p90:.0f} | {p97:.0f} |"
        if kind in fit.figures:
            held, (fitted50, fitted90) = fit.held_out[kind][fit.trial.name], fit.figures[kind]
            print(f"{row} {fitted50:.0f} | {fitted90:.0f} | {held.in50:.0%} | {held.in90:.0%} | {held.beyond97:.1%} |")
        else:
            print(f"{row} fewer than {least}: stays | | | | |")
    _print_forms(fit)
    _print_rest(fit, found)


def _print_forms(fit: Fit) -> None:
    """Print how much likelier each form makes what it was not fitted on, a clause, than the log-normal does."""
    print("\nLog density of a clause that was held out, against the log-normal (± one standard error):\n")
    print("| form | all | " + " | ".join(fit.held_out) + " | in 50% | in 90% | beyond 97% |")
    print("|---|---|" + "---|" * (len(fit.held_out) + 3))
    for trial in FORMS:
        gains = {k: h[trial.name].log_density - h[FORMS[0].name].log_density for k, h in fit.held_out.items()}
        cells = [_gain(np.concatenate(list(gains.values()))), *(_gain(gain) for gain in gains.values())]
        weights = [len(gain) for gain in gains.values()]
        held = [h[trial.name] for h in fit.held_out.values()]
        inside = [
            np.average(part, weights=weights)
            for part in zip(*((h.in50, h.in90, h.beyond97) for h in held), strict=True)
        ]
        chosen = " (chosen)" if trial is fit.trial else ""
        print(f"| {trial.name}{chosen} | {' | '.join(cells)} | {inside[0]:.0%} | {inside[1]:.0%} | {inside[2]:.1%} |")


def _gain(gain: FloatArray) -> str:
    return f"{gain.mean():+.3f} ± {gain.std() / np.sqrt(len(gain)):.3f}" if gain.any() else "0"


def _print_rest(fit: Fit, found: Sequence[Observation]) -> None:
    mixture = fit.mixture
    turns = np.array([one.turn_deg for one in found if one.turn_deg is not None])
    if len(turns):
        print(
            f"\ndirections: n {len(turns)}, median turn {np.median(turns):+.0f}°, half within {np.median(abs(turns)):.0f}°, "
            f"9 of 10 within {np.quantile(abs(turns), 0.9):.0f}°, {np.mean(abs(turns) > 90):.1%} on the other side"
        )
    print(
        f"mixture of {mixture.n} clauses, {mixture.n_direction} of them with a direction: spread {mixture.spread_deg:.1f}°; "
        f"direction says nothing {mixture.any_direction:.1%} (floor {mixture.floor:.3f}); wrong {mixture.wrong:.1%}"
    )
    if fit.blocks:
        print(
            f"blocks: n {fit.blocks}, {fit.block_m:.0f} m each, factor {np.exp(fit.block_spread):.2f} either way (one sigma)"
        )
    for kind in ("past", "before"):
        ahead = [one.ahead for one in found if one.clause.kind == kind and one.ahead is not None]
        if ahead:
            print(f"{kind}: n {len(ahead)}, beyond the landmark as seen from the start {np.mean(ahead):.0%}")


if __name__ == "__main__":
    sys.exit(main())
