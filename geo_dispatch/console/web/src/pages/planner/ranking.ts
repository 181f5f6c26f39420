/** What each road's closure costs: asked for as a job, the roads that cost most first. */

import { signal } from "@preact/signals";
import { request } from "../../shared/api";
import { Asker, type Loading, NOTHING } from "../../shared/loading";
import { runJob } from "./jobs";
import { asked, closedRoads, keepRoad, picked, type Side } from "./state";
import type { ClosurePreview, Job, Scenario } from "./types";

export interface EdgeRow {
  readonly segment_id: number;
  readonly name: string | null;
  readonly municipality: string | null;
  readonly highway: string | null;
  readonly bridge: boolean;
  readonly length_m: number;
  readonly lon: number;
  readonly lat: number;
  readonly lost: readonly number[];
  readonly unreachable: number;
  readonly on_it: number;
  readonly later: number;
  readonly added_min: number;
  readonly added_max_s: number;
}

export interface EdgesAnswer {
  readonly thresholds_s: readonly number[];
  readonly segments: number;
  readonly without_cost: number;
  readonly edges: readonly EdgeRow[];
}

export const edges = signal<Loading<EdgesAnswer>>(NOTHING);
export const edgesJob = signal<Job | null>(null);
/** The scenario that the ranking is of. */
export const edgesOf = signal<Scenario | null>(null);

const MOST = 5000;
const asker = new Asker(edges);

export async function rankRoads(side: Side): Promise<void> {
  const scenario = side.scenario.value;
  edgesJob.value = null;
  const body = { ...asked(scenario), limit: MOST };
  const found = await asker.ask((stop) => runJob<EdgesAnswer>("/v1/coverage/edges", body, (job) => (edgesJob.value = job), stop));
  if (found) edgesOf.value = scenario;
}

export function cancelRanking(): void {
  asker.drop();
  edgesJob.value = null;
}

/** The text that closes a road. */
export function specOf(row: EdgeRow): string {
  return `segment:${row.segment_id}`;
}

/** Show a road on the map: its line, or its middle where the server does not tell the line. */
export async function pointAt(row: EdgeRow): Promise<void> {
  const spec = specOf(row);
  picked.value = { key: spec, geometry: { type: "Point", coordinates: [row.lon, row.lat] } };
  if (!closedRoads.value[spec]) {
    try {
      keepRoad(spec, await request<ClosurePreview>("POST", "/v1/closures/preview", { text: spec }));
    } catch {
      return;
    }
  }
  const road = closedRoads.value[spec];
  if (road && picked.value?.key === spec) picked.value = { key: spec, geometry: road.geometry };
}
