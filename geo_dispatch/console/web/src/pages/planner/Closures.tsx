/** Roads that are closed in the scenario. */

import { useState } from "preact/hooks";
import { open } from "./scenario";
import { closedRoads, closeRoad, doing, now } from "./state";

export function Closures() {
  const side = now.value;
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const closures = side.scenario.value.closures ?? [];
  const submit = async () => {
    const problem = await closeRoad({ text: text.trim() });
    setWrong(problem?.message ?? "");
    if (problem === null) setText("");
  };
  return (
    <section aria-labelledby="closures-title">
      <h2 id="closures-title">Closed roads</h2>
      <form
        class="where"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) void submit();
        }}
      >
        <label for="close-road">A street, a stretch, a bridge</label>
        <div class="line">
          <input id="close-road" type="text" autocomplete="off" value={text} placeholder="Main St from Bridge St to Ferry Rd" onInput={(event) => setText(event.currentTarget.value)} />
          <button type="submit">Close</button>
        </div>
        {wrong && (
          <p class="wrong" role="alert">
            {wrong}
          </p>
        )}
      </form>
      <button type="button" aria-pressed={doing.value.kind === "close"} onClick={() => (doing.value = doing.value.kind === "close" ? { kind: "nothing" } : { kind: "close" })}>
        Close by a click on a road
      </button>
      <ul class="closed">
        {closures.map((spec) => (
          <li key={spec}>
            <span>{closedRoads.value[spec]?.label ?? spec}</span>
            <button type="button" onClick={() => side.change(open(side.scenario.value, spec))}>
              Open<span class="unseen"> {spec}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
