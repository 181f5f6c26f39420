/** What the map shows: the call's part and the live part put together, and who gets the clicks. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Bounds, boundsOf, type LonLat, pointsOf, type Shapes } from "../../../shared/map/types";
import type { Call } from "./calls";
import type { MapContent, MapRow, MapTool } from "./contract";

const parts = signal<readonly ReadonlySignal<MapContent>[]>([]);

/** Add one side's part; drawn in the order they were added. */
export function addMapPart(part: ReadonlySignal<MapContent>): void {
  parts.value = [...parts.value, part];
}

export const shapes = computed<Shapes>(() => ({ type: "FeatureCollection", features: parts.value.flatMap((part) => part.value.shapes) }));
export const markers = computed(() => parts.value.flatMap((part) => part.value.markers));
export const rows = computed<readonly MapRow[]>(() => parts.value.flatMap((part) => part.value.rows));

/** What to have in sight; a new object moves the map. */
export const sight = signal<Bounds | null>(null);
export const tool = signal<MapTool | null>(null);
export const showTable = signal(false);
/** The crosshair moved by the arrow keys, while it is out. */
export const crosshair = signal<LonLat | null>(null);

export function focusOn(bounds: Bounds): void {
  sight.value = [...bounds];
}

/** Take the clicks on the map; what was drawn before is given up. */
export function takeTool(next: MapTool | null): void {
  const before = tool.value;
  tool.value = next;
  if (before !== next) before?.onCancel?.();
}

/** Bring what was found into sight: the place taken, else every candidate worth it. */
export function showFound(call: Call): void {
  const found = call.located?.candidates ?? [];
  const best = found[0];
  if (best === undefined) return;
  const worth = found.filter((candidate) => candidate.probability >= best.probability / 4);
  const box = boundsOf(worth.flatMap((candidate) => [candidate, ...pointsOf(candidate.region50)]));
  if (box) focusOn(box);
}
