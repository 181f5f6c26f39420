/** Two scenarios beside each other: what changes, in tables and on a map. */

import { useMemo, useState } from "preact/hooks";
import { MapView } from "../../shared/map/MapView";
import type { Shape, Shapes } from "../../shared/map/types";
import { type Theme, theme } from "../../shared/theme";
import { town } from "../../shared/town";
import { type Column, DataTable } from "../../shared/ui/DataTable";
import { minutesOf, timeOf } from "./bands";
import { type AddressRow, addressRows, counts, type Fate, type FigureRow, figureRows, signed } from "./compare";
import { useTownBounds } from "./PlanMap";
import { miles, percentOf } from "./Results";
import { sides } from "./state";
import type { AreaReached, Coverage } from "./types";

interface FateLook {
  readonly name: string;
  readonly hollow: boolean;
  readonly width: number;
  readonly bad: boolean;
}

const FATES: Readonly<Record<Exclude<Fate, "same">, FateLook>> = {
  lost: { name: "Lost: within in A, beyond in B", hollow: false, width: 5, bad: true },
  gained: { name: "Gained: beyond in A, within in B", hollow: true, width: 5, bad: false },
  slower: { name: "Slower in B, on the same side of the threshold", hollow: false, width: 2, bad: true },
  faster: { name: "Faster in B, on the same side of the threshold", hollow: true, width: 2, bad: false },
};
const COLOURS: Readonly<Record<Theme, { readonly bad: string; readonly good: string }>> = {
  light: { bad: "#a5101d", good: "#0a559f" },
  dark: { bad: "#ff5964", good: "#7cc0ff" },
  contrast: { bad: "#8b0000", good: "#0000a8" },
};

function colourOf(fate: FateLook, now: Theme): string {
  return fate.bad ? COLOURS[now].bad : COLOURS[now].good;
}

/** Both coverages, when they can be compared; else why not. */
export function usePair(): { readonly a: Coverage; readonly b: Coverage } | string {
  const [a, b] = [sides.a.coverage.value, sides.b.coverage.value];
  if (!a || !b) return "Both scenarios are being worked out.";
  if (a.thresholds_s.join() !== b.thresholds_s.join()) return "The two have other thresholds: give both the same, and they can be compared.";
  return { a, b };
}

export function Difference() {
  const pair = usePair();
  const [place, setPlace] = useState<number | null>(null);
  if (typeof pair === "string") return <p class="working">{pair}</p>;
  const { a, b } = pair;
  const thresholds = a.thresholds_s;
  const chosen = place !== null && place < thresholds.length ? place : Math.min(2, thresholds.length - 1);
  return (
    <section aria-labelledby="difference-title">
      <h2 id="difference-title">From A to B</h2>
      <label class="inline">
        Addresses by{" "}
        <select value={chosen} onChange={(event) => setPlace(Number(event.currentTarget.value))}>
          {thresholds.map((threshold, row) => (
            <option key={threshold} value={row}>
              {minutesOf(threshold)}
            </option>
          ))}
        </select>
      </label>
      <Addresses a={a} b={b} threshold_s={thresholds[chosen] ?? 0} />
    </section>
  );
}

function Addresses(props: { readonly a: Coverage; readonly b: Coverage; readonly threshold_s: number }) {
  const { a, b, threshold_s } = props;
  const rows = useMemo(() => addressRows(a, b, threshold_s), [a, b, threshold_s]);
  const shapes = useMemo<Shapes>(() => ({ type: "FeatureCollection", features: (rows ?? []).flatMap((row) => dot(row, theme.value)) }), [rows, theme.value]);
  const fit = useTownBounds(a);
  if (rows === null) return <p class="banner warn">The two are not of the same addresses: they can be compared by their figures only.</p>;
  const found = counts(rows);
  const changed = rows.filter((row) => row.fate !== "same").sort((x, y) => change(y) - change(x));
  const columns: Column<AddressRow>[] = [
    { head: "Address", value: (row) => row.address },
    { head: "What becomes of it", value: (row) => row.fate },
    { head: "A", file: "A, s", value: (row) => row.a_s, show: (row) => timeOf(row.a_s), figure: true },
    { head: "B", file: "B, s", value: (row) => row.b_s, show: (row) => timeOf(row.b_s), figure: true },
    { head: "Difference, s", value: (row) => (row.a_s === null || row.b_s === null ? null : Math.round((row.b_s - row.a_s) * 10) / 10), figure: true },
    { head: "Longitude", value: (row) => row.lon, figure: true },
    { head: "Latitude", value: (row) => row.lat, figure: true },
  ];
  return (
    <>
      <ul class="fates" aria-label="What the dots mean">
        {(Object.keys(FATES) as (keyof typeof FATES)[]).map((fate) => (
          <li key={fate}>
            <Dot look={FATES[fate]} /> {FATES[fate].name}: <strong>{found[fate].toLocaleString("en-US")}</strong>
          </li>
        ))}
      </ul>
      <figure class="plan-map">
        <div class="holder">
          <MapView label="Map of the difference" shapes={shapes} markers={[]} fit={fit} maxZoom={15} attribution={town.value?.attribution ?? []} />
        </div>
      </figure>
      <DataTable caption={`Addresses that change, by ${minutesOf(threshold_s)}`} columns={columns} rows={changed} rowKey={(row) => `${row.address} ${row.lon} ${row.lat}`} most={50} />
    </>
  );
}

function change(row: AddressRow): number {
  const rank = { lost: 4, gained: 3, slower: 2, faster: 1, same: 0 }[row.fate];
  return rank * 1e6 + Math.abs((row.b_s ?? 1e5) - (row.a_s ?? 1e5));
}

function dot(row: AddressRow, now: Theme): Shape[] {
  if (row.fate === "same") return [];
  const look = FATES[row.fate];
  return [{ type: "Feature", geometry: { type: "Point", coordinates: [row.lon, row.lat] }, properties: { role: "dot", colour: colourOf(look, now), width: look.width, hollow: look.hollow } }];
}

function Dot(props: { readonly look: FateLook }) {
  const colour = colourOf(props.look, theme.value);
  return (
    <svg width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r={props.look.width} fill={props.look.hollow ? "none" : colour} stroke={colour} stroke-width="2" />
    </svg>
  );
}

/** Figures and areas of both, with the difference. */
export function DifferenceTables() {
  const pair = usePair();
  if (typeof pair === "string") return null;
  const { a, b } = pair;
  const say = (value: number | null, unit: FigureRow["unit"]) => (value === null ? "–" : unit === "seconds" ? timeOf(value) : unit === "share" ? percentOf(value) : unit === "metres" ? `${miles(value)} mi` : Math.round(value).toLocaleString("en-US"));
  const differs = (row: FigureRow) => (row.a === null || row.b === null ? null : row.b - row.a);
  const columns: Column<FigureRow>[] = [
    { head: "Figure", value: (row) => row.what },
    { head: "A", value: (row) => row.a, show: (row) => say(row.a, row.unit), figure: true },
    { head: "B", value: (row) => row.b, show: (row) => say(row.b, row.unit), figure: true },
    {
      head: "B less A",
      value: differs,
      show: (row) => {
        const by = differs(row);
        if (row.unit === "share") return by === null ? "" : `${signed(by * 100, 1)} points`;
        if (row.unit === "metres") return by === null ? "" : `${signed(by / 1609.344, 2)} mi`;
        return row.unit === "seconds" ? `${signed(by)} s` : signed(by);
      },
      figure: true,
    },
  ];
  return (
    <>
      <DataTable caption="A and B: figures" columns={columns} rows={figureRows(a, b, minutesOf)} rowKey={(row) => row.what} />
      <AreaTable a={a} b={b} />
    </>
  );
}

interface AreaPair {
  readonly a: AreaReached;
  readonly b: AreaReached;
}

function AreaTable(props: { readonly a: Coverage; readonly b: Coverage }) {
  const { a, b } = props;
  const second = new Map(b.by_area.map((row) => [`${row.kind} ${row.name}`, row]));
  const rows = a.by_area.flatMap((row): AreaPair[] => {
    const other = second.get(`${row.kind} ${row.name}`);
    return other ? [{ a: row, b: other }] : [];
  });
  const columns: Column<AreaPair>[] = [
    { head: "Kind", value: (row) => row.a.kind },
    { head: "Area", value: (row) => row.a.name },
    ...a.thresholds_s.map((threshold, place): Column<AreaPair> => ({
      head: `Addresses within ${minutesOf(threshold)}, B less A`,
      value: (row) => (row.b.addresses.reached[place] ?? 0) - (row.a.addresses.reached[place] ?? 0),
      show: (row) => signed((row.b.addresses.reached[place] ?? 0) - (row.a.addresses.reached[place] ?? 0)),
      figure: true,
    })),
    { head: "9 in 10 within, A", value: (row) => row.a.addresses.p90_response_s, show: (row) => timeOf(row.a.addresses.p90_response_s), figure: true },
    { head: "9 in 10 within, B", value: (row) => row.b.addresses.p90_response_s, show: (row) => timeOf(row.b.addresses.p90_response_s), figure: true },
  ];
  if (rows.length === 0) return null;
  return <DataTable caption="A and B: by area" columns={columns} rows={rows} rowKey={(row) => `${row.a.kind} ${row.a.name}`} />;
}
