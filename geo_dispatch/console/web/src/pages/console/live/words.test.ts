import { describe, expect, it } from "vitest";
import type { Incident, Status, Unit } from "./types";
import { untilMoment } from "./until";
import { allowedNext, findIncident, findStatus, findUnit, oneLine, placeOf, shortNumber, statusKeys, whereabouts, whenOf } from "./words";

const TABLE: readonly Status[] = (
  [
    ["available", "Available", false, ["dispatched", "out_of_service", "off_duty"]],
    ["dispatched", "Dispatched", true, ["en_route", "on_scene", "available"]],
    ["en_route", "En route", true, ["on_scene", "available"]],
    ["on_scene", "On scene", true, ["transporting", "available"]],
    ["transporting", "Transporting", true, ["at_hospital"]],
    ["at_hospital", "At hospital", true, ["available"]],
    ["returning", "Returning", false, ["dispatched", "available"]],
    ["out_of_service", "Out of service", false, ["available"]],
    ["off_duty", "Off duty", false, ["available"]],
  ] as const
).map(([status, name, on_incident, next]) => ({ status, name, on_incident, next, assignable: !on_incident }));

function unit(unit_id: string, status = "available", incident_id: string | null = null): Unit {
  return { unit_id, status, incident_id, position: null, home: { lon: 0, lat: 0 } } as unknown as Unit;
}

describe("statuses", () => {
  it("have a letter each, of their own name", () => {
    expect(Object.fromEntries(statusKeys(TABLE))).toEqual({
      available: "a", dispatched: "d", en_route: "e", on_scene: "o", transporting: "t", at_hospital: "h", returning: "r", out_of_service: "u", off_duty: "f",
    });
  });

  it("are offered only where they may follow, and those of an incident only on one", () => {
    expect(allowedNext(unit("E1"), TABLE).map((row) => row.status)).toEqual(["out_of_service", "off_duty"]);
    expect(allowedNext(unit("E1", "dispatched", "2026-0000001"), TABLE).map((row) => row.status)).toEqual(["available", "en_route", "on_scene"]);
  });

  it("are found by name, by code, by a beginning and by their key", () => {
    const out = unit("E1", "dispatched", "2026-0000001");
    for (const said of ["en route", "En-Route", "en_route", "e", "en"]) expect(findStatus(said, out, TABLE)?.status).toBe("en_route");
    expect(findStatus("o", out, TABLE)?.status).toBe("on_scene");
    expect(findStatus("xyz", out, TABLE)).toBeUndefined();
    expect(findStatus("", out, TABLE)).toBeUndefined();
    expect(findStatus("off duty", out, TABLE)?.status).toBe("off_duty"); // the server says why not
  });
});

describe("units and incidents", () => {
  it("are found at the beginning of what was typed", () => {
    const all = [unit("E1"), unit("E12"), unit("E1 spare")];
    expect(findUnit("e1 en route", all)).toMatchObject({ unit: { unit_id: "E1" }, rest: "en route" });
    expect(findUnit("E1 SPARE off", all)).toMatchObject({ unit: { unit_id: "E1 spare" }, rest: "off" });
    expect(findUnit("e12", all)).toMatchObject({ unit: { unit_id: "E12" }, rest: "" });
    expect(findUnit("e3 off", all)).toBeUndefined();
  });

  it("are called by their short number", () => {
    expect(shortNumber("2026-0000012")).toBe("12");
    const all = [{ incident_id: "2027-0000003" }, { incident_id: "2026-0000003" }] as Incident[];
    expect(findIncident("3", all)?.incident_id).toBe("2027-0000003");
    expect(findIncident("#3", all)?.incident_id).toBe("2027-0000003");
    expect(findIncident("2026-0000003", all)?.incident_id).toBe("2026-0000003");
    expect(findIncident("4", all)).toBeUndefined();
  });

  it("say how old a position is", () => {
    const seen = { ...unit("E1"), position: { lon: 0, lat: 0, at: "2026-03-02T12:00:00Z", accuracy_m: 200, source: null } };
    expect(whereabouts(seen, Date.parse("2026-03-02T12:01:30Z"))).toEqual({ text: "position 1 min ago, within 660 ft", sure: true });
    expect(whereabouts(seen, Date.parse("2026-03-02T12:05:00Z")).sure).toBe(false);
    expect(whereabouts(unit("E1"), 0)).toEqual({ text: "in quarters?", sure: false });
  });
});

describe("a text of one line", () => {
  it("has no tabs and line ends, and is never cut off", () => {
    expect(oneLine(" two\tcars\r\nand a tree ", "The note")).toBe("two cars and a tree");
    expect(() => oneLine("x".repeat(2001), "The note")).toThrow("2,001 characters, more than 2,000");
  });
});

describe("closures", () => {
  const closure = { spec: "Main St", status: "active", starts: "2026-03-02T12:00:00Z", ends: null } as never;
  it("are told by place and time", () => {
    expect(placeOf(closure)).toBe("Main St");
    expect(placeOf({ ...(closure as object), spec: "POLYGON((1 2))" } as never)).toBe("an area");
    expect(placeOf({ ...(closure as object), spec: "segment:1,2" } as never)).toBe("pieces of road");
    expect(whenOf(closure)).toBe("until it is ended");
  });

  it("end when a person says so, by the town's clock", () => {
    const now = Date.parse("2026-07-04T15:00:00Z"); // 11:00 in New York
    const zone = "America/New_York";
    expect(untilMoment("", now, zone)).toBeNull();
    expect(untilMoment("2 h", now, zone)).toBe("2026-07-04T17:00:00.000Z");
    expect(untilMoment("45min", now, zone)).toBe("2026-07-04T15:45:00.000Z");
    expect(untilMoment("16:00", now, zone)).toBe("2026-07-04T20:00:00.000Z");
    expect(untilMoment("9:30", now, zone)).toBe("2026-07-05T13:30:00.000Z");
    expect(untilMoment("2026-12-24 12:00", now, zone)).toBe("2026-12-24T17:00:00.000Z");
    for (const said of ["noon", "25:00", "16.00"]) expect(() => untilMoment(said, now, zone)).toThrow(said);
  });
});
