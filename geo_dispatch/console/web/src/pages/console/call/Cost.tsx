import type { RecommendAnswer } from "../../../shared/answers";
import { distance, duration, percent } from "../../../shared/format";
import { town } from "../../../shared/town";

/** What sending them costs the rest of town, and what would change the choice. */
export function Cost(props: { readonly found: RecommendAnswer }) {
  const { coverage_after: after, move_up: moves, flips_if: flips, warnings } = props.found;
  const told = warnings.filter((warning) => warning !== town.value?.notice);
  return (
    <div class="cost">
      <p>
        {after.addresses_lost > 0 || after.road_m_lost > 0 ? (
          <>
            <b>Left uncovered:</b> {after.addresses_lost.toLocaleString("en-US")} addresses, {distance(after.road_m_lost)} of road have nobody within {duration(after.threshold_s)}
          </>
        ) : (
          <>Nothing loses its cover within {duration(after.threshold_s)}.</>
        )}
      </p>
      {moves.map((move) => (
        <p key={move.unit}>
          <b>Move up {move.unit}</b> to {move.station_name}: {move.addresses_restored.toLocaleString("en-US")} addresses covered again, in {duration(move.travel_time_s)}
        </p>
      ))}
      {flips.length > 0 ? (
        <details>
          <summary>What would change the choice ({flips.length})</summary>
          <ul>
            {flips.map((flip) => (
              <li key={flip.what}>
                {flip.what}
                {flip.probability === null ? "" : ` (${percent(flip.probability)})`}: {flip.then.join(", ") || "nobody"} instead of {flip.instead_of.join(", ") || "nobody"}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {told.length > 0 ? (
        <ul class="notes">
          {told.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
