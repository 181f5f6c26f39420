import { effect, signal } from "@preact/signals";
import { render } from "preact";
import "../../shared/base.css";
import { startSession } from "../../shared/sign-in";
import { startTheme } from "../../shared/theme";
import { askTown, town } from "../../shared/town";
import { ThemeSwitch } from "../../shared/ui/ThemeSwitch";
import { TownNotice } from "../../shared/ui/TownNotice";
import { Ask } from "./Ask";
import "./desk.css";
import { Events } from "./Events";
import { type View, writeLink } from "./link";
import { Offices } from "./Offices";
import { followLink, show, shown } from "./state";
import { Way } from "./Way";

const NAMES: Readonly<Record<View, string>> = { ask: "Ask", way: "Directions", events: "What's on", offices: "Offices" };
const SHOWN = { ask: Ask, way: Way, events: Events, offices: Offices } as const;

const large = signal(location.hash === "#large");

function Desk() {
  const { view } = shown.value;
  const Main = SHOWN[view];
  return (
    <>
      <TownNotice />
      <div class="desk">
        <header>
          <h1>{town.value ? `${town.value.town} information` : "Town information"}</h1>
          <p class="emergency">
            <strong>Emergency? Call 911.</strong>
          </p>
          <div class="looks no-print">
            <label>
              <input type="checkbox" checked={large.value} onChange={(event) => (large.value = event.currentTarget.checked)} /> Large print
            </label>
            <ThemeSwitch />
          </div>
        </header>
        <nav aria-label="What to look up" class="no-print">
          <ul>
            {(Object.keys(NAMES) as View[]).map((name) => (
              <li key={name}>
                <a
                  href={`/desk${writeLink({ ...shown.value, view: name })}`}
                  aria-current={name === view ? "page" : undefined}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                    event.preventDefault();
                    show(name);
                  }}
                >
                  {NAMES[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main>
          <Main />
        </main>
        <footer>
          <p class="quiet">
            This is not a certified 911 product. Check every address, route and telephone number with the town before relying on it. {(town.value?.attribution ?? []).join(" · ")}
          </p>
        </footer>
      </div>
    </>
  );
}

startTheme();
void startSession();
void askTown();
followLink();
addEventListener("popstate", followLink);
effect(() => {
  document.documentElement.dataset["print"] = large.value ? "large" : "usual";
});
effect(() => {
  const { view, question } = shown.value;
  document.title = `${view === "ask" && question ? question.slice(0, 60) : NAMES[view]} · ${town.value?.town ?? "Town"} information`;
});
const holder = document.getElementById("page");
if (holder) render(<Desk />, holder);
