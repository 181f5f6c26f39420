import { groupBy } from "../../../shared/group";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { commands, lineCommands, singleKeys } from "../state/commands";
import type { Command } from "../state/contract";

export const sheetOpen = signal(false);

/** Every key there is: made of the register of commands, so that none is missing and none is told that isn't there. */
export function CheatSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (sheetOpen.value && !dialog.current?.open) dialog.current?.showModal();
    if (!sheetOpen.value && dialog.current?.open) dialog.current.close();
  }, [sheetOpen.value]);
  const groups = groupBy(commands.value, (command) => command.group);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" onClose={() => (sheetOpen.value = false)}>
      <header>
        <h2 id="sheet-title">Keys</h2>
        <form method="dialog">
          <button type="submit">
            <kbd>Esc</kbd> Close
          </button>
        </form>
      </header>
      <p>
        In the line and in every other field hold <kbd>Alt</kbd>: <kbd>Alt+2</kbd> takes the second candidate while you type. Outside of fields the key alone does. <kbd>Esc</kbd> goes from the line to the keys and back.
      </p>
      <label>
        <input type="checkbox" checked={singleKeys.value} onChange={(event) => (singleKeys.value = event.currentTarget.checked)} /> Keys act alone, without <kbd>Alt</kbd>, outside of fields
      </label>
      <div class="sheet-groups">
        {[...groups].map(([group, list]) => (
          <Group key={group} name={group} list={list} />
        ))}
        <section>
          <h3>Typed into the line</h3>
          <dl>
            {lineCommands.value.map((command) => (
              <div key={command.word}>
                <dt>
                  <kbd>{command.usage}</kbd>
                </dt>
                <dd>{command.help}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </dialog>
  );
}

function Group(props: { readonly name: string; readonly list: readonly Command[] }) {
  return (
    <section>
      <h3>{props.name}</h3>
      <dl>
        {props.list.map((command) => (
          <div key={command.name}>
            <dt>
              {range(command.keys).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>
              <b>{command.name}</b> {command.help}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Many keys in a row are told by the first and the last. */
function range(keys: readonly string[]): string[] {
  return keys.length > 3 ? [`${keys[0]}–${keys.at(-1)}`] : [...keys];
}
