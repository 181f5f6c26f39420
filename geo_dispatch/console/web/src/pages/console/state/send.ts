/** Opening an incident for a call and assigning its units: each told as done only once the server says so. */

import { signal } from "@preact/signals";
import { Problem, request } from "../../../shared/api";
import type { Incident } from "../../../shared/answers";
import { words } from "../../../shared/format";
import type { LonLat } from "../../../shared/map/types";
import { type Call, changeCall, current, findCall, unacknowledged } from "./calls";
import { deskHeaders } from "../live/desk";
import { readOnly } from "../live/state";
import { alarm, say } from "./speak";

/** Two places closer than this may be one incident, metres. */
const SAME_PLACE_M = 150;
const LONGEST_NOTE = 2000;
const LONGEST_LABEL = 200;
const EARTH_M_PER_DEG = 111_320;

export const sending = signal<number | null>(null);
/** What came of the last try, by call: what others did, and what to do. */
export const sendFault = signal<ReadonlyMap<number, string>>(new Map());
/** Open incidents at the place of the call that is shown. */
export const nearby = signal<{ readonly call: number; readonly incidents: readonly Incident[] }>({ call: 0, incidents: [] });

/** Calls whose last try got no answer: it may have been done. */
const doubtful = new Set<number>();

/** Look for open incidents where a call is. */
export async function lookNearby(call: Call): Promise<void> {
  const place = call.picked?.place;
  if (place === undefined) return;
  try {
    const open = await openIncidents();
    nearby.value = { call: call.id, incidents: open.filter((incident) => metresBetween(incident, place) <= SAME_PLACE_M) };
  } catch {
    nearby.value = { call: call.id, incidents: [] };
  }
}

/** Use an incident that is open already. */
export function joinIncident(incidentId: string): void {
  changeCall(current.value.id, { incidentId });
  say(`Units are added to incident ${incidentId}.`);
}

/** Assign the units chosen; opens an incident first unless the call has one. */
export async function send(): Promise<void> {
  const call = current.value;
  const missing = whyNot(call);
  if (missing !== null) return fault(call.id, missing);
  if (sending.value !== null) return;
  sending.value = call.id;
  fault(call.id, "");
  try {
    const incidentId = call.incidentId ?? (await incidentFor(call));
    changeCall(call.id, { incidentId });
    await assign(call, incidentId);
    doubtful.delete(call.id);
    changeCall(call.id, { assigned: [...new Set([...(findCall(call.id)?.assigned ?? []), ...call.chosenUnits])] });
    say(`Assigned ${call.chosenUnits.join(", ")} to incident ${incidentId}.`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.unanswered) doubtful.add(call.id);
    fault(call.id, told(problem));
  } finally {
    sending.value = null;
  }
}

/** What must be done before units can go; null when nothing. */
export function whyNot(call: Call): string | null {
  if (readOnly.value !== null) return readOnly.value;
  if (call.picked === null) return "Take a place first: 1 to 9, or click the map.";
  if (call.callType === null) return "Choose the kind of call first: m.";
  if (unacknowledged(call).length > 0) return "Read the place back first, then v.";
  if (call.chosenUnits.length === 0) return "Choose a unit first.";
  return null;
}

async function incidentFor(call: Call): Promise<string> {
  if (doubtful.has(call.id)) {
    const mine = (await openIncidents()).find((incident) => isMine(call, incident));
    if (mine) return mine.incident_id;
  }
  const answer = await request<{ incident: Incident }>("POST", "/v1/incidents", incidentOf(call), { headers: deskHeaders() });
  return answer.incident.incident_id;
}

/** An incident that the try without an answer has opened. */
function isMine(call: Call, incident: Incident): boolean {
  const place = call.picked?.place;
  return place !== undefined && incident.call_type === call.callType && incident.assignments.length === 0 && metresBetween(incident, place) < 1 && incident.note === noteOf(call);
}

function incidentOf(call: Call): object {
  const place = call.picked?.place;
  const note = noteOf(call);
  return {
    call_type: call.callType,
    alarm: call.alarm,
    place: { lon: place?.lon, lat: place?.lat },
    label: place?.label.slice(0, LONGEST_LABEL),
    radius90_m: place?.radius90_m,
    ...(note ? { note } : {}),
  };
}

/** The caller's words, as the incident keeps them. */
function noteOf(call: Call): string | null {
  const said = [...call.texts, ...call.answers.map((reply) => `${reply.question.text} ${reply.answer}`)].join(" / ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = said.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return plain === "" ? null : plain.slice(0, LONGEST_NOTE);
}

async function assign(call: Call, incidentId: string): Promise<void> {
  let wanted: readonly string[] = call.chosenUnits.filter((unit) => !call.assigned.includes(unit));
  if (doubtful.has(call.id)) {
    const incident = (await openIncidents()).find((row) => row.incident_id === incidentId);
    const there = new Set(incident?.assignments.filter((row) => row.released_at === null).map((row) => row.unit_id));
    wanted = wanted.filter((unit) => !there.has(unit));
  }
  if (wanted.length === 0) return;
  const roles = new Map(call.recommendation?.assignment.map((row) => [row.unit, row.role]));
  const units = wanted.map((unit) => ({ unit_id: unit, ...(roles.has(unit) ? { role: roles.get(unit) } : {}) }));
  await request("POST", `/v1/incidents/${encodeURIComponent(incidentId)}/assign`, { units }, { headers: deskHeaders() });
}

async function openIncidents(): Promise<readonly Incident[]> {
  return (await request<{ incidents: readonly Incident[] }>("GET", "/v1/incidents?status=open&limit=200")).incidents;
}

/** Why it was not done, and what to do. */
function told(problem: Problem): string {
  if (problem.unanswered) return "No answer: it may or may not have been done. Try again (s): what was done is not done twice.";
  if (problem.kind === "unit-taken") {
    const by = typeof problem.more["assigned_by"] === "string" ? ` by ${problem.more["assigned_by"]}` : "";
    return `NOBODY WAS SENT: ${String(problem.more["unit_id"])} is on incident ${String(problem.more["incident_id"])}${by}. Press r for units that are free, or take it off the list.`;
  }
  if (problem.kind === "transition") return `NOBODY WAS SENT: ${String(problem.more["unit_id"])} is ${words(String(problem.more["unit_status"])).toLowerCase()} and can't be assigned. Press r for units that are free, or take it off the list.`;
  if (problem.kind === "store-unavailable") return `NOBODY WAS SENT: the live store is lost. Send by radio, and note it on paper. ${problem.message}`;
  return `NOBODY WAS SENT: ${problem.message}`;
}

function fault(id: number, text: string): void {
  const next = new Map(sendFault.value);
  if (text === "") next.delete(id);
  else next.set(id, text);
  sendFault.value = next;
  if (text !== "") alarm(text);
}

function metresBetween(one: LonLat, other: LonLat): number {
  const east = (one.lon - other.lon) * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(east, one.lat - other.lat) * EARTH_M_PER_DEG;
}
