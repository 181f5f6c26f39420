/** The server's time: ages never rest on the clock of the browser's machine, which may be minutes off. */

import { signal } from "@preact/signals";

const REMEMBERED_JUMP_MS = 5000;

/** Milliseconds to add to `performance.now()`; null until the server told its time. */
let offset: number | null = null;

/** How far the browser's clock is ahead of the server's, milliseconds; null until known. */
export const clockAhead = signal<number | null>(null);

/** The time by the server's clock, milliseconds since 1970; the browser's own until the server told it. */
export function serverNow(): number {
  return offset === null ? Date.now() : performance.now() + offset;
}

/** Take a time that the server told just now. Of several, the one that came quickest counts. */
export function noteServerTime(moment: string): void {
  const told = Date.parse(moment);
  if (!Number.isFinite(told)) return;
  const sample = told - performance.now();
  if (offset === null || sample > offset || offset - sample > REMEMBERED_JUMP_MS) offset = sample;
  clockAhead.value = Date.now() - serverNow();
}

/** Forget it: for tests, and when another connection starts. */
export function forgetServerTime(): void {
  offset = null;
  clockAhead.value = null;
}

/** Seconds since a moment, by the server's clock; never negative. */
export function secondsSince(moment: string, now: number = serverNow()): number {
  return Math.max(0, (now - Date.parse(moment)) / 1000);
}
