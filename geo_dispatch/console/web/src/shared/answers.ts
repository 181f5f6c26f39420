/** Documents that the server answers with (`/v1`). */

import type { Geometry, LineString } from "geojson";

export interface Why {
  readonly clause: string;
  readonly reading: string;
  readonly effect: string;
  readonly status: "supported" | "neutral" | "contradicted";
}

export interface Candidate {
  readonly rank: number;
  readonly probability: number;
  readonly lon: number;
  readonly lat: number;
  readonly label: string;
  readonly kind: string;
  readonly place_id: string | null;
  readonly address: string | null;
  readonly cross_streets: readonly string[];
  readonly municipality: string | null;
  readonly radius90_m: number;
  readonly region50: Geometry;
  readonly region90: Geometry;
  readonly why: readonly Why[];
}

export interface Question {
  readonly id: string;
  readonly text: string;
  readonly child_text: string;
  readonly reason: string;
  readonly answers: readonly string[];
}

export interface LocateAnswer {
  readonly query: string;
  readonly status: "located" | "ambiguous" | "unknown";
  readonly candidates: readonly Candidate[];
  readonly question: Question | null;
  readonly unmatched: readonly string[];
  readonly warnings: readonly string[];
  readonly elapsed_ms: number;
}

export interface ReverseAnswer {
  readonly lon: number;
  readonly lat: number;
  readonly municipality: string | null;
  readonly address: { readonly text: string; readonly distance_m: number } | null;
  readonly street: { readonly name: string; readonly distance_m: number; readonly block: string | null } | null;
  readonly cross_streets: readonly { readonly name: string; readonly distance_m: number; readonly direction: string }[];
  readonly road_distance_m: number | null;
  readonly label: string;
  readonly warnings: readonly string[];
}

export interface RouteStep {
  readonly instruction: string;
  readonly radio: string;
  readonly screen: string;
  readonly street: string | null;
  readonly length_m: number;
  readonly travel_time_s: number;
  readonly manoeuvre: string;
  readonly lon: number;
  readonly lat: number;
}

export interface RouteAnswer {
  readonly profile: string;
  readonly travel_time_s: number;
  readonly travel_time_interval_s: readonly [number, number];
  readonly length_m: number;
  readonly geometry: LineString;
  readonly steps: readonly RouteStep[];
  readonly avoided: readonly { readonly what: string; readonly reason: string; readonly detour_s: number | null }[];
  readonly warnings: readonly string[];
}

export interface AssignedUnit {
  readonly unit: string;
  readonly role: string;
  readonly travel_time_s: number;
  readonly response_time_s: number;
  readonly interval_s: readonly [number, number];
  readonly route: RouteAnswer;
}

export interface MutualAid {
  readonly neighbour?: string;
  readonly agency?: string;
  readonly phone?: string;
  readonly call_over_s?: number;
}

export interface RecommendAnswer {
  readonly place: Candidate;
  readonly call_type: string;
  readonly run_card: { readonly card_id: string; readonly name: string; readonly alarm: number; readonly requirements: readonly Requirement[]; readonly why: readonly string[] };
  readonly assignment: readonly AssignedUnit[];
  readonly considered: readonly { readonly unit: string; readonly eligible: boolean; readonly reason: string; readonly travel_time_s: number | null }[];
  readonly shortfall: readonly { readonly capability: string; readonly needed: number; readonly missing: number; readonly reason: string; readonly mutual_aid: readonly MutualAid[] }[];
  readonly coverage_after: { readonly addresses_lost: number; readonly road_m_lost: number; readonly threshold_s: number };
  readonly move_up: readonly { readonly unit: string; readonly station: string; readonly station_name: string; readonly addresses_restored: number; readonly travel_time_s: number }[];
  readonly flips_if: readonly { readonly what: string; readonly margin_s: number | null; readonly probability: number | null; readonly instead_of: readonly string[]; readonly then: readonly string[] }[];
  readonly record_id: string | null;
  readonly warnings: readonly string[];
}

export interface Requirement {
  readonly capability: string;
  readonly count: number;
}

export interface RunCard {
  readonly card_id: string;
  readonly name: string;
  readonly call_type: string;
  readonly alarm: number;
  readonly requirements: readonly Requirement[];
}

export interface RunCards {
  readonly run_cards: readonly RunCard[];
  readonly statuses: readonly UnitStatus[];
}

export interface UnitStatus {
  readonly status: string;
  readonly name: string;
  readonly assignable: boolean;
  readonly on_incident: boolean;
  readonly next: readonly string[];
}

export interface Incident {
  readonly incident_id: string;
  readonly call_type: string;
  readonly alarm: number;
  readonly lon: number;
  readonly lat: number;
  readonly radius90_m: number | null;
  readonly label: string;
  readonly note: string | null;
  readonly status: "open" | "closed";
  readonly opened_at: string;
  readonly opened_by: string | null;
  readonly version: number;
  readonly assignments: readonly IncidentAssignment[];
}

export interface IncidentAssignment {
  readonly unit_id: string;
  readonly role: string | null;
  readonly assigned_at: string;
  readonly assigned_by: string | null;
  readonly released_at: string | null;
}
