/** A password: hidden until it is asked to be shown; says when Caps Lock is on. */

import { useId, useState } from "preact/hooks";

export interface SecretFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly autocomplete: "current-password" | "new-password";
  readonly hint?: string;
}

export function SecretField(props: SecretFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const kind = (shown ? "text" : "password") as "password";
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState("CapsLock"));
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="secret">
        <input
          id={id}
          type={kind}
          value={props.value}
          required
          maxLength={256}
          autocomplete={props.autocomplete}
          spellcheck={false}
          autocapitalize="off"
          aria-describedby={props.hint || caps ? `${id}-hint` : undefined}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={look}
          onKeyUp={look}
        />
        <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}
          <span class="unseen"> {props.label.toLowerCase()}</span>
        </button>
      </div>
      <p id={`${id}-hint`} class="quiet" role={caps ? "status" : undefined}>
        {caps ? "Caps Lock is on. " : ""}
        {props.hint ?? ""}
      </p>
    </div>
  );
}
