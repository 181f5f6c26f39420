/** The drawn map, once there is one, and how long it took from Enter until it showed the answer. */

import { effect, signal } from "@preact/signals";
import type { TownMap } from "../../../shared/map/town-map";
import { located } from "../state/calls";
import { drawnAnswer } from "../state/callmap";

export const mapOf = signal<TownMap | null>(null);
/** Whether the town was drawn once. */
export const townDrawn = signal(false);

/** Take the map that was made. */
export function takeMap(map: TownMap): void {
  mapOf.value = map;
  map.whenDrawn(() => (townDrawn.value = true));
}

/** Measure each answer from Enter to the drawn map, as `performance` entries "enter-to-list" and "enter-to-map". */
export function startMeasuring(): void {
  let start: number | undefined;
  effect(() => {
    if (located.value === null) return;
    const from = performance.getEntriesByName("line-enter", "mark").at(-1)?.startTime;
    performance.clearMarks("line-enter");
    if (from === undefined) return;
    start = from;
    requestAnimationFrame(() => performance.measure("enter-to-list", { start: from }));
  });
  effect(() => {
    const from = start;
    if (drawnAnswer.value === null || from === undefined) return;
    start = undefined;
    // Two frames on, the map has been given what to draw.
    requestAnimationFrame(() => requestAnimationFrame(() => mapOf.peek()?.whenDrawn(() => performance.measure("enter-to-map", { start: from }))));
  });
}
