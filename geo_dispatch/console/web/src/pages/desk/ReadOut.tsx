/** Text to read out: whole, to copy, and one sentence at a time in large letters. */

import { useRef, useState } from "preact/hooks";

export function ReadOut(props: { readonly lines: readonly string[]; readonly language: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section class="read-out no-print" aria-label="Text to read out">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Text to read out
      </button>
      {open && <Reading {...props} key={props.lines.join("\n")} />}
    </section>
  );
}

function Reading(props: { readonly lines: readonly string[]; readonly language: string }) {
  const [at, setAt] = useState(0);
  const [copied, setCopied] = useState("");
  const whole = useRef<HTMLTextAreaElement>(null);
  const text = props.lines.join("\n");
  const last = props.lines.length - 1;
  const move = (by: number) => setAt(Math.min(last, Math.max(0, at + by)));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied("Copied.");
    } catch {
      whole.current?.select();
      setCopied("Selected: press Ctrl+C to copy.");
    }
  };
  return (
    <>
      <div
        class="sentence"
        role="group"
        aria-label="One sentence at a time; arrow keys move"
        tabIndex={0}
        onKeyDown={(event) => {
          const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          move(by);
        }}
      >
        <p class="quiet">
          Sentence {at + 1} of {props.lines.length}
        </p>
        <p class="aloud" aria-live="polite" lang={props.language}>
          {props.lines[at]}
        </p>
        <p class="buttons">
          <button type="button" disabled={at === 0} onClick={() => move(-1)}>
            Back
          </button>
          <button type="button" class="main" disabled={at === last} onClick={() => move(1)}>
            Next sentence
          </button>
        </p>
      </div>
      <label class="whole">
        The whole text
        <textarea ref={whole} readOnly rows={Math.min(12, props.lines.length + 1)} value={text} lang={props.language} />
      </label>
      <p class="buttons">
        <button type="button" onClick={() => void copy()}>
          Copy the text
        </button>
        <span role="status">{copied}</span>
      </p>
    </>
  );
}
