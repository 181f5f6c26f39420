/** What is looked at in the live column. */

import { signal } from "@preact/signals";

export const selectedUnit = signal<string | null>(null);
export const selectedIncident = signal<string | null>(null);
export const selectedClosure = signal<string | null>(null);

export type Tab = "closures" | "record";
export const tab = signal<Tab>("closures");

/** What the record is narrowed to: the id of a unit, an incident or a closure. */
export const recordOf = signal<string | null>(null);

/** Bring the focus to an element: at once when it is there, so that no key falls between; else when it is drawn. */
export function focusSoon(id: string, then?: () => void): void {
  const found = document.getElementById(id);
  if (found) return focusOnElement(found, then);
  requestAnimationFrame(() => {
    const drawn = document.getElementById(id);
    if (drawn) focusOnElement(drawn, then);
    else then?.();
  });
}

/** The card of another thing may still be there: the frame after, it is this one's. */
function focusCard(id: string, then?: () => void): void {
  requestAnimationFrame(() => focusSoon(id, then));
}

function focusOnElement(element: HTMLElement, then?: () => void): void {
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  then?.();
}

/** The unit whose card was asked for by key and has not the focus yet: keys pressed meanwhile are its own. */
let awaited: string | null = null;

export function awaitedUnit(): string | null {
  return awaited;
}

/** Look at a unit: its card is shown, and has the focus when it was asked for by key. */
export function lookAtUnit(unitId: string, focus = false): void {
  selectedUnit.value = unitId;
  if (!focus) return;
  awaited = unitId;
  focusCard("unit-card", () => (awaited = null));
}

export function lookAtIncident(incidentId: string, focus = false): void {
  selectedIncident.value = incidentId;
  if (focus) focusCard("incident-card");
}

export function lookAtClosure(closureId: string, focus = false): void {
  tab.value = "closures";
  selectedClosure.value = closureId;
  if (focus) focusCard("closure-card");
}
