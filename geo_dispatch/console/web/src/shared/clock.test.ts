import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clockAhead, forgetServerTime, noteServerTime, secondsSince, serverNow } from "./clock";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-03-02T12:05:00Z"), toFake: ["Date", "performance"] });
  forgetServerTime();
});
afterEach(() => vi.useRealTimers());

describe("the server's time", () => {
  it("is the browser's until it is told", () => {
    expect(serverNow()).toBe(Date.parse("2026-03-02T12:05:00Z"));
    expect(clockAhead.value).toBeNull();
  });

  it("goes on from what was told, whatever the browser's clock says", () => {
    noteServerTime("2026-03-02T12:00:00Z");
    expect(clockAhead.value).toBe(300_000);
    vi.advanceTimersByTime(30_000);
    expect(secondsSince("2026-03-02T12:00:00Z")).toBeCloseTo(30, 3);
    vi.setSystemTime(Date.parse("2026-03-02T18:00:00Z"));
    expect(secondsSince("2026-03-02T12:00:00Z")).toBeCloseTo(30, 0);
  });

  it("rests on the word that came quickest", () => {
    noteServerTime("2026-03-02T12:00:00Z");
    vi.advanceTimersByTime(1500);
    noteServerTime("2026-03-02T12:00:01Z"); // half a second late
    expect(secondsSince("2026-03-02T12:00:00Z")).toBeCloseTo(1.5, 3);
  });

  it("follows a server whose clock was set back", () => {
    noteServerTime("2026-03-02T12:00:00Z");
    noteServerTime("2026-03-02T11:00:00Z");
    expect(serverNow()).toBe(Date.parse("2026-03-02T11:00:00Z"));
  });

  it("is not changed by a time that can't be read", () => {
    noteServerTime("soon");
    expect(clockAhead.value).toBeNull();
  });
});
