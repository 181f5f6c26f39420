/** Whether the dispatcher types on: drawing the map waits for a moment then, so that it never slows down a key. */

import { signal } from "@preact/signals";

const REST_MS = 250;

export const typing = signal(false);

let timer: ReturnType<typeof setTimeout> | undefined;

/** A key was typed into the line. */
export function keyTyped(): void {
  clearTimeout(timer);
  timer = setTimeout(() => (typing.value = false), REST_MS);
  typing.value = true;
}

/** The line was sent: what comes of it may be drawn. */
export function lineSent(): void {
  clearTimeout(timer);
  typing.value = false;
}
