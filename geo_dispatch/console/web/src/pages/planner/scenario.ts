/** Scenarios: made, changed, kept as files. None of these functions changes what it is given. */

import type { LonLat } from "../../shared/map/types";
import type { Added, Changes, Scenario } from "./types";

export const AS_IT_IS: Scenario = { name: "As it is", kind: "fire", respond: "stations", profile: "engine", thresholds_s: [240, 360, 480, 600, 840] };

/** Which part of a scenario holds what was changed: its stations', or its units'. */
export function partOf(scenario: Scenario): "stations" | "units" {
  return scenario.respond === "units" ? "units" : "stations";
}

export function changesOf(scenario: Scenario): Changes {
  return scenario[partOf(scenario)] ?? {};
}

function changed(scenario: Scenario, part: Partial<Changes>): Scenario {
  return { ...scenario, [partOf(scenario)]: { ...changesOf(scenario), ...part } };
}

export function move(scenario: Scenario, id: string, { lon, lat }: LonLat): Scenario {
  const { added = [], moved = {} } = changesOf(scenario);
  if (added.some((row) => row.id === id)) return changed(scenario, { added: added.map((row) => (row.id === id ? { ...row, lon, lat } : row)) });
  return changed(scenario, { moved: { ...moved, [id]: [round(lon), round(lat)] } });
}

export function add(scenario: Scenario, row: Added): Scenario {
  const { added = [] } = changesOf(scenario);
  return changed(scenario, { added: [...added, { ...row, lon: round(row.lon), lat: round(row.lat) }] });
}

export function remove(scenario: Scenario, id: string): Scenario {
  const { added = [], removed = [], moved = {} } = changesOf(scenario);
  if (added.some((row) => row.id === id)) return changed(scenario, { added: added.filter((row) => row.id !== id) });
  return changed(scenario, { removed: [...removed.filter((other) => other !== id), id], moved: without(moved, id) });
}

/** Put a responder back as the town has it. */
export function restore(scenario: Scenario, id: string): Scenario {
  const { removed = [], moved = {} } = changesOf(scenario);
  return changed(scenario, { removed: removed.filter((other) => other !== id), moved: without(moved, id) });
}

export function close(scenario: Scenario, spec: string): Scenario {
  const closures = scenario.closures ?? [];
  return closures.includes(spec) ? scenario : { ...scenario, closures: [...closures, spec] };
}

export function open(scenario: Scenario, spec: string): Scenario {
  return { ...scenario, closures: (scenario.closures ?? []).filter((other) => other !== spec) };
}

/** An id that is taken by none. */
export function freeId(taken: readonly string[], stem = "new"): string {
  for (let number = 1; ; number++) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`;
}

/** "4, 6, 8" minutes as seconds; a text says what is wrong. */
export function readThresholds(text: string): readonly number[] | string {
  const parts = text.split(/[,;\s]+/).filter(Boolean);
  if (parts.length === 0) return "Give minutes, as in 4, 6, 8";
  if (parts.length > 12) return "At most 12 thresholds";
  const found = parts.map((part) => Number(part) * 60);
  const wrong = parts.find((_, place) => !(found[place]! >= 10 && found[place]! <= 7200));
  return wrong === undefined ? [...new Set(found)].sort((a, b) => a - b) : `“${wrong.slice(0, 30)}”: give minutes from 0.2 to 120, as in 4, 6, 8`;
}

/** Whether two scenarios ask for the same, whatever they are called. */
export function sameWork(a: Scenario, b: Scenario): boolean {
  return JSON.stringify({ ...clean(a), name: "" }) === JSON.stringify({ ...clean(b), name: "" });
}

/** A scenario without members that say nothing, in one order: for requests and files. */
export function clean(scenario: Scenario): Scenario {
  const { stations, units, closures, without_units, at, turnout_s, ...rest } = scenario;
  const kept = {
    ...(stations && cleanChanges(stations) ? { stations: cleanChanges(stations) } : {}),
    ...(units && cleanChanges(units) ? { units: cleanChanges(units) } : {}),
    ...(closures?.length ? { closures } : {}),
    ...(without_units?.length ? { without_units } : {}),
    ...(at ? { at } : {}),
    ...(turnout_s === null || turnout_s === undefined ? {} : { turnout_s }),
  };
  return { ...rest, ...kept } as Scenario;
}

function cleanChanges(changes: Changes): Changes | null {
  const kept = Object.entries(changes).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Object.keys(value as object).length > 0));
  return kept.length === 0 ? null : (Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))) as Changes);
}

/** A scenario as a file: JSON, which the command `coverage --scenario` reads as well. */
export function fileText(scenario: Scenario): string {
  return `${JSON.stringify(clean(scenario), null, 2)}\n`;
}

/** Complete what a file holds; the server says what in it can't be used. */
export function completed(content: unknown): Scenario {
  if (typeof content !== "object" || content === null || Array.isArray(content)) throw new Error("The file holds no scenario: a scenario has members, as name and closures.");
  return { ...AS_IT_IS, name: "Unnamed", ...(content as Partial<Scenario>) };
}

/** "-69.5,40.9" as a position. */
export function readPosition(text: string): LonLat | null {
  const found = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,2}(?:\.\d+)?)\s*$/.exec(text);
  if (!found) return null;
  const [lon, lat] = [Number(found[1]), Number(found[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

function without<T>(from: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([other]) => other !== key));
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
