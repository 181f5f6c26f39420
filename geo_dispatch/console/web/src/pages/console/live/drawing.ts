/** A closure that is being drawn or written: looked at on the map before it is kept. */

import { signal } from "@preact/signals";
import { request } from "../../../shared/api";
import { serverNow } from "../../../shared/clock";
import { distance } from "../../../shared/format";
import { boundsOf, type LonLat, pointsOf } from "../../../shared/map/types";
import { town } from "../../../shared/town";
import { focusOn, takeTool, tool } from "../state/map";
import { addClosure } from "./acts";
import { reasonOf } from "./changes";
import type { ClosurePreview } from "./closure-roads";
import { focusSoon, tab } from "./selection";
import { untilMoment } from "./until";
import { oneLine } from "./words";

export interface Draft {
  readonly mode: "stretch" | "area" | "text";
  readonly points: readonly LonLat[];
  readonly text: string;
  readonly preview: ClosurePreview | null;
  readonly problem: string;
  readonly busy: boolean;
}

/** What the form tells beside the place. */
export interface Terms {
  readonly kind: string;
  readonly profiles: readonly string[] | null;
  readonly until: string;
  readonly note: string;
}

const EMPTY: Draft = { mode: "text", points: [], text: "", preview: null, problem: "", busy: false };
const SAME_DEG = 1e-6;

export const draft = signal<Draft | null>(null);

let asked = 0;

/** Draw with clicks: along a road, or the corners of an area. */
export function beginDrawing(mode: "stretch" | "area"): void {
  tab.value = "closures";
  takeTool(null);
  draft.value = { ...EMPTY, mode };
  const what = mode === "stretch" ? "click along the road (one click takes it from crossing to crossing), or write its name in the form" : "click the corners of the area: three at least";
  takeTool({ name: mode === "stretch" ? "Close a road" : "Close an area", hint: `${what} · p moves a crosshair by keys · double click ends · Esc gives up`, onClick: addPoint, onDoubleClick: () => focusSoon("closure-keep"), onCancel: dropDraft });
  focusSoon(mode === "stretch" ? "closure-text" : "closure-draft");
}

export function endDrawing(): void {
  if (tool.value?.onCancel === dropDraft) takeTool(null);
  dropDraft();
}

function dropDraft(): void {
  asked += 1;
  draft.value = null;
}

function addPoint(where: LonLat): void {
  const before = draft.value;
  if (before === null) return;
  const last = before.points.at(-1);
  if (last && Math.abs(last.lon - where.lon) < SAME_DEG && Math.abs(last.lat - where.lat) < SAME_DEG) return;
  drawn(before.mode === "text" ? { ...before, mode: "stretch" } : before, [...before.points, where]);
}

export function takeBackPoint(): void {
  if (draft.value && draft.value.points.length > 0) drawn(draft.value, draft.value.points.slice(0, -1));
}

function drawn(before: Draft, points: readonly LonLat[]): void {
  draft.value = { ...before, points, problem: "", preview: points.length === 0 ? null : before.preview };
  const enough = before.mode === "area" ? points.length >= 3 : points.length >= 1;
  if (enough) void look(before.mode === "area" ? { text: polygon(points) } : { points });
}

/** Look at what a text would close. */
export async function lookAtText(text: string): Promise<void> {
  draft.value = { ...EMPTY, text, mode: "text" };
  await look({ text });
  const shown = draft.value?.preview?.feature.geometry;
  const box = shown && boundsOf(pointsOf(shown));
  if (box) focusOn(box);
  if (draft.value?.preview) focusSoon("closure-keep");
}

async function look(body: object): Promise<void> {
  asked += 1;
  const turn = asked;
  if (draft.value) draft.value = { ...draft.value, busy: true };
  try {
    const preview = await request<ClosurePreview>("POST", "/v1/closures/preview", body);
    if (turn === asked && draft.value) draft.value = { ...draft.value, preview, busy: false, problem: "" };
  } catch (fault) {
    if (turn === asked && draft.value) draft.value = { ...draft.value, preview: null, busy: false, problem: reasonOf(fault) };
  }
}

/** Keep it; the form stays when it was refused. */
export async function keepDraft(terms: Terms): Promise<void> {
  const { preview } = draft.value ?? {};
  if (!preview || draft.value?.busy) return;
  try {
    const ends = terms.until.trim() === "" ? preview.closure.ends : untilMoment(terms.until, serverNow(), town.value?.zone ?? "UTC");
    const kind = terms.kind === "closed" ? preview.closure.kind : terms.kind;
    const document = { ...preview.closure, kind, ends, profiles: terms.profiles ?? preview.closure["profiles"], note: oneLine(terms.note, "The note") || preview.closure.note };
    if (await addClosure(document, named(preview))) endDrawing();
  } catch (fault) {
    if (draft.value) draft.value = { ...draft.value, problem: reasonOf(fault) };
  }
}

/** Close what a text names, at once. */
export async function closeByText(text: string): Promise<string> {
  const preview = await request<ClosurePreview>("POST", "/v1/closures/preview", { text });
  const made = await addClosure(preview.closure, named(preview));
  const box = preview.feature.geometry && boundsOf(pointsOf(preview.feature.geometry));
  if (made && box) focusOn(box);
  return made ? `Closed: ${named(preview)}; z takes it back` : "Nothing is closed";
}

/** "Drift Rd from … to …, 0.4 mi". */
export function named(preview: ClosurePreview): string {
  const { length_m, streets, area } = preview.feature.properties;
  const place = area ? `an area over ${streets.slice(0, 3).join(", ")}${streets.length > 3 ? " and more" : ""}` : preview.label;
  return `${place}, ${distance(length_m)}`;
}

function polygon(points: readonly LonLat[]): string {
  const corners = [...points, points[0]].map((point) => `${point?.lon.toFixed(6)} ${point?.lat.toFixed(6)}`);
  return `POLYGON((${corners.join(", ")}))`;
}
