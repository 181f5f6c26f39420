/** What is on, to browse. */

import { useEffect, useState } from "preact/hooks";
import { EventList } from "./EventList";
import { Failed, Working } from "../../shared/ui/Asked";
import { Sheet } from "./Sheet";
import { events, listEvents } from "./state";
import { dayOf } from "./wording";

const SPANS = [
  { days: 7, name: "One week" },
  { days: 31, name: "One month" },
  { days: 92, name: "Three months" },
  { days: 366, name: "One year" },
] as const;
const PAUSE_MS = 300;

export function Events() {
  const [from, setFrom] = useState("");
  const [days, setDays] = useState(31);
  const [words, setWords] = useState("");
  const now = events.value;
  const look = () => listEvents(from || today(), after(from || today(), days), words);
  useEffect(() => {
    const wait = setTimeout(look, words ? PAUSE_MS : 0);
    return () => clearTimeout(wait);
  }, [from, days, words]);
  return (
    <section aria-labelledby="events-title">
      <h2 id="events-title">What's on</h2>
      <form class="filters no-print" onSubmit={(event) => event.preventDefault()}>
        <label>
          From
          <input type="date" value={from || today()} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          For
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {SPANS.map((span) => (
              <option key={span.days} value={span.days}>
                {span.name}
              </option>
            ))}
          </select>
        </label>
        <label class="wide">
          Words of its name or place
          <input type="search" value={words} maxLength={200} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
      </form>
      {now.state === "asking" && <Working what="Looking it up…" />}
      {now.state === "failed" && <Failed problem={now.problem} onRetry={look} />}
      {now.state === "here" && (
        <>
          <p role="status">
            {now.value.total === 0 ? "Nothing is on file" : now.value.total === 1 ? "One date" : `${now.value.total} dates`} from {dayOf(now.value.from)} to {dayOf(now.value.to)}.
            {now.value.total === 0 && " That does not mean that nothing is on."}
          </p>
          {now.value.total === 0 && days < 366 && (
            <button type="button" onClick={() => setDays(366)}>
              Look a year ahead
            </button>
          )}
          <EventList events={now.value.items} />
          {now.value.total > now.value.items.length && <p>The first {now.value.items.length} are shown: choose a shorter time for the rest.</p>}
          <p class="buttons no-print">
            <a class="button" href="/v1/events.ics">
              All events for your calendar (iCalendar)
            </a>
            <Sheet />
          </p>
        </>
      )}
    </section>
  );
}

/** Today by the reader's clock; the server's answer says which days it looked at. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function after(day: string, days: number): string {
  const first = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(first.getTime()) ? day : new Date(first.getTime() + (days - 1) * 86_400_000).toISOString().slice(0, 10);
}
