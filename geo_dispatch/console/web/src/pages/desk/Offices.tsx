/** Offices and services, to browse. */

import { useEffect, useState } from "preact/hooks";
import { words as inWords } from "../../shared/format";
import { Failed, Working } from "../../shared/ui/Asked";
import { Fact, Named, OpenNow, Phone, SourceLine } from "./Parts";
import { Sheet } from "./Sheet";
import { directTo, listServices, services } from "./state";
import type { ServiceItem } from "./types";
import { hoursWords } from "./wording";

const PAUSE_MS = 300;

export function Offices() {
  const [words, setWords] = useState("");
  const [category, setCategory] = useState("");
  const now = services.value;
  useEffect(() => {
    const wait = setTimeout(() => listServices(words), words ? PAUSE_MS : 0);
    return () => clearTimeout(wait);
  }, [words]);
  const all = now.state === "here" ? now.value.items : [];
  const categories = [...new Set(all.map((row) => row.category).filter((name) => name !== null))].sort();
  const chosen = categories.includes(category) ? category : "";
  const rows = all.filter((row) => chosen === "" || row.category === chosen);
  return (
    <section aria-labelledby="offices-title">
      <h2 id="offices-title">Offices and services</h2>
      <form class="filters no-print" onSubmit={(event) => event.preventDefault()}>
        <label class="wide">
          Name, or what it is about
          <input type="search" value={words} maxLength={200} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <label>
          Kind
          <select value={chosen} onChange={(event) => setCategory(event.currentTarget.value)}>
            <option value="">All</option>
            {categories.map((name) => (
              <option key={name} value={name}>
                {inWords(name)}
              </option>
            ))}
          </select>
        </label>
      </form>
      {now.state === "asking" && <Working what="Looking it up…" />}
      {now.state === "failed" && <Failed problem={now.problem} onRetry={() => listServices(words)} />}
      {now.state === "here" && (
        <>
          <p role="status">{rows.length === 0 ? "None on file. Try another word, or ask." : rows.length === 1 ? "One on file." : `${rows.length} on file.`}</p>
          <ul class="cards">
            {rows.map((row) => (
              <li key={row.service_id}>
                <Office row={row} />
              </li>
            ))}
          </ul>
          <p class="buttons no-print">
            <Sheet />
          </p>
        </>
      )}
    </section>
  );
}

function Office(props: { readonly row: ServiceItem }) {
  const { row } = props;
  const { lon, lat } = row;
  return (
    <div class="card">
      <h3>
        <Named name={row.name} url={row.url} /> <OpenNow state={row.open} />
      </h3>
      <dl>
        <Fact name="Telephone">{row.phone ? <Phone number={row.phone} /> : null}</Fact>
        <Fact name="Emergencies">{row.emergency ? "answers emergencies of its own kind" : null}</Fact>
        <Fact name="Hours on file">{row.hours ? hoursWords(row.hours) : null}</Fact>
        <Fact name="Note">{row.hours_note}</Fact>
        <Fact name="Part of">{row.organization === row.name ? null : row.organization}</Fact>
        <Fact name="Address">{row.address}</Fact>
        <Fact name="E-mail">{row.email ? <a href={`mailto:${encodeURI(row.email)}`}>{row.email}</a> : null}</Fact>
        <Fact name="Handles">{row.handles.join(", ")}</Fact>
        <Fact name="Fees">{row.fees}</Fact>
        <Fact name="How to">{row.how_to}</Fact>
        <Fact name="Languages">{row.languages.join(", ")}</Fact>
      </dl>
      <SourceLine source={row.source} />
      {lon !== null && lat !== null && (
        <button type="button" class="no-print" onClick={() => directTo({ words: row.name, at: { lon, lat } })}>
          Directions to {row.name}
        </button>
      )}
    </div>
  );
}
