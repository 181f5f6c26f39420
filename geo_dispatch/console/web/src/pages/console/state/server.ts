/** Whether the server answers the call side; asked again until it does. */

import { signal } from "@preact/signals";
import { Problem, request } from "../../../shared/api";
import { session } from "../../../shared/session";

export interface ServerState {
  readonly state: "ok" | "lost";
  readonly since: number;
}

const EVERY_MS = 1500;

export const server = signal<ServerState>({ state: "ok", since: Date.now() });

let wake: (() => void) | null = null;

/** Try at once instead of waiting. */
export function retryNow(): void {
  wake?.();
}

/** Ask, and ask again for as long as no answer comes or nobody is signed in; only for what may be asked twice. */
export async function askUntilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const answer = await ask();
      answered();
      return answer;
    } catch (fault) {
      if (fault instanceof Problem && fault.status === 401) await signedIn();
      else if (fault instanceof Problem && fault.unanswered) await reachable();
      else {
        answered();
        throw fault;
      }
    }
  }
}

function answered(): void {
  if (server.value.state !== "ok") server.value = { state: "ok", since: Date.now() };
}

async function reachable(): Promise<void> {
  if (server.value.state !== "lost") server.value = { state: "lost", since: Date.now() };
  for (;;) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, EVERY_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = null;
    try {
      await request("GET", "/healthz", undefined, { timeoutMs: 3000 });
      return answered();
    } catch {
      // Still lost: wait again.
    }
  }
}

/** Wait until somebody is signed in. */
async function signedIn(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = session.subscribe((now) => {
      if (now.state === "in" || now.state === "off") queueMicrotask(() => {
        stop();
        resolve();
      });
    });
  });
}
