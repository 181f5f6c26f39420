import { describe, expect, it } from "vitest";
import { SseParser } from "./sse";

const TEXT = 'retry: 1000\n\nid: 41\nevent: hello\ndata: {"seq": 41}\n\n: heartbeat 2026-03-02T12:00:10Z\n\nid: 42\nevent: unit.status\ndata: {"a":\ndata: 1}\n\n';

describe("SseParser", () => {
  it("reads the same frames whatever pieces they arrive in", () => {
    const whole = new SseParser().push(TEXT);
    expect(whole).toEqual([
      { kind: "event", name: "hello", data: '{"seq": 41}', id: "41" },
      { kind: "comment", text: "heartbeat 2026-03-02T12:00:10Z" },
      { kind: "event", name: "unit.status", data: '{"a":\n1}', id: "42" },
    ]);
    for (const ends of ["\n", "\r\n", "\r"]) {
      const text = TEXT.replaceAll("\n", ends);
      for (let size = 1; size < 9; size++) {
        const parser = new SseParser();
        const frames = [];
        for (let at = 0; at < text.length; at += size) frames.push(...parser.push(text.slice(at, at + size)));
        frames.push(...parser.push(": end\n"));
        expect(frames.slice(0, 3)).toEqual(whole);
      }
    }
  });

  it("keeps what is not whole until the rest comes", () => {
    const parser = new SseParser();
    expect(parser.push('event: unit.status\ndata: {"x"')).toEqual([]);
    expect(parser.push(": 1}\n")).toEqual([]);
    expect(parser.push("\n")).toEqual([{ kind: "event", name: "unit.status", data: '{"x": 1}', id: null }]);
  });
});
