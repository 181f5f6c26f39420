import { describe, expect, it } from "vitest";
import type { Row } from "../../../shared/stream";
import { concerns, merged } from "./timeline";

function row(seq: number, more: Partial<Row> = {}): Row {
  return { seq, at: "2026-03-02T12:00:00Z", actor: null, action: "unit.status", subject_kind: "unit", subject_id: "E1", data: {}, ...more };
}

describe("the record", () => {
  it("holds each row once and in order, whatever order they came in", () => {
    const numbers = merged(merged([row(5)], [row(6)]), [row(3), row(4), row(5)]).map((found) => found.seq);
    expect(numbers).toEqual([3, 4, 5, 6]);
    expect(merged([row(5)], [row(5)])).toHaveLength(1);
  });

  it("lets the oldest go", () => {
    let rows: readonly Row[] = [];
    for (let seq = 1; seq <= 1200; seq++) rows = merged(rows, [row(seq)]);
    expect(rows).toHaveLength(1000);
    expect(rows.at(-1)?.seq).toBe(1200);
  });

  it("finds what tells of an incident: its own rows, and those of its units", () => {
    const id = "2026-0000001";
    expect(concerns(row(1, { subject_kind: "incident", subject_id: id }), id)).toBe(true);
    expect(concerns(row(1, { data: { incident_id: id } }), id)).toBe(true);
    expect(concerns(row(1, { data: { incident_id: "2026-0000002" } }), id)).toBe(false);
    expect(concerns(row(1, { subject_id: id, data: { units: [{ unit_id: "A1" }] } }), "A1")).toBe(true);
    expect(concerns(row(1, { subject_id: id, data: { units: ["A1"] } }), "A1")).toBe(true);
  });
});
