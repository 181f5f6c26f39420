/** What is typed of units, incidents and closures: into the line behind a full stop, or into the field of the board. */

import { request } from "../../../shared/api";
import type { LonLat } from "../../../shared/map/types";
import { addNote, assignUnits, closeIncident, openIncident, releaseUnits, setPosition, setStatus } from "./acts";
import { closeByText } from "./drawing";
import { incidents, statuses, units } from "./state";
import type { Incident, Unit } from "./types";
import { allowedNext, findIncident, findStatus, findUnit, nameOf, shortNumber, statusKeys, unitsOn } from "./words";

interface Found {
  readonly status: "located" | "ambiguous" | "unknown";
  readonly candidates: readonly (LonLat & { readonly label: string; readonly probability: number })[];
  readonly question: { readonly text: string } | null;
}

const SURE = 0.8;
const LON_LAT = /^(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)$/;

/** ".u E1 en route", ".u E1 at Main and Bridge". */
export async function unitLine(rest: string): Promise<string> {
  const found = findUnit(rest, units.value);
  if (found === undefined) throw new Error(`"${rest}" begins with no unit: write its id first, as in "${units.value[0]?.unit_id ?? "E1"} en route".`);
  const { unit } = found;
  const [said = "", ...notes] = found.rest.split(";");
  const place = /^(?:at|@)\s+(.+)$/is.exec(said.trim())?.[1];
  if (place !== undefined) return placeUnit(unit, place);
  const status = findStatus(said, unit, statuses.value);
  if (status === undefined) throw new Error(`"${said.trim()}" is no status that ${unit.unit_id} can have now: ${choices(unit)}; or write "${unit.unit_id} at" and a place.`);
  const made = await setStatus(unit, status.status, notes.join(";").trim() || undefined);
  return made ? `${unit.unit_id}: ${status.name}` : `${unit.unit_id} stays as it is`;
}

/** Put a unit at words that tell one place, or at a longitude and latitude. */
export async function placeUnit(unit: Unit, said: string): Promise<string> {
  const { where, label } = await whereIs(said);
  return (await setPosition(unit, where, label)) ? `${unit.unit_id} is at ${label}` : `${unit.unit_id} stays where it was`;
}

async function whereIs(said: string): Promise<{ readonly where: LonLat; readonly label: string }> {
  const pair = LON_LAT.exec(said.trim());
  if (pair) return { where: { lon: Number(pair[1]), lat: Number(pair[2]) }, label: said.trim() };
  const answer = await request<Found>("POST", "/v1/locate", { text: said, limit: 3 });
  const [best, other] = answer.candidates;
  if (best === undefined) throw new Error(`"${said}" is no place known here: name a corner, an address or a longitude and latitude.`);
  if (best.probability < SURE)
    throw new Error(`"${said}" may be ${best.label}${other ? ` or ${other.label}` : ""}: say more${answer.question ? ` (${answer.question.text})` : ""}.`);
  return { where: best, label: best.label };
}

/** ".note 3 two cars", ".clear 3", ".release E1", ".open crash at Main and Bridge". */
export async function noteLine(rest: string): Promise<string> {
  const { incident, more } = incidentOf(rest, ".note 3 two cars");
  if (more === "") throw new Error("Write what is to be noted behind the number, as in .note 3 two cars.");
  return (await addNote(incident, more)) ? `Noted to #${shortNumber(incident.incident_id)}` : "Not noted";
}

export async function clearLine(rest: string): Promise<string> {
  const { incident, more } = incidentOf(rest, ".clear 3");
  const out = unitsOn(incident);
  if (out.length > 0 && more.toLowerCase() !== "all") throw new Error(`${out.join(", ")} still on #${shortNumber(incident.incident_id)}: write .clear ${shortNumber(incident.incident_id)} all to release them and close it.`);
  return (await closeIncident(incident, true)) ? `#${shortNumber(incident.incident_id)} is closed` : "It stays open";
}

export async function releaseLine(rest: string): Promise<string> {
  const unit = findUnit(rest, units.value)?.unit;
  if (unit === undefined) throw new Error(`"${rest}" is no unit: write its id, as in .release E1.`);
  const incident = incidents.value.find((row) => row.incident_id === unit.incident_id);
  if (incident === undefined) throw new Error(`${unit.unit_id} is on no incident.`);
  return (await releaseUnits(incident, [unit.unit_id])) ? `${unit.unit_id} is released` : `${unit.unit_id} stays on it`;
}

/** ".send E1 L1 to 3". */
export async function sendLine(rest: string): Promise<string> {
  const [, said = "", number = ""] = /^(.+?)\s+to\s+#?(\S+)$/is.exec(rest) ?? [];
  const { incident } = incidentOf(number, ".send E1 L1 to 3");
  const ids: string[] = [];
  for (let left = said.replaceAll(",", " ").trim(); left !== ""; ) {
    const found = findUnit(left, units.value);
    if (found === undefined) throw new Error(`"${left}" begins with no unit: write the units' ids, as in .send E1 L1 to 3.`);
    ids.push(found.unit.unit_id);
    left = found.rest;
  }
  if (ids.length === 0) throw new Error("Write which units go where, as in .send E1 L1 to 3.");
  return (await assignUnits(incident, ids)) ? `${ids.join(", ")} sent to #${shortNumber(incident.incident_id)}` : "Nobody is sent";
}

export async function openLine(rest: string): Promise<string> {
  const [, type, place] = /^(\S+)\s+(?:at\s+)?(.+)$/is.exec(rest) ?? [];
  if (type === undefined || place === undefined) throw new Error("Write the call type and the place, as in .open crash at Main St and Bridge St.");
  return (await openIncident(type, place)) ? `Open: ${type} at ${place}` : "Nothing is opened";
}

/** ".close Drift Rd from Hix Bridge Rd to Kirby Rd; note=tree down": closed at once, and can be taken back. */
export async function closeLine(rest: string): Promise<string> {
  if (rest === "") throw new Error("Write what is closed, as in .close Drift Rd from Hix Bridge Rd to Kirby Rd; note=tree down.");
  return closeByText(rest);
}

function incidentOf(rest: string, example: string): { readonly incident: Incident; readonly more: string } {
  const [, said = "", more = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  const incident = findIncident(said, incidents.value);
  if (incident === undefined) throw new Error(`"${said}" is no open incident: write its number, as in ${example}.`);
  return { incident, more: more.trim() };
}

function choices(unit: Unit): string {
  const keys = statusKeys(statuses.value);
  const names = allowedNext(unit, statuses.value).map((status) => `${keys.get(status.status)} ${status.name}`);
  return names.length > 0 ? names.join(", ") : `it is ${nameOf(unit.status, statuses.value)} and nothing follows`;
}
