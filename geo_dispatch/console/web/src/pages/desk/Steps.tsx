/** The way in words, a step a line. */

import type { Step } from "./types";

const SIGNS: Readonly<Record<string, string>> = { left: "←", right: "→", uturn: "↶", roundabout: "⟳", rotary: "⟳", arrive: "■", depart: "●", merge: "⤴", fork: "⑂" };

export function Steps(props: { readonly steps: readonly Step[]; readonly language: string }) {
  return (
    <ol class="steps" lang={props.language}>
      {props.steps.map((step, place) => (
        <li key={place}>
          <span class="sign" aria-hidden="true">
            {signOf(step.manoeuvre)}
          </span>
          <span class="number">{place + 1}.</span>
          <span>{step.instruction}</span>
        </li>
      ))}
    </ol>
  );
}

function signOf(manoeuvre: string): string {
  const found = Object.keys(SIGNS).find((name) => manoeuvre.includes(name));
  return found ? (SIGNS[found] ?? "↑") : "↑";
}
