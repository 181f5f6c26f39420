/** What the lines mean, and which of them are shown. */

import { distance, percent } from "../../shared/format";
import { BAND_DASHES } from "../../shared/map/looks";
import { theme } from "../../shared/theme";
import { bandLook, bandMetres, bandName } from "./bands";
import { hiddenBands } from "./state";
import type { Coverage } from "./types";

export function Legend(props: { readonly coverage: Coverage }) {
  const { coverage } = props;
  const n = coverage.thresholds_s.length;
  const metres = bandMetres(coverage);
  const show = (band: number, on: boolean) => {
    const next = new Set(hiddenBands.value);
    if (on) next.delete(band);
    else next.add(band);
    hiddenBands.value = next;
  };
  return (
    <fieldset class="legend">
      <legend>Response time by road</legend>
      <ul>
        {metres.map((length, band) => (
          <li key={band}>
            <label>
              <input type="checkbox" checked={!hiddenBands.value.has(band)} onChange={(event) => show(band, event.currentTarget.checked)} />
              <Line band={band} thresholds={n} />
              <span>{bandName(band, coverage.thresholds_s)}</span>
              <span class="quiet figure">
                {distance(length)}, {percent(coverage.road_m.total > 0 ? length / coverage.road_m.total : 0)}
              </span>
            </label>
          </li>
        ))}
        {coverage.gaps.length > 0 && (
          <li>
            <span class="marker gap key" aria-hidden="true">
              1
            </span>
            <span>gaps, numbered as in the table</span>
          </li>
        )}
      </ul>
    </fieldset>
  );
}

function Line(props: { readonly band: number; readonly thresholds: number }) {
  const look = bandLook(props.band, props.thresholds, theme.value);
  const dashes = BAND_DASHES[look.dash] ?? BAND_DASHES[0];
  return (
    <svg width="44" height="12" aria-hidden="true">
      <line x1="1" y1="6" x2="43" y2="6" stroke={look.colour} stroke-width={look.width} {...(look.dash > 0 ? { "stroke-dasharray": dashes.map((part) => part * look.width).join(" ") } : {})} />
    </svg>
  );
}
