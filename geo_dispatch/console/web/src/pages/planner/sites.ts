/** Where stations would serve best: asked for as a job, and what came of it made a scenario. */

import { signal } from "@preact/signals";
import { Asker, type Loading, NOTHING } from "../../shared/loading";
import { runJob } from "./jobs";
import { asked, comparing, compare, type Side, sides, view } from "./state";
import type { Added, Job, Scenario } from "./types";

export interface SiteRow {
  readonly id: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** Of a station that is there now. */
  readonly station_id: string | null;
  readonly turnout_s: number;
  readonly first_due: number;
}

export interface Served {
  readonly addresses: number;
  readonly n: number;
  readonly share: number;
  readonly mean_s: number | null;
  readonly p90_s: number | null;
  readonly longest_s: number | null;
}

export interface FrontierRow {
  readonly stations: number;
  readonly reached: number;
  readonly share: number;
  readonly gained: number;
  readonly proved: boolean;
}

export interface SitingAnswer {
  readonly model: string;
  readonly threshold_s: number;
  readonly candidates: { readonly kind: string; readonly n: number; readonly considered: number; readonly rule: string | null };
  readonly stations: readonly SiteRow[];
  readonly given_up: readonly string[];
  readonly objective: { readonly what: string; readonly unit: string; readonly value: number; readonly bound: number; readonly proved: boolean };
  readonly reached: Served;
  readonly reached_now: Served | null;
  readonly partial: boolean;
  readonly left_out: { readonly n: number };
  readonly frontier: readonly FrontierRow[];
  readonly warnings: readonly string[];
}

/** What is asked of the models. */
export interface SitingAsk {
  readonly model: string;
  readonly threshold_s: number;
  /** New stations beside those there are; null for the models that find the number themselves. */
  readonly add: number | null;
  readonly candidates: string;
}

export const siting = signal<Loading<SitingAnswer>>(NOTHING);
export const sitingJob = signal<Job | null>(null);

const asker = new Asker(siting);

export async function findSites(side: Side, ask: SitingAsk): Promise<void> {
  sitingJob.value = null;
  const { add, ...rest } = ask;
  const body = { ...asked(side.scenario.value), ...rest, ...(add === null ? {} : { add, frontier: ask.model === "mclp" }) };
  await asker.ask((stop) => runJob<SitingAnswer>("/v1/coverage/siting", body, (job) => (sitingJob.value = job), stop));
}

export function cancelSiting(): void {
  asker.drop();
  sitingJob.value = null;
}

/** A scenario with the stations of a plan: new ones added, those not chosen given up. */
export function withPlan(scenario: Scenario, plan: Pick<SitingAnswer, "stations" | "given_up">): Scenario {
  const { added = [], removed = [], ...rest } = scenario.stations ?? {};
  const fresh = plan.stations.filter((row) => row.station_id === null).map((row): Added => ({ id: row.id, lon: row.lon, lat: row.lat, name: row.name, turnout_s: row.turnout_s }));
  const gone = plan.given_up.filter((id) => !added.some((row) => row.id === id));
  const kept = added.filter((row) => !plan.given_up.includes(row.id) && !fresh.some((other) => other.id === row.id));
  return { ...scenario, name: `${scenario.name}, as sited`.slice(0, 200), stations: { ...rest, added: [...kept, ...fresh], removed: [...new Set([...removed, ...gone])] } };
}

/** Make B of a plan, and compare. */
export function tryPlan(side: Side, plan: SitingAnswer): void {
  const scenario = withPlan(side.scenario.value, plan);
  if (!comparing.value) compare();
  sides.b.change(scenario);
  view.value = "both";
}
