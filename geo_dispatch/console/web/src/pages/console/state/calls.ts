/** The calls taken at this desk: what was said, what was found, what was chosen. Nothing here asks the server. */

import { computed, signal } from "@preact/signals";
import type { Problem } from "../../../shared/api";
import type { Candidate, LocateAnswer, Question, RecommendAnswer } from "../../../shared/answers";
import type { Picked, Reply } from "./contract";

export interface Call {
  readonly id: number;
  readonly began: number;
  readonly texts: readonly string[];
  readonly answers: readonly Reply[];
  /** Counts changes of what was said: an answer to an older one is passed over. */
  readonly revision: number;
  readonly located: LocateAnswer | null;
  readonly problem: Problem | null;
  readonly picked: Picked | null;
  /** Warnings that were read and acknowledged. */
  readonly acknowledged: readonly string[];
  readonly callType: string | null;
  readonly alarm: number;
  readonly recommendation: RecommendAnswer | null;
  /** Why there is no recommendation. */
  readonly refusal: Problem | null;
  /** Units that are to be assigned; those recommended until somebody chooses others. */
  readonly chosenUnits: readonly string[];
  /** The unit whose route is drawn. */
  readonly shownUnit: string | null;
  readonly incidentId: string | null;
  readonly assigned: readonly string[];
}

/** Calls kept on the page, the newest last. */
const MOST_CALLS = 300;

let last = 0;

export const calls = signal<readonly Call[]>([fresh()]);
const chosenId = signal(last);
/** How many requests are under way, by call. */
export const working = signal<ReadonlyMap<number, number>>(new Map());
export const childWording = signal(false);

export const current = computed(() => calls.value.find((call) => call.id === chosenId.value) ?? (calls.value.at(-1) as Call));
export const text = computed(() => current.value.texts);
export const answers = computed(() => current.value.answers);
export const located = computed(() => current.value.located);
export const picked = computed(() => current.value.picked);
export const recommendation = computed(() => current.value.recommendation);
export const chosenUnits = computed(() => current.value.chosenUnits);
export const isWorking = computed(() => (working.value.get(current.value.id) ?? 0) > 0);

function fresh(): Call {
  last += 1;
  return {
    id: last, began: Date.now(), texts: [], answers: [], revision: 0, located: null, problem: null, picked: null, acknowledged: [], callType: null,
    alarm: 1, recommendation: null, refusal: null, chosenUnits: [], shownUnit: null, incidentId: null, assigned: [],
  };
}

/** Whether nothing was said or placed yet. */
export function isEmpty(call: Call): boolean {
  return call.texts.length === 0 && call.answers.length === 0 && call.picked === null;
}

/** Begin a call and show it; an empty one that is shown is used. */
export function beginCall(): Call {
  if (isEmpty(current.value)) return current.value;
  const call = fresh();
  calls.value = [...calls.value, call].slice(-MOST_CALLS);
  chosenId.value = call.id;
  return call;
}

export function showCall(id: number): void {
  chosenId.value = id;
}

/** Go to the call before or after the one shown. */
export function stepCall(by: number): void {
  const at = calls.value.indexOf(current.value) + by;
  const call = calls.value[at];
  if (call) chosenId.value = call.id;
}

export function findCall(id: number): Call | undefined {
  return calls.value.find((call) => call.id === id);
}

export function changeCall(id: number, change: Partial<Call>): void {
  calls.value = calls.value.map((call) => (call.id === id ? { ...call, ...change } : call));
}

/** Change what was said; what was found no longer holds. */
export function resay(id: number, change: Partial<Pick<Call, "texts" | "answers">>): void {
  const call = findCall(id);
  if (call) changeCall(id, { ...change, revision: call.revision + 1, problem: null });
}

export function removeText(id: number, index: number): void {
  const call = findCall(id);
  if (call) resay(id, { texts: call.texts.filter((_, at) => at !== index) });
}

export function removeAnswer(id: number, index: number): void {
  const call = findCall(id);
  if (call) resay(id, { answers: call.answers.filter((_, at) => at !== index) });
}

/** What the server is told of a call: a call of answers alone has the first of them for its words. */
export function saidIn(call: Call): NonNullable<Picked["said"]> {
  return {
    text: call.texts.length > 0 ? call.texts : call.answers.slice(0, 1).map((reply) => reply.answer),
    answers: call.answers.map((reply) => ({ question: reply.question.id, answer: reply.answer })),
  };
}

/** Take a place; a recommendation for another one no longer holds. */
export function pick(id: number, taken: Picked | null): void {
  changeCall(id, { picked: taken, recommendation: null, refusal: null, chosenUnits: [], shownUnit: null });
}

export function acknowledge(id: number): void {
  const call = findCall(id);
  if (call) changeCall(id, { acknowledged: [...new Set([...call.acknowledged, ...pressing(call)])] });
}

const PRESSING = /^easily confused with|is in the next town,/;

/** Warnings that may send units to the wrong place. */
export function pressing(call: Call): readonly string[] {
  const said = call.located?.warnings.filter((warning) => PRESSING.test(warning)) ?? [];
  return [...new Set([...said, ...elsewhere(call.picked?.place)])];
}

/** Those that nobody acknowledged yet. */
export function unacknowledged(call: Call): readonly string[] {
  return pressing(call).filter((warning) => !call.acknowledged.includes(warning));
}

/** Warnings that are no danger, without the town's own notice, which the page shows on top. */
export function otherWarnings(call: Call, notice: string | null | undefined): readonly string[] {
  return call.located?.warnings.filter((warning) => !PRESSING.test(warning) && warning !== notice) ?? [];
}

/** What the reasons of a place say of the next town. */
function elsewhere(place: Candidate | undefined): string[] {
  return place?.why.filter((why) => why.reading === "town line" && why.effect.includes("next town")).map((why) => `${place.label} ${why.effect.replace(/^it /, "")}`) ?? [];
}

/** The question that waits for an answer. */
export function openQuestion(call: Call): Question | null {
  const question = call.located?.question ?? null;
  return question === null || question.id === "" ? null : question;
}
