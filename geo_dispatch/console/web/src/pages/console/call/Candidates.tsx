import type { Candidate, Why } from "../../../shared/answers";
import { distance, percent, words } from "../../../shared/format";
import { current } from "../state/calls";
import { pickRank, unpick } from "../state/picking";

/** What the words may mean, most probable first; once one is taken, that one. */
export function Candidates() {
  const call = current.value;
  const listed = call.located?.candidates ?? [];
  const taken = call.picked;
  if (listed.length === 0 && taken === null) return null;
  return (
    <section class="candidates" aria-labelledby="candidates-title">
      <header>
        <h2 id="candidates-title" class={taken ? "is-taken" : ""}>
          {taken ? "✓ PLACE TAKEN" : "Where it may be"}
        </h2>
        {taken ? (
          <button type="button" onClick={unpick}>
            <kbd>Backspace</kbd> Other place
          </button>
        ) : (
          <span class="quiet">
            <kbd>1</kbd>–<kbd>9</kbd> takes one
          </span>
        )}
      </header>
      {taken ? <Card candidate={taken.place} taken hand={taken.by !== "list"} /> : null}
      {taken === null ? (
        <ol>
          {listed.map((candidate) => (
            <li key={candidate.rank}>
              <Card candidate={candidate} />
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}

function Card(props: { readonly candidate: Candidate; readonly taken?: boolean; readonly hand?: boolean }) {
  const { candidate, taken = false, hand = false } = props;
  return (
    <article class={`card ${taken ? "taken" : ""}`}>
      <div class="card-head">
        {taken ? (
          <span class="rank" aria-hidden="true">
            {hand ? "✕" : candidate.rank}
          </span>
        ) : (
          <button type="button" class="rank" aria-label={`Take ${candidate.rank}, ${candidate.label}`} onClick={() => pickRank(candidate.rank)}>
            {candidate.rank}
          </button>
        )}
        <h3>{candidate.label}</h3>
        {hand ? <span class="share">by hand</span> : <Share of={candidate.probability} />}
      </div>
      <p class="facts">
        <span>{words(candidate.kind)}</span>
        {candidate.address ? <span>{candidate.address}</span> : null}
        {candidate.municipality && !candidate.label.endsWith(candidate.municipality) ? <span>{candidate.municipality}</span> : null}
        <span title="It lies within this distance with 90 % probability">within {distance(candidate.radius90_m)}</span>
      </p>
      {candidate.cross_streets.length > 0 ? (
        <p class="facts">
          <span>Cross: {candidate.cross_streets.join(" · ")}</span>
        </p>
      ) : null}
      <Reasons candidate={candidate} folded={taken} />
    </article>
  );
}

/** Why it fits; folded once it is taken, so that whom to send has the room. */
function Reasons(props: { readonly candidate: Candidate; readonly folded: boolean }) {
  const list = (
    <ul class="why">
      {props.candidate.why.map((why, index) => (
        <Reason key={index} why={why} />
      ))}
    </ul>
  );
  if (!props.folded) return list;
  return (
    <details>
      <summary>Why this place</summary>
      {list}
    </details>
  );
}

const SURE = [
  [0.9, "very likely"],
  [0.7, "likely"],
  [0.4, "maybe"],
  [0, "unlikely"],
] as const;

function Share(props: { readonly of: number }) {
  const word = SURE.find(([least]) => props.of >= least)?.[1] ?? "";
  return (
    <span class="share">
      <progress max={1} value={props.of} aria-hidden="true" /> <b>{percent(props.of)}</b> {word}
    </span>
  );
}

const SIGNS = { supported: "✓", neutral: "·", contradicted: "✕" } as const;

function Reason(props: { readonly why: Why }) {
  const { clause, effect, status } = props.why;
  return (
    <li class={status}>
      <span class="sign" aria-hidden="true">
        {SIGNS[status]}
      </span>
      <span class="unseen">{status}: </span>
      {status === "contradicted" ? <b>contradicted: </b> : null}
      <q>{clause}</q> {effect}
    </li>
  );
}
