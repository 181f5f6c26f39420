/** Scenarios as files of the reader's. */

import { useRef, useState } from "preact/hooks";
import { download, fileName } from "../../shared/csv";
import { AS_IT_IS, fileText } from "./scenario";
import { compare, compareNoMore, comparing, editing, now, takeFile } from "./state";

export function Files() {
  const chooser = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState("");
  const side = now.value;
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      await takeFile(file);
      setWrong("");
    } catch (fault) {
      setWrong(fault instanceof Error ? fault.message : String(fault));
    }
    if (chooser.current) chooser.current.value = "";
  };
  return (
    <section aria-label="Files and comparison">
      <p class="buttons">
        <button type="button" onClick={() => download(`${fileName(side.scenario.value.name)}.json`, fileText(side.scenario.value), "application/json")}>
          Save the scenario
        </button>
        <button type="button" onClick={() => chooser.current?.click()}>
          Open a scenario
        </button>
        <button type="button" onClick={() => side.change({ ...AS_IT_IS, name: editing.value === "a" ? AS_IT_IS.name : `${AS_IT_IS.name}, changed` })}>
          Begin anew
        </button>
        {comparing.value ? (
          <button type="button" onClick={compareNoMore}>
            Compare no more
          </button>
        ) : (
          <button type="button" class="main" onClick={compare}>
            Compare with a second
          </button>
        )}
      </p>
      <input ref={chooser} class="unseen" type="file" tabIndex={-1} aria-label="Scenario file" accept=".json,.yaml,.yml,application/json" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </section>
  );
}
