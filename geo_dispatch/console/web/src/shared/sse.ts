/** Server-sent events read from bytes that arrive in any pieces; comments are told too, since a heartbeat is one.
 *  https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */

export type Frame =
  | { readonly kind: "event"; readonly name: string; readonly data: string; readonly id: string | null }
  | { readonly kind: "comment"; readonly text: string };

export class SseParser {
  #rest = "";
  #data: string[] = [];
  #name = "";
  #id: string | null = null;

  /** Take what arrived; returns the frames that are whole now. */
  push(chunk: string): Frame[] {
    let text = this.#rest + chunk;
    // A carriage return at the very end may be the first half of a line's end.
    const held = text.endsWith("\r") ? "\r" : "";
    if (held) text = text.slice(0, -1);
    const lines = text.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + held;
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): Frame[] {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return [{ kind: "comment", text: line.slice(1).trim() }];
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#name = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return [];
  }

  #dispatch(): Frame[] {
    const frame: Frame = { kind: "event", name: this.#name || "message", data: this.#data.join("\n"), id: this.#id };
    const empty = this.#data.length === 0;
    this.#data = [];
    this.#name = "";
    this.#id = null;
    return empty ? [] : [frame];
  }
}
