import { signal } from "@preact/signals";
import { ago, clock, timeOfDay, words } from "../../../shared/format";
import { town } from "../../../shared/town";
import { focusOn } from "../state/map";
import { addNote, closeIncident, openIncident, releaseUnits } from "./acts";
import { pending } from "./changes";
import { callTypes } from "./call-types";
import { etaOf } from "./eta";
import { lookAtUnit, recordOf, selectedIncident, tab } from "./selection";
import { incidentList, incidents, now, readOnly, since, statuses, units } from "./state";
import type { Incident } from "./types";
import { nameOf, shortNumber, signOf, unitsOn } from "./words";

const NEAR_DEG = 0.006;
const opening = signal(false);

/** Open incidents, the oldest first: how long, where, who is on it and when they are due. */
export function Incidents() {
  const open = [...incidents.value].sort((a, b) => a.opened_at.localeCompare(b.opened_at));
  return (
    <section class="incidents" aria-labelledby="incidents-title">
      <header>
        <h2 id="incidents-title">
          Incidents <span class="quiet">{incidentList.known.value ? `${open.length} open` : "asking …"}</span>
        </h2>
        <button type="button" aria-expanded={opening.value} onClick={() => (opening.value = !opening.value)}>
          Open one
        </button>
      </header>
      {opening.value ? <OpenForm /> : null}
      <ol class="scrolled" tabIndex={0} aria-labelledby="incidents-title">
        {open.map((incident) => (
          <Item key={incident.incident_id} incident={incident} />
        ))}
      </ol>
    </section>
  );
}

function Item(props: { readonly incident: Incident }) {
  const { incident } = props;
  const selected = selectedIncident.value === incident.incident_id;
  const doing = pending.value.get(`incident:${incident.incident_id}`);
  return (
    <li class={`incident ${selected ? "selected" : ""} ${doing ? "pending" : ""}`}>
      <h3>
        <button type="button" class="unit-id" aria-expanded={selected} onClick={() => toggle(incident)}>
          #{shortNumber(incident.incident_id)}
        </button>{" "}
        {words(incident.call_type)}
        {incident.alarm > 1 ? `, alarm ${incident.alarm}` : ""}
        <span class="figure age" title={`opened ${timeOfDay(incident.opened_at, town.value?.zone)}`}>
          {clock(since(incident.opened_at))}
        </span>
      </h3>
      <p>{incident.label}</p>
      {incident.note ? <p class="quiet note">{incident.note}</p> : null}
      <Sent incident={incident} />
      {doing ? <p class="doing">{doing} …</p> : null}
      {selected ? <Card incident={incident} /> : null}
    </li>
  );
}

/** Who is on it, and for each how far it has come. */
function Sent(props: { readonly incident: Incident }) {
  const out = unitsOn(props.incident);
  if (out.length === 0) return <p class="unsure">no unit on it</p>;
  return (
    <ul class="sent">
      {out.map((id) => {
        const unit = units.value.find((row) => row.unit_id === id);
        const status = unit?.status ?? "";
        return (
          <li key={id}>
            <button type="button" class="unit-id" onClick={() => lookAtUnit(id, true)}>
              {id}
            </button>{" "}
            <span aria-hidden="true">{signOf(status)}</span> {nameOf(status, statuses.value)} {unit ? clock(since(unit.status_at)) : ""}
            {etaOf(id, now.value) ? `, ${etaOf(id, now.value)}` : ""}
          </li>
        );
      })}
    </ul>
  );
}

const noting = signal("");

function Card(props: { readonly incident: Incident }) {
  const { incident } = props;
  const out = unitsOn(incident);
  const off = readOnly.value;
  const note = async (event: Event): Promise<void> => {
    event.preventDefault();
    const said = noting.value.trim();
    if (said === "") return;
    noting.value = "";
    if (!(await addNote(incident, said))) noting.value = noting.value || said; // refused: the words are kept
  };
  return (
    <div class="live-card" id="incident-card" tabIndex={-1} role="group" aria-label={`Incident ${shortNumber(incident.incident_id)}`} onKeyDown={closeByKey}>
      <p class="quiet">
        {incident.incident_id}, opened {timeOfDay(incident.opened_at, town.value?.zone)} by {incident.opened_by ?? "a desk without a name"}, {ago(since(incident.opened_at))}
      </p>
      <form onSubmit={(event) => void note(event)}>
        <input aria-label={`Note to incident ${shortNumber(incident.incident_id)}`} placeholder="Note" value={noting.value} onInput={(event) => (noting.value = event.currentTarget.value)} />
        <button type="submit" disabled={off !== null} title={off ?? ""}>
          Note it
        </button>
      </form>
      <p class="next">
        {out.map((id) => (
          <button key={id} type="button" disabled={off !== null} title={off ?? ""} onClick={() => void releaseUnits(incident, [id])}>
            Release {id}
          </button>
        ))}
        <button type="button" disabled={off !== null} title={off ?? ""} onClick={() => void closeIncident(incident, true)}>
          {out.length > 0 ? "Release all and close" : "Close the incident"}
        </button>
        <button type="button" onClick={() => focusOn([incident.lon - NEAR_DEG, incident.lat - NEAR_DEG, incident.lon + NEAR_DEG, incident.lat + NEAR_DEG])}>
          Show
        </button>
        <button type="button" onClick={() => ([recordOf.value, tab.value] = [incident.incident_id, "record"])}>
          Record
        </button>
      </p>
      {off === null ? null : <p class="unsure">{off}</p>}
    </div>
  );
}

const type = signal("");
const place = signal("");

function OpenForm() {
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const chosen = type.value || callTypes.value[0] || "";
    if (place.value.trim() === "" || chosen === "") return;
    if (!(await openIncident(chosen, place.value.trim()))) return; // the words stay, to be mended
    place.value = "";
    opening.value = false;
  };
  return (
    <form class="live-card" onSubmit={(event) => void submit(event)}>
      <select aria-label="Call type" value={type.value || callTypes.value[0]} onChange={(event) => (type.value = event.currentTarget.value)}>
        {callTypes.value.map((name) => (
          <option key={name} value={name}>
            {words(name)}
          </option>
        ))}
      </select>
      <input aria-label="Where the incident is" placeholder="Where: words, or LON,LAT" value={place.value} onInput={(event) => (place.value = event.currentTarget.value)} />
      <button type="submit" disabled={readOnly.value !== null} title={readOnly.value ?? ""}>
        Open it
      </button>
    </form>
  );
}

function toggle(incident: Incident): void {
  selectedIncident.value = selectedIncident.value === incident.incident_id ? null : incident.incident_id;
}

function closeByKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  selectedIncident.value = null;
  event.preventDefault();
  event.stopPropagation();
}
