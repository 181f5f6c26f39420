import { signal } from "@preact/signals";
import { words } from "../../../shared/format";
import { focusOn, takeTool } from "../state/map";
import { setPosition, setStatus } from "./acts";
import { reasonOf, pending } from "./changes";
import { positionOf } from "./places";
import { awaitedUnit, lookAtIncident, recordOf, selectedUnit, tab } from "./selection";
import { now, readOnly, statuses, units } from "./state";
import type { Unit } from "./types";
import { placeUnit } from "./lines";
import { allowedNext, nameOf, shortNumber, signOf, statusKeys, whereabouts } from "./words";

const NEAR_DEG = 0.006;

/** The unit looked at: what it may do next, each with its key; where it is; who is on it. */
export function UnitCard() {
  const unit = units.value.find((row) => row.unit_id === selectedUnit.value);
  if (unit === undefined) return null;
  const keys = statusKeys(statuses.value);
  const next = allowedNext(unit, statuses.value);
  const off = readOnly.value;
  return (
    <div class="live-card" id="unit-card" tabIndex={-1} role="group" aria-label={`Unit ${unit.unit_id}`} onKeyDown={(event) => cardKey(event, unit)}>
      <h3>
        <span>{unit.unit_id}</span>
        <span class="name">
          {unit.name} · <span aria-hidden="true">{signOf(unit.status)}</span> <b>{nameOf(unit.status, statuses.value)}</b>
          {unit.status_assumed ? " (assumed: nobody has said so)" : ""}
          {unit.incident_id === null ? null : <OnIncident id={unit.incident_id} />}
        </span>
        <button type="button" class="small" aria-label="Close the card" onClick={closeCard}>
          ✕
        </button>
      </h3>
      {pending.value.has(`unit:${unit.unit_id}`) ? <p class="doing">{pending.value.get(`unit:${unit.unit_id}`)} …</p> : null}
      <p class="next" role="group" aria-label="What it does next">
        {next.map((status) => (
          <button key={status.status} type="button" disabled={off !== null} title={off ?? ""} onClick={() => void setStatus(unit, status.status)}>
            <kbd>{keys.get(status.status)}</kbd> {status.name}
          </button>
        ))}
      </p>
      {off === null ? null : <p class="unsure">{off}</p>}
      <UnitFacts unit={unit} />
      <PlaceField unit={unit} />
    </div>
  );
}

function OnIncident(props: { readonly id: string }) {
  return (
    <>
      {" on "}
      <button type="button" class="link" onClick={() => lookAtIncident(props.id)}>
        #{shortNumber(props.id)}
      </button>
    </>
  );
}

function UnitFacts(props: { readonly unit: Unit }) {
  const { unit } = props;
  const crew = unit.crew === null ? "crew unknown" : `crew of ${unit.crew}`;
  const shared = unit.crew_group === null ? "" : `, shared with ${sharers(unit).join(", ") || "no other unit"}`;
  const facts = [words(unit.kind), unit.capabilities.map((one) => words(one).toLowerCase()).join(", "), `${crew}${shared}`, unit.station_id ? `station ${unit.station_id}` : "", unit.neighbour ? `called over ${unit.neighbour}` : "", whereabouts(unit, now.value).text];
  return <p class="quiet facts-line">{facts.filter(Boolean).join(" · ")}</p>;
}

function sharers(unit: Unit): readonly string[] {
  return units.value.filter((other) => other.crew_group === unit.crew_group && other.unit_id !== unit.unit_id).map((other) => other.unit_id);
}

/** The next click on the map says where it is. */
function clickUnit(unit: Unit): void {
  takeTool({
    name: unit.unit_id,
    hint: "click where it is now · Esc gives up",
    onClick: (where) => {
      takeTool(null);
      void setPosition(unit, where);
    },
  });
}

const placing = signal("");
const problem = signal("");

function PlaceField(props: { readonly unit: Unit }) {
  const { unit } = props;
  const at = positionOf(unit);
  const place = async (event: Event): Promise<void> => {
    event.preventDefault();
    const said = placing.value.trim();
    problem.value = "";
    if (said === "") return;
    placing.value = "";
    try {
      await placeUnit(unit, said);
    } catch (fault) {
      problem.value = reasonOf(fault);
    }
  };
  return (
    <form class="place-field" onSubmit={(event) => void place(event)}>
      <input aria-label={`Where ${unit.unit_id} is now`} placeholder="Where it is now: words, or LON,LAT" value={placing.value} autocomplete="off" onInput={(event) => (placing.value = event.currentTarget.value)} />
      <button type="submit">Put there</button>
      <button type="button" disabled={readOnly.value !== null} onClick={() => clickUnit(unit)}>
        By click
      </button>
      <button type="button" disabled={at === null} onClick={() => at && focusOn([at.lon - NEAR_DEG, at.lat - NEAR_DEG, at.lon + NEAR_DEG, at.lat + NEAR_DEG])}>
        Show
      </button>
      <button type="button" onClick={() => ([recordOf.value, tab.value] = [unit.unit_id, "record"])}>
        Record
      </button>
      {problem.value ? (
        <p class="unsure" role="alert">
          {problem.value}
        </p>
      ) : null}
    </form>
  );
}

/** A key of the card: what the unit does next, or Esc. */
export function cardKey(event: KeyboardEvent, unit: Unit): void {
  if ((event.target instanceof HTMLInputElement && awaitedUnit() === null) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    closeCard();
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const wanted = allowedNext(unit, statuses.value).find((status) => statusKeys(statuses.value).get(status.status) === event.key.toLowerCase());
  if (wanted === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  void setStatus(unit, wanted.status);
}

function closeCard(): void {
  selectedUnit.value = null;
  document.getElementById("unit-field")?.focus();
}
