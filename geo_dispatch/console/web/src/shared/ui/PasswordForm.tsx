/** The present password and a new one, typed twice. */

import { useState } from "preact/hooks";
import { session } from "../session";
import { changePassword } from "../sign-in";
import { SecretField } from "./SecretField";
import { Trouble, useWait } from "./Trouble";

const RULES = "12 characters or more, of any kind: four words that don't belong together are easy to keep.";

export function PasswordForm({ onDone }: { readonly onDone?: () => void }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const left = useWait(fault);
  const now = session.value;

  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || left > 0) return;
    if (fresh !== again) {
      setFault(new Error("The two new passwords differ: type both again"));
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      await changePassword(old, fresh);
      onDone?.();
    } catch (why) {
      setFault(why);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="access" onSubmit={send}>
      {now.state === "in" ? <input class="unseen" type="text" value={now.name} autocomplete="username" readOnly tabIndex={-1} aria-hidden="true" /> : null}
      <SecretField label="Present password" value={old} onInput={setOld} autocomplete="current-password" />
      <SecretField label="New password" value={fresh} onInput={setFresh} autocomplete="new-password" hint={RULES} />
      <SecretField label="New password again" value={again} onInput={setAgain} autocomplete="new-password" />
      <Trouble fault={fault} left={left} />
      <button type="submit" class="main" disabled={busy || left > 0}>
        {busy ? "Changing …" : "Change password"}
      </button>
    </form>
  );
}
