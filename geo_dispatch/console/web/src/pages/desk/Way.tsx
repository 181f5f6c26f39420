/** Directions between two places, by words or by the map. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { distance } from "../../shared/format";
import { town } from "../../shared/town";
import { DeskMap, pin } from "./DeskMap";
import { type Language, LANGUAGES } from "./link";
import { Failed, Working } from "../../shared/ui/Asked";
import { ReadOut } from "./ReadOut";
import { Sheet } from "./Sheet";
import { Steps } from "./Steps";
import { change, doubt, findWay, namesLike, NO_END, placeEnd, setEnd, shown, way } from "./state";
import type { Place, RouteAnswer } from "./types";
import { minutes, routeText } from "./wording";

type Which = "from" | "to";
const PAUSE_MS = 250;

export function Way() {
  const { from, to, language } = shown.value;
  const [next, setNext] = useState<Which>("from");
  const now = way.value;
  const route = now.state === "here" ? now.value : null;
  const markers = useMemo(() => {
    const start = from.at ?? firstOf(route);
    const end = to.at ?? lastOf(route);
    return [
      ...(start ? [pin("from", start, "A", `Start: ${from.words}`, { onMove: (where) => void placeEnd("from", where) })] : []),
      ...(doubt.value?.candidates ?? []).map((place, row) => pin(`choice ${row}`, place, String(row + 1), place.label, { onSelect: () => choose(place) })),
      ...(end ? [pin("to", end, "B", `Destination: ${to.words}`, { onMove: (where) => void placeEnd("to", where) })] : []),
    ];
  }, [from, to, route, doubt.value]);
  return (
    <section aria-labelledby="way-title" class="way">
      <h2 id="way-title">Directions by car</h2>
      <div class="told">
        <form
          class="ends no-print"
          onSubmit={(event) => {
            event.preventDefault();
            void findWay();
          }}
        >
          <EndField which="from" label="From" onFocus={() => setNext("from")} />
          <EndField which="to" label="To" onFocus={() => setNext("to")} />
          <p class="buttons">
            <button class="main" type="submit" disabled={!from.words.trim() || !to.words.trim()}>
              Show the way
            </button>
            <button type="button" onClick={swap}>
              Swap
            </button>
            <label>
              Language of the steps{" "}
              <select
                value={language}
                onChange={(event) => {
                  change({ language: event.currentTarget.value as Language });
                  void findWay();
                }}
              >
                {Object.entries(LANGUAGES).map(([code, name]) => (
                  <option key={code} value={code} lang={code}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </p>
        </form>
        {now.state === "asking" && <Working what="Finding the way…" />}
        {now.state === "failed" && (doubt.value ? <Doubtful /> : <Failed problem={now.problem} onRetry={() => void findWay()} />)}
        {route && <Found route={route} />}
        <p class="quiet no-print">A click on the map sets {next === "from" ? "the start (A)" : "the destination (B)"}; A and B can be dragged.</p>
      </div>
      <DeskMap
        label="Map: choose start and destination by a click"
        markers={markers}
        route={route}
        cursor="crosshair"
        onClick={(where) => {
          void placeEnd(next, where);
          setNext(next === "from" ? "to" : "from");
        }}
      />
    </section>
  );
}

function EndField(props: { readonly which: Which; readonly label: string; readonly onFocus: () => void }) {
  const { which } = props;
  const end = shown.value[which];
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (end.at !== null) return undefined;
    const over = new AbortController();
    const wait = setTimeout(() => {
      namesLike(end.words, over.signal).then(setNames, () => setNames([]));
    }, PAUSE_MS);
    return () => {
      clearTimeout(wait);
      over.abort();
    };
  }, [end]);
  return (
    <label>
      {props.label}
      <input
        type="text"
        autocomplete="off"
        list={`names-${which}`}
        value={end.words}
        placeholder={which === "from" ? "Where you are: a street and number, a corner, a place" : "Where you want to go"}
        onFocus={props.onFocus}
        onInput={(event) => setEnd(which, { words: event.currentTarget.value, at: null })}
      />
      <datalist id={`names-${which}`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

function swap(): void {
  const { from, to } = shown.value;
  change({ from: to, to: from });
  if (from.words && to.words) void findWay();
}

/** Take one of the places that the words may mean. */
function choose(place: Place): void {
  const end = doubt.value?.end;
  if (end === undefined) return;
  setEnd(end, { words: place.label, at: { lon: place.lon, lat: place.lat } });
  void findWay();
}

/** Words that mean several places, or none: the reader chooses. */
function Doubtful() {
  const found = doubt.value;
  if (found === null) return null;
  const words = shown.value[found.end].words;
  return (
    <fieldset class="which">
      <legend>
        <span role="alert">
          {found.candidates.length > 0 ? "Which one is meant by" : "Nothing on file is called"} “{words}”{found.candidates.length > 0 ? "?" : ""}
        </span>
      </legend>
      {found.question && <p>{found.question}</p>}
      <ul>
        {found.candidates.map((place, row) => (
          <li key={`${place.lon} ${place.lat}`}>
            <button type="button" onClick={() => choose(place)}>
              {row + 1}. {place.label}
            </button>
          </li>
        ))}
        {found.candidates.length === 0 && (
          <li>
            <button type="button" onClick={() => setEnd(found.end, NO_END)}>
              Write it anew
            </button>
          </li>
        )}
      </ul>
    </fieldset>
  );
}

function Found(props: { readonly route: RouteAnswer }) {
  const { route } = props;
  const { from, to, language } = shown.value;
  const [low, high] = route.travel_time_interval_s;
  const warnings = route.warnings.filter((text) => text !== town.value?.notice);
  return (
    <article class="answer directions">
      <h3>
        From {from.words} to {to.words}
      </h3>
      <p class="said" role="status">
        {language === "en" ? distance(route.length_m) : `${(route.length_m / 1000).toFixed(1)} km`}, about {minutes(route.travel_time_s)} ({minutes(low)} to {minutes(high)})
      </p>
      <Steps steps={route.steps} language={language} />
      {route.avoided.length > 0 && (
        <ul class="beware" aria-label="Avoided">
          {route.avoided.map((row) => (
            <li key={row.what}>
              <span aria-hidden="true">⚠ </span>Avoided: {row.what} ({row.reason})
            </li>
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul class="beware" aria-label="Beware">
          {warnings.map((text) => (
            <li key={text}>
              <span aria-hidden="true">⚠ </span>
              {text}
            </li>
          ))}
        </ul>
      )}
      <p class="buttons no-print">
        <Sheet />
      </p>
      <ReadOut lines={language === "en" ? routeText(route, from.words, to.words) : route.steps.map((step, place) => `${place + 1}. ${step.instruction}`)} language={language} />
    </article>
  );
}

function firstOf(route: RouteAnswer | null) {
  return route?.steps[0] ?? null;
}

function lastOf(route: RouteAnswer | null) {
  return route?.steps.at(-1) ?? null;
}
