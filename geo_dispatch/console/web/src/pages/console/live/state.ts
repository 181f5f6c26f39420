/** Units, incidents and closures as the server has them, and the record of what changed: one stream feeds them all. */

import { computed, signal } from "@preact/signals";
import { request } from "../../../shared/api";
import { secondsSince, serverNow } from "../../../shared/clock";
import { may, session } from "../../../shared/session";
import { ChangeStream, type Row, type StoreTold } from "../../../shared/stream";
import { town } from "../../../shared/town";
import { type Card, cards } from "./call-types";
import { type Answer, Listed } from "./listed";
import { forgetRows, noteRow, readRecord } from "./timeline";
import type { Closure, Incident, Status, Unit } from "./types";

const CLOSURES_MS = 30_000;
const UNSEEN_MS = 60_000;

function list<T>(path: string, member: string, idOf: (row: T) => string): Listed<T> {
  return new Listed<T>(async (): Promise<Answer<T>> => {
    const answer = await request<Record<string, unknown>>("GET", path);
    return { rows: answer[member] as readonly T[], seq: answer["seq"] as number, warnings: answer["warnings"] as readonly string[] };
  }, idOf);
}

export const unitList = list<Unit>("/v1/units", "units", (unit) => unit.unit_id);
export const incidentList = list<Incident>("/v1/incidents?limit=500", "incidents", (incident) => incident.incident_id);
export const closureList = list<Closure>("/v1/closures", "closures", (closure) => closure.closure_id);

export const units = unitList.rows;
export const incidents = incidentList.rows;
export const closures = closureList.rows;

export const store = signal<StoreTold>({ status: "starting", since: "", detail: null });
export const statuses = signal<readonly Status[]>([]);

/** The time by the server's clock, milliseconds; moves each second, for ages. */
export const now = signal(serverNow());

/** Seconds since a moment, as far as the clock of the page has come. */
export function since(moment: string): number {
  return secondsSince(moment, now.value);
}

const stream = new ChangeStream(
  { path: "/v1/stream", ready: async () => void (await Promise.all([kept(), allowed(), looked()])) },
  { onRow: takeRow, onStore: takeStore, onResync: (reason) => void readAll(reason === "reset"), onBack: () => void readMissing() },
);

/** Whether the server keeps no store of what goes on: then there is nothing to follow. */
export const storeless = computed(() => town.value?.store.status === "none");

/** `live` only once everything was read, too. */
export const link = computed(() => {
  const told = stream.link.value;
  if (storeless.value) return { ...told, state: "connecting" as const };
  return told.state === "live" && !unitList.known.value ? { ...told, state: "connecting" as const } : told;
});

/** Why nothing can be changed now; null when it can. */
export const readOnly = computed<string | null>(() => {
  if (storeless.value) return "This server keeps no live store: units, incidents and closures are not kept here.";
  if (session.value.state === "out") return "Nobody is signed in.";
  if (session.value.state === "in" && !may("live.change")) return "Your role may see units, incidents and closures, not change them.";
  const state = link.value.state;
  if (state === "stale" || state === "lost") return "The link to the server is down: nothing can be changed until it is back.";
  if (store.value.status === "unavailable") return "The live store is lost: nothing can be changed until it is back.";
  return null;
});

/** Try the link again at once. */
export function retryLink(): void {
  stream.retryNow();
}

let started = false;

/** Begin to follow; once. */
export function startLive(): void {
  if (started) return;
  started = true;
  setInterval(() => {
    now.value = serverNow();
  }, 1000);
  setInterval(tidy, CLOSURES_MS);
  window.addEventListener("online", () => stream.retryNow());
  document.addEventListener("visibilitychange", () => (document.hidden ? setTimeout(restUnseen, UNSEEN_MS) : stream.retryNow()));
  let before = session.value;
  session.subscribe((who) => {
    if (before.state === "out" && who.state === "in" && unitList.known.value) void readAll(false); // somebody else may see more
    before = who;
  });
  stream.start();
}

/** Closures begin and end by themselves; what could not be read at the start is asked for again. */
function tidy(): void {
  if (stream.link.value.state !== "live") return;
  void closureList.refresh();
  void askStatuses();
}

/** A browser has six connections to a server: pages that nobody looks at must not keep them. They are told what they missed. */
function restUnseen(): void {
  if (document.hidden) stream.rest();
}

/** Wait until the server says that it keeps one. */
function kept(): Promise<void> {
  return new Promise((resolve) => {
    const stop = town.subscribe((known) => {
      if (known === null || known.store.status === "none") return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Wait until somebody is signed in who may see what goes on. */
function allowed(): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.subscribe(() => {
      if (!may("live.read")) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Wait until the page is looked at. */
async function looked(): Promise<void> {
  while (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

/** Read units, incidents and closures anew: after a change of ours, so that it shows even when the stream is late. */
export async function refresh(...kinds: readonly ("units" | "incidents" | "closures")[]): Promise<void> {
  const lists = { units: unitList, incidents: incidentList, closures: closureList };
  await Promise.all(kinds.map((kind) => lists[kind].refresh()));
}

async function readAll(reset: boolean): Promise<void> {
  if (reset) forgetRows();
  await Promise.all([askStatuses(), unitList.refresh(reset), incidentList.refresh(reset), closureList.refresh(reset)]);
  if (unitList.known.value) await readRecord(unitList.seq);
}

/** Back after a break: rows that were missed are told by the stream; what could not be read at all is read now. */
async function readMissing(): Promise<void> {
  if (!unitList.known.value || unitList.problem.value || incidentList.problem.value || closureList.problem.value) await readAll(false);
}

async function askStatuses(): Promise<void> {
  if (statuses.value.length > 0) return;
  try {
    const answer = await request<{ statuses: readonly Status[]; run_cards: readonly Card[] }>("GET", "/v1/run-cards");
    statuses.value = answer.statuses;
    cards.value = answer.run_cards;
  } catch {
    // Asked again with the next reading of everything.
  }
}

function takeStore(told: StoreTold): void {
  const back = told.status === "ok" && store.value.status !== "ok";
  const first = store.value.since === "";
  store.value = told;
  if (back && !first) void readAll(false);
}

function takeRow(row: Row): void {
  noteRow(row);
  if (row.action === "unit.position") takePosition(row);
  else if (row.subject_kind === "unit") void unitList.changed(row.seq);
  else if (row.subject_kind === "closure") void closureList.changed(row.seq);
  else if (row.subject_kind === "incident") {
    void incidentList.changed(row.seq);
    void unitList.changed(row.seq);
  }
}

/** A position is told in full: nothing has to be read. */
function takePosition(row: Row): void {
  const { lon, lat, position_at: at, accuracy_m, position_source: source } = row.data;
  if (typeof lon !== "number" || typeof lat !== "number" || typeof at !== "string") return;
  const position = { lon, lat, at, accuracy_m: typeof accuracy_m === "number" ? accuracy_m : null, source: typeof source === "string" ? source : null };
  unitList.patch(row.subject_id, row.seq, (unit) => ({ ...unit, position }));
}
