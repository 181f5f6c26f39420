/** Events, each with when, where, and whose word it is. */

import { Named, SourceLine } from "./Parts";
import { directTo } from "./state";
import type { EventItem } from "./types";
import { spanOf } from "./wording";

export function EventList(props: { readonly events: readonly EventItem[] }) {
  return (
    <ul class="cards events">
      {props.events.map((event) => (
        <li key={`${event.event_id} ${event.starts}`}>
          <Event event={event} />
        </li>
      ))}
    </ul>
  );
}

function Event(props: { readonly event: EventItem }) {
  const { event } = props;
  const off = event.status === "cancelled";
  const { lon, lat } = event;
  return (
    <div class={off ? "card off" : "card"}>
      <h3>
        {off && <strong class="seal doubtful">CANCELLED</strong>} {event.status === "tentative" && <strong class="seal doubtful">Not certain yet</strong>}{" "}
        <Named name={event.name} url={event.url} />
      </h3>
      <p class="when">{spanOf(event)}</p>
      {event.where && <p>{event.where}</p>}
      {event.description && <p>{event.description}</p>}
      {event.organizer && <p class="quiet">By {event.organizer}</p>}
      {event.closures.length > 0 && (
        <p>
          <span aria-hidden="true">⚠ </span>Roads closed for it: {event.closures.join("; ")}
        </p>
      )}
      <SourceLine source={event.source} />
      {lon !== null && lat !== null && !off && (
        <button type="button" class="no-print" onClick={() => directTo({ words: event.where ?? event.name, at: { lon, lat } })}>
          Directions
        </button>
      )}
    </div>
  );
}
