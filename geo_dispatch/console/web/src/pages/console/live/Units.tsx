import type { VNode } from "preact";
import { clock } from "../../../shared/format";
import { groupBy } from "../../../shared/group";
import { pending } from "./changes";
import { lookAtUnit, selectedUnit } from "./selection";
import { now, since, statuses, unitList, units } from "./state";
import type { Unit } from "./types";
import { UnitCard } from "./UnitCard";
import { UnitField } from "./UnitField";
import { nameOf, shortNumber, signOf, whereabouts } from "./words";

/** Units by what they are doing: those at work first, then those that can be sent. */
export function Units() {
  const known = unitList.known.value;
  return (
    <section class="units" aria-labelledby="units-title">
      <header>
        <h2 id="units-title">
          Units <span class="quiet">{known ? counts(units.value) : "asking …"}</span>
        </h2>
        <UnitField />
      </header>
      <UnitCard />
      <div class="scrolled" tabIndex={0} role="group" aria-labelledby="units-title">
        {known && units.value.length === 0 ? <p class="quiet">The town file has no units, and none were added.</p> : null}
        {grouped(units.value).map(([status, list]) => (
          <table key={status} class="board">
            <caption>
              <span class={`sign s-${status}`} aria-hidden="true">
                {signOf(status)}
              </span>{" "}
              {nameOf(status, statuses.value)} <span class="quiet">{list.length}</span>
            </caption>
            <colgroup>
              <col class="who" />
              <col class="since" />
              <col />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">Unit</span>
                </th>
                <th scope="col">
                  <span class="unseen">For how long</span>
                </th>
                <th scope="col">
                  <span class="unseen">Where</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map(rowOf)}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}

const drawn = new WeakMap<Unit, VNode>();

/** The same row for the same unit: what has not changed is not drawn again. */
function rowOf(unit: Unit): VNode {
  const row = drawn.get(unit) ?? <UnitRow key={unit.unit_id} unit={unit} />;
  drawn.set(unit, row);
  return row;
}

function UnitRow(props: { readonly unit: Unit }) {
  const { unit } = props;
  const doing = pending.value.get(`unit:${unit.unit_id}`);
  const where = whereabouts(unit, now.value);
  const selected = selectedUnit.value === unit.unit_id;
  const told = [unit.station_id, unit.capabilities.join(", ")].filter(Boolean).join(" · ");
  return (
    <tr class={`${selected ? "selected" : ""} ${doing ? "pending" : ""}`}>
      <th scope="row">
        <button type="button" class="unit-id" aria-pressed={selected} onClick={() => lookAtUnit(unit.unit_id, true)}>
          {unit.unit_id}
        </button>{" "}
        <span class="quiet name" title={told}>
          {unit.name}
          <span class="more"> {told}</span>
        </span>
      </th>
      <td class="figure" title={unit.status_assumed ? "Nobody has said what it is doing: it is taken to be available" : `since ${unit.status_at}, by ${unit.status_by ?? "a desk without a name"}`}>
        {unit.status_assumed ? "assumed" : clock(since(unit.status_at))}
      </td>
      <td class={where.sure ? "" : "unsure"}>
        {doing ? <span class="doing">{doing} … </span> : null}
        {unit.incident_id !== null ? <b>#{shortNumber(unit.incident_id)} </b> : null}
        {unit.crew_out_with !== null ? <b>crew out with {unit.crew_out_with} · </b> : null}
        {where.text.replace(/^position (?=\d|just)/, "")}
      </td>
    </tr>
  );
}

/** Statuses in the server's order, those on an incident first. */
function grouped(all: readonly Unit[]): readonly (readonly [string, readonly Unit[]])[] {
  const groups = groupBy(all, (unit) => unit.status);
  const order = [...statuses.value].sort((a, b) => Number(b.on_incident) - Number(a.on_incident)).map((row) => row.status);
  const place = (status: string): number => (order.includes(status) ? order.indexOf(status) : order.length);
  return [...groups].sort(([a], [b]) => place(a) - place(b)).map(([status, list]) => [status, [...list].sort(byId)] as const);
}

function byId(a: Unit, b: Unit): number {
  return a.unit_id.localeCompare(b.unit_id, "en", { numeric: true });
}

function counts(all: readonly Unit[]): string {
  const free = all.filter((unit) => unit.assignable && unit.crew_out_with === null).length;
  return `${free} of ${all.length} free`;
}
