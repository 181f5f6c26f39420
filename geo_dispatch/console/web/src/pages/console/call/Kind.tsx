import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../../shared/format";
import { current } from "../state/calls";
import { callTypes, mostAlarms, setAlarm, setCallType } from "../state/recommend";

export const kindOpen = signal(false);

const LETTERS = "abcdefghijklmnopqrstuvwxyz123456789";

/** What the call is of, and its alarm: by key, from a list of keys, or by mouse. */
export function Kind() {
  const call = current.value;
  const most = mostAlarms(call.callType);
  return (
    <div class="kind">
      <button type="button" class={call.callType === null ? "main" : ""} onClick={() => (kindOpen.value = true)} aria-haspopup="dialog">
        <kbd>m</kbd> {call.callType === null ? "What is the matter?" : words(call.callType)}
      </button>
      {call.callType !== null ? (
        <span class="alarm">
          Alarm <b>{call.alarm}</b>
          {most > 1 ? (
            <>
              <button type="button" class="small" aria-label="Lower alarm" disabled={call.alarm <= 1} onClick={() => setAlarm(call.alarm - 1)}>
                <kbd>-</kbd>
              </button>
              <button type="button" class="small" aria-label="Higher alarm" disabled={call.alarm >= most} onClick={() => setAlarm(call.alarm + 1)}>
                <kbd>+</kbd>
              </button>
            </>
          ) : null}
        </span>
      ) : null}
      <Chooser />
    </div>
  );
}

function Chooser() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (kindOpen.value && !dialog.current?.open) dialog.current?.showModal();
    if (!kindOpen.value && dialog.current?.open) dialog.current.close();
  }, [kindOpen.value]);
  const choose = (type: string | undefined): void => {
    if (type === undefined) return;
    setCallType(type);
    kindOpen.value = false;
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.key.length !== 1) return;
    const type = callTypes.value[LETTERS.indexOf(event.key.toLowerCase())];
    if (type === undefined) return;
    event.preventDefault();
    choose(type);
  };
  return (
    <dialog ref={dialog} class="sheet chooser" aria-labelledby="kind-title" onClose={() => (kindOpen.value = false)} onKeyDown={pressed}>
      <h2 id="kind-title">What is the matter?</h2>
      {callTypes.value.length === 0 ? <p>The town has no run cards, or they can't be read: units can't be recommended.</p> : null}
      <ul>
        {callTypes.value.map((type, index) => (
          <li key={type}>
            <button type="button" aria-pressed={type === current.value.callType} onClick={() => choose(type)}>
              {LETTERS[index] ? <kbd>{LETTERS[index]}</kbd> : null} {words(type)}
            </button>
          </li>
        ))}
      </ul>
      <p class="quiet">
        <kbd>Esc</kbd> leaves it as it is
      </p>
    </dialog>
  );
}
