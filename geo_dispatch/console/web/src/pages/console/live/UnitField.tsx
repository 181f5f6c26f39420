import { signal } from "@preact/signals";
import { notice } from "./changes";
import { awaitedUnit, lookAtUnit } from "./selection";
import { units } from "./state";
import type { Unit } from "./types";
import { unitLine } from "./lines";
import { cardKey } from "./UnitCard";

const typed = signal("");

/** A field for a unit's id, and what it does now: "E1", "E1 en route", "E1 at Main and Bridge". */
export function UnitField() {
  const fits = matching(typed.value);
  return (
    <label class="unit-field">
      <span class="unseen">Unit, and what it does now</span>
      <input
        id="unit-field"
        value={typed.value}
        placeholder="E1, or E1 en route"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="unit-field-fits"
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <span id="unit-field-fits" class="quiet fits">
        {typed.value === "" ? "" : fits.length === 0 ? "no such unit" : fits.slice(0, 5).map((unit) => unit.unit_id).join(" ")}
      </span>
    </label>
  );
}

function matching(text: string): readonly Unit[] {
  const [word = ""] = text.trim().toLowerCase().split(/\s/);
  if (word === "") return [];
  const exact = units.value.filter((unit) => unit.unit_id.toLowerCase() === word);
  return exact.length > 0 ? exact : units.value.filter((unit) => unit.unit_id.toLowerCase().startsWith(word) || unit.name.toLowerCase().startsWith(word));
}

function pressed(event: KeyboardEvent): void {
  const awaited = units.value.find((unit) => unit.unit_id === awaitedUnit());
  if (awaited !== undefined) return cardKey(event, awaited);
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const said = typed.value.trim();
  typed.value = ""; // at once: what is typed next is not lost while the server is asked
  if (said === "") return;
  const fits = matching(said);
  if (!/\s/.test(said) && fits.length === 1 && fits[0]) return lookAtUnit(fits[0].unit_id, true);
  Promise.resolve()
    .then(() => unitLine(said))
    .catch((fault: unknown) => notice("refused", fault instanceof Error ? fault.message : String(fault)));
}
