/** How shapes look in each theme. Nothing is told by colour alone: regions differ by dash, closures by their bars,
 *  what is only drawn yet by being hollow. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Theme } from "../theme";

interface Look {
  readonly region: string;
  readonly route: string;
  readonly casing: string;
  readonly other: string;
  readonly closure: string;
  readonly closureBars: string;
}

const LOOKS: Readonly<Record<Theme, Look>> = {
  light: { region: "#0a559f", route: "#0a559f", casing: "#ffffff", other: "#5b2a86", closure: "#a5101d", closureBars: "#ffffff" },
  dark: { region: "#7cc0ff", route: "#7cc0ff", casing: "#04101a", other: "#d3a6ff", closure: "#ff5964", closureBars: "#1a0003" },
  contrast: { region: "#0000a8", route: "#0000a8", casing: "#ffffff", other: "#5a0080", closure: "#8b0000", closureBars: "#ffffff" },
};

export const SOURCE = "shapes";

/** Dashes of bands, in widths of the line: whole, then ever shorter. */
export const BAND_DASHES = [[1, 0], [3, 1], [1.5, 1], [0.7, 1.1]] as const;

const DOT_RADIUS: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 10, ["*", 0.5, ["coalesce", ["get", "width"], 4]], 15, ["*", 1.5, ["coalesce", ["get", "width"], 4]]];

const DASHES: ExpressionSpecification = [
  "match",
  ["coalesce", ["get", "dash"], 0],
  1, ["literal", [...BAND_DASHES[1]]],
  2, ["literal", [...BAND_DASHES[2]]],
  3, ["literal", [...BAND_DASHES[3]]],
  ["literal", [...BAND_DASHES[0]]],
];

/** Layers over the base map, lowest first. */
export function shapeLayers(theme: Theme): LayerSpecification[] {
  const look = LOOKS[theme];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const base = { source: SOURCE } as const;
  return [
    { id: "bands-casing", type: "line", ...base, filter: ["==", ["get", "role"], "band"], layout: round, paint: { "line-color": look.casing, "line-width": ["+", ["coalesce", ["get", "width"], 3], 2.5] } },
    { id: "bands", type: "line", ...base, filter: ["==", ["get", "role"], "band"], layout: { "line-join": "round" }, paint: { "line-color": ["coalesce", ["get", "colour"], look.route], "line-width": ["coalesce", ["get", "width"], 3], "line-dasharray": DASHES } },
    { id: "region90", type: "fill", ...base, filter: ["==", ["get", "role"], "region90"], paint: { "fill-color": look.region, "fill-opacity": 0.12 } },
    { id: "region90-edge", type: "line", ...base, filter: ["==", ["get", "role"], "region90"], paint: { "line-color": look.region, "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "region50", type: "fill", ...base, filter: ["==", ["get", "role"], "region50"], paint: { "fill-color": look.region, "fill-opacity": 0.22 } },
    { id: "region50-edge", type: "line", ...base, filter: ["==", ["get", "role"], "region50"], paint: { "line-color": look.region, "line-width": 2.5 } },
    { id: "route-casing", type: "line", ...base, filter: ["in", ["get", "role"], ["literal", ["route", "route-other"]]], layout: round, paint: { "line-color": look.casing, "line-width": 9 } },
    { id: "route-other", type: "line", ...base, filter: ["==", ["get", "role"], "route-other"], layout: round, paint: { "line-color": look.other, "line-width": 4, "line-dasharray": [2, 1.5] } },
    { id: "route", type: "line", ...base, filter: ["==", ["get", "role"], "route"], layout: round, paint: { "line-color": look.route, "line-width": 5 } },
    { id: "dots", type: "circle", ...base, filter: ["==", ["get", "role"], "dot"], paint: { "circle-color": ["case", ["coalesce", ["get", "hollow"], false], look.casing, ["coalesce", ["get", "colour"], look.route]], "circle-radius": DOT_RADIUS, "circle-stroke-color": ["coalesce", ["get", "colour"], look.route], "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 15, 2.5] } },
    { id: "closure-area", type: "fill", ...base, filter: ["all", ["in", ["get", "role"], ["literal", ["closure", "drawing"]]], ["==", ["geometry-type"], "Polygon"]], paint: { "fill-color": look.closure, "fill-opacity": 0.2 } },
    { id: "closure", type: "line", ...base, filter: ["==", ["get", "role"], "closure"], paint: { "line-color": look.closure, "line-width": 7 } },
    { id: "closure-bars", type: "line", ...base, filter: ["==", ["get", "role"], "closure"], paint: { "line-color": look.closureBars, "line-width": 3, "line-dasharray": [1, 1.5] } },
    { id: "drawing", type: "line", ...base, filter: ["==", ["get", "role"], "drawing"], paint: { "line-color": look.closure, "line-width": 3, "line-gap-width": 7, "line-dasharray": [2, 1] } },
  ];
}
