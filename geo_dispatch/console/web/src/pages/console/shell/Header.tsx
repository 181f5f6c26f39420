import { signal } from "@preact/signals";
import { timeOfDay } from "../../../shared/format";
import { town } from "../../../shared/town";
import { Account } from "../../../shared/ui/Account";
import { ThemeSwitch } from "../../../shared/ui/ThemeSwitch";
import { live } from "../live";
import { server } from "../state/server";
import { sheetOpen } from "./CheatSheet";

const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1000);

export function Header() {
  return (
    <header class="top">
      <h1>
        Dispatch <span class="town">{town.value?.town ?? ""}</span>
      </h1>
      <LinkState />
      <Clock />
      <button type="button" onClick={() => (sheetOpen.value = true)}>
        <kbd>?</kbd> Keys
      </button>
      <Account />
      <ThemeSwitch />
    </header>
  );
}

/** The server's time, as the town's clocks show it. */
function Clock() {
  const moment = now.value + live.clockOffsetMs.value;
  return (
    <time class="clock" dateTime={new Date(moment).toISOString()}>
      {timeOfDay(moment, town.value?.zone)}
    </time>
  );
}

const SIGNS = { connecting: "○", live: "●", stale: "◐", lost: "✕" } as const;
const NAMES = { connecting: "connecting", live: "live", stale: "link down", lost: "link lost" } as const;

function LinkState() {
  const state = server.value.state === "lost" ? "lost" : live.link.value.state;
  return (
    <span class={`link ${state}`} role="status">
      <span aria-hidden="true">{SIGNS[state]}</span> {NAMES[state]}
    </span>
  );
}
