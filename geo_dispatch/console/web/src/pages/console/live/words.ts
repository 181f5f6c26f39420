/** Units, incidents and closures in words and signs; nothing is told by colour alone. */

import { ago, distance, timeOfDay, words } from "../../../shared/format";
import type { Closure, Incident, Status, Unit } from "./types";

/** A position older than this is not where the unit is now, seconds; as the server has it. */
export const STALE_S = 120;

const SIGNS: Readonly<Record<string, string>> = {
  available: "●",
  dispatched: "!",
  en_route: "▶",
  on_scene: "■",
  transporting: "»",
  at_hospital: "H",
  returning: "◀",
  out_of_service: "✕",
  off_duty: "–",
};

export function signOf(status: string): string {
  return SIGNS[status] ?? "?";
}

export function nameOf(status: string, table: readonly Status[]): string {
  return table.find((known) => known.status === status)?.name ?? words(status);
}

/** A letter for each status: the first of its name that none before it has. */
export function statusKeys(table: readonly Status[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const { status, name } of table) {
    const free = [...name.toLowerCase().replace(/[^a-z]/g, ""), ..."123456789"].find((letter) => !taken.has(letter));
    if (free === undefined) continue;
    taken.add(free);
    keys.set(status, free);
  }
  return keys;
}

/** The statuses that a unit can be given now; assigning is done with an incident. */
export function allowedNext(unit: Unit, table: readonly Status[]): readonly Status[] {
  const next = table.find((known) => known.status === unit.status)?.next ?? [];
  return table.filter((known) => next.includes(known.status) && (!known.on_incident || unit.incident_id !== null));
}

/** The status that a word, a name's beginning or a key means. */
export function findStatus(said: string, unit: Unit, table: readonly Status[]): Status | undefined {
  const plain = said.trim().toLowerCase().replaceAll(/[\s_-]+/g, " ");
  const allowed = allowedNext(unit, table);
  const keys = statusKeys(table);
  const spoken = (known: Status): string => known.name.toLowerCase().replaceAll("-", " ");
  return (
    table.find((known) => spoken(known) === plain || known.status.replaceAll("_", " ") === plain) ??
    allowed.find((known) => keys.get(known.status) === plain) ??
    only(allowed.filter((known) => plain !== "" && spoken(known).startsWith(plain)))
  );
}

/** The unit that a text begins with, whatever its case; and what follows. Ids may hold spaces: the longest wins. */
export function findUnit(text: string, units: readonly Unit[]): { readonly unit: Unit; readonly rest: string } | undefined {
  const said = text.trim().toLowerCase();
  const fits = units.filter(({ unit_id }) => said === unit_id.toLowerCase() || said.startsWith(`${unit_id.toLowerCase()} `));
  const unit = fits.sort((a, b) => b.unit_id.length - a.unit_id.length)[0];
  return unit && { unit, rest: text.trim().slice(unit.unit_id.length).trim() };
}

/** "1" of "2026-0000001": what is said over the radio. */
export function shortNumber(incidentId: string): string {
  return incidentId.replace(/^\d{4}-0*(?=\d)/, "");
}

/** The incident of a number, in full or short; of several years the newest. */
export function findIncident(said: string, incidents: readonly Incident[]): Incident | undefined {
  const plain = said.trim().replace(/^#/, "");
  return incidents.find((known) => known.incident_id === plain) ?? incidents.find((known) => shortNumber(known.incident_id) === plain);
}

export function unitsOn(incident: Incident): readonly string[] {
  return incident.assignments.filter((row) => row.released_at === null).map((row) => row.unit_id);
}

/** Where a unit is, and how well that is known. */
export function whereabouts(unit: Unit, nowMs: number): { readonly text: string; readonly sure: boolean } {
  const { position } = unit;
  if (position === null) return { text: unit.home ? "in quarters?" : "position unknown", sure: false };
  const age = Math.max(0, (nowMs - Date.parse(position.at)) / 1000);
  const radius = position.accuracy_m !== null && position.accuracy_m > 30 ? `, within ${distance(position.accuracy_m)}` : "";
  return { text: `position ${ago(age)}${radius}`, sure: age <= STALE_S };
}

/** What is closed, in words. */
export function placeOf(closure: Closure): string {
  if (typeof closure.spec !== "string") return "an area";
  const text = closure.spec.trimStart().toUpperCase();
  if (text.startsWith("POLYGON") || text.startsWith("MULTIPOLYGON") || text.startsWith("{")) return "an area";
  return text.startsWith("SEGMENT:") || text.startsWith("WAY:") || text.startsWith("EDGE:") ? "pieces of road" : closure.spec;
}

/** "until 16:00", "from 14:00 until it is ended". */
export function whenOf(closure: Closure, zone?: string): string {
  const starts = closure.status === "upcoming" ? `from ${shortTime(closure.starts, zone)} ` : "";
  return `${starts}${closure.ends === null ? "until it is ended" : `until ${shortTime(closure.ends, zone)}`}`;
}

/** "14:03", with the day when it is not the same as now's. */
export function shortTime(moment: string, zone?: string, nowMs = Date.now()): string {
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", ...(zone ? { timeZone: zone } : {}) });
  const time = timeOfDay(moment, zone).slice(0, 5);
  const [then, today] = [day.format(new Date(moment)), day.format(new Date(nowMs))];
  return then === today ? time : `${then} ${time}`;
}

/** Longest note that the server keeps. */
export const LONGEST_NOTE = 2000;

/** A text of one line as the record takes it; throws when it is too long, so that nothing is cut off unseen. */
export function oneLine(text: string, what: string, most = LONGEST_NOTE): string {
  const plain = text.replaceAll(/[\x00-\x1f\x7f]+/g, " ").trim();
  if (plain.length > most) throw new Error(`${what} would have ${plain.length.toLocaleString("en-US")} characters, more than ${most.toLocaleString("en-US")}: shorten it.`);
  return plain;
}

function only<T>(rows: readonly T[]): T | undefined {
  return rows.length === 1 ? rows[0] : undefined;
}
