/** The drawn map, once there is one, and how long it took from Enter until it showed the answer. */

import { effect, signal } from "@preact/signals";
import type { TownMap } from "../../../shared/map/town-map";
import { located } from "../state/calls";

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
  effect(() => {
    if (located.value === null) return;
    const [mark] = performance.getEntriesByName("line-enter", "mark").slice(-1);
    if (mark === undefined) return;
    performance.clearMarks("line-enter");
    const start = mark.startTime;
    requestAnimationFrame(() => performance.measure("enter-to-list", { start }));
    mapOf.peek()?.whenDrawn(() => performance.measure("enter-to-map", { start }));
  });
}
