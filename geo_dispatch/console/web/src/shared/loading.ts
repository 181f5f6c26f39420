/** Something asked of the server: not yet, on its way, here, or failed. */

import type { Signal } from "@preact/signals";
import { Problem } from "./api";

export type Loading<T> =
  | { readonly state: "none" }
  | { readonly state: "asking" }
  | { readonly state: "here"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem };

export const NOTHING = { state: "none" } as const;

/** Ask for what a signal shows; a newer question ends the one before, whose answer is never shown. */
export class Asker<T> {
  readonly #into: Signal<Loading<T>>;
  #running: AbortController | null = null;

  constructor(into: Signal<Loading<T>>) {
    this.#into = into;
  }

  async ask(how: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#running?.abort();
    const own = new AbortController();
    this.#running = own;
    this.#into.value = { state: "asking" };
    try {
      const value = await how(own.signal);
      if (own.signal.aborted) return null;
      this.#into.value = { state: "here", value };
      return value;
    } catch (fault) {
      if (!own.signal.aborted) this.#into.value = { state: "failed", problem: problemFrom(fault) };
      return null;
    }
  }

  /** Forget what was asked. */
  drop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#into.value = NOTHING;
  }
}

function problemFrom(fault: unknown): Problem {
  return fault instanceof Problem ? fault : new Problem(0, "page", "The page failed", fault instanceof Error ? fault.message : String(fault));
}
