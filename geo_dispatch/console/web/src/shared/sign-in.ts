/** Sign in, sign out, change the password; every tab of the browser follows. */

import { request } from "./api";
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

/** Ask once; false when no answer came. */
export async function askSession(): Promise<boolean> {
  try {
    takeSession(await request<SessionAnswer>("GET", PATH, undefined, { timeoutMs: 5000 }));
    return true;
  } catch {
    return false;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  takeSession(await request<SessionAnswer>("POST", PATH, { name, password }));
  tabs?.postMessage("changed");
}

export async function signOut(everywhere = false): Promise<void> {
  takeSession(await request<SessionAnswer>("DELETE", everywhere ? `${PATH}?everywhere=true` : PATH), "signed out");
  tabs?.postMessage("changed");
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  takeSession(await request<SessionAnswer>("PUT", `${PATH}/password`, { old, new: fresh }));
  tabs?.postMessage("changed");
}
