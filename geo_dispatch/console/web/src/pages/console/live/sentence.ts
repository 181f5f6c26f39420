/** A row of the record as a person says it. */

import { words } from "../../../shared/format";
import type { Row } from "../../../shared/stream";
import type { Status } from "./types";
import { nameOf, placeOf, shortNumber } from "./words";

type Say = (row: Row, table: readonly Status[]) => string;

const SAY: Readonly<Record<string, Say>> = {
  "unit.status": (row, table) => `${row.subject_id}: ${nameOf(text(row.data["to"]), table)}${of(row.data["incident_id"])}${noted(row.data["note"])}`,
  "unit.position": (row) => `${row.subject_id} is at ${figure(row.data["lon"])}, ${figure(row.data["lat"])}`,
  "unit.add": (row) => `${row.subject_id} is added`,
  "unit.update": (row) => `${row.subject_id} is changed: ${changed(row)}`,
  "incident.open": (row) => `#${shortNumber(row.subject_id)} opened: ${words(text(row.data["call_type"]))}, ${text(row.data["label"])}`,
  "incident.assign": (row) => `#${shortNumber(row.subject_id)}: ${ids(row.data["units"])} assigned`,
  "incident.release": (row) => `#${shortNumber(row.subject_id)}: ${ids(row.data["units"])} released`,
  "incident.close": (row) => `#${shortNumber(row.subject_id)} closed`,
  "incident.update": (row) => `#${shortNumber(row.subject_id)} ${changed(row) === "status open" ? "opened again" : `is changed: ${changed(row)}`}`,
  "closure.add": (row) => `Closed: ${placeOf({ spec: row.data["spec"] } as never)}${noted(row.data["note"])}`,
  "closure.update": (row) => `A closure is changed: ${changed(row)}`,
  "closure.expire": () => "A closure is ended",
  "recommendation.store": (row) => `Units recommended${of(row.data["incident_id"])}`,
  "store.create": () => "The live store is made",
};

export function sentence(row: Row, table: readonly Status[]): string {
  return SAY[row.action]?.(row, table) ?? `${words(row.action.replaceAll(".", " "))} ${row.subject_id}`;
}

function of(incident: unknown): string {
  return typeof incident === "string" ? ` (#${shortNumber(incident)})` : "";
}

function noted(note: unknown): string {
  return typeof note === "string" && note !== "" ? `: ${note}` : "";
}

function changed(row: Row): string {
  const changes = row.data["changes"];
  if (typeof changes !== "object" || changes === null) return "";
  return Object.entries(changes)
    .map(([name, value]) => `${words(name).toLowerCase()} ${value === null ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}

function ids(given: unknown): string {
  if (!Array.isArray(given)) return "";
  return given.map((unit: unknown) => (typeof unit === "object" && unit !== null ? text((unit as { unit_id?: unknown }).unit_id) : text(unit))).join(", ");
}

function figure(value: unknown): string {
  return typeof value === "number" ? value.toFixed(5) : "?";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
