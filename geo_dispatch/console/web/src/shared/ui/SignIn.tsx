/**
 * What a page shows over itself while whoever looks at it can't use it: nobody is signed in, the session is over, the password must be changed, or
 * the role may not. The page below keeps all that was typed. When a session ends under somebody's hands the cursor stays where it is.
 */

import { useEffect, useRef } from "preact/hooks";
import { may, roles, session } from "../session";
import { signOut } from "../sign-in";
import { PasswordForm } from "./PasswordForm";
import { SignInForm } from "./SignInForm";
import "./access.css";

/** Leads from wherever the cursor is to the password. */
const GO_KEY = "F8";

export interface SignInProps {
  /** The capability that the page is for. */
  readonly needs: string;
}

export function SignIn({ needs }: SignInProps) {
  const now = session.value;
  const barred = now.state !== "asking" && (!may(needs) || (now.state === "in" && now.mustChange));
  const lost = now.state === "out" && now.since === "lost";
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const shown = dialog.current;
    if (shown === null) return;
    if (shown.open) shown.close();
    if (!barred) return;
    if (lost) shown.setAttribute("open", "");
    else shown.showModal();
  }, [barred, lost]);

  useEffect(() => {
    if (!lost) return undefined;
    const go = (event: KeyboardEvent) => {
      if (event.key !== GO_KEY) return;
      event.preventDefault();
      dialog.current?.querySelector<HTMLInputElement>("input[type=password]")?.focus();
    };
    document.addEventListener("keydown", go);
    return () => document.removeEventListener("keydown", go);
  }, [lost]);

  return (
    <dialog ref={dialog} class={lost ? "sign-in lost" : "sign-in"} aria-labelledby="sign-in-title" onCancel={(event) => event.preventDefault()}>
      {barred ? <Content needs={needs} lost={lost} /> : null}
    </dialog>
  );
}

function Content({ needs, lost }: { readonly needs: string; readonly lost: boolean }) {
  const now = session.value;
  if (now.state === "in" && now.mustChange)
    return (
      <>
        <h2 id="sign-in-title">Choose a password of your own</h2>
        <p>The one you signed in with is good for the first time only.</p>
        <PasswordForm />
      </>
    );
  if (now.state === "in" || now.state === "off") return <OtherRole needs={needs} />;
  if (now.state !== "out") return null;
  if (!now.canSignIn)
    return (
      <>
        <h2 id="sign-in-title">Nobody can sign in here</h2>
        <p>This server has no live store, and so no accounts: it answers what the public may ask. Whoever runs it can start it with --state.</p>
        <Elsewhere />
      </>
    );
  return (
    <>
      <h2 id="sign-in-title">{lost ? "You are signed out" : "Sign in"}</h2>
      {lost ? (
        <p role="alert">
          Nothing can be sent until you sign in again. What you typed stays. <kbd>{GO_KEY}</kbd> leads here.
        </p>
      ) : (
        <p>This page is for {whoMay(needs)}.</p>
      )}
      <SignInForm name={now.name} focus={!lost} />
      {lost ? null : <Elsewhere />}
    </>
  );
}

function OtherRole({ needs }: { readonly needs: string }) {
  const now = session.value;
  const name = now.state === "in" ? `${now.name} is signed in as ${roleName(now.role)}. ` : "";
  return (
    <>
      <h2 id="sign-in-title">This page is for {whoMay(needs)}</h2>
      <p>{name}An administrator can give another role.</p>
      {now.state === "in" ? (
        <p>
          <button type="button" class="main" onClick={() => void signOut()}>
            Sign in as somebody else
          </button>
        </p>
      ) : null}
      <Elsewhere />
    </>
  );
}

function Elsewhere() {
  return (
    <p>
      <a href="/">Pages for everybody</a>
    </p>
  );
}

/** The roles that may do something, in words. */
export function whoMay(capability: string): string {
  const names = roles.value.filter((role) => role.capabilities.includes(capability)).map((role) => `${role.name}s`);
  const last = names.pop() ?? "nobody";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

export function roleName(role: string): string {
  return roles.value.find((row) => row.role === role)?.name ?? role;
}
