/** The map of one scenario, and two of them kept in step. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { MapView } from "../../shared/map/MapView";
import type { TownMap } from "../../shared/map/town-map";
import { type Bounds, boundsOf, type MarkerSpec, pointsOf, type Shape, type Shapes } from "../../shared/map/types";
import { theme } from "../../shared/theme";
import { town } from "../../shared/town";
import { bandShapes } from "./bands";
import { move } from "./scenario";
import { stationRows } from "./Stations";
import { clicked, closedRoads, comparing, doing, editing, hiddenBands, picked, type SideName, sides } from "./state";
import type { Coverage } from "./types";

const GAPS_SHOWN = 20;
/** Longer ids than this are told by the list and by pointing. */
const LONGEST_SHOWN = 10;

export function PlanMap(props: { readonly side: SideName; readonly onMap?: (map: TownMap) => void }) {
  const side = sides[props.side];
  const coverage = side.coverage.value;
  const scenario = side.scenario.value;
  const shapes = useMemo<Shapes>(() => {
    const bands = coverage ? bandShapes(coverage, theme.value, hiddenBands.value) : [];
    const closed = (scenario.closures ?? []).flatMap((spec): Shape[] => {
      const road = closedRoads.value[spec];
      return road ? [{ type: "Feature", geometry: road.geometry, properties: { role: "closure" } }] : [];
    });
    const pointed: Shape[] = picked.value ? [{ type: "Feature", geometry: picked.value.geometry, properties: { role: "drawing" } }] : [];
    return { type: "FeatureCollection", features: [...bands, ...closed, ...pointed] };
  }, [coverage, scenario.closures, closedRoads.value, hiddenBands.value, theme.value, picked.value]);
  const markers = useMemo<MarkerSpec[]>(() => {
    const stations = stationRows(scenario)
      .filter((row) => row.state !== "given up")
      .map((row): MarkerSpec => ({
        id: `station ${row.id}`,
        lon: row.lon,
        lat: row.lat,
        text: row.id.length > LONGEST_SHOWN ? "■" : row.id,
        title: `${row.id} ${row.name}, ${row.state}`,
        look: `station ${row.state === "as it is" ? "" : "changed"}`,
        onMove: (where) => {
          editing.value = props.side;
          side.change(move(side.scenario.value, row.id, where));
        },
      }));
    const few = (coverage?.gaps.length ?? 0) <= 5;
    const gaps = (coverage?.gaps ?? []).slice(0, GAPS_SHOWN).map((gap, row): MarkerSpec => ({ id: `gap ${row}`, lon: gap.lon, lat: gap.lat, text: few ? `Gap ${row + 1}` : String(row + 1), title: `Gap ${row + 1}: ${gap.addresses} addresses`, look: "gap" }));
    return [...stations, ...gaps];
  }, [scenario, coverage, stationRows(scenario).length]);
  const fit = useTownBounds(coverage);
  const name = comparing.value ? `${props.side.toUpperCase()}: ${scenario.name}` : scenario.name;
  return (
    <figure class="plan-map">
      <figcaption>
        {name} {side.stale.value && side.coverage.value && <em class="state">being worked out anew, or waiting for it</em>}
      </figcaption>
      <div class="holder">
        <MapView
          label={`Map of ${name}`}
          shapes={shapes}
          markers={markers}
          fit={props.side === "b" ? null : (pickedBounds() ?? fit)}
          maxZoom={15}
          attribution={town.value?.attribution ?? []}
          cursor={doing.value.kind === "nothing" ? "" : "crosshair"}
          onClick={(where) => {
            editing.value = props.side;
            clicked(where);
          }}
          {...(props.onMap ? { onMap: props.onMap } : {})}
        />
      </div>
    </figure>
  );
}

/** The roads of the first coverage that came; the map stays where it was when another comes. */
export function useTownBounds(coverage: Coverage | null): Bounds | null {
  const [bounds, setBounds] = useState<Bounds | null>(null);
  useEffect(() => {
    if (bounds !== null || coverage === null) return;
    const rows = coverage.stretches?.features ?? [];
    setBounds(boundsOf(rows.flatMap((row) => [...pointsOf(row.geometry)])));
  }, [coverage]);
  return bounds;
}

const boxes = new WeakMap<object, Bounds | null>();

/** The road pointed at; the same box as long as it is the same road. */
function pickedBounds(): Bounds | null {
  const at = picked.value;
  if (at === null) return null;
  if (!boxes.has(at)) boxes.set(at, boundsOf(pointsOf(at.geometry)));
  return boxes.get(at) ?? null;
}

export function TwoMaps() {
  const maps = useRef<Partial<Record<SideName, TownMap>>>({});
  const joined = useRef(false);
  const have = (name: SideName) => (map: TownMap) => {
    maps.current[name] = map;
    const { a, b } = maps.current;
    if (joined.current || !a || !b) return;
    joined.current = true;
    a.keepInStep(b);
  };
  return (
    <div class="two-maps">
      <PlanMap side="a" onMap={have("a")} />
      <PlanMap side="b" onMap={have("b")} />
    </div>
  );
}

/** Bring the map into sight, for what was chosen in a table below it. */
export function showMap(): void {
  document.querySelector(".plan-map")?.scrollIntoView({ block: "nearest" });
}
