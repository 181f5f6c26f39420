/** Who responds from where, each to be moved, given up, put back; and new ones. */

import { useEffect, useState } from "preact/hooks";
import { may } from "../../shared/session";
import { addStation, baseOf, beginWith, beginWithPlaces, doing, learnBase, now } from "./state";
import { changesOf, move, remove, restore } from "./scenario";
import type { Scenario } from "./types";
import { WhereField } from "./WhereField";

export interface StationRow {
  readonly id: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly state: "as it is" | "moved" | "given up" | "new";
}

/** Responders of a scenario, those given up too. */
export function stationRows(scenario: Scenario): StationRow[] {
  const { moved = {}, removed = [], added = [] } = changesOf(scenario);
  const base = baseOf(scenario).map((row): StationRow => {
    const to = moved[row.id];
    const state = removed.includes(row.id) ? "given up" : to ? "moved" : "as it is";
    const [lon, lat] = Array.isArray(to) ? (to as [number, number]) : [row.lon, row.lat];
    return { id: row.id, name: row.name, lon, lat, state };
  });
  return [...base, ...added.map((row): StationRow => ({ id: row.id, name: row.name ?? row.id, lon: row.lon, lat: row.lat, state: "new" }))];
}

export function Stations() {
  const side = now.value;
  const scenario = side.scenario.value;
  const [placing, setPlacing] = useState<string | null>(null);
  useEffect(() => learnBase(scenario), [scenario.kind, scenario.respond, scenario.profile, may("planning")]);
  const rows = stationRows(scenario);
  const set = (next: Scenario) => {
    setPlacing(null);
    doing.value = { kind: "nothing" };
    side.change(next);
  };
  return (
    <section aria-labelledby="stations-title">
      <h2 id="stations-title">{scenario.respond === "units" ? "Units" : "Stations"}</h2>
      {scenario.respond === "stations" && <BeginWith kind={scenario.kind} />}
      <ul class="stations">
        {rows.map((row) => (
          <li key={row.id}>
            <p>
              <strong>{row.id}</strong> {row.name} {row.state !== "as it is" && <em class="state">{row.state}</em>}
            </p>
            <p class="quiet figure-text">
              {row.lon.toFixed(5)}, {row.lat.toFixed(5)}
            </p>
            <p class="buttons">
              {row.state !== "given up" && (
                <button
                  type="button"
                  aria-expanded={placing === row.id}
                  onClick={() => {
                    const opened = placing === row.id ? null : row.id;
                    setPlacing(opened);
                    doing.value = opened ? { kind: "move", id: row.id } : { kind: "nothing" };
                  }}
                >
                  Move<span class="unseen"> {row.id}</span>
                </button>
              )}
              {row.state !== "given up" && (
                <button type="button" onClick={() => set(remove(side.scenario.value, row.id))}>
                  Give up<span class="unseen"> {row.id}</span>
                </button>
              )}
              {(row.state === "moved" || row.state === "given up") && (
                <button type="button" onClick={() => set(restore(side.scenario.value, row.id))}>
                  Put back<span class="unseen"> {row.id}</span>
                </button>
              )}
            </p>
            {placing === row.id && (
              <>
                <p class="hint">Click on the map where it goes, drag it there, or write the place:</p>
                <WhereField label={`Where ${row.id} goes`} act="Move" onPlace={(where) => set(move(side.scenario.value, row.id, where))} />
              </>
            )}
          </li>
        ))}
        {rows.length === 0 && <li class="quiet">None on file, or not known yet.</li>}
      </ul>
      {scenario.respond === "stations" && (
        <>
          <WhereField label="A new station at" act="Add" onPlace={addStation} />
          <button type="button" aria-pressed={doing.value.kind === "add"} onClick={() => (doing.value = doing.value.kind === "add" ? { kind: "nothing" } : { kind: "add" })}>
            Add by a click on the map
          </button>
        </>
      )}
    </section>
  );
}

/** What the map calls the houses of each kind of station. */
const CATEGORIES: Readonly<Record<string, string>> = { fire: "fire_station", police: "police", ems: "ambulance_station" };

/** The stations of the town file, or those that only the map knows. */
function BeginWith(props: { readonly kind: string }) {
  const [wrong, setWrong] = useState("");
  const category = CATEGORIES[props.kind];
  if (category === undefined && beginWith.value === null) return null;
  const choose = async (from: string) => {
    setWrong("");
    if (from === "town") beginWith.value = null;
    else if (category) setWrong(await beginWithPlaces(category));
  };
  return (
    <>
      <label class="inline">
        Begin with{" "}
        <select value={beginWith.value ? "places" : "town"} onChange={(event) => void choose(event.currentTarget.value)}>
          <option value="town">those of the town file</option>
          <option value="places">those on the map{beginWith.value ? `: ${beginWith.value.length}` : ""}</option>
        </select>
      </label>
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}
