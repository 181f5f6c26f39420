import { describe, expect, it } from "vitest";
import { NO_END, readLink, writeLink } from "./link";
import type { DeskAnswer } from "./types";
import { clockOf, dayOf, hoursWords, saidOf, sentences, spanOf, webAddress } from "./wording";

describe("links", () => {
  it.each(["?q=when+is+the+dump+open", "?q=nearest+gas+station&from=Main+St", "?view=way&from=Town+Hall&to=-69.500000%2C40.900000&language=pt", "?view=events", "?view=offices", ""])(
    "%s is read and written alike",
    (search) => expect(writeLink(readLink(search))).toBe(search),
  );
  it("takes two ends without a view for a way", () => expect(readLink("?to=Library").view).toBe("way"));
  it("takes an unknown view for a question", () => expect(readLink("?view=units").view).toBe("ask"));
  it("knows positions", () => expect(readLink("?view=way&from=-69.5,40.9").from.at).toEqual({ lon: -69.5, lat: 40.9 }));
  it("has no end without one", () => expect(readLink("").to).toEqual(NO_END));
});

describe("sentences", () => {
  it("keeps numbers and short forms with what follows", () =>
    expect(sentences("From A to B: 1.5 mi. 1. Head north on Main St. toward Elm. 2. Turn left.")).toEqual(["From A to B: 1.5 mi.", "1. Head north on Main St. toward Elm.", "2. Turn left."]));
  it("finds none in nothing", () => expect(sentences("  ")).toEqual([]));
});

describe("opening hours", () => {
  it.each([
    ["We-Su 07:30-15:30", "Wed–Sun 7:30 am to 3:30 pm"],
    ["Mo,We 10:00-20:00; PH off", "Mon, Wed 10 am to 8 pm; holidays closed"],
    ["24/7", "always open"],
    ['Tu 10:00-14:00 || "by appointment"', "Tue 10 am to 2 pm or (by appointment)"],
    ["May-Oct: Mo-Su 08:00-24:00", "May–Oct: Mon–Sun 8 am to midnight"],
    ["sunrise-sunset", "sunrise–sunset"],
  ])("%s is %s", (hours, expected) => expect(hoursWords(hours)).toBe(expected));
});

describe("times of the town, whatever the browser's zone", () => {
  it("days", () => expect(dayOf("2026-07-04T23:30:00-04:00")).toBe("Saturday, July 4, 2026"));
  it("clock", () => expect([clockOf("2026-07-04T12:00:00-04:00"), clockOf("2026-07-04T15:30:00-04:00")]).toEqual(["noon", "3:30 pm"]));
  it("an event until midnight is of one day", () =>
    expect(spanOf({ starts: "2026-07-04T00:00:00-04:00", ends: "2026-07-05T00:00:00-04:00", all_day: true })).toBe("Saturday, July 4, 2026, all day"));
});

describe("answers", () => {
  const source = { name: "example.org", url: "https://example.org", date: null, grade: "B", verified: false };
  const answer: DeskAnswer = { question: "", status: "answered", kind: "note", answer: "Yes. Source: example.org, undated, grade B, unverified.", items: [], source, place: null, referral: null, warnings: [] };
  it("leave the source to its own line", () => expect(saidOf(answer)).toBe("Yes."));
  it("leave the steps to their list", () =>
    expect(saidOf({ ...answer, kind: "directions", answer: "From A to B: 1 mi. 1. Go.", items: [{ instruction: "Go.", length_m: 1 }] })).toBe("From A to B: 1 mi."));
});

it("follows no address but the web's", () => expect([webAddress("javascript:alert(1)"), webAddress("https://example.org/"), webAddress(null)]).toEqual([null, "https://example.org/", null]));
