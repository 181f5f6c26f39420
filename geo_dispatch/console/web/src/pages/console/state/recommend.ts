/** Which units go: asked as soon as the place and the kind of call are known, and shown only while it is the answer to them. */

import { computed, effect, signal } from "@preact/signals";
import { Problem, request } from "../../../shared/api";
import type { RecommendAnswer, RunCard, RunCards } from "../../../shared/answers";
import { duration, words } from "../../../shared/format";
import { whenMay } from "../../../shared/session";
import { type Call, changeCall, current, findCall } from "./calls";
import { deskHeaders } from "../live/desk";
import { askUntilAnswered } from "./server";
import { say } from "./speak";

const cards = signal<readonly RunCard[]>([]);

/** Call types of the town's run cards, each once. */
export const callTypes = computed(() => [...new Set(cards.value.map((card) => card.call_type))]);
/** Calls for which a recommendation is under way. */
export const recommending = signal<ReadonlySet<number>>(new Set());

/** Highest alarm that a call type has a card for. */
export function mostAlarms(callType: string | null): number {
  return Math.max(1, ...cards.value.filter((card) => card.call_type === callType).map((card) => card.alarm));
}

/** Learn the run cards as soon as whoever is here may, then recommend whenever a call has what it takes. */
export function startRecommending(): void {
  const asked = whenMay("live.read").then(() => askUntilAnswered(() => request<RunCards>("GET", "/v1/run-cards")));
  asked.then(
    (found) => (cards.value = found.run_cards),
    (fault: unknown) => console.warn("no run cards:", fault),
  );
  effect(() => {
    const call = current.value;
    if (call.picked !== null && call.callType !== null && call.recommendation === null && call.refusal === null) void recommend(call);
  });
}

export function setCallType(callType: string): void {
  changeCall(current.value.id, { callType, alarm: Math.min(current.value.alarm, mostAlarms(callType)), ...NOTHING });
}

export function setAlarm(alarm: number): void {
  const call = current.value;
  if (alarm >= 1 && alarm <= mostAlarms(call.callType)) changeCall(call.id, { alarm, ...NOTHING });
}

/** Recommend anew for units as they are now. */
export function recommendAgain(): void {
  changeCall(current.value.id, NOTHING);
}

/** A call type by its name or the beginning of a word of it. */
export function findCallType(said: string): string {
  const wanted = said.trim().toLowerCase().replaceAll(" ", "_");
  const exact = callTypes.value.find((type) => type === wanted);
  const like = callTypes.value.filter((type) => type.startsWith(wanted) || type.includes(`_${wanted}`));
  if (exact !== undefined) return exact;
  if (wanted !== "" && like.length === 1) return like[0] as string;
  throw new Error(`"${said}" is ${like.length > 1 ? `several kinds of call (${like.join(", ")})` : "no kind of call here"}: give one of ${callTypes.value.join(", ")}.`);
}

const NOTHING = { recommendation: null, refusal: null, chosenUnits: [], shownUnit: null } as const;

/** What is asked for each call just now. */
const underway = new Map<number, string>();

async function recommend(call: Call): Promise<void> {
  const key = keyOf(call);
  if (underway.get(call.id) === key) return;
  underway.set(call.id, key);
  mark(call.id, true);
  try {
    const found = await askUntilAnswered(() => request<RecommendAnswer>("POST", "/v1/recommend", bodyOf(call), { headers: deskHeaders() }));
    if (isStillAsked(call.id, key)) take(call.id, found);
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    if (isStillAsked(call.id, key)) changeCall(call.id, { refusal: fault });
  } finally {
    if (underway.get(call.id) === key) {
      underway.delete(call.id);
      mark(call.id, false);
    }
  }
}

function keyOf(call: Call): string {
  return JSON.stringify([call.picked?.place.lon, call.picked?.place.lat, call.callType, call.alarm]);
}

function isStillAsked(id: number, key: string): boolean {
  const now = findCall(id);
  return now !== undefined && underway.get(id) === key && keyOf(now) === key;
}

function bodyOf(call: Call): object {
  const taken = call.picked;
  const { lon, lat, rank } = taken?.place ?? { lon: 0, lat: 0, rank: 1 };
  return { place: taken?.said ? { ...taken.said, rank } : { lon, lat }, call_type: call.callType, alarm: call.alarm };
}

function take(id: number, found: RecommendAnswer): void {
  const units = found.assignment.map((row) => row.unit);
  changeCall(id, { recommendation: found, chosenUnits: units, shownUnit: units[0] ?? null });
  const first = found.assignment[0];
  const missing = found.shortfall.map((row) => `${row.missing} ${words(row.capability)}`).join(", ");
  const told = first ? `${units.join(", ")} can go; ${first.unit} first, in ${duration(first.response_time_s)}` : "No unit can go";
  say(missing ? `${told}. Missing: ${missing}` : told);
}

function mark(id: number, on: boolean): void {
  const next = new Set(recommending.value);
  if (on) next.add(id);
  else next.delete(id);
  recommending.value = next;
}

/** Put a unit among those to be assigned, or take it out. */
export function toggleUnit(unit: string): void {
  const call = current.value;
  const chosen = call.chosenUnits.includes(unit) ? call.chosenUnits.filter((other) => other !== unit) : [...call.chosenUnits, unit];
  changeCall(call.id, { chosenUnits: chosen });
}

/** Draw the route of a unit that is recommended. */
export function showRoute(unit: string): void {
  changeCall(current.value.id, { shownUnit: unit });
}

/** Draw the route of the next one. */
export function stepRoute(by: number): void {
  const rows = current.value.recommendation?.assignment ?? [];
  const at = rows.findIndex((row) => row.unit === current.value.shownUnit);
  const next = rows[(at + by + rows.length) % rows.length];
  if (next) showRoute(next.unit);
}
