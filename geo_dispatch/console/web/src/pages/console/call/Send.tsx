import { useEffect } from "preact/hooks";
import type { Incident } from "../../../shared/answers";
import { words } from "../../../shared/format";
import { type Call, current } from "../state/calls";
import { recommendAgain, recommending } from "../state/recommend";
import { joinIncident, lookNearby, nearby, send, sendFault, sending, whyNot } from "../state/send";
import { Cost } from "./Cost";
import { Directions } from "./Directions";
import { Kind } from "./Kind";
import { Others, UnitTable } from "./UnitTable";

/** Whom to send, once a place is taken. */
export function Send() {
  const call = current.value;
  const place = call.picked?.place;
  useEffect(() => {
    if (place) void lookNearby(call);
  }, [place]);
  if (place === undefined) return null;
  return (
    <section class="send" aria-labelledby="send-title" aria-busy={recommending.value.has(call.id)}>
      <header>
        <h2 id="send-title">Whom to send</h2>
        <Kind />
      </header>
      <OpenHere call={call} />
      <Recommended call={call} />
    </section>
  );
}

/** An incident that is open where the call is: it may be the same. */
function OpenHere(props: { readonly call: Call }) {
  const { call } = props;
  const here = nearby.value.call === call.id && call.assigned.length === 0 ? nearby.value.incidents : [];
  if (here.length === 0 || call.incidentId !== null) return null;
  return (
    <ul class="open-here banner warn" aria-label="Open incidents here">
      {here.slice(0, 3).map((incident: Incident, index) => (
        <li key={incident.incident_id}>
          ⚠ Open here already: <b>{incident.incident_id}</b> {words(incident.call_type)}, {incident.label}{" "}
          <button type="button" onClick={() => joinIncident(incident.incident_id)}>
            {index === 0 ? <kbd>=</kbd> : null} Same incident
          </button>
        </li>
      ))}
    </ul>
  );
}

function Recommended(props: { readonly call: Call }) {
  const { call } = props;
  const found = call.recommendation;
  if (call.refusal)
    return (
      <div class="banner loud">
        <p>No recommendation: {call.refusal.message}</p>
        <button type="button" onClick={recommendAgain}>
          <kbd>r</kbd> Again
        </button>
      </div>
    );
  if (found === null) return recommending.value.has(call.id) ? <p class="state">working…</p> : null;
  return (
    <>
      {found.assignment.length === 0 ? <p class="state unknown"><b>✕ NO UNIT CAN GO</b></p> : null}
      <Action call={call} />
      <UnitTable call={call} found={found} />
      <Shortfall call={call} />
      <Directions call={call} found={found} />
      <Others call={call} found={found} />
      <Cost found={found} />
    </>
  );
}

/** What the card asks for and nobody fills. */
function Shortfall(props: { readonly call: Call }) {
  const missing = props.call.recommendation?.shortfall ?? [];
  if (missing.length === 0) return null;
  return (
    <ul class="shortfall">
      {missing.map((row) => (
        <li key={row.capability}>
          <b>
            ✕ MISSING {row.missing} of {row.needed} {words(row.capability).toLowerCase()}:
          </b>{" "}
          {row.reason}
          {row.mutual_aid.map((aid, index) => (
            <span key={index} class="aid">
              {" "}
              → ask {aid.agency ?? aid.neighbour}: <b>{aid.phone ?? "no number on file"}</b>
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Action(props: { readonly call: Call }) {
  const { call } = props;
  const why = whyNot(call);
  const trouble = sendFault.value.get(call.id);
  const left = call.chosenUnits.filter((unit) => !call.assigned.includes(unit));
  return (
    <div class="action">
      {trouble ? <p class="banner loud">{trouble}</p> : null}
      {left.length > 0 || call.assigned.length === 0 ? (
        <button type="button" class="main" aria-disabled={why !== null} onClick={() => void send()}>
          <kbd>s</kbd> {sending.value === call.id ? "Assigning…" : `Assign ${left.join(", ") || "units"}`}
          {call.incidentId ? ` to ${call.incidentId}` : ""}
        </button>
      ) : null}
      <button type="button" onClick={recommendAgain}>
        <kbd>r</kbd> Anew
      </button>
      {why !== null && trouble !== why ? <p class="quiet">{why}</p> : null}
    </div>
  );
}
