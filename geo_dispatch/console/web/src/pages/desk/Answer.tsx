/** One answer of the desk: what it says, how sure that is, and what to do next. */

import { useState } from "preact/hooks";
import { DeskMap, pin } from "./DeskMap";
import { ItemList } from "./Items";
import { Phone, SourceLine } from "./Parts";
import { ReadOut } from "./ReadOut";
import { Sheet } from "./Sheet";
import { Steps } from "./Steps";
import { ask, directTo, shown, way } from "./state";
import type { DeskAnswer, Item, Kind } from "./types";
import { isStep, saidOf, sentences } from "./wording";
import { town } from "../../shared/town";

const KINDS: Readonly<Record<Kind, { readonly sign: string; readonly name: string }>> = {
  hours: { sign: "◷", name: "Opening hours" },
  directions: { sign: "➜", name: "Directions" },
  contact: { sign: "☎", name: "Whom to call" },
  event: { sign: "▦", name: "What's on" },
  jurisdiction: { sign: "⚑", name: "Who handles it" },
  place: { sign: "◉", name: "Where it is" },
  note: { sign: "§", name: "Rules and permits" },
};
const EMERGENCY = /^If this is happening now, call [^.]+\./;

export function Answer(props: { readonly answer: DeskAnswer }) {
  const { answer } = props;
  const known = answer.status === "answered";
  const kind = KINDS[answer.kind];
  const said = saidOf(answer);
  const emergency = EMERGENCY.exec(said)?.[0] ?? "";
  const rest = said.slice(emergency.length).trim();
  const steps = answer.items.filter(isStep);
  const lines = [...(emergency ? [emergency] : []), ...sentences(rest), ...steps.map((step, place) => `${place + 1}. ${step.instruction}`)];
  return (
    <article class={`answer ${known ? answer.kind : "unknown"}`} aria-labelledby="answer-title">
      <div class="told">
        <p class="print-only quiet">Asked: {answer.question}</p>
        <h2 id="answer-title">
          <span aria-hidden="true">{known ? kind.sign : "–"}</span> {known ? kind.name : "Not on file"}
        </h2>
        {emergency && <p class="banner loud">{emergency}</p>}
        {rest && <p class="said">{rest}</p>}
        {answer.warnings.includes("no start was given") && <WhereFrom answer={answer} />}
        <ItemList answer={answer} />
        {steps.length > 0 && <Steps steps={steps} language="en" />}
        <Referred answer={answer} />
        <Beware warnings={answer.warnings} shown={[emergency, town.value?.notice ?? "", "no start was given"]} />
        {known && !(answer.kind === "event" && answer.items.length > 0) && <SourceLine source={answer.source} />}
        <Onward answer={answer} />
        <ReadOut lines={lines} language="en" />
      </div>
      <AnswerMap answer={answer} />
    </article>
  );
}

function Referred(props: { readonly answer: DeskAnswer }) {
  const { referral } = props.answer;
  if (referral === null) return null;
  return (
    <aside class="referral" aria-label="Who may know">
      <p>
        <strong>Who may know:</strong> {referral.name} <Phone number={referral.phone} />
      </p>
      <p class="quiet">{referral.why}</p>
    </aside>
  );
}

/** What to beware of; the seal already tells what is unverified. */
function Beware(props: { readonly warnings: readonly string[]; readonly shown: readonly string[] }) {
  const left = props.warnings.filter((text) => !props.shown.includes(text) && !text.startsWith("unverified:"));
  if (left.length === 0) return null;
  return (
    <ul class="beware" aria-label="Beware">
      {left.map((text) => (
        <li key={text}>
          <span aria-hidden="true">⚠ </span>
          {text}
        </li>
      ))}
    </ul>
  );
}

/** The start that a way or a nearest place lacks. */
function WhereFrom(props: { readonly answer: DeskAnswer }) {
  const [from, setFrom] = useState(shown.value.start);
  return (
    <form
      class="where-from no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (from.trim()) void ask(props.answer.question, from);
      }}
    >
      <label for="where-from">Where do you start?</label>
      <div class="line">
        <input id="where-from" type="text" autocomplete="off" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        <button class="main" type="submit">
          Go on
        </button>
      </div>
    </form>
  );
}

function Onward(props: { readonly answer: DeskAnswer }) {
  const { place } = props.answer;
  return (
    <p class="buttons no-print">
      {place && props.answer.kind !== "directions" && !props.answer.items.some((item) => typeof item["lon"] === "number") && (
        <button type="button" onClick={() => directTo({ words: place.label, at: { lon: place.lon, lat: place.lat } })}>
          Directions to {place.label}
        </button>
      )}
      <Sheet />
    </p>
  );
}

function AnswerMap(props: { readonly answer: DeskAnswer }) {
  const { answer } = props;
  const route = answer.kind === "directions" && way.value.state === "here" ? way.value.value : null;
  const steps = answer.items.filter(isStep);
  const first = steps[0];
  if (first && answer.place) {
    const ends = [pin("from", first, "A", "Start"), pin("to", answer.place, "B", answer.place.label)];
    return <DeskMap label="Map of the way" markers={ends} route={route} />;
  }
  const listed = answer.items.flatMap((item, row) => placed(item, row, answer.items.length));
  const markers = listed.length > 0 ? listed : answer.place ? [pin("place", answer.place, "●", answer.place.label)] : [];
  return markers.length === 0 ? null : <DeskMap label="Map of the answer" markers={markers} />;
}

function placed(item: Item, row: number, all: number) {
  const { lon, lat } = item;
  if (typeof lon !== "number" || typeof lat !== "number") return [];
  const name = String(item["name"] ?? item["label"] ?? "");
  return [pin(String(row), { lon, lat }, all > 1 ? String(row + 1) : "●", name)];
}
