/** Who is signed in; "off" when the server has no sign-in. */

import { signal } from "@preact/signals";

export type Session =
  | { readonly state: "asking" }
  | { readonly state: "off" }
  | { readonly state: "out" }
  | { readonly state: "in"; readonly name: string; readonly role: string };

export const session = signal<Session>({ state: "asking" });

/** Headers that show a change was asked for by our own page. */
export function csrfHeaders(): Record<string, string> {
  return {};
}

/** The server says that nobody is signed in. */
export function sessionLost(): void {
  session.value = { state: "out" };
}
