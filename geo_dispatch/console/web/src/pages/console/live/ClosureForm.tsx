import { signal } from "@preact/signals";
import { draft, endDrawing, keepDraft, lookAtText, named, takeBackPoint } from "./drawing";
import { readOnly } from "./state";

/** Whom a closure may concern, in words. */
const WHOM: readonly { readonly name: string; readonly profiles: readonly string[] | null }[] = [
  { name: "every vehicle", profiles: null },
  { name: "heavy vehicles", profiles: ["engine", "tanker", "ladder", "highway_truck"] },
  { name: "all but police, fire and ambulance", profiles: ["car", "highway_truck"] },
];
const KINDS = [
  ["closed", "Closed"],
  ["flooded", "Flooded"],
  ["local", "Local traffic only"],
] as const;

const text = signal("");
const kind = signal("closed");
const whom = signal(0);
const until = signal("");
const note = signal("");

/** What the closure that is drawn or written would close, and on what terms. */
export function ClosureForm() {
  const now = draft.value;
  if (now === null) return null;
  return (
    <div class="live-card draft" id="closure-draft" tabIndex={-1} role="group" aria-label="New closure" onKeyDown={pressed}>
      {now.mode === "area" ? null : <PlaceText />}
      {now.mode === "text" ? null : <Clicked />}
      {now.problem ? (
        <p class="unsure" role="alert">
          {now.problem}
        </p>
      ) : null}
      {now.preview ? <p role="status">Would close: {named(now.preview)}</p> : null}
      <Terms />
    </div>
  );
}

function PlaceText() {
  const look = (event: Event): void => {
    event.preventDefault();
    if (text.value.trim() !== "") void lookAtText(text.value.trim());
  };
  return (
    <form onSubmit={look}>
      <input id="closure-text" aria-label="What is closed" placeholder="Drift Rd from Hix Bridge Rd to Kirby Rd" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      <button type="submit">Look</button>
    </form>
  );
}

function Clicked() {
  const now = draft.value;
  const count = now?.points.length ?? 0;
  const need = now?.mode === "area" && count < 3 ? `, ${3 - count} more ${count === 2 ? "is" : "are"} needed` : "";
  return (
    <p role="status">
      {now?.mode === "area" ? "Corners" : "Clicks along the road"}: {count}
      {need}
      {now?.busy ? " · looking …" : ""}{" "}
      <button type="button" class="small" disabled={count === 0} onClick={takeBackPoint}>
        Take one back
      </button>
    </p>
  );
}

function Terms() {
  const ready = draft.value?.preview != null && !draft.value.busy && readOnly.value === null;
  const keep = (event: Event): void => {
    event.preventDefault();
    void keepDraft({ kind: kind.value, profiles: WHOM[whom.value]?.profiles ?? null, until: until.value, note: note.value }).then(cleared);
  };
  return (
    <form class="terms" onSubmit={keep}>
      <select aria-label="How it is closed" value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
        {KINDS.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="For whom" value={String(whom.value)} onChange={(event) => (whom.value = Number(event.currentTarget.value))}>
        {WHOM.map((row, place) => (
          <option key={row.name} value={String(place)}>
            for {row.name}
          </option>
        ))}
      </select>
      <input aria-label="Until when" placeholder="Until: 2 h, 16:00" value={until.value} onInput={(event) => (until.value = event.currentTarget.value)} />
      <input aria-label="Note" placeholder="Note" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
      <button id="closure-keep" type="submit" class="main" aria-disabled={!ready} title={readOnly.value ?? ""}>
        Close it
      </button>
      <button type="button" onClick={endDrawing}>
        Give up
      </button>
    </form>
  );
}

function cleared(): void {
  if (draft.value === null) [text.value, kind.value, whom.value, until.value, note.value] = ["", "closed", 0, "", ""];
}

function pressed(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  endDrawing();
  event.preventDefault();
  event.stopPropagation();
}
