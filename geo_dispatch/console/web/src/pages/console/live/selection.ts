/** What is looked at in the live column. */

import { signal } from "@preact/signals";

export const selectedUnit = signal<string | null>(null);
export const selectedIncident = signal<string | null>(null);
export const selectedClosure = signal<string | null>(null);

export type Tab = "closures" | "record";
export const tab = signal<Tab>("closures");

/** What the record is narrowed to: the id of a unit, an incident or a closure. */
export const recordOf = signal<string | null>(null);

/** Bring the focus to an element once it is drawn. */
export function focusSoon(id: string): void {
  requestAnimationFrame(() => {
    const element = document.getElementById(id);
    element?.focus();
    element?.scrollIntoView({ block: "nearest" });
  });
}

/** Look at a unit: its card is shown, and has the focus when it was asked for by key. */
export function lookAtUnit(unitId: string, focus = false): void {
  selectedUnit.value = unitId;
  if (focus) focusSoon("unit-card");
}

export function lookAtIncident(incidentId: string, focus = false): void {
  selectedIncident.value = incidentId;
  if (focus) focusSoon("incident-card");
}

export function lookAtClosure(closureId: string, focus = false): void {
  tab.value = "closures";
  selectedClosure.value = closureId;
  if (focus) focusSoon("closure-card");
}
