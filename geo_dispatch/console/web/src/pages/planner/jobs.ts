/** Long work on the server: started, watched, cancelled. */

import { type Method, Problem, problemOf, request } from "../../shared/api";
import type { Job } from "./types";

const PAUSE_MS = 400;
const LOOK_MS = 30_000;
const START_MS = 60_000;
/** Looks that may stay without an answer before the link counts as lost. */
const MOST_MISSED = 5;

/** Start work and wait for its result; cancelled on the server when the signal says so. */
export async function runJob<T>(path: string, body: unknown, onJob: (job: Job) => void, signal: AbortSignal): Promise<T> {
  const first = await request<T | { readonly job: string }>("POST", path, body, { signal, timeoutMs: START_MS });
  const id = typeof first === "object" && first !== null && "job" in first ? first.job : null;
  if (typeof id !== "string") return first as T;
  try {
    return await watched<T>(id, onJob, signal);
  } catch (fault) {
    if (signal.aborted) await quietly("DELETE", `/v1/jobs/${id}`);
    throw fault;
  }
}

async function watched<T>(id: string, onJob: (job: Job) => void, signal: AbortSignal): Promise<T> {
  let missed = 0;
  for (let pause = PAUSE_MS / 4; ; pause = PAUSE_MS) {
    await wait(pause, signal);
    let job: Job;
    try {
      job = await request<Job>("GET", `/v1/jobs/${id}`, undefined, { signal, timeoutMs: LOOK_MS });
      missed = 0;
    } catch (fault) {
      if (signal.aborted || !(fault instanceof Problem && fault.unanswered) || ++missed > MOST_MISSED) throw fault;
      continue;
    }
    onJob(job);
    if (job.state === "done") return job.result as T;
    if (job.state === "failed") throw problemOf(Number(job.problem?.["status"] ?? 500), job.problem ?? {});
    if (job.state === "cancelled") throw new Problem(0, "cancelled", "Cancelled", "The work was cancelled.");
  }
}

async function quietly(method: Method, path: string): Promise<void> {
  try {
    await request(method, path);
  } catch {
    // Work that can't be reached any more ends by itself.
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
