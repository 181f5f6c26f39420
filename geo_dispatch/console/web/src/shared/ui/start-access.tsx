/** For a page that is for some roles only: ask who is signed in, and show over the page what bars the way. */

import { render } from "preact";
import { startSession } from "../sign-in";
import { SignIn } from "./SignIn";

/** Call it once, before the page is drawn; `needs` is the capability that the page is for. */
export function startAccess(needs: string): void {
  void startSession();
  const holder = document.createElement("div");
  document.body.append(holder);
  render(<SignIn needs={needs} />, holder);
}
