/** The rows of an answer, each kind in its own shape. Whatever a row holds is shown as text. */

import { words } from "../../shared/format";
import { EventList } from "./EventList";
import { Fact, Named, OpenNow, Phone } from "./Parts";
import { ask, directTo, shown } from "./state";
import type { DeskAnswer, EventItem, Item } from "./types";
import { clockOf, dayOf, hoursWords, isStep } from "./wording";

export function ItemList(props: { readonly answer: DeskAnswer }) {
  const { kind, items } = props.answer;
  const rows = items.filter((item) => !isStep(item));
  if (rows.length === 0) return null;
  if (kind === "hours") return <Hours rows={rows} />;
  if (kind === "event") return <EventList events={rows as unknown as EventItem[]} />;
  if (kind === "note") return rows.length > 1 ? <Notes rows={rows} /> : null;
  if (rows.length > 1 && rows.every((row) => typeof row["probability"] === "number")) return <Which rows={rows} />;
  return (
    <ul class="cards">
      {rows.map((row, place) => (
        <li key={place}>
          <Card row={row} number={rows.length > 1 ? place + 1 : null} />
        </li>
      ))}
    </ul>
  );
}

function Hours(props: { readonly rows: readonly Item[] }) {
  return (
    <table class="hours">
      <caption class="unseen">Opening hours</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">When</th>
          <th scope="col">Open</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row, place) => (
          <tr key={place}>
            <td>
              {text(row["name"])} <Phone number={text(row["phone"])} />
            </td>
            <td>{whenOf(row)}</td>
            <td>
              {timesOf(row)}
              {typeof row["hours"] === "string" && <p class="quiet">On file: {hoursWords(row["hours"])}</p>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function whenOf(row: Item): string {
  if (typeof row["date"] === "string") return dayOf(row["date"]);
  if (typeof row["at"] === "string") return `${dayOf(row["at"])}, ${clockOf(row["at"])}`;
  return "";
}

function timesOf(row: Item): string {
  const spans = row["spans"];
  if (Array.isArray(spans) && spans.length > 0)
    return (spans as { opens: string; closes: string; comment: string }[]).map((span) => `${clockOf(span.opens)} to ${clockOf(span.closes)}${span.comment ? ` (${span.comment})` : ""}`).join(", ");
  const state = { open: "Open", closed: "Closed", unknown: "Not certain" }[String(row["state"])] ?? "";
  if (row["state"] === "open" && typeof row["until"] === "string") return `${state} until ${clockOf(row["until"])}`;
  if (row["state"] === "closed" && typeof row["next_open"] === "string") return `${state}; opens ${dayOf(row["next_open"])}, ${clockOf(row["next_open"])}`;
  return state;
}

/** Several notes: the answer holds all of them in one text, the list keeps them apart. */
function Notes(props: { readonly rows: readonly Item[] }) {
  return (
    <ul class="cards">
      {props.rows.map((row, place) => (
        <li key={place}>
          <h3>{text(row["title"])}</h3>
          <p>{text(row["text"])}</p>
        </li>
      ))}
    </ul>
  );
}

/** Words that may mean several places: the reader knows which. */
function Which(props: { readonly rows: readonly Item[] }) {
  return (
    <fieldset class="which">
      <legend>Which one is meant?</legend>
      <ul>
        {props.rows.map((row, place) => (
          <li key={place}>
            <button type="button" onClick={() => void ask(`where is ${text(row["label"])}`)}>
              {place + 1}. {text(row["label"])}
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Card(props: { readonly row: Item; readonly number: number | null }) {
  const { row } = props;
  const name = text(row["name"] ?? row["agency"] ?? row["label"] ?? row["municipality"]);
  const { lon, lat } = row;
  return (
    <div class="card">
      <h3>
        {props.number !== null && <span>{props.number}. </span>}
        <Named name={name} url={text(row["url"])} /> <OpenNow state={row["open"]} />
      </h3>
      <dl>
        <Fact name="Part of">{text(row["organization"]) === name ? "" : text(row["organization"])}</Fact>
        <Fact name="Telephone">{row["phone"] ? <Phone number={text(row["phone"])} /> : null}</Fact>
        <Fact name="E-mail">{row["email"] ? <a href={`mailto:${encodeURI(text(row["email"]))}`}>{text(row["email"])}</a> : null}</Fact>
        <Fact name="Address">{text(row["address"])}</Fact>
        <Fact name="Town">{text(row["municipality"]) === name ? "" : text(row["municipality"])}</Fact>
        <Fact name="Hours on file">{row["hours"] ? hoursWords(text(row["hours"])) : null}</Fact>
        <Fact name="Fees">{text(row["fees"])}</Fact>
        <Fact name="How to">{text(row["how_to"])}</Fact>
        <Fact name="Kind">{row["category"] ? words(text(row["category"])) : null}</Fact>
        <Fact name="Handled by">{row["jurisdiction"] ? words(text(row["jurisdiction"])) : null}</Fact>
      </dl>
      {typeof lon === "number" && typeof lat === "number" && (
        <button type="button" class="no-print" onClick={() => directTo({ words: name, at: { lon, lat } })}>
          Directions{shown.value.start ? "" : " to it"}
        </button>
      )}
    </div>
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
