import { describe, expect, it } from "vitest";
import { csvOf } from "../../shared/csv";
import { bandLook, bandMetres, bandName, nearestStretch } from "./bands";
import { addressRows, counts, fateOf, signed } from "./compare";
import { add, AS_IT_IS, clean, close, completed, fileText, freeId, move, open, readPosition, readThresholds, remove, restore, sameWork } from "./scenario";
import { withPlan } from "./sites";
import type { Coverage, StretchFeature } from "./types";

describe("scenarios", () => {
  it("move what the town has, and what was added, each in its place", () => {
    const with_new = add(AS_IT_IS, { id: "new-1", lon: -69.5, lat: 40.9 });
    const moved = move(move(with_new, "new-1", { lon: -69.6, lat: 41 }), "fire-1", { lon: -69.1234567, lat: 40 });
    expect(clean(moved).stations).toEqual({ added: [{ id: "new-1", lon: -69.6, lat: 41 }], moved: { "fire-1": [-69.123457, 40] } });
  });
  it("go back to what they were", () => {
    const there = remove(move(AS_IT_IS, "fire-1", { lon: 1, lat: 2 }), "fire-1");
    expect(clean(there).stations).toEqual({ removed: ["fire-1"] });
    expect(sameWork(restore(there, "fire-1"), AS_IT_IS)).toBe(true);
    expect(sameWork(open(close(AS_IT_IS, "Head Bridge"), "Head Bridge"), AS_IT_IS)).toBe(true);
  });
  it("keep changes of units apart from those of stations", () => expect(clean(remove({ ...AS_IT_IS, respond: "units" }, "E1")).units).toEqual({ removed: ["E1"] }));
  it("are read back from their files, with what the page does not show", () => {
    const one = completed({ name: "Third", due: 3, stations: { shifts: { "fire-1": "Mo-Fr 08:00-16:00" } } });
    expect(completed(JSON.parse(fileText(one)))).toEqual(one);
    expect(() => completed([1])).toThrow("no scenario");
  });
  it("do not differ by their names", () => expect(sameWork(AS_IT_IS, { ...AS_IT_IS, name: "Other" })).toBe(true));
  it("find a free id", () => expect(freeId(["new-1", "new-2"])).toBe("new-3"));
});

it("a plan of sites becomes a scenario: new ones added, those not chosen given up", () => {
  const site = { name: "Main St and Elm St", lon: 1, lat: 2, turnout_s: 80, first_due: 3 };
  const plan = { stations: [{ ...site, id: "j7", station_id: null }, { ...site, id: "fire-1", station_id: "fire-1" }], given_up: ["fire-2"] };
  const made = withPlan(add(AS_IT_IS, { id: "new-1", lon: 0, lat: 0 }), plan);
  expect(made.stations?.added?.map((row) => row.id)).toEqual(["new-1", "j7"]);
  expect(made.stations?.removed).toEqual(["fire-2"]);
});

describe("what is typed", () => {
  it.each([
    ["4, 6; 8", [240, 360, 480]],
    ["8 4 4.5", [240, 270, 480]],
  ])("%s are thresholds", (text, expected) => expect(readThresholds(text)).toEqual(expected));
  it.each(["", "four", "0.1", "500", "-4"])("%s is told what is wrong", (text) => expect(typeof readThresholds(text)).toBe("string"));
  it("positions", () => expect([readPosition(" -69.5, 40.9 "), readPosition("40.9"), readPosition("-69.5,95")]).toEqual([{ lon: -69.5, lat: 40.9 }, null, null]));
});

describe("bands", () => {
  it("no two of five look alike without colour", () => {
    const looks = [0, 1, 2, 3, 4, 5].map((band) => bandLook(band, 5, "light"));
    expect(new Set(looks.map(({ width, dash }) => `${width} ${dash}`)).size).toBe(6);
  });
  it("have names", () => expect([bandName(0, [240, 270]), bandName(1, [240, 270]), bandName(2, [240, 270])]).toEqual(["up to 4 min", "4 to 4.5 min", "over 4.5 min"]));
  it("sum to the whole", () => expect(bandMetres({ road_m: { total: 100, reached: [10, 60], share: [] } } as unknown as Coverage)).toEqual([10, 50, 40]));
});

it("the road that is clicked is the nearest one", () => {
  const of = (segment: number, ...coordinates: number[][]) => ({ geometry: { coordinates }, properties: { segment } }) as unknown as StretchFeature;
  const rows = [of(1, [0, 0], [0, 0.01]), of(2, [0.001, 0], [0.001, 0.01])];
  expect(nearestStretch(rows, { lon: 0.0008, lat: 0.005 })?.properties.segment).toBe(2);
  expect(nearestStretch(rows, { lon: 0.1, lat: 0.1 })).toBeNull();
});

describe("comparisons", () => {
  it.each([
    [100, 240, 240, "slower"],
    [240, 240.1, 240, "lost"],
    [300, 200, 240, "gained"],
    [100, 100.5, 240, "same"],
    [300, null, 240, "slower"],
    [null, 900, 240, "faster"],
    [null, null, 240, "same"],
    [100, null, 240, "lost"],
  ] as const)("%s to %s at %s is %s", (a, b, threshold, expected) => expect(fateOf(a, b, threshold)).toBe(expected));
  const of = (lon: number, time: number) =>
    ({ address_points: { features: [{ geometry: { coordinates: [lon, 1] }, properties: { address: "1 Main", response_s: [time] } }] } }) as unknown as Coverage;
  it("pair addresses", () => expect(counts(addressRows(of(1, 100), of(1, 300), 240) ?? []).lost).toBe(1));
  it("are none of other addresses", () => expect(addressRows(of(1, 100), of(2, 300), 240)).toBeNull());
  it("have signs", () => expect([signed(12), signed(-1234), signed(0.04, 1), signed(null)]).toEqual(["+12", "−1,234", "0", ""]));
});

it("CSV keeps commas, quotes and formulas as text", () => expect(csvOf(["a", "b"], [['x,"y"', -3], ["=1+1", null]])).toBe('a,b\r\n"x,""y""",-3\r\n\'=1+1,\r\n'));
