/** Sign in, sign out, change the password; every tab of the browser follows. */

import { type Method, request } from "./api";
import { type SessionAnswer, session, takeSession } from "./session";

const PATH = "/v1/session";

/** Tells the other tabs; a browser without it is told by the next refused request. */
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("geo-dispatch-session");

/** Ask who is signed in until the server answers, and again whenever another tab changes it or this one is looked at again. */
export async function startSession(everyMs = 1500): Promise<void> {
  if (tabs) tabs.onmessage = () => void askSession();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && session.value.state !== "asking") void askSession();
  });
  while (!(await askSession())) await new Promise((resolve) => setTimeout(resolve, everyMs));
}

/** Counts what changes the session: an answer that was asked for before the last change tells of what is no more. */
let changes = 0;

/** Ask once; false when no answer came. */
export async function askSession(): Promise<boolean> {
  const before = changes;
  try {
    const answer = await request<SessionAnswer>("GET", PATH, undefined, { timeoutMs: 5000 });
    if (before === changes) takeSession(answer);
    return true;
  } catch {
    return false;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  await change("POST", PATH, { name, password });
}

export async function signOut(everywhere = false): Promise<void> {
  await change("DELETE", everywhere ? `${PATH}?everywhere=true` : PATH, undefined, "signed out");
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await change("PUT", `${PATH}/password`, { old, new: fresh });
}

async function change(method: Method, path: string, body?: unknown, since?: "signed out"): Promise<void> {
  changes += 1;
  const answer = await request<SessionAnswer>(method, path, body);
  changes += 1;
  takeSession(answer, since);
  tabs?.postMessage("changed");
}
