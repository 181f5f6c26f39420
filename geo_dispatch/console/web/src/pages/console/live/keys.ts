/** The keys and line commands of the live side. */

import { registerCommand, registerLine } from "../state/commands";
import { undoLast } from "./changes";
import { nameDesk } from "./desk";
import { beginDrawing } from "./drawing";
import { clearLine, closeLine, noteLine, openLine, releaseLine, sendLine, unitLine } from "./lines";
import { focusSoon, lookAtIncident, tab } from "./selection";
import { incidents } from "./state";

/** Register them; the call side's letters are others. */
export function registerLiveKeys(): void {
  registerKeys();
  registerLines();
}

function registerKeys(): void {
  const group = "Units, incidents, closures";
  registerCommand({ group, keys: ["u"], name: "Unit", help: "the field for a unit: its id, Enter, then the key of what it does; or all at once, as E1 en route", run: () => focusSoon("unit-field") });
  registerCommand({ group, keys: ["i"], name: "Incidents", help: "the next open incident; Tab goes to what can be done", run: nextIncident, when: () => incidents.value.length > 0 });
  registerCommand({ group, keys: ["k"], name: "Close a road", help: "by clicks along it on the map, or by its name; shown before it is kept", run: () => beginDrawing("stretch") });
  registerCommand({ group, keys: ["j"], name: "Close an area", help: "by its corners on the map", run: () => beginDrawing("area") });
  registerCommand({ group, keys: ["q"], name: "Record", help: "what happened, or the closures again", run: turnTab });
  registerCommand({ group, keys: ["z"], name: "Take back", help: "the position, closure or closing of an incident given last, within half a minute", run: undoLast });
}

function registerLines(): void {
  registerLine({ word: "u", usage: ".u E1 en route", help: "what a unit does now; or where it is: .u E1 at Main St and Ferry Rd", run: unitLine });
  registerLine({ word: "open", usage: ".open crash at Main St and Ferry Rd", help: "opens an incident", run: openLine });
  registerLine({ word: "note", usage: ".note 3 two cars", help: "adds to the note of an incident", run: noteLine });
  registerLine({ word: "send", usage: ".send E1 L1 to 3", help: "puts units on an incident: all of them, or none", run: sendLine });
  registerLine({ word: "release", usage: ".release E1", help: "takes a unit off its incident", run: releaseLine });
  registerLine({ word: "clear", usage: ".clear 3", help: "closes an incident; .clear 3 all releases its units first", run: clearLine });
  registerLine({ word: "close", usage: ".close Drift Rd from Hix Bridge Rd to Kirby Rd; note=tree down", help: "closes a road; also for=, ends=, use=local as on the command line", run: closeLine });
  registerLine({ word: "desk", usage: ".desk Desk 1", help: "what the record calls this desk", run: nameDesk });
}

let shown = -1;

function nextIncident(): void {
  const open = [...incidents.value].sort((a, b) => a.opened_at.localeCompare(b.opened_at));
  shown = (shown + 1) % open.length;
  const next = open[shown];
  if (next) lookAtIncident(next.incident_id, true);
}

function turnTab(): void {
  tab.value = tab.value === "record" ? "closures" : "record";
  focusSoon(`tab-${tab.value}`);
}
