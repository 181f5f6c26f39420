/** Asking where a call is, and taking the answer only while it is the answer to what was said last. */

import { Problem, request } from "../../../shared/api";
import type { LocateAnswer } from "../../../shared/answers";
import { percent } from "../../../shared/format";
import { changeCall, findCall, saidIn, unacknowledged, working } from "./calls";
import { askUntilAnswered } from "./server";
import { alarm, say } from "./speak";

/** Most candidates shown: each has a key. */
const LIMIT = 9;

/** Locate a call as it stands; returns what came of it in words. */
export async function locateCall(id: number): Promise<string> {
  const call = findCall(id);
  if (call === undefined) return "The call is no longer on the page.";
  if (call.texts.length === 0 && call.answers.length === 0) {
    changeCall(id, { located: null, problem: null });
    return "Nothing is said yet.";
  }
  count(id, 1);
  try {
    const located = await askUntilAnswered(() => request<LocateAnswer>("POST", "/v1/locate", { ...saidIn(call), limit: LIMIT }));
    return take(id, call.revision, located);
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    if (findCall(id)?.revision === call.revision) changeCall(id, { problem: fault });
    alarm(fault.message);
    throw fault;
  } finally {
    count(id, -1);
  }
}

function take(id: number, revision: number, located: LocateAnswer): string {
  const outcome = outcomeOf(located);
  if (findCall(id)?.revision !== revision) return `${outcome} (more was said since)`;
  changeCall(id, { located, problem: null });
  const call = findCall(id);
  if (call === undefined) return outcome;
  const danger = unacknowledged(call);
  if (danger.length > 0) alarm(`Careful: ${danger.join(". ")}`);
  say(located.question ? `${outcome}. Ask: ${located.question.text}` : outcome);
  return outcome;
}

/** What an answer comes to, in one line. */
export function outcomeOf(located: LocateAnswer): string {
  const best = located.candidates[0];
  if (located.status === "unknown" || best === undefined) return "Unknown";
  if (located.status === "located") return `Located: ${best.label}, ${percent(best.probability)}`;
  return `Ambiguous: ${located.candidates.length === 1 ? "one weak candidate" : `${located.candidates.length} candidates`}, first ${best.label}, ${percent(best.probability)}`;
}

function count(id: number, by: number): void {
  const next = new Map(working.value);
  const now = (next.get(id) ?? 0) + by;
  if (now > 0) next.set(id, now);
  else next.delete(id);
  working.value = next;
}
