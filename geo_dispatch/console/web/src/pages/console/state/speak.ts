/** What a screen reader says: one sentence at a time, the newest. */

import { signal } from "@preact/signals";

export const spoken = signal("");
export const alarmed = signal("");

/** Say what came of something. */
export function say(text: string): void {
  spoken.value = again(spoken.value, text);
}

/** Say at once what must not be missed. */
export function alarm(text: string): void {
  alarmed.value = again(alarmed.value, text);
}

/** The same words twice are told twice. */
function again(before: string, text: string): string {
  return before === text ? `${text}\u00a0` : text;
}
