import type { RecommendAnswer } from "../../../shared/answers";
import { clock, words } from "../../../shared/format";
import type { Call } from "../state/calls";
import { showRoute, toggleUnit } from "../state/recommend";

interface Props {
  readonly call: Call;
  readonly found: RecommendAnswer;
}

/** Units that fill the run card, the first to arrive first. */
export function UnitTable(props: Props) {
  const { call, found } = props;
  if (found.assignment.length === 0) return null;
  return (
    <table class="going">
      <caption title={found.run_card.why.join("; ")}>
        {found.run_card.name}, alarm {found.run_card.alarm}: {found.run_card.requirements.map((row) => `${row.count} ${words(row.capability).toLowerCase()}`).join(", ")}
      </caption>
      <thead>
        <tr>
          <th scope="col">Send</th>
          <th scope="col">Unit</th>
          <th scope="col">As</th>
          <th scope="col" class="figure" title="Turnout and travel, minutes and seconds; nine in ten lie in the interval">
            There in
          </th>
        </tr>
      </thead>
      <tbody>
        {found.assignment.map((row) => (
          <tr key={row.unit} class={row.unit === call.shownUnit ? "shown" : ""}>
            <td>
              <input type="checkbox" aria-label={`Send ${row.unit}`} checked={call.chosenUnits.includes(row.unit)} disabled={call.assigned.includes(row.unit)} onChange={() => toggleUnit(row.unit)} />
            </td>
            <th scope="row">
              <button type="button" class="small" aria-pressed={row.unit === call.shownUnit} aria-label={`Route of ${row.unit}`} title="Draw its route" onClick={() => showRoute(row.unit)}>
                {row.unit}
              </button>
            </th>
            <td>
              {words(row.role)}
              {row.route.avoided.length > 0 ? <span class="detour" title={row.route.avoided.map((kept) => `${kept.what}: ${kept.reason}`).join("\n")}> ↷ detour</span> : null}
            </td>
            <td class="figure">
              <b>{clock(row.response_time_s)}</b> <span class="quiet">{clock(row.interval_s[0])}–{clock(row.interval_s[1])}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Units that do not go, and why. */
export function Others(props: Props) {
  const { call, found } = props;
  const going = new Set(found.assignment.map((row) => row.unit));
  const others = found.considered.filter((row) => !going.has(row.unit));
  if (others.length === 0) return null;
  return (
    <details class="others" open={found.assignment.length === 0}>
      <summary>Why not the others ({others.length})</summary>
      <ul>
        {others.map((row) => (
          <li key={row.unit}>
            {row.eligible ? (
              <label>
                <input type="checkbox" checked={call.chosenUnits.includes(row.unit)} disabled={call.assigned.includes(row.unit)} onChange={() => toggleUnit(row.unit)} /> <b>{row.unit}</b>
              </label>
            ) : (
              <span>
                <span aria-hidden="true">✕</span> <b>{row.unit}</b>
              </span>
            )}{" "}
            {row.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
