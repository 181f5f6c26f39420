import { Closures } from "./Closures";
import { dismiss, notices, undoLast } from "./changes";
import { Incidents } from "./Incidents";
import { Record } from "./Record";
import { type Tab, tab } from "./selection";
import { closures, readOnly, storeless } from "./state";
import { Units } from "./Units";

const TABS: readonly (readonly [Tab, string])[] = [
  ["closures", "Closures"],
  ["record", "Record"],
];

/** What goes on: incidents, units, and below them closures or the record. */
export function Column() {
  if (storeless.value) return <p class="state empty">{readOnly.value} Calls are located and routes found all the same.</p>;
  return (
    <div class="live-board">
      <Incidents />
      <Units />
      <Notices />
      <section class="below" aria-label="Closures and record">
        <div role="tablist" aria-label="Closures and record">
          {TABS.map(([name, text]) => (
            <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={tab.value === name} aria-controls={`live-${name}`} tabIndex={tab.value === name ? 0 : -1} onClick={() => (tab.value = name)} onKeyDown={turn}>
              {text} {name === "closures" ? <span class="quiet">{closures.value.length}</span> : null}
            </button>
          ))}
        </div>
        <div class="scrolled" tabIndex={0} role="group" aria-label="Closures and record, scrolled">
          {tab.value === "closures" ? <Closures /> : <Record />}
        </div>
      </section>
    </div>
  );
}

function turn(event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  tab.value = tab.value === "closures" ? "record" : "closures";
  event.preventDefault();
  requestAnimationFrame(() => document.getElementById(`tab-${tab.value}`)?.focus());
}

/** What came of changes: refusals stay until they are put away. */
function Notices() {
  if (notices.value.length === 0) return null;
  return (
    <ul class="notices">
      {notices.value.map((notice) => (
        <li key={notice.id} class={`notice ${notice.kind}`}>
          <span>
            <b>{notice.kind === "refused" ? "✕ Not done" : "✓"}</b> {notice.text}
          </span>
          {notice.undo ? (
            <button type="button" onClick={undoLast}>
              <kbd>z</kbd> Take back
            </button>
          ) : null}
          <button type="button" class="small" aria-label="Put away" onClick={() => dismiss(notice.id)}>
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}
