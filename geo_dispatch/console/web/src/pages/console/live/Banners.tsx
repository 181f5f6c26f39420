import { clockAhead } from "../../../shared/clock";
import { duration, timeOfDay } from "../../../shared/format";
import { session } from "../../../shared/session";
import { town } from "../../../shared/town";
import { link, now, retryLink, store } from "./state";

const CLOCK_OFF_MS = 30_000;

/** What must be known before anything on the board is believed. */
export function Banners() {
  return (
    <>
      <LinkBanner />
      <StoreBanner />
      <ClockBanner />
    </>
  );
}

function LinkBanner() {
  const { state, since, reason } = link.value;
  if ((state !== "stale" && state !== "lost") || session.value.state === "out") return null;
  const age = duration(Math.max(0, (now.value - since) / 1000));
  return (
    <div class={`banner ${state === "lost" ? "loud" : "warn"} link-banner`} role="alert">
      <p>
        <b>{state === "lost" ? "LINK LOST" : "LINK DOWN"}</b>: units, incidents and closures are shown as they were at {timeOfDay(since, town.value?.zone)}, <span aria-hidden="true">{age} ago</span>. Nothing can be changed; it is tried again all the time{reason ? ` (${reason})` : ""}.
      </p>
      <button type="button" onClick={retryLink}>
        Try now
      </button>
    </div>
  );
}

function StoreBanner() {
  const told = store.value;
  if (told.status !== "unavailable") return null;
  return (
    <div class="banner loud" role="alert" title={told.detail ?? ""}>
      <p>
        <b>READ ONLY</b>: the live store is lost since {timeOfDay(told.since, town.value?.zone)}. Places and routes go on; units, incidents and closures are shown as they were, and can't be changed: keep them on paper until it is back.
      </p>
    </div>
  );
}

function ClockBanner() {
  const ahead = clockAhead.value;
  if (ahead === null || Math.abs(ahead) < CLOCK_OFF_MS) return null;
  return (
    <div class="banner warn" role="status">
      <p>
        The clock of this computer is {duration(Math.abs(ahead) / 1000)} {ahead > 0 ? "ahead of" : "behind"} the server's. Times here are the server's; set the clock right.
      </p>
    </div>
  );
}
