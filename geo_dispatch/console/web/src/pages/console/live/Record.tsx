import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { timeOfDay } from "../../../shared/format";
import type { Row } from "../../../shared/stream";
import { town } from "../../../shared/town";
import { recordOf } from "./selection";
import { incidents, statuses, units } from "./state";
import { sentence } from "./sentence";
import { concerns, merged, readHistory, record } from "./timeline";
import { shortNumber } from "./words";

const SHOWN = 200;
const positions = signal(false);
const history = signal<{ readonly id: string; readonly rows: readonly Row[] } | null>(null);

/** What happened, the newest first; narrowed to one unit or incident when wanted. */
export function Record() {
  const id = recordOf.value;
  useEffect(() => void readWhole(id), [id]);
  const older = history.value !== null && history.value.id === id ? history.value.rows : [];
  const rows = (id === null ? record.value : merged(older, record.value.filter((row) => concerns(row, id))))
    .filter((row) => (positions.value || row.action !== "unit.position") && (id !== null || row.data["from"] !== "town file"))
    .slice(-SHOWN)
    .reverse();
  return (
    <div class="record" id="live-record" role="tabpanel" aria-labelledby="tab-record">
      <p class="next">
        <Narrow />
        <label>
          <input type="checkbox" checked={positions.value} onChange={(event) => (positions.value = event.currentTarget.checked)} /> positions
        </label>
      </p>
      {rows.length === 0 ? <p class="quiet">Nothing is on record{id === null ? "" : " of it"} yet.</p> : null}
      <ol>
        {rows.map((row) => (
          <li key={row.seq}>
            <time dateTime={row.at}>{timeOfDay(row.at, town.value?.zone)}</time> {sentence(row, statuses.value)} <span class="quiet">{row.actor ?? ""}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Choose what it is narrowed to. */
function Narrow() {
  const chosen = recordOf.value ?? "";
  const known = [...units.value.map((unit) => unit.unit_id), ...incidents.value.map((incident) => incident.incident_id)];
  return (
    <label>
      Of{" "}
      <select value={chosen} onChange={(event) => (recordOf.value = event.currentTarget.value || null)}>
        <option value="">everything</option>
        {chosen !== "" && !known.includes(chosen) ? <option value={chosen}>{chosen}</option> : null}
        {incidents.value.map((incident) => (
          <option key={incident.incident_id} value={incident.incident_id}>
            #{shortNumber(incident.incident_id)} {incident.label}
          </option>
        ))}
        {units.value.map((unit) => (
          <option key={unit.unit_id} value={unit.unit_id}>
            {unit.unit_id} {unit.name}
          </option>
        ))}
      </select>
    </label>
  );
}

async function readWhole(id: string | null): Promise<void> {
  if (id === null) return;
  const kind = units.value.some((unit) => unit.unit_id === id) ? "unit" : id.startsWith("c-") ? "closure" : "incident";
  try {
    history.value = { id, rows: await readHistory(kind, id) };
  } catch {
    // What was heard since the page was opened is shown all the same.
  }
}
