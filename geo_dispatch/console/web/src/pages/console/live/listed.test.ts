import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, Listed } from "./listed";

interface Unit {
  readonly id: string;
  readonly status: string;
  readonly lon: number;
}

/** A server whose answers take as long as told, and are as of the moment they were asked or answered. */
class Server {
  seq = 1;
  status = "available";
  lon = 0;
  asked = 0;
  down = false;
  delays: number[] = [];

  readonly ask = async (): Promise<Answer<Unit>> => {
    this.asked += 1;
    const seen = { rows: [{ id: "E1", status: this.status, lon: this.lon }], seq: this.seq, warnings: [] };
    await new Promise((resolve) => setTimeout(resolve, this.delays.shift() ?? 10));
    if (this.down) throw new Error("no answer");
    return seen;
  };
}

let server: Server;
let list: Listed<Unit>;
const shown = () => list.rows.value[0];

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  list = new Listed(server.ask, (row) => row.id);
});
afterEach(() => vi.useRealTimers());

describe("Listed", () => {
  it("reads once for a burst of changes, and again for those told meanwhile", async () => {
    void list.changed(1);
    void list.changed(1);
    await vi.advanceTimersByTimeAsync(5);
    server.seq = 3;
    server.status = "en_route";
    void list.changed(2);
    void list.changed(3);
    await vi.advanceTimersByTimeAsync(2000);
    expect(shown()?.status).toBe("en_route");
    expect(list.seq).toBe(3);
    expect(server.asked).toBe(2);
  });

  it("never goes back to an answer that is older", async () => {
    server.delays = [500, 10];
    const slow = list.refresh();
    server.seq = 2;
    server.status = "on_scene";
    const quick = list.refresh();
    await vi.advanceTimersByTimeAsync(600);
    await Promise.all([slow, quick]);
    expect(shown()?.status).toBe("on_scene");
  });

  it("keeps a position told by the stream over an answer that was made before it", async () => {
    void list.refresh();
    await vi.advanceTimersByTimeAsync(20);
    server.delays = [100];
    void list.changed(2); // the answer is made now, at row 1
    server.seq = 2;
    list.patch("E1", 5, (unit) => ({ ...unit, lon: 7 }));
    expect(shown()?.lon).toBe(7);
    await vi.advanceTimersByTimeAsync(3000);
    expect(list.seq).toBe(2);
    expect(shown()?.lon).toBe(7);
    server.seq = 6;
    server.lon = 9;
    void list.changed(6);
    await vi.advanceTimersByTimeAsync(100);
    expect(shown()?.lon).toBe(9);
  });

  it("shows many positions together, the first at once and none left out", async () => {
    void list.refresh();
    await vi.advanceTimersByTimeAsync(20);
    let shown_times = 0;
    const stop = list.rows.subscribe(() => (shown_times += 1));
    for (let seq = 2; seq < 100; seq++) list.patch("E1", seq, (unit) => ({ ...unit, lon: seq }));
    expect(shown()?.lon).toBe(2);
    await vi.advanceTimersByTimeAsync(300);
    expect(shown()?.lon).toBe(99);
    expect(shown_times).toBe(3); // as it was, the first, the rest
    stop();
  });

  it("passes over a position that its list has already", async () => {
    server.seq = 8;
    void list.refresh();
    await vi.advanceTimersByTimeAsync(20);
    list.patch("E1", 5, (unit) => ({ ...unit, lon: 7 }));
    expect(shown()?.lon).toBe(0);
  });

  it("does not ask for ever a server that can't tell of the change, and tells why", async () => {
    server.down = true;
    void list.changed(4);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.asked).toBeLessThan(10);
    expect(list.problem.value?.message).toBe("no answer");
    expect(list.known.value).toBe(false);
    server.down = false;
    server.seq = 4;
    void list.refresh();
    await vi.advanceTimersByTimeAsync(20);
    expect(list.problem.value).toBeNull();
    expect(list.known.value).toBe(true);
  });

  it("believes nothing of before a reset", async () => {
    server.seq = 50;
    void list.refresh();
    await vi.advanceTimersByTimeAsync(20);
    server.delays = [300];
    void list.refresh();
    server.seq = 3;
    server.status = "off_duty";
    void list.refresh(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(shown()?.status).toBe("off_duty");
    expect(list.seq).toBe(3);
  });
});
