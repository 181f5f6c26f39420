/** Who does it, as the record keeps it: the name of this desk where nobody signs in. */

import { signal } from "@preact/signals";
import { session } from "../../../shared/session";

const KEY = "geo-dispatch-desk";
const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,59}$/;

export const deskName = signal(kept());

/** Headers that tell the record who it was; nothing where somebody is signed in, since the server knows. */
export function deskHeaders(): Record<string, string> {
  return session.value.state === "in" || deskName.value === "" ? {} : { desk: deskName.value };
}

export function nameDesk(name: string): string {
  const plain = name.trim();
  if (plain !== "" && !ALLOWED.test(plain)) throw new Error(`"${plain}" can't be a desk's name: up to 60 letters, digits, spaces and . _ @ -`);
  deskName.value = plain;
  try {
    localStorage.setItem(KEY, plain);
  } catch {
    // A browser that keeps nothing knows it until the page is closed.
  }
  return plain === "" ? "This desk has no name in the record." : `The record calls this desk ${plain}.`;
}

function kept(): string {
  try {
    const found = localStorage.getItem(KEY) ?? "";
    return ALLOWED.test(found) ? found : "";
  } catch {
    return "";
  }
}
