/** The call on the map: candidates with their regions, the place taken, the route of the unit shown. */

import { computed, effect, signal } from "@preact/signals";
import { percent } from "../../../shared/format";
import { boundsOf, type MarkerSpec, pointsOf, type Shape } from "../../../shared/map/types";
import type { Candidate } from "../../../shared/answers";
import { type Call, current } from "./calls";
import type { MapContent, MapRow } from "./contract";
import { waiting } from "./line";
import { focusOn, showFound } from "./map";
import { place, pickRank } from "./picking";
import { typing } from "./resting";
import { server } from "./server";

/** The call as it is drawn: not anew for each of many lines that are typed ahead. */
const drawn = signal<Call>(current.value);

/** The answer that is on the map. */
export const drawnAnswer = computed(() => drawn.value.located);

/** Follow the call that is shown, and bring into sight what was found. */
export function startCallMap(): void {
  effect(() => {
    const call = current.value;
    const behind = waiting.value > 0 && server.value.state === "ok";
    if (behind || typing.value) return;
    const before = drawn.peek();
    drawn.value = call;
    if (call.located !== null && call.located !== before.located && call.picked === null) showFound(call);
    if (call.picked !== before.picked && call.picked !== null && call.picked.by !== "map") showPlace(call.picked.place);
    if (call.shownUnit !== before.shownUnit) showRouteOf(call);
  });
}

/** The call's part of the map. */
export const callMap = computed<MapContent>(() => {
  const call = drawn.value;
  const listed = call.located?.candidates ?? [];
  const taken = call.picked?.place;
  const shown = taken ? [taken] : listed;
  const own = taken && call.picked?.by !== "list" ? [handMarker(taken)] : [];
  return {
    shapes: [...shown.flatMap(regions), ...routes()],
    markers: [...listed.map((candidate) => candidateMarker(candidate, taken)), ...own],
    rows: [...listed.map((candidate) => candidateRow(candidate, taken)), ...(taken && own.length > 0 ? [handRow(taken)] : [])],
  };
});

function showPlace(place: Candidate): void {
  const box = boundsOf([place, ...pointsOf(place.region90)]);
  if (box) focusOn(box);
}

/** Bring the whole way of the unit shown into sight. */
function showRouteOf(call: Call): void {
  const row = call.recommendation?.assignment.find((unit) => unit.unit === call.shownUnit);
  const box = row && boundsOf([...pointsOf(row.route.geometry), row.route.steps.at(-1) ?? row.route.steps[0]].filter((point) => point !== undefined));
  if (box) focusOn(box);
}

function regions(candidate: Candidate): Shape[] {
  return [
    { type: "Feature", geometry: candidate.region90, properties: { role: "region90" } },
    { type: "Feature", geometry: candidate.region50, properties: { role: "region50" } },
  ];
}

function routes(): Shape[] {
  const call = drawn.value;
  return (call.recommendation?.assignment ?? [])
    .filter((unit) => unit.unit === call.shownUnit)
    .map((unit) => ({ type: "Feature", geometry: unit.route.geometry, properties: { role: "route" } }));
}

function candidateMarker(candidate: Candidate, taken: Candidate | undefined): MarkerSpec {
  const chosen = taken === candidate;
  return {
    id: `candidate-${candidate.rank}`,
    lon: candidate.lon,
    lat: candidate.lat,
    text: String(candidate.rank),
    title: `${chosen ? "Taken: " : "Candidate "}${candidate.rank}, ${candidate.label}, ${percent(candidate.probability)}`,
    look: `candidate ${chosen ? "taken" : taken ? "passed" : ""}`,
    onSelect: () => pickRank(candidate.rank),
  };
}

function candidateRow(candidate: Candidate, taken: Candidate | undefined): MapRow {
  const box = boundsOf(pointsOf(candidate.region90));
  return {
    id: `candidate-${candidate.rank}`,
    group: "Candidates",
    mark: String(candidate.rank),
    name: candidate.label,
    detail: `${percent(candidate.probability)}${taken === candidate ? ", taken" : ""}`,
    lon: candidate.lon,
    lat: candidate.lat,
    ...(box ? { bounds: box } : {}),
    onSelect: () => pickRank(candidate.rank),
  };
}

function handMarker(taken: Candidate): MarkerSpec {
  return { id: "hand", lon: taken.lon, lat: taken.lat, text: "✕", title: `Placed by hand: ${taken.label}`, look: "candidate taken hand", onMove: (where) => void place(where, "map") };
}

function handRow(taken: Candidate): MapRow {
  return { id: "hand", group: "Candidates", mark: "✕", name: taken.label, detail: "placed by hand", lon: taken.lon, lat: taken.lat };
}
