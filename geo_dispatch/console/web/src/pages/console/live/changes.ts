/** Changes asked of the server: shown as pending until it says so, told in words when it refuses. */

import { signal } from "@preact/signals";
import { Problem } from "../../../shared/api";
import { alarm, say } from "../state/speak";
import { readOnly, refresh, statuses } from "./state";
import { nameOf } from "./words";

export interface Notice {
  readonly id: number;
  readonly kind: "done" | "refused";
  readonly text: string;
  readonly undo?: () => void;
}

type Kind = "units" | "incidents" | "closures";

const SHOWN_MS = 30_000;
const MOST = 4;

/** What is being asked, by what it is about ("unit:E1"): shown, but not as done. */
export const pending = signal<ReadonlyMap<string, string>>(new Map());
export const notices = signal<readonly Notice[]>([]);

let last = 0;

/** Changes of one thing are asked one after the other, however fast they are given. */
const queues = new Map<string, Promise<unknown>>();

export interface Told {
  /** What is read anew once it is made. */
  readonly lists: readonly Kind[];
  readonly done?: string;
  readonly undo?: () => void;
}

/** Ask for a change; `about` is what it is of, as "unit:E1". Told is what came of it; true when it was made. */
export function change(about: string, doing: string, ask: () => Promise<unknown>, told: Told): Promise<boolean> {
  const next = (queues.get(about) ?? Promise.resolve()).then(() => changeNow(about, doing, ask, told));
  queues.set(about, next);
  return next.finally(() => {
    if (queues.get(about) === next) queues.delete(about);
  });
}

async function changeNow(about: string, doing: string, ask: () => Promise<unknown>, told: Told): Promise<boolean> {
  if (readOnly.value !== null) return refused(`${doing}: ${readOnly.value}`);
  setPending(about, doing);
  try {
    await ask();
    await refresh(...told.lists);
    if (told.done !== undefined) notice("done", told.done, told.undo);
    return true;
  } catch (fault) {
    void refresh(...told.lists);
    return refused(`${doing}: ${reasonOf(fault)}`);
  } finally {
    setPending(about, null);
  }
}

/** Why a change was not made, and what to do now. */
export function reasonOf(fault: unknown): string {
  if (!(fault instanceof Problem)) return fault instanceof Error ? fault.message : String(fault);
  if (fault.unanswered) return "no answer came. It may have been made or not: look at what is shown once the link is back, before doing it again.";
  if (fault.kind === "changed") return `${fault.detail || "somebody changed it meanwhile"}. What is shown now is how it is: look, then do it again if it is still wanted.`;
  const allowed = fault.more["allowed"];
  if (fault.kind === "transition" && Array.isArray(allowed)) {
    const names = allowed.map((status) => nameOf(String(status), statuses.value)).join(", ");
    return `not possible, since it is ${nameOf(String(fault.more["unit_status"] ?? ""), statuses.value)} now. Possible: ${names}.`;
  }
  return fault.detail || fault.title;
}

export function notice(kind: Notice["kind"], text: string, undo?: () => void): void {
  last += 1;
  const id = last;
  notices.value = [...notices.value, { id, kind, text, ...(undo ? { undo } : {}) }].slice(-MOST);
  if (kind === "refused") alarm(text);
  else say(text);
  if (kind === "done") setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((shown) => shown.id !== id);
}

/** Take back the newest change that can be. */
export function undoLast(): void {
  const found = [...notices.value].reverse().find((shown) => shown.undo);
  if (found === undefined) return notice("refused", "Nothing can be taken back: only what was placed, moved or closed at this desk within half a minute can.");
  dismiss(found.id);
  found.undo?.();
}

function refused(text: string): false {
  notice("refused", text);
  return false;
}

function setPending(about: string, doing: string | null): void {
  const next = new Map(pending.value);
  if (doing === null) next.delete(about);
  else next.set(about, doing);
  pending.value = next;
}
