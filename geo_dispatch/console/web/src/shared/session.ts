/** Who is signed in, as every part of a page looks at it; `sign-in.ts` changes it. "off": the server asks nobody who they are. */

import { signal } from "@preact/signals";

export interface RoleInfo {
  readonly role: string;
  readonly name: string;
  readonly capabilities: readonly string[];
}

export type Session =
  | { readonly state: "asking" }
  | { readonly state: "off"; readonly role: string; readonly capabilities: readonly string[] }
  | {
      readonly state: "out";
      /** Nobody was signed in yet, the session is over, or it was ended on purpose. */
      readonly since: "start" | "lost" | "signed out";
      /** Who was signed in before. */
      readonly name: string;
      readonly canSignIn: boolean;
      readonly capabilities: readonly string[];
    }
  | {
      readonly state: "in";
      readonly name: string;
      readonly role: string;
      readonly capabilities: readonly string[];
      /** The password is good for nothing but to be changed. */
      readonly mustChange: boolean;
      readonly until: string | null;
    };

/** What the server answers at /v1/session. */
export interface SessionAnswer {
  readonly state: "in" | "out" | "off";
  readonly name: string | null;
  readonly role: string;
  readonly capabilities: readonly string[];
  readonly must_change: boolean;
  readonly until: string | null;
  readonly csrf: string | null;
  readonly can_sign_in: boolean;
  readonly roles: readonly RoleInfo[];
}

export const session = signal<Session>({ state: "asking" });

/** Every role, with what it may do. */
export const roles = signal<readonly RoleInfo[]>([]);

let csrf = "";

/** Headers that show a change was asked for by our own page. */
export function csrfHeaders(): Record<string, string> {
  return csrf === "" ? {} : { "x-csrf-token": csrf };
}

/** Whether whoever looks at the page may do something; a part of the page draws itself anew when that changes. */
export function may(capability: string): boolean {
  const now = session.value;
  return now.state !== "asking" && now.capabilities.includes(capability);
}

/** Take over what the server said; `since` tells why nobody is signed in. */
export function takeSession(answer: SessionAnswer, since: "start" | "lost" | "signed out" = "start"): void {
  csrf = answer.csrf ?? "";
  roles.value = answer.roles;
  const { role, capabilities } = answer;
  if (answer.state === "off") session.value = { state: "off", role, capabilities };
  else if (answer.state === "in") session.value = { state: "in", name: answer.name ?? "", role, capabilities, mustChange: answer.must_change, until: answer.until };
  else session.value = { state: "out", since: since === "start" ? sinceBefore() : since, name: nameBefore(), canSignIn: answer.can_sign_in, capabilities };
}

/** The server says that nobody is signed in. */
export function sessionLost(): void {
  const now = session.value;
  csrf = "";
  if (now.state !== "out") session.value = { state: "out", since: sinceBefore(), name: nameBefore(), canSignIn: true, capabilities: ["ask"] };
}

/** Wait until somebody is signed in, or nobody needs to be. */
export function signedIn(): Promise<void> {
  return until((now) => now.state === "in" || now.state === "off");
}

/** Wait until whoever looks at the page may do something: asking for it before would be refused. */
export function whenMay(capability: string): Promise<void> {
  return until((now) => now.state !== "asking" && now.capabilities.includes(capability));
}

function until(fits: (now: Session) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.subscribe((now) => {
      if (!fits(now)) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Why nobody is signed in, when the server tells only that: a refused request and the answer after it tell the same end of one session. */
function sinceBefore(): "start" | "lost" | "signed out" {
  const now = session.value;
  if (now.state === "out") return now.since;
  return now.state === "in" ? "lost" : "start";
}

function nameBefore(): string {
  const now = session.value;
  return now.state === "in" || now.state === "out" ? now.name : "";
}
