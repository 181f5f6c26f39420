import { describe, expect, it } from "vitest";
import { placeAfter } from "./next";

describe("placeAfter", () => {
  it("goes to a page of this server", () => {
    expect(placeAfter("/planner", ["ask"])).toBe("/planner");
    expect(placeAfter("/", [])).toBe("/");
  });
  it("never goes elsewhere, and never back", () => {
    for (const asked of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/x?y", "/sign-in", "", " /console", "/a//b", "/%2fevil"])
      expect(placeAfter(asked, ["ask", "live.read"])).toBe("/console");
  });
  it("goes where the role works", () => {
    expect(placeAfter(null, ["ask", "planning"])).toBe("/planner");
    expect(placeAfter(null, ["ask"])).toBe("/desk");
    expect(placeAfter(null, [])).toBe("/");
  });
});
