/** A MapLibre map of the town, driven by plain data: shapes, markers, a theme. */

import { type GeoJSONSource, type LngLatBoundsLike, Map as MapLibre, type MapMouseEvent, Marker, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Theme } from "../theme";
import { SOURCE, shapeLayers } from "./looks";
import { type Bounds, type LonLat, type MarkerSpec, NO_SHAPES, type Shapes } from "./types";

setWorkerUrl(new URL(workerUrl, location.href).href);

export interface TownMapOptions {
  readonly theme: Theme;
  /** Its name for screen readers. */
  readonly label: string;
  readonly onClick?: (where: LonLat, event: MouseEvent) => void;
  readonly onDoubleClick?: (where: LonLat) => void;
}

/** Whether this browser can draw it. */
export function canDraw(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

interface Placed {
  readonly marker: Marker;
  spec: MarkerSpec;
  dragging: boolean;
}

export class TownMap {
  readonly #map: MapLibre;
  readonly #markers = new Map<string, Placed>();
  #theme: Theme;
  #shapes: Shapes = NO_SHAPES;

  constructor(container: HTMLElement, options: TownMapOptions) {
    this.#theme = options.theme;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#map = new MapLibre({
      container,
      style: styleAddress(options.theme),
      attributionControl: false,
      fadeDuration: still ? 0 : 150,
      pitchWithRotate: false,
      dragRotate: false,
      maxZoom: 19,
      doubleClickZoom: options.onDoubleClick === undefined,
      locale: { "Map.Title": options.label },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.#map.addControl(new ScaleControl({ unit: "imperial" }), "bottom-left");
    this.#map.on("style.load", () => this.#addShapes());
    const { onClick, onDoubleClick } = options;
    if (onClick) this.#map.on("click", (event: MapMouseEvent) => onClick(where(event), event.originalEvent));
    if (onDoubleClick) this.#map.on("dblclick", (event: MapMouseEvent) => onDoubleClick(where(event)));
  }

  setTheme(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#map.setStyle(styleAddress(theme), { diff: false });
  }

  setShapes(shapes: Shapes): void {
    this.#shapes = shapes;
    this.#map.getSource<GeoJSONSource>(SOURCE)?.setData(shapes);
  }

  /** Show these markers and no others; one that is being dragged is let be. */
  setMarkers(specs: readonly MarkerSpec[]): void {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, placed] of this.#markers)
      if (!wanted.has(id)) {
        placed.marker.remove();
        this.#markers.delete(id);
      }
    for (const spec of specs) {
      const placed = this.#markers.get(spec.id);
      if (placed) update(placed, spec);
      else this.#markers.set(spec.id, this.#place(spec));
    }
  }

  fit(bounds: Bounds, maxZoom = 16): void {
    const box: LngLatBoundsLike = [bounds[0], bounds[1], bounds[2], bounds[3]];
    const { clientWidth, clientHeight } = this.#map.getContainer();
    this.#map.fitBounds(box, { padding: Math.round(Math.min(clientWidth, clientHeight) / 8), maxZoom, duration: 0 });
  }

  /** Keep another map at the same place and zoom, and be kept by it. */
  keepInStep(other: TownMap): void {
    let leading: MapLibre | null = null;
    other.#map.jumpTo({ center: this.#map.getCenter(), zoom: this.#map.getZoom() });
    for (const [own, led] of [[this.#map, other.#map], [other.#map, this.#map]] as const)
      own.on("move", () => {
        if (leading !== null) return;
        leading = own;
        led.jumpTo({ center: own.getCenter(), zoom: own.getZoom() });
        leading = null;
      });
  }

  /** Positions at the corners of what is seen. */
  view(): Bounds {
    const box = this.#map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  /** Call once everything asked for is drawn. */
  whenDrawn(then: () => void): void {
    if (this.#map.loaded()) this.#map.once("render", () => then()).triggerRepaint();
    else this.#map.once("idle", () => then());
  }

  /** What is seen now, markers with it, as the address of an image: for paper. Null as long as it is not drawn whole. */
  picture(): string | null {
    if (!this.#map.loaded()) return null;
    this.#map.redraw();
    const drawn = this.#map.getCanvas();
    const sheet = document.createElement("canvas");
    sheet.width = drawn.width;
    sheet.height = drawn.height;
    const context = sheet.getContext("2d");
    if (context === null) return null;
    context.drawImage(drawn, 0, 0);
    const scale = drawn.width / Math.max(1, drawn.clientWidth);
    for (const { spec } of this.#markers.values()) drawMarker(context, this.#map.project([spec.lon, spec.lat]), spec.text, scale);
    return sheet.toDataURL("image/jpeg", 0.9);
  }

  cursor(shape: string): void {
    this.#map.getCanvas().style.cursor = shape;
  }

  resize(): void {
    this.#map.resize();
  }

  remove(): void {
    this.#map.remove();
  }

  #addShapes(): void {
    if (this.#map.getSource(SOURCE) === undefined) this.#map.addSource(SOURCE, { type: "geojson", data: this.#shapes });
    for (const layer of shapeLayers(this.#theme)) if (!this.#map.getLayer(layer.id)) this.#map.addLayer(layer);
  }

  #place(spec: MarkerSpec): Placed {
    const element = document.createElement("div");
    const marker = new Marker({ element, draggable: false });
    const placed: Placed = { marker, spec, dragging: false };
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      placed.spec.onSelect?.();
    });
    marker.on("dragstart", () => {
      placed.dragging = true;
    });
    marker.on("dragend", () => {
      placed.dragging = false;
      // Where it is seen, not where it hung: markers of one place stand beside it.
      const { lng, lat } = this.#map.unproject(this.#map.project(marker.getLngLat()).add(marker.getOffset()));
      placed.spec.onMove?.({ lon: lng, lat });
    });
    marker.setLngLat([spec.lon, spec.lat]).addTo(this.#map);
    update(placed, spec);
    return placed;
  }
}

function update(placed: Placed, spec: MarkerSpec): void {
  placed.spec = spec;
  const element = placed.marker.getElement();
  for (const name of [...element.classList]) if (!name.startsWith("maplibregl-")) element.classList.remove(name);
  element.classList.add("marker", ...spec.look.split(" ").filter(Boolean));
  if (element.textContent !== spec.text) element.textContent = spec.text;
  element.title = spec.title;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", spec.title);
  placed.marker.setOffset([spec.offset?.[0] ?? 0, spec.offset?.[1] ?? 0]);
  placed.marker.setDraggable(spec.onMove !== undefined);
  if (!placed.dragging) placed.marker.setLngLat([spec.lon, spec.lat]);
}

function drawMarker(context: CanvasRenderingContext2D, at: { readonly x: number; readonly y: number }, text: string, scale: number): void {
  const size = 12 * scale;
  context.font = `700 ${size}px sans-serif`;
  const wide = Math.max(size, context.measureText(text).width) + size;
  const [x, y] = [at.x * scale, at.y * scale];
  context.fillStyle = "#ffffff";
  context.strokeStyle = "#000000";
  context.lineWidth = 2 * scale;
  context.fillRect(x - wide / 2, y - size, wide, 2 * size);
  context.strokeRect(x - wide / 2, y - size, wide, 2 * size);
  context.fillStyle = "#000000";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}

function where(event: MapMouseEvent): LonLat {
  return { lon: event.lngLat.lng, lat: event.lngLat.lat };
}

function styleAddress(theme: Theme): string {
  return `/map/style/${theme}.json`;
}
