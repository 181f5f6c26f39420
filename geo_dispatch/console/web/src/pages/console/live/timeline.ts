/** What happened, who did it, when: the record, newest first. */

import { signal } from "@preact/signals";
import { request } from "../../../shared/api";
import { throttled } from "./throttled";
import type { Row } from "../../../shared/stream";

const KEPT = 1000;
const READ = 300;
const SHOWN_MS = 150;

/** Rows by rising number, each once. */
export const record = signal<readonly Row[]>([]);

const heard: Row[] = [];
const show = throttled(() => {
  record.value = merged(record.value, heard.splice(0));
}, SHOWN_MS);

export function noteRow(row: Row): void {
  heard.push(row);
  show();
}

export function forgetRows(): void {
  record.value = [];
}

/** Read the rows before and up to one. */
export async function readRecord(head: number): Promise<void> {
  try {
    const answer = await request<{ entries: readonly Row[] }>("GET", `/v1/audit?after=${Math.max(0, head - READ)}&limit=${READ}`);
    record.value = merged(record.value, answer.entries);
  } catch {
    // What the stream tells is shown all the same.
  }
}

/** Read the whole history of one unit or incident, as far as one answer holds it. */
export async function readHistory(kind: "unit" | "incident" | "closure", id: string): Promise<readonly Row[]> {
  const path = `/v1/audit?subject_kind=${kind}&subject_id=${encodeURIComponent(id)}&limit=1000`;
  return (await request<{ entries: readonly Row[] }>("GET", path)).entries;
}

/** Two lists as one: by number, none twice, the oldest let go. */
export function merged(kept: readonly Row[], more: readonly Row[]): readonly Row[] {
  const last = kept.at(-1);
  const [first] = more;
  if (first !== undefined && more.length === 1 && (last === undefined || first.seq > last.seq)) return [...kept, first].slice(-KEPT);
  const rows = new Map<number, Row>();
  for (const row of [...kept, ...more]) rows.set(row.seq, row);
  return [...rows.values()].sort((a, b) => a.seq - b.seq).slice(-KEPT);
}

/** Whether a row is of a unit, incident or closure, or tells of it. */
export function concerns(row: Row, id: string): boolean {
  if (row.subject_id === id) return true;
  const { incident_id, units } = row.data;
  if (incident_id === id) return true;
  return Array.isArray(units) && units.some((unit: unknown) => unit === id || (typeof unit === "object" && unit !== null && (unit as { unit_id?: unknown }).unit_id === id));
}
