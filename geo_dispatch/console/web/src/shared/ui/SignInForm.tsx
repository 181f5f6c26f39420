/** Name and password; then a new password, when the one given is good for the first time only. */

import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../sign-in";
import { SecretField } from "./SecretField";
import { Trouble, useWait } from "./Trouble";

export interface SignInFormProps {
  readonly name?: string;
  /** Whether the cursor goes there at once: never while somebody types elsewhere. */
  readonly focus: boolean;
}

export function SignInForm(props: SignInFormProps) {
  const [name, setName] = useState(props.name ?? "");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const left = useWait(fault);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (!props.focus) return;
    const fields = form.current?.querySelectorAll("input");
    fields?.[props.name ? 1 : 0]?.focus();
  }, []);

  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || left > 0) return;
    setBusy(true);
    setFault(null);
    try {
      await signIn(name, password);
    } catch (why) {
      setFault(why);
      setPassword("");
      form.current?.querySelectorAll("input")[1]?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} class="access" onSubmit={send}>
      <div class="field">
        <label for="sign-in-name">Name</label>
        <input
          id="sign-in-name"
          value={name}
          required
          maxLength={100}
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <SecretField label="Password" value={password} onInput={setPassword} autocomplete="current-password" />
      <Trouble fault={fault} left={left} />
      <button type="submit" class="main" disabled={busy || left > 0}>
        {busy ? "Signing in …" : "Sign in"}
      </button>
    </form>
  );
}
