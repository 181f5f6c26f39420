import { timeOfDay } from "../../../shared/format";
import { town } from "../../../shared/town";
import { TownNotice } from "../../../shared/ui/TownNotice";
import { live } from "../live";
import { waiting } from "../state/line";
import { retryNow, server } from "../state/server";

/** What everybody at this desk must know before anything else. */
export function Banners() {
  return (
    <div class="banners">
      <TownNotice />
      <ServerLost />
      <live.Banners />
    </div>
  );
}

function ServerLost() {
  if (server.value.state === "ok") return null;
  const kept = waiting.value;
  return (
    <div class="banner loud" role="alert">
      <p>
        NO ANSWER FROM THE SERVER since {timeOfDay(server.value.since, town.value?.zone)}. {kept > 0 ? `${kept} typed ${kept === 1 ? "line is" : "lines are"} kept and sent when it is back.` : "What you type is kept and sent when it is back."} Dispatch by
        radio and paper until then.
      </p>
      <button type="button" onClick={retryNow}>
        <kbd>F9</kbd> Try now
      </button>
    </div>
  );
}
