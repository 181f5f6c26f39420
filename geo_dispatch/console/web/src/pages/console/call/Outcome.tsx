import { town } from "../../../shared/town";
import { acknowledge, current, isEmpty, isWorking, otherWarnings, pressing, unacknowledged } from "../state/calls";
import type { Call } from "../state/calls";
import { server } from "../state/server";

/** Where the search stands, in one word with a sign; and what must not be missed above everything else. */
export function Outcome() {
  const call = current.value;
  return (
    <div class="outcome" aria-busy={isWorking.value}>
      <State call={call} />
      <Danger call={call} />
      {call.problem ? (
        <p class="banner loud">
          <span>{call.problem.message}</span>
        </p>
      ) : null}
      <Unmatched call={call} />
      <Notes call={call} />
    </div>
  );
}

function State(props: { readonly call: Call }) {
  const { call } = props;
  if (isEmpty(call))
    return (
      <div class="state empty">
        <p>
          <b>No call.</b> Type what the caller says and press <kbd>Enter</kbd>: an address, a crossing, a place, or "behind the market on State Road".
        </p>
        <p class="quiet">
          <kbd>?</kbd> shows every key. A click on the map places a caller too.
        </p>
      </div>
    );
  const found = call.located;
  if (call.assigned.length > 0)
    return (
      <p class="state located assigned">
        <span>
          <b>✓ ASSIGNED {call.assigned.join(", ")}</b> to incident {call.incidentId}. The next line begins a new call.
        </span>
      </p>
    );
  if (call.picked) return isWorking.value ? <p class="state"><Busy /></p> : null;
  if (found === null) return <p class="state">{isWorking.value ? <Busy /> : null}</p>;
  const many = found.candidates.length;
  return (
    <p class={`state ${found.status}`}>
      {found.status === "located" ? <b>✓ LOCATED</b> : null}
      {found.status === "ambiguous" ? (
        <b>
          ? AMBIGUOUS: {many === 1 ? "one weak candidate" : `${many} candidates`}
        </b>
      ) : null}
      {found.status === "unknown" ? <b>✕ UNKNOWN: nothing said so far is a place of this town. Ask:</b> : null}
      {isWorking.value ? <Busy /> : null}
    </p>
  );
}

function Busy() {
  return <span class="busy">{server.value.state === "lost" ? "kept: waits for the server" : "working…"}</span>;
}

/** Names and towns that may be taken for one another: to be read back before units go. */
function Danger(props: { readonly call: Call }) {
  const warnings = pressing(props.call);
  if (warnings.length === 0) return null;
  const open = unacknowledged(props.call).length > 0;
  return (
    <section class={`danger ${open ? "open" : "seen"}`} aria-label="Read back to the caller">
      <header>
        <h3>{open ? "⚠ READ BACK BEFORE UNITS GO" : "⚠ Read back"}</h3>
        {open ? (
          <button type="button" onClick={() => acknowledge(props.call.id)}>
            <kbd>v</kbd> It is right
          </button>
        ) : null}
      </header>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>
            <ReadBack warning={warning} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The words to say first, what they are for behind them. */
function ReadBack(props: { readonly warning: string }) {
  const [, why, words] = /^(easily confused with .*): read back "(.*)"$/.exec(props.warning) ?? [];
  if (words === undefined) return <>{props.warning}</>;
  return (
    <>
      <b>“{words}”</b> {why}
    </>
  );
}

function Unmatched(props: { readonly call: Call }) {
  const words = props.call.located?.unmatched ?? [];
  if (words.length === 0) return null;
  return (
    <p class="unmatched">
      <span class="quiet">Not used:</span> {words.map((word, index) => <span key={index} class="word">{word}</span>)}
    </p>
  );
}

function Notes(props: { readonly call: Call }) {
  const notes = otherWarnings(props.call, town.value?.notice);
  if (notes.length === 0) return null;
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
