/** The line: each Enter is kept at once and worked in order; nothing typed is lost, whatever the server does. */

import { computed, signal } from "@preact/signals";
import type { Question } from "../../../shared/answers";
import { lineCommands } from "./commands";
import { beginCall, current, findCall, openQuestion, resay } from "./calls";
import { locateCall } from "./locate";

export interface Entry {
  readonly id: number;
  readonly at: number;
  readonly raw: string;
  /** Begins a call of its own. */
  readonly fresh: boolean;
  /** The question on the screen when it was typed: it answers that one. */
  readonly question: Question | null;
  readonly state: "waiting" | "working" | "done" | "refused";
  readonly outcome: string;
}

/** Longest line that any server takes. */
export const LONGEST = 10_000;
const MOST_TEXTS = 20;
const MOST_ENTRIES = 500;

export const entries = signal<readonly Entry[]>([]);
export const waiting = computed(() => entries.value.filter((entry) => entry.state === "waiting" || entry.state === "working").length);
/** Why the line was not taken. */
export const complaint = signal("");

let last = 0;
let busy = false;

/** Take a line; false when it can't be taken and must stay where it is. */
export function submit(raw: string, fresh = false): boolean {
  const line = raw.trim();
  complaint.value = "";
  if (line === "") return true;
  if (line.length > LONGEST) {
    complaint.value = `The line has ${line.length.toLocaleString("en-US")} characters, more than ${LONGEST.toLocaleString("en-US")}: shorten it to what says where the caller is.`;
    return false;
  }
  last += 1;
  const asked = fresh || waiting.value > 0 ? null : openQuestion(current.value);
  performance.mark("line-enter");
  entries.value = [...entries.value, { id: last, at: Date.now(), raw: line, fresh, question: asked, state: "waiting" as const, outcome: "" }].slice(-MOST_ENTRIES);
  void work();
  return true;
}

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    for (let next = first(); next !== undefined; next = first()) {
      change(next.id, { state: "working" });
      try {
        change(next.id, { state: "done", outcome: await run(next) });
      } catch (fault) {
        const why = fault instanceof Error ? fault.message : String(fault);
        change(next.id, { state: "refused", outcome: why });
        complaint.value = why;
      }
    }
  } finally {
    busy = false;
  }
}

function first(): Entry | undefined {
  return entries.value.find((entry) => entry.state === "waiting");
}

function change(id: number, what: Partial<Entry>): void {
  entries.value = entries.value.map((entry) => (entry.id === id ? { ...entry, ...what } : entry));
}

async function run(entry: Entry): Promise<string> {
  if (entry.raw.startsWith(".")) return runCommand(entry.raw);
  const call = entry.fresh || current.value.assigned.length > 0 ? beginCall() : current.value;
  if (entry.question !== null) return answer(call.id, entry.question, entry.raw);
  const more = entry.raw.replace(/^\+\s*/, "");
  if (call.texts.includes(more)) return "Said already.";
  if (call.texts.length >= MOST_TEXTS) throw new Error(`This call has ${MOST_TEXTS} texts, the most there can be: begin a new call (Shift+Enter), or take some away.`);
  resay(call.id, { texts: [...call.texts, more] });
  return locateCall(call.id);
}

/** Answer a question of a call. */
export function answer(callId: number, question: Question, said: string): Promise<string> {
  const call = findCall(callId);
  if (call === undefined) return Promise.resolve("The call is no longer on the page.");
  resay(callId, { answers: [...call.answers.filter((reply) => reply.question.id !== question.id), { question, answer: said }] });
  return locateCall(callId);
}

async function runCommand(raw: string): Promise<string> {
  const [, word = "", rest = ""] = /^\.\s*(\d+|[^\s\d]\S*)\s*(.*)$/s.exec(raw) ?? [];
  const found = lineCommands.value.find((command) => command.word === word.toLowerCase()) ?? (/^\d$/.test(word) ? lineCommands.value.find((command) => command.word === "pick") : undefined);
  if (found === undefined) throw new Error(`There is no command .${word}: ${lineCommands.value.map((command) => `.${command.word}`).join(", ")}.`);
  return found.run(/^\d$/.test(word) ? word : rest.trim());
}

/** Lines typed before, the newest last, each once in a row. */
export function history(): string[] {
  return entries.value.map((entry) => entry.raw).filter((raw, at, all) => raw !== all[at - 1]);
}
