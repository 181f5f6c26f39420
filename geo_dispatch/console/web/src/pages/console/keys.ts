/** The keys and line commands of the call side. */

import { focusLine, inLine } from "./call/CallLine";
import { kindOpen } from "./call/Kind";
import { logOpen } from "./call/Log";
import { answerByLetter } from "./call/Question";
import { showCrosshair } from "./map/Crosshair";
import { mapOf } from "./map/view";
import { sheetOpen } from "./shell/CheatSheet";
import { acknowledge, beginCall, childWording, current, openQuestion, stepCall, unacknowledged } from "./state/calls";
import { registerCommand, registerLine } from "./state/commands";
import { showTable, takeTool, tool } from "./state/map";
import { pickRank, placeTyped, unpick } from "./state/picking";
import { findCallType, recommendAgain, setAlarm, setCallType, stepRoute } from "./state/recommend";
import { joinIncident, nearby, send } from "./state/send";
import { retryNow, server } from "./state/server";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Register them; the live side's letters must be others. */
export function registerCallKeys(): void {
  registerLineKeys();
  registerCallKeysProper();
  registerSendKeys();
  registerMapKeys();
}

function registerLineKeys(): void {
  const group = "Everywhere";
  registerCommand({ group, keys: ["/"], name: "Line", help: "puts the cursor into the line", run: focusLine });
  registerCommand({ group, keys: ["Escape"], name: "Line and keys", help: "from the line to the keys, and back to the line; ends what is being drawn", run: escape });
  registerCommand({ group, keys: ["?", "F1"], name: "Keys", help: "shows this sheet", run: () => (sheetOpen.value = true) });
  registerCommand({ group, keys: ["l"], name: "Lines", help: "lists what was typed and what came of it", run: () => (logOpen.value = !logOpen.value) });
  registerCommand({ group, keys: ["F9"], name: "Try now", help: "asks a lost server again at once", run: retryNow, when: () => server.value.state === "lost" });
  registerLine({ word: "new", usage: ".new", help: "begins a new call, as Shift+Enter does", run: () => `Call ${beginCall().id}` });
  registerLine({ word: "pick", usage: ".2", help: "takes the second candidate", run: (rest) => pickRank(Number(rest)) });
  registerLine({ word: "at", usage: ".at -69.5350,40.8903", help: "places the caller at a longitude and latitude", run: placeTyped });
}

function registerCallKeysProper(): void {
  const group = "Call";
  const asked = (): boolean => openQuestion(current.value) !== null && current.value.picked === null;
  registerCommand({ group, keys: DIGITS, name: "Take", help: "the candidate of that number", run: (key) => take(Number(key)), when: () => current.value.located !== null });
  registerCommand({ group, keys: ["Backspace"], name: "Other place", help: "lets the place go and shows all candidates", run: unpick, when: () => current.value.picked !== null });
  registerCommand({ group, keys: ["a", "b", "c", "d", "e", "f", "g", "h"], name: "Answer", help: "gives that answer to the question", run: (key) => void answerByLetter(key), when: asked });
  registerCommand({ group, keys: ["y", "n"], name: "Yes or no", help: "answers yes or no", run: (key) => void answerByLetter(key), when: asked });
  registerCommand({ group, keys: ["x"], name: "I don't know", help: "the caller can't say: asks another question", run: (key) => void answerByLetter(key), when: asked });
  registerCommand({ group, keys: ["w"], name: "Wording", help: "the question in words for a child, or for an adult", run: () => (childWording.value = !childWording.value) });
  registerCommand({ group, keys: ["o"], name: "Open a call", help: "begins a new call, as Shift+Enter does with what is typed", run: openCall });
  registerCommand({ group, keys: ["v"], name: "Read back", help: "acknowledges what may be taken for another place", run: () => acknowledge(current.value.id), when: () => unacknowledged(current.value).length > 0 });
  registerCommand({ group, keys: ["["], name: "Call before", help: "shows the call before", run: () => stepCall(-1) });
  registerCommand({ group, keys: ["]"], name: "Call after", help: "shows the next call", run: () => stepCall(1) });
}

function registerSendKeys(): void {
  const group = "Units to send";
  const placed = (): boolean => current.value.picked !== null;
  const found = (): boolean => current.value.recommendation !== null;
  registerCommand({ group, keys: ["m"], name: "Matter", help: "what the call is of: then the key of its kind", run: () => (kindOpen.value = true), when: placed });
  registerCommand({ group, keys: ["+", "-"], name: "Alarm", help: "one alarm higher or lower", run: (key) => setAlarm(current.value.alarm + (key === "+" ? 1 : -1)), when: placed });
  registerCommand({ group, keys: ["r"], name: "Anew", help: "recommends for units as they are now", run: recommendAgain, when: placed });
  registerCommand({ group, keys: [".", ","], name: "Route", help: "draws the route of the next unit, or the one before", run: (key) => stepRoute(key === "." ? 1 : -1), when: found });
  registerCommand({ group, keys: ["s"], name: "Send", help: "opens the incident and assigns the units that are ticked", run: () => void send(), when: placed });
  registerCommand({ group, keys: ["="], name: "Same incident", help: "adds the units to the incident that is open here", run: joinNearest, when: () => nearestOpen() !== undefined });
  registerLine({ word: "kind", usage: ".kind fire", help: "what the call is of", run: (rest) => (setCallType(findCallType(rest)), `Kind: ${current.value.callType}`) });
}

function nearestOpen(): string | undefined {
  return nearby.value.call === current.value.id && current.value.incidentId === null ? nearby.value.incidents[0]?.incident_id : undefined;
}

function joinNearest(): void {
  const incident = nearestOpen();
  if (incident !== undefined) joinIncident(incident);
}

function registerMapKeys(): void {
  const group = "Map";
  registerCommand({ group, keys: ["p"], name: "Place", help: "a crosshair on the map: arrow keys move it, Enter places the caller", run: showCrosshair, when: () => mapOf.value !== null });
  registerCommand({ group, keys: ["t"], name: "Table", help: "shows what is on the map as a table", run: () => (showTable.value = !showTable.value) });
}

function escape(): void {
  if (tool.value) takeTool(null);
  else if (inLine()) document.getElementById("call-side")?.focus();
  else focusLine();
}

function take(rank: number): void {
  if (current.value.located?.candidates.some((candidate) => candidate.rank === rank)) pickRank(rank);
}

function openCall(): void {
  beginCall();
  focusLine();
}
