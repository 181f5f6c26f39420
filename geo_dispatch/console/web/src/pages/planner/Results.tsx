/** What came of one scenario, in tables: the map's content and more. */

import { distance, percent, words } from "../../shared/format";
import { type Column, DataTable } from "../../shared/ui/DataTable";
import { minutesOf, timeOf } from "./bands";
import { showMap } from "./PlanMap";
import { picked } from "./state";
import type { AreaReached, Coverage, FirstDue, Gap } from "./types";

const METRES_PER_MILE = 1609.344;

export function Results(props: { readonly coverage: Coverage; readonly name: string }) {
  const { coverage, name } = props;
  return (
    <>
      <Warnings coverage={coverage} />
      <Figures coverage={coverage} name={name} />
      <Areas coverage={coverage} name={name} />
      <Gaps coverage={coverage} name={name} />
      <Responders coverage={coverage} name={name} />
    </>
  );
}

function Warnings(props: { readonly coverage: Coverage }) {
  const told = props.coverage.warnings.filter((text) => !text.includes("fictional sample town"));
  if (told.length === 0) return null;
  return (
    <ul class="beware" aria-label="Beware">
      {told.map((text) => (
        <li key={text}>
          <span aria-hidden="true">⚠ </span>
          {text}
        </li>
      ))}
    </ul>
  );
}

interface FigureRow {
  readonly threshold: number;
  readonly place: number;
}

function Figures(props: { readonly coverage: Coverage; readonly name: string }) {
  const { coverage } = props;
  const rows = coverage.thresholds_s.map((threshold, place): FigureRow => ({ threshold, place }));
  const share = (shares: readonly (number | null)[], place: number) => percentOf(shares[place] ?? null);
  const columns: Column<FigureRow>[] = [
    { head: "Within", file: "Within, s", value: (row) => row.threshold, show: (row) => minutesOf(row.threshold), figure: true },
    { head: "Addresses", value: (row) => coverage.addresses.reached[row.place], show: (row) => count(coverage.addresses.reached[row.place]), figure: true },
    { head: "Share of addresses", value: (row) => coverage.addresses.share[row.place], show: (row) => share(coverage.addresses.share, row.place), figure: true },
    { head: "Road, miles", value: (row) => miles(coverage.road_m.reached[row.place]), figure: true },
    { head: "Share of road", value: (row) => coverage.road_m.share[row.place], show: (row) => share(coverage.road_m.share, row.place), figure: true },
    { head: "People", value: (row) => coverage.population?.reached[row.place], show: (row) => count(coverage.population?.reached[row.place]), figure: true },
    { head: "Second due, addresses", value: (row) => secondDue(coverage)?.reached[row.place], show: (row) => count(secondDue(coverage)?.reached[row.place]), figure: true },
    { head: "By travel time alone, addresses", value: (row) => coverage.travel.addresses.reached[row.place], show: (row) => count(coverage.travel.addresses.reached[row.place]), figure: true },
  ];
  return (
    <section aria-label="Figures">
      <p class="summary">
        <strong>{count(coverage.addresses.n)}</strong> addresses, <strong>{distance(coverage.road_m.total)}</strong> of road. 9 in 10 addresses are reached within{" "}
        <strong>{coverage.addresses.p90_response_s === null ? "no time: fewer are reached at all" : timeOf(coverage.addresses.p90_response_s)}</strong> (turnout and travel).{" "}
        <span class="quiet">People: {coverage.population?.basis ?? "not known"}.</span>
      </p>
      <DataTable caption={`Reached within each threshold: ${props.name}`} columns={columns} rows={rows} rowKey={(row) => String(row.threshold)} />
    </section>
  );
}

function secondDue(coverage: Coverage) {
  return coverage.due.find((row) => row.k === 2)?.addresses ?? null;
}

function Areas(props: { readonly coverage: Coverage; readonly name: string }) {
  const { thresholds_s, by_area } = props.coverage;
  const columns: Column<AreaReached>[] = [
    { head: "Kind", value: (row) => row.kind, show: (row) => words(row.kind) },
    { head: "Area", value: (row) => row.name },
    { head: "Addresses", value: (row) => row.addresses.n, show: (row) => count(row.addresses.n), figure: true },
    ...thresholds_s.map((threshold, place): Column<AreaReached> => ({ head: `Within ${minutesOf(threshold)}`, value: (row) => row.addresses.share[place], show: (row) => percentOf(row.addresses.share[place] ?? null), figure: true })),
    { head: "9 in 10 within", file: "9 in 10 within, s", value: (row) => row.addresses.p90_response_s, show: (row) => timeOf(row.addresses.p90_response_s), figure: true },
    { head: "Road, miles", value: (row) => miles(row.road_m?.total), figure: true },
  ];
  if (by_area.length === 0) return null;
  return <DataTable caption={`By area: ${props.name}`} columns={columns} rows={by_area} rowKey={(row) => `${row.kind} ${row.name}`} />;
}

function Gaps(props: { readonly coverage: Coverage; readonly name: string }) {
  const { coverage } = props;
  const number = new Map(coverage.gaps.map((gap, row) => [gap, row + 1]));
  const columns: Column<Gap>[] = [
    { head: "Gap", value: (gap) => number.get(gap), show: (gap) => `Gap ${number.get(gap)}` },
    { head: "Streets", value: (gap) => gap.streets.join("; "), show: (gap) => gap.streets.join(", ") },
    { head: "Town", value: (gap) => gap.municipality },
    { head: "Addresses", value: (gap) => gap.addresses, show: (gap) => count(gap.addresses), figure: true },
    { head: "Road, miles", value: (gap) => miles(gap.road_m), figure: true },
    { head: "Soonest", file: "Soonest, s", value: (gap) => gap.nearest_s, show: (gap) => timeOf(gap.nearest_s), figure: true },
    { head: "Latest", file: "Latest, s", value: (gap) => gap.worst_s, show: (gap) => (gap.reachable ? timeOf(gap.worst_s) : "no way"), figure: true },
    { head: "Longitude", value: (gap) => gap.lon, figure: true },
    { head: "Latitude", value: (gap) => gap.lat, figure: true },
  ];
  const last = minutesOf(coverage.thresholds_s.at(-1) ?? 0);
  if (coverage.gaps.length === 0) return <p>No gap: all roads are reached within {last}.</p>;
  return (
    <DataTable
      caption={`Gaps beyond ${last}: ${props.name}`}
      columns={columns}
      rows={coverage.gaps}
      rowKey={(gap) => `${gap.lon} ${gap.lat}`}
      most={20}
      onPick={(gap) => {
        picked.value = { key: `gap ${gap.lon}`, geometry: { type: "Point", coordinates: [gap.lon, gap.lat] } };
        showMap();
      }}
    />
  );
}

function Responders(props: { readonly coverage: Coverage; readonly name: string }) {
  const { thresholds_s, first_due } = props.coverage;
  const columns: Column<FirstDue>[] = [
    { head: "Id", value: (row) => row.id },
    { head: "Name", value: (row) => row.name },
    { head: "First due to, addresses", value: (row) => row.addresses, show: (row) => count(row.addresses), figure: true },
    ...thresholds_s.map((threshold, place): Column<FirstDue> => ({
      head: `Lost within ${minutesOf(threshold)} when it is out`,
      value: (row) => row.without.addresses_lost[place],
      show: (row) => count(row.without.addresses_lost[place]),
      figure: true,
    })),
  ];
  return <DataTable caption={`Who is first due: ${props.name}`} columns={columns} rows={first_due} rowKey={(row) => row.id} />;
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : Math.round(value).toLocaleString("en-US");
}

export function percentOf(share: number | null): string {
  return share === null ? "–" : percent(share);
}

export function miles(metres: number | null | undefined): number | null {
  return metres === null || metres === undefined ? null : Math.round((metres / METRES_PER_MILE) * 100) / 100;
}
