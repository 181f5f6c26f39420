/** What a page asks a map to show. */

import type { Feature, FeatureCollection, Geometry } from "geojson";

export interface LonLat {
  readonly lon: number;
  readonly lat: number;
}

/** West, south, east, north, degrees. */
export type Bounds = readonly [number, number, number, number];

/** What a drawn shape stands for: it decides its look in each theme (`looks.ts`). */
export type Role = "region90" | "region50" | "route" | "route-other" | "closure" | "drawing" | "band" | "dot";

export interface ShapeProperties {
  readonly role: Role;
  /** For `band` and `dot`: any CSS colour. */
  readonly colour?: string;
  /** For `band`: width in pixels; for `dot`: radius. */
  readonly width?: number;
  /** For `band`: 0 a whole line, 1 to 3 ever shorter dashes. */
  readonly dash?: number;
  /** For `dot`: a ring instead of a disc. */
  readonly hollow?: boolean;
}

export type Shapes = FeatureCollection<Geometry, ShapeProperties>;
export type Shape = Feature<Geometry, ShapeProperties>;

export interface MarkerSpec extends LonLat {
  readonly id: string;
  /** Short text on the marker; shown as text, whatever it holds. */
  readonly text: string;
  /** What it is, in words, for screen readers and hovering. */
  readonly title: string;
  /** Class names of its look, beside `marker`. */
  readonly look: string;
  /** Pixels to the right and down from its position. */
  readonly offset?: readonly [number, number];
  readonly onMove?: (where: LonLat) => void;
  readonly onSelect?: () => void;
}

export const NO_SHAPES: Shapes = { type: "FeatureCollection", features: [] };

/** The box around positions; null without any. */
export function boundsOf(points: Iterable<LonLat>): Bounds | null {
  let box: [number, number, number, number] | null = null;
  for (const { lon, lat } of points) {
    if (box === null) box = [lon, lat, lon, lat];
    else box = [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)];
  }
  return box;
}

/** Every position of a geometry. */
export function* pointsOf(geometry: Geometry): Generator<LonLat> {
  if (geometry.type === "GeometryCollection") {
    for (const part of geometry.geometries) yield* pointsOf(part);
    return;
  }
  yield* positions(geometry.coordinates);
}

function* positions(coordinates: unknown): Generator<LonLat> {
  if (!Array.isArray(coordinates)) return;
  const [lon, lat] = coordinates as unknown[];
  if (typeof lon === "number" && typeof lat === "number") yield { lon, lat };
  else for (const part of coordinates) yield* positions(part);
}
