/** The map as a component; without WebGL it says so and shows what is put inside it instead. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../theme";
import "./map.css";
import { canDraw, TownMap } from "./town-map";
import type { Bounds, LonLat, MarkerSpec, Shapes } from "./types";

export interface MapViewProps {
  readonly label: string;
  readonly shapes: Shapes;
  readonly markers: readonly MarkerSpec[];
  /** What to have in sight; the map moves when this changes. */
  readonly fit?: Bounds | null;
  readonly maxZoom?: number;
  readonly attribution: readonly string[];
  readonly cursor?: string;
  readonly onClick?: (where: LonLat, event: MouseEvent) => void;
  readonly onDoubleClick?: (where: LonLat) => void;
  readonly onMap?: (map: TownMap) => void;
  /** Shown in its place when the browser can't draw. */
  readonly children?: ComponentChildren;
}

export function MapView(props: MapViewProps) {
  const holder = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [map, setMap] = useState<TownMap | null>(null);
  const [drawable] = useState(canDraw);

  useEffect(() => {
    if (!drawable || holder.current === null) return undefined;
    const made = new TownMap(holder.current, {
      theme: theme.value,
      label: latest.current.label,
      onClick: (where, event) => latest.current.onClick?.(where, event),
      ...(latest.current.onDoubleClick ? { onDoubleClick: (where: LonLat) => latest.current.onDoubleClick?.(where) } : {}),
    });
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(holder.current);
    setMap(made);
    latest.current.onMap?.(made);
    return () => {
      watch.disconnect();
      made.remove();
    };
  }, [drawable]);

  useEffect(() => map?.setTheme(theme.value), [map, theme.value]);
  useEffect(() => map?.setShapes(props.shapes), [map, props.shapes]);
  useEffect(() => map?.setMarkers(props.markers), [map, props.markers]);
  useEffect(() => map?.cursor(props.cursor ?? ""), [map, props.cursor]);
  useEffect(() => {
    if (map && props.fit) map.fit(props.fit, props.maxZoom);
  }, [map, props.fit, props.maxZoom]);

  if (!drawable)
    return (
      <div class="map-view without">
        <p class="banner warn" role="status">
          <span>This browser can't draw the map (no WebGL 2). Everything on it is in the lists and in the table.</span>
        </p>
        {props.children}
        <Credit lines={props.attribution} />
      </div>
    );
  return (
    <div class="map-view">
      <div class="map-holder" ref={holder} />
      <Credit lines={props.attribution} />
    </div>
  );
}

function Credit(props: { readonly lines: readonly string[] }) {
  return <p class="map-credit">{props.lines.join(" · ")}</p>;
}
