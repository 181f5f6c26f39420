/** What a dispatcher does to units, incidents and closures. */

import { type Method, request } from "../../../shared/api";
import type { LonLat } from "../../../shared/map/types";
import { change } from "./changes";
import { deskHeaders } from "./desk";
import { statuses, units } from "./state";
import type { Closure, Incident, Unit } from "./types";
import { nameOf, oneLine, shortNumber, unitsOn } from "./words";

export function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return request<T>(method, path, body, { headers: deskHeaders() });
}

export function setStatus(unit: Unit, status: string, note?: string): Promise<boolean> {
  const name = nameOf(status, statuses.value);
  return change(`unit:${unit.unit_id}`, `${unit.unit_id} → ${name}`, () => ask("PUT", `${unitPath(unit.unit_id)}/status`, { status, ...(note ? { note: oneLine(note, "The note") } : {}) }), {
    lists: ["units", "incidents"],
    done: `${unit.unit_id} is ${name}`,
  });
}

/** Say where a unit is; can be taken back where it had a position before. */
export function setPosition(unit: Unit, where: LonLat, named = ""): Promise<boolean> {
  const before = unit.position;
  const told = named || `${where.lon.toFixed(5)}, ${where.lat.toFixed(5)}`;
  return change(`unit:${unit.unit_id}`, `${unit.unit_id} to ${told}`, () => putPosition(unit.unit_id, where, "desk"), {
    lists: ["units"],
    done: before ? `${unit.unit_id} is put at ${told}` : `${unit.unit_id} is put at ${told}; it had no position before, so this can only be corrected, not taken back`,
    ...(before ? { undo: () => void takeBack(unit.unit_id, before) } : {}),
  });
}

async function takeBack(unitId: string, before: LonLat): Promise<void> {
  const unit = units.value.find((row) => row.unit_id === unitId);
  if (unit) await change(`unit:${unitId}`, `${unitId} back`, () => putPosition(unitId, before, "desk, taken back"), { lists: ["units"], done: `${unitId} is back where it was` });
}

function putPosition(unitId: string, where: LonLat, source: string): Promise<unknown> {
  return ask("PUT", `${unitPath(unitId)}/position`, { lon: where.lon, lat: where.lat, source });
}

export function openIncident(callType: string, place: string): Promise<boolean> {
  return change(`open:${place}`, `Open ${callType} at ${place}`, () => ask("POST", "/v1/incidents", { call_type: callType, place }), { lists: ["incidents"], done: `An incident is open at ${place}` });
}

/** Add to the note of an incident: what stands there is kept. */
export function addNote(incident: Incident, text: string): Promise<boolean> {
  const note = incident.note ? `${incident.note}; ${text.trim()}` : text.trim();
  return change(about(incident), `Note to ${number(incident)}`, () => ask("PATCH", path(incident), { note: oneLine(note, "The note"), version: incident.version }), { lists: ["incidents"], done: `Noted to ${number(incident)}` });
}

export function releaseUnits(incident: Incident, unitIds: readonly string[]): Promise<boolean> {
  return change(about(incident), `Release ${unitIds.join(", ")} from ${number(incident)}`, () => ask("POST", `${path(incident)}/release`, { units: unitIds }), {
    lists: ["incidents", "units"],
    done: `Released from ${number(incident)}: ${unitIds.join(", ")}`,
  });
}

/** Close an incident; its units are released first where that was asked for. It can be opened again for a while, without them. */
export async function closeIncident(incident: Incident, releasing = false): Promise<boolean> {
  const out = unitsOn(incident);
  if (releasing && out.length > 0 && !(await releaseUnits(incident, out))) return false;
  return change(about(incident), `Close ${number(incident)}`, () => ask("PATCH", path(incident), { status: "closed" }), {
    lists: ["incidents", "units"],
    done: `${number(incident)} is closed`,
    undo: () => void reopenIncident(incident),
  });
}

function reopenIncident(incident: Incident): Promise<boolean> {
  return change(about(incident), `Open ${number(incident)} again`, () => ask("PATCH", path(incident), { status: "open" }), { lists: ["incidents"], done: `${number(incident)} is open again; send its units anew where they are wanted` });
}

/** Put units on an incident: all of them, or none. */
export function assignUnits(incident: Incident, unitIds: readonly string[]): Promise<boolean> {
  return change(about(incident), `Send ${unitIds.join(", ")} to ${number(incident)}`, () => ask("POST", `${path(incident)}/assign`, { units: unitIds.map((unit_id) => ({ unit_id })) }), {
    lists: ["incidents", "units"],
    done: `Sent to ${number(incident)}: ${unitIds.join(", ")}`,
  });
}

/** Correct where an incident is. */
export function moveIncident(incident: Incident, where: LonLat): Promise<boolean> {
  const back = { lon: incident.lon, lat: incident.lat };
  return change(about(incident), `Move ${number(incident)}`, () => ask("PATCH", path(incident), { place: where }), {
    lists: ["incidents"],
    done: `${number(incident)} is moved`,
    undo: () => void change(about(incident), `${number(incident)} back`, () => ask("PATCH", path(incident), { place: back, label: incident.label }), { lists: ["incidents"], done: `${number(incident)} is back where it was` }),
  });
}

export function endClosure(closure: Closure, name: string): Promise<boolean> {
  return change(`closure:${closure.closure_id}`, `Open ${name} again`, () => ask("DELETE", `/v1/closures/${encodeURIComponent(closure.closure_id)}`), { lists: ["closures"], done: `${name} is open again` });
}

export function editClosure(closure: Closure, changes: Readonly<Record<string, unknown>>): Promise<boolean> {
  return change(`closure:${closure.closure_id}`, "Change the closure", () => ask("PATCH", `/v1/closures/${encodeURIComponent(closure.closure_id)}`, { ...changes, version: closure.version }), {
    lists: ["closures"],
    done: "The closure is changed",
  });
}

/** Close a road; it can be taken back for a while. */
export function addClosure(document: Readonly<Record<string, unknown>>, name: string): Promise<boolean> {
  let kept: Closure | undefined;
  const add = async (): Promise<void> => {
    kept = (await ask<{ closure: Closure }>("POST", "/v1/closures", document)).closure;
  };
  return change("closure:new", `Close ${name}`, add, { lists: ["closures"], done: `Closed: ${name}`, undo: () => kept && void endClosure(kept, name) });
}

function unitPath(unitId: string): string {
  return `/v1/units/${encodeURIComponent(unitId)}`;
}

function path(incident: Incident): string {
  return `/v1/incidents/${encodeURIComponent(incident.incident_id)}`;
}

function about(incident: Incident): string {
  return `incident:${incident.incident_id}`;
}

function number(incident: Incident): string {
  return `incident ${shortNumber(incident.incident_id)}`;
}
