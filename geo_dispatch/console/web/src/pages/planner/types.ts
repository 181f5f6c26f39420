/** The documents of planning. */

import type { Feature, FeatureCollection, Geometry, LineString, Point } from "geojson";

export interface Added {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly name?: string;
  readonly turnout_s?: number;
}

/** What differs in stations, or in units. */
export interface Changes {
  readonly moved?: Readonly<Record<string, readonly [number, number]>>;
  readonly added?: readonly Added[];
  readonly removed?: readonly string[];
  readonly turnout_s?: Readonly<Record<string, number>>;
  readonly chance?: Readonly<Record<string, number>>;
  readonly shifts?: Readonly<Record<string, string>>;
}

/** A scenario as its files hold it; members that this page does not show are kept as they are. */
export interface Scenario {
  readonly name: string;
  readonly kind: string;
  readonly respond: "stations" | "units";
  readonly profile: string;
  readonly thresholds_s: readonly number[];
  readonly at?: string | null;
  readonly turnout_s?: number | null;
  readonly stations?: Changes;
  readonly units?: Changes;
  readonly closures?: readonly string[];
  readonly without_units?: readonly string[];
  readonly due?: number;
}

export interface Responder {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly name: string;
  readonly station_id: string;
  readonly profile: string;
  readonly turnout_s: number;
}

export interface Reached {
  readonly reached: readonly number[];
  readonly share: readonly (number | null)[];
}

export interface AddressesReached extends Reached {
  readonly n: number;
  readonly p90_response_s: number | null;
}

export interface Weighed extends Reached {
  readonly total: number;
}

export interface AreaReached {
  readonly kind: string;
  readonly name: string;
  readonly addresses: AddressesReached;
  readonly road_m: Weighed | null;
  readonly population: Weighed;
}

export interface Gap {
  readonly addresses: number;
  readonly road_m: number;
  readonly lon: number;
  readonly lat: number;
  readonly streets: readonly string[];
  readonly municipality: string | null;
  readonly nearest_s: number | null;
  readonly worst_s: number | null;
  readonly reachable: boolean;
}

export interface FirstDue {
  readonly id: string;
  readonly name: string;
  readonly addresses: number;
  readonly reached: readonly number[];
  readonly without: { readonly addresses_lost: readonly number[]; readonly road_m_lost: readonly number[]; readonly p90_response_s: number | null };
}

export interface StretchProperties {
  readonly segment: number;
  readonly name: string | null;
  readonly band: number;
  readonly from_s: number | null;
  readonly to_s: number | null;
  readonly length_m: number;
  readonly station: string | null;
}

export interface AddressProperties {
  readonly address: string;
  readonly band: number;
  readonly response_s: readonly (number | null)[];
}

export type StretchFeature = Feature<LineString, StretchProperties>;
export type AddressFeature = Feature<Point, AddressProperties>;

export interface Coverage {
  readonly profile: string;
  readonly thresholds_s: readonly number[];
  readonly stations: readonly Responder[];
  readonly addresses: AddressesReached;
  readonly road_m: Weighed;
  readonly population: (Weighed & { readonly basis: string }) | null;
  readonly by_area: readonly AreaReached[];
  readonly gaps: readonly Gap[];
  readonly gaps_total: number;
  readonly warnings: readonly string[];
  readonly clock: string;
  readonly due: readonly { readonly k: number; readonly addresses: AddressesReached }[];
  readonly travel: { readonly addresses: Reached & { readonly n: number; readonly p90_travel_s: number | null } };
  readonly first_due: readonly FirstDue[];
  readonly stretches?: FeatureCollection<LineString, StretchProperties>;
  readonly address_points?: FeatureCollection<Point, AddressProperties>;
}

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly progress: number;
  readonly stage: string;
  readonly eta_s: number | null;
  readonly result: unknown;
  readonly problem: Record<string, unknown> | null;
}

/** A closure with the roads it means. */
export interface ClosurePreview {
  readonly label: string;
  readonly closure: { readonly spec: string };
  readonly feature: { readonly geometry: Geometry; readonly properties: { readonly streets: readonly string[] } };
}

export interface LocatedPlace {
  readonly lon: number;
  readonly lat: number;
  readonly label: string;
}
