/** The roads that closures close, as the map draws them. */

import { effect, signal } from "@preact/signals";
import type { Geometry } from "geojson";
import { request } from "../../../shared/api";
import { closureList, closures } from "./state";

export interface ClosureFeature {
  readonly id: string;
  readonly geometry: Geometry | null;
  readonly properties: { readonly closure_id: string | null; readonly kind: string; readonly status: string; readonly length_m: number; readonly streets: readonly string[]; readonly area: Geometry | null };
}

export interface ClosurePreview {
  readonly closure: Readonly<Record<string, unknown>> & { readonly kind: string; readonly spec: unknown; readonly ends: string | null; readonly note: string | null };
  readonly label: string;
  readonly feature: ClosureFeature;
}

export const closureRoads = signal<ReadonlyMap<string, ClosureFeature>>(new Map());

let asked = 0;

/** Ask anew whenever the list of closures is another. */
export function startClosureRoads(): void {
  let before: unknown = null;
  effect(() => {
    const list = closures.value;
    if (list === before || !closureList.known.value) return;
    before = list;
    void askRoads();
  });
}

async function askRoads(): Promise<void> {
  asked += 1;
  const turn = asked;
  try {
    const answer = await request<{ features: readonly ClosureFeature[] }>("GET", "/v1/closures/roads");
    if (turn === asked) closureRoads.value = new Map(answer.features.map((feature) => [feature.id, feature]));
  } catch {
    // The list of closures tells them; they are drawn with its next change.
  }
}
