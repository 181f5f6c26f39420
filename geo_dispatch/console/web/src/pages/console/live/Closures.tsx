import { signal } from "@preact/signals";
import { distance } from "../../../shared/format";
import { serverNow } from "../../../shared/clock";
import { boundsOf, pointsOf } from "../../../shared/map/types";
import { town } from "../../../shared/town";
import { focusOn } from "../state/map";
import { editClosure, endClosure } from "./acts";
import { notice, pending, reasonOf } from "./changes";
import { ClosureForm } from "./ClosureForm";
import { closureRoads } from "./closure-roads";
import { beginDrawing, draft } from "./drawing";
import { recordOf, selectedClosure, tab } from "./selection";
import { closureList, closures, readOnly } from "./state";
import type { Closure } from "./types";
import { untilMoment } from "./until";
import { oneLine, placeOf, whenOf } from "./words";

/** What is closed now or soon, and the ways to close more. */
export function Closures() {
  const off = readOnly.value;
  return (
    <div class="closures" id="live-closures" role="tabpanel" aria-labelledby="tab-closures">
      <p class="next">
        <button type="button" disabled={off !== null} title={off ?? ""} onClick={() => beginDrawing("stretch")}>
          <kbd>k</kbd> Close a road
        </button>
        <button type="button" disabled={off !== null} title={off ?? ""} onClick={() => beginDrawing("area")}>
          <kbd>j</kbd> Close an area
        </button>
      </p>
      {draft.value ? <ClosureForm /> : null}
      {closureList.known.value && closures.value.length === 0 ? <p class="quiet">No road is closed.</p> : null}
      <ol>
        {closures.value.map((closure) => (
          <Item key={closure.closure_id} closure={closure} />
        ))}
      </ol>
    </div>
  );
}

function nameOfClosure(closure: Closure): string {
  const roads = closureRoads.value.get(closure.closure_id);
  const place = placeOf(closure);
  const streets = roads?.properties.streets ?? [];
  return place.startsWith("an area") || place.startsWith("pieces") ? `${place}${streets.length ? `: ${streets.slice(0, 3).join(", ")}` : ""}` : place;
}

function Item(props: { readonly closure: Closure }) {
  const { closure } = props;
  const roads = closureRoads.value.get(closure.closure_id);
  const selected = selectedClosure.value === closure.closure_id;
  const doing = pending.value.get(`closure:${closure.closure_id}`);
  const length = roads?.geometry ? distance(roads.properties.length_m) : "";
  return (
    <li class={`closure ${closure.status} ${selected ? "selected" : ""} ${doing ? "pending" : ""}`}>
      <h3>
        <button type="button" class="link" aria-expanded={selected} onClick={() => look(closure, selected)}>
          {nameOfClosure(closure)}
        </button>
      </h3>
      <p>
        <b>{kindName(closure)}</b> {whenOf(closure, town.value?.zone)}
        {length ? ` · ${length}` : ""}
        {closure.profiles ? ` · for ${closure.profiles.join(", ")}` : ""}
        {closure.note ? <span class="quiet"> · {closure.note}</span> : null}
      </p>
      {roads && roads.geometry === null ? <p class="unsure">It names no road of this town: no route keeps to it.</p> : null}
      {doing ? <p class="doing">{doing} …</p> : null}
      {selected ? <Card closure={closure} /> : null}
    </li>
  );
}

function kindName(closure: Closure): string {
  const soon = closure.status === "upcoming" ? " (to come)" : "";
  if (closure.kind === "local") return `Local traffic only${soon}`;
  return `${closure.kind === "flooded" ? "Flooded, closed" : "Closed"}${soon}`;
}

const until = signal("");
const note = signal<string | null>(null);

function Card(props: { readonly closure: Closure }) {
  const { closure } = props;
  const off = readOnly.value;
  const shape = closureRoads.value.get(closure.closure_id)?.geometry;
  return (
    <div class="live-card" id="closure-card" tabIndex={-1} role="group" aria-label={`Closure ${nameOfClosure(closure)}`} onKeyDown={closeByKey}>
      <p class="quiet">
        by {closure.created_by ?? "a desk without a name"}
        {closure.source ? `, told by ${closure.source}` : ""}
      </p>
      <form onSubmit={(event) => changeEnd(event, closure)}>
        <input aria-label="Until when" placeholder="2 h, 16:00, or: ended" value={until.value} onInput={(event) => (until.value = event.currentTarget.value)} />
        <button type="submit" disabled={off !== null} title={off ?? ""}>
          Change the end
        </button>
      </form>
      <form onSubmit={(event) => changeNote(event, closure)}>
        <input aria-label="Note of the closure" value={note.value ?? closure.note ?? ""} onInput={(event) => (note.value = event.currentTarget.value)} />
        <button type="submit" disabled={off !== null} title={off ?? ""}>
          Change the note
        </button>
      </form>
      <p class="next">
        <button type="button" disabled={off !== null} title={off ?? ""} onClick={() => void endClosure(closure, nameOfClosure(closure))}>
          Open it again
        </button>
        <button type="button" disabled={!shape} onClick={() => show(closure)}>
          Show
        </button>
        <button type="button" onClick={() => ([recordOf.value, tab.value] = [closure.closure_id, "record"])}>
          Record
        </button>
      </p>
    </div>
  );
}

function changeEnd(event: Event, closure: Closure): void {
  event.preventDefault();
  const said = until.value.trim();
  try {
    if (said === "") throw new Error('Write until when it is closed, as 2 h or 16:00; or "ended", for until it is ended.');
    const ends = /^(until )?ended$/i.test(said) ? null : untilMoment(said, serverNow(), town.value?.zone ?? "UTC");
    void editClosure(closure, { ends }).then((made) => made && (until.value = ""));
  } catch (fault) {
    notice("refused", reasonOf(fault));
  }
}

function changeNote(event: Event, closure: Closure): void {
  event.preventDefault();
  if (note.value === null) return;
  try {
    void editClosure(closure, { note: oneLine(note.value, "The note") || null }).then((made) => made && (note.value = null));
  } catch (fault) {
    notice("refused", reasonOf(fault));
  }
}

function look(closure: Closure, selected: boolean): void {
  selectedClosure.value = selected ? null : closure.closure_id;
  [until.value, note.value] = ["", null];
}

function show(closure: Closure): void {
  const shape = closureRoads.value.get(closure.closure_id)?.geometry;
  const box = shape && boundsOf(pointsOf(shape));
  if (box) focusOn(box);
}

function closeByKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  selectedClosure.value = null;
  event.preventDefault();
  event.stopPropagation();
}
