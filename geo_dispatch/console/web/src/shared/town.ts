/** What the server says of its town: name, notice, whom to credit, whether the store can be used. */

import { signal } from "@preact/signals";
import { request } from "./api";

export interface Readiness {
  readonly status: "ready";
  readonly town: string;
  readonly zone: string;
  readonly state: string | null;
  readonly built_at: string;
  readonly fictional: boolean;
  readonly notice: string | null;
  readonly attribution: readonly string[];
  readonly store: { readonly status: "ok" | "starting" | "unavailable" | "none"; readonly since: string | null; readonly detail: string | null };
  readonly warnings: readonly string[];
}

export const town = signal<Readiness | null>(null);

/** Ask until the server answers; it may only just have started. */
export async function askTown(everyMs = 1000): Promise<void> {
  for (;;) {
    try {
      town.value = await request<Readiness>("GET", "/readyz", undefined, { timeoutMs: 5000 });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
