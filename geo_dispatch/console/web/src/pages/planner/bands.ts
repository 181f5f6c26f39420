/** How the bands of response time look: colour, width and dash together, so that none of them is needed alone. */

import type { LonLat, Shape } from "../../shared/map/types";
import type { Theme } from "../../shared/theme";
import type { Coverage, StretchFeature } from "./types";

export interface BandLook {
  readonly colour: string;
  readonly width: number;
  /** 0 whole, 1 to 3 ever shorter dashes. */
  readonly dash: number;
}

/** From the quickest to the slowest; ends of equal lightness steps, told apart by all kinds of colour sight. */
const RAMPS: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#08306b", "#1f6fb4", "#1a8a84", "#5c8a1f", "#a36a00"],
  dark: ["#e8f4ff", "#8ecbff", "#4fd1c5", "#b5d95b", "#f2b84b"],
  contrast: ["#000000", "#0000a8", "#00490f", "#5a0080", "#6b3d00"],
};
const BEYOND: Readonly<Record<Theme, string>> = { light: "#a5101d", dark: "#ff5964", contrast: "#8b0000" };
const [WIDEST, NARROWEST] = [6.5, 2.5];

/** The look of a band; the one after the last threshold is what lies beyond. */
export function bandLook(band: number, thresholds: number, theme: Theme): BandLook {
  if (band >= thresholds) return { colour: BEYOND[theme], width: 3.5, dash: 3 };
  const ramp = RAMPS[theme];
  const share = thresholds > 1 ? band / (thresholds - 1) : 0;
  const colour = ramp[Math.round(share * (ramp.length - 1))] ?? ramp[0]!;
  return { colour, width: WIDEST - share * (WIDEST - NARROWEST), dash: share > 0.8 ? 2 : share > 0.5 ? 1 : 0 };
}

/** "up to 4 min", "4 to 6 min", "over 14 min". */
export function bandName(band: number, thresholds_s: readonly number[]): string {
  const [from, to] = [thresholds_s[band - 1], thresholds_s[band]];
  if (to === undefined) return `over ${minutesOf(from ?? 0)}`;
  return from === undefined ? `up to ${minutesOf(to)}` : `${minutesOf(from).replace(" min", "")} to ${minutesOf(to)}`;
}

/** "4 min", "4.5 min". */
export function minutesOf(seconds: number): string {
  const minutes = seconds / 60;
  return `${Number.isInteger(minutes) ? minutes : minutes.toFixed(1)} min`;
}

/** "6:05" for a time in a table, "none" for no way. */
export function timeOf(seconds: number | null): string {
  if (seconds === null) return "none";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The roads of a coverage as lines, the slow ones below. */
export function bandShapes(coverage: Coverage, theme: Theme, hidden: ReadonlySet<number>): Shape[] {
  const n = coverage.thresholds_s.length;
  const rows = (coverage.stretches?.features ?? []).filter((row) => !hidden.has(row.properties.band));
  return rows
    .map((row) => ({ type: "Feature" as const, geometry: row.geometry, properties: { role: "band" as const, ...bandLook(row.properties.band, n, theme) }, band: row.properties.band }))
    .sort((a, b) => b.band - a.band)
    .map(({ band: _, ...shape }) => shape);
}

/** Metres of road in each band, the last one beyond all thresholds. */
export function bandMetres(coverage: Coverage): number[] {
  const reached = coverage.road_m.reached;
  return [...reached, coverage.road_m.total].map((metres, band) => metres - (band === 0 ? 0 : (reached[band - 1] ?? 0)));
}

/** The stretch that a position is nearest to, within some 200 m; null without one. */
export function nearestStretch(rows: readonly StretchFeature[], where: LonLat): StretchFeature | null {
  const narrow = Math.cos((where.lat * Math.PI) / 180);
  let [best, least]: [StretchFeature | null, number] = [null, 0.002];
  for (const row of rows) {
    const line = row.geometry.coordinates.map(([lon = 0, lat = 0]): [number, number] => [(lon - where.lon) * narrow, lat - where.lat]);
    for (let place = 1; place < line.length; place++) {
      const away = distanceToOrigin(line[place - 1]!, line[place]!);
      if (away < least) [best, least] = [row, away];
    }
  }
  return best;
}

function distanceToOrigin([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)));
  return Math.hypot(ax + along * dx, ay + along * dy);
}
