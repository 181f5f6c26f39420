/** A list of the server's, kept as new as the last change that was told of it. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../shared/api";
import { throttled } from "./throttled";

/** An answer holds how the list was after row `seq` of the record. */
export interface Answer<T> {
  readonly rows: readonly T[];
  readonly seq: number;
  readonly warnings: readonly string[];
}

const PATCHES_MS = 250;
const AGAIN_MS = 400;
const AGAIN_MOST_MS = 5000;

export class Listed<T> {
  readonly #rows = signal<readonly T[]>([]);
  readonly #known = signal(false);
  readonly #problem = signal<Problem | Error | null>(null);
  readonly #ask: () => Promise<Answer<T>>;
  readonly #patches = new Map<string, { readonly seq: number; readonly change: (row: T) => T }>();
  #seq = -1;
  #wanted = 0;
  #epoch = 0;
  #running: Promise<void> | null = null;

  readonly #idOf: (row: T) => string;
  readonly #showPatches = throttled(() => {
    this.#rows.value = this.#patched(this.#rows.value);
  }, PATCHES_MS);

  constructor(ask: () => Promise<Answer<T>>, idOf: (row: T) => string) {
    this.#ask = ask;
    this.#idOf = idOf;
  }

  get rows(): ReadonlySignal<readonly T[]> {
    return this.#rows;
  }

  /** Whether it was ever read. */
  get known(): ReadonlySignal<boolean> {
    return this.#known;
  }

  /** Why it could not be read the last time. */
  get problem(): ReadonlySignal<Problem | Error | null> {
    return this.#problem;
  }

  /** The row of the record after which it is as shown. */
  get seq(): number {
    return this.#seq;
  }

  /** A change of it was told: read it until it holds that row. */
  changed(seq: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, seq);
    return this.#run();
  }

  /** Read it anew, whatever is known; what was asked before is not believed any more when `reset`. */
  async refresh(reset = false): Promise<void> {
    if (reset) {
      this.#epoch += 1;
      this.#seq = -1;
      this.#wanted = 0;
      this.#patches.clear();
    }
    if (this.#running) await this.#running;
    await this.#once();
  }

  /** Change the row of an id, for what row `seq` of the record tells in full; it outlives an answer that is older. Many are shown together. */
  patch(id: string, seq: number, change: (row: T) => T): void {
    if (seq <= this.#seq) return;
    this.#patches.set(id, { seq, change });
    this.#showPatches();
  }

  #run(): Promise<void> {
    this.#running ??= this.#chase().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #chase(): Promise<void> {
    for (let failures = 0; this.#seq < this.#wanted; ) {
      const before = this.#seq;
      const read = await this.#once();
      failures = read && this.#seq > before ? 0 : failures + 1;
      if (failures > 6) return; // the link or the store is lost: it is read anew when that is back
      if (this.#seq < this.#wanted && failures > 0)
        await new Promise((resolve) => setTimeout(resolve, Math.min(AGAIN_MS * 2 ** (failures - 1), AGAIN_MOST_MS)));
    }
  }

  #patched(rows: readonly T[]): readonly T[] {
    for (const [id, patch] of this.#patches) if (patch.seq <= this.#seq) this.#patches.delete(id);
    if (this.#patches.size === 0) return rows;
    return rows.map((row) => this.#patches.get(this.#idOf(row))?.change(row) ?? row);
  }

  async #once(): Promise<boolean> {
    const epoch = this.#epoch;
    try {
      const answer = await this.#ask();
      if (epoch !== this.#epoch) return false;
      this.#problem.value = null;
      if (answer.seq < this.#seq) return true; // an older answer that came late
      this.#seq = answer.seq;
      this.#rows.value = this.#patched(answer.rows);
      this.#known.value = true;
      return true;
    } catch (fault) {
      this.#problem.value = fault instanceof Error ? fault : new Error(String(fault));
      return false;
    }
  }
}
