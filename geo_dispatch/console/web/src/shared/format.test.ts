import { describe, expect, it } from "vitest";
import { ago, clock, distance, duration, percent, timeOfDay, words } from "./format";

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [250, "4 min 10 s"],
    [3600, "1 h 00 min"],
    [3929, "1 h 05 min"],
  ])("%d s is %s", (seconds, expected) => expect(duration(seconds)).toBe(expected));
  it("says that nothing is known", () => expect([duration(null), duration(Infinity), clock(null)]).toEqual(["?", "?", "–"]));
  it("has a short form", () => expect([clock(0), clock(59.7), clock(605)]).toEqual(["0:00", "1:00", "10:05"]));
});

describe("distances", () => {
  it.each([
    [10, "33 ft"],
    [100, "330 ft"],
    [1609.344, "1.0 mi"],
    [40_000, "25 mi"],
  ])("%d m is %s", (metres, expected) => expect(distance(metres)).toBe(expected));
});

describe("probabilities", () => {
  it.each([
    [1, "100%"],
    [0.9996, ">99%"],
    [0.624, "62%"],
    [0.004, "<1%"],
    [0, "0%"],
  ])("%d is %s", (share, expected) => expect(percent(share)).toBe(expected));
});

it("tells times of day in a zone", () => expect(timeOfDay("2026-03-02T12:00:07.25Z", "America/New_York")).toBe("07:00:07"));
it("tells ages", () => expect([ago(2), ago(20), ago(125)]).toEqual(["just now", "20 s ago", "2 min ago"]));
it("turns codes into words", () => expect(words("out_of_service")).toBe("Out of service"));
