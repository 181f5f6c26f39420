import { useEffect, useRef } from "preact/hooks";
import { current, isEmpty, openQuestion } from "../state/calls";
import { complaint, entries, history, LONGEST, submit, waiting } from "../state/line";
import { keyTyped, lineSent } from "../state/resting";

const LINE = "line";

/** Put the cursor into the line. */
export function focusLine(): void {
  const field = document.getElementById(LINE);
  if (field instanceof HTMLInputElement) field.focus();
}

/** Whether the cursor is in the line. */
export function inLine(): boolean {
  return document.activeElement?.id === LINE;
}

/** Bring a line back to be changed and sent again; what is being typed is not written over. */
export function useAgain(raw: string): void {
  const field = document.getElementById(LINE);
  if (!(field instanceof HTMLInputElement)) return;
  if (field.value.trim() === "") field.value = raw;
  field.focus();
}

/** The line is the browser's own field: nothing but its own keys ever writes to it, so that no key typed ahead is lost. */
export function CallLine() {
  const field = useRef<HTMLInputElement>(null);
  const back = useRef<{ at: number; typed: string } | null>(null);
  useEffect(() => field.current?.focus(), []);

  const enter = (fresh: boolean): void => {
    const element = field.current;
    if (element === null || !submit(element.value, fresh)) return;
    element.value = "";
    lineSent();
    back.current = null;
  };
  const recall = (by: number): void => {
    const element = field.current;
    if (element === null) return;
    const lines = history();
    const from = back.current ?? { at: lines.length, typed: element.value };
    const at = Math.min(lines.length, Math.max(0, from.at + by));
    back.current = { ...from, at };
    element.value = lines[at] ?? from.typed;
    element.setSelectionRange(element.value.length, element.value.length);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      enter(event.shiftKey);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      recall(event.key === "ArrowUp" ? -1 : 1);
    }
  };

  return (
    <div class="call-line">
      <label for={LINE}>
        <b>{label()}</b> <Hint />
      </label>
      <input id={LINE} ref={field} type="text" autocomplete="off" autocapitalize="off" spellcheck={false} enterkeyhint="send" aria-describedby="line-said" onKeyDown={pressed} onInput={keyTyped} onPaste={pasted} />
      <p id="line-said" class={complaint.value ? "banner loud" : "unseen"} role={complaint.value ? "alert" : undefined}>
        {complaint.value || "Enter sends, Shift and Enter begins a new call, arrow up brings back what was typed."}
      </p>
      <LastEntry />
    </div>
  );
}

function label(): string {
  const call = current.value;
  if (isEmpty(call) || call.assigned.length > 0) return "New call: the caller says";
  return openQuestion(call) ? "Answer, or more words" : "The caller says more";
}

function Hint() {
  return (
    <span class="quiet">
      <kbd>Esc</kbd> keys · <kbd>Shift+Enter</kbd> new
    </span>
  );
}

/** A field of one line drops the ends of lines without a gap between the words: put blanks there. */
function pasted(event: ClipboardEvent): void {
  const words = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\r\n]/.test(words)) return;
  event.preventDefault();
  const field = event.currentTarget as HTMLInputElement;
  field.setRangeText(words.slice(0, LONGEST * 10).replace(/[\r\n]+/g, " "), field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
}

/** What became of the last line, and how many wait. */
function LastEntry() {
  const newest = entries.value.findLast((entry) => entry.state === "done" || entry.state === "refused");
  return (
    <p class="last-entry quiet">
      {waiting.value > 1 ? <b>{waiting.value} lines wait · </b> : null}
      {newest ? (
        <>
          <span class="ellipsis">{newest.raw}</span> → {newest.state === "refused" ? "not taken" : newest.outcome}
        </>
      ) : (
        "Nothing typed yet"
      )}
    </p>
  );
}
