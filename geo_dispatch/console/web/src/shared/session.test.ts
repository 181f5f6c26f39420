import { beforeEach, describe, expect, it } from "vitest";
import { csrfHeaders, may, type SessionAnswer, session, sessionLost, signedIn, takeSession, whenMay } from "./session";

const OUT: SessionAnswer = { state: "out", name: null, role: "public", capabilities: ["ask"], must_change: false, until: null, csrf: null, can_sign_in: true, roles: [] };
const IN: SessionAnswer = { ...OUT, state: "in", name: "silva", role: "dispatcher", capabilities: ["ask", "live.read"], csrf: "abc" };

describe("session", () => {
  beforeEach(() => {
    session.value = { state: "asking" };
    takeSession(OUT);
  });

  it("tells what may be done, and sends the token with changes", () => {
    expect([may("ask"), may("live.read"), csrfHeaders()]).toEqual([true, false, {}]);
    takeSession(IN);
    expect([may("live.read"), csrfHeaders()]).toEqual([true, { "x-csrf-token": "abc" }]);
  });

  it("keeps the name of whose session was lost", () => {
    takeSession(IN);
    sessionLost();
    expect(session.value).toMatchObject({ state: "out", since: "lost", name: "silva" });
    expect(csrfHeaders()).toEqual({});
    sessionLost();
    expect(session.value).toMatchObject({ since: "lost", name: "silva" });
  });

  it("tells of a lost session also when the server says so once more", () => {
    takeSession(IN);
    sessionLost();
    takeSession(OUT);
    expect(session.value).toMatchObject({ state: "out", since: "lost", name: "silva" });
    takeSession(IN);
    takeSession(OUT, "signed out");
    takeSession(OUT);
    expect(session.value).toMatchObject({ since: "signed out" });
  });

  it("tells a session that ended from one ended on purpose", () => {
    takeSession(IN);
    takeSession(OUT, "signed out");
    expect(session.value).toMatchObject({ since: "signed out" });
    takeSession(IN);
    takeSession(OUT);
    expect(session.value).toMatchObject({ since: "lost" });
  });

  it("nothing may be done before the server has answered", () => {
    session.value = { state: "asking" };
    expect(may("ask")).toBe(false);
  });

  it("lets work go on once somebody is signed in", async () => {
    let went = false;
    const wait = signedIn().then(() => {
      went = true;
    });
    await Promise.resolve();
    expect(went).toBe(false);
    takeSession(IN);
    await wait;
    expect(went).toBe(true);
  });

  it("lets a part start once its capability is there", async () => {
    let went = false;
    const wait = whenMay("live.read").then(() => {
      went = true;
    });
    takeSession({ ...IN, role: "planner", capabilities: ["ask", "planning"] });
    await Promise.resolve();
    expect(went).toBe(false);
    takeSession(IN);
    await wait;
    expect(went).toBe(true);
  });
});
