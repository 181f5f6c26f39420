import { beforeEach, describe, expect, it } from "vitest";
import { commandFor, commands, type KeyPress, registerCommand, registerLine, singleKeys } from "./commands";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, code: "", alt: false, other: false, typing: false, ...more });
const plain = (keys: string[], name = keys.join()) => ({ group: "Test", keys, name, help: "", run: () => undefined });

beforeEach(() => {
  commands.value = [];
  singleKeys.value = true;
});

describe("keys", () => {
  it("act alone outside of fields, with Alt inside", () => {
    registerCommand(plain(["t"]));
    expect(commandFor(press("t"))?.key).toBe("t");
    expect(commandFor(press("t", { typing: true }))).toBeUndefined();
    expect(commandFor(press("t", { typing: true, alt: true }))?.key).toBe("t");
  });
  it("are what is struck when Alt makes another sign of them", () => {
    registerCommand(plain(["2"]));
    expect(commandFor(press("™", { alt: true, code: "Digit2" }))?.key).toBe("2");
  });
  it("leave the browser's own alone", () => {
    registerCommand(plain(["t"]));
    expect(commandFor(press("t", { other: true }))).toBeUndefined();
  });
  it("of one letter can be switched off; F keys and Escape act on", () => {
    registerCommand(plain(["t"]));
    registerCommand(plain(["F9"]));
    registerCommand(plain(["Escape"]));
    singleKeys.value = false;
    expect(commandFor(press("t"))).toBeUndefined();
    expect(commandFor(press("t", { alt: true }))).toBeDefined();
    expect(commandFor(press("F9", { typing: true }))).toBeDefined();
    expect(commandFor(press("Escape", { typing: true }))).toBeDefined();
  });
  it("stand for the command that is on", () => {
    let on = "one";
    registerCommand({ ...plain(["q"], "one"), when: () => on === "one" });
    registerCommand({ ...plain(["q"], "two"), when: () => on === "two" });
    on = "two";
    expect(commandFor(press("q"))?.command.name).toBe("two");
    on = "none";
    expect(commandFor(press("q"))).toBeUndefined();
  });
  it("are never given twice", () => {
    registerCommand(plain(["q"], "one"));
    expect(() => registerCommand(plain(["q"], "two"))).toThrow(/taken by "one"/);
  });
});

it("a command of the line is registered once", () => {
  registerLine({ word: "zz", usage: ".zz", help: "", run: () => "" });
  expect(() => registerLine({ word: "zz", usage: ".zz", help: "", run: () => "" })).toThrow(/twice/);
});
