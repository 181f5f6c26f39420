/** What the live store answers, as far as the console looks at it. */

export interface UnitPosition {
  readonly lon: number;
  readonly lat: number;
  readonly at: string;
  readonly accuracy_m: number | null;
  readonly source: string | null;
}

export interface Unit {
  readonly unit_id: string;
  readonly name: string;
  readonly kind: string;
  readonly station_id: string | null;
  readonly agency: string | null;
  readonly neighbour: string | null;
  readonly profile: string | null;
  readonly capabilities: readonly string[];
  readonly crew: number | null;
  readonly crew_group: string | null;
  readonly crew_out_with: string | null;
  readonly home: { readonly lon: number; readonly lat: number } | null;
  readonly status: string;
  readonly status_at: string;
  readonly status_by: string | null;
  readonly status_assumed: boolean;
  readonly assignable: boolean;
  readonly incident_id: string | null;
  readonly position: UnitPosition | null;
  readonly retired: boolean;
  readonly version: number;
}

export interface Assignment {
  readonly unit_id: string;
  readonly role: string | null;
  readonly assigned_at: string;
  readonly assigned_by: string | null;
  readonly released_at: string | null;
  readonly released_by: string | null;
  readonly reason: string | null;
}

export interface Incident {
  readonly incident_id: string;
  readonly call_type: string;
  readonly alarm: number;
  readonly weather: readonly string[];
  readonly lon: number;
  readonly lat: number;
  readonly radius90_m: number | null;
  readonly label: string;
  readonly note: string | null;
  readonly status: "open" | "closed";
  readonly opened_at: string;
  readonly opened_by: string | null;
  readonly closed_at: string | null;
  readonly closed_by: string | null;
  readonly version: number;
  readonly assignments: readonly Assignment[];
}

export interface Closure {
  readonly closure_id: string;
  readonly kind: string;
  readonly spec: unknown;
  readonly profiles: readonly string[] | null;
  readonly starts: string;
  readonly ends: string | null;
  readonly source: string | null;
  readonly note: string | null;
  readonly status: "upcoming" | "active" | "expired";
  readonly created_at: string;
  readonly created_by: string | null;
  readonly version: number;
}

/** A status that a unit can have, and which may follow: the server's table. */
export interface Status {
  readonly status: string;
  readonly name: string;
  readonly assignable: boolean;
  readonly on_incident: boolean;
  readonly next: readonly string[];
}
