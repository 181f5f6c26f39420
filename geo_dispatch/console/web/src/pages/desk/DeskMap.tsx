/** The map of an answer; on paper a picture of it. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import { MapView } from "../../shared/map/MapView";
import type { TownMap } from "../../shared/map/town-map";
import { boundsOf, type LonLat, type MarkerSpec, NO_SHAPES, pointsOf, type Shapes } from "../../shared/map/types";
import { theme } from "../../shared/theme";
import { town } from "../../shared/town";
import type { RouteAnswer } from "./types";

export interface DeskMapProps {
  readonly label: string;
  readonly markers: readonly MarkerSpec[];
  readonly route?: RouteAnswer | null;
  readonly cursor?: string;
  readonly onClick?: (where: LonLat) => void;
}

export function DeskMap(props: DeskMapProps) {
  const map = useRef<TownMap | null>(null);
  const picture = useRef<HTMLImageElement>(null);
  const keep = useRef<() => void>(() => undefined);
  const { route, markers } = props;
  const shapes = useMemo<Shapes>(
    () => (route ? { type: "FeatureCollection", features: [{ type: "Feature", geometry: route.geometry, properties: { role: "route" } }] } : NO_SHAPES),
    [route],
  );
  const where = JSON.stringify(markers.map(({ lon, lat }) => [lon, lat]));
  const fit = useMemo(() => boundsOf([...markers, ...(route ? pointsOf(route.geometry) : [])]), [route, where]);
  useEffect(() => {
    const draw = () => {
      const drawn = map.current?.picture();
      if (drawn && picture.current) {
        picture.current.src = drawn;
        picture.current.dataset["theme"] = theme.value;
      }
    };
    keep.current = draw;
    addEventListener("beforeprint", draw);
    return () => removeEventListener("beforeprint", draw);
  }, []);
  useEffect(() => map.current?.whenDrawn(() => keep.current()), [shapes, where, theme.value]);
  return (
    <figure class="desk-map">
      <div class="live no-print">
        <MapView
          label={props.label}
          shapes={shapes}
          markers={markers}
          fit={fit}
          attribution={town.value?.attribution ?? []}
          {...(props.cursor ? { cursor: props.cursor } : {})}
          {...(props.onClick ? { onClick: props.onClick } : {})}
          onMap={(made) => {
            map.current = made;
            made.whenDrawn(() => keep.current());
          }}
        />
      </div>
      <img ref={picture} class="print-only" alt={props.label} />
      <figcaption class="print-only">{(town.value?.attribution ?? []).join(" · ")}</figcaption>
    </figure>
  );
}

/** A numbered pin. */
export function pin(id: string, at: LonLat, text: string, title: string, does: Pick<MarkerSpec, "onMove" | "onSelect"> = {}): MarkerSpec {
  return { id, lon: at.lon, lat: at.lat, text, title, look: "pin", ...does };
}
