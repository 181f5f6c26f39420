import { useLayoutEffect, useRef } from "preact/hooks";
import type { LonLat } from "../../../shared/map/types";
import { crosshair, tool } from "../state/map";
import { place } from "../state/picking";
import { mapOf } from "./view";

/** Share of what is seen that an arrow key moves it by, and with Shift. */
const STEP = 0.02;
const BIG_STEP = 0.1;

/** Bring the crosshair to the middle of what is seen. */
export function showCrosshair(): void {
  const box = mapOf.value?.view();
  if (box) crosshair.value = { lon: (box[0] + box[2]) / 2, lat: (box[1] + box[3]) / 2 };
}

/** A point moved by the arrow keys; Enter does what a click there does. */
export function Crosshair() {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const at = crosshair.value;
  const view = mapOf.value?.view();
  if (at === null || view === undefined) return null;
  const left = ((at.lon - view[0]) / (view[2] - view[0])) * 100;
  const top = ((mercator(view[3]) - mercator(at.lat)) / (mercator(view[3]) - mercator(view[1]))) * 100;
  const pressed = (event: KeyboardEvent): void => {
    const way = WAYS[event.key];
    if (way) crosshair.value = moved(at, way, event.shiftKey ? BIG_STEP : STEP, view);
    else if (event.key === "Enter") use(at);
    else if (event.key === "Escape") crosshair.value = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class="crosshair"
      tabIndex={0}
      role="application"
      aria-label={`Crosshair at ${at.lon.toFixed(5)}, ${at.lat.toFixed(5)}: arrow keys move it, Enter places, Escape ends`}
      style={{ left: `${left}%`, top: `${top}%` }}
      onKeyDown={pressed}
    />
  );
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function use(at: LonLat): void {
  if (tool.value) return tool.value.onClick(at);
  crosshair.value = null;
  place(at, "map").catch(() => undefined);
}

function moved(at: LonLat, way: readonly [number, number], step: number, view: readonly [number, number, number, number]): LonLat {
  const lon = at.lon + way[0] * step * (view[2] - view[0]);
  const lat = at.lat + way[1] * step * (view[3] - view[1]);
  return { lon: Math.min(view[2], Math.max(view[0], lon)), lat: Math.min(view[3], Math.max(view[1], lat)) };
}

function mercator(lat: number): number {
  return Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
}
