import { render } from "preact";
import "../../shared/base.css";
import { startSession } from "../../shared/sign-in";
import { startTheme } from "../../shared/theme";
import { askTown, town } from "../../shared/town";
import { Account } from "../../shared/ui/Account";
import { ThemeSwitch } from "../../shared/ui/ThemeSwitch";
import { TownNotice } from "../../shared/ui/TownNotice";
import "./index.css";

/** The pages, each with whom it is for. */
const PAGES = [
  { path: "/console", name: "Dispatch console", whom: "Dispatchers: a caller's words to a place, units to it, and what is going on" },
  { path: "/desk", name: "Town information", whom: "Everybody: how to get there, whom to call, whether it is open, what is on" },
  { path: "/planner", name: "Coverage planner", whom: "Planners: who is reached in how many minutes, with other stations, closed roads, two scenarios side by side" },
] as const;

function Start() {
  const known = town.value;
  return (
    <>
      <TownNotice />
      <main class="start">
        <header>
          <h1>{known ? known.town : "geo-dispatch"}</h1>
          <Account />
          <ThemeSwitch />
        </header>
        <ul>
          {PAGES.map((page) => (
            <li key={page.path}>
              <a href={page.path}>{page.name}</a>
              <p>{page.whom}</p>
            </li>
          ))}
          <li>
            <a href="/docs">HTTP API</a>
            <p>Programmers: every call, with its fields</p>
          </li>
        </ul>
        <p class="quiet">This is not a certified 911 product. Check every address, route and telephone number with the town before relying on it.</p>
      </main>
    </>
  );
}

startTheme();
void askTown();
void startSession();
const holder = document.getElementById("page");
if (holder) render(<Start />, holder);
