import { signal } from "@preact/signals";
import { timeOfDay } from "../../../shared/format";
import { town } from "../../../shared/town";
import { entries } from "../state/line";
import { useAgain } from "./CallLine";

export const logOpen = signal(false);

const STATES = { waiting: "waits", working: "working…", done: "", refused: "not taken: " } as const;

/** Every line typed at this desk and what came of it, the newest first. */
export function Log() {
  if (!logOpen.value) return null;
  return (
    <section class="log" aria-labelledby="log-title">
      <h2 id="log-title">Lines typed</h2>
      <ol reversed>
        {entries.value.toReversed().map((entry) => (
          <li key={entry.id}>
            <time>{timeOfDay(entry.at, town.value?.zone)}</time>
            <button type="button" class="link" title="Use it again" onClick={() => useAgain(entry.raw)}>
              {entry.raw}
            </button>
            <span class={entry.state === "refused" ? "refused" : "quiet"}>
              {STATES[entry.state]}
              {entry.outcome}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
