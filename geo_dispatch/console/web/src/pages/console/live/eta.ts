/** When units that were sent are expected: the travel time from where each was last, by the roads that are open now. */

import { effect, signal } from "@preact/signals";
import { Problem, request } from "../../../shared/api";
import { clock, timeOfDay } from "../../../shared/format";
import { serverNow } from "../../../shared/clock";
import { town } from "../../../shared/town";
import { positionOf } from "./places";
import { closures, incidents, units } from "./state";
import type { Incident, Unit } from "./types";

interface Expected {
  readonly unit: string;
  /** When it is there, milliseconds since 1970; null when there is no way. */
  readonly at: number | null;
  /** Its position is assumed or old: the time is from there all the same. */
  readonly unsure: boolean;
}

const WAIT_MS = 400;
const EVERY_MS = 30_000;
const UNDER_WAY = ["dispatched", "en_route"];

let turns = 0;

const expected = signal<readonly Expected[]>([]);

/** Begin to ask, whenever a unit that is under way, an incident or a closure changes. */
export function startEtas(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void askAll(), WAIT_MS);
  };
  let before = "";
  effect(() => {
    const key = JSON.stringify([underWay().map((unit) => [unit.unit_id, unit.status, unit.incident_id, unit.position?.at]), closures.value.map((row) => [row.closure_id, row.version, row.status]), incidents.value.map((row) => [row.incident_id, row.lon, row.lat])]);
    if (key !== before) soon();
    before = key;
  });
  setInterval(soon, EVERY_MS);
}

/** When a unit is due, in words: "due 14:07 (3:10)", "due about 14:07 (3:10)" when its position is old or assumed; "" when it is not under way. */
export function etaOf(unitId: string, nowMs: number): string {
  const row = expected.value.find((known) => known.unit === unitId);
  return row === undefined ? "" : told(row, nowMs);
}

function underWay(): readonly Unit[] {
  return units.value.filter((unit) => unit.incident_id !== null && UNDER_WAY.includes(unit.status));
}

async function askAll(): Promise<void> {
  turns += 1;
  const turn = turns;
  const rows: Expected[] = [];
  for (const unit of underWay()) {
    const incident = incidents.value.find((row) => row.incident_id === unit.incident_id);
    const row = incident && (await askOne(incident, unit));
    if (row) rows.push(row);
    if (turn !== turns) return; // something changed meanwhile: it is asked anew
  }
  expected.value = rows;
}

/** One after the other: never in the way of a call that is being located. */
async function askOne(incident: Incident, unit: Unit): Promise<Expected | null> {
  const from = positionOf(unit);
  if (from === null) return null;
  try {
    const ends = { from: { lon: from.lon, lat: from.lat }, to: { lon: incident.lon, lat: incident.lat } };
    const answer = await request<{ travel_time_s: number }>("POST", "/v1/route", { ...ends, profile: unit.profile ?? "car" });
    return arrival(unit, answer.travel_time_s);
  } catch (fault) {
    return fault instanceof Problem && fault.kind === "no-route" ? arrival(unit, null) : null;
  }
}

/** A unit on its way drives since its last word; one that was only told has not left. */
function arrival(unit: Unit, travel_s: number | null): Expected {
  const moving = unit.status === "en_route";
  const left = moving ? Math.max(Date.parse(unit.status_at), unit.position ? Date.parse(unit.position.at) : 0) : serverNow();
  const old = unit.position === null || serverNow() - Date.parse(unit.position.at) > 120_000;
  return { unit: unit.unit_id, at: travel_s === null ? null : left + travel_s * 1000, unsure: old };
}

function told(row: Expected, nowMs: number): string {
  if (row.at === null) return "no way by road";
  const left = (row.at - nowMs) / 1000;
  const time = timeOfDay(row.at, town.value?.zone).slice(0, 5);
  const about = row.unsure ? "about " : "";
  return left >= 0 ? `due ${about}${time} (${clock(left)})` : `was due ${about}${time}, ${clock(-left)} ago`;
}
