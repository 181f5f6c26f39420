import type { RecommendAnswer } from "../../../shared/answers";
import { distance, duration } from "../../../shared/format";
import type { Call } from "../state/calls";

/** The way of the unit that is shown, in words for the radio. */
export function Directions(props: { readonly call: Call; readonly found: RecommendAnswer }) {
  const row = props.found.assignment.find((unit) => unit.unit === props.call.shownUnit);
  if (row === undefined) return null;
  const { route } = row;
  return (
    <section class="directions" aria-labelledby="directions-title">
      <h3 id="directions-title">
        {row.unit} by radio · {distance(route.length_m)}, {duration(route.travel_time_s)} driving <kbd>,</kbd> <kbd>.</kbd> other units
      </h3>
      <ol>
        {route.steps.map((step, index) => (
          <li key={index}>{step.radio}</li>
        ))}
      </ol>
      {route.avoided.map((avoided, index) => (
        <p key={index} class="avoided">
          <b>Keeps off {avoided.what}:</b> {avoided.reason}
          {avoided.detour_s === null ? "" : `; that costs ${duration(avoided.detour_s)}`}
        </p>
      ))}
      {route.warnings.map((warning) => (
        <p key={warning} class="avoided">
          {warning}
        </p>
      ))}
    </section>
  );
}
