/** Units, incidents and closures on the map, and the same as rows of its table. */

import { computed } from "@preact/signals";
import { boundsOf, type MarkerSpec, pointsOf, type Shape } from "../../../shared/map/types";
import { town } from "../../../shared/town";
import type { MapContent, MapRow } from "../state/contract";
import { moveIncident, setPosition } from "./acts";
import { closureRoads } from "./closure-roads";
import { draft } from "./drawing";
import { etaOf } from "./eta";
import { positionOf } from "./places";
import { lookAtClosure, lookAtIncident, lookAtUnit, selectedIncident, selectedUnit } from "./selection";
import { closures, incidents, now, readOnly, statuses, units } from "./state";
import type { Closure, Incident, Unit } from "./types";
import { nameOf, placeOf, shortNumber, signOf, unitsOn, whenOf, whereabouts } from "./words";

/** Height of a marker with what is between two, pixels: those at one place stand above each other. */
const STACK_PX = 21;
const EVERY_MS = 15_000;

/** Ages on the map move more slowly than the clock: a map is not redrawn each second. */
const slowNow = computed(() => Math.floor(now.value / EVERY_MS) * EVERY_MS);

export const liveMap = computed<MapContent>(() => {
  const placed = units.value.filter((unit) => positionOf(unit) !== null && !(unit.status === "off_duty" && unit.position === null));
  return {
    shapes: [...closures.value.flatMap(closureShapes), ...draftShapes()],
    markers: [...unitMarkers(placed), ...incidents.value.map(incidentMarker), ...draftMarkers()],
    rows: [...incidents.value.map(incidentRow), ...placed.map(unitRow), ...closures.value.flatMap(closureRow)],
  };
});

function unitMarkers(placed: readonly Unit[]): readonly MarkerSpec[] {
  const height = new Map<string, number>();
  return placed.map((unit) => {
    const at = positionOf(unit) ?? { lon: 0, lat: 0 };
    const place = `${at.lon.toFixed(4)},${at.lat.toFixed(4)}`;
    const level = height.get(place) ?? 0;
    height.set(place, level + 1);
    const where = whereabouts(unit, slowNow.value);
    const selected = selectedUnit.value === unit.unit_id;
    return {
      id: `unit-${unit.unit_id}`,
      lon: at.lon,
      lat: at.lat,
      text: `${signOf(unit.status)} ${unit.unit_id}`,
      title: `${unit.unit_id} ${unit.name}: ${nameOf(unit.status, statuses.value)}, ${where.text}`,
      look: `unit s-${unit.status} ${where.sure ? "" : "unsure"} ${selected ? "chosen" : ""}`,
      offset: [0, -STACK_PX * level] as const,
      onSelect: () => lookAtUnit(unit.unit_id),
      ...(readOnly.value === null ? { onMove: (to) => void setPosition(unit, to) } : {}),
    };
  });
}

function incidentMarker(incident: Incident): MarkerSpec {
  return {
    id: `incident-${incident.incident_id}`,
    lon: incident.lon,
    lat: incident.lat,
    text: `▲ ${shortNumber(incident.incident_id)}`,
    title: `Incident ${shortNumber(incident.incident_id)}: ${incident.call_type}, ${incident.label}`,
    look: `incident ${selectedIncident.value === incident.incident_id ? "chosen" : ""}`,
    offset: [0, 22],
    onSelect: () => lookAtIncident(incident.incident_id),
    ...(readOnly.value === null ? { onMove: (to) => void moveIncident(incident, to) } : {}),
  };
}

function closureShapes(closure: Closure): Shape[] {
  const roads = closureRoads.value.get(closure.closure_id);
  const parts = [roads?.geometry, roads?.properties.area];
  return parts.flatMap((geometry) => (geometry ? [{ type: "Feature" as const, geometry, properties: { role: "closure" as const } }] : []));
}

function draftShapes(): Shape[] {
  const drawing = draft.value;
  if (drawing === null) return [];
  const { points, preview, mode } = drawing;
  const shapes: Shape[] = [preview?.feature.geometry, preview?.feature.properties.area].flatMap((geometry) => (geometry ? [{ type: "Feature", geometry, properties: { role: "drawing" } }] : []));
  if (mode === "area" && points.length === 2) shapes.push({ type: "Feature", geometry: { type: "LineString", coordinates: points.map(({ lon, lat }) => [lon, lat]) }, properties: { role: "drawing" } });
  return shapes;
}

function draftMarkers(): readonly MarkerSpec[] {
  return (draft.value?.points ?? []).map((point, place) => ({ id: `draft-${place}`, lon: point.lon, lat: point.lat, text: String(place + 1), title: `Click ${place + 1} of the closure that is drawn`, look: "draft" }));
}

function unitRow(unit: Unit): MapRow {
  const at = positionOf(unit) ?? { lon: 0, lat: 0 };
  const doing = nameOf(unit.status, statuses.value);
  const eta = etaOf(unit.unit_id, slowNow.value);
  return {
    id: `unit-${unit.unit_id}`,
    group: "Units",
    mark: `${signOf(unit.status)} ${unit.unit_id}`,
    name: unit.name,
    detail: [`${doing}${unit.incident_id ? ` on #${shortNumber(unit.incident_id)}` : ""}`, eta, whereabouts(unit, slowNow.value).text].filter(Boolean).join(", "),
    lon: at.lon,
    lat: at.lat,
    onSelect: () => lookAtUnit(unit.unit_id, true),
  };
}

function incidentRow(incident: Incident): MapRow {
  return {
    id: `incident-${incident.incident_id}`,
    group: "Incidents",
    mark: `▲ ${shortNumber(incident.incident_id)}`,
    name: incident.label,
    detail: `${incident.call_type}, ${unitsOn(incident).join(", ") || "no unit on it"}`,
    lon: incident.lon,
    lat: incident.lat,
    onSelect: () => lookAtIncident(incident.incident_id, true),
  };
}

function closureRow(closure: Closure): MapRow[] {
  const roads = closureRoads.value.get(closure.closure_id);
  const box = roads?.geometry && boundsOf(pointsOf(roads.geometry));
  if (!box) return [];
  return [
    {
      id: `closure-${closure.closure_id}`,
      group: "Closures",
      mark: "barred line",
      name: placeOf(closure),
      detail: `${roads.properties.streets.join(", ")}, ${whenOf(closure, town.value?.zone)}${closure.note ? `, ${closure.note}` : ""}`,
      lon: (box[0] + box[2]) / 2,
      lat: (box[1] + box[3]) / 2,
      bounds: box,
      onSelect: () => lookAtClosure(closure.closure_id, true),
    },
  ];
}
