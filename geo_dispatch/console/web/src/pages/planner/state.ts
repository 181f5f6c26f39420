/** What the planner shows: one scenario or two, what came of them, and what is being done on the map. */

import { computed, effect, type Signal, signal } from "@preact/signals";
import type { Geometry } from "geojson";
import { Problem, request } from "../../shared/api";
import { Asker, type Loading, NOTHING } from "../../shared/loading";
import type { LonLat } from "../../shared/map/types";
import { may } from "../../shared/session";
import { nearestStretch } from "./bands";
import { runJob } from "./jobs";
import { AS_IT_IS, clean, close, completed, freeId, add as added, changesOf, move, sameWork } from "./scenario";
import type { Added, ClosurePreview, Coverage, Job, LocatedPlace, Responder, Scenario } from "./types";

export type SideName = "a" | "b";
export type View = "one" | "both" | "difference";

/** What a click on the map does. */
export type Doing = { readonly kind: "nothing" } | { readonly kind: "move"; readonly id: string } | { readonly kind: "add" } | { readonly kind: "close" };

/** Stations that both scenarios begin with; those of the town file when null. */
export const beginWith = signal<readonly Added[] | null>(null);

/** A scenario as requests have it. */
export function asked(scenario: Scenario): { readonly scenario: Scenario; readonly stations?: readonly Added[] } {
  const begun = beginWith.value;
  return { scenario: clean(scenario), ...(begun && scenario.respond === "stations" ? { stations: begun } : {}) };
}

/** A scenario and what came of it. */
export class Side {
  readonly scenario: Signal<Scenario>;
  readonly result = signal<Loading<Coverage>>(NOTHING);
  readonly job = signal<Job | null>(null);
  /** The last result that came, shown while the next is worked out. */
  readonly coverage = signal<Coverage | null>(null);
  readonly worked = signal<Scenario | null>(null);
  /** The stations that the last result began with. */
  readonly #begun = signal<readonly Added[] | null>(null);
  /** Whether what is shown is of another scenario than the one written. */
  readonly stale = computed(() => this.worked.value === null || !sameWork(this.worked.value, this.scenario.value) || this.#begun.value !== beginWith.value);
  readonly #asker = new Asker(this.result);

  constructor(scenario: Scenario) {
    this.scenario = signal(scenario);
  }

  change(next: Scenario): void {
    this.scenario.value = next;
  }

  async work(): Promise<void> {
    const scenario = this.scenario.value;
    this.job.value = null;
    const begun = beginWith.value;
    const body = { ...asked(scenario), include: ["stretches", "addresses"], wait: false };
    const found = await this.#asker.ask((stop) => runJob<Coverage>("/v1/coverage", body, (job) => (this.job.value = job), stop));
    if (found === null) return;
    this.coverage.value = found;
    this.worked.value = scenario;
    this.#begun.value = begun;
  }

  cancel(): void {
    this.#asker.drop();
    this.job.value = null;
  }
}

export const sides: Readonly<Record<SideName, Side>> = { a: new Side(AS_IT_IS), b: new Side(AS_IT_IS) };
export const comparing = signal(false);
export const editing = signal<SideName>("a");
export const view = signal<View>("one");
export const auto = signal(true);
export const doing = signal<Doing>({ kind: "nothing" });
export const hiddenBands = signal<ReadonlySet<number>>(new Set());
/** A road that is pointed at in a table. */
export const picked = signal<{ readonly key: string; readonly geometry: Geometry } | null>(null);
export const notice = signal<string>("");

export const now = computed(() => sides[editing.value]);

const AUTO_MS = 350;

/** Work out again whenever a scenario changes, unless told to wait. */
export function workByItself(): void {
  for (const name of ["a", "b"] as const) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const side = sides[name];
      const wanted = may("planning") && auto.value && side.stale.value && (name === "a" || comparing.value);
      void side.scenario.value;
      void beginWith.value;
      clearTimeout(timer);
      if (wanted) timer = setTimeout(() => void side.work(), side.worked.value === null ? 0 : AUTO_MS);
    });
  }
}

export function compare(): void {
  sides.b.change({ ...sides.a.scenario.value, name: `${sides.a.scenario.value.name}, changed` });
  comparing.value = true;
  editing.value = "b";
  view.value = "both";
}

export function compareNoMore(): void {
  sides.b.cancel();
  comparing.value = false;
  editing.value = "a";
  view.value = "one";
}

// --- the responders that the town has ---------------------------------------------------------------

const bases = signal<Readonly<Record<string, readonly Responder[]>>>({});
const basing = new Set<string>();

function baseKey({ kind, respond, profile }: Scenario): string {
  return `${respond} ${kind} ${profile}`;
}

/** What a responder has to tell here. */
export type Based = Pick<Responder, "id" | "name" | "lon" | "lat">;

/** Responders of a scenario before anything is changed; none as long as they are not known. */
export function baseOf(scenario: Scenario): readonly Based[] {
  const begun = beginWith.value;
  if (begun && scenario.respond === "stations") return begun.map((row) => ({ ...row, name: row.name ?? row.id }));
  return bases.value[baseKey(scenario)] ?? [];
}

export function learnBase(scenario: Scenario): void {
  const key = baseKey(scenario);
  if (basing.has(key) || !may("planning")) return;
  basing.add(key);
  const { kind, respond, profile } = scenario;
  request<Coverage>("POST", "/v1/coverage", { scenario: { name: "base", kind, respond, profile, thresholds_s: [600] } }, { timeoutMs: 120_000 }).then(
    (found) => (bases.value = { ...bases.value, [key]: found.stations }),
    () => basing.delete(key),
  );
}

/** Most stations that a request may begin with. */
const MOST_STATIONS = 300;

/** Begin with the places of a category of the map; says what is wrong, "" when nothing is. */
export async function beginWithPlaces(category: string): Promise<string> {
  try {
    const told = new URLSearchParams({ category, limit: String(MOST_STATIONS) });
    const found = await request<{ features: { id: string; geometry: { coordinates: [number, number] }; properties: { name: string | null } }[]; number_matched: number }>("GET", `/v1/places?${told}`);
    if (found.features.length === 0) return `The map has no ${category.replaceAll("_", " ")}.`;
    if (found.number_matched > MOST_STATIONS) return `The map has ${found.number_matched} of them: at most ${MOST_STATIONS} can be begun with.`;
    beginWith.value = found.features.map((place) => {
      const [lon, lat] = place.geometry.coordinates;
      return { id: place.id.slice(0, 100), lon, lat, ...(place.properties.name ? { name: place.properties.name.slice(0, 200) } : {}) };
    });
    return "";
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

// --- changes by map and by words ---------------------------------------------------------------------

export function clicked(where: LonLat): void {
  const act = doing.value;
  const side = now.value;
  if (act.kind === "nothing") return;
  doing.value = { kind: "nothing" };
  if (act.kind === "move") side.change(move(side.scenario.value, act.id, where));
  else if (act.kind === "add") addStation(where, "");
  else void closeRoad({ points: [where] });
}

export function addStation(where: LonLat, name: string): void {
  const side = now.value;
  const scenario = side.scenario.value;
  const taken = [...baseOf(scenario).map((row) => row.id), ...(changesOf(scenario).added ?? []).map((row) => row.id)];
  const id = freeId(taken);
  side.change(added(scenario, { id, ...where, name: name || `New station ${id.slice(4)}` }));
}

/** Roads of the closures of all scenarios, by what names them. */
export const closedRoads = signal<Readonly<Record<string, { readonly geometry: Geometry; readonly label: string }>>>({});

export function keepRoad(spec: string, { label, feature }: ClosurePreview): void {
  const { streets } = feature.properties;
  const named = streets.length === 0 || streets.some((street) => label.includes(street)) ? label : `${streets.join(", ")} (${label})`;
  closedRoads.value = { ...closedRoads.value, [spec]: { geometry: feature.geometry, label: named } };
}

/** Close what a text or a position on a road names; a problem says why not. */
export async function closeRoad(what: { readonly text: string } | { readonly points: readonly LonLat[] }): Promise<Problem | null> {
  const side = now.value;
  try {
    const found = await request<ClosurePreview>("POST", "/v1/closures/preview", what);
    keepRoad(found.closure.spec, found);
    side.change(close(side.scenario.value, found.closure.spec));
    notice.value = `Closed: ${found.label}`;
    return null;
  } catch (fault) {
    const problem = fault instanceof Problem ? fault : new Problem(0, "page", "The page failed", String(fault));
    if (problem.kind === "not-found") return closeUnseen(side, what);
    notice.value = `Not closed: ${problem.message}`;
    return problem;
  }
}

/** Close a road of a server that has no live store, and so shows no closure beforehand. */
function closeUnseen(side: Side, what: { readonly text: string } | { readonly points: readonly LonLat[] }): null {
  const road = "points" in what && what.points[0] ? nearestStretch(side.coverage.value?.stretches?.features ?? [], what.points[0]) : null;
  const spec = "text" in what ? what.text : road && `segment:${road.properties.segment}`;
  if (spec) side.change(close(side.scenario.value, spec));
  if (spec && road) closedRoads.value = { ...closedRoads.value, [spec]: { geometry: road.geometry, label: `${road.properties.name ?? "a road"} (${spec})` } };
  notice.value = spec ? `Closed: ${spec}` : "Not closed: no road is there.";
  return null;
}

/** Learn where the closures of a file are. */
async function learnClosures(scenario: Scenario): Promise<void> {
  for (const text of scenario.closures ?? []) {
    if (closedRoads.value[text]) continue;
    try {
      const found = await request<ClosurePreview>("POST", "/v1/closures/preview", { text });
      keepRoad(text, found);
    } catch {
      // Coverage says itself what is wrong with a closure; the map only lacks its line.
    }
  }
}

/** Places that words may mean, the likeliest first. */
export async function placesOf(text: string): Promise<readonly LocatedPlace[]> {
  const found = await request<{ status: string; candidates: LocatedPlace[] }>("POST", "/v1/locate", { text, limit: 5 });
  return found.status === "located" ? found.candidates.slice(0, 1) : found.candidates;
}

const LARGEST_FILE = 500_000;

/** Take a scenario from a file of YAML or JSON; the server tells what in it can't be used, and on which line. */
export async function takeFile(file: File): Promise<void> {
  const name = file.name.slice(0, 200) || "scenario";
  if (file.size > LARGEST_FILE) throw new Error(`${name} has ${file.size.toLocaleString("en-US")} bytes: a scenario is a small file of YAML or JSON.`);
  const found = await request<{ scenario: unknown }>("POST", "/v1/coverage/scenario", { text: await file.text(), name });
  const scenario = completed(found.scenario);
  now.value.change(scenario);
  await learnClosures(scenario);
}
