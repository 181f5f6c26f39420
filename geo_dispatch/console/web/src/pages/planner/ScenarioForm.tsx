/** The scenario that is worked on: who responds, from where, what is closed. */

import { useEffect, useState } from "preact/hooks";
import { words } from "../../shared/format";
import { Closures } from "./Closures";
import { Files } from "./Files";
import { Stations } from "./Stations";
import { auto, now } from "./state";
import { readThresholds } from "./scenario";
import type { Scenario } from "./types";

/** Vehicle profiles, as `routing/profiles.yaml` has them. */
export const PROFILES = ["engine", "ladder", "tanker", "ambulance", "police", "car", "highway_truck"] as const;
const KINDS = ["fire", "police", "ems"] as const;

export function ScenarioForm() {
  const side = now.value;
  const scenario = side.scenario.value;
  const change = (part: Partial<Scenario>) => side.change({ ...side.scenario.value, ...part });
  const kinds = (KINDS as readonly string[]).includes(scenario.kind) ? KINDS : [...KINDS, scenario.kind];
  return (
    <>
      <form class="fields" onSubmit={(event) => event.preventDefault()} aria-label="Scenario">
        <label class="wide">
          Name
          <input type="text" maxLength={200} value={scenario.name} onInput={(event) => change({ name: event.currentTarget.value || "Unnamed" })} />
        </label>
        <label>
          Who responds
          <select value={scenario.respond} onChange={(event) => change({ respond: event.currentTarget.value as Scenario["respond"] })}>
            <option value="stations">Stations</option>
            <option value="units">Their units</option>
          </select>
        </label>
        <label>
          Stations of
          <select value={scenario.kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words(kind)}
              </option>
            ))}
          </select>
        </label>
        {scenario.respond === "stations" && (
          <label>
            Vehicle
            <select value={scenario.profile} onChange={(event) => change({ profile: event.currentTarget.value })}>
              {[...new Set<string>([...PROFILES, scenario.profile])].map((profile) => (
                <option key={profile} value={profile}>
                  {words(profile)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Turnout of all, s
          <input
            type="number"
            min={0}
            max={3600}
            placeholder="each one's own"
            value={scenario.turnout_s ?? ""}
            onInput={(event) => change({ turnout_s: event.currentTarget.value === "" ? null : Number(event.currentTarget.value) })}
          />
        </label>
        <Thresholds />
        <label class="wide">
          At <span class="quiet">(hours of staffing and of rules count then)</span>
          <input type="datetime-local" value={(scenario.at ?? "").slice(0, 16)} onInput={(event) => change({ at: event.currentTarget.value || null })} />
        </label>
      </form>
      <Stations />
      <Closures />
      <Work />
      <Files />
    </>
  );
}

function Thresholds() {
  const side = now.value;
  const given = side.scenario.value.thresholds_s;
  const written = given.map((seconds) => seconds / 60).join(", ");
  const [text, setText] = useState(written);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    const read = readThresholds(text);
    if (typeof read === "string" || read.join() !== given.join()) setText(written);
    setWrong("");
  }, [written]);
  return (
    <label class="wide">
      Thresholds, minutes
      <input
        type="text"
        value={text}
        aria-invalid={wrong !== ""}
        onInput={(event) => {
          setText(event.currentTarget.value);
          const read = readThresholds(event.currentTarget.value);
          setWrong(typeof read === "string" ? read : "");
          if (typeof read !== "string") side.change({ ...side.scenario.value, thresholds_s: read });
        }}
      />
      {wrong && (
        <span class="wrong" role="alert">
          {wrong}
        </span>
      )}
    </label>
  );
}

function Work() {
  const side = now.value;
  return (
    <p class="buttons">
      <button type="button" class="main" onClick={() => void side.work()} disabled={side.result.value.state === "asking"}>
        Work it out
      </button>
      <label class="check">
        <input type="checkbox" checked={auto.value} onChange={(event) => (auto.value = event.currentTarget.checked)} /> after each change
      </label>
    </p>
  );
}
