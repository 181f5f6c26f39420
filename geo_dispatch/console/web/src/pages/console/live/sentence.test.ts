import { describe, expect, it } from "vitest";
import type { Row } from "../../../shared/stream";
import { sentence } from "./sentence";
import type { Status } from "./types";

const TABLE = [{ status: "en_route", name: "En route" }] as unknown as readonly Status[];

function told(action: string, subject_id: string, data: Readonly<Record<string, unknown>> = {}): string {
  const row: Row = { seq: 1, at: "2026-03-02T12:00:00Z", actor: null, action, subject_kind: "", subject_id, data };
  return sentence(row, TABLE);
}

describe("a row of the record", () => {
  it("is said as a person says it", () => {
    expect(told("unit.status", "E1", { to: "en_route", incident_id: "2026-0000003", note: "by the bridge" })).toBe("E1: En route (#3): by the bridge");
    expect(told("incident.assign", "2026-0000003", { units: [{ unit_id: "E1" }, { unit_id: "A1" }] })).toBe("#3: E1, A1 assigned");
    expect(told("incident.release", "2026-0000003", { units: ["A1"] })).toBe("#3: A1 released");
    expect(told("incident.update", "2026-0000003", { changes: { status: "open" } })).toBe("#3 opened again");
    expect(told("incident.update", "2026-0000003", { changes: { alarm: 2, note: null } })).toBe("#3 is changed: alarm 2, note none");
    expect(told("closure.add", "c-1", { spec: "Main St", note: "tree" })).toBe("Closed: Main St: tree");
  });

  it("of an action that is not known yet is told all the same, and one with odd data breaks nothing", () => {
    expect(told("account.signed_in", "silva")).toBe("Account signed in silva");
    expect(told("unit.position", "E1", { lon: "x" })).toBe("E1 is at ?, ?");
    expect(told("incident.assign", "2026-0000003", { units: "E1" })).toBe("#3:  assigned");
  });
});
