import { render } from "preact";
import "../../shared/base.css";
import { session } from "../../shared/session";
import { startSession } from "../../shared/sign-in";
import { startTheme } from "../../shared/theme";
import { askTown, town } from "../../shared/town";
import { Account } from "../../shared/ui/Account";
import { PasswordForm } from "../../shared/ui/PasswordForm";
import { roleName } from "../../shared/ui/SignIn";
import { SignInForm } from "../../shared/ui/SignInForm";
import { ThemeSwitch } from "../../shared/ui/ThemeSwitch";
import { TownNotice } from "../../shared/ui/TownNotice";
import { placeAfter } from "./next";
import "./signin.css";

const asked = new URLSearchParams(location.search).get("next");

/** Whether whoever is signed in was so before the page was opened: then they stay here to look at their account. */
let before: boolean | null = null;

function Page() {
  const now = session.value;
  return (
    <>
      <TownNotice />
      <main class="sign-in-page">
        <header>
          <h1>Sign in{town.value ? `: ${town.value.town}` : ""}</h1>
          <ThemeSwitch />
        </header>
        {now.state === "asking" ? <p role="status">Asking the server …</p> : null}
        {now.state === "off" ? <Account /> : null}
        {now.state === "out" ? <Out /> : null}
        {now.state === "in" ? <In /> : null}
        <p>
          <a href="/">Pages for everybody</a>
        </p>
      </main>
    </>
  );
}

function Out() {
  const now = session.value;
  if (now.state !== "out") return null;
  if (!now.canSignIn) return <p>This server has no live store, and so no accounts. Whoever runs it can start it with --state.</p>;
  return (
    <>
      <SignInForm name={now.name} focus />
      <p class="quiet">
        The first account is made at the server's first start: its name and password are in the window it was started in. More are made with <code>geo-dispatch account add</code>.
      </p>
    </>
  );
}

function In() {
  const now = session.value;
  if (now.state !== "in") return null;
  if (now.mustChange)
    return (
      <>
        <h2>Choose a password of your own</h2>
        <p>The one you signed in with is good for the first time only.</p>
        <PasswordForm />
      </>
    );
  const place = placeAfter(asked, now.capabilities);
  return (
    <>
      <p role="status">
        {now.name} is signed in as {roleName(now.role)}.
      </p>
      <p>
        <a class="button" href={place}>
          Go on
        </a>
      </p>
      <Account />
    </>
  );
}

startTheme();
void askTown();
void startSession();
session.subscribe((now) => {
  if (now.state === "asking") return;
  before ??= now.state === "in";
  if (now.state === "in" && !now.mustChange && !before) location.assign(placeAfter(asked, now.capabilities));
});
const holder = document.getElementById("page");
if (holder) render(<Page />, holder);
