/** The documents that the public page is answered with. */

import type { Geometry } from "geojson";

export interface Source {
  readonly name: string;
  readonly url: string | null;
  readonly date: string | null;
  readonly grade: string | null;
  readonly verified: boolean;
}

export interface Place {
  readonly lon: number;
  readonly lat: number;
  readonly label: string;
  readonly municipality: string | null;
  readonly cross_streets: readonly string[];
}

export interface Referral {
  readonly name: string;
  readonly phone: string | null;
  readonly why: string;
}

export type Kind = "hours" | "directions" | "contact" | "event" | "jurisdiction" | "place" | "note";

/** A row of an answer; which fields it has depends on the kind. */
export type Item = Readonly<Record<string, unknown>>;

export interface DeskAnswer {
  readonly question: string;
  readonly status: "answered" | "unknown";
  readonly kind: Kind;
  readonly answer: string;
  readonly items: readonly Item[];
  readonly source: Source;
  readonly place: Place | null;
  readonly referral: Referral | null;
  readonly warnings: readonly string[];
}

export interface Step {
  readonly instruction: string;
  readonly length_m: number;
  readonly manoeuvre: string;
  readonly lon: number;
  readonly lat: number;
}

export interface RouteAnswer {
  readonly travel_time_s: number;
  readonly travel_time_interval_s: readonly [number, number];
  readonly length_m: number;
  readonly geometry: Geometry;
  readonly steps: readonly Step[];
  readonly avoided: readonly { readonly what: string; readonly reason: string; readonly detour_s: number | null }[];
  readonly warnings: readonly string[];
}

export interface EventItem {
  readonly event_id: string;
  readonly name: string;
  readonly starts: string;
  readonly ends: string;
  readonly all_day: boolean;
  readonly status: "confirmed" | "tentative" | "cancelled";
  readonly where: string | null;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly description: string | null;
  readonly url: string | null;
  readonly organizer: string | null;
  readonly closures: readonly string[];
  readonly source: Source;
}

export interface EventsAnswer {
  readonly from: string;
  readonly to: string;
  readonly total: number;
  readonly items: readonly EventItem[];
}

export interface ServiceItem {
  readonly service_id: string;
  readonly name: string;
  readonly organization: string | null;
  readonly category: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly url: string | null;
  readonly address: string | null;
  readonly hours: string | null;
  readonly hours_note: string | null;
  readonly handles: readonly string[];
  readonly fees: string | null;
  readonly how_to: string | null;
  readonly languages: readonly string[];
  readonly emergency: boolean;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly source: Source;
  readonly open: "open" | "closed" | "unknown" | null;
}

export interface ServicesAnswer {
  readonly total: number;
  readonly items: readonly ServiceItem[];
}

/** What a refused route holds: places that the words may mean, and what to ask. */
export interface Doubt {
  readonly candidates: readonly (Place & { readonly probability: number })[];
  readonly question: string | null;
  readonly answers: readonly string[];
}
