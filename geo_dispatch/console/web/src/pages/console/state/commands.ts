/** Every key and every command of the line, registered once; the sheet of keys is made of this and nothing else. */

import { signal } from "@preact/signals";
import type { Command, LineCommand } from "./contract";

export const commands = signal<readonly Command[]>([]);
export const lineCommands = signal<readonly LineCommand[]>([]);
/** Keys of one letter can be switched off, for those whose speech or switches press keys by accident. */
export const singleKeys = signal(true);

export function registerCommand(command: Command): void {
  for (const other of commands.value)
    for (const key of command.keys)
      if (other.keys.includes(key) && (command.when === undefined || other.when === undefined))
        throw new Error(`The key ${key} of "${command.name}" is taken by "${other.name}": choose another, or give both a "when".`);
  commands.value = [...commands.value, command];
}

export function registerLine(command: LineCommand): void {
  if (lineCommands.value.some((other) => other.word === command.word)) throw new Error(`The line's command .${command.word} is registered twice.`);
  lineCommands.value = [...lineCommands.value, command];
}

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly alt: boolean;
  readonly other: boolean;
  /** Whether a field has the focus. */
  readonly typing: boolean;
}

/** The command that a key stands for now. */
export function commandFor(press: KeyPress): { readonly command: Command; readonly key: string } | undefined {
  if (press.other) return undefined;
  for (const key of names(press))
    for (const command of commands.value)
      if (command.keys.includes(key) && acts(key, press) && (command.when?.() ?? true)) return { command, key };
  return undefined;
}

function acts(key: string, press: KeyPress): boolean {
  if (/^F\d+$/.test(key) || key === "Escape") return true;
  return press.alt || (!press.typing && singleKeys.value);
}

/** With Alt some systems type another sign: then the key itself counts. */
function names(press: KeyPress): string[] {
  const plain = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (!press.alt) return [plain];
  const struck = /^(?:Key|Digit|Numpad)(.)$/.exec(press.code)?.[1]?.toLowerCase();
  return struck === undefined || struck === plain ? [plain] : [plain, struck];
}

/** Listen to the keys of the page. */
export function startKeys(target: Document): void {
  target.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || target.querySelector("dialog[open]")) return;
    const found = commandFor({ key: event.key, code: event.code, alt: event.altKey, other: event.ctrlKey || event.metaKey, typing: isField(event.target) });
    if (found === undefined) return;
    event.preventDefault();
    found.command.run(found.key);
  });
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
