/** Who is signed in, beside a page's heading: sign out here or everywhere, change the password. */

import { useRef, useState } from "preact/hooks";
import { session } from "../session";
import { signOut } from "../sign-in";
import { PasswordForm } from "./PasswordForm";
import { roleName } from "./SignIn";
import "./access.css";

export function Account() {
  const now = session.value;
  if (now.state === "off")
    return (
      <p class="account-off" title="GEO_DISPATCH_SIGN_IN=off">
        No sign-in: whoever reaches this server may do all
      </p>
    );
  if (now.state === "out")
    return now.canSignIn ? (
      <a class="button" href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
        Sign in
      </a>
    ) : null;
  if (now.state !== "in") return null;
  return <Menu name={now.name} role={roleName(now.role)} />;
}

function Menu({ name, role }: { readonly name: string; readonly role: string }) {
  const [changing, setChanging] = useState(false);
  const [changed, setChanged] = useState(false);
  const [fault, setFault] = useState("");
  const details = useRef<HTMLDetailsElement>(null);
  const leave = (everywhere: boolean) => {
    setFault("");
    signOut(everywhere).catch((why: unknown) => setFault(why instanceof Error ? why.message : String(why)));
  };
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !details.current?.open) return;
    event.stopPropagation();
    details.current.open = false;
    details.current.querySelector("summary")?.focus();
  };
  return (
    <details ref={details} class="account" onKeyDown={close}>
      <summary>
        {name} <span class="quiet">{role}</span>
      </summary>
      <div class="account-menu">
        {changing ? (
          <PasswordForm
            onDone={() => {
              setChanging(false);
              setChanged(true);
            }}
          />
        ) : (
          <button type="button" onClick={() => setChanging(true)}>
            Change password
          </button>
        )}
        {changed ? <p role="status">The password is changed; all other sessions ended.</p> : null}
        <button type="button" onClick={() => leave(false)}>
          Sign out
        </button>
        <button type="button" onClick={() => leave(true)}>
          Sign out everywhere
        </button>
        <p role="alert">{fault}</p>
      </div>
    </details>
  );
}
