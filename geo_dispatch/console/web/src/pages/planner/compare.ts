/** What changes from one scenario to another. */

import type { AddressFeature, Coverage } from "./types";

export interface FigureRow {
  readonly what: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly unit: "addresses" | "metres" | "people" | "seconds" | "share";
}

/** Figures of both, threshold by threshold; thresholds must be the same. */
export function figureRows(a: Coverage, b: Coverage, say: (seconds: number) => string): FigureRow[] {
  const rows: FigureRow[] = [];
  a.thresholds_s.forEach((threshold, place) => {
    const within = say(threshold);
    rows.push({ what: `Addresses within ${within}`, a: a.addresses.reached[place] ?? null, b: b.addresses.reached[place] ?? null, unit: "addresses" });
    rows.push({ what: `Share of addresses within ${within}`, a: a.addresses.share[place] ?? null, b: b.addresses.share[place] ?? null, unit: "share" });
    rows.push({ what: `Road within ${within}`, a: a.road_m.reached[place] ?? null, b: b.road_m.reached[place] ?? null, unit: "metres" });
    if (a.population && b.population) rows.push({ what: `People within ${within}`, a: a.population.reached[place] ?? null, b: b.population.reached[place] ?? null, unit: "people" });
  });
  rows.push({ what: "90th percentile of addresses", a: a.addresses.p90_response_s, b: b.addresses.p90_response_s, unit: "seconds" });
  return rows;
}

export type Fate = "lost" | "gained" | "slower" | "faster" | "same";

export interface AddressRow {
  readonly address: string;
  readonly lon: number;
  readonly lat: number;
  readonly a_s: number | null;
  readonly b_s: number | null;
  readonly fate: Fate;
}

/** Seconds below which a change is none. */
const NOTICED_S = 1;

/** Each address in both; null when they are not of the same addresses. */
export function addressRows(a: Coverage, b: Coverage, threshold_s: number): AddressRow[] | null {
  const [first, second] = [a.address_points?.features, b.address_points?.features];
  if (!first || !second || first.length !== second.length) return null;
  const rows: AddressRow[] = [];
  for (let place = 0; place < first.length; place++) {
    const [from, to] = [first[place]!, second[place]!];
    if (!samePlace(from, to)) return null;
    const [a_s, b_s] = [from.properties.response_s[0] ?? null, to.properties.response_s[0] ?? null];
    const [lon = 0, lat = 0] = from.geometry.coordinates;
    rows.push({ address: from.properties.address, lon, lat, a_s, b_s, fate: fateOf(a_s, b_s, threshold_s) });
  }
  return rows;
}

function samePlace(a: AddressFeature, b: AddressFeature): boolean {
  return a.geometry.coordinates[0] === b.geometry.coordinates[0] && a.geometry.coordinates[1] === b.geometry.coordinates[1];
}

/** What becomes of an address; a threshold is inclusive. */
export function fateOf(a_s: number | null, b_s: number | null, threshold_s: number): Fate {
  const [was, is] = [a_s !== null && a_s <= threshold_s, b_s !== null && b_s <= threshold_s];
  if (was && !is) return "lost";
  if (!was && is) return "gained";
  if (a_s === b_s) return "same";
  if (b_s === null) return "slower";
  if (a_s === null) return "faster";
  return Math.abs(b_s - a_s) < NOTICED_S ? "same" : b_s > a_s ? "slower" : "faster";
}

/** How many have which fate. */
export function counts(rows: readonly AddressRow[]): Readonly<Record<Fate, number>> {
  const found: Record<Fate, number> = { lost: 0, gained: 0, slower: 0, faster: 0, same: 0 };
  for (const row of rows) found[row.fate]++;
  return found;
}

/** "+12", "−3", "0", "" for a difference that can't be told. */
export function signed(difference: number | null, digits = 0): string {
  if (difference === null) return "";
  const text = Math.abs(difference).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return Number(difference.toFixed(digits)) === 0 ? "0" : difference > 0 ? `+${text}` : `−${text}`;
}
